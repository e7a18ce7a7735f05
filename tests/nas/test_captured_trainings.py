"""Which full trainings are captured as graphs on a GPU."""

import pytest

from nas.config.training import TrainingSpec
from nas.training.recipe import training_execution
from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from workers.proxy import Execution


def _network() -> Network:
    chain = Chain((1, 8, 8))
    chain.block("stage1.0", "standard", 4)
    chain.write("head", "head", lambda net, x: head(net, x, 2))
    return chain.network()


@pytest.mark.parametrize("how", ["auto", "float32"])
def test_a_network_of_ours_is_captured(how: str) -> None:
    recipe = TrainingSpec(execution=how)  # type: ignore[arg-type]
    wanted = Execution(autocast=how == "auto", cuda_graphs=True)
    assert training_execution(_network(), recipe, "cuda", 1) == wanted


@pytest.mark.parametrize("how", ["auto", "float32"])
def test_the_module_of_a_file_is_not(how: str) -> None:
    """Its code may decide in Python, which a graph would repeat: dropped layers, for one."""
    recipe = TrainingSpec(execution=how)  # type: ignore[arg-type]
    found = training_execution(None, recipe, "cuda", 1)
    assert found == Execution(autocast=how == "auto")


def test_on_a_cpu_float32_is_taken_without_timings() -> None:
    assert (
        training_execution(_network(), TrainingSpec(execution="float32"), "cpu", 1) == Execution()
    )
