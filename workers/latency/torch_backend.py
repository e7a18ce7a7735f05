"""Blocks and networks run by PyTorch: eagerly or compiled, on the CPU or on a GPU."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from search_spaces.graphs.graph import Graph
from search_spaces.graphs.inference import folds, inference_graph
from search_spaces.graphs.modules import GraphModule, Wiring
from search_spaces.graphs.network import Sources, module_paths
from search_spaces.graphs.primitives import Shape
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject

_MEMORY_FORMATS = {
    "contiguous": torch.contiguous_format,
    "channels_last": torch.channels_last,
}


def has_device(device: str) -> bool:
    """Whether PyTorch can run there."""
    return device == "cpu" or torch.cuda.is_available()


def folded(module: GraphModule, graph: Graph) -> GraphModule:
    """A module that computes what `module` does in eval mode, batch norm folded away.

    Args:
        graph: The graph that `module` was made from.
    """
    inference = inference_graph(graph)
    simple = GraphModule(inference).eval()
    paths = module_paths(graph)
    path_of = {node.name: path for node, path in zip(graph.nodes, paths, strict=True)}
    norms = {graph.nodes[conv].name: paths[norm] for norm, conv in folds(graph).items()}
    module.eval()
    for node, path in zip(inference.nodes, module_paths(inference), strict=True):
        if not node.op.torch_call().is_module:
            continue
        source = module.get_submodule(path_of[node.name])
        if node.name in norms:
            norm = module.get_submodule(norms[node.name])
            transposed = isinstance(source, nn.ConvTranspose2d)
            source = fuse_conv_bn_eval(source, norm, transpose=transposed)  # type: ignore[type-var, arg-type]
        simple.get_submodule(path).load_state_dict(source.state_dict())
    return simple


class _Block(nn.Module):
    """A block that takes its inputs and nothing else, so that it can be traced."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.block = folded(GraphModule(graph), graph)
        self._places = range(len(graph.side_shapes))

    def forward(self, x: Tensor, *sides: Tensor) -> Tensor:
        # One by one: while it is traced, nobody knows how many there are.
        out: Tensor = self.block(x, *[sides[place] for place in self._places])
        return out


class _Row(nn.Module):
    """Blocks in a row, some of which read outputs of earlier ones."""

    def __init__(self, blocks: Sequence[nn.Module], sources: Sources) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self._run = Wiring(blocks, sources)

    def forward(self, x: Tensor) -> Tensor:
        return self._run(x)


def deployed_module(subject: Subject, setting: LatencySetting) -> nn.Module:
    """The blocks in a row as straight-line code, which is how they are exported."""
    blocks = [fx.symbolic_trace(_Block(graph)) for graph in subject.graphs]
    module: nn.Module = blocks[0] if len(blocks) == 1 else nn.Sequential(*blocks)
    if any(subject.sources):
        module = _Row(blocks, subject.sources)
    memory_format = _MEMORY_FORMATS[setting.memory_format]
    module.to(memory_format=memory_format)  # type: ignore[call-overload]
    return module.eval().to(device=setting.device, dtype=getattr(torch, setting.dtype))


class TorchDeployed:
    """One subject with its inputs in memory.

    Must be made and run in inference mode.
    """

    def __init__(self, subject: Subject, setting: LatencySetting) -> None:
        self._setting = setting
        self._templates = [self._values(shape) for shape in subject.in_shapes]
        self._inputs = [template.clone() for template in self._templates]
        module = deployed_module(subject, setting)
        if setting.backend == "compile":
            module = _compiled(module)
        self._module = module
        self.run: Callable[[], object] = self._call
        if setting.device == "cuda" and _launches_dominate(self._call):
            self.run = _recorded(self._call)

    def _values(self, shape: Shape) -> Tensor:
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(self._setting.batch_size, *shape, generator=generator)
        x = x.to(device=self._setting.device, dtype=getattr(torch, self._setting.dtype))
        memory_format = _MEMORY_FORMATS[self._setting.memory_format]
        return x.to(memory_format=memory_format) if x.dim() == 4 else x

    def refresh(self) -> None:
        for own, template in zip(self._inputs, self._templates, strict=True):
            own.copy_(template)

    def _call(self) -> Tensor:
        out: Tensor = self._module(*self._inputs)
        return out


def _compiled(module: nn.Module) -> nn.Module:
    module.compile(fullgraph=True, dynamic=False)
    return module


# A GPU. Launching a small layer takes the CPU longer than the layer takes the GPU; a CUDA graph
# records all launches of a block and replays them as one.

_LAUNCH_SHARE = 0.5
"""Where the CPU is busy launching for more than this part of a run, a graph is replayed instead."""


def _launches_dominate(run: Callable[[], object]) -> bool:
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    launched = time.perf_counter()
    torch.cuda.synchronize()
    return launched - start > _LAUNCH_SHARE * (time.perf_counter() - start)


def _recorded(run: Callable[[], object]) -> Callable[[], object]:
    """A replay of what `run` launches; its input and output stay where they are in memory."""
    aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        # PyTorch asks for some runs on another stream before a capture.
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    replay: Callable[[], object] = graph.replay
    return replay
