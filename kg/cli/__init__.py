"""The command line: thin; data to stdout, everything else to stderr.

Exit codes: 0 done; 1 done, and the answer is no; 2 could not run; 3 done in part; 130 interrupted.
Commands import what they need when they run, so that ``kg --help`` is instant.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from kg import __version__
from kg.cli.assisting import mcp
from kg.cli.building import build, diff, remove
from kg.cli.common import drop_stdout
from kg.cli.conflicts import conflicts
from kg.cli.correcting import correct, corrections
from kg.cli.coverage import coverage
from kg.cli.judging import check, evaluate, validate
from kg.cli.parts import merge, part
from kg.cli.querying import query
from kg.cli.reading import explain, export, stats, view
from kg.cli.reviewing import review
from kg.cli.serving import serve
from kg.cli.sources import sources, text
from kg.cli.teaching import teach
from kg.errors import KgError

FAILED = 2
INTERRUPTED = 130

_ADVICE = {
    errno.ENOSPC: "free some space and run the command again",
    errno.EDQUOT: "free some space and run the command again",
    errno.EACCES: "check the permissions",
    errno.EROFS: "choose another place to write to",
}


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100},
    epilog="\b\nExample:\n  kg build pages/ -o out\n  kg query --list",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Turn Chinese prose into a knowledge graph, and ask it."""


_COMMANDS = (
    *(build, part, merge, remove, diff, review, correct, corrections, query, serve, export, view, explain),
    *(stats, sources, text, coverage, mcp, conflicts, check, teach, validate, evaluate),
)
for _command in _COMMANDS:
    cli.add_command(_command)


def main() -> NoReturn:
    """The entry point of the `kg` script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code. What goes wrong is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # Data is UTF-8 whatever the locale; a terminal shows what it can.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        code = cli.main(args=list(arguments), prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return FAILED
    except click.ClickException as error:
        return _fail(_usage(error))
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except KgError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(_reason(error))
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        return _fail(f"internal error: {error!r}; KG_DEBUG=1 shows where, please report it")


def _fail(message: str, code: int = FAILED) -> int:
    from kg.table import plain

    drop_stdout()
    click.echo(f"kg: {plain(' '.join(message.split()))}", err=True)
    return code


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    advice = f" (see `{context.command_path} --help`)" if context else ""
    return error.format_message().rstrip(".") + advice


def _reason(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    advice = _ADVICE.get(error.errno or 0, "")
    return f"{where}{(error.strerror or repr(error)).lower()}" + (f"; {advice}" if advice else "")
