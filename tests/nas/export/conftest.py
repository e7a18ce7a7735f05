"""Every block, every ready space and every reference network, as code in one folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from export_kit import Written, of_blocks, of_ready_space

import search_spaces
from nas.export import network_source
from search_spaces.network import Network
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
    references = {
        folder / f"{name}.py": reference_network(name, resolution=96, num_classes=7)
        for name in reference_networks()
    }
    for path, network in {**sampled, **references}.items():
        path.write_text(network_source(network, {"Made from": path.stem}), encoding="utf-8")
    return Written(folder, sampled, references)
