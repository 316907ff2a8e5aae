"""The JSON interface over an installation without documents: who gets in, what is refused, and how errors look."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import UnsafeSetup
from api.settings import ApiSettings

Bearer = Callable[..., dict[str, str]]
ROUTES = {
    *("/search", "/suggest", "/topics", "/topics/{key}", "/people", "/people/{id}", "/experts", "/documents/{id}", "/answer", "/gist"),
    *("/graph/neighbours", "/graph/path", "/health", "/me", "/verdicts", "/verdicts/dormant", "/verdicts/{id}/undo", "/review"),
    *("/classes", "/classes/{name}"),
}
GUARDED = [
    *("/search?q=a", "/suggest?q=a", "/topics", "/topics/a", "/people", "/people/a", "/experts?q=a", "/documents/a", "/answer?q=a"),
    *("/me", "/gist?document=a", "/graph/neighbours?key=a", "/graph/path?a=a&b=b", "/verdicts?key=a", "/verdicts/dormant", "/review"),
    *("/classes", "/classes/a"),
]
PROBLEM = "application/problem+json"


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == status
    return body


@pytest.mark.parametrize("path", GUARDED)
def test_every_reading_route_needs_a_token(empty: TestClient, path: str) -> None:
    response = empty.get(path)
    problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic YTpi", "Bearer", "Token a"])
def test_a_wrong_authorization_header_is_401(empty: TestClient, header: str) -> None:
    problem(empty.get("/topics", headers={"Authorization": header}), 401)


def test_a_session_cookie_opens_no_json_route(empty: TestClient, empty_settings: ApiSettings, bearer: Bearer) -> None:
    token = bearer(empty_settings)["Authorization"].removeprefix("Bearer ")
    problem(empty.get("/topics", headers={"Cookie": f"engram_session_{empty_settings.port}={token}"}), 401)


def test_a_token_is_asked_for_before_parameters_are_looked_at(empty: TestClient) -> None:
    problem(empty.get("/topics?limit=0"), 401)


@pytest.mark.parametrize(
    "path",
    [
        *("/topics?limit=0", "/topics?limit=101", "/topics?offset=-1", "/topics?offset=10001", "/topics?limit=many"),
        *("/search", "/search?q=", "/search?q=" + "a" * 1001, "/search?q=a&since=yesterday", "/search?q=a&kind=table"),
        *("/search?q=a&limit=101", "/people?limit=101", "/experts?q=a&limit=0", "/documents/a?limit=101", "/suggest?q="),
        *("/graph/neighbours", "/graph/neighbours?key=a&relation=owns", "/graph/path?a=a", "/graph/path?a=a&b=b&max_length=7"),
    ],
)
def test_parameters_out_of_bounds_are_422_by_name(empty: TestClient, empty_settings: ApiSettings, bearer: Bearer, path: str) -> None:
    body = problem(empty.get(path, headers=bearer(empty_settings)), 422)
    assert body["errors"]
    assert all(error["name"] in body["detail"] and error["message"] for error in body["errors"])


def test_a_blank_search_is_400_and_says_how(empty: TestClient, empty_settings: ApiSettings, bearer: Bearer) -> None:
    assert "empty" in problem(empty.get("/search?q=%20", headers=bearer(empty_settings)), 400)["detail"]


def test_everything_absent_has_the_same_body(empty: TestClient, empty_settings: ApiSettings, bearer: Bearer) -> None:
    paths = ["/topics/nothing", "/topics/", "/people/nobody@x.org", "/documents/0123", "/documents/source/a/b.md", "/nowhere"]
    paths.append("/graph/neighbours?key=x")
    bodies = {empty.get(path, headers=bearer(empty_settings)).content for path in paths}
    assert len(bodies) == 1
    problem(empty.get(paths[0], headers=bearer(empty_settings)), 404)


@pytest.mark.parametrize(("method", "path"), [("POST", "/search"), ("DELETE", "/topics/a"), ("PUT", "/health")])
def test_other_methods_are_405_and_name_the_allowed_one(empty: TestClient, method: str, path: str) -> None:
    response = empty.request(method, path)
    problem(response, 405)
    assert response.headers["allow"] == "GET"


def test_empty_installation_answers_with_empty_lists(empty: TestClient, empty_settings: ApiSettings, bearer: Bearer) -> None:
    headers = bearer(empty_settings)
    assert empty.get("/topics", headers=headers).json()["topics"] == []
    assert empty.get("/people", headers=headers).json() == {"people": []}
    assert empty.get("/suggest?q=a", headers=headers).json() == {"suggestions": []}
    assert empty.get("/experts?q=a", headers=headers).json() == {"experts": []}
    answer = empty.get("/search?q=a", headers=headers).json()
    assert (answer["total"], answer["hits"]) == (0, [])


def test_health_is_open_and_says_nothing_more(empty: TestClient) -> None:
    response = empty.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_without_elasticsearch_it_is_503_and_worth_a_retry(down: tuple[TestClient, ApiSettings], bearer: Bearer) -> None:
    client, settings = down
    for response in (client.get("/health"), client.get("/topics", headers=bearer(settings))):
        body = problem(response, 503)
        assert int(response.headers["retry-after"]) > 0
        assert "127.0.0.1" not in body["detail"]


def test_a_bug_is_500_with_a_trace_and_no_internals(
    empty: TestClient, empty_settings: ApiSettings, bearer: Bearer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("password in /etc/secret")

    monkeypatch.setattr("knowledge_graph.serving.library.Library.topics", broken)
    response = empty.get("/topics", headers=bearer(empty_settings))
    body = problem(response, 500)
    assert "secret" not in response.text
    assert "Runtime" not in response.text
    assert body["trace"] in caplog.text
    assert response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/health", "/topics", "/nowhere", "/", "/docs", "/openapi.json", "/portal/login"])
def test_nothing_is_cached_framed_or_sniffed(empty: TestClient, path: str) -> None:
    headers = empty.get(path).headers
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "192.168.0.7:8321", ""])
def test_names_outside_loopback_do_not_reach_the_server(empty: TestClient, host: str) -> None:
    assert empty.get("/health", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8321", "127.0.0.1:9999", "[::1]:8321", "LOCALHOST"])
def test_loopback_names_do(empty: TestClient, host: str) -> None:
    assert empty.get("/health", headers={"Host": host}).status_code == 200


def test_openapi_lists_every_route_with_its_errors(empty: TestClient) -> None:
    document = empty.get("/openapi.json").json()
    assert set(document["paths"]) == ROUTES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            done = "201" if "201" in operation["responses"] else "200"
            assert operation["summary"]
            assert operation["responses"][done]["content"]["application/json"]["schema"]
            if path != "/health":
                assert operation["security"]
                assert {"400", "401", "404", "422", "503"} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                assert list(response["content"]) == ["application/json" if status == done else PROBLEM]
    assert "HTTPValidationError" not in str(document["paths"])


def test_a_page_describes_the_interface_without_scripts_from_elsewhere(empty: TestClient) -> None:
    page = empty.get("/docs").text
    assert all(f"GET {path}" in page or f"POST {path}" in page for path in ROUTES)
    assert "http" not in page.partition("</head>")[0]


def test_no_app_is_made_for_an_address_outside_loopback(empty_settings: ApiSettings) -> None:
    from dataclasses import replace

    with pytest.raises(UnsafeSetup, match="loopback"):
        create_app(replace(empty_settings, host="0.0.0.0"))
