"""Processes and files that a killed run left on this machine.

All that a run starts carries the token of its runner in its environment: what has it is provably
of that run. Ray writes the titles of its workers over theirs: these are known by their log files,
which lie in the folder of the Ray that the run had started for itself. Ray's processes end with the
one that started them, nearly always.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from nas.store import StudyRecord

TOKEN_VARIABLE = "CONV_NAS_RUNNER"
_SESSION = "ray-session"


@contextmanager
def marked(token: str) -> Iterator[None]:
    """Processes that are started while this is open carry the token."""
    before = os.environ.get(TOKEN_VARIABLE)
    os.environ[TOKEN_VARIABLE] = token
    try:
        yield
    finally:
        os.environ.pop(TOKEN_VARIABLE)
        if before is not None:
            os.environ[TOKEN_VARIABLE] = before


def end_processes(token: str) -> int:
    """Kills the processes that carry a token; returns how many.

    The token must be that of a runner that has ended. Only Linux tells what processes carry.
    """
    wanted = f"{TOKEN_VARIABLE}={token}".encode()
    return _end_all(lambda folder: wanted in (folder / "environ").read_bytes().split(b"\0"))


def note_session(scratch: str) -> None:
    """Notes which Ray this run has started for itself, for who takes over after a crash."""
    from ray._private import worker

    node = worker._global_node
    if node is not None:
        Path(scratch, _SESSION).write_text(node.get_session_dir_path(), encoding="utf-8")


def end_session(scratch: Path) -> int:
    """Kills what is left of the Ray that a run had started for itself; returns how many that was.

    Args:
        scratch: The folder of that run, which must have ended.
    """
    noted = scratch / _SESSION
    if not noted.is_file():
        return 0
    logs = f"{noted.read_text(encoding='utf-8')}/logs/"
    return _end_all(lambda folder: _writes_below(folder, logs))


def _writes_below(folder: Path, prefix: str) -> bool:
    """Whether a process has opened a file there for writing; who reads one is not meant."""
    for number in os.listdir(folder / "fd"):
        try:
            target = os.readlink(folder / "fd" / number)
            info = (folder / "fdinfo" / number).read_text(encoding="ascii")
        except FileNotFoundError:
            continue  # closed meanwhile
        flags = next(int(line.split()[1], 8) for line in info.splitlines() if "flags" in line)
        # Not who only reads, as the `tail -f` of somebody who looks at a log.
        if target.startswith(prefix) and flags & os.O_ACCMODE != os.O_RDONLY:
            return True
    return False


def _end_all(is_meant: Callable[[Path], bool]) -> int:
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return sum(_end(pid, is_meant) for pid in pids if pid != os.getpid())


def _end(pid: int, is_meant: Callable[[Path], bool]) -> bool:
    """The process is held by a handle, so that none that gets its number later can be meant."""
    try:
        handle = os.pidfd_open(pid)
    except (ProcessLookupError, PermissionError):
        return False
    try:
        if not is_meant(Path(f"/proc/{pid}")):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    else:
        return True
    finally:
        os.close(handle)


@contextmanager
def scratch_folder(study: StudyRecord) -> Iterator[str]:
    """A folder for Tune's own files; those that killed runs of the study left are removed.

    Only the runner of the study may call this.
    """
    # With the moment: another database may have a study of this name, which runs now.
    made = f"{study.name} {study.created_at.isoformat()}"
    prefix = f"conv-nas-{sha256(made.encode()).hexdigest()[:12]}-"
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        # First, since the folder is what says which Ray that was.
        end_session(left)
        shutil.rmtree(left, ignore_errors=True)  # perhaps another user's
    folder = tempfile.mkdtemp(prefix=prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
