"""How far something is and how long it will still take, redrawn while it runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from nas.runner.progress import Progress
from search_spaces.quantities import format_duration, format_left, out_of, plural, seconds_left


class _Terminal(Console):
    """Leaves a reader that has gone, as `head` does, to the end of the program.

    Rich itself would end it with exit code 1.
    """

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def terminal(*, err: bool = False, width: int | None = None) -> Console:
    """Standard output, or standard error; texts are shown as they are.

    Args:
        width: Instead of that of the terminal.
    """
    return _Terminal(stderr=err, highlight=False, markup=False, width=width)


LINE_EVERY_S = 15.0
_REDRAW_EVERY_S = 0.2


class Countdown:
    """One line that is drawn anew in a terminal; elsewhere a line now and then.

    Attributes:
        label: What is being done.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.label = ""
        self._total, self._done = total, 0
        self._stream = stream or sys.stderr
        self._clock = clock
        self._started_at = self._shown_at = clock()

    def __enter__(self) -> Countdown:
        return self

    def __exit__(self, *error: object) -> None:
        if self._stream.isatty():
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def step(self) -> None:
        """One more has begun."""
        self._done += 1
        is_terminal = self._stream.isatty()
        now = self._clock()
        if now - self._shown_at < (_REDRAW_EVERY_S if is_terminal else LINE_EVERY_S):
            return
        self._shown_at = now
        self._stream.write(f"\r\x1b[K{self._line(now)}" if is_terminal else f"{self._line(now)}\n")
        self._stream.flush()

    def _line(self, now: float) -> str:
        left = seconds_left(now - self._started_at, self._done, self._total - self._done)
        label = f"{self.label}: " if self.label else ""
        said = "" if left is None else f", {format_left(left)}"
        return f"{label}{out_of(self._done, self._total, 'trial')}{said}"


class TerminalObserver:
    """Shows messages, the profiling of latency, and the progress of a search."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = terminal(err=True)
        self._clock = clock
        self._profiling_since = 0.0

    def message(self, text: str) -> None:
        """Says a line; where nobody takes it, as when a pipe is closed, the search goes on."""
        with suppress(OSError):
            self._console.print(text)

    def profiling(self, done: int, total: int) -> None:
        if done == 1:
            self._profiling_since = self._clock()
        if done == total:
            elapsed = format_duration(self._clock() - self._profiling_since)
            self.message(f"{plural(total, 'block')} in {elapsed}")
        elif self._console.is_terminal and done % 10 == 0:
            left = seconds_left(self._clock() - self._profiling_since, done, total - done)
            said = "" if left is None else f", {format_left(left)}"
            sys.stderr.write(f"\r{out_of(done, total, 'block')}{said} \r")

    @contextmanager
    def searching(self, progress: Progress) -> Iterator[None]:
        view = _View(progress, self._clock)
        self.message("starting the workers")
        if self._console.is_terminal:
            with Live(get_renderable=view.panel, console=self._console, refresh_per_second=2):
                yield
            return
        done = threading.Event()
        printer = threading.Thread(target=self._print_lines, args=(view, done), daemon=True)
        printer.start()
        try:
            yield
        finally:
            done.set()
            printer.join()

    def _print_lines(self, view: _View, done: threading.Event) -> None:
        while not done.wait(LINE_EVERY_S):
            self.message(view.line())


class _View:
    """Renders a search's progress."""

    def __init__(self, progress: Progress, clock: Callable[[], float]) -> None:
        self._progress = progress
        self._clock = clock
        self._started_at = clock()
        # What earlier launches did says nothing of the pace of this one.
        self._done_before = progress.num_done

    def line(self) -> str:
        """Everything on one line."""
        return f"{self._counts()}; {self._left()}"

    def _counts(self) -> str:
        p = self._progress
        best = f"{p.best_accuracy:.4f}" if p.best_accuracy is not None else "-"
        best = f"best {p.quality_word} {best}"
        reused = f", {p.num_reused} known from other studies" if p.num_reused else ""
        return (
            f"{out_of(p.num_done, p.num_trials, 'trial')} ({p.num_complete} complete, "
            f"{p.num_pruned} stopped early, {p.num_failed} failed{reused}); {best}; "
            f"front {p.front_size}"
        )

    def panel(self) -> RenderableType:
        """A bar, the counts, and the trials that run."""
        p = self._progress
        bar = Table.grid(padding=(0, 1))
        bar.add_row(ProgressBar(total=p.num_trials, completed=p.num_done, width=30), self._left())
        rows: list[RenderableType] = [bar, Text(self._counts())]
        running = [
            f"trial {number}: {plural(epochs, 'epoch')}"
            # A copy: the search changes it while another thread draws.
            for number, epochs in dict(p.running).items()
        ]
        if running:
            rows.append(Text("running: " + ", ".join(running)))
        if p.last_failure:
            rows.append(Text(f"last failure: {p.last_failure}"))
        return Group(*rows)

    def _left(self) -> str:
        elapsed = self._clock() - self._started_at
        p = self._progress
        done = p.num_done - self._done_before
        left = seconds_left(elapsed, done, p.num_trials - p.num_done, p.time_limit)
        return f"{format_duration(elapsed)} so far" if left is None else format_left(left)
