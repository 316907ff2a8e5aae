"""A person with a browser: logs in, searches, opens a topic card and follows a citation to its passage."""

import shutil
import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from api.app import create_app
from api.settings import ApiSettings, settings_from_env
from api.tokens import View, mint
from pipelines.home import Home

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt-get install chromium")

ADDRESSES = ("/", "/?q=Project+Falcon", "/portal/topics/projectfalcon", "/portal/people/bo@larkspur.example", "/portal/topics", "/docs")
UNNAMED_CONTROLS = """
[...document.querySelectorAll('a, button, input:not([type=hidden]), select')]
  .filter(e => !(e.innerText || e.ariaLabel || e.labels?.length)).length
"""


@pytest.fixture(scope="module")
def settings(mined: Home) -> Iterator[ApiSettings]:
    """The portal over the mined organisation, served for real on a free port."""
    import socket
    from dataclasses import replace

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        made = replace(settings_from_env({}, home=mined.path, store=mined.store), port=listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(create_app(made), log_level="error"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        deadline = time.monotonic() + 180
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        yield made
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, settings: ApiSettings) -> Iterator[Page]:
    """A browser window, logged in by the address that `engram demo` prints. Whatever the page complains of fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=settings.origin)
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    views = [View(name="Finance", principals=["dalia@larkspur.example"])]
    token = mint(settings.key, (), issued_at=int(time.time()), lifetime_s=600, views=views)
    opened.goto(f"/portal/login#token={token}")
    expect(opened.get_by_role("heading", name="What do we know about…")).to_be_visible()
    assert "token" not in opened.url
    yield opened
    context.close()
    assert complaints == []


def search_box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search topics, people and documents")


def test_search_card_citation(page: Page) -> None:
    search_box(page).fill("billing engine")
    search_box(page).press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    expect(page.locator("mark").first).to_have_text("billing")

    search_box(page).fill("Project Falcon")
    page.get_by_role("button", name="Search").click()
    page.locator(".card").get_by_role("link", name="Project Falcon", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Project Falcon")
    expect(page.get_by_role("region", name="People who know")).to_contain_text("Ann Lindqvist")
    expect(page.get_by_role("img", name="documents from")).to_be_visible()

    sentence = page.locator(".sentence", has_text="billing engine")
    sentence.locator("a.cite").first.click()
    marked = page.locator(".passage.cited mark")
    expect(marked).to_be_in_viewport()
    expect(marked).to_contain_text("Project Falcon is the billing engine")


def test_suggestions_by_keyboard(page: Page) -> None:
    box = search_box(page)
    box.press_sequentially("ledg", delay=20)
    option = page.get_by_role("listbox").get_by_role("option").first
    expect(option).to_contain_text("edger writer")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    expect(option).to_be_hidden()
    box.press_sequentially("er", delay=20)
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("edger writer")


def test_a_hostile_document_stays_text(page: Page) -> None:
    page.goto("/?q=Notes+on+Project+Falcon")
    page.locator(".hit a.name", has_text="Notes").first.click()
    expect(page.locator(".passage").first).to_contain_text("<script>")
    assert "taken over" not in page.title()
    assert page.locator("main script, main img").count() == 0


def test_looking_as_somebody_else(page: Page) -> None:
    expect(page.get_by_text("Osprey")).to_have_count(0)
    page.get_by_label("View as").select_option("Finance")
    expect(page.get_by_text("You see what Finance may open")).to_be_visible()
    page.goto("/portal/topics/Project Osprey")
    expect(page.get_by_role("heading", level=1)).to_have_text("Project Osprey")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_pages_fit_the_screen_and_have_names_for_everything(
    browser: Browser, settings: ApiSettings, page: Page, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in ADDRESSES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator("h1").count() == 1
        assert page.evaluate(UNNAMED_CONTROLS) == 0, address


def test_no_session_no_content(browser: Browser, settings: ApiSettings) -> None:
    page = browser.new_page(base_url=settings.origin)
    page.goto("/portal/topics/projectfalcon")
    expect(page.get_by_label("Access token")).to_be_visible()
    page.close()
