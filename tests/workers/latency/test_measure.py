"""What is run, in which order, and what is said about the device meanwhile."""

from collections.abc import Callable, Sequence

import pytest
import torch

import workers.latency.measurement as module
from search_spaces.errors import LatencyError
from search_spaces.graph import Graph
from search_spaces.registry import lower
from workers.latency import (
    Effort,
    LatencySetting,
    Measurement,
    Subject,
    measure,
    processor_name,
    setting_here,
)
from workers.latency.deployed import threads_and_mode
from workers.latency.measurement import MAX_REPEATS, reference_block
from workers.latency.neighbours import Moment
from workers.latency.rounds import GROUP
from workers.latency.timing import Run

SETTING = LatencySetting("cpu", "eager", "float32", 2, 1, "contiguous", "a processor", "torch 2")
QUICK = Effort(max_seconds=0.01)


def _block(out_channels: int = 8) -> Graph:
    return lower("separable", (4, 6, 6), out_channels, 1, "relu", ())


def _subjects(count: int) -> list[Subject]:
    return [Subject.of_block(_block(4 * (1 + index))) for index in range(count)]


class Device:
    """A device of which the test says how long each subject takes, and how fast it is now.

    Attributes:
        slowness: For each group in the order of measuring: by what everything takes longer.
        alone: For each group whether nobody else used the core.
    """

    def __init__(self, slowness: Sequence[float], alone: Sequence[bool] | None = None) -> None:
        self.slowness = slowness
        self.alone = alone or [True] * len(slowness)
        self.groups: list[list[str]] = []
        self._named: dict[int, str] = {}
        self._keep: list[object] = []

    def deploy(self, subject: Subject, _: LatencySetting) -> object:
        deployed = object()
        self._keep.append(deployed)
        self._named[id(deployed)] = subject.id
        return deployed

    def timer(self, deployed: object) -> Run:
        factor = self.slowness[len(self.groups) - 1]
        return Run(factor * self.milliseconds(self._named[id(deployed)]) / 1e3, True)

    def milliseconds(self, subject: str) -> float:
        return 1.0 if subject == reference_block().id else 1 + int(subject[:2], 16) / 256

    def install(self, patch: pytest.MonkeyPatch) -> None:
        turns = module.time_in_turns

        def noted(subjects: Sequence[object], *rest: object) -> object:
            self.groups.append([self._named[id(subject)] for subject in subjects])
            return turns(subjects, *rest)  # type: ignore[arg-type]

        patch.setattr(module, "deploy", self.deploy)
        patch.setattr(module, "timer_for", lambda *_: self.timer)
        patch.setattr(module, "time_in_turns", noted)
        patch.setattr(module, "is_alone", lambda *_: self.alone[len(self.groups) - 1])


def _run(device: Device, count: int, patch: pytest.MonkeyPatch) -> dict[str, Measurement]:
    device.install(patch)
    return {found.id: found for found in measure(_subjects(count), SETTING, QUICK)}


def test_quiet_device_measures_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device([1.0] * 3)
    found = _run(device, 20, monkeypatch)
    assert [len(group) for group in device.groups] == [GROUP, GROUP, 20 - 2 * GROUP]
    assert list(found) == [subject.id for subject in _subjects(20)]
    for subject, measured in found.items():
        assert measured.latency_ms == pytest.approx(device.milliseconds(subject))
        assert measured.reference_ms == pytest.approx(1.0)
        assert measured.low_ms == pytest.approx(measured.high_ms)
        assert measured.is_quiet


def test_what_drifted_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third of four groups is measured while everything takes 6% longer."""
    device = Device([1.0, 1.0, 1.06, 1.0, 1.0])
    found = _run(device, 4 * GROUP, monkeypatch)
    assert device.groups[4] == device.groups[2]
    assert len(device.groups) == 5
    for subject, measured in found.items():
        assert measured.latency_ms == pytest.approx(device.milliseconds(subject))
        assert measured.is_quiet


def test_a_drift_below_5_percent_is_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device([1.0, 1.04, 1.0])
    assert all(found.is_quiet for found in _run(device, 3 * GROUP, monkeypatch).values())
    assert len(device.groups) == 3


def test_a_slow_start_is_noticed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of four groups looks usual until the others are faster."""
    device = Device([1.2, 1.0, 1.0, 1.0, 1.0])
    found = _run(device, 4 * GROUP, monkeypatch)
    assert device.groups[4] == device.groups[0]
    assert all(measured.is_quiet for measured in found.values())


def test_a_device_that_is_never_quiet_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device([1.0] * 9, [False] * 9)
    found = _run(device, 3 * GROUP, monkeypatch)
    assert not any(measured.is_quiet for measured in found.values())
    assert len(device.groups) == 3  # nothing to hope for


def test_repeats_are_bounded_and_the_best_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device([1.0, 1.0, 1.0, 1.3, 1.2, 1.4])
    found = _run(device, 4 * GROUP, monkeypatch)
    assert len(device.groups) == 4 + MAX_REPEATS
    disturbed = [found[subject] for subject in device.groups[3]]
    assert [measured.reference_ms for measured in disturbed] == pytest.approx([1.2] * GROUP)
    assert not any(measured.is_quiet for measured in disturbed)
    assert all(found[subject].is_quiet for subject in device.groups[0])


def test_earlier_measurements_say_what_is_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    Device([1.2] * 9).install(monkeypatch)
    subjects = _subjects(2)
    measured = list(measure(subjects, SETTING, QUICK, usual_reference_ms=1.0))
    assert not any(found.is_quiet for found in measured)


def test_no_group_is_begun_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device([1.0] * 9)
    device.install(monkeypatch)
    readings = iter([0.0, 0.0, 4.0, 10.0])
    found = list(
        measure(_subjects(4 * GROUP), SETTING, QUICK, max_seconds=5, clock=lambda: next(readings))
    )
    assert len(device.groups) == 2
    assert len(found) == 2 * GROUP


# The real thing


def test_blocks_are_run_folded_in_eval_mode_without_gradients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import workers.latency.torch_backend as backend

    seen: list[tuple[tuple[int, ...], torch.dtype, int]] = []
    original: Callable[..., torch.nn.Module] = backend.deployed_module

    def watched(*arguments: object) -> torch.nn.Module:
        deployed = original(*arguments)
        assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in deployed.modules())
        assert not any(layer.training for layer in deployed.modules())

        def look(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            assert torch.is_inference_mode_enabled()
            seen.append((tuple(inputs[0].shape), inputs[0].dtype, torch.get_num_threads()))

        deployed.register_forward_pre_hook(look)
        return deployed

    monkeypatch.setattr(backend, "deployed_module", watched)
    setting = setting_here(dtype="bfloat16", batch_size=3, num_threads=2)
    (found,) = {m.id: m for m in measure([Subject.of_block(_block())], setting, QUICK)}.values()
    own = [entry for entry in seen if entry[0] == (3, 4, 6, 6)]
    assert set(own) == {((3, 4, 6, 6), torch.bfloat16, 2)}
    assert len(own) > found.num_runs >= QUICK.min_repeats * QUICK.best_of
    assert 0 < found.low_ms <= found.latency_ms <= found.high_ms


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"memory_format": "channels_last"},
        {"batch_size": 4},
        {"backend": "onnxruntime"},
        {"backend": "onnxruntime", "dtype": "float16"},
    ],
)
def test_every_setting_measures(conditions: dict[str, object]) -> None:
    setting = setting_here(**conditions)  # type: ignore[arg-type]
    blocks = [_block(8), _block(16)]
    network = Subject("a network", (blocks[0], lower("shuffle", (8, 6, 6), 16, 2, "relu", ())))
    subjects = [*map(Subject.of_block, blocks), network]
    found = {measured.id: measured for measured in measure(subjects, setting, QUICK)}
    assert list(found) == [blocks[0].id, blocks[1].id, "a network"]
    assert all(measured.latency_ms > 0 for measured in found.values())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.torch.jit.script_method. is deprecated:DeprecationWarning")
def test_compiled_blocks_measure() -> None:
    setting = setting_here(backend="compile")
    found = {m.id: m for m in measure([Subject.of_block(_block())], setting, QUICK)}
    assert found[_block().id].latency_ms > 0


def test_what_a_backend_cannot_run_is_one_line() -> None:
    setting = setting_here(backend="onnxruntime")
    broken = Subject("a block", (_block(),), onnx_model=b"no model")
    message = r"a block cannot be run with onnxruntime, float32, cpu: "
    with pytest.raises(LatencyError, match=message) as raised:
        list(measure([broken], setting, QUICK))
    assert len(str(raised.value).splitlines()) == 1


def test_threads_are_set_back_when_the_caller_stops_early() -> None:
    before = torch.get_num_threads()
    setting = setting_here(num_threads=before + 1)
    measuring = measure([Subject.of_block(_block())], setting, QUICK)
    next(measuring)
    measuring.close()  # type: ignore[attr-defined]
    assert torch.get_num_threads() == before
    with threads_and_mode(setting):
        assert torch.get_num_threads() == before + 1
        assert torch.is_inference_mode_enabled()
    assert torch.get_num_threads() == before


def test_setting_key_tells_all_settings_apart() -> None:
    fields = vars(SETTING)
    changed = {name: "other" if isinstance(value, str) else 7 for name, value in fields.items()}
    others = [LatencySetting(**{**fields, name: value}) for name, value in changed.items()]
    keys = {setting.key for setting in [SETTING, *others]}
    assert len(keys) == 1 + len(fields) == 9
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)
    assert LatencySetting(**fields).key == SETTING.key


def test_setting_of_this_machine() -> None:
    setting = setting_here(batch_size=4, num_threads=2)
    assert (setting.device, setting.batch_size, setting.num_threads) == ("cpu", 4, 2)
    assert setting.device_name == processor_name() != ""
    assert setting.versions.startswith(f"torch {torch.__version__}, python 3.")
    assert setting.in_words == f"{processor_name()}, eager, float32, batch 4, 2 threads"
    assert "onnxruntime" in setting_here(backend="onnxruntime").versions


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("backend", ["eager", "onnxruntime"])
def test_a_gpu_that_is_not_there_is_one_line(backend: str) -> None:
    with pytest.raises(LatencyError, match=f"`latency.device` is cuda, but {backend} finds none"):
        setting_here("cuda", backend=backend)


def test_moments_go_on() -> None:
    start = Moment.now()
    sum(range(10**6))
    end = Moment.now()
    assert end.wall_s > start.wall_s and end.thread_s > start.thread_s
