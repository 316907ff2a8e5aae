"""What documents say in their own words, on a terminal: answers and gists."""

from rich.padding import Padding
from rich.text import Text

from knowledge_graph.serving.views import Answer, Citation, Gist
from pipelines.cli.rendering import DIM, NAME, console, one_line, styled, table

DO_NOT_SAY = "The sources that you may open do not say."


def show_answer(answer: Answer) -> None:
    out = console()
    if not answer.found:
        out.print(DO_NOT_SAY)
    for sentence in answer.sentences:
        if not answer.found:
            out.print(Text("Nearest to it:", style=DIM))
        out.print(Padding(Text(one_line(sentence.text)), (0, 0, 0, 2)))
        out.print(Padding(Text(f"{_place(sentence.citation)}  {sentence.confidence:.0%} sure", style=DIM), (0, 0, 1, 2)))


def _place(citation: Citation) -> str:
    return f"{one_line(citation.title)}, passage {citation.segment + 1}  {citation.document}"


def show_gist(gist: Gist) -> None:
    out = console()
    out.print(styled(gist.title, NAME))
    made = table("Phrase", "Why", "Passage", numbers=("Passage",))
    for phrase in gist.phrases:
        made.add_row(styled(phrase.text), styled(phrase.reason, DIM), str(phrase.citation.segment + 1))
    out.print(made)
    for sentence in gist.sentences:
        out.print(Padding(Text(one_line(sentence.text)), (1, 0, 0, 2)))
        out.print(Padding(Text(f"passage {sentence.citation.segment + 1}  {sentence.reason}", style=DIM), (0, 0, 0, 2)))
