"""Runs commands as somebody whom permissions hold, even where the tests are run as root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import json, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from nas.cli import main
found = []
for arguments in json.loads(sys.argv[1]):
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    found.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(found))
"""


def run_without_rights(commands: list[list[str]], folder: Path) -> list[tuple[int, str, str]]:
    """Exit code, output and errors of each command, run in one process in a folder."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and setpriv is not here to take that away")
        prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    command = [*prefix, sys.executable, "-c", _SCRIPT, json.dumps(commands)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)
    assert ended.returncode == 0, ended.stderr
    return [tuple(found) for found in json.loads(ended.stdout.splitlines()[-1])]
