"""What only a folder on a disk can do."""

import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.connectors.errors import ItemGone, ItemUnreadable, SourceMisconfigured, SourceUnavailable


def excluded(place: Any) -> dict[str, str]:
    return {item.item_id: item.excluded for item in place.connector().items()}


def test_an_ignored_folder_is_listed_once(folder: Any) -> None:
    for path in (".git/config", ".git/objects/ab/cd", "web/node_modules/m/i.js", "a.md"):
        folder.write(path)
    assert excluded(folder) == {
        ".git/": "ignored by `.git` in the built-in rules",
        "a.md": "",
        "web/node_modules/": "ignored by `node_modules/` in the built-in rules",
    }


def test_the_date_is_that_of_the_file_in_utc(folder: Any) -> None:
    folder.write("a.md")
    os.utime(folder.root / "a.md", (1_577_836_799, 1_577_836_799))
    (item,) = folder.connector().items()
    assert (item.created, item.modified) == ("", "2019-12-31")


def test_a_copy_of_a_file_that_is_named_by_a_day_is_of_that_day(folder: Any) -> None:
    for name in ("minutes-2018-12-20.md", "plan-2031-01-01.md", "minutes-2018-13-45.md"):
        folder.write(f"2017-01-01/{name}")
        os.utime(folder.root / "2017-01-01" / name, (1_577_836_799, 1_577_836_799))
    found = {item.item_id.rpartition("/")[2]: item.modified for item in folder.connector().items()}
    assert found == {"minutes-2018-12-20.md": "2018-12-20", "plan-2031-01-01.md": "2019-12-31", "minutes-2018-13-45.md": "2019-12-31"}


def test_pipes_sockets_and_names_that_are_not_text_are_accounted_for(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder.root / "pipe")
    monkeypatch.chdir(folder.root)  # a socket's path may be 107 bytes long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        Path(os.fsdecode(b"\xff.md")).write_text("x")
        os.mkdir(b"\xfe")
        assert excluded(folder) == {
            "\\xfe/": "its name is not valid UTF-8",
            "\\xff.md": "its name is not valid UTF-8",
            "pipe": "not a regular file (a pipe, socket or device)",
            "socket": "not a regular file (a pipe, socket or device)",
        }
        with pytest.raises(ItemUnreadable, match="not a regular file"):
            folder.connector().read("pipe")


def test_a_folder_that_may_not_be_listed_is_reported_and_the_rest_goes_on(folder: Any) -> None:
    folder.write("shut/a.md")
    folder.write("b.md")
    with folder.unreadable("shut"):
        assert excluded(folder) == {"b.md": "", "shut/": "the folder cannot be listed: Permission denied"}
    (folder.root / "shut").chmod(0o755)


def test_a_disk_that_fails_stops_the_source(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("d/a.md")
    scandir = os.scandir

    def failing(path: Any) -> Any:
        if Path(path).name == "d":
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    with pytest.raises(SourceUnavailable, match="d cannot be listed: Input/output error"):
        list(folder.connector().items())


def test_what_becomes_readable_is_told_as_a_change(folder: Any) -> None:
    folder.write("a.md")
    connector = folder.connector()
    cursor = connector.changes("").cursor
    (folder.root / "a.md").chmod(0o600)
    assert [item.item_id for item in connector.changes(cursor).items] == ["a.md"]


def test_a_file_that_is_saved_while_it_is_read_is_read_whole(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.md", "old")
    fstat, saves = os.fstat, iter(["newer text"])

    def saved_meanwhile(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        for text in saves:
            folder.write("a.md", text)
            break
        return status

    monkeypatch.setattr(os, "fstat", saved_meanwhile)
    assert folder.connector().read("a.md") == b"newer text"


def test_a_file_that_never_stops_changing_is_left_for_the_next_run(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("log.txt", "x")
    fstat = os.fstat

    def growing(descriptor: int) -> os.stat_result:
        with (folder.root / "log.txt").open("a") as log:
            log.write("more")
        return fstat(descriptor)

    monkeypatch.setattr(os, "fstat", growing)
    with pytest.raises(ItemUnreadable, match=r"log\.txt changes while it is read; the next run tries again"):
        folder.connector().read("log.txt")


def test_a_folder_swapped_for_a_link_after_the_listing_leads_nowhere(folder: Any, tmp_path: Path) -> None:
    folder.write("d/a.md", "mine")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.md").write_text("secret")
    connector = folder.connector()
    assert list(connector.ids()) == ["d/a.md"]
    (folder.root / "d").rename(folder.root / "e")
    (folder.root / "d").symlink_to(tmp_path / "secret")
    with pytest.raises((ItemGone, ItemUnreadable), match=r"d/a\.md"):
        connector.read("d/a.md")


def test_files_that_vanish_during_the_listing_are_not_listed(folder: Any) -> None:
    for number in range(5):
        folder.write(f"{number}/a.md")
    items = folder.connector().items()
    assert next(items).item_id == "0/a.md"
    folder.delete("3/a.md")
    (folder.root / "3").rmdir()
    assert [item.item_id for item in items] == ["1/a.md", "2/a.md", "4/a.md"]


def test_the_top_may_be_a_link_and_the_sidecar_may_lie_inside(folder: Any, tmp_path: Path) -> None:
    folder.write("a.md")
    folder.write("meta.jsonl", '{"id": "a.md", "title": "T"}\n')
    link = tmp_path / "link"
    link.symlink_to(folder.root)
    items = list(folder.connector(path=link, sidecar=link / "meta.jsonl").items())
    assert [(item.item_id, item.title, item.excluded) for item in items] == [
        ("a.md", "T", ""),
        ("meta.jsonl", "", "the sidecar of this source"),
    ]


def test_a_file_is_no_folder(folder: Any) -> None:
    folder.write("a.md")
    with pytest.raises(SourceMisconfigured, match=r"a\.md is not a folder"):
        list(folder.connector(path=folder.root / "a.md").ids())


def test_folders_nest_deeper_than_python_calls(folder: Any) -> None:
    depth = 1_200
    descriptor = os.open(folder.root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(os.open("a.md", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    try:
        (item_id,) = folder.connector().ids()
        assert item_id == "d/" * depth + "a.md"
        assert folder.connector().read(item_id) == b""
    finally:
        # Python's own rmtree, with which pytest clears up after later runs, cannot go so deep.
        subprocess.run(["rm", "-rf", str(folder.root / "d")], check=True)


def test_the_kubernetes_corpus_with_its_people() -> None:
    data = Path(__file__).parents[4] / "shared" / "data" / "k8s"
    if not data.is_dir():
        pytest.skip("the shared data is not here")
    from pipelines.connectors.base import SourceSettings
    from pipelines.connectors.folder import FolderConnector

    connector = FolderConnector(SourceSettings("k8s", data / "corpus", allow=("everyone",), sidecar=data / "meta.jsonl"))
    items = list(connector.items())
    assert len(items) == 1609
    assert all(item.title and item.people and item.modified for item in items)
