"""Classes of documents, laid out to be read on a terminal."""

from collections.abc import Sequence

from rich.text import Text

from knowledge_graph.fold.fewshot import HeldOut
from knowledge_graph.serving.phrases import plural
from knowledge_graph.serving.views import ClassCard, ClassRow
from pipelines.cli.rendering import DIM, HEADING, NAME, console, styled, table


def show_classes(rows: Sequence[ClassRow]) -> None:
    out = console()
    if not rows:
        out.print("No class of documents yet of which you may open an example.")
        return
    made = table("Class", "Documents", "Examples", "Counterexamples", "Held out", numbers=("Documents", "Examples", "Counterexamples"))
    for row in rows:
        counts = (f"{row.documents:,}", f"{row.examples:,}", f"{row.counterexamples:,}")
        made.add_row(styled(row.name, NAME), *counts, Text(_held_out(row.held_out)))
    out.print(made)


def show_class(card: ClassCard) -> None:
    out = console()
    out.print(Text.assemble((styled(card.name).plain, NAME), f"  {plural(card.total, 'document')}"))
    out.print(Text(_held_out(card.held_out)))
    out.print(Text.assemble(("Decided by ", HEADING), styled(", ".join(f"{word} {weight:.2f}" for word, weight in card.words.items()))))
    examples = table("Said", "Document", "Who", "When", "Undo")
    for example in card.examples:
        said = "is one" if example.is_example else "is none"
        examples.add_row(said, styled(example.title), styled(example.actor), example.at[:10], Text(example.verdict, style=DIM))
    out.print(examples)
    documents = table("Score", "Document", "Words", "Where", numbers=("Score",))
    for document in card.documents:
        where = styled(f"{document.source}/{document.path}", DIM)
        documents.add_row(f"{document.score:.2f}", styled(document.title, NAME), styled(", ".join(document.words)), where)
    out.print(documents)


def _held_out(tried: HeldOut) -> str:
    if not tried.examples:
        return "One example: nothing could be left out to judge by. Give another."
    refused = f", {tried.refused} of {plural(tried.counterexamples, 'counterexample')} refused" if tried.counterexamples else ""
    above = f", above {tried.above:.0%} of other documents" if tried.above else ""
    return f"Left out, {tried.found} of {plural(tried.examples, 'example')} found{above}{refused}; F1 {tried.f1:.2f}"
