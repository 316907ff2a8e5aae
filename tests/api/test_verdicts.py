"""Verdicts over the mined organisation: what they do at the next request, for whom, and what they never do."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.topics import Topics
from knowledge_graph.text.words import topic_key

ANN, BO, DALIA = "ann@larkspur.example", "bo@larkspur.example", "dalia@larkspur.example"
CURATOR, OTHER, FINANCE = (ANN, "role:curator"), (BO, "role:curator"), (DALIA, "role:curator")
EVERYBODY = ["everyone"]
Bearer = Callable[..., dict[str, str]]
ORIGIN = "http://127.0.0.1:8321"


class Portal:
    """Somebody's view of one API."""

    def __init__(self, client: TestClient, header: Callable[..., dict[str, str]]) -> None:
        self.client, self.header = client, header

    def get(self, path: str, *who: str, **parameters: Any) -> Any:
        return self.client.get(path, params=parameters or None, headers=self.header(*who))

    def give(self, kind: str, key: str, *who: str, status: int = 201, **fields: Any) -> Any:
        response = self.client.post("/verdicts", json={"kind": kind, "key": key, **fields}, headers=self.header(*(who or CURATOR)))
        assert response.status_code == status, response.text
        return response.json()

    def undo(self, id: str, *who: str, status: int = 201) -> Any:
        response = self.client.post(f"/verdicts/{id}/undo", json={"why": "a slip"}, headers=self.header(*(who or CURATOR)))
        assert response.status_code == status, response.text
        return response.json()

    def card(self, key: str, *who: str) -> Any:
        response = self.get(f"/topics/{key}", *who)
        return response.json() if response.status_code == 200 else None

    def history(self, key: str, *who: str) -> Any:
        return self.get("/verdicts", *who, key=key).json()["verdicts"]

    def everything(self, *who: str) -> dict[str, Any]:
        """What a reader gets, route by route."""
        paths = ["/topics?limit=100", "/people?limit=100", "/search?q=project+falcon+ledger+osprey&limit=50", "/experts?q=Project+Falcon"]
        paths += [f"/suggest?q={letter}" for letter in "polfbz"]
        keys = ["Project Falcon", "ledger writer", "Project Osprey", "Zanzibar", "PF", "Ann Lindqvist"]
        paths += [path for key in keys for path in (f"/topics/{key}", f"/graph/neighbours?key={key}", f"/verdicts?key={key}")]
        paths += [f"/people/{person}" for person in (ANN, BO, DALIA, "fatima@larkspur.example")]
        paths += ["/graph/path?a=Project Falcon&b=ledger writer", "/documents/larkspur/engineering/onboarding.txt"]
        return {path: self.get(path, *who).content for path in paths}


@pytest.fixture
def curation(request: pytest.FixtureRequest, tmp_path: Path) -> CurationSettings:
    """An empty log: a SQLite file, where a test does not ask for PostgreSQL too. The commands' tests and the log's own run on it all."""
    url = request.getfixturevalue("empty_postgres_url") if getattr(request, "param", "") == "postgresql" else ""
    return CurationSettings(tmp_path / "verdicts.sqlite", url)


on_both = pytest.mark.parametrize("curation", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def api(settings: ApiSettings, curation: CurationSettings) -> Iterator[TestClient]:
    with TestClient(create_app(replace(settings, curation=curation)), base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def portal(api: TestClient, settings: ApiSettings, bearer: Callable[..., dict[str, str]]) -> Portal:
    return Portal(api, lambda *who: bearer(settings, *who))


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


@on_both
def test_a_rejected_topic_is_nowhere_and_comes_back_with_the_undo(portal: Portal) -> None:
    before = portal.everything()
    verdict = portal.give("reject", "Project Falcon", why="an internal name")
    assert verdict["state"] == "in effect"
    absent, rejected = portal.get("/topics/Nothing At All"), portal.get("/topics/Project Falcon")
    assert (rejected.status_code, rejected.content) == (404, absent.content)
    assert "Project Falcon" not in names(portal.get("/topics", limit=100).json()["topics"])
    hits = portal.get("/search", q="project falcon", kind="topic").json()["hits"]
    assert "Project Falcon" not in [hit["title"] for hit in hits]
    assert "Project Falcon" not in names(portal.get("/suggest", q="project").json()["suggestions"])
    assert "Project Falcon" not in names(portal.card("ledger writer")["related"])
    assert portal.get("/graph/neighbours", key="Project Falcon").status_code == 404
    assert "projectfalcon" not in portal.get("/graph/neighbours", key="ledger writer").text
    assert "Project Falcon" not in names(portal.get("/documents/larkspur/engineering/onboarding.txt").json()["topics"])
    assert "Project Falcon" not in names(portal.get(f"/people/{ANN}").json()["topics"])
    assert [row["state"] for row in portal.history("Project Falcon")] == ["in effect"]
    undo = portal.undo(verdict["id"])
    after = portal.everything()
    changed = {path for path in before if before[path] != after[path]}
    # The history keeps both, and the card's revision says so; nothing else tells.
    assert changed <= {f"/{kind}{key}" for kind in ("topics/", "verdicts?key=") for key in ("Project Falcon",)}
    assert [(row["kind"], row["state"], row["decided_by"]) for row in portal.history("Project Falcon")] == [
        ("reject", "undone", undo["id"]),
        ("undo", "in effect", ""),
    ]


def test_a_weak_name_becomes_a_topic_for_those_who_have_evidence(portal: Portal, settings: ApiSettings) -> None:
    with SearchStore.open(settings.store) as store:
        topics = Topics(store, Reader.of([]))
        keys = [row.fields["subject"] for row in topics.store.read_all("subjects", topics.reader, {"term": {"kind": "topic"}}, ["subject"])]
        weak = sorted(set(keys) - set(topics.finish(keys)))[0]
        total = len(topics.ranked(None, 1000))
    assert portal.card(weak) is None
    portal.give("confirm", weak)
    card = portal.card(weak)
    assert card["standing"] == "confirm"
    assert card["documents"]
    listed = portal.get("/topics", limit=100).json()["topics"]
    assert len(listed) == min(100, total + 1)
    assert weak in {row["key"] for row in listed}


def test_a_new_name_an_alias_a_type_and_a_description(portal: Portal) -> None:
    for kind, text in (("rename", "Falcon Billing"), ("add-alias", "Zugvogel"), ("type", "project"), ("describe", "Ours alone.")):
        portal.give(kind, "Project Falcon", text=text, allow=EVERYBODY)
    portal.give("remove-alias", "Project Falcon", text="Project Falcon", allow=[DALIA, ANN])
    card = portal.card("zugvogel")
    assert card["key"] == "projectfalcon"
    assert card["names"][0] == "Falcon Billing"
    assert {"Project Falcon", "Zugvogel"} <= set(card["names"])
    assert card["type"] == "project"
    assert "Project Falcon" not in portal.card("Falcon Billing", DALIA)["names"], "the narrower verdict is for its audience"
    first, second = card["summary"][:2]
    assert (first["text"], first["kind"], first["author"], first["citations"]) == ("Ours alone.", "curator", ANN, [])
    assert len(first["date"]) == 10
    assert second["citations"]
    assert names(portal.get("/suggest", q="zug").json()["suggestions"]) == ["Falcon Billing"]
    hits = portal.get("/search", q="zugvogel", kind="topic").json()["hits"]
    assert [(hit["title"], hit["snippet"]) for hit in hits] == [("Falcon Billing", "Ours alone.")]


def test_a_merge_and_a_split_act_on_both_cards(portal: Portal) -> None:
    apart = [portal.card(key)["evidence"]["documents"] for key in ("Project Falcon", "ledger writer")]
    portal.give("merge", "Project Falcon", other="ledger writer")
    merged = portal.card("ledger writer")
    assert merged == portal.card("Project Falcon")
    assert {"projectfalcon", "ledgerwriter"} <= {topic_key(name) for name in merged["names"]}
    assert max(apart) <= merged["evidence"]["documents"] < sum(apart), "a document of both counts once"
    portal.give("split", "ledger writer", *OTHER, other="Project Falcon")
    assert portal.card("ledger writer")["key"] != portal.card("Project Falcon")["key"]
    states = [(row["kind"], row["state"]) for row in portal.history("ledger writer")]
    assert states == [("merge", "overruled"), ("split", "in effect")]


def test_pins_come_first_and_can_be_taken_down(portal: Portal) -> None:
    card = portal.card("Project Falcon")
    last, document = card["experts"][-1], card["documents"][-1]
    portal.give("pin-person", "Project Falcon", other=last["id"])
    pin = portal.give("pin-document", "Project Falcon", other=document["id"])
    pinned = portal.card("Project Falcon")
    assert (pinned["experts"][0]["id"], pinned["experts"][0]["pinned"]) == (last["id"], True)
    assert (pinned["documents"][0]["id"], pinned["documents"][0]["pinned"]) == (document["id"], True)
    assert len(pinned["experts"]) == len(card["experts"])
    portal.give("unpin-person", "Project Falcon", *OTHER, other=last["id"])
    portal.undo(pin["id"], *OTHER)
    down = portal.card("Project Falcon")
    assert (down["experts"], down["documents"]) == (card["experts"], card["documents"])


def test_people_speak_for_themselves(portal: Portal) -> None:
    portal.give("not-me", "ledger writer", BO, other=BO)
    assert "Bo Okafor" not in names(portal.card("ledger writer")["experts"])
    assert "Bo Okafor" in names(portal.card("Project Falcon")["experts"])
    portal.give("not-me", "ledger writer", ANN, other=BO, status=403)
    portal.give("opt-out", BO, *CURATOR, status=403)
    out = portal.give("opt-out", BO, BO)
    for path in ("/topics/Project Falcon", "/experts?q=Project Falcon", "/experts?q=who books the invoice lines"):
        assert "Bo Okafor" not in names(portal.get(path).json()["experts"])
    person = portal.get(f"/people/{BO}").json()
    assert (person["topics"], bool(person["documents"])) == ([], True)
    assert not any(edge["relation"] == "knows" for edge in portal.get("/graph/neighbours", key=BO).json()["edges"])
    portal.undo(out["id"], *CURATOR, status=403)
    portal.undo(out["id"], BO)
    assert "Bo Okafor" in names(portal.card("Project Falcon")["experts"])


def test_a_follow_is_for_who_follows_alone(portal: Portal) -> None:
    before = portal.everything()
    portal.give("follow", "Project Falcon", BO)
    assert portal.card("Project Falcon", BO)["followed"] is True
    assert names(portal.get("/topics", BO, followed=True).json()["topics"]) == ["Project Falcon"]
    assert portal.get("/topics", ANN, followed=True).json()["topics"] == []
    assert portal.everything() == before
    portal.give("follow", "Project Falcon", "group:nameless", status=400)


def test_a_verdict_never_widens_access(portal: Portal) -> None:
    """Finance says all it can about what only finance may read, to everyone: everyone gets not a byte more."""
    before, others = portal.everything(), portal.everything(BO)
    portal.give("describe", "Project Osprey", *FINANCE, text="The secret bonus", allow=EVERYBODY)
    portal.give("rename", "Project Osprey", *FINANCE, text="Zanzibar", allow=EVERYBODY)
    portal.give("add-alias", "Project Osprey", *FINANCE, text="PF", allow=EVERYBODY)
    portal.give("type", "Project Osprey", *FINANCE, text="bonus", allow=EVERYBODY)
    portal.give("confirm", "Project Osprey", *FINANCE)
    portal.give("merge", "Project Falcon", *FINANCE, other="Project Osprey")
    portal.give("merge", "Project Osprey", *FINANCE, other="ledger writer")
    portal.give("pin-person", "Project Falcon", *FINANCE, other="fatima@larkspur.example")
    portal.give("pin-document", "Project Falcon", *FINANCE, other="larkspur/finance/osprey.md")
    assert portal.everything() == before
    assert portal.everything(BO) == others
    finance = portal.card("Zanzibar", DALIA)
    assert finance["key"] == portal.card("Project Falcon", DALIA)["key"]
    assert {"Zanzibar", "PF", "Project Falcon"} <= set(finance["names"])
    assert finance["documents"][0]["path"] == "finance/osprey.md"
    assert finance["experts"][0]["name"] == "Fatima Zahra"
    assert finance["summary"][0]["text"] == "The secret bonus"


def test_a_verdict_for_finance_is_for_finance(portal: Portal) -> None:
    before = portal.everything()
    given = [portal.give("describe", "Project Falcon", *FINANCE, text="Pays the bonus", allow=["group:finance"])]
    given += [portal.give(kind, "ledger writer", *FINANCE, allow=["group:finance"]) for kind in ("hide", "reject", "confirm", "hide")]
    assert portal.everything() == before
    assert portal.card("ledger writer", DALIA) is None
    assert portal.card("Project Falcon", DALIA)["summary"][0]["text"] == "Pays the bonus"
    states = [row["state"] for row in portal.history("ledger writer", DALIA)]
    assert states == ["overruled", "overruled", "overruled", "in effect"]
    assert portal.undo(given[0]["id"], *OTHER, status=404) == portal.undo("0123", *OTHER, status=404), "what is not yours is absent"


@on_both
def test_two_curators_at_once_one_learns_what_the_other_said(portal: Portal) -> None:
    seen = portal.card("Project Falcon")["revision"]
    assert seen == ""
    first = portal.give("rename", "Project Falcon", text="Falcon One", allow=EVERYBODY, based_on=seen)
    refused = portal.give("rename", "Project Falcon", *OTHER, text="Falcon Two", allow=EVERYBODY, based_on=seen, status=409)
    assert "ann@larkspur.example said rename 'Falcon One'" in refused["detail"]
    assert refused["revision"] == first["id"] == portal.card("Project Falcon")["revision"]
    portal.give("rename", "Project Falcon", *OTHER, text="Falcon Two", allow=EVERYBODY, based_on=refused["revision"])
    rows = portal.history("Project Falcon")
    assert [(row["text"], row["state"], row["based_on"]) for row in rows] == [
        ("Falcon One", "overruled", ""),
        ("Falcon Two", "in effect", first["id"]),
    ]
    assert rows[0]["decided_by"] == rows[1]["id"]
    portal.undo(rows[1]["id"])
    assert portal.card("Project Falcon")["names"][0] == "Falcon One", "both are kept: the earlier one holds again"


def test_what_nobody_speaks_of_waits_for_curators_only(portal: Portal) -> None:
    verdict = portal.give("confirm", "Terra Incognita")
    assert verdict["state"] == "dormant"
    assert [row["subject"] for row in portal.get("/verdicts/dormant", *OTHER).json()["verdicts"]] == ["terraincognita"]
    assert portal.get("/verdicts/dormant", BO).status_code == 403
    assert portal.get("/verdicts", BO, key="Terra Incognita").status_code == 404
    portal.undo(verdict["id"])
    assert portal.get("/verdicts/dormant", *OTHER).json() == {"verdicts": []}


@pytest.mark.parametrize(
    ("kind", "role", "status"),
    [
        ("reject", "contributor", 403),
        ("hide", "reader", 403),
        ("confirm", "reader", 403),
        ("confirm", "contributor", 201),
        ("follow", "reader", 201),
        ("reject", "admin", 201),
    ],
)
def test_roles(portal: Portal, kind: str, role: str, status: int) -> None:
    told = portal.give(kind, "Project Falcon", BO, f"role:{role}", status=status)
    if status == 403:
        assert f"yours is {role}" in told["detail"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "rename", "text": "Falcon"}, "Say whom the text is for"),
        ({"kind": "rename", "text": " ... ", "allow": EVERYBODY}, "at least one letter"),
        ({"kind": "merge"}, "needs a second name"),
        ({"kind": "merge", "other": "project falcons"}, "two different names"),
        ({"kind": "merge", "other": BO}, "two topics or two people"),
        ({"kind": "hide", "allow": ["group:board"]}, "must hold whoever gives it"),
        ({"kind": "opt-out"}, "speaks of a person"),
    ],
)
def test_wrong_verdicts_are_refused_in_words(portal: Portal, fields: dict[str, Any], told: str) -> None:
    fields = {"key": "Project Falcon", **fields}
    assert told in portal.give(fields.pop("kind"), fields.pop("key"), **fields, status=400)["detail"]
    assert portal.history("Project Falcon", *CURATOR) == []


def test_the_portal_shows_what_was_said_and_takes_verdicts(api: TestClient, settings: ApiSettings, bearer: Bearer) -> None:
    token = bearer(settings, *CURATOR)["Authorization"].removeprefix("Bearer ")
    api.post("/portal/login", data={"token": token})
    page = api.get("/portal/topics/projectfalcon").text
    assert "Follow" in page
    posted = {"kind": "describe", "key": "projectfalcon", "text": "<b>Ours</b> alone.", "allow": "everyone", "based_on": ""}
    page = api.post("/portal/verdicts", data=posted, follow_redirects=True).text
    assert "<b>" not in page
    assert "&lt;b&gt;Ours&lt;/b&gt; alone." in page
    assert f"Written by {ANN}" in page
    conflict = api.post("/portal/verdicts", data={**posted, "text": "Else"})
    assert (conflict.status_code, "Decided meanwhile" in conflict.text) == (409, True)
    id = re.search(r'name="other" value="([0-9a-f]{24})"', page)
    assert id
    page = api.post("/portal/verdicts", data={"kind": "undo", "key": "projectfalcon", "other": id[1]}, follow_redirects=True).text
    assert f"Written by {ANN}" not in page
    assert "undone" in page
    revision = re.findall(r'name="based_on" value="([0-9a-f]{24})"', page)[0]
    hide = {"kind": "hide", "key": "projectfalcon", "based_on": revision}
    assert api.post("/portal/verdicts", data=hide, follow_redirects=False).headers["location"] == "/portal/topics"
    assert api.get("/portal/topics/projectfalcon").status_code == 404
    forged = api.post("/portal/verdicts", data={"kind": "confirm", "key": "projectfalcon"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403


def test_without_its_log_nothing_is_shown(
    settings: ApiSettings, bearer: Callable[..., dict[str, str]], tmp_path: Path, free_port: int
) -> None:
    """What was hidden, and who opted out, is not known then."""
    lost = replace(settings, curation=CurationSettings(tmp_path, f"postgresql://127.0.0.1:{free_port}/engram"))
    with TestClient(create_app(lost), base_url=ORIGIN, raise_server_exceptions=False) as client:
        response = client.get("/topics", headers=bearer(settings))
    assert response.status_code == 503
    assert "log of verdicts" in response.json()["detail"]
    assert str(free_port) not in response.text


@on_both
def test_the_log_is_a_chain_of_all_that_was_said(portal: Portal, curation: CurationSettings) -> None:
    portal.undo(portal.give("hide", "Project Falcon")["id"])
    with VerdictLog(curation) as log:
        report = log.check_chain()
        assert (report.whole, report.events) == (True, 2)
        assert [each.actor for each in log.verdicts()] == [ANN, ANN]
