"""The command that learns from verdicts."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.curating import CURATE
from pipelines.cli.options import Json, print_json
from pipelines.cli.running import open_home, run_stages_of

if TYPE_CHECKING:
    from knowledge_graph.fold.learning import Example
    from pipelines.home import Home

app = typer.Typer()


@app.command(rich_help_panel=CURATE)
def learn(
    apply: Annotated[bool, typer.Option("--apply", help="Weigh by what was learned from now on, if it gains.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the shipped weights.")] = False,
    as_json: Json = False,
) -> None:
    """What confirmed and rejected topics would teach the topic score, judged on verdicts that it did not learn from."""
    from knowledge_graph.errors import BadQuery
    from knowledge_graph.fold.learning import LEAST, enough, learn, lesson
    from pipelines import learned

    home = open_home()
    if apply and reset:
        raise BadQuery("--apply and --reset are two wishes; give one.")
    if reset:
        home.learned_file.unlink(missing_ok=True)
        typer.echo("The shipped weights hold again.", err=True)
        run_stages_of(home, ("fold", "publish"))
        return
    examples = _examples(home)
    if not enough(examples):
        said = [example.is_topic for example in examples]
        raise BadQuery(
            f"Too few verdicts to learn from: {said.count(True)} confirmed and {said.count(False)} rejected topics that are addressed to "
            f"everyone and stand in documents that everyone may open; {LEAST} of each are needed."
        )
    found = lesson(examples)
    if as_json:
        print_json({"lesson": found, "gains": found.gains})
    else:
        from pipelines.cli.rendering import show_lesson

        show_lesson(found)
    if apply and not found.gains:
        typer.echo("Nothing was changed: it does not gain.", err=True)
    elif apply:
        learned.save(home.learned_file, learn(examples))
        run_stages_of(home, ("fold", "publish"))
        typer.echo("The learned weights hold from now on; `engram learn --reset` undoes that.", err=True)


def _examples(home: "Home") -> "list[Example]":
    from knowledge_graph.curation.log import VerdictLog
    from knowledge_graph.curation.teaching import examples
    from knowledge_graph.serving.store import SearchStore

    with SearchStore.open(home.store) as store, VerdictLog(home.curation) as log:
        return examples(store, log.verdicts())
