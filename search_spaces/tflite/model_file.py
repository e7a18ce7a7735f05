"""Files of TensorFlow Lite. The only module that imports its schema and flatbuffers.

Tensors have no names but the input's and output's, and nothing is written that no runtime reads: a
file lies in the flash of its device.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import flatbuffers
import numpy as np
import tflite

from search_spaces.tflite.program import Array, Operator
from search_spaces.tflite.quantisation import Scaling, Typed

VERSION = 3
IDENTIFIER = b"TFL3"
ALIGNMENT = 16
"""Of the bytes of a constant."""

_OPTIONS = {
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "TRANSPOSE_CONV": "TransposeConvOptions",
    "ADD": "AddOptions",
    "MUL": "MulOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "CONCATENATION": "ConcatenationOptions",
    "RESIZE_BILINEAR": "ResizeBilinearOptions",
}
"""The table of each operator that has any options."""

_VERSIONS = {
    "CONV_2D": (1, 3), "DEPTHWISE_CONV_2D": (2, 3), "TRANSPOSE_CONV": (3, 3),
    "ADD": (1, 2), "MUL": (1, 2), "MAX_POOL_2D": (1, 2),
    "AVERAGE_POOL_2D": (1, 2), "MEAN": (1, 2), "CONCATENATION": (1, 2),
    "RESIZE_BILINEAR": (3, 3), "LOGISTIC": (1, 2), "RELU": (1, 2), "RELU6": (1, 2),
    "PAD": (1, 2), "PADV2": (1, 2), "SLICE": (1, 2), "TRANSPOSE": (1, 2), "QUANTIZE": (1, 2),
}  # fmt: skip
"""Of operators in float32 and in eight bit integers; 1 where nothing is said."""


def model_bytes(typed: Typed) -> bytes:
    """The file of a program whose tensors have types."""
    return ModelFile(typed).bytes()


class ModelFile:
    """Writes a file: which tables and vectors it has, in which order, and their bytes."""

    def __init__(self, typed: Typed) -> None:
        self._typed = typed
        self._program = typed.program
        self._builder = flatbuffers.Builder(1 << 16)
        kinds = dict.fromkeys(operator.kind for operator in self._program.operators)
        self._codes = {kind: number for number, kind in enumerate(kinds)}

    def bytes(self) -> bytes:
        self._builder.Finish(self._model(), IDENTIFIER)
        return bytes(self._builder.Output())

    def _model(self) -> int:
        # Buffer 0 is the empty one, of all that is computed.
        constants = [array for array in self._typed.arrays if array is not None]
        buffers = self._offsets([self._buffer(None), *map(self._buffer, constants)])
        graph = self._offsets([self._graph()])
        codes = self._offsets([self._code(kind) for kind in self._codes])
        return self._table(
            "Model", Version=VERSION, OperatorCodes=codes, Subgraphs=graph, Buffers=buffers
        )

    def _table(self, table: str, **fields: Any) -> int:
        getattr(tflite, f"{table}Start")(self._builder)
        for name, value in fields.items():
            getattr(tflite, f"{table}Add{name}")(self._builder, value)
        offset: int = getattr(tflite, f"{table}End")(self._builder)
        return offset

    def _offsets(self, offsets: Sequence[int]) -> int:
        self._builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self._builder.PrependUOffsetTRelative(offset)
        vector: int = self._builder.EndVector()
        return vector

    def _numbers(self, values: Sequence[Any] | Array, dtype: Any = np.int32) -> int:
        vector: int = self._builder.CreateNumpyVector(np.asarray(values, dtype=dtype))
        return vector

    def _data(self, array: Array) -> int:
        data = np.ascontiguousarray(array).tobytes()
        builder = self._builder
        builder.StartVector(1, len(data), ALIGNMENT)
        builder.head -= len(data)
        builder.Bytes[builder.head : builder.head + len(data)] = data
        vector: int = builder.EndVector()
        return vector

    def _name(self, text: str) -> int:
        offset: int = self._builder.CreateString(text)
        return offset

    def _buffer(self, array: Array | None) -> int:
        return self._table("Buffer", **({} if array is None else {"Data": self._data(array)}))

    def _code(self, kind: str) -> int:
        number = getattr(tflite.BuiltinOperator, kind)
        version = _VERSIONS.get(kind, (1, 1))[self._typed.is_integer]
        # The deprecated field is what older runtimes read.
        return self._table(
            "OperatorCode", BuiltinCode=number, DeprecatedBuiltinCode=number, Version=version
        )

    def _graph(self) -> int:
        program, numbers = self._program, count(1)
        buffers = [0 if array is None else next(numbers) for array in self._typed.arrays]
        tensors = self._offsets([self._tensor(i, buffer) for i, buffer in enumerate(buffers)])
        operators = self._offsets([self._operator(operator) for operator in program.operators])
        return self._table(
            "SubGraph", Tensors=tensors, Operators=operators,
            Inputs=self._numbers([program.input, *program.sides]),
            Outputs=self._numbers([program.output]),
        )  # fmt: skip

    def _tensor(self, number: int, buffer: int) -> int:
        tensor, scaling = self._program.tensors[number], self._typed.scalings[number]
        fields: dict[str, int] = {"Shape": self._numbers(tensor.shape), "Buffer": buffer}
        if number in (self._program.input, self._program.output):
            name = "input" if number == self._program.input else "output"
            fields["Name"] = self._name(name)
        if scaling is not None:
            fields["Quantization"] = self._scaling(scaling)
        return self._table("Tensor", Type=self._type(tensor.role), **fields)

    def _type(self, role: str) -> int:
        types = tflite.TensorType
        if role == "index":
            return int(types.INT32)
        if not self._typed.is_integer:
            return int(types.FLOAT32)
        return int(types.INT32 if role == "bias" else types.INT8)

    def _scaling(self, scaling: Scaling) -> int:
        zeros = [scaling.zero_point] * len(scaling.scales)
        return self._table(
            "QuantizationParameters", Scale=self._numbers(scaling.scales, np.float32),
            ZeroPoint=self._numbers(zeros, np.int64), QuantizedDimension=scaling.axis,
        )  # fmt: skip

    def _operator(self, operator: Operator) -> int:
        fields = {
            "Inputs": self._numbers(operator.inputs), "Outputs": self._numbers([operator.output]),
        }  # fmt: skip
        table = _OPTIONS.get(operator.kind)
        if table is not None:
            fields["BuiltinOptionsType"] = getattr(tflite.BuiltinOptions, table)
            fields["BuiltinOptions"] = self._table(table, **operator.options)
        return self._table("Operator", OpcodeIndex=self._codes[operator.kind], **fields)
