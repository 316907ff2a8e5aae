"""Verdicts as examples for the topic score.

Only what is addressed to everyone teaches, and only by documents that everyone may open: weights act for every reader, so nothing that is
kept from one may have a part in them.
"""

from collections import defaultdict
from collections.abc import Iterable

from knowledge_graph.fold.learning import Example
from knowledge_graph.fold.partial import TopicPartial, merge_topics
from knowledge_graph.fold.rulings import replay
from knowledge_graph.fold.score import LARGE, features, is_candidate
from knowledge_graph.model.access import EVERYONE, Reader
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.store import SearchStore

CHUNK = 10_000


def examples(store: SearchStore, verdicts: Iterable[Verdict]) -> list[Example]:
    """Topics that hold confirmed or rejected for everyone, with what everybody's documents show of them, by key."""
    public = [verdict for verdict in verdicts if EVERYONE in verdict.access.allow and not verdict.access.deny]
    standings = replay(public, Reader.of(())).by_subject
    said = {key: found[-1].kind == Kind.CONFIRM for key, all_of in standings.items() if (found := list(filter(_teaches, all_of)))}
    partials = _public_partials(store, sorted(said))
    among = store.opened(Reader.of(()))
    return [
        Example(key, features(partials[key]), partials[key].documents, said[key], among if partials[key].documents > 1 else LARGE)
        for key in sorted(said)
        if key in partials and is_candidate(partials[key])
    ]


def _teaches(verdict: Verdict) -> bool:
    """A hidden topic may be a good one that is nobody's business."""
    return verdict.kind in (Kind.CONFIRM, Kind.REJECT)


def _public_partials(store: SearchStore, keys: list[str]) -> dict[str, TopicPartial]:
    found: defaultdict[str, list[TopicPartial]] = defaultdict(list)
    for start in range(0, len(keys), CHUNK):
        wanted: Body = {"terms": {"subject": keys[start : start + CHUNK]}}
        query: Body = {"bool": {"filter": [{"term": {"kind": "topic"}}, wanted], "must_not": [{"exists": {"field": "deny"}}]}}
        for hit in store.read_all("subjects", Reader.of(()), query, ["subject", "payload"]):
            found[hit.fields["subject"]].append(TopicPartial.from_json(hit.fields["payload"]))
    return {key: merge_topics(parts) for key, parts in found.items()}
