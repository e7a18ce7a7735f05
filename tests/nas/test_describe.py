"""`nas describe`: the numbers that a person and a program read off it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from nas.cli import main
from nas.store import EpochRecord, LayerRecord, Store, StudyRecord
from search_spaces.graphs.description import sections
from search_spaces.networks import reference_network, reference_networks

QUICKSTART = "search_spaces/quickstart.yaml"
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "reference_costs.json"
REFERENCE: dict[str, Any] = json.loads(SHARED.read_text())["networks"] if SHARED.exists() else {}

KEYS = {
    "name", "params", "flops", "weight_bytes", "peak_activation_bytes", "receptive_field", "layers",
}  # fmt: skip
LAYER_KEYS = {
    "name", "type", "in_shape", "out_shape", "kernel_size", "stride", "padding", "dilation",
    "groups", "params", "flops", "activation_bytes",
}  # fmt: skip


@pytest.fixture
def quickstart(ready_spaces: Path) -> str:
    return str(ready_spaces / "quickstart.yaml")


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["describe", *arguments])
    return int(str(ended.value))


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert _run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def _shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert _run(*arguments) == 0
    return capsys.readouterr().out


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


@pytest.mark.skipif(not REFERENCE, reason="shared/data/reference_costs.json is absent")
def test_every_reference_network_has_the_published_costs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for entry, wanted in REFERENCE.items():
        name = next(n for n in sorted(reference_networks(), key=len)[::-1] if entry.startswith(n))
        options = [f"{_option(k)}={v}" for k, v in wanted["arguments"].items()]
        found = _json(capsys, name, *options)
        assert (found["params"], found["flops"]) == (wanted["params"], wanted["flops"]), entry


def test_json_of_alexnet_has_the_lecture_table(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "alexnet")
    assert found.keys() >= KEYS
    layers = {layer["name"]: layer for layer in found["layers"]}
    assert all(layer.keys() >= LAYER_KEYS for layer in layers.values())
    conv1 = {key: layers["conv1"][key] for key in LAYER_KEYS}
    assert conv1 == {
        "name": "conv1", "type": "conv", "in_shape": [3, 227, 227], "out_shape": [64, 56, 56],
        "kernel_size": [11, 11], "stride": [4, 4], "padding": [2, 2], "dilation": [1, 1],
        "groups": 1, "params": 23_296, "flops": 72_855_552, "activation_bytes": 784 * 1024,
    }  # fmt: skip
    assert layers["pool1"]["type"] == "max_pool"
    assert layers["pool1"]["activation_bytes"] == 182.25 * 1024
    assert layers["pool1"]["groups"] is None
    fc6 = layers["fc6"]
    assert (fc6["in_shape"], fc6["out_shape"], fc6["kernel_size"]) == ([9216], [4096], None)
    assert (fc6["flops"], fc6["params"]) == (37_748_736, 37_752_832)
    assert found["params"] == sum(layer["params"] for layer in found["layers"]) == 61_100_840
    assert found["weight_bytes"] == 4 * 61_100_840
    assert found["receptive_field"] == 195


@pytest.mark.parametrize("width", [None, "80", "200"])
def test_the_table_of_alexnet(
    width: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact where there is room, and always within the width of the terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if width:
        monkeypatch.setenv("COLUMNS", width)
    shown = _shown(capsys, "alexnet")
    assert max(map(len, shown.splitlines())) <= int(width or 120)
    (conv1,) = (line for line in shown.splitlines() if line.startswith("conv1"))
    assert "conv 11x11/4" in conv1
    assert "64x56x56" in conv1
    assert "784" in conv1
    if width != "80":
        assert "23,296" in conv1
        assert "72,855,552" in conv1
        assert "182.25" in shown
    assert "61,100,840, 233 MiB" in shown
    assert "716,767,232" in shown
    assert "counted once" in shown


@pytest.mark.parametrize("name", reference_networks())
def test_every_table_fits_a_narrow_terminal(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for option in ([], ["--blocks"], ["--layers"]):
        shown = _shown(capsys, name, *option)
        assert max(map(len, shown.splitlines())) <= 80
        assert "…" not in shown


def test_equal_blocks_in_a_row_are_shown_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    shown = _shown(capsys, "resnet101")
    (line,) = (line for line in shown.splitlines() if line.startswith("stage3.2-22"))
    assert "21 more like stage3.1" in line
    assert len(shown.splitlines()) < 90
    assert len(_shown(capsys, "resnet101", "--layers").splitlines()) > 300


def test_one_line_for_each_block(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capsys, "squeezenet1_1", "--blocks")
    fires = [line for line in shown.splitlines() if line.startswith("fire")]
    assert len(fires) == 8
    # 64 inputs, 16 squeezed, 64 + 64 expanded: 64·16 + 16 + 16·64 + 64 + 9·16·64 + 64
    assert "11,408" in fires[0]
    assert "(stem)" in shown


def test_options_reach_the_network(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--resolution=160", "--num-classes=10", "--in-channels=1", "--groups=4"]
    found = _json(capsys, "shufflenet_v1", *options, "--width-mult=0.5")
    assert found["in_shape"] == [1, 160, 160]
    assert found["out_shape"] == [10]
    by_name = {layer["name"]: layer for layer in found["layers"]}
    assert by_name["stage2.1.squeeze"]["groups"] == 4
    written = _json(
        capsys, "shufflenet_v1:resolution=160,num_classes=10,in_channels=1,groups=4,width_mult=0.5"
    )
    assert written["architecture"] == found["architecture"]


def test_a_sample_of_a_space_follows_its_seed(
    quickstart: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = _json(capsys, quickstart), _json(capsys, quickstart, "--seed=0")
    other = _json(capsys, quickstart, "--seed=1")
    assert first == again
    assert first["architecture"] != other["architecture"]
    assert first["choices"].keys() != {}


def test_smallest_and_largest_of_a_space(
    quickstart: str, capsys: pytest.CaptureFixture[str]
) -> None:
    smallest, largest = (_json(capsys, quickstart, f"--{end}") for end in ("smallest", "largest"))
    assert smallest["choices"]["width_mult"] == 0.5
    assert largest["choices"]["width_mult"] == 1.5
    # From 24 to 48 channels: 7x7 in two groups, then pointwise, 49·24·48/2 + 48·48/2 = 29,376
    # weights, against 25·24·48 = 28,800 of a standard 5x5.
    assert largest["choices"]["stage1.block"] == "shuffle"
    assert largest["choices"]["stage1.shuffle.kernel_size"] == 7
    for seed in range(5):
        flops = _json(capsys, quickstart, f"--seed={seed}")["flops"]
        assert smallest["flops"] <= flops <= largest["flops"]


def test_a_trial_of_a_study(
    url: str, store: Store, hand_made: StudyRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = store.trials(hand_made)[1]
    found = _json(capsys, "hand-made", "--trial=1", "--storage", url)
    assert (found["params"], found["flops"]) == (trial.params, trial.flops)
    assert found["architecture"] == trial.architecture
    assert found["choices"] == trial.choices
    assert "hand-made trial 1" in _shown(capsys, "hand-made", "--trial=1", "--storage", url)
    assert _run("hand-made", "--storage", url) == 1
    assert "choose one of its trials with --trial N" in capsys.readouterr().err
    assert _run("hand-made", "--trial=77", "--storage", url) == 1
    assert "has no trial 77; it has 6" in capsys.readouterr().err


def test_a_failed_trial_says_why(
    store: Store, hand_made: StudyRecord, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["Traceback (most recent call last):", *(f"  line {n}" for n in range(2, 9)), "No luck"]
    store.retry_trial(hand_made, 5, 2)
    store.fail_trial(hand_made, 5, "worker lost: no luck", "\n".join(lines), kind="worker_lost")
    shown = _shown(capsys, "hand-made", "--trial=5", "--storage", url)
    assert "Failed after 0 epochs, tried 3 times: worker lost: no luck" in shown
    assert "  line 8" in shown
    assert "  line 3" not in shown
    assert "whole traceback has 9 lines; --json shows it" in shown
    assert _json(capsys, "hand-made", "--trial=5", "--storage", url)["failure"] == {
        "kind": "worker_lost", "reason": "worker lost: no luck", "epochs": 0, "retries": 2,
        "traceback": "\n".join(lines),
    }  # fmt: skip
    assert "failure" not in _json(capsys, "hand-made", "--trial=1", "--storage", url)


def test_networks_side_by_side(quickstart: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["mobilenet_v1", "mobilenet_v1:width_mult=0.5", "vgg16"]
    found = _json(capsys, "--compare", *names)
    assert [network["name"] for network in found] == names
    shown = _shown(capsys, "--compare", *names)
    (params,) = (line for line in shown.splitlines() if line.startswith("parameters"))
    assert params.split()[1:] == ["4.23M", "1.00x", "1.33M", "0.31x", "138M", "32.69x"]
    assert "vgg16" in shown
    assert "sample, seed 0" in _shown(capsys, "--compare", "vgg11", quickstart).replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["alexnett"], "alexnett is no file and no reference network (did you mean alexnet?); "),
        (["alexnet", "--width-mult=2"], "alexnet takes resolution, num_classes, in_channels; got"),
        (["vgg16", "--groups=2"], "vgg16 takes resolution, num_classes, in_channels; got `groups`"),
        (["alexnet", "--seed=1"], "alexnet is a reference network, which takes no --seed"),
        ([QUICKSTART, "--width-mult=2"], "is a space file, which takes no --width-mult"),
        ([QUICKSTART, "--trial=2"], "is a space file, which takes no --trial"),
        (["absent.yaml"], "absent.yaml: cannot be read: No such file"),
        (["alexnet", "--resolution=3"], "leaves nothing of its input"),
        (["shufflenet_v1", "--groups=5"], "`groups` must be one of 1, 2, 3, 4, 8, got 5"),
        (["mobilenet_v1:width_mult=0.5.1"], "arguments are written as NAME:width_mult=0.5"),
        (["mobilenet_v1:resolution=64x"], "arguments are written as NAME:width_mult=0.5"),
        (["mobilenet_v1:width_mult=wide"], "`width_mult` (='wide'): must be a valid number"),
        (["unet:padding=none"], "`padding` (='none'): must be 'same' or 'valid'"),
        (["unet:width=0.5"], "`width` (=0.5): must be a valid integer"),
        (["unet", "--resolution=100"], "leaves nothing of its input"),
        (["vgg16", "--padding=same"], "vgg16 takes resolution, num_classes, in_channels; got"),
        (["mobilenet_v1:width=0.5"], "got `width`"),
        (["quickstart", "--trial=1"], "no such database"),
        (["alexnet", "--plugin", "no_such_module"], "plugin 'no_such_module' cannot be loaded"),
        (["alexnet", "--diagram", "absent/out.svg"], "absent/out.svg: cannot be written"),
    ],
)
def test_what_cannot_be_described_is_one_line(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    ready_spaces: Path, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "search_spaces").symlink_to(ready_spaces)
    assert _run(*arguments) in (1, 2)
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert message in line


def test_several_names_need_compare(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("alexnet", "vgg16") == 2
    assert "several names are for --compare" in capsys.readouterr().err


@pytest.mark.parametrize("name", reference_networks())
def test_every_network_can_be_drawn(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "network.svg"
    assert _run(name, "--diagram", str(path)) == 0
    assert str(path) in capsys.readouterr().err
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = " ".join("".join(text.itertext()) for text in root.iter() if text.tag.endswith("text"))
    assert name in words
    assert str(reference_network(name).out_shape[0]) in words


def test_diagnostics_of_a_trial(
    capsys: pytest.CaptureFixture[str], hand_made: StudyRecord, store: Store, url: str
) -> None:
    """Of seven convolutions the five with the lowest rank for their channels, or all."""
    layers = [LayerRecord(f"stage{i}.0.conv", 8, i / 8, 0.25, 8 - i) for i in range(1, 8)]
    number = store.trials(hand_made)[-1].number
    store.report(hand_made, EpochRecord(number, 1, 0.5, 1.0, 1.0), "COMPLETE", layers)
    arguments = ("hand-made", f"--trial={number}", "--storage", url)
    found = _json(capsys, *arguments)["diagnostics"]
    assert found[0] == {
        "layer": "stage1.0.conv", "num_channels": 8, "dead_share": 0.125,
        "mean_correlation": 0.25, "effective_rank": 7,
    }  # fmt: skip
    shown = _shown(capsys, *arguments)
    assert "The 5 of 7 convolutions with the least of their channels at work" in shown
    assert "stage2.0.conv" not in shown
    assert "stage2.0.conv" in _shown(capsys, *arguments, "--layers")


def test_blocks_that_read_earlier_ones_say_which() -> None:
    """Ronneberger et al. 2015, figure 1: the first decoder level reads the last but one encoder."""
    network = reference_network("unet", padding="same", resolution=32, width=4)
    kinds = {section.heading: section.type for section in sections(network)}
    assert kinds["up4"] == "up ← down4"
    assert kinds["up1"] == "up ← down1"
    assert kinds["down5"] == "down"
