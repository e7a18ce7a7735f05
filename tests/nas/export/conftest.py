"""Every block, space and reference network as code in one folder; trial 2 of a study, exported."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from export_kit import NO_LATENCY, Written, of_blocks, of_ready_space, write_weights
from head_kit import networks_with_heads

import search_spaces
from nas.export import Exported, Wishes, export_trials, network_source
from nas.store import Store, StudyRecord
from nas.store.workspace import Workspace
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network, reference_networks


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """At least 200 different architectures; NAS_TEST_EXPORTS=10 makes it ten times as many."""
    folder = tmp_path_factory.mktemp("exports")
    times = int(os.environ.get("NAS_TEST_EXPORTS", "1"))
    found: dict[str, tuple[str, Network]] = {}
    (spaces,) = map(Path, search_spaces.__path__)
    for space in sorted(spaces.glob("*.yaml")):
        for network in of_ready_space(space, 11 * times):
            found.setdefault(network.id, (space.stem, network))
    for block, networks in of_blocks(7 * times).items():
        for network in networks:
            found.setdefault(network.id, (block, network))
    sampled = {folder / f"{name}_{id}.py": network for id, (name, network) in found.items()}
    # As published, nothing would be left of these images.
    other = {"unet": {"padding": "same"}, "ssd300_vgg16": {"resolution": 272, "width_mult": 0.25}}
    networks = {
        name: reference_network(name, **{"resolution": 96, "num_classes": 7, **other.get(name, {})})
        for name in reference_networks()
    } | networks_with_heads()
    references = {folder / f"{name.replace(' ', '_')}.py": n for name, n in networks.items()}
    for path, network in sampled.items():
        path.write_text(_fed(network, path.stem), encoding="utf-8")
    for path, network in references.items():
        path.write_text(network_source(network, {"Made from": path.stem}), encoding="utf-8")
    return Written(folder, sampled, references)


def _fed(network: Network, name: str) -> str:
    """The code of a network of which it is known how it is given images."""
    channels = network.in_shape[0]
    found = InputFormat((120.54321,) * channels, (60.234567,) * channels)
    return network_source(
        network, {"Made from": name}, input_format=found, class_names=["cat", "dog"],
        has_images=True,
    )  # fmt: skip


# Trial 2 of the study made by hand, exported from a database and its folder.


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "studies", "hand-made")
    made.create()
    return made


@pytest.fixture
def weights(store: Store, hand_made: StudyRecord, workspace: Workspace) -> Path:
    """Weights of trial 2, as its search left them."""
    path = workspace.weights(hand_made, 2)
    write_weights(store, hand_made, path)
    return path


@pytest.fixture
def export_2(
    store: Store, hand_made: StudyRecord, workspace: Workspace
) -> Callable[[Wishes], Exported]:
    """Exports trial 2 of the study made by hand into its own folder."""

    def run(wishes: Wishes = NO_LATENCY) -> Exported:
        trial = store.trials(hand_made)[2]
        (found,) = export_trials(store, workspace, hand_made, [trial], workspace.export, wishes)
        return found

    return run
