"""Answers laid out to be read on a terminal.

What documents say goes through `clean` into `Text`, never into markup: a document cannot move the cursor, colour the screen or hide a word.
"""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from knowledge_graph.curation.views import History
from knowledge_graph.fold.learning import Lesson
from knowledge_graph.serving.phrases import filled_months, left_phrase, month_name, plural, reason_phrase, split_matches
from knowledge_graph.serving.views import DoubtfulPair, Expert, Hit, Reason, SearchAnswer, Subgraph, Term, TopicRow

NAME, DIM, MATCH, HEADING = "bold cyan", "dim", "bold black on yellow", "bold"
PIPED_WIDTH = 140
MAX_MONTHS = 72
_BARS = "▁▂▃▄▅▆▇█"
# Control characters but tab and newline, and the marks that turn the direction of writing around.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def styled(text: str, style: str = "") -> Text:
    return Text(one_line(text), style=style)


def snippet(text: str) -> Text:
    return Text.assemble(*((clean(piece), MATCH if matched else "") for matched, piece in split_matches(text.replace("\n", " "))))


def table(*columns: str, numbers: Sequence[str] = ()) -> Table:
    made = Table(box=None, pad_edge=False, header_style=DIM, padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


def listed(names: Iterable[str], most: int = 4) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def reasons_line(reasons: Sequence[Reason]) -> str:
    return "; ".join(map(reason_phrase, reasons[:3]))


def sparkline(months: Mapping[str, int]) -> str:
    """One bar a month; a bar stands for several months where the line would be too long."""
    counts = [count for _, count in filled_months(months)]
    step = -(-len(counts) // MAX_MONTHS) or 1
    sums = [sum(counts[position : position + step]) for position in range(0, len(counts), step)]
    return "".join(" " if not value else _BARS[(value * len(_BARS) - 1) // max(sums)] for value in sums)


def show_search(answer: SearchAnswer) -> None:
    out = console()
    if not answer.hits:
        out.print("Nothing that you may open speaks of this.")
        return
    for hit in answer.hits:
        out.print(_hit(hit))
    out.print(Text(f"{plural(answer.total, 'document')} in all", style=DIM))


def _hit(hit: Hit) -> Padding:
    lines = [Text.assemble((f"{hit.kind:<9}", DIM), (one_line(hit.title or hit.path or hit.id), NAME))]
    if hit.snippet:
        lines.append(snippet(hit.snippet))
    where = [f"{hit.source}/{hit.path}", hit.type, month_name(hit.date)] if hit.kind == "document" else []
    lines.append(styled("  ".join(part for part in (*where, hit.document or hit.id) if part), DIM))
    grid = Table.grid()
    for line in lines:
        grid.add_row(line)
    return Padding(grid, (0, 0, 1, 0))


def show_topics(rows: Sequence[TopicRow]) -> None:
    out = console()
    if not rows:
        out.print("No topics yet that this reader may see.")
        return
    made = table("Topic", "Type", "Also called", "Documents", "People", "Score", "Key", numbers=("Documents", "People", "Score"))
    for row in rows:
        counts = (f"{row.documents:,}", f"{row.people:,}", f"{row.score:.2f}")
        made.add_row(styled(row.name, NAME), styled(row.type), styled(listed(row.aliases)), *counts, styled(row.key, DIM))
    out.print(made)


def show_vocabulary(rows: Sequence[Term]) -> None:
    out = console()
    if not rows:
        out.print("No vocabulary that this reader may open.")
        return
    made = table("Term", "Also called", "Type", "Documents", "Say it", numbers=("Documents", "Say it"))
    for row in rows:
        counts = (f"{row.documents:,}", f"{row.said:,}")
        made.add_row(styled(row.name, NAME), styled(listed(row.aliases)), styled(row.type), *counts)
    out.print(made)
    unsaid = [row.name for row in rows if not row.documents and not row.said]
    if unsaid:
        out.print(styled(f"Without evidence beside the vocabulary: {listed(unsaid, 40)}", DIM))


def show_verdicts(history: History) -> None:
    out = console()
    if not history.verdicts:
        out.print("No verdicts.")
        return
    made = table("When", "Who", "Verdict", "Why", "For", "State", "Id")
    for row in history.verdicts:
        said = Text.assemble((row.kind, NAME), " " + one_line(" ".join(filter(None, (row.text, row.other)))))
        if not history.key:
            said = Text.assemble((one_line(row.subject), HEADING), " ", said)
        audience = ", ".join((*row.allow, *(f"not {principal}" for principal in row.deny)))
        state = f"{row.state} by {row.decided_by}" if row.decided_by else row.state
        made.add_row(row.at[:16].replace("T", " "), styled(row.actor), said, styled(row.why), styled(audience, DIM), state, row.id)
    out.print(made)
    if history.key:
        out.print(styled(f"{history.rule} Revision {history.revision or 'none'}.", DIM))


def show_review(pairs: Sequence[DoubtfulPair]) -> None:
    out = console()
    if not pairs:
        out.print("No pair waits.")
        return
    made = table("One", "Other", "What there is to see", "Likely one", numbers=("Likely one",))
    for pair in pairs:
        sides = [
            Text.assemble(
                (one_line(who.name), NAME), f" {who.documents:,}, {month_name(who.first)} to {month_name(who.last)}\n", (who.id, DIM)
            )
            for who in (pair.left, pair.right)
        ]
        made.add_row(*sides, styled(", ".join(pair.facts)), f"{pair.probability:.0%}")
    out.print(made)
    out.print(Text("`engram review accept` or `refuse` with both ids says which.", style=DIM))


def show_lesson(lesson: Lesson) -> None:
    out = console()
    made = table("", "Precision", "Recall", "F1", "Right", "Surprise", numbers=("Precision", "Recall", "F1", "Right", "Surprise"))
    for name, scores in (("shipped", lesson.shipped), ("learned", lesson.learned)):
        made.add_row(name, *(f"{value:.3f}" for value in (scores.precision, scores.recall, scores.f1, scores.accuracy, scores.surprise)))
    out.print(made)
    verdict = "It gains: `engram learn --apply` switches it on." if lesson.gains else "It does not gain."
    told = f"{lesson.yes:,} confirmed, {lesson.no:,} rejected, each judged by what was learned without it"
    out.print(Text(f"{told}: {lesson.corrected:,} corrected, {lesson.spoiled:,} spoiled. {verdict}", style=DIM))


def show_experts(experts: Sequence[Expert]) -> None:
    out = console()
    if not experts:
        out.print("Nobody in the documents that you may open.")
        return
    out.print(experts_table(experts))


def experts_table(experts: Sequence[Expert]) -> Table:
    made = table("Person", "Why", "Address", "Score", numbers=("Score",))
    for expert in experts:
        name, address = expert.name or expert.id, listed(expert.emails or [f"@{handle}" for handle in expert.handles], 1)
        address = ", ".join(filter(None, (address, "by name alone" if expert.id.startswith("name:") else "")))
        why = "; ".join(filter(None, ("pinned" if expert.pinned else "", reasons_line(expert.reasons))))
        why += f" ({left_phrase(expert.left, expert.heir)})" if expert.left else ""
        made.add_row(styled(name, NAME), styled(why), styled(address, DIM), f"{expert.score:.2f}")
    return made


def show_graph(graph: Subgraph) -> None:
    out = console()
    names = {node.id: node.name for node in graph.nodes}
    made = table("From", "Relation", "To", "Documents", "Weight", numbers=("Documents", "Weight"))
    for edge in graph.edges:
        ends = [styled(names.get(end) or end, NAME) for end in (edge.source, edge.target)]
        made.add_row(ends[0], edge.relation, ends[1], f"{edge.documents:,}", f"{edge.weight:.2f}")
    out.print(made)
    out.print(Text(f"{plural(len(graph.nodes), 'node')}, {plural(len(graph.edges), 'edge')}", style=DIM))
