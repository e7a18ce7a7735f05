"""What is run, in which order, and what is said about the device meanwhile."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from head_kit import networks_with_heads

import workers.latency.measurement as module
from search_spaces.errors import LatencyError
from search_spaces.graphs.chain import Chain
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.modules import build_module
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
from workers.latency.measurement import reference_block
from workers.latency.noise import Moment
from workers.latency.rounds import GROUP
from workers.latency.timing import Run
from workers.latency.torch_backend import deployed_module

SETTING = LatencySetting("cpu", "eager", "float32", 2, 1, "contiguous", "a processor", "torch 2")
QUICK = Effort(max_seconds=0.01)


def _block(out_channels: int = 8) -> Graph:
    return lower("separable", (4, 6, 6), out_channels, 1, "relu", ())


def _subjects(count: int) -> list[Subject]:
    return [Subject.of_block(_block(4 * (1 + index))) for index in range(count)]


class Device:
    """A device of which the test says how long each subject takes, and how fast it is now.

    Attributes:
        slowness: By what everything takes longer at a moment.
        alone: Whether nobody else uses the core.
        now: Seconds that all runs took so far.
        begun: Ids in the order in which they were made ready.
    """

    def __init__(
        self, slowness: Callable[[float], float] = lambda _: 1.0, alone: bool = True
    ) -> None:
        self.slowness = slowness
        self.alone = alone
        self.now = 0.0
        self.begun: list[str] = []
        self._named: dict[int, str] = {}
        self._keep: list[object] = []

    def deploy(self, subject: Subject, _: LatencySetting) -> object:
        deployed = object()
        self._keep.append(deployed)
        self._named[id(deployed)] = subject.id
        if subject.id != reference_block().id:
            self.begun.append(subject.id)
        return deployed

    def timer(self, deployed: object) -> Run:
        factor = self.slowness(self.now)
        seconds = factor * self.milliseconds(self._named[id(deployed)]) / 1e3
        self.now += seconds
        return Run(seconds, True)

    def milliseconds(self, subject: str) -> float:
        return 1.0 if subject == reference_block().id else 1 + int(subject[:2], 16) / 256

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(module, "deploy", self.deploy)
        patch.setattr(module, "timer_for", lambda *_: self.timer)
        patch.setattr(module, "is_alone", lambda *_: self.alone)

    def measure(self, count: int, patch: pytest.MonkeyPatch, **how: float) -> list[Measurement]:
        self.install(patch)
        clock = lambda: self.now  # noqa: E731
        return list(measure(_subjects(count), SETTING, Effort(max_seconds=0.1), clock=clock, **how))


def _last(found: list[Measurement]) -> dict[str, Measurement]:
    return {measured.id: measured for measured in found}


def test_quiet_device_measures_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device()
    found = device.measure(20, monkeypatch)
    assert [m.id for m in found] == [subject.id for subject in _subjects(20)] == device.begun
    for measured in found:
        assert measured.latency_ms == pytest.approx(device.milliseconds(measured.id))
        assert measured.reference_ms == pytest.approx(1.0)
        assert measured.low_ms == pytest.approx(measured.high_ms)
        assert measured.is_quiet


def _noisy() -> Callable[[float], float]:
    rng = np.random.default_rng(0)
    return lambda _: float(rng.uniform(1.0, 1.3))


def _busy_for_a_third(now: float) -> float:
    """A neighbour that makes everything take a third longer, for 0.4 s of every 1.2 s."""
    return 1.33 if now % 1.2 < 0.4 else 1.0


def test_bursts_of_a_neighbour_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first group is timed while the neighbour is busy, and looks usual until others are."""
    device = Device(_busy_for_a_third)
    found = device.measure(4 * GROUP, monkeypatch)
    assert len(found) > len(_last(found)) == 4 * GROUP  # some were told again
    for subject, measured in _last(found).items():
        assert measured.latency_ms == pytest.approx(device.milliseconds(subject))
        assert measured.is_quiet


def test_a_device_that_is_never_ours_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Device(alone=False).measure(3 * GROUP, monkeypatch)
    assert len(found) == 3 * GROUP
    assert not any(measured.is_quiet for measured in found)


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.2])
def test_all_is_stated_at_the_usual_speed(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """On an earlier occasion the reference took 1 ms; now the device is slower, or faster."""
    device = Device(lambda _: factor)
    for measured in device.measure(GROUP, monkeypatch, usual_reference_ms=1.0):
        assert measured.latency_ms == pytest.approx(device.milliseconds(measured.id))
        assert measured.reference_ms == pytest.approx(1.0)
        assert measured.is_quiet


@pytest.mark.parametrize("factor", [0.7, 1.4])
def test_a_device_at_quite_another_speed_is_marked(
    factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Device(lambda _: factor).measure(GROUP, monkeypatch, usual_reference_ms=1.0)
    assert not any(measured.is_quiet for measured in found)


@pytest.mark.parametrize("slowness", [lambda _: 1.0, _busy_for_a_third, lambda now: 1 + now % 2])
def test_time_is_up_when_it_was_said(
    slowness: Callable[[float], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn of eight takes 50 ms at most; what has too few runs by then does not come."""
    device = Device(slowness)
    found = device.measure(12 * GROUP, monkeypatch, max_seconds=3.0)
    assert 0 < len(_last(found)) < 12 * GROUP
    assert device.now <= 3.0 + 0.05


def test_each_round_comes_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subjects that are noisy are visited again and again, none while others wait."""
    visits: list[int] = []
    turns = module.time_in_turns

    def noted(subjects: Sequence[object], *rest: object) -> None:
        visits.append(len(subjects))
        turns(subjects, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "time_in_turns", noted)
    Device(_noisy()).measure(GROUP + 1, monkeypatch)
    assert visits[:6] == [GROUP, 1] * 3


def test_inputs_that_do_not_fit_in_memory_are_made_ready_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_DEPLOYED_BYTES", 0)
    device = Device(_noisy())
    device.measure(2, monkeypatch)
    first, second = (subject.id for subject in _subjects(2))
    assert device.begun[:4] == [first, second, first, second]


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
    skips = Chain((3, 8, 8)).block("a", "standard", 4).block("b", "separable", 6, 2)
    skips.write("c", "c", lambda net, x, skip: net.concat(net.resize_like(x, skip), skip), ("a",))
    tapping = skips.network()
    subjects = [*map(Subject.of_block, blocks), network, Subject.of_network(tapping)]
    subjects.append(Subject.of_block(tapping.blocks[-1].graph))  # of two inputs
    found = {measured.id: measured for measured in measure(subjects, setting, QUICK)}
    ids = [blocks[0].id, blocks[1].id, "a network", tapping.id, tapping.blocks[-1].graph.id]
    assert list(found) == ids
    assert all(measured.latency_ms > 0 for measured in found.values())


@pytest.mark.parametrize("name", ["unet", "fcn transposed", "lraspp", "unet valid"])
def test_what_is_timed_of_a_network_with_skips_computes_what_it_does(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, as it is known; and from blocks of which only the shapes tell what they tap."""

    def always_the_same(layer: torch.nn.Conv2d) -> None:
        with torch.no_grad():
            for values in layer.parameters():
                values.copy_(torch.linspace(-0.1, 0.2, values.numel()).view_as(values))

    monkeypatch.setattr(torch.nn.modules.conv._ConvNd, "reset_parameters", always_the_same)
    network = networks_with_heads()[name]
    setting = setting_here()
    graphs = tuple(block.graph for block in network.blocks)
    known, told = Subject.of_network(network), Subject.of_blocks("by shape", graphs)
    assert told.sources == known.sources
    deployed, whole = deployed_module(known, setting), build_module(network).eval()
    image = torch.randn(1, *network.in_shape)
    with torch.inference_mode():
        assert torch.allclose(deployed(image), whole(image), rtol=1e-4, atol=1e-4)


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
        assert not torch.backends.cudnn.allow_tf32
    assert torch.backends.cudnn.allow_tf32
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
