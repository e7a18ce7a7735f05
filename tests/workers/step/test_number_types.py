"""float32 on a card is float32, and bfloat16 is used where a card has it."""

from collections.abc import Iterator

import pytest
import torch
from steps_kit import trainer

from workers.step import exact_float32, has_bfloat16


@pytest.mark.parametrize(
    ("capability", "wanted"),
    [((6, 1), False), ((7, 0), False), ((7, 5), False), ((8, 0), True), ((8, 6), True),
     ((8, 9), True), ((9, 0), True), ((12, 0), True)],
)  # fmt: skip
def test_bfloat16_needs_a_card_of_ampere(
    capability: tuple[int, int], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V100 is 7.0, T4 7.5, A100 8.0, RTX 3090 8.6, H100 9.0 (NVIDIA's table of capabilities)."""
    monkeypatch.setattr("torch.cuda.get_device_capability", lambda *_: capability)
    monkeypatch.setattr("torch.version.hip", None)
    assert has_bfloat16(torch.device("cuda")) is wanted
    assert has_bfloat16(torch.device("cpu"))


def _tf32() -> tuple[bool, bool]:
    return torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32


@pytest.fixture
def allowed() -> Iterator[None]:
    """TF32, as PyTorch allows convolutions of its own accord."""
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = _tf32()
    matmul.allow_tf32 = cudnn.allow_tf32 = True
    yield
    matmul.allow_tf32, cudnn.allow_tf32 = before


@pytest.mark.usefixtures("allowed")
def test_a_step_calculates_in_float32_and_leaves_the_setting_to_others() -> None:
    made, seen = trainer(graphs=False), set()
    for module in (made.module, made.averaged):
        module.register_forward_hook(lambda *_: seen.add(_tf32()))
    made.train_epoch()
    assert seen == {(False, False)}
    assert _tf32() == (True, True)
    with pytest.raises(KeyError), exact_float32():
        raise KeyError
    assert _tf32() == (True, True)
