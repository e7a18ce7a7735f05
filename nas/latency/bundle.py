"""One file that measures a space's blocks on a board where nothing of ours is installed."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipapp
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

import search_spaces
import workers.devices
import workers.latency
from nas.config.latency import LatencySpec
from nas.latency.networks import NUM_WHOLE_NETWORKS, spread_networks
from nas.latency.prediction import block_features, spread_order
from nas.latency.profile import SHARE_OF_BLOCKS
from search_spaces.errors import LatencyError
from search_spaces.graphs.cost import graph_cost
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Network
from search_spaces.measures import LATENCY
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.problem import Limit
from search_spaces.spaces.space import Space
from workers.latency import LatencySetting, Subject
from workers.latency.board import CONTENTS, model_name
from workers.latency.measurement import reference_block

MODULES = ("csv_file.py", "errors.py", "graphs")
"""What the measuring needs of `search_spaces`; none of it needs more than Python and torch."""

_MAIN = "from workers.latency.board import main\n\nmain()\n"


def write_bundle(
    path: Path,
    space: Space,
    spec: LatencySpec,
    baselines: Iterable[Network] = (),
    limits: Iterable[Limit] = (),
) -> int:
    """Writes a bundle for a space and returns how many blocks are in it.

    Args:
        baselines: Networks whose blocks are measured as well.
        limits: Budgets; whole networks that are measured keep to them, latency aside.

    Raises:
        LatencyError: The file cannot be written, or the package onnx is missing; or latencies are
            estimated, for which nothing runs on a board.
        GraphError: A layer has no counterpart in ONNX.
    """
    if spec.estimator is not None:
        rule = f"`latency.estimator` is {spec.estimator}, which needs no board"
        raise LatencyError(f"{rule}: a bundle is for `latency` that is measured")
    own = {graph.id: graph for graph in distinct_blocks(space)}
    others = {block.graph.id: block.graph for network in baselines for block in network.blocks}
    blocks = _ordered(list((own | others).values()), spec)
    # Nobody knows the board's latencies yet.
    known = [limit for limit in limits if limit.quantity != LATENCY]
    networks = spread_networks(space, NUM_WHOLE_NETWORKS, _rough_ms, known)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _copy_code(folder)
        contents = json.dumps(_contents(blocks, networks, spec))
        (folder / CONTENTS).write_text(contents, encoding="utf-8")
        if spec.backend == "onnxruntime":
            reference = Subject.of_block(reference_block())
            subjects = [*map(Subject.of_block, blocks), *map(Subject.of_network, networks)]
            _write_models(folder, [reference, *subjects], spec)
        try:
            zipapp.create_archive(folder, path, "/usr/bin/env python3", compressed=True)
        except OSError as error:
            raise LatencyError(f"{path}: cannot be written: {error.strerror}") from error
    return len(blocks)


def _rough_ms(graph: Graph) -> float:
    """How long a block may take on a board that nobody has measured: enough to spread by."""
    return 0.01 * len(graph.nodes) + graph_cost(graph).flops / 1e7


def _ordered(blocks: Sequence[Graph], spec: LatencySpec) -> list[Graph]:
    """Well-spread blocks first where there may be no time for all, else in random order."""
    if spec.max_profile_seconds is None:
        order = np.random.default_rng(0).permutation(len(blocks)).tolist()
    else:
        order = spread_order(block_features(blocks))
    return [blocks[index] for index in order]


def _contents(
    blocks: Sequence[Graph], networks: Sequence[Network], spec: LatencySpec
) -> dict[str, object]:
    limit = spec.max_profile_seconds
    return {
        "conditions": spec.conditions(),
        "blocks": [_block(graph) for graph in blocks],
        "networks": [network.to_json() for network in networks],
        "max_seconds": None if limit is None else SHARE_OF_BLOCKS * limit,
    }


def _block(graph: Graph) -> dict[str, object]:
    sides = {"side_shapes": graph.side_shapes} if graph.side_shapes else {}
    return {"in_shape": graph.in_shape, "layers": graph.to_json(), **sides}


def _copy_code(folder: Path) -> None:
    """The modules that measure, as they are here."""
    (folder / "__main__.py").write_text(_MAIN, encoding="utf-8")
    spaces, measuring = folder / "search_spaces", folder / "workers"
    for made in (spaces, measuring):
        made.mkdir()
        (made / "__init__.py").touch()
    for module in MODULES:
        _copy(Path(search_spaces.__path__[0]) / module, spaces)
    for package in (workers.latency, workers.devices):
        (path,) = package.__path__
        _copy(Path(path), measuring)


def _copy(source: Path, package: Path) -> None:
    """Copies a module, or a package without what Python keeps beside it."""
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, package / source.name, ignore=ignored)
    else:
        shutil.copy(source, package)


def _write_models(folder: Path, subjects: Sequence[Subject], spec: LatencySpec) -> None:
    try:
        from workers.latency.onnx_backend import model_bytes
    except ModuleNotFoundError as error:
        raise LatencyError(
            f"a bundle for onnxruntime needs the package {error.name}: pip install 'conv-nas[onnx]'"
        ) from error
    setting = LatencySetting(**spec.conditions(), device_name="", versions="")
    (folder / "onnx").mkdir()
    for subject in subjects:
        (folder / model_name(subject.id)).write_bytes(model_bytes(subject, setting))
