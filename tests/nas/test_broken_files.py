"""Wrong experiment files: one line each, with file, line, key, rule, what came, what is allowed."""

import re
import shutil
from pathlib import Path

import pytest

from nas.cli import main
from search_spaces.networks import reference_networks
from search_spaces.registry import block_types

BROKEN = Path(__file__).parents[1] / "data" / "broken"

ADVICE = re.compile("; (?:raise|lower) it to ")

SECTIONS = (
    "name, seed, task, dataset, space, objectives, constraints, device, latency, search, fidelity, "
    "evaluator, proxy, workers, checkpoints, baselines, control"
)

# File -> what follows its name in the message; {blocks} and {networks} are those registered.
EXPECTED = {
    "accuracy_from_above": "13: `constraints.accuracy` must be a limit from below such as '>= 0.8',"
    " got '<= 0.9'",
    "baseline_of_another_task": "10: `baselines[1]` (=mobilenet_v2) must be a network that makes a"
    " class of each pixel",
    "baseline_unknown": "16: `baselines[1]` must be one of {networks} (near: mobilenet_v2), got"
    " 'mobilenet_v3'",
    "baseline_without_width": "16: `baselines[0].squeezenet.width` is not a known key; did you mean"
    " `width_mult`? (allowed: width_mult)",
    "block_twice": "9: `space.stages[0].block` names a block twice; list its values in one entry",
    "budget_too_large": "13: `constraints.flops` (>= 1G) cannot be met: the largest architecture of"
    " the space has 3.42M",
    "budget_too_small": "13: `constraints.flops` (=1k) cannot be met: the cheapest architecture of"
    " the space has 164k",
    "checkpoints_nowhere": "15: `checkpoints` must be a folder or an address that fsspec knows, not"
    " s4://, got 's4://bucket'",
    "checkpoints_with_a_password": "15: `checkpoints` must hold no password: file systems take"
    " theirs from the environment",
    "control_character": "3: is not valid YAML: special characters are not allowed",
    "dangerous_name": "1: `name` must be letters, digits, dots, dashes and underscores, at most"
    " 100, and start with a letter or digit, got '../../digits'",
    "duplicate_key": "16: `objectives` is given twice; first in line 12",
    "empty_choice": "5: `space.width_mult` must have at least one item, got []",
    "epochs_of_no_scheduler": "15: `fidelity.min_epochs` means nothing with `scheduler: none`; it"
    " is for halving and hyperband",
    "epochs_out_of_order": "15: `fidelity.min_epochs` (=9) must not exceed `max_epochs` (=3)",
    "even_kernel": "10: `space.stages[0].block[0].standard.kernel_size[1]` must be odd, so that the"
    " output keeps its size, got 4",
    "groups_cannot_divide": "11: `space.stages[0].block[1].shuffle` with kernel_size=3, dilation=1,"
    " groups=3, residual=none and width_mult=0.5: `in_channels` (=8) must be divisible by `groups`"
    " (=3)",
    "infinite_budget": "13: `constraints.flops` must be a finite number, got inf",
    "invalid_yaml": "6: is not valid YAML: while parsing a flow sequence, expected ',' or ']', but"
    " got ':'",
    "key_with_a_line_break": rf"16: `a\nb` is not a known key (allowed: {SECTIONS})",
    "limit_on_something_unknown": "13: `constraints.energy` is not a known key (allowed: flops,"
    " params, latency_ms, peak_activation_bytes, weight_bytes, ram_bytes, flash_bytes,"
    " accuracy, miou, ram, flash)",
    "limits_crossed": "13: `constraints.flops` min (=30M) must not exceed max (=5M)",
    "limits_in_a_list": "13: `constraints.flops` must be one limit from above, from below, or both,"
    " such as '>= 1, <= 2', or a mapping of min and max, got ['5M', '30M']",
    "list_at_top": "1: must be a mapping of keys to values, got [{'name': 'digits'}]",
    "merge_key": "14: `search.<<` is not a known key (allowed: sampler, num_trials, time_limit,"
    " start_from, reuse)",
    "missing_name": "1: `name` is required and missing",
    "negative_seed": "2: `dataset.seed` must be at least 0, got -1",
    "nested_too_deep": f"2: `space{'[0]' * 32}` nests too deep or repeats too much; at most 32"
    " levels and 20000 values",
    "no_accuracy": "12: `objectives` must contain accuracy or miou, since costs alone are known"
    " without a search, got ['flops', 'params']",
    "not_utf8": "2: is not UTF-8 text",
    "python_object": "14: `search` has the tag `!!python/object/apply:os.system`; only plain values"
    " are read",
    "unknown_block": "10: `space.stages[0].block[0].standart` is not a known block; did you mean"
    " `standard`? (there are {blocks})",
    "unknown_dataset": "2: `dataset.name` must be one of cluttered_digits, digit_scenes, cifar10,"
    " cifar100, mnist, fashion_mnist, kmnist, emnist, image_folder, mask_folder, voc_segmentation,"
    " cityscapes, camvid, npz, npy, hugging_face, or `module:function`; got 'cluttered_digit'",
    "unknown_key": "14: `search.num_trails` is not a known key; did you mean `num_trials`?"
    " (allowed: sampler, num_trials, time_limit, start_from, reuse)",
    "unknown_objective": "12: `objectives[1]` must be one of accuracy, miou, flops, params,"
    " latency_ms, peak_activation_bytes, weight_bytes, ram_bytes, flash_bytes,"
    " accuracy_int8, miou_int8 (near: latency_ms), got 'latency'",
    "unknown_scheduler": "15: `fidelity.scheduler` must be 'halving', 'hyperband' or 'none', got"
    " 'asha'",
    "unknown_section": "13: `constraint` is not a known key; did you mean `constraints`? (allowed:"
    f" {SECTIONS})",
    "value_twice": "11: `space.stages[0].block[1].shuffle.groups` lists a value twice, got"
    " [2, 4, 2]",
    "wrong_type": "8: `space.stages[0].stride` must be a whole number, got 'two'",
    "wrong_unit": "13: `constraints.flops` must be a number, optionally with k, M, G, got '30ms'",
    "head_block_unfit": "14: `space.head[1].unet.block[1].shuffle` with block=shuffle, groups=7,"
    " kind=unet, width_mult=1: `in_channels` (=40) must be divisible by `groups` (=7)",
    "head_choice_unknown": "9: `space.head.lraspp.low_strde` is not a known key; did you mean"
    " `low_stride`? (allowed: out_channels, low_stride)",
    "head_missing": "8: `space.head` must be one that makes a class of each pixel (aspp, fcn,"
    " lraspp, unet), as the data set has",
    "head_of_another_task": "8: `space.head` must be the classifier's (or left out): aspp, fcn,"
    " lraspp, unet are for data sets with masks",
    "head_twice": "8: `space.head` names a head twice; list its values in one entry",
    "head_unknown": "9: `space.head[0].unett` is not a known head; did you mean `unet`? (there are"
    " aspp, fcn, lraspp, unet)",
    "output_stride_odd": "5: `space.output_stride[1]` must be 4, 8, 16, 32 or 64, got 12",
    "output_stride_without_head": "5: `space.output_stride` is for a `head` that makes a class of"
    " each pixel (there are aspp, fcn, lraspp, unet)",
}


def _said(
    command: str, name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code and message of a command on a copy of a broken file, the only file it leaves."""
    shutil.copy(BROKEN / f"{name}.yaml", folder)
    with pytest.raises(SystemExit) as ended:
        main([command, f"{name}.yaml"])
    assert [path.name for path in folder.iterdir()] == [f"{name}.yaml"]
    printed = capsys.readouterr()
    assert printed.out == ""
    return int(str(ended.value)), printed.err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_broken_file_has_its_message() -> None:
    files = {path.stem for path in BROKEN.iterdir()}
    assert files == {*EXPECTED, "budgets_exclude_each_other"}
    assert len(set(EXPECTED.values())) == len(EXPECTED) >= 12


@pytest.mark.parametrize("command", ["validate", "launch"])
@pytest.mark.parametrize("name", EXPECTED)
def test_broken_file_is_one_line_and_nothing_written(
    command: str, name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = _said(command, name, here, capsys)
    wanted = EXPECTED[name].replace("{blocks}", ", ".join(block_types()))
    wanted = wanted.replace("{networks}", ", ".join(reference_networks()))
    (line,) = said.splitlines()
    line = ADVICE.split(line)[0]  # which is tested with the statistics
    assert line == f"nas: {name}.yaml:{wanted}"
    assert code == 2


@pytest.mark.parametrize("command", ["validate", "launch"])
def test_budgets_that_exclude_each_other(
    command: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Separable blocks need more parameters than 1.2k, fire blocks more FLOPs than 318k."""
    code, said = _said(command, "budgets_exclude_each_other", here, capsys)
    (line,) = said.splitlines()
    assert line.startswith("nas: budgets_exclude_each_other.yaml:13: `constraints.")
    assert "all budgets" in line
    assert code == 2


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("absent.yaml", "nas: absent.yaml: cannot be read: No such file or directory"),
        (".", "nas: .: cannot be read: Is a directory"),
    ],
)
def test_file_that_cannot_be_read(
    path: str, message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["validate", path])
    assert capsys.readouterr().err.splitlines() == [message]
