"""Whatever stands wrong at whatever key: one line with that key, its line, a rule and what came.

The keys are found by walking the models, so that a new one is tried without a change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel

from nas.cli import main
from nas.config import Experiment, ExperimentFile
from nas.config.constraints import LimitSpec
from nas.config.document import Document
from nas.config.training import TrainingSpec
from nas.config.values import BaselineSpec
from nas.training.recipe import parse_changes, training_recipe
from search_spaces.errors import ExperimentFileError, TrainingError
from search_spaces.registry import block_types, head_types
from search_spaces.spaces.space_spec import BlockSpec, DenseHead

BASE = """
name: digits
dataset: {name: cluttered_digits}
space:
  input: {channels: 1, resolution: 40, num_classes: 10}
  stages: [{out_channels: 16, block: [fire]}]
"""
"""All that is required, here and in the sections that may be left out."""

NEVER = (
    ".nan", ".inf", "-.inf", "1e999", "-1", "-1.5", "9" * 400, "''", "[[[]]]", "[.nan]", "[{}]",
    "{no_such_key: 1}",
)  # fmt: skip
"""What no key takes, as it is written."""

TYPES = {
    int: ("1.5", "1e3", "true", "on", "010", "0o10", "'3'", "2020-01-01", "many"),
    float: ("true", "on", "010", "0x1f", "1:30:30", "2020-01-01", "many"),
    bool: ("on", "no", "1", "0", "1.0", "'true'"),
    str: ("true", "3", "1.5"),
    Literal: ("no such thing", "true", "1.0", "3.5"),
    dict: ("[]", "true", "3", "many"),
    "limit": ("[]", "true", "on", "010", "many", "30 parsecs"),
}
"""What no key of a type takes, besides."""

ITEMS: dict[Any, Any] = {
    BlockSpec: {name: dict(block.annotations) for name, block in block_types().items()},
    DenseHead: {
        name: {**head.annotations, **({"block": BlockSpec} if head.takes_blocks else {})}
        for name, head in head_types().items()
    },
    BaselineSpec: {"mobilenet_v2": {"width_mult": tuple[float, ...]}},
}
"""Values that are a name, or a mapping of one name to its options: type -> name -> options."""

Place = tuple[str | int, ...]

RULE = re.compile(
    r"(must (be|have|not|exceed|hold|start)|is not a known (key|block|head)|lists a value twice|"
    r"has no meaning|min \(=)"
)
FOREIGN = re.compile(r"Pydantic|[Ii]nput should|[Tt]uple|validation e|factory|Spec\(|strict")


class Key(NamedTuple):
    """A key of the file, and the type of its values."""

    place: Place
    type: Any


def _types(annotation: Any) -> Iterator[Any]:
    """What an annotation consists of, without lists, None and checks."""
    origin = get_origin(annotation)
    if origin is Literal or not get_args(annotation):
        yield annotation
        return
    inner = get_args(annotation)
    for each in inner[:1] if origin is Annotated else inner:
        yield from _types(each)


def _keys(model: type[BaseModel], place: Place = ()) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        yield from _keys_of((*place, name), field.annotation)


def _keys_of(place: Place, annotation: Any) -> Iterator[Key]:
    kinds = {kind for kind in _types(annotation) if kind not in (type(None), Ellipsis)}
    if float in kinds:  # a number that is no word of a list may well be a number that is allowed
        kinds = {kind for kind in kinds if get_origin(kind) is not Literal}
    if int in kinds:  # where a number is allowed beside texts, it is no wrong text
        kinds.discard(str)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield Key(place, "limit" if issubclass(kind, LimitSpec) else dict)
            yield from _keys(kind, (*place, 0) if place[-1] == "stages" else place)
        elif kind in ITEMS:
            for name, options in ITEMS[kind].items():
                for option, inner in options.items():
                    yield from _keys_of((*place, 0, name, option), inner)
        else:
            yield Key(place, Literal if get_origin(kind) is Literal else kind)


# Members of a union may come in another order in another process, and with them the tests' names.
KEYS = sorted(dict.fromkeys(_keys(Experiment)), key=repr)
LEAVES = [key for key in KEYS if key.type is not dict]
WRONG_HERE = "WRONG-HERE"


def _with(values: Any, place: Place, wrong: Any) -> Any:
    """The values with one more, and the sections around it."""
    if not place:
        return wrong
    part, rest = place[0], place[1:]
    if isinstance(part, int):
        return [_with(values[0] if isinstance(values, list) else {}, rest, wrong)]  # one item
    known = values if isinstance(values, dict) else {}
    return {**known, part: _with(known.get(part), rest, wrong)}


def _text(*wrong: tuple[Place, str]) -> tuple[str, list[int]]:
    """A file with a key on each line of which some are wrong, and their lines."""
    values = yaml.safe_load(BASE)
    for number, (place, _) in enumerate(wrong):
        values = _with(values, place, f"{WRONG_HERE}{number}")
    text = yaml.safe_dump(values, default_flow_style=False, sort_keys=False)
    lines = [text.count("\n", 0, text.index(f"{WRONG_HERE}{n}")) + 1 for n in range(len(wrong))]
    for number, (_, value) in enumerate(wrong):
        text = text.replace(f"{WRONG_HERE}{number}", value)
    return text, lines


def _dotted(place: Place) -> str:
    return re.sub(r"\.\[", "[", ".".join(f"[{p}]" if isinstance(p, int) else p for p in place))


def _said(text: str) -> str:
    with pytest.raises(ExperimentFileError) as caught:
        ExperimentFile(Document("f.yaml", text)).evaluator()
    return str(caught.value)


def _require_own(said: str, line: int, place: Place, wrong: str) -> None:
    """That a message is of this key and line: a rule and what came, in our words."""
    found = re.fullmatch(r"f\.yaml:(\d+): `([^`]*)`:? (.*)", said)
    assert found is not None, said
    key = _dotted(place)
    assert found[2] == key or found[2].startswith((f"{key}.", f"{key}[")), said
    assert int(found[1]) == line, said
    assert RULE.match(found[3]), said
    assert not FOREIGN.search(said), said
    assert ", got " in said or "(allowed: " in said or wrong in said, said


def _wrong(key: Key) -> Iterator[tuple[Place, str]]:
    """Wrong values, and where they stand."""
    for value in (*NEVER, *TYPES[key.type]):
        if key.type is dict and value == "{no_such_key: 1}":  # it may lack what is required
            item = (0,) if key.place[-1] == "stages" else ()
            yield (*key.place, *item, "no_such_key"), "1"
        elif (key.place[-1], value) != ("stages", "[{}]"):
            yield key.place, value


def test_the_walk_finds_every_section() -> None:
    """Written down by hand, once: the walk itself must not lose any."""
    found = {_dotted(key.place) for key in KEYS}
    assert {
        "name", "seed", "dataset.root", "dataset.size", "space.input.resolution",
        "space.stem.pool", "space.stages", "space.stages[0].num_blocks",
        "space.stages[0].block[0].standard.kernel_size", "space.head.dropout",
        "space.output_stride", "space.head[0].unet.num_skips",
        "space.head[0].unet.block[0].fire.squeeze_ratio", "space.head[0].aspp.rate", "objectives",
        "constraints.flops", "constraints.latency_ms.min", "latency.max_profile_seconds",
        "search.start_from", "fidelity.min_epochs", "evaluator", "proxy.batch_size",
        "proxy.learning_rate", "proxy.augmentation.mixup", "workers.trial_time_limit",
        "workers.max_memory_growth", "checkpoints", "baselines[0].mobilenet_v2.width_mult",
        "control",
    } <= found  # fmt: skip
    assert len(LEAVES) > 100
    ExperimentFile(Document("f.yaml", _text()[0]))  # without anything wrong it is valid


@pytest.mark.parametrize("key", KEYS, ids=lambda key: _dotted(key.place))
def test_whatever_is_wrong_is_told_with_its_own_key_and_line(key: Key) -> None:
    for place, wrong in _wrong(key):
        text, (line,) = _text((place, wrong))
        _require_own(_said(text), line, place, wrong)


@pytest.mark.parametrize("key", LEAVES, ids=lambda key: _dotted(key.place))
def test_what_is_wrong_at_two_keys_is_told_of_both(key: Key) -> None:
    others: list[tuple[Place, str]] = [
        (("proxy", "batch_size"), "0"), (("search", "num_trials"), "x"), (("seed",), "-1"),
    ]  # fmt: skip
    for other, wrong in others:
        if other == key.place:
            continue
        text, lines = _text((key.place, ".nan"), (other, wrong))
        both = _said(text).split("; f.yaml:")
        assert len(both) == 2, both
        told = sorted(((lines[0], key.place, ".nan"), (lines[1], other, wrong)), key=lambda t: t[0])
        for message, (line, place, value) in zip(both, told, strict=True):
            _require_own(f"f.yaml:{message.removeprefix('f.yaml:')}", line, place, value)


@pytest.mark.parametrize("key", LEAVES, ids=lambda key: _dotted(key.place))
def test_the_command_says_so_in_one_line(
    key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text, (line,) = _text((key.place, ".nan"))
    Path("f.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["validate", "f.yaml"])
    printed = capsys.readouterr()
    (said,) = printed.err.splitlines()
    assert printed.out == "" and said.startswith("nas: ")
    _require_own(said.removeprefix("nas: "), line, key.place, ".nan")


@pytest.mark.parametrize("key", list(_keys(TrainingSpec)), ids=lambda key: _dotted(key.place))
def test_wrong_values_of_a_full_training_are_told_with_their_key(key: Key) -> None:
    name = str(key.place[0])
    for wrong in (".nan", "-1", "1e999", "9" * 400, *TYPES[key.type]):
        if wrong == "true" and key.type is bool:
            continue
        with pytest.raises(TrainingError) as caught:
            training_recipe(parse_changes([f"{name}={wrong}"]))
        said = re.fullmatch(rf"recipe: `{name}` (.*), got .*", str(caught.value))
        assert said is not None and RULE.match(said[1]), str(caught.value)


def test_two_wrong_values_of_a_full_training_are_both_told() -> None:
    with pytest.raises(TrainingError, match=r"recipe: `batch_size` must .*, got 0; `mixup` must"):
        training_recipe(parse_changes(["mixup=-1", "batch_size=0"]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "space:\n  stages:\n    out_channels: 8\n    block:\n      standard:\n"
            "        kernel_size: 4",
            "6: `space.stages.block.standard.kernel_size` must be odd, so that the output keeps its"
            " size, got 4",
        ),
        (
            "baselines:\n  mobilenet_v2:\n    width_mult:\n      - 1\n      - -1",
            "5: `baselines.mobilenet_v2.width_mult[1]` must be greater than 0, got -1",
        ),
        ("baselines:\n- squeezenet: 3", "2: `baselines[0].squeezenet` must be a mapping of keys to"
         " values, got 3"),
        ("search:\n  ? [a]\n  : 3", "2: `search`: a key must be plain text, got a list"),
        ("search: {num_trials: &none 0}\nseed: *none",
         "1: `search.num_trials` must be at least 1, got 0"),
        ("dataset: {name: mnist, channels: true}",
         "1: `dataset.channels` must be a whole number, got true"),
        ("workers: {max_memory_growth: -1 KiB}", "1: `workers.max_memory_growth` must be a number,"
         " optionally with KiB, MiB, GiB, got '-1 KiB'"),
        ("workers: {trial_time_limit: 0m}",
         "1: `workers.trial_time_limit` must be greater than 0, got '0m'"),
        ("search:\n\tnum_trials: 3", "2: is not valid YAML: while scanning for the next token,"
         " found character '\\t' that cannot start any token"),
    ],
)  # fmt: skip
def test_places_and_values_as_they_are_written(text: str, said: str) -> None:
    """Of values that stand without a list, in lines of their own, with a unit."""
    sections = yaml.safe_load(BASE) if "\t" not in text else {}
    rest = {key: value for key, value in sections.items() if not text.startswith(key)}
    assert _said(f"{text}\n{yaml.safe_dump(rest)}") == f"f.yaml:{said}"


def test_a_misspelt_key_is_not_missing_too_and_many_faults_are_counted() -> None:
    text = BASE.replace("num_classes", "num_clases") + "".join(f"{key}: 1\n" for key in "abcdef")
    told = _said(text).split("; ")
    assert told[0].startswith("f.yaml:5: `space.input.num_clases` is not a known key")
    assert told[1].startswith("did you mean `num_classes`? (allowed: ")
    assert [each.partition(" is")[0] for each in told[2:-1]] == [
        "f.yaml:7: `a`", "f.yaml:8: `b`", "f.yaml:9: `c`", "f.yaml:10: `d`",
    ]  # fmt: skip
    assert told[-1] == "and 2 more"


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        ("{name: cluttered_digits, variant: x}", "`dataset.variant` has no meaning for "),
        ("{name: emnist, variant: x, root: not_here}", "`dataset.variant` must be one of "),
    ],
)
def test_a_data_set_that_no_images_make_right_is_told_without_them(
    dataset: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where `space.input` says what the images will be like."""
    path = tmp_path / "f.yaml"
    path.write_text(BASE.replace("{name: cluttered_digits}", dataset), encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["validate", str(path)])
    assert capsys.readouterr().err.startswith(f"nas: {path}:3: {said}")
