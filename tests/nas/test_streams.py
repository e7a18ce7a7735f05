"""What commands print where the stream's encoding lacks characters."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import click
import pytest

from nas.cli.streams import say_what_can_be_said

SAID = "0.8 ms ±1% → 3x3 │ ü"


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("ascii", b"0.8 ms +/-1% -> 3x3 | ?"),
        ("latin-1", b"0.8 ms \xb11% -> 3x3 | \xfc"),
        ("utf-8", SAID.encode()),
    ],
)
def test_stand_ins(encoding: str, written: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    out, error = (io.TextIOWrapper(io.BytesIO(), encoding, newline="\n") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", error)
    say_what_can_be_said()
    say_what_can_be_said()  # twice is once
    click.echo(SAID)
    sys.stdout.write(f"{SAID}\n")
    click.echo(SAID, err=True)
    out.flush()
    error.flush()
    assert out.buffer.getvalue() == 2 * (written + b"\n")  # type: ignore[attr-defined]
    assert error.buffer.getvalue() == written + b"\n"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("encoding", "arrow"), [("ascii", "->"), ("utf-8", "→")])
def test_a_command_says_what_can_be_said(encoding: str, arrow: str) -> None:
    given = [sys.executable, "-m", "nas", "describe", "squeezenet1_1"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ended = subprocess.run(given, capture_output=True, env=environment, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert f"3x224x224 {arrow} 1000" in ended.stdout.decode(encoding)
