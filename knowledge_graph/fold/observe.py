"""From evidence to a partial: one document at a time, merged by the caller's `merge`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge_graph.fold.partial import (
    ROLE,
    DocumentRef,
    PersonPartial,
    SentenceRef,
    StatementRef,
    TopicPartial,
    merge_people,
    merge_topics,
    smallest,
)
from knowledge_graph.fold.places import OWN_PLACES, VOCABULARY, strength
from knowledge_graph.model.records import Evidence


@dataclass(frozen=True, slots=True)
class Observation:
    """One evidence row with its document and that document's date (`YYYY-MM-DD` or `""`)."""

    document: str
    date: str
    evidence: Evidence

    @property
    def when(self) -> str:
        return self.evidence.last or self.evidence.date or self.date


def topic_partial(observations: Iterable[Observation]) -> TopicPartial:
    return merge_topics(_topic_in_document(rows) for rows in _by_document(observations))


def person_partial(observations: Iterable[Observation]) -> PersonPartial:
    return merge_people(_person_in_document(rows) for rows in _by_document(observations))


def _by_document(observations: Iterable[Observation]) -> Iterable[list[Observation]]:
    ordered = sorted(observations, key=lambda seen: seen.document)
    return (list(rows) for _, rows in groupby(ordered, key=lambda seen: seen.document))


def _topic_in_document(rows: Sequence[Observation]) -> TopicPartial:
    document, date = rows[0].document, rows[0].date
    mentions = [row.evidence for row in rows if row.evidence.kind == "mention"]
    places: Counter[str] = Counter()
    for mention in mentions:
        places[mention.place] += mention.count
    for alias in (row.evidence for row in rows if row.evidence.kind == "alias"):
        places[f"alias:{alias.place}"] += 1
    for sentence in (row.evidence for row in rows if row.evidence.kind == "definition"):
        places[f"says:{sentence.place}"] += 1
    weight = strength({place: count for place, count in places.items() if ":" not in place})
    sentences = tuple(
        SentenceRef(
            kind=e.place,
            text=e.value,
            # What a vocabulary says is kept whatever else is said: no sentence of a text scores as high.
            score=round(e.confidence + (1.0 if e.place == VOCABULARY else 0.2 if OWN_PLACES.intersection(places) else 0.0), 4),
            date=e.date or date,
            document=document,
            segment=e.segment,
            start=e.start,
            end=e.end,
        )
        for e in (row.evidence for row in rows)
        if e.kind == "definition"
    )
    statements = (
        StatementRef(e.place, e.other, e.date or date, document, e.segment, e.start, e.end)
        for e in (row.evidence for row in rows)
        if e.kind == "statement"
    )
    dates = [d for d in (date,) if d]
    return TopicPartial(
        documents=1,
        places=dict.fromkeys(sorted(places), 1),
        flags=_flags(mentions),
        mentions=_mentions(mentions),
        contexts=smallest(int(feature[8:], 16) for m in mentions for feature in m.features if feature.startswith("context:")),
        names=dict.fromkeys(sorted({mention.value for mention in mentions}), 1),
        months=dict.fromkeys((d[:7] for d in dates), 1),
        types=_types(mentions),
        best=(_reference(document, date, weight, mentions),) if mentions else (),
        sentences=sentences,
        statements=tuple(statements),
        first=min(dates, default=""),
        last=max(dates, default=""),
    )


def _flags(mentions: Sequence[Evidence]) -> Mapping[str, int]:
    """A flag counts once a document, whatever number follows its colon."""
    names = {feature.partition(":")[0] for mention in mentions for feature in mention.features}
    return dict.fromkeys(sorted(names - {"context", "type"}), 1)


def _types(mentions: Sequence[Evidence]) -> Mapping[str, int]:
    return dict.fromkeys(sorted({feature[5:] for mention in mentions for feature in mention.features if feature.startswith("type:")}), 1)


def _mentions(rows: Sequence[Evidence]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for row in rows:
        if row.segment >= 0:
            total[row.place] += row.count
    return dict(sorted(total.items()))


def _reference(document: str, date: str, weight: float, mentions: Sequence[Evidence], kind: str = "") -> DocumentRef:
    in_text = sorted((m for m in mentions if m.segment >= 0), key=lambda m: (m.segment, m.start, m.end))
    if in_text:
        first = in_text[0]
        return DocumentRef(document, weight, date, first.segment, first.start, first.end, first.value, kind)
    return DocumentRef(document, weight, date, quote=min(m.value for m in mentions), kind=kind)


def _person_in_document(rows: Sequence[Observation]) -> PersonPartial:
    document, date = rows[0].document, rows[0].date
    by_kind: defaultdict[str, list[Observation]] = defaultdict(list)
    for row in rows:
        if row.evidence.kind == "contribution":
            by_kind[row.evidence.place].append(row)
    dates = sorted(filter(None, (d for row in rows for d in (row.evidence.date or row.when, row.when))))
    best = tuple(
        _reference(
            document,
            max(row.when for row in seen),
            strength({"prose": sum(r.evidence.count for r in seen)}),
            [r.evidence for r in seen],
            kind,
        )
        for kind, seen in sorted(by_kind.items())
    )
    roles = tuple(
        SentenceRef(e.place, e.value, e.confidence, date, document, e.segment, e.start, e.end)
        for e in (row.evidence for row in rows)
        if e.kind == "role"
    )
    names = {row.evidence.value for row in rows if row.evidence.kind in ("contribution", "same") and row.evidence.value}
    return PersonPartial(
        documents=1,
        kinds=dict.fromkeys(sorted({*by_kind, *([ROLE] if roles else [])}), 1),
        names=dict.fromkeys(sorted(names), 1),
        months=dict.fromkeys(sorted({row.when[:7] for row in rows if row.when}), 1),
        best=best,
        roles=roles,
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
    )
