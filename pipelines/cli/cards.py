"""Topic, person and document cards on a terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from knowledge_graph.serving.phrases import left_phrase, month_name, months_phrase, plural
from knowledge_graph.serving.views import (
    Citation,
    Contradiction,
    DocumentCard,
    DocumentRow,
    PersonCard,
    RelatedTopic,
    Sentence,
    StatedRelation,
    TopicCard,
)
from pipelines.cli.rendering import (
    DIM,
    HEADING,
    NAME,
    clean,
    console,
    experts_table,
    one_line,
    reasons_line,
    sparkline,
    styled,
    table,
)

LOW_CONFIDENCE = 0.8


class Footnotes:
    """Numbers the passages that a card cites, in the order of their first use."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._citations: list[Citation] = []

    def mark(self, citations: Iterable[Citation]) -> str:
        return "".join(f" [{self._number(citation)}]" for citation in citations)

    def _number(self, citation: Citation) -> int:
        place = (citation.document, citation.segment, citation.start)
        if place not in self._numbers:
            self._citations.append(citation)
            self._numbers[place] = len(self._citations)
        return self._numbers[place]

    def lines(self) -> list[Text]:
        return [
            styled(f"[{number}] {citation.title or citation.document}{_dated(citation.date)}  {citation.document}{_at(citation)}", DIM)
            for number, citation in enumerate(self._citations, 1)
        ]


def _dated(day: str) -> str:
    return f", {month_name(day)}" if day else ""


def _at(citation: Citation) -> str:
    return f" passage {citation.segment}" if citation.segment >= 0 else ""


def show_topic(card: TopicCard) -> None:
    notes = Footnotes()
    name, *aliases = card.names or (card.key,)
    parts: list[RenderableType] = []
    if aliases:
        parts.append(Text.assemble(("Also called ", DIM), one_line(", ".join(aliases))))
    parts += [Text.assemble(("Type ", DIM), one_line(card.type))] if card.type else []
    parts.append(Text.assemble(("Evidence ", DIM), one_line(card.why)))
    parts += _sentences(card.summary, notes)
    parts += _months(card.months)
    if card.may_mean:
        parts += _section("May mean", _related(card.may_mean))
    if card.experts:
        parts += _section("People who know", experts_table(card.experts))
    if card.relations:
        parts += _section("Relations", _relations(card.relations, notes))
    if card.contradictions:
        parts += _section("Statements that differ", _contradictions(card.contradictions, notes))
    if card.documents:
        parts += _section("Documents", _documents(card.documents))
    if card.related:
        parts += _section("Related (named together)", _related(card.related))
    parts += _footnotes(notes)
    _panel(name, f"topic {card.key}", parts)


def show_person(card: PersonCard) -> None:
    notes = Footnotes()
    name, *others = card.names or (card.id,)
    known = list(dict.fromkeys((*others, *card.emails, *(f"@{handle}" for handle in card.handles))))
    parts: list[RenderableType] = [styled("  ".join(known), DIM)] if known else []
    if card.id.startswith("name:"):
        bearer = ", and the directory knows one who bears it" if card.emails else ""
        parts.append(styled(f"Known by name alone: nothing else says that this is one person{bearer}.", DIM))
    told = list(filter(None, (card.department, left_phrase(card.left, card.heir) if card.left else "")))
    parts += [styled("  ".join(told))] if told else []
    parts += _sentences(card.roles, notes)
    parts += _months(card.months)
    if card.topics:
        made = table("Topic", "Why")
        for topic in card.topics:
            made.add_row(styled(topic.name, NAME), styled(reasons_line(topic.reasons)))
        parts += _section("Knows about", made)
    if card.relations:
        parts += _section("Relations", _relations(card.relations, notes))
    if card.documents:
        parts += _section("Documents", _documents(card.documents))
    parts += _footnotes(notes)
    _panel(name, f"person {card.id}", parts)


def show_document(card: DocumentCard) -> None:
    facts = [f"{card.source}/{card.path}", card.type, f"created {card.created[:10]}" if card.created else ""]
    facts.append(f"changed {card.modified[:10]}" if card.modified else "")
    parts: list[RenderableType] = [styled("  ".join(filter(None, facts)), DIM)]
    if card.people:
        parts.append(Text.assemble(("People ", DIM), one_line(", ".join(person.name or person.id for person in card.people))))
    if card.topics:
        parts.append(Text.assemble(("Topics ", DIM), one_line(", ".join(topic.name for topic in card.topics))))
    headings: tuple[str, ...] = ()
    for passage in card.passages:
        if passage.headings and passage.headings != headings:
            parts += [Text(), styled(" / ".join(passage.headings), HEADING)]
        headings = passage.headings
        doubt = f"  read from an image, {passage.confidence:.0%} sure" if passage.confidence < LOW_CONFIDENCE else ""
        page = f" page {passage.page}" if passage.page else ""
        parts += [Text(f"passage {passage.segment}{page}{doubt}", style=DIM), Text(clean(passage.text))]
    if card.children:
        parts += _section("Contains", _documents(card.children))
    parts += [Text(), Text(f"{len(card.passages)} of {plural(card.total_passages, 'passage')}", style=DIM)]
    _panel(card.title or card.path, f"document {card.id}", parts)


def _panel(title: str, subtitle: str, parts: Sequence[RenderableType]) -> None:
    heading, below = Text(one_line(title), style="bold"), styled(subtitle, DIM)
    console().print(Panel(Group(*parts), title=heading, subtitle=below, title_align="left", subtitle_align="right", padding=(1, 2)))


def _section(title: str, body: RenderableType) -> list[RenderableType]:
    return [Text(), Text(title, style=HEADING), body]


def _sentences(sentences: Sequence[Sentence], notes: Footnotes) -> list[RenderableType]:
    return [
        Padding(Text.assemble(one_line(sentence.text), (f"{_typed(sentence)}{notes.mark(sentence.citations[:3])}", DIM)), (1, 0, 0, 0))
        for sentence in sentences
    ]


def _typed(sentence: Sentence) -> str:
    if sentence.kind == "vocabulary":
        return " (the vocabulary's definition)"
    return f" (written by {one_line(sentence.author)}, {month_name(sentence.date)})" if sentence.author else ""


def _months(months: dict[str, int]) -> list[RenderableType]:
    phrase = months_phrase(months)
    return [Text(), Text(sparkline(months), style="cyan"), Text(phrase, style=DIM)] if phrase else []


def _documents(rows: Sequence[DocumentRow]) -> RenderableType:
    made = table("Title", "Where", "Date", "Id")
    for row in rows:
        title = Text.assemble((one_line(row.title or row.path), NAME))
        quote = one_line(row.citation.quote) if row.citation and row.citation.segment >= 0 else ""
        if len(quote.split()) > 4 and quote != title.plain:
            title.append(f"\n{quote[:300]}", style="")
        made.add_row(title, styled(f"{row.source}/{row.path}", DIM), month_name(row.date), styled(row.id, DIM))
    return made


def _relations(rows: Sequence[StatedRelation], notes: Footnotes) -> RenderableType:
    made = table("Relation", "To", "Last said", "Sources")
    for row in rows:
        made.add_row(row.phrase, styled(row.name, NAME), row.date, styled(notes.mark(row.citations), DIM))
    return made


def _contradictions(rows: Sequence[Contradiction], notes: Footnotes) -> RenderableType:
    made = table("What", "Said on", "Value", "Sources")
    for row in rows:
        for number, said in enumerate(row.statements):
            mark = styled(notes.mark([said.citation]), DIM)
            made.add_row(styled(row.attribute if not number else ""), said.date or "no date", styled(said.value, NAME), mark)
    return made


def _related(topics: Sequence[RelatedTopic]) -> Text:
    return styled(", ".join(f"{topic.name} ({topic.documents})" if topic.documents else topic.name for topic in topics))


def _footnotes(notes: Footnotes) -> list[RenderableType]:
    lines = notes.lines()
    return [Text(), *lines] if lines else []
