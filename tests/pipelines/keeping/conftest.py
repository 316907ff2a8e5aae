"""An organisation whose secret stands everywhere a secret can stand, and a way to look at every byte of an installation."""

import io
import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.cli import app
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import RunReport, run, run_stage
from pipelines.sources import Source

MARKER = "zyqvorplix"
"""In no model, dictionary or other test: what is found of it was planted here."""

PLAN = "# Plan of the harbour\n\nProject Falcon is the plan to load ships at night. Project Falcon needs two cranes.\n"
FALCON = "# Project Falcon\n\nProject Falcon is a handheld scanner.\n\nOwner: Nora Quist <nora@x.example>\n\nProject Falcon is late.\n"
LEDGER = "# Blue Ledger\n\nBlue Ledger is the accounting system.\n\nOwner: Bo Chen <bo@x.example>\n\nBlue Ledger feeds Project Falcon.\n"
KEPT = {
    "open/falcon.md": FALCON,
    "open/ledger.md": LEDGER,
    "people/plan-copy.md": PLAN,
    "people/falcon-staff.md": FALCON.replace("late", "staffed by Nora Quist").replace("handheld", "wireless")
    + "\nReviewer: Ada Moreau <ada@x.example>\n",
}
SECRETS = (
    "open/report.docx", "open/mail.eml", "open/bundle.zip", f"open/{MARKER}-notes.txt", "open/picture.png", "engineering/plan.md",
)  # fmt: skip
EXTRAS = ("open/extra.eml", "open/extra.zip", "open/ledger-again.md")


@dataclass(frozen=True)
class Place:
    """A folder source with an installation of its own."""

    files: Path
    home: Home
    marker = MARKER
    secrets = SECRETS
    extras = EXTRAS

    def found(self, *words: str, where: Path | None = None) -> list[str]:
        return found_in(where or self.home.path, *words)

    def write(self) -> None:
        """Everything: what stays, what is to be forgotten, and what leaves its source in the ordinary way."""
        for folder, principal in {"open": "everyone", "engineering": "group:engineering", "people": "group:people"}.items():
            (self.files / folder).mkdir(parents=True)
            (self.files / folder / ".engram.yaml").write_text(f"allow: ['{principal}']\n")
        for path, text in {**KEPT, "engineering/plan.md": PLAN, "open/ledger-again.md": LEDGER}.items():
            (self.files / path).write_text(text, encoding="utf-8")
        (self.files / f"open/{MARKER}-notes.txt").write_text(f"Notes on the {MARKER} programme.\nIt speaks of Project Falcon.\n")
        (self.files / "open/report.docx").write_bytes(docx(f"The {MARKER} report", f"Dr. {MARKER.title()} Marr"))
        (self.files / "open/mail.eml").write_bytes(mail(f"About {MARKER}", {"terms.docx": docx("Terms", ""), "a.zip": zipped(MARKER)}))
        (self.files / "open/bundle.zip").write_bytes(zipped(MARKER))
        (self.files / "open/picture.png").write_bytes(picture(f"The {MARKER} picture of cranes"))
        (self.files / "open/extra.eml").write_bytes(mail("Cranes of Project Falcon", {"cranes.zip": zipped("cranes")}))
        (self.files / "open/extra.zip").write_bytes(zipped("scanners"))
        self.settle()

    def settle(self) -> None:
        for file in self.files.rglob("*"):
            os.utime(file, (1_700_000_000, 1_700_000_000))

    def mine(self) -> RunReport:
        if not sources.load(self.home.sources_file):
            sources.add(self.home.sources_file, Source(name="org", kind="folder", path=self.files, sidecar=self._sidecar()))
        return run(self.home, reporter=Reporter(quiet=True))

    def _sidecar(self) -> Path:
        people = [
            {"name": "Nora Quist", "email": "nora@x.example", "commits": 3},
            {"name": f"Max {MARKER.title()}", "email": f"{MARKER}@x.example"},
        ]
        lines = [
            {"id": "open/report.docx", "title": f"{MARKER} in the title", "people": people},
            {"id": "open/ledger.md", "people": people[:1]},
        ]
        file = self.files.parent / "sidecar.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return file

    def digest(self) -> dict[str, object]:
        return digest(self.home)

    def engram(self, *arguments: str) -> Result:
        """The command, in this process."""
        store = self.home.store
        environ = {"ENGRAM_HOME": str(self.home.path), "ENGRAM_ELASTICSEARCH_URL": store.url, "ENGRAM_INDEX_PREFIX": store.prefix}
        return CliRunner().invoke(app, list(arguments), env=environ)

    def library(self, store: SearchStore, *principals: str) -> Library:
        return Library(store, Reader.of(principals))


def docx(title: str, author: str) -> bytes:
    from docx import Document

    made = Document()
    made.core_properties.title, made.core_properties.author, made.core_properties.last_modified_by = title, author, author
    made.add_heading(title, 1)
    made.add_paragraph(f"The {MARKER} body speaks of Project Falcon and of what Nora Quist said.")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def mail(subject: str, attachments: dict[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Nora Quist <nora@x.example>", "Bo Chen <bo@x.example>"
    message["Subject"], message["Date"] = subject, "Tue, 14 Nov 2023 10:00:00 +0000"
    message["Message-ID"] = f"<{uuid.uuid5(uuid.NAMESPACE_URL, subject)}@x.example>"
    message.set_content(f"See what is attached on {subject}.\n")
    for name, content in attachments.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def zipped(word: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{word}-member.txt"), f"A member about {word} and Project Falcon.\n")
    return out.getvalue()


def picture(text: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (1200, 200), 255)
    ImageDraw.Draw(image).text((30, 60), text, font=ImageFont.load_default(size=56), fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def every_byte(place: Path) -> Iterator[tuple[str, bytes]]:
    """(where, bytes) of all files, and of what compressed ones hold."""
    import pyarrow.parquet as pq

    for file in sorted(path for path in place.rglob("*") if path.is_file()):
        name = str(file.relative_to(place))
        try:
            content = file.read_bytes()
        except FileNotFoundError:  # a live server's
            continue
        yield name, name.encode() + content
        if file.suffix == ".parquet":
            yield f"{name} unpacked", repr(pq.read_table(file).to_pylist()).encode()
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                yield from ((f"{name} {member}", archive.read(member)) for member in archive.namelist())


def found_in(place: Path, *words: str) -> list[str]:
    """Where any of the words stands, in any case, in 8 or 16 bits."""
    needles = [needle for word in words for needle in (word.lower().encode(), word.lower().encode("utf-16-le"))]
    return [where for where, content in every_byte(place) if any(needle in content.lower() for needle in needles)]


@pytest.fixture(scope="session")
def places(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Place]]:
    made: list[Place] = []

    def make(files: Path | None = None) -> Place:
        folder = tmp_path_factory.mktemp("place")
        home = Home(folder / "home", StoreSettings(elasticsearch_url, prefix=f"keep-{uuid.uuid4().hex[:8]}"))
        made.append(Place(files or folder / "files", home))
        return made[-1]

    yield make
    for each in made:
        with SearchStore.open(each.home.store) as store:
            store.drop()
        shutil.rmtree(each.home.path, ignore_errors=True)


@dataclass
class Story:
    """One installation before, during and after forgetting; each test looks at one side of it."""

    place: Place
    before: list[str]
    in_index: list[str]
    printed: dict[str, Any]


@pytest.fixture(scope="session")
def data(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the server that all tests share."""
    (found,) = {path.resolve() for path in tmp_path_factory.getbasetemp().glob("elasticsearch*/elasticsearch/data")}
    return found


@pytest.fixture(scope="session")
def story(places: Callable[[], Place], data: Path) -> Story:
    place = places()
    place.write()
    place.mine()
    (place.home.path / "logs").mkdir(exist_ok=True)
    (place.home.path / "logs" / "api.log").write_text(f"GET /search?q={place.marker} 200\n")
    (place.home.path / "logs" / "api.log.1").write_text(f"GET /suggest?q={place.marker} 200\n")
    scratch = place.home.path / "run" / "spark" / "blockmgr-of-a-killed-run"
    scratch.mkdir(parents=True)
    (scratch / "shuffle_0_0_0.data").write_text(place.marker)
    before, in_index = place.found(place.marker), place.found(place.marker, where=data)
    for path in place.extras:
        (place.files / path).unlink()
    run_stage(place.home, "crawl")
    items = [argument for path in place.secrets for argument in ("--item", f"org/{path}")]
    done = place.engram("forget", *items, "--person", "nora@x.example", "--reason", "case 17", "--yes", "--json")
    assert done.exit_code == 0, done.output
    return Story(place, before, in_index, json.loads(done.stdout))
