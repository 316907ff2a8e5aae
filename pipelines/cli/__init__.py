"""The `engram` command. Only typer is imported here; each command imports what it needs, so that `engram --help` stays quick."""

import errno
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from infra.errors import InfraError
from knowledge_graph.errors import BadQuery, EngramError
from pipelines.cli import curating, evaluating, keeping, learning, reading, running, servers, vocabulary

FOUND_A_PROBLEM, WRONG_USE, INTERRUPTED = 1, 2, 130
_SAY_WHY = {errno.ENOSPC: "The disk is full", errno.EACCES: "Not allowed", errno.EPERM: "Not allowed", errno.EROFS: "The disk is read-only"}


class Commands(TyperGroup):
    """Turns expected errors into one sentence and an exit status; a traceback then always means a bug."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BadQuery as exc:
            _stop(exc.message, WRONG_USE)
        except EngramError as exc:
            _stop(exc.message, FOUND_A_PROBLEM)
        except InfraError as exc:
            _stop(str(exc), FOUND_A_PROBLEM)
        except OSError as exc:
            if exc.errno not in _SAY_WHY:
                raise
            _stop(f"{_SAY_WHY[exc.errno]}: {exc.filename or exc.strerror}.", FOUND_A_PROBLEM)
        except KeyboardInterrupt:
            _stop("Stopped. What is done is kept; the same command goes on from there.", INTERRUPTED)


def _stop(message: str, status: int) -> None:
    typer.echo(f"engram: {message}", err=True)
    raise typer.Exit(status)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Topics, experts, search and a graph, from the documents that an organisation already wrote.",
    epilog="ENGRAM_HOME places the whole installation; it is ~/.engram by default.",
)
app.add_typer(reading.app)
app.add_typer(curating.app)
app.add_typer(learning.app)
app.add_typer(running.app)
app.add_typer(vocabulary.app)
app.add_typer(evaluating.app)
app.add_typer(keeping.app)
app.add_typer(servers.app)


def main() -> None:
    sys.exit(app())
