"""The sample organisation: the same bytes each time, every kind of file, and gold that its files bear out."""

import contextlib
import email
import email.policy
import html
import io
import json
import mailbox
import re
import shutil
import zipfile
from collections import Counter
from email.message import EmailMessage
from pathlib import Path, PurePosixPath

import pypdfium2
import pytesseract
import pytest
import yaml
from kreuzberg import ExtractionConfig, extract_file_sync
from PIL import Image

from pipelines.connectors.directory.connector import DirectoryConnector
from pipelines.sample import Gold, SampleReport, TargetNotOurs, load_gold, write_sample
from pipelines.sources import Source

KINDS = {"docx", "pptx", "xlsx", "pdf", "png", "jpg", "md", "html", "txt", "csv", "eml", "mbox", "ics", "vtt", "zip", "bin", "sd7"}
SOON = "2026-01-01"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    return write_sample(tmp_path_factory.mktemp("sample") / "the company")


@pytest.fixture(scope="module")
def gold(sample: SampleReport) -> Gold:
    return load_gold(sample.gold_path)


@pytest.fixture(scope="module")
def texts(sample: SampleReport, gold: Gold) -> dict[str, str]:
    """What each readable file says with its spaces evened out, as independent readers see it."""
    readable = [item for item in gold.items if item.state == "published" and not item.ocr and item.kind != "zip"]
    return {item.path: " ".join(_text(sample.files / item.path).split()) for item in readable}


def _text(path: Path) -> str:
    match path.suffix:
        case ".md" | ".txt" | ".csv":
            return path.read_text(encoding="utf-8").replace("**", "")
        case ".html":
            return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))
        case ".vtt":
            return " ".join(re.findall(r"<v [^>]+>(.*)</v>", path.read_text(encoding="utf-8")))
        case ".ics":
            return path.read_text(encoding="utf-8").replace("\n ", "").replace("\\n", " ").replace("\\,", ",")
        case ".eml":
            return _mail_text(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
        case ".mbox":
            with contextlib.closing(mailbox.mbox(path)) as box:
                return " ".join(_mail_text(email.message_from_bytes(box.get_bytes(key), policy=email.policy.default)) for key in box.keys())  # noqa: SIM118
        case _:
            return extract_file_sync(str(path), config=ExtractionConfig(use_cache=False)).content.replace("\\", "")


def _mail_text(message: object) -> str:
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['subject']} {body.get_content()}"


def _contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_two_runs_give_equal_bytes_and_times(sample: SampleReport, tmp_path: Path) -> None:
    again = write_sample(tmp_path / "elsewhere")
    assert _contents(again.files.parent) == _contents(sample.files.parent)
    times = {p.relative_to(again.files): p.stat().st_mtime for p in again.files.rglob("*") if p.is_file()}
    assert times == {p.relative_to(sample.files): p.stat().st_mtime for p in sample.files.rglob("*") if p.is_file()}


def test_second_run_repairs_and_leaves_the_rest_alone(sample: SampleReport, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    shutil.copytree(sample.files.parent, target)
    (target / "files/README.md").write_text("spoiled")
    (target / "files/handbook/glossary.md").unlink()
    (target / "files/my own note.md").write_text("kept")
    assert write_sample(target).changed == 2
    assert (target / "files/my own note.md").read_text() == "kept"
    (target / "files/my own note.md").unlink()
    assert _contents(target) == _contents(sample.files.parent)


@pytest.mark.parametrize("make", [lambda p: (p.mkdir(), (p / "thesis.docx").touch()), lambda p: p.touch()], ids=["folder", "file"])
def test_refuses_what_is_not_ours(tmp_path: Path, make: object) -> None:
    target = tmp_path / "mine"
    assert callable(make)
    make(target)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TargetNotOurs, match="choose an empty or a new folder"):
        write_sample(target)
    assert sorted(tmp_path.rglob("*")) == before


def test_every_kind_of_file_and_every_state(sample: SampleReport, gold: Gold) -> None:
    assert 180 <= sample.items == len(gold.items) <= 240
    assert {item.kind for item in gold.items} >= KINDS
    assert {item.reason for item in gold.items} == {"", "encrypted", "damaged", "empty", "unsupported"}
    assert {item.state for item in gold.items} == {"published", "quarantined", "excluded"}
    on_disk = {str(p.relative_to(sample.files)) for p in sample.files.rglob("*") if p.is_file() and p.name != ".engram.yaml"}
    assert on_disk == {item.path for item in gold.items}


def test_quarantined_files_are_what_gold_says(sample: SampleReport, gold: Gold) -> None:
    for item in (item for item in gold.items if item.state == "quarantined"):
        content = (sample.files / item.path).read_bytes()
        match item.reason:
            case "encrypted":
                with pytest.raises(pypdfium2.PdfiumError, match="password"):
                    pypdfium2.PdfDocument(content)
            case "damaged":
                with pytest.raises(zipfile.BadZipFile):
                    zipfile.ZipFile(io.BytesIO(content))
            case "empty":
                assert content == b""
            case _:
                assert item.kind in {"bin", "sd7"}


def test_every_name_of_a_topic_is_in_the_text_of_its_documents(gold: Gold, texts: dict[str, str]) -> None:
    for topic in gold.topics:
        said = [texts[path] for path in topic.documents if path in texts]
        assert len(said) >= 2, topic.key
        for name in (topic.name, *topic.aliases):
            assert any(name in text for text in said), (topic.key, name)


def test_every_document_names_its_topics(gold: Gold, texts: dict[str, str]) -> None:
    for topic in gold.topics:
        names = [name.casefold() for name in (topic.name, *topic.aliases)]
        said = {path: f"{gold.item(path).title} {texts[path]}".casefold() for path in topic.documents if path in texts}
        silent = [path for path, words in said.items() if not any(name in words for name in names)]
        assert not silent, topic.key


def test_definitions_decisions_and_claims_stand_in_their_files(gold: Gold, texts: dict[str, str]) -> None:
    for path, words in (
        *((d.path, d.text) for d in gold.definitions),
        *((d.path, d.what) for d in gold.decisions),
        *((c.path, c.text) for c in gold.claims),
    ):
        assert words in texts[path], (path, words)
    assert len(gold.decisions) >= 40
    assert {d.topic for d in gold.definitions} == {t.key for t in gold.topics}
    assert all(d.date < SOON for d in gold.decisions)


def test_experts_left_traces_on_their_topics(gold: Gold, texts: dict[str, str]) -> None:
    for topic in gold.topics:
        assert len(topic.experts) >= 2, topic.key
        said = " ".join(texts.get(path, "") for path in topic.documents)
        for expert in topic.experts:
            assert len(expert.reasons) > 1 or expert.name in said, (topic.key, expert.name)


def test_statements_contradict_each_other_over_time(gold: Gold) -> None:
    answers: dict[str, set[str]] = {}
    for claim in gold.claims:
        answers.setdefault(claim.question, set()).add(claim.value)
    assert answers["When does Heron launch?"] == {"2025-03-01", "2025-05-15", "2025-06-24"}
    assert sum(len(values) > 1 for values in answers.values()) >= 4


def test_identity_traps(gold: Gold, texts: dict[str, str]) -> None:
    assert gold.same_name["Maria Santos"] == ("m.santos@saltmarsh.example", "maria.santos@saltmarsh.example")
    first, second = (p for p in gold.people if p.name == "Maria Santos")
    assert first.department != second.department
    assert gold.acronyms == {"PIR": ("post-incident-review", "project-investment-request")}
    assert {gold.topic(key).department for key in gold.acronyms["PIR"]} == {"Engineering", "Commercial"}
    assert next((r.former, r.name) for r in gold.renames) == ("Project Sandpiper", "Project Heron")
    assert any("formerly Project Sandpiper" in text for text in texts.values())
    left = [p for p in gold.people if p.left]
    assert [(p.name, p.principals) for p in left] == [("Tomas Lindqvist", ("everyone", "tomas.lindqvist@saltmarsh.example"))]


def test_access_files_say_what_gold_says(sample: SampleReport, gold: Gold) -> None:
    for item in gold.items:
        nearest = next(f for p in PurePosixPath(item.path).parents if (f := sample.files / p / ".engram.yaml").is_file())
        access = yaml.safe_load(nearest.read_text(encoding="utf-8"))
        assert set(access) <= {"allow", "deny", "owner", "groups", "ignore"}
        assert (tuple(access["allow"]), tuple(access.get("deny", ()))) == (item.allow, item.deny)


def test_groups_are_nested_and_readers_differ(gold: Gold) -> None:
    reader = {p.email.split("@")[0]: frozenset(p.principals) for p in gold.people}
    assert reader["jun.takeda"] >= {"group:firmware", "group:engineering", "group:staff", "everyone"}
    secret = gold.topic("osprey").documents
    assert set(secret) <= set(gold.visible(reader["ruth.calloway"]))
    assert not set(secret) & set(gold.visible(reader["elena.petrova"]))
    incidents = [i.path for i in gold.items if i.path.startswith("engineering/incidents/")]
    assert not set(incidents) & set(gold.visible(reader["olu.adeyemi"]))
    assert set(incidents) <= set(gold.visible(reader["jun.takeda"]))
    public = gold.visible(frozenset({"everyone"}))
    assert len(gold.items) / 3 < len(public) < len(gold.items)
    assert "operations/customers/references/harbour-case.pdf" in public


def test_hidden_words_stay_in_closed_files(gold: Gold, texts: dict[str, str]) -> None:
    """Only the leadership team may learn that Osprey exists, so no file that others can open may name it."""
    naming = {path for path, text in texts.items() if "Osprey" in text or "Fathom Analytics" in text}
    assert naming
    assert {gold.item(path).allow for path in naming} == {("group:leadership",)}


def test_sidecar_has_people_and_dates_of_every_item(sample: SampleReport, gold: Gold) -> None:
    lines = [json.loads(line) for line in sample.sidecar.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [item.path for item in gold.items]
    known = {(p.name, p.email): p.left for p in gold.people}
    for line in lines:
        assert "2024-01-01" <= line["created"] <= line["modified"] < SOON
        assert line["people"], line["id"]
        for person in line["people"]:
            assert line["created"] <= person["first"] <= person["last"] <= line["modified"]
            assert person["last"] <= (known[person["name"], person["email"]] or SOON)
            assert person["commits"] >= 1
    editors = Counter(person["email"] for line in lines for person in line["people"])
    assert len(editors) >= 25


def test_the_directory_has_the_companys_own_people_and_the_last_day_of_who_left(sample: SampleReport) -> None:
    source = Source(name="people", kind="directory", path=sample.directory)
    listing = DirectoryConnector(source.settings()).listing()
    assert {one.names[0]: one.end for one in listing.people if one.end} == {"Tomas Lindqvist": "2024-08-30"}
    assert "Nora Quist" not in {name for one in listing.people for name in one.names}


def test_attachments_and_members_are_inside(sample: SampleReport, gold: Gold) -> None:
    children = [child for item in gold.items for child in item.children]
    assert {PurePosixPath(c).suffix for c in children} >= {".csv", ".txt", ".png", ".xlsx", ".md", ".html"}
    for item in (i for i in gold.items if i.children):
        path = sample.files / item.path
        if item.kind == "zip":
            names = set(zipfile.ZipFile(path).namelist())
        else:
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            names = {str(part.get_filename()) for part in mail.iter_attachments()}
        assert {child.split("!/")[1] for child in item.children} == names


def test_replies_point_at_what_they_answer(sample: SampleReport) -> None:
    mails = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in sample.files.rglob("*.eml")]
    ids = {str(m["message-id"]) for m in mails}
    replies = [m for m in mails if m["in-reply-to"]]
    assert len(replies) >= 5
    assert all(str(m["in-reply-to"]) in ids and "wrote:\n> " in _mail_text(m) for m in replies)


def test_pictures_and_scans_can_be_read(sample: SampleReport, gold: Gold) -> None:
    pictured = [item for item in gold.items if item.ocr]
    assert len(pictured) >= 6
    for item in pictured:
        image = _upright(sample.files / item.path)
        words = " ".join(pytesseract.image_to_string(image).split())
        missing = [phrase for phrase in item.ocr if phrase.casefold() not in words.casefold()]
        assert not missing, (item.path, words)


def test_the_turned_picture_needs_turning(sample: SampleReport) -> None:
    osd = pytesseract.image_to_osd(Image.open(sample.files / "archive/2024/whiteboard-release-train.jpg"))
    assert "Rotate: 90" in osd or "Rotate: 270" in osd


def _upright(path: Path) -> Image.Image:
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            assert document[0].get_textpage().get_text_range() == ""
            page: Image.Image = document[0].render(scale=2.5).to_pil()
            return page
    image = Image.open(path)
    return image.rotate(-90, expand=True) if image.height > image.width else image


def test_prose_is_not_repeated(gold: Gold, texts: dict[str, str]) -> None:
    """Sentences of eight words or more occur once, definitions, quoted mails and copies aside."""
    definitions = {sentence for t in gold.topics for sentence in re.split(r"(?<=[.?!]) ", t.definition)}
    seen: Counter[str] = Counter()
    for path, text in texts.items():
        if path.startswith(("mail/", "archive/")) or path.endswith((".csv", ".xlsx", ".ics")):
            continue
        seen.update({s for s in re.split(r"(?<=[.?!]) ", text) if len(s.split()) >= 8} - definitions)
    repeated = [sentence for sentence, count in seen.items() if count > 1]
    assert len(repeated) <= 10, repeated
    assert sum(len(text.split()) for text in texts.values()) > 20_000
