"""The timings of a study are taken once and kept: a search that goes on trains as before."""

from dataclasses import replace
from pathlib import Path

import pytest
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

from nas.runner.execution import study_execution
from nas.store import Store
from search_spaces.errors import SearchError
from workers.proxy import Execution
from workers.proxy.execution import PassTimes

FAMILIES = {
    "dense 1x1, stride 2x2, dilation 1x1",
    "dense 3x3, stride 1x1, dilation 1x1",
    "dense 3x3, stride 2x2, dilation 1x1",
}
"""The stem, and the block with either kernel."""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has timed nothing yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("NAS_CACHE", str(folder))
    return folder


def _execution(store: Store, text: str = SIX) -> Execution:
    file = experiment_file(text)
    experiment = file.experiment
    study = store.find_study(experiment.name) or new_study(store, file)
    return study_execution(store, study, experiment, file.space(IN_SHAPE, NUM_CLASSES))


def test_a_study_keeps_its_timings(store: Store) -> None:
    first = _execution(store)
    assert set(first.families) == FAMILIES
    assert first.batch_size == 32
    assert first.num_threads == 1
    assert _execution(store) == first


def test_a_study_goes_on_with_timings_of_another_machine(store: Store) -> None:
    """They decide, not the machine that the study goes on upon."""
    file = experiment_file()
    study = new_study(store, file)
    other = Execution("another processor", "another version", 7, 3)
    store.add_execution(study, other.to_dict())
    assert _execution(store) == other


def test_a_later_study_takes_over_what_was_timed_in_the_same_setting(store: Store) -> None:
    first = _execution(store)
    wider = SIX.replace("name: six", "name: wider").replace("[1, 3]", "[1, 3, 5]")
    second = _execution(store, wider)
    assert set(second.families) == {*FAMILIES, "dense 5x5, stride 2x2, dilation 1x1"}
    assert {name: second.families[name] for name in FAMILIES} == dict(first.families)
    assert second.elements == first.elements


def test_another_database_on_the_same_machine_trains_alike(store: Store, tmp_path: Path) -> None:
    first = _execution(store)
    with Store(f"sqlite:///{tmp_path / 'another.db'}") as another:
        assert _execution(another) == first


def test_a_cache_that_is_damaged_is_measured_anew(
    store: Store, tmp_path: Path, own_cache: Path
) -> None:
    _execution(store)
    (file,) = own_cache.rglob("timings.json")
    for number, text in enumerate(("", "[{}]", '[{"families": 3}]', "nonsense")):
        file.write_text(text)
        with Store(f"sqlite:///{tmp_path / str(number)}.db") as another:
            assert set(_execution(another).families) == FAMILIES


def test_a_cache_that_cannot_be_written_is_none(store: Store, own_cache: Path) -> None:
    own_cache.write_text("a file where a folder should be")
    assert set(_execution(store).families) == FAMILIES


def test_other_settings_are_timed_anew(store: Store) -> None:
    first = _execution(store)
    times = {name: replace(t, float32=PassTimes(1e9, 0, 0)) for name, t in first.families.items()}
    other = replace(first, num_threads=8, families=times)
    eight = new_study(store, experiment_file(SIX.replace("name: six", "name: eight")))
    store.add_execution(eight, other.to_dict())
    third = _execution(store, SIX.replace("name: six", "name: third"))
    assert all(entry.float32.forward < 1e9 for entry in third.families.values())


def test_nothing_is_timed_where_everything_is_float32(store: Store) -> None:
    assert _execution(store, SIX + "proxy: {execution: float32}\n") == Execution()


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("float32", Execution(cuda_graphs=True)),
        ("auto", Execution(autocast=True, cuda_graphs=True)),
        ("cuda_graphs", Execution(autocast=True, cuda_graphs=True)),
    ],
)
def test_nothing_is_timed_on_a_gpu(store: Store, how: str, wanted: Execution) -> None:
    gpu = f"proxy: {{execution: {how}}}\nworkers: {{gpus_per_trial: 0.25}}\n"
    assert _execution(store, SIX + gpu) == wanted


GPU = "workers: {gpus_per_trial: 1}\n"


def test_a_study_that_changes_its_device_chooses_anew_and_keeps_both(store: Store) -> None:
    """Timings of a processor decide nothing on a GPU; back on the processor they do again."""
    on_cpu, told = _execution(store), []
    study, file = store.study("six"), experiment_file(SIX + GPU)
    space = file.space(IN_SHAPE, NUM_CLASSES)
    on_gpu = [study_execution(store, study, file.experiment, space, told.append) for _ in range(2)]
    assert on_gpu == [Execution(autocast=True, cuda_graphs=True)] * 2
    assert told == [
        "study six: its arithmetic was chosen for a CPU and is chosen anew for a GPU; the same "
        "network trains a little otherwise there"
    ]
    assert _execution(store) == on_cpu
    assert [each["autocast"] for each in store.executions_of(study)] == [False, True]


def test_a_study_of_a_gpu_that_goes_on_without(store: Store) -> None:
    """Autocast and graphs are a GPU's: there bfloat16 is fast in every pass."""
    assert _execution(store, SIX + GPU) == Execution(autocast=True, cuda_graphs=True)
    went_on = _execution(store)
    assert set(went_on.families) == FAMILIES and not went_on.autocast
    assert _execution(store, SIX + GPU) == Execution(autocast=True, cuda_graphs=True)


def test_float32_is_float32_on_every_device(store: Store) -> None:
    study = new_study(store, experiment_file())
    store.add_execution(study, Execution().to_dict())
    assert _execution(store) == _execution(store, SIX + GPU) == Execution()
    assert len(store.executions_of(study)) == 1


def test_timings_that_came_later_serve_other_studies_as_well(store: Store) -> None:
    _execution(store, SIX + GPU)
    timed = _execution(store)
    assert {each.get("autocast") for each in store.executions()} == {True, False}
    other = SIX.replace("name: six", "name: other")
    assert _execution(store, other) == timed


def test_graphs_need_a_gpu(store: Store) -> None:
    with pytest.raises(SearchError, match=r"cuda_graphs.*`workers\.gpus_per_trial` is 0"):
        _execution(store, SIX + "proxy: {execution: cuda_graphs}\n")
