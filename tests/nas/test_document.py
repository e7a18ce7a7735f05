"""YAML as we read it: plain values, known lines, and no way to grow or to run anything."""

from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nas.config import ExperimentFile
from nas.config.document import MAX_BYTES, MAX_VALUES, Document
from search_spaces.errors import ExperimentFileError

VALID = """\
name: digits
seed: 3
dataset: {name: cluttered_digits, train_size: 100}
space:
  stem: {out_channels: 16}
  width_mult: [0.5, 1.0]
  stages:
    - out_channels: 32
      block: &blocks
        - standard: {kernel_size: [3, 5]}
        - fire
    - {out_channels: [32, 64], num_blocks: 2, block: *blocks}
objectives: [accuracy, flops, latency_ms]
constraints: {flops: 30M, weight_bytes: 2 MiB, latency_ms: 500us}
search: {time_limit: 10m}
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("+12", 12),
        ("-1_000", -1000),
        ("010", "010"),  # neither eight nor ten
        ("0x10", "0x10"),
        ("1:30:30", "1:30:30"),  # no number of base sixty
        ("2024-01-01", "2024-01-01"),  # no date
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("2.", 2.0),
        ("-.inf", float("-inf")),
        ("=", "="),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!float 1.5", 1.5),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    read = Document("file", f"key: {text}").data["key"]
    assert read == value
    assert type(read) is type(value)


def test_not_a_number() -> None:
    assert isnan(Document("file", "key: .nan").data["key"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!!binary aGk=", "`key` has the tag `!!binary`; only plain values are read"),
        ("!!set {a, b}", "`key` has the tag `!!set`; only plain values are read"),
        ("!mine 3", "`key` has the tag `!mine`; only plain values are read"),
        ("!!int twelve", "`key` is tagged as int, got 'twelve'"),
        ("!!bool 1", "`key` is tagged as bool, got '1'"),
        ("9" * 5000, f"`key` is too long a number, got '{'9' * 56}..."),
    ],
)
def test_values_that_are_not_read(text: str, message: str) -> None:
    with pytest.raises(ExperimentFileError) as raised:
        Document("file", f"first: 1\nkey: {text}")
    assert str(raised.value) == f"file:2: {message}"


def test_lines_and_keys_of_places() -> None:
    document = Document("file", VALID)
    assert document.line(("space", "stages", 0, "block", 1)) == 11
    assert document.line(("space", "stages", 1, "num_blocks")) == 12
    assert document.line(("space", "head", "dropout")) == 4  # the deepest part that is there
    error = document.error(("space", "stages", 1, "num_blocks", 0), "is wrong")
    assert str(error) == "file:12: `space.stages[1].num_blocks` is wrong"  # no list stands there


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{'bcdefgh'[i]}: &{'bcdefgh'[i]} [{', '.join(['*' + 'abcdefg'[i]] * 9)}]\n"
                  for i in range(7)),
        "a: &a [*a]",
        "a: &a {b: *a}",
        "[" * 900,
        "- " * 900 + "x",
    ],
    ids=["billion laughs", "list in itself", "mapping in itself", "brackets", "dashes"],
)  # fmt: skip
def test_hostile_nesting_is_refused(text: str) -> None:
    with pytest.raises(ExperimentFileError) as raised:
        Document("file", text)
    assert len(str(raised.value).splitlines()) == 1


def test_limits_on_size(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ExperimentFileError, match="is larger than 1 MiB"):
        Document.read(path)
    with pytest.raises(ExperimentFileError, match="repeats too much"):
        Document("file", "key: [" + "0," * (MAX_VALUES + 1) + "]")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("key: [\n" + "[" * 200_000, 2),
        ("{" * 200_000, 1),
        ("a:\n  - " + "- " * 200_000, 2),
        ("a: b\n" * 200_000, 10_000),  # a key and a value in each line, and the mapping itself
        ("key: [" + "0," * 500_000 + "]", 1),
        ("{" + "a," * 500_000 + "}", 1),
    ],
    ids=["lists", "mappings", "dashes", "lines", "values", "keys"],
)
def test_hostile_files_are_given_up_early(text: str, line: int) -> None:
    """Where reading them to the end would take half a minute."""
    with pytest.raises(ExperimentFileError, match=f"^file:{line}: nests too deep or repeats"):
        Document("file", text)


def test_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: digits\n")
    assert Document.read(path).data == {"name": "digits"}


def _checked(text: str) -> None:
    """A file is valid, or gives an error of one line that begins with a place."""
    try:
        file = ExperimentFile(Document("file", text))
        file.space((1, 32, 32), 10)
    except ExperimentFileError as error:
        place, _, message = str(error).partition(": ")
        assert place.startswith("file:")
        assert message
        assert len(str(error).splitlines()) == 1


_TRIED = settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
_VALUES = (
    "", "~", "-1", "0", "3", "1.5", "1e999", ".nan", "-.inf", "9" * 400, "9" * 5000, "no", "x",
    "[]", "{}", "[[]]", "[3, 3]", "{a: 1}", "{name: 1}", "standard", "[standard, {fire: {}}]",
    "30M", "-30M", "1e999k", "\u2028", '"\\0"', '"\\uD800"', "\t", "'", "*blocks", "&b",
    "!!null ''", "2000000000",
    "!!python/name:os.system", "? ", "- ", "%TAG", "---", "...", "\x85", "@",
)  # fmt: skip


def test_the_file_that_is_mutated_is_valid() -> None:
    ExperimentFile(Document("file", VALID)).space((1, 32, 32), 10)


@_TRIED
@given(line=st.integers(0, VALID.count("\n") - 1), value=st.sampled_from(_VALUES))
def test_any_line_may_say_anything(line: int, value: str) -> None:
    lines = VALID.splitlines()
    lines[line] = lines[line].partition(":")[0] + ": " + value
    _checked("\n".join(lines))


@_TRIED
@given(
    start=st.integers(0, len(VALID)),
    length=st.integers(0, 30),
    inserted=st.one_of(st.sampled_from(_VALUES), st.text(max_size=8)),
)
def test_any_piece_may_be_damaged(start: int, length: int, inserted: str) -> None:
    _checked(VALID[:start] + inserted + VALID[start + length :])


@_TRIED
@given(st.text(max_size=60))
def test_any_text_is_valid_or_one_line(text: str) -> None:
    _checked(text)


@_TRIED
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_valid_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.yaml"
    path.write_bytes(raw)
    try:
        ExperimentFile.read(path)
    except ExperimentFileError as error:
        assert len(str(error).splitlines()) == 1
