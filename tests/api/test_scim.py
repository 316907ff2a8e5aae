"""SCIM 2.0: what identity providers send, what they get, and that it acts at the reader's next request."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.scim.app import scim_app
from api.settings import ApiSettings, ScimSettings
from api.tokens import DemoKey
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.directory.errors import AccountClosed
from knowledge_graph.directory.store import Directory, today
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import StoreSettings

SECRET = "s" * 40
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    with Directory(f"sqlite:///{tmp_path / 'curation.sqlite'}") as opened:
        yield opened


@pytest.fixture
def app(directory: Directory) -> FastAPI:
    scim = ScimSettings(SECRET, ("everyone",))
    settings = ApiSettings(
        StoreSettings("http://127.0.0.1:1"),
        DemoKey(b"k" * 32),
        "",
        CurationSettings(Path("none")),
        scim=scim,
        public_url="https://engram.x.example",
    )
    return scim_app(settings, scim, directory)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}) as opened:
        yield opened


def ann(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "schemas": [USER, ENTERPRISE],
        "userName": "Ann",
        "externalId": "7-7",
        "name": {"givenName": "Ann", "familyName": "Lee"},
        "displayName": "Ann Lee",
        "emails": [{"value": "lee@x.example"}, {"value": "Ann@X.example", "primary": True}],
        "active": True,
        ENTERPRISE: {"department": "Finance"},
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def created(client: TestClient, body: dict[str, Any], endpoint: str = "/Users") -> dict[str, Any]:
    answer = client.post(endpoint, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def group_with(client: TestClient, name: str, *members: str) -> dict[str, Any]:
    body = {"schemas": [GROUP], "displayName": name, "externalId": f"ext-{name}", "members": [{"value": member} for member in members]}
    return created(client, body, "/Groups")


def patched(client: TestClient, path: str, *operations: dict[str, Any]) -> httpx2.Response:
    return client.patch(path, json={"schemas": [PATCH], "Operations": list(operations)})


def held(directory: Directory, *claimed: str) -> set[str]:
    known = directory.identify(claimed)
    return {principal for principal in directory.holding(known) if not principal.startswith("group:ext-") and len(principal) < 30}


def test_a_user_is_kept_as_pushed_and_known_at_once(client: TestClient, directory: Directory) -> None:
    said = ann(emails=[{"value": "lee@x.example"}, {"value": "ann@x.example", "primary": True}])
    made = created(client, said)
    assert made["meta"]["resourceType"] == "User"
    assert made["meta"]["location"] == f"https://engram.x.example/scim/v2/Users/{made['id']}"
    again = client.get(f"/Users/{made['id']}")
    assert (again.status_code, again.headers["Content-Type"]) == (200, "application/scim+json")
    assert again.json() == made
    assert {name: made[name] for name in said} == said
    assert directory.identify(["user:7-7"]) >= {"ann@x.example", "lee@x.example", "user:ann"}
    (entry,) = directory.entries(["email:ann@x.example"], Reader.of([]))
    assert (entry.person.names, entry.person.emails, entry.person.department) == (
        ("Ann Lee",),
        ("ann@x.example", "lee@x.example"),
        "Finance",
    )


def test_a_password_is_never_kept(client: TestClient, tmp_path: Path) -> None:
    made = created(client, ann(password="Zq-secret-7"))
    assert "password" not in made
    assert client.put(f"/Users/{made['id']}", json=ann(password="Zq-secret-7")).status_code == 200
    assert not [file for file in tmp_path.iterdir() if b"Zq-secret-7" in file.read_bytes()]


def test_groups_nest_and_act_at_once(client: TestClient, directory: Directory) -> None:
    user = created(client, ann())
    finance = group_with(client, "Finance", user["id"])
    group_with(client, "All Staff", finance["id"])
    assert held(directory, "ann@x.example") == {"group:finance", "group:all staff"}
    assert "group:ext-finance" in directory.holding(directory.identify(["ann@x.example"]))
    # A token may claim the provider's own id of a group.
    assert held(directory, "group:ext-finance") == {"group:finance", "group:all staff"}
    removed = {"op": "remove", "path": f'members[value eq "{user["id"]}"]'}
    assert patched(client, f"/Groups/{finance['id']}", removed).status_code == 200
    assert held(directory, "ann@x.example") == set()


def test_members_come_and_go_as_entra_and_okta_say_it(client: TestClient, directory: Directory) -> None:
    user = created(client, ann())
    path = f"/Groups/{group_with(client, 'Finance')['id']}"
    member = [{"value": user["id"]}]
    assert patched(client, path, {"op": "Add", "path": "members", "value": member}).status_code == 200
    assert held(directory, "user:7-7") == {"group:finance"}
    assert patched(client, path, {"op": "Remove", "path": "members", "value": member}).status_code == 200
    assert held(directory, "user:7-7") == set()
    assert patched(client, path, {"op": "replace", "value": {"members": member, "displayName": "Controlling"}}).status_code == 200
    assert held(directory, "user:7-7") == {"group:controlling"}


def test_a_group_may_give_a_role_and_a_name_cannot_be_a_person(client: TestClient, directory: Directory) -> None:
    user = created(client, ann())
    group_with(client, "role:curator", user["id"])
    group_with(client, "ceo@x.example", user["id"])
    group_with(client, "everyone", user["id"])
    assert held(directory, "user:7-7") == {"role:curator", "group:ceo@x.example", "group:everyone"}


def test_switching_an_account_off_closes_it_and_dates_the_end(client: TestClient, directory: Directory) -> None:
    made = created(client, ann())
    # Entra sends the boolean as text.
    assert patched(client, f"/Users/{made['id']}", {"op": "Replace", "path": "active", "value": "False"}).json()["active"] is False
    with pytest.raises(AccountClosed):
        directory.identify(["ann@x.example"])
    assert directory.entries(["email:ann@x.example"], Reader.of([]))[0].person.end == today()
    assert patched(client, f"/Users/{made['id']}", {"op": "replace", "value": {"active": True}}).status_code == 200
    assert "user:ann" in directory.identify(["ann@x.example"])


def test_replacing_drops_what_is_left_out(client: TestClient, directory: Directory) -> None:
    made = created(client, ann())
    changed = client.put(f"/Users/{made['id']}", json=ann(emails=[{"value": "new@x.example"}], displayName=None))
    assert changed.status_code == 200, changed.text
    assert "displayName" not in changed.json()
    assert (changed.json()["id"], changed.json()["meta"]["created"]) == (made["id"], made["meta"]["created"])
    assert directory.identify(["ann@x.example"]) == {"ann@x.example"}
    assert "user:ann" in directory.identify(["new@x.example"])


def test_deleting_takes_somebody_out_of_all_groups(client: TestClient, directory: Directory) -> None:
    user = created(client, ann())
    finance = group_with(client, "Finance", user["id"])
    assert client.delete(f"/Users/{user['id']}").status_code == 204
    assert client.get(f"/Users/{user['id']}").status_code == 404
    assert client.delete(f"/Users/{user['id']}").status_code == 404
    assert not client.get(f"/Groups/{finance['id']}").json().get("members")
    assert held(directory, f"user:{user['id']}", "ann@x.example") == set()


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('userName eq "ann"', ["Ann"]),
        ('userName eq "ANN"', ["Ann"]),
        ('externalId eq "7-7"', ["Ann"]),
        ('externalId eq "8-8"', []),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ann"', ["Ann"]),
        ('emails.value eq "bo@x.example"', ["Bo"]),
        ('emails[type eq "work"].value sw "bo"', []),
        ('userName sw "b" or userName sw "a"', ["Ann", "Bo"]),
        ("active eq false", ["Bo"]),
        ('userName eq "x\\" or userName pr or userName eq \\"y"', []),
    ],
)
def test_filters(client: TestClient, filter: str, found: list[str]) -> None:
    created(client, ann())
    created(client, {"schemas": [USER], "userName": "Bo", "externalId": "8", "active": False, "emails": [{"value": "bo@x.example"}]})
    answer = client.get("/Users", params={"filter": filter, "sortBy": "userName"})
    assert answer.status_code == 200, answer.text
    assert [row["userName"] for row in answer.json()["Resources"]] == found
    assert answer.json()["totalResults"] == len(found)


def test_paging(client: TestClient) -> None:
    for number in range(7):
        created(client, {"schemas": [USER], "userName": f"u{number}"})
    seen: list[str] = []
    for start in (1, 4, 7, 10):
        page = client.get("/Users", params={"startIndex": start, "count": 3, "sortBy": "userName", "attributes": "userName"}).json()
        assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (7, start, len(page["Resources"]))
        assert all("meta" not in row for row in page["Resources"])
        seen += [row["userName"] for row in page["Resources"]]
    assert seen == [f"u{number}" for number in range(7)]
    none = client.get("/Users", params={"count": 0}).json()
    assert (none["totalResults"], none["Resources"]) == (7, [])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("POST", "/Users", {"schemas": [USER]}, 400, "invalidValue"),
        ("POST", "/Users", b"{", 400, "invalidSyntax"),
        ("POST", "/Users", b"[]", 400, "invalidSyntax"),
        ("POST", "/Users", b'{"userName": "\\ud800"}', 400, "invalidSyntax"),
        ("POST", "/Users", b'{"userName": "a\\u0000"}', 400, "invalidSyntax"),
        ("POST", "/Users", b"[" * 100_000, 400, "invalidSyntax"),
        ("POST", "/Users", {"schemas": [USER], "userName": "ann"}, 409, "uniqueness"),
        ("POST", "/Users", {"schemas": [USER], "userName": "x", "emails": [{"value": "no address"}]}, 400, "invalidValue"),
        ("GET", "/Users?filter=userName eq", None, 400, "invalidFilter"),
        ("GET", "/Users?filter=nothing eq 1", None, 400, "invalidFilter"),
        ("GET", "/Users/../../me", None, 404, None),
        ("GET", "/Users/x' or '1'='1", None, 404, None),
        ("PUT", "/Users/unknown", {"schemas": [USER], "userName": "x"}, 404, None),
        ("PATCH", "/Groups/unknown", {"schemas": [PATCH], "Operations": []}, 404, None),
        ("DELETE", "/Groups/unknown", None, 404, None),
        ("GET", "/Nothing", None, 404, None),
        ("PUT", "/Users", {"schemas": [USER], "userName": "x"}, 405, None),
    ],
)
def test_wrong_requests_get_scim_errors(client: TestClient, method: str, path: str, body: Any, status: int, kind: str | None) -> None:
    created(client, ann())
    answer = client.request(method, path, content=body) if isinstance(body, bytes) else client.request(method, path, json=body)
    assert (answer.status_code, answer.json().get("scimType")) == (status, kind), answer.text
    assert (answer.json()["schemas"], answer.json()["status"]) == ([ERROR], str(status))
    assert answer.headers["Content-Type"] == "application/scim+json"


def test_a_patch_that_fails_changes_nothing(client: TestClient) -> None:
    made = created(client, ann())
    answer = patched(
        client,
        f"/Users/{made['id']}",
        {"op": "replace", "path": "displayName", "value": "Changed"},
        {"op": "replace", "path": "userName", "value": None},
    )
    assert answer.status_code == 400
    assert client.get(f"/Users/{made['id']}").json() == made


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x", f"Basic {SECRET}", f"Bearer {SECRET}x", f"Bearer {SECRET[:-1]}", SECRET]
)
def test_without_the_secret_nothing_answers(app: FastAPI, header: str | None) -> None:
    with TestClient(app, headers={} if header is None else {"Authorization": header}) as stranger:
        for method, path in (
            ("GET", "/Users"),
            ("POST", "/Users"),
            ("GET", "/Schemas"),
            ("GET", "/ServiceProviderConfig"),
            ("DELETE", "/Users/1"),
        ):
            answer = stranger.request(method, path)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_an_enormous_body_is_refused(client: TestClient) -> None:
    assert client.post("/Users", content=b" " * 5_100_000).status_code == 413


def test_two_who_push_the_same_name_at_once_make_one(client: TestClient) -> None:
    from threading import Thread

    answers: list[int] = []
    threads = [Thread(target=lambda: answers.append(client.post("/Users", json=ann()).status_code)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409, 409, 409]


def test_an_independent_checker_finds_no_fault(app: FastAPI) -> None:
    """scim2-tester asks every route for everything that the specification demands, over HTTP."""
    import socket
    from threading import Thread

    import uvicorn
    from scim2_client.engines.httpx2 import SyncSCIMClient
    from scim2_tester import Status, check_server

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{port}"
        with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {SECRET}"}, trust_env=False) as http:
            results = check_server(SyncSCIMClient(http))
    finally:
        server.should_exit = True
        thread.join()
    faults = [f"{result.title}: {result.reason}" for result in results if result.status in (Status.ERROR, Status.CRITICAL)]
    assert faults == []
    assert sum(result.status == Status.SUCCESS for result in results) > 100


def test_it_is_mounted_only_where_a_secret_is_set(empty_settings: ApiSettings, tmp_path: Path) -> None:
    from api.app import create_app

    with TestClient(create_app(empty_settings), base_url="http://127.0.0.1:8321") as without:
        assert without.get("/scim/v2/Users").status_code == 404
    settings = replace(empty_settings, scim=ScimSettings(SECRET), database=f"sqlite:///{tmp_path / 'c.sqlite'}")
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8321") as mounted:
        assert mounted.get("/scim/v2/Users").status_code == 401
        assert mounted.get("/scim/v2/Users", headers={"Authorization": f"Bearer {SECRET}"}).json()["totalResults"] == 0
