"""Law 4 on what is there: what a reader gets does not change when everybody else's rows are taken away.

Random pairs of a reader and a subject are finished by the code that serves cards, through the index and its filter and again from what
that left in memory, and once more with only the rows whose audience, by the access lists in the lake, opens to that reader.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from knowledge_graph.directory.errors import AccountClosed
from knowledge_graph.directory.store import Directory
from knowledge_graph.model.access import Access, Reader
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.knowing import Knowing
from knowledge_graph.serving.people import People
from knowledge_graph.serving.readers import expand_reader
from knowledge_graph.serving.request import RequestStore
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.topics import Topics
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation, subject_id

PAIRS = 10


def check_readers(place: Installation, found: Findings) -> None:
    alone = _alone(place)
    subjects = sorted({row["subject"] for row in place.rows("partials", ["subject"])})
    if not subjects:
        return
    readers = _readers(place)
    place.random.shuffle(subjects)
    slices = [subjects[start : start + PAIRS] for start in range(0, len(subjects), PAIRS)]
    rounds = range(len(readers) * len(slices))
    for at in place.random.sample(rounds, min(len(rounds), max(1, place.sample // PAIRS))):
        reader, some = readers[at // len(slices)], slices[at % len(slices)]
        kept = _finished(alone, reader, some)
        served, again = (_finished(RequestStore(place.store), reader, some) for _ in range(2))
        for subject in some:
            name = f"{subject} for {', '.join(sorted(reader.principals))}"
            same = served[subject] == kept[subject]
            found.expect(same, name, "changes when the documents that this reader may not open are taken away")
            found.expect(again[subject] == served[subject], name, "changes when it is asked for a second time")


def _readers(place: Installation) -> list[Reader]:
    """One reader for each access list, one of everyone, and some with two lists' principals."""
    lists = sorted({access.allow for access in place.access.values() if access.allow})
    singles = [(place.random.choice(allow),) for allow in lists[: place.sample]]
    pairs = [tuple(place.random.choice(allow) for allow in place.random.sample(lists, min(2, len(lists)))) for _ in lists[:20]]
    readers = []
    with Directory(place.home.database_url) as directory:
        for principals in [(), *singles, *pairs]:
            with suppress(AccountClosed):  # somebody who has left reads nothing
                readers.append(expand_reader(place.store, principals, directory))
    return readers


def _finished(store: SearchStore, reader: Reader, subjects: Sequence[str]) -> dict[str, Any]:
    topics, people = [s for s in subjects if ":" not in s], [s for s in subjects if ":" in s]
    answers: dict[str, Any] = dict.fromkeys(subjects)
    for key, topic in Topics(store, reader).finish(topics).items():
        experts = Knowing(Topics(store, reader), People(store, reader)).experts(topic.keys, "", 10)
        answers[key] = (asdict(topic), [(person.id, ranked.score) for person, ranked in experts])
    answers.update({key: asdict(person) for key, person in People(store, reader).finish(people).items()})
    return answers


@dataclass
class _Known:
    """The audience of every row, as the lake has it."""

    audiences: dict[str, str] = field(default_factory=dict)
    access: Mapping[str, Access] = field(default_factory=dict)

    def opens(self, row: str, reader: Reader) -> bool:
        access = self.access.get(self.audiences.get(row, ""))
        return access is not None and access.opens_to(reader)


class _Alone(SearchStore):
    """The index with nothing in it but what a reader may open: its rows are chosen by the lake, not by the index's own filter."""

    known: _Known

    def read_all(
        self, index: str, reader: Reader, query: Body | None = None, source: Sequence[str] | None = None, without: Sequence[str] = ()
    ) -> list[Found]:
        hits = self.matching(index, query or {"match_all": {}}, source)
        return sorted((hit for hit in hits if self.known.opens(hit.id, reader)), key=lambda hit: hit.id)


def _alone(place: Installation) -> _Alone:
    store = _Alone(place.store.client, place.store.settings)
    known = {subject_id(row["subject"], row["audience"]): row["audience"] for row in place.rows("partials", ["subject", "audience"])}
    known |= {row["id"]: row["audience"] for row in place.rows("edges", ["id", "audience"])}
    store.known = _Known(known, place.access)
    return store
