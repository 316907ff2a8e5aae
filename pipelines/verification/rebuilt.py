"""Laws 2 and 3 on what is there: partials of a random tenth of the subjects, made again from evidence, against the lake and the index.

Each document's share comes from the same functions as in `fold`; the merge is another one, written from what merging means for each kind
of field, and where a field is of a kind it does not know, the partials' own merge in a random tree.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from random import Random
from typing import Any, TypeVar

from knowledge_graph.fold.observe import Observation, person_partial, topic_partial
from knowledge_graph.fold.partial import BEST_DOCUMENTS, BEST_SENTENCES, DocumentRef, PersonPartial, SentenceRef, TopicPartial
from knowledge_graph.model.ids import canonical_json
from knowledge_graph.model.records import Evidence
from pipelines.rows import to_record
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation, Row, subject_id

Partial = TypeVar("Partial", TopicPartial, PersonPartial)
Key = tuple[str, str]

TENTH = 0.1


def check_rebuilt(place: Installation, found: Findings) -> None:
    subjects = set(place.some({row["subject"] for row in place.rows("partials", ["subject"])}, TENTH))
    held = place.where("partials", "subject", subjects, ["subject", "audience", "payload"])
    lake = {(row["subject"], row["audience"]): row for row in held}
    made = _rebuilt(place, subjects)
    served = {hit.id: hit.fields for hit in place.store.matching("subjects", {"terms": {"subject": sorted(subjects)}})}
    for key in sorted(lake.keys() | made.keys()):
        name = f"{key[0]} in audience {key[1]}"
        mine = made.get(key, "")
        index = served.get(subject_id(*key))
        said = canonical_json(index["payload"]) if index else None
        found.expect(key in lake and lake[key]["payload"] == mine, name, "the table partials differs from what its evidence gives")
        found.expect(said == mine, name, "the index subjects differs from what its evidence gives")
    found.detail |= {"rebuilt": _digest(made.values()), "served": _digest(canonical_json(row["payload"]) for row in served.values())}


def _digest(payloads: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(payloads)).encode("utf-8", "surrogatepass")).hexdigest()


def _rebuilt(place: Installation, subjects: set[str]) -> dict[Key, str]:
    grouped: defaultdict[Key, defaultdict[str, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for seen in observations(place, subjects):
        document = place.parsed[seen["document"]]
        item = place.live[document["root"]]
        day = next((date for date in (item["modified"], document["modified"], document["created"]) if date), "")[:10]
        evidence = to_record(Evidence, {name: seen[name] for name in Evidence.__dataclass_fields__})
        grouped[seen["subject"], item["audience"]][seen["document"]].append(Observation(seen["document"], day, evidence))
    return {key: canonical_json(_whole(key[0], documents, place.random).to_json()) for key, documents in grouped.items()}


def observations(place: Installation, subjects: set[str]) -> Iterable[Row]:
    """Evidence rows that tell of the subjects; a join of two names speaks about both ends, a link to a page of none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = list(Evidence.__dataclass_fields__)
    wanted = pa.array(sorted(subjects))
    for batch in place.evidence(names):
        about = pc.or_(pc.is_in(batch["subject"], wanted), pc.is_in(batch["other"], wanted))
        for row in batch.filter(about).to_pylist():
            if row["kind"] == "reference" or row["document"] not in place.parsed or place.parsed[row["document"]]["root"] not in place.live:
                continue
            if row["subject"] in subjects:
                yield row
            if row["kind"] == "alias" and row["other"] in subjects:
                yield {**row, "subject": row["other"], "other": row["subject"], "value": ""}


def _whole(subject: str, documents: Mapping[str, list[Observation]], random: Random) -> TopicPartial | PersonPartial:
    if ":" in subject:
        return merged([person_partial(rows) for _, rows in sorted(documents.items())], random)
    return merged([topic_partial(rows) for _, rows in sorted(documents.items())], random)


def merged(parts: Sequence[Partial], random: Random) -> Partial:
    """The merge of one document's share each, field by field."""
    whole = _in_a_tree(list(parts), random)
    changes: dict[str, Any] = {}
    for each in fields_of(whole):
        values = [getattr(part, each.name) for part in parts]
        known = _field(each.name, values)
        changes[each.name] = getattr(whole, each.name) if known is None else known
    return type(whole)(**changes)


def _field(name: str, values: list[Any]) -> Any:
    """The merge of one field's values, None where only the partial itself knows how."""
    if name == "documents":
        return sum(values)
    if name == "first":
        return min(filter(None, values), default="")
    if name == "last":
        return max(values, default="")
    if name in ("places", "flags", "names", "months", "kinds", "types"):
        total = sum((Counter(value) for value in values), Counter())
        return dict(sorted(total.items()))
    refs = {ref for value in values if isinstance(value, tuple) for ref in value}
    if refs and all(isinstance(ref, DocumentRef) for ref in refs):
        return tuple(sorted(refs, key=lambda ref: ref.order)[:BEST_DOCUMENTS])
    if refs and all(isinstance(ref, SentenceRef) for ref in refs):
        return tuple(sorted(refs, key=lambda ref: ref.order)[:BEST_SENTENCES])
    return None


def _in_a_tree(parts: list[Partial], random: Random) -> Partial:
    """Merge random pairs until one is left."""
    random.shuffle(parts)
    while len(parts) > 1:
        left, right = parts.pop(random.randrange(len(parts))), parts.pop(random.randrange(len(parts)))
        parts.append(left.merge(right))
    return parts[0]
