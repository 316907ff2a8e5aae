"""Commands that read as somebody: each asks the library one question and shows the answer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge_graph.model.relations import DERIVED, STATED
from pipelines.cli.options import READ, As, AsOf, Json, Limit, comma_separated, print_json

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library
    from pipelines.home import Home

app = typer.Typer()

Text = Annotated[str, typer.Argument(metavar="TEXT", help="Words, or a question.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="A topic's key or any of its names, or a person's id.")]


class ExportFormat(StrEnum):
    JSONLD = "jsonld"
    GRAPHML = "graphml"
    CSV = "csv"


@contextmanager
def library_as(principals: str, *, by_meaning: bool = False, as_of: str = "", home: "Home | None" = None) -> Iterator["Library"]:
    """The library of a reader; `by_meaning` brings the models that search compares texts with."""
    from knowledge_graph.curation.log import VerdictLog
    from knowledge_graph.directory.store import Directory
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.readers import expand_reader
    from knowledge_graph.serving.store import SearchStore
    from knowledge_graph.text.embedding import Encoders
    from pipelines.home import Home

    home = home or Home.from_env(os.environ)
    with SearchStore.open(home.store) as store, Directory(home.database_url) as directory, VerdictLog(home.curation) as log:
        reader = expand_reader(store, comma_separated(principals), directory)
        encoders = Encoders() if by_meaning else None
        yield Library(store, reader, as_of=as_of, encoders=encoders, directory=directory, rulings=log.rulings(reader))


@app.command(rich_help_panel=READ)
def search(
    text: Text,
    reader: As = "",
    limit: Limit = 10,
    offset: Annotated[int, typer.Option(min=0, max=10_000, help="Leave out the first so many documents.")] = 0,
    source: Annotated[list[str] | None, typer.Option(help="Only of this source; may be repeated.")] = None,
    type: Annotated[list[str] | None, typer.Option(help="Only of this type, such as mail; may be repeated.")] = None,
    person: Annotated[list[str] | None, typer.Option(help="Only with this person; may be repeated.")] = None,
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Not older than this.")] = "",
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Not newer than this.")] = "",
    topic_type: Annotated[str, typer.Option("--topic-type", help="Of topics, only those of this type.")] = "",
    document_class: Annotated[
        list[str] | None, typer.Option("--class", metavar="NAME", help="Only of this class (`engram class`); may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Topics, people and passages for a text."""
    with library_as(reader, by_meaning=True) as library:
        answer = library.search(
            text, limit=limit, offset=offset, sources=source or (), types=type or (), people=person or (), since=since, until=until,
            topic_type=topic_type, classes=document_class or (),
        )  # fmt: skip
    if as_json:
        from knowledge_graph.serving.phrases import plain

        print_json(replace(answer, hits=tuple(replace(hit, snippet=plain(hit.snippet)) for hit in answer.hits)))
    else:
        from pipelines.cli.rendering import show_search

        show_search(answer)


@app.command(rich_help_panel=READ)
def answer(text: Text, reader: As = "", limit: Limit = 3, as_json: Json = False) -> None:
    """What the sources say to a question: quoted sentences, or that they do not say."""
    with library_as(reader, by_meaning=True) as library:
        found = library.answer(text, limit=limit)
    if as_json:
        print_json(found)
    else:
        from pipelines.cli.quoting import show_answer

        show_answer(found)


@app.command(rich_help_panel=READ)
def gist(
    id: Annotated[str, typer.Argument(metavar="ID", help="A document's id, or source/path.")], reader: As = "", as_json: Json = False
) -> None:
    """What a document is about: its key phrases and key sentences, with the reason."""
    with library_as(reader) as library:
        found = library.gist(id)
    if as_json:
        print_json(found)
    else:
        from pipelines.cli.quoting import show_gist

        show_gist(found)


@app.command(rich_help_panel=READ)
def topics(
    reader: As = "",
    limit: Limit = 50,
    query: Annotated[str, typer.Option("--query", help="Only topics whose name holds this.")] = "",
    type: Annotated[str, typer.Option("--type", help="Only topics of this type, such as system.")] = "",
    as_json: Json = False,
) -> None:
    """The topics that the reader's documents speak of, best first."""
    with library_as(reader) as library:
        rows = library.topics(limit=limit, query=query, type=type)
    if as_json:
        print_json({"topics": rows})
    else:
        from pipelines.cli.rendering import show_topics

        show_topics(rows)


@app.command(rich_help_panel=READ)
def card(key: Key, reader: As = "", limit: Limit = 10, as_of: AsOf = "", as_json: Json = False) -> None:
    """A topic card: what it is, who knows, where it is written."""
    with library_as(reader, as_of=as_of) as library:
        topic = library.topic(key)
    topic = replace(topic, experts=topic.experts[:limit], documents=topic.documents[:limit], related=topic.related[:limit])
    if as_json:
        print_json(topic)
    else:
        from pipelines.cli.cards import show_topic

        show_topic(topic)


@app.command(rich_help_panel=READ)
def person(
    id: Annotated[str, typer.Argument(metavar="ID", help="A person's id, address, handle or full name.")],
    reader: As = "",
    limit: Limit = 10,
    as_json: Json = False,
) -> None:
    """A person card: names, roles, what they know about and why."""
    with library_as(reader) as library:
        who = library.person(id)
    who = replace(who, topics=who.topics[:limit], documents=who.documents[:limit])
    if as_json:
        print_json(who)
    else:
        from pipelines.cli.cards import show_person

        show_person(who)


@app.command(rich_help_panel=READ)
def experts(text: Text, reader: As = "", limit: Limit = 10, as_of: AsOf = "", as_json: Json = False) -> None:
    """Who knows about this, and why."""
    with library_as(reader, by_meaning=True, as_of=as_of) as library:
        found = library.experts(text, limit=limit)
    if as_json:
        print_json({"experts": found})
    else:
        from pipelines.cli.rendering import show_experts

        show_experts(found)


@app.command(rich_help_panel=READ)
def document(
    id: Annotated[str, typer.Argument(metavar="ID", help="A document's id, or source/path.")],
    reader: As = "",
    limit: Limit = 50,
    offset: Annotated[int, typer.Option(min=0, max=10_000, help="Leave out the first so many passages.")] = 0,
    as_json: Json = False,
) -> None:
    """A document's passages, people and topics."""
    with library_as(reader) as library:
        found = library.document(id, offset=offset, limit=limit)
    if as_json:
        print_json(found)
    else:
        from pipelines.cli.cards import show_document

        show_document(found)


def _a_relation(name: str) -> str:
    if name and name not in (*DERIVED, *STATED):
        raise typer.BadParameter(f"{name!r} is none of {', '.join((*DERIVED, *STATED))}.")
    return name


@app.command(rich_help_panel=READ)
def neighbours(
    key: Key,
    reader: As = "",
    relation: Annotated[
        str,
        typer.Option(callback=_a_relation, help=f"Only one kind: {', '.join((*DERIVED, *STATED))}."),
    ] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """What is connected to a topic or a person."""
    with library_as(reader) as library:
        graph = library.neighbours(key, relation=relation, limit=limit)
    if as_json:
        print_json(graph)
    else:
        from pipelines.cli.rendering import show_graph

        show_graph(graph)


@app.command(rich_help_panel=READ)
def path(
    a: Annotated[str, typer.Argument(metavar="A", help="A topic or person.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    reader: As = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=6, help="At most so many steps.")] = 4,
    as_json: Json = False,
) -> None:
    """How two topics or people are connected."""
    with library_as(reader) as library:
        graph = library.path(a, b, max_length=limit)
    if as_json:
        print_json(graph)
    else:
        from pipelines.cli.rendering import show_graph

        show_graph(graph)


@app.command(rich_help_panel=READ)
def export(
    format: Annotated[ExportFormat, typer.Option("--format", help="JSON-LD (SKOS and schema.org terms), GraphML, or a CSV of edges.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to standard output.")] = None,
    reader: As = "",
) -> None:
    """The whole graph that a reader may see, for other programs."""
    from knowledge_graph.graph.export import write_csv, write_graphml, write_jsonld

    with library_as(reader) as library:
        graph = library.export()
    write = {ExportFormat.JSONLD: write_jsonld, ExportFormat.GRAPHML: write_graphml, ExportFormat.CSV: write_csv}[format]
    text = write(graph)
    if output:
        output.write_text(text, encoding="utf-8", newline="")
        typer.echo(f"{len(graph.nodes):,} nodes and {len(graph.edges):,} edges in {output}", err=True)
    else:
        typer.echo(text, nl=not text.endswith("\n"))
