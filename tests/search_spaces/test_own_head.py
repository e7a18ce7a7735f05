"""The worked example of a head, and heads that break their contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from head_kit import backbone

from nas.export import network_source
from search_spaces import plugins, registry
from search_spaces.errors import SpaceError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.modules import build_module
from search_spaces.registry import head_types
from search_spaces.spaces.automaton import Automaton
from search_spaces.spaces.counting import count_words
from search_spaces.spaces.space import Space
from search_spaces.spaces.space_spec import SpaceSpec

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"


@pytest.fixture(autouse=True)
def _registered_heads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test registers is gone after it."""
    head_types()
    monkeypatch.setattr(registry, "_HEADS", dict(registry._HEADS))
    yield


@pytest.fixture
def example(tmp_path: Path) -> Path:
    section = GUIDE.read_text(encoding="utf-8").split("## Add a head\n")[1]
    path = tmp_path / "linknet.py"
    path.write_text(section.split("```python\n")[1].split("```")[0], encoding="utf-8")
    return path


def _space(head: Any) -> Space:
    stages = [
        {"out_channels": width, "stride": 2, "block": "separable", "num_blocks": [1, 2]}
        for width in (8, 16, 24)
    ]
    return Space(SpaceSpec.model_validate({"stages": stages, "head": head}), (3, 32, 48), 4)


def test_the_worked_example_is_searched_counted_built_and_written_as_code(example: Path) -> None:
    assert "linknet" not in head_types()
    plugins.load_plugin(str(example))
    space = _space({"linknet": {"kernel_size": [1, 3], "num_skips": [0, 1, 2]}})
    # Without a skip there is no level, and so no kernel: 1 + 2 · 2 heads for 2³ backbones.
    assert count_words(Automaton(space)) == 8 * (1 + 2 * 2)
    values = {
        **{f"stage{number}.num_blocks": 2 for number in (1, 2, 3)},
        "head.linknet.kernel_size": 3, "head.linknet.num_skips": 2,
    }  # fmt: skip
    network = space.network(values)
    taps = [block.taps for block in network.blocks if block.taps]
    assert taps == [("stage2.1",), ("stage1.1",)]
    assert network.out_shape == (4, 32, 48)
    torch.manual_seed(0)
    module = build_module(network).eval()
    assert sum(p.numel() for p in module.parameters()) == cost(network).params
    scope: dict[str, Any] = {"__name__": "linknet", "__file__": "linknet.py"}
    exec(network_source(network, {}), scope)
    written = scope["Network"]().eval()
    written.load_state_dict(module.state_dict())
    images = torch.randn(2, 3, 32, 48)
    with torch.inference_mode():
        assert torch.equal(written(images), module(images))


def test_a_name_that_is_taken_is_refused() -> None:
    def unet(chain: Any, taps: Any, num_classes: int) -> Any: ...

    with pytest.raises(SpaceError, match="a head named 'unet' is already registered"):
        registry.head()(unet)


def test_choices_need_a_default() -> None:
    def wide(chain: Any, taps: Any, num_classes: int, *, width: int) -> Any: ...

    with pytest.raises(SpaceError, match=r"head 'wide': the choices \['width'\] need a default"):
        registry.head()(wide)


def test_there_is_no_such_head() -> None:
    with pytest.raises(SpaceError, match="no head 'vnet'; there are aspp, fcn, lraspp, unet"):
        registry.head_type("vnet")


@pytest.mark.parametrize(
    ("strides", "choices", "tapped"),
    [
        # Of each stride the last stage, without the last stride, from coarse to fine.
        ([2, 4, 8, 16], {"num_skips": 2}, (2, 1)),
        ([2, 2, 4, 4, 8, 8], {"num_skips": 8}, (3, 1)),
        ([2, 4, 4], {"num_skips": 8}, (0,)),
        ([4, 4, 4], {"num_skips": 8}, ()),
        ([2, 4, 8], {"num_skips": 0}, ()),
    ],
)
def test_what_unet_taps(strides: list[int], choices: Any, tapped: tuple[int, ...]) -> None:
    assert registry.head_type("unet").tapped(strides, choices) == tapped


@pytest.mark.parametrize(
    ("strides", "low_stride", "tapped"),
    [([2, 4, 8, 16], 8, (2,)), ([2, 4, 8, 16], 4, (1,)), ([8, 16], 4, ()), ([2, 16, 32], 8, (0,))],
)
def test_what_lraspp_taps(strides: list[int], low_stride: int, tapped: tuple[int, ...]) -> None:
    """The coarsest of at most that stride."""
    assert registry.head_type("lraspp").tapped(strides, {"low_stride": low_stride}) == tapped


def test_heads_by_hand() -> None:
    """Weights of each head on maps of 16, 24 and 32 channels at a half, a quarter, an eighth."""
    before = cost(backbone().network()).params

    def of(name: str, **choices: Any) -> int:
        stages = {"stage1.1": 2, "stage2.0": 4, "stage3.1": 8}
        head = registry.head_type(name)
        return cost(head.behind(backbone(), stages, 5, **choices).network()).params - before

    assert of("fcn", num_skips=0) == 32 * 5 + 5
    assert of("fcn", num_skips=2) == (32 + 24 + 16) * 5 + 3 * 5
    transposed = 4 * 4 * 5 * 5  # from one stage to the next, without bias
    assert of("fcn", num_skips=2, upsampling="transposed") == of("fcn") + 2 * transposed
    pyramid = 2 * 32 * 8 + 3 * 9 * 32 * 8 + 5 * 8 * 8 + 6 * 2 * 8  # norms of six convolutions
    assert of("aspp", out_channels=8) == pyramid + 9 * 8 * 8 + 2 * 8 + 8 * 5 + 5
    lite = 2 * 32 * 8 + 2 * 8 + 8 * 5 + 5
    assert of("lraspp", out_channels=8, low_stride=4) == lite + 24 * 5 + 5
    assert of("lraspp", out_channels=8, low_stride=2) == lite + 16 * 5 + 5

    def separable(inputs: int, outputs: int) -> int:
        return 9 * inputs + 2 * inputs + inputs * outputs + 2 * outputs

    levels = separable(32 + 24, 16) + separable(16 + 16, 8)
    assert of("unet", out_channels=8) == levels + 8 * 5 + 5
