"""What is to be published, in plain Python: documents to rows of every index, from scratch, with nothing of the pipeline's.

Reading, mining, partials and the shape of a row are the product's own pure functions. Everything that the pipeline does with Spark
(which document is parsed, joined dates and people, grouping, edges, which subject is published, access of a row, ids) is said a second
time here, as briefly as it can be: a run of the pipeline must leave exactly these rows, whatever happened before.
"""

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import orjson

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.mining.mine import mine
from extractors.parse import parse
from knowledge_graph.fold.observe import Observation, person_partial, topic_partial
from knowledge_graph.fold.partial import TopicPartial
from knowledge_graph.fold.score import LARGE, SHIPPED, SMALL, bound, is_known, names_in_order
from knowledge_graph.model.access import Access
from knowledge_graph.model.ids import canonical_json, document_id
from knowledge_graph.model.records import Document, Evidence, Item, Parsed
from knowledge_graph.serving.rows import OPENING, document_row, edge_row, group_row, segment_row, subject_row
from pipelines.connectors.people import edits, wrote
from pipelines.rows import cleaned
from tests.laws.organisations import SOURCES, Content, Groups, Organisation

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
"""By index, by id."""

GROUPS_OF = SOURCES[0]
"""The source whose access file says who is in which group."""


@dataclass(frozen=True, eq=False)
class Known:
    """One document with what was found in it; `document` joins what its source and its parser say. Made once for each access."""

    document: Document
    access: Access
    mime: str
    parent: str
    passages: int
    evidence: tuple[Evidence, ...]

    @property
    def date(self) -> str:
        return (self.document.modified or self.document.created)[:10]

    @property
    def id(self) -> str:
        return self.document.document


def known(organisation: Organisation) -> list[Known]:
    """Every document that can be read, attachments and archive members included, each with its item's access."""
    return [
        opened(each, written.access)
        for (source, path), written in sorted(organisation.documents.items())
        for each in read(source, path, written.content)
    ]


@lru_cache(maxsize=1 << 16)
def opened(each: Known, access: Access) -> Known:
    return replace(each, access=access)


@lru_cache(maxsize=4096)
def read(source: str, path: str, content: Content) -> tuple[Known, ...]:
    edited = edits((e.name, e.email, "", e.commits, e.first, e.last) for e in content.edits)
    people = wrote(edited) + edited
    return read_item(Item(source, path, "", 0, Access.of([]), modified=content.modified, people=people), content.as_bytes())


def read_item(item: Item, content: bytes) -> tuple[Known, ...]:
    """An item's document, and what it holds, with the item's access; nothing where it cannot be read."""
    told = cleaned(item)
    stated = Document(
        document_id(item.source, item.item_id), item.source, item.item_id, "", told.title, item.modified, item.created, told.people
    )
    return tuple(replace(each, access=item.access) for each in _read(stated, item.item_id, content, ""))


def _read(item: Document, path: str, content: bytes, parent: str) -> Iterator[Known]:
    try:
        parsed = _parsed(path, content)
    except Unreadable:
        return
    document = _joined(item, path, parsed, is_child=bool(parent))
    yield Known(document, Access.of([]), parsed.mime, parent, len(parsed.segments), mine(document))
    for child in parsed.children:
        yield from _read(item, f"{path}!/{child.name}", child.content, document.document)


@lru_cache(maxsize=4096)
def _parsed(path: str, content: bytes) -> Parsed:
    return parse(path, content, Limits())


def _joined(item: Document, path: str, parsed: Parsed, *, is_child: bool) -> Document:
    people = parsed.people if is_child and parsed.people else item.people + parsed.people
    return Document(
        document_id(item.source, path), item.source, path, parsed.kind,
        parsed.title if is_child else item.title or parsed.title,
        item.modified or parsed.modified, item.created or parsed.created, people, parsed.segments,
    )  # fmt: skip


# Evidence into partials and edges, one for each audience


Embed = Callable[[str], Row]
"""A passage's vectors by the names of their columns."""


def _without(text: str) -> Row:
    return {"embedding": None, "multilingual": None}


def index_rows(documents: Collection[Known], groups: Groups, embed: Embed = _without, decided: Collection[str] = ()) -> Rows:
    """All rows of all indexes; each row's basis is the hash of the row itself. Verdicts speak of the names in `decided`."""
    seen = _by_subject(documents)
    lists = {each.access.audience: each.access for each in documents}
    sizes = Counter(each.access.audience for each in documents)
    among = {key: _step(min(sizes[audience] for audience in parts)) for key, parts in seen.items()}
    subjects = {key: parts for key, parts in seen.items() if _is_published(key, parts, among[key], key in decided)}
    edges = [*_joins(documents), *_knows(documents, subjects), *_related(documents, subjects), *_stated(documents, subjects)]
    return {
        "segments": dict(_segments(documents, embed)),
        "documents": {each.id: _document(each, *_topics_of(each, subjects)) for each in documents},
        "subjects": {
            _hash(subject, audience): _subject(subject, lists[audience], tuple(part))
            for subject, parts in subjects.items()
            for audience, part in parts.items()
        },
        "edges": {
            _hash(row["source"], row["target"], row["relation"], row["audience"]): _based(edge_row(row | _lists(lists[row["audience"]])))
            for row in edges
        },
        "groups": {
            _hash(GROUPS_OF, group): _based(group_row({"principal": group, "members": sorted(m), "basis": ""}))
            for group, m in groups.items()
        },
    }


def _based(body: Row) -> Row:
    return body | {"basis": _basis(body)}


def _basis(body: Row) -> str:
    """Says only whether a row changed, so it need not be the pipeline's; the slower JSON took a third of a step."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY)).hexdigest()[:24]


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _lists(access: Access) -> Row:
    return {"allow": access.allow, "deny": access.deny, "basis": ""}


def _by_subject(documents: Iterable[Known]) -> dict[str, dict[str, list[Observation]]]:
    """Subject to audience to evidence; an alias speaks about both of its ends."""
    seen: defaultdict[str, defaultdict[str, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for each in documents:
        for observation in _observations(each):
            if observation.evidence.kind == "reference":
                continue
            seen[observation.evidence.subject][each.access.audience].append(observation)
    return {subject: dict(parts) for subject, parts in seen.items()}


@lru_cache(maxsize=1 << 16)
def _observations(each: Known) -> tuple[Observation, ...]:
    turned = (replace(row, subject=row.other, other=row.subject, value="") for row in each.evidence if row.kind == "alias")
    return tuple(Observation(each.id, each.date, row) for row in (*each.evidence, *turned) if row.kind != "called")


def _step(documents: int) -> int:
    step = SMALL
    while 2 * step <= min(documents, LARGE):
        step *= 2
    return step


def _is_published(subject: str, parts: Mapping[str, list[Observation]], among: int, decided: bool) -> bool:
    """Where some reader's merge can make it a topic or a person, or a verdict speaks of it.

    Whoever may open one of its audiences opens `among` documents or more.
    """
    if ":" in subject or decided:
        return True
    everything = [seen for part in parts.values() for seen in part]
    telling = any(
        seen.evidence.kind not in ("mention", "relation", "statement") or seen.evidence.place in ("title", "path", "heading", "vocabulary")
        for seen in everything
    )
    if not telling and len({seen.document for seen in everything}) < 2:
        return False
    if any(seen.evidence.kind == "alias" for seen in everything):
        return True
    whole = [_topic(tuple(part)) for part in parts.values()]
    return any(map(is_known, whole)) or sum(map(bound, whole)) >= SHIPPED.needed(among)


@lru_cache(maxsize=1 << 16)
def _topic(part: tuple[Observation, ...]) -> TopicPartial:
    return topic_partial(part)


@lru_cache(maxsize=1 << 16)
def _subject(subject: str, access: Access, part: tuple[Observation, ...]) -> Row:
    made = {"subject": subject, "audience": access.audience, **_partial(subject, part), **_lists(access)}
    return _based(subject_row(made))


def _partial(subject: str, part: tuple[Observation, ...]) -> Row:
    if ":" in subject:
        who = person_partial(part)
        return {"kind": "person", "names": list(who.names), "bound": float(who.documents), "payload": canonical_json(who.to_json())}
    what = _topic(part)
    return {"kind": "topic", "names": list(names_in_order(what)), "bound": bound(what), "payload": canonical_json(what.to_json())}


def _joins(documents: Iterable[Known]) -> Iterator[Row]:
    """Who says that two keys are one subject, and where it is said first."""
    said: defaultdict[tuple[str, str, str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for each in documents:
        for row in each.evidence:
            if row.kind in ("alias", "same") and row.other not in ("", row.subject):
                source, target = sorted((row.subject, row.other))
                key = (source, target, row.kind, each.access.audience)
                said[key].append((row.place, each.id, row.segment, row.start, row.end, row.value))
    for (source, target, relation, audience), rows in said.items():
        entries = []
        for how in sorted({row[0] for row in rows}):
            of_kind = [row[1:] for row in rows if row[0] == how]
            place = dict(zip(("document", "segment", "start", "end", "value"), min(of_kind), strict=True))
            entries.append({"how": how, "documents": len({row[0] for row in of_kind}), **place})
        total = sum(entry["documents"] for entry in entries)
        yield _edge(source, target, relation, audience, total, float(total), entries)


PLACES = {"title": 0, "path": 0, "folder": 1, "heading": 2}
CLASSES = ("own", "folder", "heading", "body")
WEIGHTS = {"own": 10.0, "folder": 2.0, "line": 0.3, "heading": 0.1, "body": 0.03}
MAKERS = ("wrote", "presented", "decided")
Passage = tuple[int, int, int]
"""Segment, start and end."""


def _topics_in(each: Known, published: Collection[str]) -> dict[str, tuple[str, int, int]]:
    """Topic to its strongest place, its mentions, and in how many kinds of place it stands."""
    held: defaultdict[str, list[Evidence]] = defaultdict(list)
    for row in each.evidence:
        if row.kind == "mention" and row.place != "vocabulary" and row.subject in published:
            held[row.subject].append(row)
    found = {}
    for topic, rows in held.items():
        rank = min(PLACES.get(row.place, 3) for row in rows)
        found[topic] = (CLASSES[rank], sum(row.count for row in rows), len(rows))
    return found


@lru_cache(maxsize=1 << 14)
def _people_in(each: Known) -> list[tuple[str, str, str, int, str, tuple[Passage, ...]]]:
    """Person, what they did or are, when last, how often, the topic it is about, and where the text says it."""
    held: defaultdict[tuple[str, str, str, str], list[Evidence]] = defaultdict(list)
    for row in each.evidence:
        if row.kind in ("contribution", "role"):
            held[row.subject, row.kind, row.place, row.other].append(row)
    found = []
    for (person, kind, place, about), rows in held.items():
        last = max(max(row.last, row.date) for row in rows)
        did = f"role:{place}" if kind == "role" else place
        passages = tuple((row.segment, row.start, row.end) for row in rows if row.segment >= 0)
        found.append((person, did, last, sum(row.count for row in rows), about, passages))
    return found


def _tells(each: Known, topic: str, place: str, did: str, count: int, about: str) -> bool:
    """Whether what somebody did in a document says that they know a topic that it holds."""
    if place != "body" or about == topic:
        return True
    mentions = [row for row in each.evidence if row.kind == "mention" and row.subject == topic]
    if sum(row.count for row in mentions) < 2:
        return False
    return did in MAKERS or (count > 1 and any(row.place == "speech" for row in mentions))


def _knows(documents: Iterable[Known], published: Collection[str]) -> Iterator[Row]:
    edges: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for each in documents:
        for topic, (place, _, _) in _topics_in(each, published).items():
            for person, did, last, count, about, passages in _people_in(each):
                if (about in ("", topic) or place == "own") and _tells(each, topic, place, did, count, about):
                    where = dict(zip(("segment", "start", "end"), min(passages, default=()), strict=False))
                    acts = did == "took" and about == topic and place in ("heading", "body")
                    deed = {"did": did, "place": "line" if acts else place, "doc": each.id, "date": last or each.date, "count": count}
                    edges[topic, person, each.access.audience].append({**deed, **where})
    for (topic, person, audience), entries in edges.items():
        weight = _sum(WEIGHTS[entry["place"]] * math.log1p(entry["count"]) for entry in entries)
        ordered = sorted(entries, key=lambda entry: tuple(entry.values()))
        yield _edge(topic, person, "knows", audience, len({entry["doc"] for entry in entries}), weight, ordered)


def _related(documents: Iterable[Known], published: Collection[str]) -> Iterator[Row]:
    pairs: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for each in documents:
        topics = _topics_in(each, published)
        linked = {row.subject: row.count for row in each.evidence if row.kind == "reference" and row.subject in published}
        for source in (topic for topic, (place, _, _) in topics.items() if place == "own"):
            for target in (topics.keys() | linked.keys()) - {source}:
                place, mentions, places = topics.get(target, ("body", 0, 0))
                named = mentions if place in ("own", "heading") or places > 1 or mentions > 1 else 0
                if named + linked.get(target, 0):
                    pairs[source, target, each.access.audience].append(named + linked.get(target, 0))
    for (source, target, audience), counts in pairs.items():
        yield _edge(source, target, "related", audience, len(counts), _sum(map(math.log1p, counts)), [])


def _stated(documents: Iterable[Known], published: Collection[str]) -> Iterator[Row]:
    """What texts state, with the six newest passages of each edge."""
    said: defaultdict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for each in documents:
        for row in each.evidence:
            ends = (row.other, row.subject) if "inverse" in row.features else (row.subject, row.other)
            if row.kind == "relation" and ends[0] in published and (ends[1] in published or row.place == "decided-in"):
                place = {"document": each.id, "segment": row.segment, "start": row.start, "end": row.end}
                entry = {"date": row.date or each.date, **place, "how": row.features[0], "value": row.value}
                said[*ends, row.place, each.access.audience].append(entry)
    for (source, target, relation, audience), entries in said.items():
        total = len({entry["document"] for entry in entries})
        first = sorted(entries, key=lambda entry: tuple(entry.values())[1:])
        newest = sorted(first, key=lambda entry: entry["date"], reverse=True)[:6]
        yield _edge(source, target, relation, audience, total, float(total), newest)


def _edge(source: str, target: str, relation: str, audience: str, documents: int, weight: float, entries: list[Row]) -> Row:
    row: Row = {"source": source, "target": target, "relation": relation, "audience": audience, "documents": documents, "weight": weight}
    return row | {"payload": json.dumps(entries)}


def _sum(terms: Iterable[float]) -> float:
    return float(sum(Decimal(repr(term)).quantize(Decimal("0.0001"), ROUND_HALF_UP) for term in terms))


# Documents and passages


def _placed(each: Known) -> Row:
    document = each.document
    return {
        "document": document.document, "source": document.source, "path": document.path, "kind": document.kind, "title": document.title,
        "date": each.date, "contributors": _people(each, "contribution", "role"), "called": _people(each, "called"), **_lists(each.access),
    }  # fmt: skip


def _people(each: Known, *kinds: str) -> list[Row]:
    names = ("subject", "value", "place", "count", "last", "segment", "start", "end")
    rows = {
        tuple(f"role:{row.place}" if name == "place" and row.kind == "role" else getattr(row, name) for name in names)
        for row in each.evidence
        if row.kind in kinds
    }
    return [dict(zip(names, row, strict=True)) for row in sorted(rows)]


def _topics_of(each: Known, published: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What it names, and what it links to."""
    topics, linked = (
        sorted({row.subject for row in each.evidence if row.kind == kind and row.subject in published}) for kind in ("mention", "reference")
    )
    return tuple(topics), tuple(linked)


@lru_cache(maxsize=1 << 14)
def _document(each: Known, topics: Sequence[str], linked: Sequence[str]) -> Row:
    document = each.document
    held = {
        "opening": [asdict(segment) for segment in document.segments[:OPENING]],
        "parent": each.parent,
        "topics": topics,
        "linked": linked,
        "mime": each.mime,
        "passages": each.passages,
        "created": document.created,
        "modified": document.modified,
    }
    return _based(document_row(_placed(each) | held))


def _segments(documents: Iterable[Known], embed: Embed) -> Iterator[tuple[str, Row]]:
    return (pair for each in documents for pair in _passages(each, embed))


@lru_cache(maxsize=1 << 14)
def _passages(each: Known, embed: Embed) -> tuple[tuple[str, Row], ...]:
    placed = _placed(each)
    people = [*placed["contributors"], *placed["called"]]
    rows = []
    for segment in each.document.segments:
        named = [one for one in people if one["segment"] == segment.position]
        row = segment_row(placed | {"named": named, "segment": asdict(segment), **embed(segment.text)})
        rows.append((f"{each.id}:{segment.position}", _based(row)))
    return tuple(rows)
