"""`sources.yaml`: what is accepted, how a wrong entry is refused, and that a person's file stays theirs."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.connectors.errors import SourceMisconfigured
from pipelines.connectors.folder import FolderConnector
from pipelines.connectors.git import GitConnector
from pipelines.sources import Source, add, detect, exclude, find, load, remove

BY_A_PERSON = """\
# Sources of the harbour office

- name: handbook   # the official one
  kind: folder
  path: hand book
  access: [everyone, 'group:x']

# asked for by Bo
- {name: code, kind: git, path: code, ref: main, access: [group:engineering], schedule: "0 3 * * 1-5"}
- name: notes
  kind: folder
  path: ~/notes
  schedule: none
# the end
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "hand book").mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path / "code")], check=True)
    return tmp_path / "sources.yaml"


def source(path: Path, name: str = "new", **settings: Any) -> Source:
    return Source(name=name, kind=settings.pop("kind", "folder"), path=path, **settings)


def test_what_a_person_wrote_is_understood(file: Path) -> None:
    file.write_text(BY_A_PERSON)
    handbook, code, notes = load(file)
    assert (handbook.path, handbook.access, handbook.schedule) == (file.parent / "hand book", ("everyone", "group:x"), "@daily")
    assert (code.kind, code.ref, code.schedule) == ("git", "main", "0 3 * * 1-5")
    assert (notes.path, notes.access, notes.schedule) == (Path.home() / "notes", None, "none")


def test_no_file_and_an_empty_file_are_no_sources(file: Path) -> None:
    assert load(file) == ()
    file.write_text("# nothing yet\n")
    assert load(file) == ()


FIRST = "- name: a\n  kind: folder\n  path: x\n"

WRONG = {
    FIRST + "- name: b\n  kind: ftp\n  path: y": "sources.yaml line 5: unknown kind 'ftp'; known: folder, git, directory",
    "- name: a\n  kind: folder": "sources.yaml line 1: 'path' is missing",
    FIRST + "  acess: [everyone]": "sources.yaml line 4: unknown setting 'acess'; known: name, kind, path",
    "- name: A b\n  kind: folder\n  path: x": "sources.yaml line 1: 'A b' is no name for a source",
    FIRST + "- name: a\n  kind: git\n  path: y": "sources.yaml line 4: a second source named 'a'; the first is in line 1",
    FIRST + "  schedule: often": "sources.yaml line 4: 'often' is no schedule; five cron fields, @hourly",
    FIRST + "  schedule: '61 * * * *'": "sources.yaml line 4: '61 * * * *' is no schedule",
    "- name: a\n  kind: git\n  path: x\n  ref: --output=x": "sources.yaml line 4: '--output=x' is no name of a branch",
    "- name: a\n  kind: folder\n  path: ''": "sources.yaml line 3: 'path' is empty",
    FIRST + "  access:\n  - everyone\n  - [b]": "sources.yaml line 6: access: Input should be a valid string",
    FIRST + "  access: ['']": "sources.yaml line 4: access: String should have at least 1 character",
    FIRST + "  exclude: ['x\\']": "sources.yaml line 4: not a pattern as in .gitignore",
    "- name: a\n  name: b": "sources.yaml line 2: 'name' is given twice",
    "sources:\n- name: a": "sources.yaml line 1: expected a list of sources",
    "- name: a\n - b": "sources.yaml line 2: ",
    "- just words": "sources.yaml line 1: expected settings",
}


@pytest.mark.parametrize(("text", "reason"), WRONG.items(), ids=range(len(WRONG)))
def test_a_wrong_entry_is_refused_with_its_line_and_the_reason(file: Path, text: str, reason: str) -> None:
    file.write_text(text)
    with pytest.raises(SourceMisconfigured) as refused:
        load(file)
    assert reason in str(refused.value)


def test_every_fault_of_an_entry_is_named(file: Path) -> None:
    file.write_text("- name: A\n  kind: ftp\n")
    with pytest.raises(SourceMisconfigured) as refused:
        load(file)
    assert len(str(refused.value).splitlines()) == 3


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe- name")
    with pytest.raises(SourceMisconfigured, match="not UTF-8"):
        load(file)


def test_adding_keeps_every_line_that_was_there(file: Path, tmp_path: Path) -> None:
    file.write_text(BY_A_PERSON)
    (tmp_path / "straße: neu").mkdir()
    (tmp_path / "side.jsonl").touch()
    new = source(tmp_path / "straße: neu", access=("everyone",), deny=("group:c",), sidecar=tmp_path / "side.jsonl", exclude=("*.tmp",))
    add(file, new)
    assert file.read_text().startswith(BY_A_PERSON)
    assert find(file, "new") == new
    add(file, new)
    assert len(load(file)) == 4


def test_adding_to_nothing_and_to_other_shapes(file: Path) -> None:
    new = source(file.parent / "hand book", access=("everyone",))
    for text in ("", "# only a comment", "[]", "  - name: a\n    kind: folder\n    path: x", "[{name: a, kind: folder, path: x}]"):
        file.write_text(text)
        before = load(file)
        add(file, new)
        assert load(file) == (*before, new)


def test_adding_makes_the_installation(tmp_path: Path) -> None:
    file = tmp_path / "home" / "sources.yaml"
    add(file, source(tmp_path))
    assert find(file, "new").path == tmp_path
    assert [path.name for path in file.parent.iterdir()] == ["sources.yaml"], "no temporary file stays"


def test_another_source_of_the_same_name_is_refused(file: Path) -> None:
    file.write_text(BY_A_PERSON)
    with pytest.raises(SourceMisconfigured, match="a source named 'handbook' already exists and is another one: folder"):
        add(file, source(file.parent, "handbook"))
    assert file.read_text() == BY_A_PERSON


def test_what_is_not_there_is_refused(file: Path) -> None:
    (file.parent / "a.md").touch()
    for path, kind, reason in (
        (file.parent / "no such", "folder", "no such does not exist"),
        (file.parent / "a.md", "folder", "a.md is not a folder"),
        (file.parent / "hand book", "git", "is neither the top of a git work tree nor a bare repository"),
    ):
        with pytest.raises(SourceMisconfigured, match=reason):
            add(file, source(path, kind=kind))
    with pytest.raises(SourceMisconfigured, match=r"the sidecar .* does not exist"):
        add(file, source(file.parent, sidecar=file.parent / "none.jsonl"))
    assert not file.exists()


@pytest.mark.parametrize("name", ["handbook", "code", "notes"])
def test_removing_takes_one_entry_and_keeps_the_other_lines(file: Path, name: str) -> None:
    file.write_text(BY_A_PERSON)
    others = [each for each in load(file) if each.name != name]
    assert remove(file, name).name == name
    assert list(load(file)) == others
    kept = file.read_text()
    assert all(comment in kept for comment in ("# Sources of the harbour office", "# asked for by Bo", "# the end"))


def test_removing_all(file: Path) -> None:
    file.write_text(BY_A_PERSON)
    for name in ("code", "notes", "handbook"):
        remove(file, name)
    assert load(file) == ()
    with pytest.raises(SourceMisconfigured, match="no source is named 'code'; known: none yet"):
        remove(file, "code")


def test_removing_from_other_shapes(file: Path) -> None:
    for text in (
        "[{name: a, kind: folder, path: x}, {name: b, kind: folder, path: y}]",
        "-\n  name: a\n  kind: folder\n  path: x\n-\n  {name: b, kind: folder, path: y}\n",
    ):
        file.write_text(text)
        kept = find(file, "b")
        remove(file, "a")
        assert load(file) == (kept,)


@pytest.mark.parametrize(
    "name", ["a.md", "d/b c.md", "!x#.md", "st*r[1]?.md", "back\\slash.md", "tail ", "é/議.md", "line\nbreak.md", "-rf"]
)
def test_one_item_is_left_out_and_no_other(file: Path, name: str) -> None:
    file.write_text(BY_A_PERSON)
    top = file.parent / "hand book"
    others = ["starz1z.md", "deep/a.md", "tail"]
    for path in (name, *others):
        (top / path).parent.mkdir(exist_ok=True)
        (top / path).write_text("x")
    exclude(file, "handbook", name)
    exclude(file, "handbook", name)
    handbook, *rest = load(file)
    items = {item.item_id: item.excluded for item in handbook.connector().items()}
    assert "the source's `exclude`" in items.pop(name)
    assert items == dict.fromkeys(others, "")
    assert (handbook.access, len(handbook.exclude)) == (("everyone", "group:x"), 1)
    assert [each.name for each in rest] == ["code", "notes"]
    assert "# asked for by Bo" in file.read_text()


def test_the_files_permissions_stay(file: Path) -> None:
    file.write_text(BY_A_PERSON)
    file.chmod(0o600)
    remove(file, "code")
    assert file.stat().st_mode & 0o777 == 0o600


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            Source,
            name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True),
            kind=st.just("folder"),
            path=st.just(os.getcwd()),
            access=st.none()
            | st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1), max_size=3).map(tuple),
            schedule=st.sampled_from(["@daily", "none", "*/5 * * * *"]),
        ),
        unique_by=lambda each: each.name,
        max_size=4,
    )
)
def test_what_is_written_is_what_is_read(sources: list[Source]) -> None:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "sources.yaml"
        for each in sources:
            add(file, each)
        assert list(load(file)) == sources


def test_the_kind_of_a_path_is_found_out(file: Path, tmp_path: Path) -> None:
    (tmp_path / "code" / "docs").mkdir()
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare.git")], check=True)
    assert detect(tmp_path / "code") == "git"
    assert detect(tmp_path / "bare.git") == "git"
    assert detect(tmp_path / "code" / "docs") == "folder"
    assert detect(tmp_path / "hand book") == "folder"
    with pytest.raises(SourceMisconfigured, match="does not exist"):
        detect(tmp_path / "nowhere")


def test_a_source_opens_its_connector(file: Path) -> None:
    file.write_text(BY_A_PERSON)
    handbook, code, _ = load(file)
    (file.parent / "hand book" / "a.md").write_text("x")
    connector = handbook.connector()
    assert isinstance(connector, FolderConnector)
    assert [(item.source, item.access.allow) for item in connector.items()] == [("handbook", ("everyone", "group:x"))]
    assert isinstance(code.connector(), GitConnector)
