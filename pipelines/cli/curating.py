"""Commands that give verdicts and show what was said."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import As, Json, Limit, comma_separated, print_json
from pipelines.cli.reading import library_as

if TYPE_CHECKING:
    from knowledge_graph.curation.desk import Desk

CURATE = "Curate"

app = typer.Typer()

Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help="confirm, reject, hide, rename, add-alias, remove-alias, merge, split, pin-person, unpin-person, pin-document, "
        "unpin-document, describe, type, example, counterexample, follow, not-me, opt-out; or undo.",
    ),
]
Subject = Annotated[
    str,
    typer.Argument(metavar="KEY", help="A topic's key or any of its names, a person for opt-out, a document for example, an id for undo."),
]
Value = Annotated[str, typer.Argument(metavar="[VALUE]", help="The text, or the other topic, person or document.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the history.")]
For = Annotated[str, typer.Option("--for", metavar="P1,P2", help="Whom it speaks to; everyone if left out, but a typed text needs it.")]


@contextmanager
def _desk(principals: str) -> Iterator["Desk"]:
    from knowledge_graph.curation.desk import Desk
    from knowledge_graph.curation.log import VerdictLog
    from pipelines.home import Home

    actor = next((each for each in comma_separated(principals) if "@" in each), "command line")
    with library_as(principals) as library, VerdictLog(Home.from_env(os.environ).curation) as log:
        yield Desk(log, library, actor)


@app.command(rich_help_panel=CURATE)
def verdict(
    kind: Kind,
    key: Subject,
    value: Value = "",
    audience: For = "",
    deny: Annotated[str, typer.Option("--deny", metavar="P1,P2", help="Whom it does not speak to.")] = "",
    why: Why = "",
    based_on: Annotated[
        str | None, typer.Option("--based-on", metavar="REVISION", help="Refuse if the card has been decided on since this revision.")
    ] = None,
    reader: As = "",
    as_json: Json = False,
) -> None:
    """Say what a topic is: it acts from the next request on and outlives every run."""
    from knowledge_graph.curation.desk import Draft
    from knowledge_graph.errors import BadQuery
    from knowledge_graph.model.verdicts import TYPED
    from knowledge_graph.model.verdicts import Kind as Kinds

    if kind not in set(Kinds):
        raise BadQuery(f"There is no verdict {kind!r}. There are: {', '.join(Kinds)}.")
    typed = kind in TYPED
    with _desk(reader) as desk:
        if kind == Kinds.UNDO:
            row = desk.undo(key, why)
        else:
            allow = comma_separated(audience)
            draft = Draft(Kinds(kind), key, "" if typed else value, value if typed else "", why, allow, comma_separated(deny), based_on)
            row = desk.give(draft)
    if as_json:
        print_json(row)
    else:
        waits = " Nothing that you may open speaks of it now; what mining left out as too weak comes with the next `engram run`."
        typer.echo(f"Recorded as {row.id}.{waits if row.state == 'dormant' else ''}")


@app.command("class", rich_help_panel=CURATE)
def document_class(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A class of documents, such as offer; without it all that there are.")] = "",
    example: Annotated[list[str] | None, typer.Option(metavar="ID", help="A document of it: id or source/path; may be repeated.")] = None,
    counterexample: Annotated[list[str] | None, typer.Option(metavar="ID", help="A document that is not of it; may be repeated.")] = None,
    audience: Annotated[str, typer.Option("--for", metavar="P1,P2", help="Whom the examples speak to, such as everyone.")] = "",
    deny: Annotated[str, typer.Option("--deny", metavar="P1,P2", help="Whom they do not speak to.")] = "",
    why: Why = "",
    limit: Limit = 10,
    offset: Annotated[int, typer.Option(min=0, max=10_000, help="Leave out the first so many documents.")] = 0,
    reader: As = "",
    as_json: Json = False,
) -> None:
    """Classes of documents from a few examples: the words that decide, the held-out score, the documents; or give examples."""
    from knowledge_graph.curation.desk import Examples
    from knowledge_graph.errors import BadQuery

    taught = (*(example or ()), *(counterexample or ()))
    if taught and not name:
        raise BadQuery("Name the class that these are examples of.")
    if taught:
        given = (tuple(example or ()), tuple(counterexample or ()), why, comma_separated(audience), comma_separated(deny))
        with _desk(reader) as desk:
            rows = desk.exemplify(Examples(name, *given))
        typer.echo(f"Recorded as {', '.join(row.id for row in rows)}.", err=True)
    with library_as(reader) as library:
        found = library.document_class(name, limit=limit, offset=offset) if name else library.classes()
    if as_json:
        print_json(found if name else {"classes": found})
    else:
        from pipelines.cli.classes import show_class, show_classes

        show_classes(found) if isinstance(found, tuple) else show_class(found)


review_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
app.add_typer(review_app, name="review", rich_help_panel=CURATE)
Left = Annotated[str, typer.Argument(metavar="LEFT", help="One person's id, as the list has it.")]
Right = Annotated[str, typer.Argument(metavar="RIGHT", help="The other's.")]


@review_app.callback()
def review(
    context: typer.Context,
    limit: Limit = 20,
    offset: Annotated[int, typer.Option(min=0, max=10_000, help="Leave out the first so many pairs.")] = 0,
    reader: As = "",
    as_json: Json = False,
) -> None:
    """Pairs of people who may be one, likeliest first; accept or refuse them."""
    if context.invoked_subcommand:
        return
    with _desk(reader) as desk:
        pairs = desk.review(limit=limit, offset=offset)
    if as_json:
        print_json({"pairs": pairs})
    else:
        from pipelines.cli.rendering import show_review

        show_review(pairs)


@review_app.command()
def accept(left: Left, right: Right, audience: For = "", why: Why = "", reader: As = "") -> None:
    """They are one person: recorded as a merge."""
    _judge(left, right, audience, why, reader, same=True)


@review_app.command()
def refuse(left: Left, right: Right, audience: For = "", why: Why = "", reader: As = "") -> None:
    """They are two people: recorded as a split."""
    _judge(left, right, audience, why, reader, same=False)


def _judge(left: str, right: str, audience: str, why: str, reader: str, *, same: bool) -> None:
    from knowledge_graph.curation.desk import Judgement

    with _desk(reader) as desk:
        row = desk.judge(Judgement(left, right, same, why, comma_separated(audience)))
    typer.echo(f"Recorded as {row.id}.")


@app.command(rich_help_panel=CURATE)
def verdicts(
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="A topic's key or name, or a person; without it those that wait.")] = "",
    reader: As = "",
    as_json: Json = False,
) -> None:
    """The history of a card; without KEY, for curators, the verdicts that wait for their topic to return."""
    from knowledge_graph.curation.views import History

    with _desk(reader) as desk:
        history = desk.history(key) if key else History("", "", desk.dormant())
    if as_json:
        print_json(history if key else {"verdicts": history.verdicts})
    else:
        from pipelines.cli.rendering import show_verdicts

        show_verdicts(history)
