"""The `nas` command. Each subcommand is a file of this package, loaded when it is called."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from errno import EPIPE
from io import StringIO
from pathlib import Path
from typing import Any

import click

from nas import __version__
from nas.cli.streams import (
    complain,
    give_up_output,
    open_what_is_closed,
    output_error,
    say_what_can_be_said,
)

COMMANDS = {
    "launch": "Run or resume a search.",
    "status": "Show what runs, by whom, how far it is.",
    "stop": "End a search from another terminal.",
    "validate": "Check an experiment file.",
    "doctor": "Check this machine; say what is wrong and what to type.",
    "describe": "Show a network layer by layer.",
    "profile": "Measure the latency table of a space.",
    "list": "List the studies of a database.",
    "delete": "Remove a study, its weights and checkpoints.",
    "pareto": "Print the front of a study.",
    "explain": "Show what one edit of a network would change.",
    "calibrate": "Check whether short training ranks as full training.",
    "quantise": "Measure the front in eight bit integers.",
    "confirm": "Train the front again with other seeds.",
    "retarget": "Print the front of a study for another device.",
    "report": "Write the front of a study as an HTML page.",
    "dashboard": "Watch studies in the browser, live.",
    "train": "Train a found network to the end, and test it.",
    "export": "Write a found network as code.",
    "simulate": "Compare samplers on a table of known results.",
}
"""Names and one-line summaries, so that `nas --help` need not load the commands themselves."""


class LazyGroup(click.Group):
    """Loads a subcommand's module when that subcommand is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"nas.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)


EPILOG = """
\b
Start here:
  nas validate space.yaml      check a space before you search it
  nas launch space.yaml        search; Ctrl-C and the same command again go on
  nas report STUDY             look at the front
  nas export STUDY             the best compromise as code

Shell completion: eval "$(_NAS_COMPLETE=bash_source nas)" (or zsh_source, fish_source).
"""


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nas")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Search convolutional architectures that fit a device's budget."""
    ctx.obj = {"debug": debug}


def main(args: Sequence[str] | None = None) -> None:
    """Entry point: every error is one line on standard error.

    Exit codes: 0 success, 1 a failure told in one line, 2 wrong usage or a wrong file, 130
    interrupted. Whoever stops reading, as `head` does, is no failure. Characters that the
    terminal's encoding does not have are stood in for.
    """
    open_what_is_closed()
    say_what_can_be_said()
    # Looked for before click reads it: what goes wrong in reading shall be shown as well.
    arguments = list(sys.argv[1:] if args is None else args)
    try:
        code = _run(arguments, debug="--debug" in arguments)
        unsaid = output_error()
    except OSError as error:  # `_run` lets through what standard output is to blame for
        code, unsaid = 0, error
    if unsaid is not None:
        give_up_output()
        if not isinstance(unsaid, BrokenPipeError):
            complain(f"nas: standard output cannot be written: {unsaid.strerror}")
            code = code or 1
    sys.exit(code)


def _run(arguments: list[str], *, debug: bool) -> int:
    """Runs a command and returns its exit code; raises OSError where its output fails."""
    try:
        # click by itself would end the process, and say errors in words of its own.
        result: Any = cli.main(arguments, prog_name="nas", standalone_mode=False)
        # Where a command ends by `Exit`, click returns its code, else whatever the function
        # returned.
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        complain(_usage(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("nas: stopped at once; the same command goes on")
        return 130
    except SystemExit:  # what click makes of a broken pipe, whichever that is
        if not hasattr(sys.stdout, "wrapped"):
            raise
        # click has put both aside, so that nothing more is written; the real ones tell who has
        # gone.
        sys.stdout, sys.stderr = (getattr(s, "wrapped", s) for s in (sys.stdout, sys.stderr))
        broken = BrokenPipeError(EPIPE, "Broken pipe")
        if output_error(broken) is not None:
            raise broken from None
        return _explain(broken, debug=debug)
    except OSError as error:
        if output_error(error) is not None:
            raise
        return _explain(error, debug=debug)
    except Exception as error:
        return _explain(error, debug=debug)


def _usage(error: click.ClickException) -> str:
    """What click says of an error: where it knows the command, its usage comes first."""
    said = StringIO()
    error.show(said)
    return said.getvalue().rstrip("\n")


def _explain(error: Exception, *, debug: bool) -> int:
    """Says an error in one line and returns its exit code; with `debug` raises it again."""
    from search_spaces.errors import ExperimentFileError, NasError, StoppedError

    if debug:
        raise error
    if isinstance(error, NasError):
        complain(f"nas: {error}")
        if isinstance(error, StoppedError):
            return 130
        return 2 if isinstance(error, ExperimentFileError) else 1
    # A file or an address: its name and the system's word for it say all that a person needs.
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        complain(f"nas: {place}{error.strerror}")
        return 1
    complain(f"nas: {_unexpected(error)}; nas --debug ... shows the traceback")
    return 1


def _unexpected(error: Exception) -> str:
    """An error that nobody foresaw, and where it came up."""
    *_, last = traceback.extract_tb(error.__traceback__)
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said} ({Path(last.filename).name}, line {last.lineno})"
