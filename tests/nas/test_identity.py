"""What tells studies, trainings and latency tables apart: the same whatever keys come later."""

from __future__ import annotations

import importlib.metadata
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from earlier_kit import query, unpack
from pydantic import BaseModel, BeforeValidator, create_model
from search_kit import IN_SHAPE, NUM_CLASSES, experiment_file, new_study

from nas.config import Experiment, ExperimentFile
from nas.config.identity import IDENTITY
from nas.config.proxy import ProxySpec
from nas.config.training import TrainingSpec
from nas.latency.profile import space_key
from nas.latency.table import LatencyTable
from nas.runner.reuse import key_maker
from nas.runner.same_study import require_same
from nas.store import Store
from nas.training.recipe import differences
from nas.trust.companions import serving, study_file, variant_of
from search_spaces import registry
from search_spaces.errors import SearchError
from search_spaces.spaces import space_spec
from search_spaces.spaces.enumeration import distinct_blocks
from workers.latency import LatencySetting
from workers.proxy import Execution

DIGESTS = {
    "finished": "a7c24f23310f3a0c",
    "finished-baselines-6-65802d": "731f4b44ee6719fa",
    "finished-confirmation-6-2c160a": "7b76480993260837",
    "finished-baselines-6-e80f4f": "40f68bcd6a4e0ae2",
    "finished-confirmation-6-f9f98a": "a0accf1c8b68675c",
    "finished-baselines-6-f90a4d": "51c690e4f892c3b9",
    "interrupted": "b73b0d200224a03e",
}
"""Of the studies that an earlier program began."""

SETTING = "0916a539f6b4bf8f"
"""Of the latency table of that program."""

FINGERPRINT = "0123456789abcdef"
SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    return unpack(tmp_path)


@pytest.fixture
def opened(earlier: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{earlier}", create=False) as store:
        yield store


def test_earlier_studies_have_the_digests_of_today(opened: Store) -> None:
    studies = [summary.study for summary in opened.studies()]
    assert {s.name: study_file(s).experiment.identity() for s in studies} == DIGESTS
    assert {s.name: s.identity for s in studies} == DIGESTS


def test_studies_that_serve_an_earlier_one_have_its_names(opened: Store) -> None:
    """By which a confirmation that was interrupted goes on."""
    study = opened.study("finished")
    choices = {trial.number: trial.choices for trial in opened.trials(study)}
    starts = [choices[number] for number in (3, 1, 5, 2)]
    for seed, digest in ((1, "2c160a"), (2, "f9f98a")):
        variant = variant_of(study_file(study), starts, 6, seed, "confirmation")
        assert variant.experiment.name == f"finished-confirmation-6-{digest}"


def test_earlier_latency_tables_are_found(earlier: Path, opened: Store) -> None:
    names = "device, backend, dtype, batch_size, num_threads, memory_format, device_name, versions"
    (row,) = query(earlier, f"SELECT {names} FROM nas_latency_settings")
    setting = LatencySetting(*row)
    assert setting.key == SETTING
    table = LatencyTable.load(opened, setting)
    assert (len(table.blocks), len(table.networks)) == (24, 9)
    study = opened.study("finished")
    space = study_file(study).space(study.in_shape, study.num_classes)
    blocks = [graph.id for graph in distinct_blocks(space)]
    assert set(blocks) <= set(table.blocks)
    assert space_key(blocks) == "e845376eeae85f59"


def test_earlier_trainings_are_found(
    earlier: Path, opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the keys that they have in the database, with the packages of then."""
    kept = query(
        earlier,
        "SELECT t.number, k.training_key FROM nas_training_keys k"
        " JOIN nas_trials t ON t.id = k.trial_id JOIN nas_studies s ON s.id = t.study_id"
        " WHERE s.name = 'finished'",
    )
    study = opened.study("finished")
    monkeypatch.setattr(importlib.metadata, "version", study.versions.__getitem__)
    monkeypatch.setattr("workers.proxy.recipe.RECIPE_VERSION", 1)
    (execution,) = opened.executions_of(study)
    experiment = study_file(study).experiment
    make_key = key_maker(experiment, study.dataset_fingerprint, Execution.from_dict(execution))
    networks = {t.number: opened.network(t.architecture) for t in opened.trials(study)}
    assert {number: make_key(network) for number, network in networks.items()} == dict(kept)
    assert dict(kept)[0] == "ed7a86c1291353468d80309b74583168"


@pytest.mark.parametrize("schema", sorted(path.stem for path in SCHEMAS.glob("*.sql")))
def test_a_study_of_any_earlier_schema_goes_on(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "nas.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / f"{schema}.sql").read_text(encoding="utf-8"))
    with Store(f"sqlite:///{path}", create=False) as store:
        (summary,) = store.studies()
    study = summary.study
    require_same(study, experiment_file(study.experiment_file), study.dataset_fingerprint)


VALUES: dict[str, Any] = {
    "name": "later",
    "dataset": {"name": "cluttered_digits"},
    "space": {
        "input": {"channels": 1, "resolution": 16, "num_classes": 10},
        "stem": {"out_channels": 8},
        "stages": [{"out_channels": 8, "block": "standard"}, {"out_channels": 16, "block": "fire"}],
        "head": {"conv_channels": 32},
    },
    "fidelity": {"max_epochs": 3},
    "proxy": {"batch_size": 16, "augmentation": {"crop": 2}},
}

SECTIONS = [
    "", "dataset", "space", "space.input", "space.stem", "space.stages", "space.head", "fidelity",
    "proxy", "proxy.augmentation",
]  # fmt: skip


def grown(model: type[BaseModel], path: list[str], default: int = 3) -> type[Any]:
    """The model of a later program: with a key more in the section at a path."""
    if not path:
        return create_model(model.__name__, __base__=model, later=(int, default))
    name, *rest = path
    field = model.model_fields[name]
    kind = space_spec.StageSpec if name == "stages" else field.annotation
    kind = space_spec.InputSpec if name == "input" else kind
    kind = space_spec.HeadSpec if name == "head" else kind
    assert isinstance(kind, type) and issubclass(kind, BaseModel)
    inner = grown(kind, rest, default)
    shape: Any = Annotated[tuple[inner, ...], BeforeValidator(tuple)] if name == "stages" else inner
    return create_model(model.__name__, __base__=model, **{name: (shape, ...)})  # type: ignore[call-overload]


def told(values: dict[str, Any], path: list[str], later: int) -> dict[str, Any]:
    """The same values with the later key said in the section at a path."""
    if not path:
        return {**values, "later": later}
    name, *rest = path
    inner = values[name]
    if name == "stages":
        return {**values, name: [told(stage, rest, later) for stage in inner]}
    return {**values, name: told(inner, rest, later)}


@pytest.fixture(params=SECTIONS, ids=lambda section: section or "experiment")
def section(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of one; a key of the whole experiment counts where it is named."""
    monkeypatch.setattr("nas.config.identity.IDENTITY", (*IDENTITY, "later"))
    monkeypatch.setattr("nas.runner.same_study.IDENTITY", (*IDENTITY, "later"))
    path: str = request.param
    return path.split(".") if path else []


def test_sections_are_all_that_a_study_is_told_by() -> None:
    """A section that comes later belongs into the list above."""

    def sections(model: type[BaseModel], place: str = "") -> Iterator[str]:
        yield place
        for name, field in model.model_fields.items():
            if place or name in IDENTITY:
                kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
                for kind in kinds:
                    if isinstance(kind, type) and issubclass(kind, BaseModel):
                        yield from sections(kind, f"{place}.{name}".strip("."))

    assert list(sections(Experiment)) == SECTIONS


def test_a_key_that_comes_later_changes_no_digest(section: list[str]) -> None:
    today = Experiment.model_validate(VALUES).identity()
    tomorrow = grown(Experiment, section)
    assert tomorrow.model_validate(VALUES).identity() == today
    assert tomorrow.model_validate(told(VALUES, section, 3)).identity() == today
    assert tomorrow.model_validate(told(VALUES, section, 4)).identity() != today


def _later_file(section: list[str], values: dict[str, Any], default: int = 3) -> ExperimentFile:
    """A file as a later program reads it."""
    file = experiment_file(json.dumps(VALUES))
    file.experiment = grown(Experiment, section, default).model_validate(values)
    return file


def test_a_study_goes_on_where_a_key_came_later(store: Store, section: list[str]) -> None:
    study = new_study(store, experiment_file(json.dumps(VALUES)))
    for values in (VALUES, told(VALUES, section, 3)):
        require_same(study, _later_file(section, values), FINGERPRINT)
    key = ".".join([*section, "later"]).replace("stages", "stages[0]")
    with pytest.raises(SearchError, match=r"exists with another `[^`]*`: nothing -> 4") as caught:
        require_same(study, _later_file(section, told(VALUES, section, 4)), FINGERPRINT)
    assert f"`{key}`" in str(caught.value)


def test_a_study_keeps_what_its_later_keys_meant(store: Store, section: list[str]) -> None:
    """A default that changes once more makes no other search of it unseen."""
    study = new_study(store, _later_file(section, VALUES))
    require_same(study, _later_file(section, told(VALUES, section, 3), default=5), FINGERPRINT)
    with pytest.raises(SearchError, match=r"later`: 3 -> 5"):
        require_same(study, _later_file(section, VALUES, default=5), FINGERPRINT)


def test_a_first_default_that_changes_is_another_search() -> None:
    other = create_model("ProxySpec", __base__=ProxySpec, momentum=(float, 0.8))
    tomorrow = create_model("Experiment", __base__=Experiment, proxy=(other, other()))
    silent = {**VALUES, "proxy": {}}
    assert tomorrow.model_validate(silent).proxy.momentum == 0.8
    assert (
        tomorrow.model_validate(silent).identity() != Experiment.model_validate(silent).identity()
    )


@pytest.fixture
def later_choice(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Blocks of a later program: `standard` and a user's own have a choice more."""
    for name in ("standard", "users_own"):
        was = registry.block_types()["standard"]
        kind = replace(
            was, name=name, annotations={**was.annotations, "later": int},
            defaults={**was.defaults, "later": 3},
        )  # fmt: skip
        monkeypatch.setitem(registry._BLOCKS, name, kind)
    space_spec._entry_model.cache_clear()
    yield
    space_spec._entry_model.cache_clear()


def _with_block(block: Any) -> ExperimentFile:
    stages = [{"out_channels": 8, "block": block}]
    return experiment_file(json.dumps({**VALUES, "space": {"stages": stages}}))


def test_a_choice_that_a_block_gets_later_changes_no_digest(
    store: Store, request: pytest.FixtureRequest
) -> None:
    study = new_study(store, _with_block("standard"))
    request.getfixturevalue("later_choice")
    for block in ("standard", {"standard": {"later": 3}}):
        assert _with_block(block).experiment.identity() == study.identity
        require_same(study, _with_block(block), FINGERPRINT)
    changed = _with_block({"standard": {"later": [3, 4]}})
    assert changed.experiment.identity() != study.identity
    shown = r"`space\.stages\[0\]\.block\[0\]\.standard\.later`: nothing -> \[3, 4\]; "
    with pytest.raises(SearchError, match=shown):
        require_same(study, changed, FINGERPRINT)


def test_a_study_goes_on_where_a_users_own_block_has_a_choice_more(
    store: Store, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    own = replace(registry.block_types()["standard"], name="users_own")
    monkeypatch.setitem(registry._BLOCKS, "users_own", own)
    study = new_study(store, _with_block("users_own"))
    request.getfixturevalue("later_choice")
    require_same(study, _with_block("users_own"), FINGERPRINT)
    with pytest.raises(SearchError, match=r"users_own\.later`: nothing -> "):
        require_same(study, _with_block({"users_own": {"later": 4}}), FINGERPRINT)


def test_a_training_is_found_where_a_key_came_later() -> None:
    network = experiment_file().space(IN_SHAPE, NUM_CLASSES).network(
        {"width_mult": 1.0, "stage1.standard.kernel_size": 3}
    )  # fmt: skip

    def key(experiment: Experiment) -> str:
        return key_maker(experiment, "data", Execution())(network)

    for path in (["proxy"], ["proxy", "augmentation"]):
        tomorrow = grown(Experiment, path)
        today = key(Experiment.model_validate(VALUES))
        assert key(tomorrow.model_validate(VALUES)) == today
        assert key(tomorrow.model_validate(told(VALUES, path, 4))) != today


@pytest.mark.parametrize(("later", "found"), [(3, 2), (4, 1)])
def test_what_is_trained_for_an_earlier_study_serves_it(
    earlier: Path, monkeypatch: pytest.MonkeyPatch, later: int, found: int
) -> None:
    """One of its confirmations was made by a program whose recipe has a key more."""
    monkeypatch.setattr("nas.trust.companions.ProxySpec", grown(ProxySpec, []))
    with closing(sqlite3.connect(earlier)) as connection, connection:
        connection.execute(
            "UPDATE nas_studies SET experiment = json_set(experiment, '$.proxy.later', ?)"
            " WHERE name = 'finished-confirmation-6-f9f98a'",
            (later,),
        )
    with Store(f"sqlite:///{earlier}", create=False) as store:
        assert len(serving(store, store.study("finished"), "confirmation")) == found


def test_a_full_training_goes_on_where_a_key_came_later(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = {"epochs": 9, **TrainingSpec().model_dump(mode="json")}
    monkeypatch.setattr("nas.training.recipe.TrainingSpec", grown(TrainingSpec, []))
    assert differences(begun, {**begun, "later": 3}) == []
    assert differences(begun, {**begun, "later": 4}) == ["later"]
    assert differences({**begun, "later": 4}, {**begun, "later": 3}) == ["later"]
    assert differences(begun, {**begun, "mixup": 0.2}) == ["mixup"]


@dataclass(frozen=True)
class LaterSetting(LatencySetting):
    """What a table holds for, with a field more."""

    governor: str = "unknown"


def test_a_field_that_comes_later_orphans_no_latency_table() -> None:
    facts = ("cpu", "eager", "float32", 1, 1, "contiguous", "a board", "torch 2")
    assert LaterSetting(*facts).key == LatencySetting(*facts).key
    assert LaterSetting(*facts, governor="powersave").key != LatencySetting(*facts).key
