"""Law 4 by difference: what a reader gets before and after others' documents are added, edited and deleted is equal to the byte.

On the sample organisation with its own access, and on half of a real one with access at random. `LAW_READERS=50` and
`LAW_REQUESTS=200` make it long; the seed is printed.
"""

import json
import os
import random
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from api.portal import portal
from api.routes import router
from knowledge_graph.model.access import EVERYONE, Access
from knowledge_graph.model.records import Item
from knowledge_graph.text.embedding import Encoders, small
from knowledge_graph.text.words import topic_key
from pipelines.connectors.base import SourceSettings
from pipelines.connectors.folder import FolderConnector
from pipelines.connectors.people import edits, wrote
from pipelines.sample import write_sample
from tests.laws.installation import Installation, Reply, installation, requests
from tests.laws.organisations import Content, Groups, Organisation, Written, may_open
from tests.laws.plain import Known, index_rows, known, read_item

SEED = int(os.environ.get("LAW_SEED", "1"))
READERS = int(os.environ.get("LAW_READERS", "4"))
REQUESTS = int(os.environ.get("LAW_REQUESTS", "30"))
K8S = Path(__file__).parents[3] / "shared" / "data" / "k8s"
TEXTUAL = (".md", ".txt", ".html", ".csv", ".vtt", ".eml", ".ics")
pytestmark = pytest.mark.timeout(1800 + READERS * REQUESTS)


@dataclass(frozen=True)
class Held:
    """One item as its source holds it."""

    item: Item
    content: bytes

    def edited(self, words: str) -> "Held":
        return replace(self, content=self.content + f"\n\n{words} {words}, they said.\n".encode())

    def documents(self) -> tuple[Known, ...]:
        return read_item(self.item, self.content)


def principals_of(groups: Groups, token: Iterable[str]) -> frozenset[str]:
    return Organisation({}, groups).principals_of(token)


@lru_cache(maxsize=20_000)
def embed(text: str) -> dict[str, bytes]:
    encoders = Encoders()
    return {
        "embedding": encoders.english.encode([text])[0].tobytes(),
        "multilingual": small(encoders.multilingual.encode([text]))[0].tobytes(),
    }


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """With vectors, for what they find is trimmed as well."""
    with installation(elasticsearch_url, f"law-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home"), embeddings=True) as made:
        yield made


def check_readers(there: Installation, held: Sequence[Held], groups: Groups, tokens: Sequence[tuple[str, ...]]) -> None:
    """For each reader: answers with a third of the others' documents missing, then with it added, a third edited, a third deleted."""
    chance = random.Random(SEED)
    sys.stdout.write(f"\nLAW_SEED={SEED} {len(held)} items, {len(tokens)} readers of {REQUESTS} requests each\n")
    documents = {each: each.documents() for each in held}
    for token in tokens:
        principals = principals_of(groups, token)
        mine = [each for each in held if may_open(principals, each.item.access)]
        others = [each for each in held if not may_open(principals, each.item.access)]
        chance.shuffle(others)
        third = len(others) // 3
        assert mine, f"{token} may open nothing"
        assert third, f"{token} may open nearly everything"
        added, changed, deleted = others[:third], others[third : 2 * third], others[2 * third :]
        own = [found for each in mine for found in documents[each]]
        urls = questions(chance, own, [found for each in others for found in documents[each]])
        said = own[0].document.title or "roadmap"
        edited = [found for each in changed for found in each.edited(said).documents()]
        there.hold(index_rows([*own, *(d for each in (*changed, *deleted) for d in documents[each])], groups, embed))
        before = answers(there, urls, token)
        there.hold(index_rows([*own, *(d for each in added for d in documents[each]), *edited], groups, embed))
        check_same(before, answers(there, urls, token), token)
        check_same(before, answers(there, chance.sample(urls, 5), token), token)  # once more, from the server's caches


def answers(there: Installation, urls: Sequence[str], token: tuple[str, ...]) -> dict[str, Reply]:
    return {url: there.get(url, token) for url in urls}


def check_same(before: dict[str, Reply], after: dict[str, Reply], token: tuple[str, ...]) -> None:
    changed = {url: (before[url], reply) for url, reply in after.items() if reply != before[url]}
    assert not changed, f"others' documents changed what {token} gets: {changed}"


def questions(chance: random.Random, mine: Sequence[Known], others: Sequence[Known]) -> list[str]:
    """Requests over every route about what this reader has and what they have not."""

    def some(values: Iterable[str], count: int) -> list[str]:
        distinct = sorted(set(values))
        return chance.sample(distinct, min(count, len(distinct)))

    def names(documents: Sequence[Known], *kinds: str) -> list[str]:
        return [row.value for each in documents for row in each.evidence if row.kind in kinds and row.value]

    telling = [row.value for each in mine for row in each.evidence if row.kind == "mention" and row.place in ("title", "heading")]
    topics = some(telling, 3) + some(names(others, "mention"), 2)
    people = [
        key.partition(":")[2]
        for key in some((row.subject for each in (*mine, *others) for row in each.evidence if "email:" in row.subject), 3)
    ]
    papers = [each.id for each in (*chance.sample(mine, 1), *chance.sample(others, 1))]
    papers += [quote(f"{each.document.source}/{each.document.path}") for each in chance.sample(others, 1)]
    texts = some(telling, 2) + some(names(others, "mention"), 1) + ["no such words anywhere"]
    return chance.sample(
        every := requests([quote(t) for t in topics], people or ["nobody@x.example"], papers, texts), min(REQUESTS, len(every))
    )


ABOUT_THE_CALLER = {"/me", "/portal/login"}


def test_every_route_that_reads_is_asked() -> None:
    asked = [url.partition("?")[0] for url in requests(["t"], ["p"], ["d"], ["x"])]
    routes = [route for each in (router, portal) for route in each.routes if isinstance(route, APIRoute) and "GET" in route.methods]
    unasked = {route.path for route in routes if not any(route.path_regex.fullmatch(url) for url in asked)}
    assert unasked - ABOUT_THE_CALLER == set(), "a new route has to be in `requests`, for the laws hold for it as well"


def test_the_sample_organisation(there: Installation, tmp_path: Path) -> None:
    sample = write_sample(tmp_path / "sample")
    with FolderConnector(SourceSettings("sample", sample.files, allow=(EVERYONE,), sidecar=sample.sidecar)) as connector:
        groups = connector.groups()
        taken = [item for item in connector.items() if not item.excluded and item.item_id.lower().endswith(TEXTUAL)]
        taken = taken if READERS >= 50 else random.Random(SEED).sample(taken, 60)
        held = [Held(item, connector.read(item.item_id)) for item in taken]
    someone = sorted({member for members in groups.values() for member in members if "@" in member})
    limited = [(one,) for one in someone if sum(may_open(principals_of(groups, [one]), each.item.access) for each in held) < len(held) - 6]
    check_readers(there, held, groups, random.Random(SEED).sample(limited, min(READERS, len(limited))))


@pytest.mark.skipif(not K8S.exists(), reason="../shared/data/k8s is not here")
def test_a_real_organisation_with_access_at_random(there: Installation) -> None:
    chance = random.Random(SEED)
    groups = [f"group:g{number}" for number in range(20)]
    held = []
    lines = [json.loads(line) for line in (K8S / "meta.jsonl").read_text().splitlines()]
    small = [line for line in lines if line["bytes"] < 12_000 and line["id"].endswith(".md")]
    for line in chance.sample(small, min(len(small), 50 if READERS < 50 else 600)):
        rows = ((p["name"], p["email"], "", p["commits"], p["first"], p["last"]) for p in line["people"])
        people = edits(rows)
        access = Access.of(chance.sample(groups, chance.choice([1, 1, 2, 5])), chance.sample(groups, chance.choice([0, 0, 1])))
        item = Item("k8s", line["id"], "", line["bytes"], access, "", line["created"], line["modified"], wrote(people) + people)
        held.append(Held(item, (K8S / "corpus" / line["id"]).read_bytes()))
    check_readers(there, held, {}, [tuple(chance.sample(groups, chance.choice([2, 4, 8]))) for _ in range(READERS)])


# Cuts: whatever is cut to a number must be cut among what the reader has, not among what anybody has.

MANY = 450
"""More than any number of candidates that serving cuts at."""


def own_names() -> list[str]:
    return [
        f"{bird} {part}"
        for bird in ("Osprey", "Merlin", "Plover", "Curlew", "Dunlin", "Godwit")
        for part in ("Gauge", "Valve", "Rotor", "Lever")
    ]


def crowded(count: int) -> tuple[Organisation, Organisation]:
    """A reader's documents that name hundreds of things in passing, and the same with others' documents that make each of them a topic."""
    named = [f"Kestrel{number:03d} Widget" for number in range(count)]
    real = own_names()
    mine: dict[tuple[str, str], Written] = {}
    for part in range(4):
        # Said so often that each of them stands nearer to the topic than anything else.
        listed = "\n".join(f"- {name}" for name in named[part::4] for _ in range(12))
        text = f"# Project Falcon\n\nProject Falcon is a scanner.\n\nOwner: Ann Lee <ann@x.example>\n\n{listed}\n"
        mine["handbook", f"falcon{part}.md"] = Written(Content(text, "2024-02-01"), Access.of([EVERYONE]))
    for number, name in enumerate(real):
        text = f"# {name}\n\n{name} is a part of Project Falcon.\n\nOwner: Ann Lee <ann@x.example>\n\nProject Falcon needs it.\n"
        for copy in "ab":
            mine["handbook", f"part{number}/{copy}.md"] = Written(Content(text, "2024-03-01"), Access.of([EVERYONE]))
    others = dict(mine)
    for number, name in enumerate(named):
        text = f"# {name}\n\n{name} is a part of Project Falcon.\n"
        for copy in "ab":
            others["letters", f"board{number}{copy}.md"] = Written(Content(text, "2024-04-01"), Access.of(["group:board"]))
    return Organisation(mine), Organisation(others)


def test_no_cut_counts_what_only_others_know(there: Installation) -> None:
    alone, crowd = crowded(MANY)
    there.hold(index_rows(known(alone), {}))
    topics = [row["key"] for row in there.get("/topics?limit=100", ()).json()["topics"]]
    assert topic_key("Project Falcon") in topics
    urls = requests(
        ["Project Falcon", "Osprey Gauge", "Kestrel005 Widget"], ["ann@x.example"], [], ["falcon gauge", "Kestrel005 Widget part"]
    )
    before = answers(there, urls, ())
    there.hold(index_rows(known(crowd), {}))
    everything = there.get("/topics?limit=100&q=widget", ("group:board",)).json()["topics"]
    assert len(everything) == 100, "for their readers the named things are topics"
    check_same(before, answers(there, urls, ()), ())
    related = there.get("/topics/Project Falcon", ()).json()["related"]
    assert not [row["name"] for row in related if "Kestrel" in row["name"]]
    assert len(related) == 12
