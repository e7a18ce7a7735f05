"""What `nas export` prints: the files, and what was proven of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from nas.cli.tables.columns import print_table
from nas.export import Exported, OnnxInt8Proof, TfliteProof
from search_spaces.measures import BYTES, format_ms, measure
from search_spaces.quantities import format_quantity, plural


def print_exported(
    exported: Sequence[Exported], *, in_database: bool, missing: Path | None = None
) -> None:
    """The files, one a line; then the proof of the only network, or one line for each of several.

    Args:
        in_database: Whether the costs were compared with those of a database.
        missing: Where the weights of the first one should be, if they are not.
    """
    for found in exported:
        for path in found.files.values():
            click.echo(str(path))
    click.echo(f"\nProven in a clean process, with PyTorch {exported[0].proof.torch} alone:")
    if len(exported) == 1:
        for name, said in _proof_lines(exported[0], in_database, missing):
            click.echo(f"  {name:12} {said}")
        return
    word = measure(exported[0].subject.quality).in_words
    integers = [f"{word} in {name}" for name in _FORMATS if _qualities(exported, name)]
    columns = [
        f"{word} of code", *integers, "parameters", "FLOPs", "latency here", "by the search",
    ]  # fmt: skip
    print_table(
        [("file", "left"), ("outputs", "left"), *((name, "right") for name in columns)],
        [_row(found, [n for n in _FORMATS if _qualities(exported, n)]) for found in exported],
    )


_FORMATS = ("tflite", "onnx_int8")
"""Those that are tried by themselves on validation images."""


def _qualities(exported: Sequence[Exported], format_name: str) -> list[float]:
    """What the files of a format are worth; of those that were tried."""
    proofs = [getattr(found.proof, format_name) for found in exported]
    return [proof.quality for proof in proofs if proof is not None and proof.quality is not None]


def _row(exported: Exported, formats: Sequence[str]) -> list[str]:
    proof = exported.proof
    latencies = (proof.latency.latency_ms if proof.latency else None, exported.subject.latency_ms)
    told = ["-" if ms is None else format_quantity(ms, "latency_ms") for ms in latencies]
    tried = "-" if proof.images is None else f"{proof.images.accuracy:.4f}"
    costs = (f"{proof.params:,}", f"{proof.flops:,}")
    others = [f"{quality:.4f}" for name in formats for quality in _qualities([exported], name)]
    return [exported.code.name, "bit-equal", tried, *others, *costs, *told]


def _proof_lines(
    exported: Exported, in_database: bool, missing: Path | None
) -> Iterator[tuple[str, str]]:
    proof = exported.proof
    origin = f" of {exported.weights_origin}" if exported.weights_origin else ", not trained"
    if missing is not None:
        origin = f", fresh ones: there is no {missing} (--folder says where to look)"
    where = "as in the database" if in_database else "as the search counts them"
    yield "weights", f"{plural(proof.num_tensors, 'tensor')}{origin}; loaded strictly"
    yield "outputs", "bit-equal to the searched module's"
    yield "parameters", f"{proof.params:,}, {where}"
    yield "FLOPs", f"{proof.flops:,}, {where}"
    sizes = " and ".join(map(str, proof.batch_sizes))
    for name, difference in proof.differences.items():
        if name != "code":
            yield name, f"outputs within {difference:.0e}, batches of {sizes}"
    word = measure(exported.subject.quality).in_words
    if proof.tflite is not None:
        yield from _tflite(proof.tflite, word)
    if proof.onnx_int8 is not None:
        yield from _onnx_int8(proof.onnx_int8, word)
    # What fresh weights label rightly is chance, and is not tried.
    if exported.weights is not None:
        yield "images", _images(exported)
    yield "latency", _latency(exported)
    if proof.latency is not None:
        yield "", f"({proof.latency.measured_as.in_words}; batch norm folded, PyTorch eagerly)"


def _tflite(proof: TfliteProof, quality: str) -> Iterator[tuple[str, str]]:
    """The file of TensorFlow Lite: what it is, what it needs, and what it makes of images."""
    alike = f"operators within {proof.float_difference:.0e} of the module in float32"
    same = f"; LiteRT and TensorFlow Lite Micro equal on {plural(proof.num_compared, 'image')}"
    yield "tflite", f"{proof.precision}, {alike}{same if proof.arena_bytes else ''}"
    if proof.origin is not None:
        yield "", f"its integers: {proof.origin}"
    if proof.arena_bytes is not None:
        flash, ram = BYTES.write(proof.flash_bytes), BYTES.write(proof.arena_bytes)
        yield "", f"{flash} of flash, {ram} of RAM used by TensorFlow Lite Micro"
    yield "", _tried(proof, quality)


def _onnx_int8(proof: OnnxInt8Proof, quality: str) -> Iterator[tuple[str, str]]:
    """The ONNX file in integers: how near it is to those of TensorFlow Lite, and what it tells."""
    images = plural(proof.num_images, "image")
    beside = f"{proof.mean_steps:.2f} steps beside the same integers in TensorFlow Lite on average"
    yield "onnx_int8", f"{beside}, {proof.max_steps:.0f} at most, on {images}"
    yield "", f"its integers: {proof.origin}"
    yield "", f"{BYTES.write(proof.num_bytes)}, runs in ONNX Runtime"
    yield "", _tried(proof, quality)


def _tried(proof: TfliteProof | OnnxInt8Proof, quality: str) -> str:
    said = f"cosine {proof.cosine:.5f} to the module's outputs"
    if proof.quality is None:
        return said
    return f"{quality} {proof.quality:.4f} on {proof.num_images:,} validation images; {said}"


def _images(exported: Exported) -> str:
    """The accuracy of the code, given bytes, beside that of the database."""
    subject, found = exported.subject, exported.proof.images
    if found is None:
        missing = subject.missing or "how its evaluator prepares them is not known"
        return f"not tried on validation images: {missing}"
    word = measure(subject.quality).in_words
    said = f"{word} {found.accuracy:.4f} on {found.num_images:,} validation images, as bytes"
    known = subject.weights.accuracy if subject.weights else None
    return said if known is None else f"{said}; {known:.4f} in the database"


def _latency(exported: Exported) -> str:
    found = exported.proof.latency
    if found is None and exported.subject.latency.dtype == "int8":
        return "not measured: the code runs in float32, and the search's latency is that of int8"
    if found is None:
        return "not measured: this machine has no such device"
    median, low, high = (format_ms(ms) for ms in (found.latency_ms, found.low_ms, found.high_ms))
    said = f"{median} ms [{low}, {high}] here"
    if exported.subject.latency_ms is None:
        return said
    return f"{said}; {format_quantity(exported.subject.latency_ms, 'latency_ms')} by the search"
