"""The portal's pages as a browser gets them."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from api.settings import ApiSettings

OUR_TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "footer", "section", "article", "aside", "div"),
    *("h1", "h2", "p", "span", "strong", "a", "mark", "ul", "ol", "li", "img", "details", "summary", "table", "thead", "tbody", "tr", "th"),
    *("td", "form", "label", "input", "button", "select", "option", "figure", "figcaption", "svg", "line", "rect", "text"),
}


class Tags(HTMLParser):
    """The tags of a page with their attributes, as a browser understands them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def inert(page: str) -> None:
    """Nothing on the page acts but our own script: no other script, no event handler, no style, no address elsewhere."""
    tags = Tags(page).found
    assert [attrs for tag, attrs in tags if tag == "script"] == [{"src": "/static/portal.js", "defer": ""}]
    assert {tag for tag, _ in tags} <= OUR_TAGS
    for tag, attrs in tags:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (tag, attrs)
        for name in ("href", "src", "action"):
            assert re.match(r"[/#?]|mailto:|$", attrs.get(name, "")), (tag, attrs)


def document_id(portal: TestClient, name: str) -> str:
    page = portal.get("/", params={"q": "Project Falcon ledger writer notes"}).text
    return next(match[1] for match in re.finditer(r'href="/portal/documents/([0-9a-f]+)[^>]*>([^<]*)<', page) if name in match[2])


def test_without_a_session_there_is_only_the_login(api: TestClient) -> None:
    assert "Access token" in api.get("/").text
    for path in ("/portal/topics", "/portal/topics/projectfalcon", "/portal/people/a", "/portal/documents/a"):
        response = api.get(path, follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (303, "/portal/login")
    assert api.get("/portal/suggest?q=a").status_code == 401


def test_login_refuses_a_wrong_token_in_words(api: TestClient) -> None:
    response = api.post("/portal/login", data={"token": "nonsense"})
    assert response.status_code == 401
    assert "not one of this installation" in response.text
    assert "set-cookie" not in response.headers


def test_the_session_cookie_is_for_this_site_and_no_script(api: TestClient, portal: TestClient, settings: ApiSettings) -> None:
    token = portal.cookies[f"engram_session_{settings.port}"]
    cookie = api.post("/portal/login", data={"token": token}, follow_redirects=False).headers["set-cookie"]
    api.cookies.clear()
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


def test_a_form_from_another_site_is_refused(portal: TestClient) -> None:
    response = portal.post("/portal/view", data={"view": "0"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def test_logging_out_ends_the_session(portal: TestClient) -> None:
    portal.post("/portal/logout")
    assert "Access token" in portal.get("/").text


def test_home_lists_topics_and_people(portal: TestClient) -> None:
    page = portal.get("/").text
    assert "Project Falcon" in page
    assert "Ann Lindqvist" in page
    assert "Osprey" not in page


def test_search_shows_results_of_all_kinds_with_marked_words(portal: TestClient) -> None:
    page = portal.get("/", params={"q": "ledger"}).text
    assert "/portal/topics/" in page
    assert "/portal/documents/" in page
    assert "<mark>ledger</mark>" in page.lower()
    inert(page)


def test_search_without_results_says_so(portal: TestClient) -> None:
    assert "Nothing that you may open" in portal.get("/", params={"q": "xylophone"}).text


def test_a_topic_card_cites_the_passage_and_the_preview_marks_it(portal: TestClient) -> None:
    page = portal.get("/portal/topics/projectfalcon").text
    assert "billing engine that replaces" in page
    assert "Ann Lindqvist" in page
    assert "<svg" in page
    inert(page)
    says = r'<p>(Project Falcon is the billing engine[^<]*)</p>\s*<div class="sources">\s*<a class="cite" href="([^"]+)"'
    sentence = re.search(says, page)
    assert sentence
    preview = portal.get(sentence[2].replace("&amp;", "&").partition("#")[0]).text
    assert f"<mark>{sentence[1]}</mark>" in preview


def test_a_person_page_says_what_they_know_and_why(portal: TestClient) -> None:
    page = portal.get(f"/portal/people/{quote('email:bo@larkspur.example', safe='')}").text
    assert "Bo Okafor" in page
    assert "edger writer" in page
    assert re.search(r"(wrote|edited) \d+ document", page)
    inert(page)


def test_hostile_documents_are_text(portal: TestClient) -> None:
    for name in ("Notes", "terminal"):
        page = portal.get(f"/portal/documents/{document_id(portal, name)}").text
        inert(page)
    page = portal.get(f"/portal/documents/{document_id(portal, 'Notes')}").text
    assert "&lt;script&gt;" in page
    inert(portal.get("/", params={"q": '"><script>alert(1)</script> Falcon'}).text)
    inert(portal.get("/portal/topics", params={"filter": '"><img src=x onerror=alert(1)>'}).text)


@pytest.mark.parametrize("path", ["/portal/topics/nothing", "/portal/people/nobody", "/portal/documents/0", "/portal/nowhere"])
def test_absent_pages_look_the_same(portal: TestClient, path: str) -> None:
    response = portal.get(path)
    assert response.status_code == 404
    assert response.text == portal.get("/portal/topics/project-osprey").text


def test_viewing_as_another_reader_changes_what_is_seen(portal: TestClient) -> None:
    assert portal.get("/portal/topics/Project Osprey").status_code == 404
    page = portal.post("/portal/view", data={"view": "0"}).text
    assert "You see what Finance may open" in page
    assert portal.get("/portal/topics/Project Osprey").status_code == 200
    portal.post("/portal/view", data={"view": "-1"})
    assert portal.get("/portal/topics/Project Osprey").status_code == 404


@pytest.mark.parametrize("view", ["1", "99", "x", "-2", "", "0" * 50])
def test_views_that_the_token_does_not_list_are_not_taken(portal: TestClient, view: str) -> None:
    portal.post("/portal/view", data={"view": view})
    assert portal.get("/portal/topics/Project Osprey").status_code == 404


def test_static_files_are_ours_alone(portal: TestClient) -> None:
    for name in ("portal.css", "portal.js", "mark.svg"):
        response = portal.get(f"/static/{name}")
        assert response.status_code == 200
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", response.text)
    assert portal.get("/static/../app.py").status_code == 404
    assert portal.get("/static/%2e%2e/app.py").status_code == 404
