"""Generated organisations: documents as their authors left them, and who reads them."""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path, PurePosixPath

from hypothesis import strategies as st

from knowledge_graph.model.access import EVERYONE, Access

WRITTEN_AT = 1_700_000_000
"""One modification time for every file, so that histories differ in nothing but what they are about."""

Place = tuple[str, str]
"""Source and path."""


@dataclass(frozen=True)
class Edit:
    """What a source's history says of one person."""

    name: str
    email: str
    commits: int
    first: str
    last: str


@dataclass(frozen=True)
class Content:
    """A document without its access; `attached` are names and texts of what travels with it. A vocabulary's text is Turtle."""

    text: str
    modified: str
    edits: tuple[Edit, ...] = ()
    attached: tuple[tuple[str, str], ...] = ()
    subject: str = ""

    def suffix(self) -> str:
        return ".eml" if self.subject else ".zip" if self.attached else ".ttl" if self.text.startswith("@prefix") else ".md"

    def as_bytes(self) -> bytes:
        if self.subject:
            return self._mail()
        if not self.attached:
            return self.text.encode()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in (("note.md", self.text), *self.attached):
                archive.writestr(zipfile.ZipInfo(name), text)
        return packed.getvalue()

    def _mail(self) -> bytes:
        mail = EmailMessage()
        first = self.edits[0]
        mail["From"], mail["To"] = f"{first.name} <{first.email}>", "Everyone <all@x.example>"
        mail["Subject"], mail["Message-ID"] = self.subject, "<1@x.example>"
        mail["Date"] = datetime.fromisoformat(self.modified).replace(hour=9, tzinfo=UTC)
        mail.set_content(self.text)
        for name, text in self.attached:
            mail.add_attachment(text.encode(), maintype="text", subtype="markdown", filename=name)
        if self.attached:
            mail.set_boundary("=-=-=")
        return mail.as_bytes()


@dataclass(frozen=True)
class Written:
    """A document with who may open it."""

    content: Content
    access: Access


Groups = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Organisation:
    """Everything that the sources hold at one moment."""

    documents: Mapping[Place, Written] = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)

    def with_document(self, place: Place, written: Written) -> "Organisation":
        return replace(self, documents={**self.documents, place: written})

    def without(self, place: Place) -> "Organisation":
        return replace(self, documents={at: held for at, held in self.documents.items() if at != place})

    def seen_by(self, principals: frozenset[str]) -> "Organisation":
        """What is left when every document that these principals may not open never existed."""
        return replace(self, documents={at: held for at, held in self.documents.items() if may_open(principals, held.access)})

    def principals_of(self, token: Iterable[str]) -> frozenset[str]:
        """The holder of a token with every group around them; plain closure over a small directory."""
        held = {*token, EVERYONE}
        while added := {group for group, members in self.groups.items() if held.intersection(members)} - held:
            held |= added
        return frozenset(held)


def may_open(principals: frozenset[str], access: Access) -> bool:
    return not principals.isdisjoint(access.allow) and principals.isdisjoint(access.deny)


# What generated documents are about. Two long forms share the short form CDP, one name is part of another, two differ in spelling.

SOURCES = ("handbook", "letters")
TOPICS = {
    "Project Falcon": "Project Falcon is a handheld scanner for warehouse crews.",
    "Blue Ledger": "Blue Ledger is the accounting system of the harbour office.",
    "Night Harbour": "Night Harbour is our plan for unloading ships after dark.",
    "Customer Data Platform": "The Customer Data Platform (CDP) joins orders and visits.",
    "Central Dock Plan": "The Central Dock Plan (CDP) says which ship lands where.",
    "Blue Ledger Exporter": "Blue Ledger Exporter, formerly Ledger Pump, is the nightly copy of the books.",
    "Grey-Heron": "Grey Heron, also known as Slow Bird, is the archive of old orders.",
}
TYPED = ("Scanner One", "Osprey", "option boxes", "Blue Ledger", "CDP")
"""What people type as a name: two that no document holds, a few weak words, and two that are taken."""
SAID = (
    "{topic} is part of {other}.",
    "{other} is part of {topic}.",
    "{topic} depends on {other}.",
    "{other} was replaced by {topic}.",
    "{other} is maintained by {name} <{email}>.",
    "Decision: {other} launches on {week} March 2025.",
    "The unit cost of {other} is {week},000 euros.",
    "ACTION: {name} to pay for {other} by {week} March 2025.",
)
"""What a note may state of its topic and of another."""
PEOPLE = (
    Edit("Ann Lee", "ann@x.example", 3, "2023-01-05", "2024-02-01"),
    Edit("Bo Chen", "bo@x.example", 1, "2024-03-01", "2024-03-01"),
    Edit("Cy Diaz", "cy@x.example", 7, "2022-05-01", "2023-12-24"),
    Edit("A. Lee", "ann@x.example", 1, "2023-07-01", "2023-07-01"),
    Edit("Bo Chen", "chen@y.example", 2, "2022-03-01", "2022-09-01"),
    Edit("Anne Lee", "lee@y.example", 2, "2022-03-01", "2022-09-01"),
    Edit("Renovate[bot]", "renovate@x.example", 40, "2022-01-01", "2024-05-01"),
)
GROUPS: Groups = {
    "group:crew": ("group:night", "ann@x.example"),
    "group:night": ("bo@x.example",),
    "group:office": ("cy@x.example", "group:crew"),
    "group:board": ("dee@x.example",),
}
ACCESSES = (
    Access.of([EVERYONE]),
    Access.of([EVERYONE], ["group:night"]),
    Access.of(["group:crew"]),
    Access.of(["group:office"], ["ann@x.example"]),
    Access.of(["group:board"]),
    Access.of(["group:board", "bo@x.example"]),
    Access.of(["group:night"]),
    Access.of([]),
)
READERS: tuple[tuple[str, ...], ...] = (
    (),
    ("ann@x.example",),
    ("bo@x.example",),
    ("cy@x.example", "role:curator"),
    ("dee@x.example", "role:curator"),
)
DATES = ("2023-01-31", "2023-11-02", "2024-02-29", "2024-05-17")

accesses = st.sampled_from(ACCESSES)
groups = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from([members, members[:1], (*members, "group:office")]) for name, members in GROUPS.items()}
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A note on one topic that names others and a person, may link to a page and fill in a name that other notes fill in as well.

    Small numbers keep two notes different and many alike.
    """
    topic = draw(st.sampled_from(sorted(TOPICS)))
    others = draw(st.lists(st.sampled_from(sorted(TOPICS)), max_size=2, unique=True))
    linked = draw(st.lists(st.sampled_from(sorted(TOPICS)), max_size=1))
    features = draw(st.lists(st.sampled_from(("DockFast", "QuickLanding")), max_size=2, unique=True))
    owner = draw(st.sampled_from(PEOPLE[:3]))
    week = draw(st.integers(1, 4))
    forms = draw(st.lists(st.sampled_from(SAID), max_size=2, unique=True))
    said = [form.format(topic=topic, other=other, week=week, **vars(owner)) for form in forms for other in others]
    lines = [f"# {topic}", "", TOPICS[topic], "", f"Owner: {owner.name} <{owner.email}>", "", f"## Week {week}", ""]
    lines += [f"We compared {topic} with {other} and chose option {week}." for other in others]
    lines += [*said, ""]
    lines += [f"More is in [the notes](../{other.lower().replace(' ', '-')}.md)." for other in linked]
    lines += [f"- {topic} shipped {week} boxes", *(f"- Feature name: `{name}`" for name in features), ""]
    return "\n".join(lines)


OTHER_NAMES = ("CDP", "Slow Bird", "hand scanner", "the books", "option boxes", "Night Harbour")
KINDS = ("system", "plan")


@st.composite
def vocabularies(draw: st.DrawFn) -> str:
    """Terms with other names that may be another's too, kinds, and one that is broader; one is named nowhere else."""
    terms = draw(st.lists(st.sampled_from([*sorted(TOPICS), "Mooring Line"]), min_size=1, max_size=3, unique=True))
    lines = ["@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "@prefix dcterms: <http://purl.org/dc/terms/> ."]
    for number, term in enumerate(terms):
        others = draw(st.lists(st.sampled_from(OTHER_NAMES), max_size=2, unique=True))
        said = [f'skos:prefLabel "{term}"', *(f'skos:altLabel "{other}"' for other in others)]
        said.append(f'skos:definition "{term} is what the word list calls so, in sense {draw(st.integers(1, 2))}."')
        said += [f'dcterms:type "{kind}"' for kind in draw(st.lists(st.sampled_from(KINDS), max_size=1))]
        said += ["skos:broader <x:0>" if draw(st.booleans()) else "skos:related <x:0>"] if number else []
        lines.append(f"<x:{number}> a skos:Concept ; {' ; '.join(said)} .")
    return "\n".join(lines)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    edits = tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique_by=lambda edit: edit.email)))
    made = Content(draw(texts()), draw(st.sampled_from(DATES)), edits)
    kind = draw(st.sampled_from(("plain", "plain", "plain", "archive", "mail", "vocabulary")))
    if kind == "plain":
        return made
    if kind == "vocabulary":
        return replace(made, text=draw(vocabularies()))
    attached = (("plan.md", draw(texts())),) if kind == "archive" or draw(st.booleans()) else ()
    if kind == "archive":
        return replace(made, attached=attached)
    return replace(made, edits=made.edits or PEOPLE[:1], attached=attached, subject=draw(st.sampled_from(sorted(TOPICS))))


def place_of(source: str, name: str, content: Content) -> Place:
    return source, f"{name}{content.suffix()}"


def write_folders(organisation: Organisation, root: Path) -> None:
    """The organisation as folder sources with a sidecar each, as a person would keep it on a disk."""
    for source in SOURCES:
        folder = root / source
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        held = {path: written for (at, path), written in organisation.documents.items() if at == source}
        top = {"allow": [], **({"groups": {g: list(m) for g, m in organisation.groups.items()}} if source == SOURCES[0] else {})}
        (folder / ".engram.yaml").write_text(json.dumps(top))
        for path, written in held.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(written.content.as_bytes())
            os.utime(file, (WRITTEN_AT, WRITTEN_AT))
        lines = (_sidecar_line(path, written) for path, written in sorted(held.items()))
        (root / f"{source}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def _sidecar_line(path: str, written: Written) -> dict[str, object]:
    access = {"allow": list(written.access.allow), "deny": list(written.access.deny)}
    people = [vars(edit) for edit in written.content.edits]
    return {"id": path, "modified": written.content.modified, "people": people, "access": access}


def renamed(place: Place, source: str, name: str) -> Place:
    return source, f"{name}{PurePosixPath(place[1]).suffix}"
