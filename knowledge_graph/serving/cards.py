"""Citations, documents and cards: finished partials with the passages that say so."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge_graph.fold.experts import ABOVE, NAMED, Deed, Ranked
from knowledge_graph.fold.partial import DocumentRef, SentenceRef
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.people import Person
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.views import Citation, DocumentRow, Expert, PersonRow, Reason, Sentence

QUOTE_CHARS = 240
REASON_CITATIONS = 3

_SENTENCE_END = re.compile(r"[.!?]['\")\]]*\s+(?![a-z])|\n+")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents and passages that the reader may open, fetched once for a card."""

    documents: Mapping[str, Found]
    segments: Mapping[str, Found]

    @classmethod
    def fetch(cls, store: SearchStore, reader: Reader, documents: Iterable[str], segments: Iterable[tuple[str, int]] = ()) -> "Shelf":
        ids = sorted({f"{document}:{position}" for document, position in segments if position >= 0})
        wanted = sorted(set(documents) | {row.partition(":")[0] for row in ids})
        searches: list[tuple[str, Body | None, Body]] = [
            (index, {"ids": {"values": values[start : start + 1000]}}, {"size": 1000, "source": fields})
            for index, values, fields in (
                ("documents", wanted, ["document", "source", "path", "type", "date", "body.title"]),
                ("segments", ids, ["text"]),
            )
            for start in range(0, len(values), 1000)
        ]
        found: dict[str, dict[str, Found]] = {"documents": {}, "segments": {}}
        if searches:
            for (index, _, _), answer in zip(searches, store.read_many(searches, reader), strict=True):
                found[index] |= {hit.id: hit for hit in answer.hits}
        return cls(found["documents"], found["segments"])

    def row(self, document: str, citation: Citation | None = None) -> DocumentRow | None:
        hit = self.documents.get(document)
        return document_row(hit, citation) if hit else None

    def cite(self, document: str, segment: int, start: int, end: int, quote: str = "") -> Citation | None:
        """A citation of a passage the reader may open; None for any other."""
        hit = self.documents.get(document)
        if hit is None:
            return None
        title, date = title_of(hit), hit.fields.get("date", "")
        if segment < 0:
            return Citation(document, -1, 0, 0, quote, title, date)
        passage = self.segments.get(f"{document}:{segment}")
        return None if passage is None else Citation(document, segment, start, end, passage.fields["text"][start:end], title, date)

    def cite_sentence(self, ref: DocumentRef) -> Citation | None:
        """The sentence around a name, so that a reader sees what is said of it."""
        citation = self.cite(ref.document, ref.segment, ref.start, ref.end, ref.quote)
        if citation is None or citation.segment < 0:
            return citation
        text = self.segments[f"{ref.document}:{ref.segment}"].fields["text"]
        start, end = sentence_around(text, ref.start, ref.end)
        return replace(citation, start=start, end=end, quote=text[start:end])

    def rows(self, references: Sequence[DocumentRef], limit: int) -> tuple[DocumentRow, ...]:
        """The strongest documents, each once, with the passage that names the subject."""
        chosen: dict[str, DocumentRow] = {}
        for ref in references:
            if ref.document not in chosen and len(chosen) < limit:
                row = self.row(ref.document, self.cite_sentence(ref))
                if row:
                    chosen[ref.document] = row
        return tuple(chosen.values())

    def sentence(self, ref: SentenceRef) -> Sentence | None:
        citation = self.cite(ref.document, ref.segment, ref.start, ref.end, ref.text)
        return Sentence(ref.text, (citation,), ref.kind, ref.date) if citation else None

    def expert(self, person: Person, ranked: Ranked) -> Expert:
        reasons = self.reasons(person, ranked.candidate.deeds, ranked.candidate.belongs_to)
        return Expert(person.id, person.names[0], person.emails, person.handles, ranked.score, reasons)

    def reasons(self, person: Person, deeds: Iterable[Deed], belongs_to: str = "") -> tuple[Reason, ...]:
        """What they did, counted in documents, what decided most first, each with documents to open.

        What they did for the topic that this one belongs to comes last, with its name.
        """
        reasons = []
        for (kind, above), done in by_kind(deeds).items():
            citations = (self.cite_deed(deed, f"{person.names[0]}: {kind}") for deed in shown(done))
            # What they did in documents that only answer the question counts where no document of the topic says more.
            counted = [deed for deed in done if deed.place != "answer"] or done
            last = max(deed.date for deed in done)
            about = belongs_to if above else ""
            reason = Reason(kind, len({deed.document for deed in counted}), last, tuple(c for c in citations if c), about)
            reasons.append((round(sum(deed.says for deed in done), 4), reason))
        return tuple(reason for _, reason in sorted(reasons, key=lambda pair: (-pair[0], -pair[1].count, pair[1].kind)))

    def cite_deed(self, deed: Deed, by: str) -> Citation | None:
        """The sentence that names the person, or the document whose source does."""
        reference = DocumentRef(deed.document, 0.0, deed.date, deed.segment, deed.start, deed.end, by)
        return self.cite_sentence(reference)


def by_kind(deeds: Iterable[Deed]) -> dict[tuple[str, bool], list[Deed]]:
    """By what was done, and whether for the topic itself or for what it belongs to.

    A role and the same word for a contribution are one, and who is named with a topic is mentioned.
    """
    kinds: dict[tuple[str, bool], list[Deed]] = {}
    for deed in deeds:
        did = "mentioned" if deed.did == NAMED else deed.did.removeprefix("role:")
        kinds.setdefault((did, deed.place == ABOVE), []).append(deed)
    return kinds


def shown(deeds: Iterable[Deed]) -> list[Deed]:
    """The documents that a reason cites, each once: those that say most."""
    best: dict[str, Deed] = {}
    for deed in sorted(deeds, key=lambda deed: (-round(deed.says, 4), deed.document)):
        best.setdefault(deed.document, deed)
    return list(best.values())[:REASON_CITATIONS]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence that holds `text[start:end]`, cut at a space where it is over QUOTE_CHARS long."""
    first = max((gap.end() for gap in _SENTENCE_END.finditer(text, 0, start)), default=0)
    gap_after = _SENTENCE_END.search(text, max(end - 1, 0))
    last = len(text[: gap_after.start() + 1].rstrip()) if gap_after else len(text.rstrip())
    spare = max(0, QUOTE_CHARS - (end - start)) // 2
    if start - first > spare:
        first = text.find(" ", start - spare, start) + 1 or start - spare
    if last - end > spare:
        cut = text.rfind(" ", end, end + spare)
        last = cut if cut >= 0 else end + spare
    return min(first, start), max(last, end)


def cited_deeds(ranked: Iterable[Ranked]) -> list[Deed]:
    """The deeds that the reasons of these experts cite."""
    return [deed for each in ranked for done in by_kind(each.candidate.deeds).values() for deed in shown(done)]


def title_of(hit: Found) -> str:
    body = hit.fields.get("body", {})
    return str(body.get("title") or hit.fields["path"].rpartition("/")[2])


def document_row(hit: Found, citation: Citation | None = None) -> DocumentRow:
    fields = hit.fields
    return DocumentRow(hit.id, title_of(hit), fields["source"], fields["path"], fields["type"], fields.get("date", ""), citation)


def person_row(person: Person) -> PersonRow:
    return PersonRow(person.id, person.names[0], person.emails, person.handles, person.partial.documents, person.partial.last)
