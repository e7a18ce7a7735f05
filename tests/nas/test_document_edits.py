"""Files that are changed by a program: what was asked for changes, and nothing else."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nas.config.edits import with_value, with_values
from search_spaces.errors import ExperimentFileError

FILE = """\
# a search
name: mine   # its name
latency:
  device: cpu      # here
  num_threads: 2
  # nothing more

search: {num_trials: 24}   # few
fidelity: none
workers:
proxy: {}
objectives:
  - accuracy   # first
  - flops
# the end
"""


@pytest.mark.parametrize(
    ("keys", "value", "before", "after"),
    [
        (("name",), "yours", "name: mine ", "name: yours "),
        (("latency", "num_threads"), 4, "num_threads: 2", "num_threads: 4"),
        (("latency", "table"), "b.csv", "threads: 2\n", "threads: 2\n  table: b.csv\n"),
        (("search", "num_trials"), 5, "{num_trials: 24}", "{num_trials: 5}"),
        (("search", "reuse"), False, "24}", "24, reuse: false}"),
        (("fidelity", "max_epochs"), 9, "fidelity: none", "fidelity: {max_epochs: 9}"),
        (("workers", "cpus_per_trial"), 2, "workers:", "workers: {cpus_per_trial: 2}"),
        (("proxy", "batch_size"), 16, "proxy: {}", "proxy: {batch_size: 16}"),
        (("seed",), 3, "# the end\n", "# the end\nseed: 3\n"),
        (("constraints", "flops"), "1M", "# the end\n", "# the end\nconstraints: {flops: 1M}\n"),
        (
            ("objectives",), ["accuracy"],
            "objectives:\n  - accuracy   # first\n  - flops\n", "objectives: [accuracy]\n",
        ),
        (("search",), {"num_trials": 1}, "{num_trials: 24} ", "{num_trials: 1} "),
    ],
)  # fmt: skip
def test_one_value(keys: tuple[str, ...], value: object, before: str, after: str) -> None:
    assert FILE.count(before) == 1
    assert with_value(FILE, keys, value) == FILE.replace(before, after)


def test_a_ready_space_keeps_its_comments(ready_spaces: Path) -> None:
    text = (ready_spaces / "quickstart.yaml").read_text(encoding="utf-8")
    changed = with_values(text, {("search", "num_trials"): 7, ("name",): "mine"})
    expected = text.replace("num_trials: 24", "num_trials: 7")
    assert changed == expected.replace("name: quickstart", "name: mine")


@given(st.text(max_size=20))
def test_any_text_comes_back(value: str) -> None:
    changed = with_value("a: {b: 1}  # c\n", ("a", "b"), value)
    assert yaml.safe_load(changed) == {"a": {"b": value}}
    assert changed.endswith("}  # c\n")


def test_what_cannot_be_changed_is_refused() -> None:
    shared = "a: &x {b: 1}\nc: *x\n"
    with pytest.raises(ExperimentFileError, match=r"`c\.b` cannot be changed"):
        with_value(shared, ("c", "b"), 2)
    with pytest.raises(ExperimentFileError, match="a mapping with a key on each line"):
        with_value("{a: 1}", ("a",), 2)
