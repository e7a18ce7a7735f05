"""The section `proxy` of an experiment file."""

import pytest
from search_kit import SIX, experiment_file

from nas.config.proxy import ProxySpec
from search_spaces.errors import ExperimentFileError
from workers.proxy import Recipe


def _proxy(text: str) -> ProxySpec:
    return experiment_file(f"{SIX}proxy: {text}\n").experiment.proxy


def test_it_is_a_recipe() -> None:
    recipe: Recipe = _proxy("{}")  # mypy holds the two together; here, that all values are there
    assert (recipe.batch_size, recipe.learning_rate, recipe.averaging) == (32, 0.1, 0.98)
    assert recipe.schedule == "cosine"
    assert (recipe.augmentation.flip, recipe.augmentation.crop) == (True, 0)


@pytest.mark.parametrize(
    ("text", "learning_rate", "averaging"),
    [
        ("{batch_size: 128}", 0.4, 0.98**4),  # in proportion; four times the images a step
        ("{batch_size: 16}", 0.05, 0.98**0.5),
        ("{batch_size: 128, learning_rate: 0.2}", 0.2, 0.98**4),  # what is said is taken
        ("{batch_size: 128, averaging: 0.9}", 0.4, 0.9),
    ],
)
def test_rate_and_averaging_follow_the_batch(
    text: str, learning_rate: float, averaging: float
) -> None:
    recipe = _proxy(text)
    assert recipe.learning_rate == pytest.approx(learning_rate)
    assert recipe.averaging == pytest.approx(averaging)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{batch_size: 0}", r"`proxy\.batch_size`.*1.*0"),
        ("{batch_size: many}", r"`proxy\.batch_size`.*'many'"),
        ("{schedule: triangle}", r"`proxy\.schedule`.*'cosine' or 'one_cycle'.*'triangle'"),
        ("{augmentation: {crop: -1}}", r"`proxy\.augmentation\.crop`.*0.*-1"),
        ("{augmentation: {zoom: 2}}", r"`proxy\.augmentation\.zoom`.*flip, crop, cutout, mixup"),
        ("{execution: fast}", r"`proxy\.execution`.*'auto', 'float32' or 'cuda_graphs'.*'fast'"),
    ],
)
def test_errors_name_line_key_and_rule(text: str, wanted: str) -> None:
    with pytest.raises(ExperimentFileError, match=r"space\.yaml:10: " + wanted) as caught:
        _proxy(text)
    assert "\n" not in str(caught.value)
