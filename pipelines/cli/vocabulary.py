"""Commands for controlled vocabularies: what is there, add one, write the topics as one."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.options import As, Json, comma_separated, print_json
from pipelines.cli.reading import library_as
from pipelines.cli.running import open_home, run_source

VOCABULARY = "Vocabulary"
FORMATS = {".ttl": "turtle", ".nt": "nt", ".rdf": "pretty-xml", ".xml": "pretty-xml", ".jsonld": "json-ld"}

app = typer.Typer()
vocabulary_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
app.add_typer(vocabulary_app, name="vocabulary", rich_help_panel=VOCABULARY)


@vocabulary_app.callback()
def vocabulary(context: typer.Context, reader: As = "", as_json: Json = False) -> None:
    """The terms of the vocabularies that the reader may open, and which of them nothing else speaks of; or import and export one."""
    if context.invoked_subcommand:
        return
    with library_as(reader) as library:
        rows = library.vocabulary()
    if as_json:
        print_json({"terms": rows})
    else:
        from pipelines.cli.rendering import show_vocabulary

        show_vocabulary(rows)


@vocabulary_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SKOS as Turtle, N-Triples, RDF/XML or JSON-LD.")],
    access: Annotated[str, typer.Option("--access", metavar="P,...", help="Who may read it; left out: nobody.")] = "",
    deny: Annotated[str, typer.Option("--deny", metavar="P,...", help="Who may not.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it; by default the file's name.")] = "",
    as_json: Json = False,
) -> None:
    """Add a SKOS file, or put it in the place of an earlier one of its name."""
    from pipelines import vocabulary as vocabularies

    home = open_home()
    allow = comma_separated(access)
    item = vocabularies.add(home.path, home.sources_file, file, name, allow, comma_separated(deny))
    if not allow:
        typer.echo("No --access: nobody may read it, so nobody's topics change.", err=True)
    typer.echo(f"Added as {vocabularies.SOURCE}/{item}.", err=True)
    run_source(home, vocabularies.SOURCE, as_json=as_json)


@vocabulary_app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Ends in .ttl, .nt, .rdf or .jsonld; left out: Turtle to read.")
    ] = None,
    reader: As = "",
) -> None:
    """The reader's topics as a SKOS concept scheme."""
    from knowledge_graph.errors import BadQuery
    from knowledge_graph.graph.skos import write_skos

    format = FORMATS.get(file.suffix.lower()) if file else "turtle"
    if format is None:
        raise BadQuery(f"A vocabulary is written to a file that ends in {', '.join(FORMATS)}.")
    with library_as(reader) as library:
        concepts = library.concepts()
    text = write_skos(concepts, format)
    if file:
        file.write_text(text, encoding="utf-8", newline="")
        typer.echo(f"{len(concepts):,} concepts in {file}", err=True)
    else:
        typer.echo(text, nl=not text.endswith("\n"))
