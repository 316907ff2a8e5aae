"""What only a git repository can do."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from knowledge_graph.model.records import Item
from pipelines.connectors.errors import ItemUnreadable, SourceMisconfigured

ANN, BO, CY = "Ann Abel <ann@x.example>", "Bo Berg <bo@x.example>", "Cy <12+Cy-C@users.noreply.github.com>"
TEXT = "".join(f"line {number}\n" for number in range(20))


def listing(place: Any, **settings: Any) -> dict[str, Item]:
    return {item.item_id: item for item in place.connector(**settings).items()}


def save(place: Any, path: str, text: str, author: str, day: str) -> None:
    file = place.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    place.commit(author, day)


def move(place: Any, old: str, new: str, author: str, day: str) -> None:
    (place.root / new).parent.mkdir(parents=True, exist_ok=True)
    (place.root / old).rename(place.root / new)
    place.commit(author, day)


def people(item: Item) -> list[tuple[str, str, int, str, str]]:
    return [(p.kind, p.name, p.count, p.first, p.last) for p in item.people]


def test_people_and_dates_come_from_the_history(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, "a.md", TEXT + "1", BO, "2020-02-01")
    save(repository, "a.md", TEXT + "2", BO, "2021-03-01")
    save(repository, "other.md", "other", CY, "2022-01-01")
    items = listing(repository)
    assert people(items["a.md"]) == [
        ("wrote", "Ann Abel", 1, "2020-01-01", "2020-01-01"),
        ("edited", "Bo Berg", 2, "2020-02-01", "2021-03-01"),
        ("edited", "Ann Abel", 1, "2020-01-01", "2020-01-01"),
    ]
    assert (items["a.md"].created, items["a.md"].modified) == ("2020-01-01", "2021-03-01")
    assert {(p.handle, p.email) for p in items["other.md"].people} == {("cy-c", "12+cy-c@users.noreply.github.com")}


def test_people_follow_a_file_through_its_names(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    move(repository, "a.md", "docs/b.md", CY, "2020-02-01")
    save(repository, "docs/b.md", TEXT + "1", BO, "2020-03-01")
    move(repository, "docs/b.md", "docs/c.md", CY, "2020-04-01")
    save(repository, "a.md", "something else", CY, "2020-05-01")
    items = listing(repository)
    assert people(items["docs/c.md"]) == [
        ("wrote", "Ann Abel", 1, "2020-01-01", "2020-01-01"),
        ("edited", "Ann Abel", 1, "2020-01-01", "2020-01-01"),
        ("edited", "Bo Berg", 1, "2020-03-01", "2020-03-01"),
    ]
    assert [name for _, name, *_ in people(items["a.md"])] == ["Cy", "Cy"], "a new file under an old name starts anew"


def test_a_rename_that_edits_counts_as_an_edit(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    (repository.root / "a.md").rename(repository.root / "b.md")
    save(repository, "b.md", TEXT + "more\n", BO, "2020-02-01")
    assert [person[:3] for person in people(listing(repository)["b.md"])] == [
        ("wrote", "Ann Abel", 1),
        ("edited", "Ann Abel", 1),
        ("edited", "Bo Berg", 1),
    ]


def test_people_stay_with_a_name_that_stays(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, "b.md", TEXT.replace("line", "other words"), BO, "2020-01-02")
    a, b = repository.root / "a.md", repository.root / "b.md"
    a.rename(repository.root / "t")
    b.rename(a)
    (repository.root / "t").rename(b)
    (repository.root / "c.md").write_text("c")
    repository.commit(CY, "2020-01-03")
    items = listing(repository)
    # Two files swapped names: both names stay, so git sees two edits.
    assert {name for _, name, *_ in people(items["a.md"])} == {"Ann Abel", "Cy"}
    assert {name for _, name, *_ in people(items["b.md"])} == {"Bo Berg", "Cy"}


def test_work_under_the_old_name_on_another_branch_is_not_lost(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    repository.git("checkout", "-q", "-b", "side")
    save(repository, "a.md", TEXT + "side\n", BO, "2020-03-01")
    repository.git("checkout", "-q", "main")
    move(repository, "a.md", "b.md", CY, "2020-02-01")
    repository.git("merge", "-q", "--no-edit", "side")
    items = listing(repository)
    assert set(items) == {"b.md"}
    assert [person[:2] for person in people(items["b.md"])] == [("wrote", "Ann Abel"), ("edited", "Ann Abel"), ("edited", "Bo Berg")]


def test_a_merge_changes_what_it_brings(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, "b.md", TEXT + "b", ANN, "2020-01-02")
    repository.git("checkout", "-q", "-b", "side")
    save(repository, "a.md", TEXT + "side\n", BO, "2019-01-01")
    repository.git("checkout", "-q", "main")
    save(repository, "c.md", "c", ANN, "2020-03-01")
    connector = repository.connector()
    cursor = connector.changes("").cursor
    repository.git("merge", "-q", "--no-edit", "side")
    changes = connector.changes(cursor)
    assert ([item.item_id for item in changes.items], changes.deleted, changes.complete) == (["a.md"], frozenset(), False)


def test_a_mailmap_joins_people_and_is_a_change(repository: Any) -> None:
    save(repository, "a.md", TEXT, "ann <old@home.example>", "2020-01-01")
    save(repository, "a.md", TEXT + "1", ANN, "2020-02-01")
    save(repository, "b.md", "b", BO, "2020-03-01")
    connector = repository.connector()
    cursor = connector.changes("").cursor
    (repository.root / ".mailmap").write_text("Bo Berg <bo@x.example> <ann@x.example>\n")
    assert people(listing(repository)["a.md"])[-1][1] == "ann", "a work tree's own .mailmap has no say before it is committed"
    save(repository, ".mailmap", "Ann Abel <ann@x.example> <old@home.example>\n", BO, "2020-04-01")
    assert people(listing(repository)["a.md"]) == [
        ("wrote", "Ann Abel", 1, "2020-01-01", "2020-01-01"),
        ("edited", "Ann Abel", 2, "2020-01-01", "2020-02-01"),
    ]
    assert {item.item_id for item in connector.changes(cursor).items} == {"a.md", ".mailmap"}


def test_a_rename_is_a_deletion_and_an_addition(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, "b.md", "b", ANN, "2020-01-02")
    connector = repository.connector()
    cursor = connector.changes("").cursor
    move(repository, "a.md", "c.md", BO, "2020-02-01")
    changes = connector.changes(cursor)
    assert ([item.item_id for item in changes.items], changes.deleted, changes.complete) == (["c.md"], {"a.md"}, False)


def test_what_is_not_committed_does_not_exist(repository: Any) -> None:
    save(repository, "a.md", "committed", ANN, "2020-01-01")
    (repository.root / "a.md").write_text("not yet")
    (repository.root / "new.md").write_text("new")
    with repository.connector() as connector:
        assert list(connector.ids()) == ["a.md"]
        assert connector.read("a.md") == b"committed"


def test_a_bare_repository_and_another_ref(repository: Any, tmp_path: Path) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, ".mailmap", "Annie <ann@x.example>\n", ANN, "2020-01-02")
    repository.git("tag", "v1")
    save(repository, "b.md", "b", ANN, "2020-01-03")
    bare = tmp_path / "bare.git"
    repository.git("clone", "-q", "--bare", ".", str(bare))
    with repository.connector(path=bare, ref="v1") as connector:
        assert {item.item_id: people(item)[0][1] for item in connector.items()} == {"a.md": "Annie", ".mailmap": "Annie"}
        assert connector.read("a.md").decode() == TEXT
    assert set(listing(repository, path=bare)) == {"a.md", "b.md", ".mailmap"}


def test_a_linked_work_tree_has_its_own_head(repository: Any, tmp_path: Path) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    save(repository, "b.md", "b", ANN, "2020-01-02")
    assert set(listing(repository, path=tmp_path / "side")) == {"a.md"}


def test_submodules_are_left_out_with_the_reason(repository: Any, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    subprocess.run(["git", "init", "-q", str(inner)], check=True)
    subprocess.run(
        ["git", "-C", str(inner), "-c", "user.name=a", "-c", "user.email=a", "commit", "-q", "--allow-empty", "-m", "x"], check=True
    )
    repository.git("submodule", "add", "-q", str(inner), "inner")
    repository.commit()
    assert listing(repository)["inner"].excluded == "a submodule: another repository; add it as a source of its own"


@pytest.mark.parametrize("ref", ["nowhere", "--all", "a..b", "main:a.md"])
def test_a_wrong_ref_names_those_that_exist(repository: Any, ref: str) -> None:
    repository.commit()
    repository.git("branch", "side")
    with pytest.raises(SourceMisconfigured, match=r"has no commit at '.*'; it has: main, side"):
        list(repository.connector(ref=ref).ids())


def test_a_repository_without_a_commit_and_a_folder_without_git(repository: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceMisconfigured, match="nothing is committed yet"):
        list(repository.connector().ids())
    (tmp_path / "plain").mkdir()
    (repository.root / "below").mkdir()
    for path in (tmp_path / "plain", repository.root / "below"):
        with pytest.raises(SourceMisconfigured, match="is not a git repository"):
            list(repository.connector(path=path).ids())


def test_without_git_the_source_says_so(repository: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repository.commit()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceMisconfigured, match="git is not installed"):
        list(repository.connector().ids())


def test_rewritten_history_is_compared_while_the_old_commit_is_there(repository: Any) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, "b.md", "b", ANN, "2020-01-02")
    connector = repository.connector()
    cursor = connector.changes("").cursor
    repository.git("reset", "-q", "--hard", "HEAD~1")
    save(repository, "c.md", "c", ANN, "2020-01-02")
    changes = connector.changes(cursor)
    assert ([item.item_id for item in changes.items], changes.deleted, changes.complete) == (["c.md"], {"b.md"}, False)
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "-q", "--prune=now")
    lost = connector.changes(cursor)
    assert ({item.item_id for item in lost.items}, lost.complete) == ({"a.md", "c.md"}, True)


def test_a_shallow_clone_does_not_make_its_oldest_author_the_author_of_all(repository: Any, tmp_path: Path) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, "b.md", "b", BO, "2020-01-02")
    save(repository, "b.md", "bb", CY, "2020-01-03")
    shallow = tmp_path / "shallow"
    repository.git("clone", "-q", "--depth", "2", repository.root.as_uri(), str(shallow))
    connector = repository.connector(path=shallow)
    items = {item.item_id: item for item in connector.items()}
    assert people(items["a.md"]) == []
    assert people(items["b.md"]) == [("edited", "Cy", 1, "2020-01-03", "2020-01-03")]
    cursor = connector.changes("").cursor
    subprocess.run(["git", "-C", str(shallow), "fetch", "-q", "--unshallow"], check=True)
    assert {item.item_id for item in connector.changes(cursor).items} == {"a.md", "b.md"}


def test_a_pointer_to_a_file_kept_elsewhere_is_not_its_content(repository: Any) -> None:
    save(repository, "big.pdf", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", ANN, "2020-01-01")
    with repository.connector() as connector, pytest.raises(ItemUnreadable, match="Git LFS pointer"):
        connector.read("big.pdf")


def test_the_last_content_counts_when_a_process_is_long_lived(repository: Any) -> None:
    save(repository, "a.md", "one", ANN, "2020-01-01")
    with repository.connector() as connector:
        assert connector.read("a.md") == b"one"
        save(repository, "a.md", "two", ANN, "2020-01-02")
        assert connector.read("a.md") == b"two"


def test_names_and_messages_with_odd_characters(repository: Any) -> None:
    save(repository, "a\x01b\n.md", TEXT, "Ann \x02 Ä <ann@x.example>", "2020-01-01")
    item = listing(repository)["a\x01b\n.md"]
    assert [person.email for person in item.people] == ["ann@x.example"] * 2


def test_a_hostile_repository_runs_nothing(repository: Any, tmp_path: Path) -> None:
    save(repository, "a.md", TEXT, ANN, "2020-01-01")
    save(repository, ".gitattributes", "*.md diff=evil filter=evil\n", ANN, "2020-01-02")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\ncat\n")
    trap.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "pager.log",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.smudge",
        "filter.evil.process",
        "gpg.program",
        "core.sshCommand",
        "core.editor",
        "core.askPass",
        "credential.helper",
        "alias.log",
        "alias.cat-file",
        "core.gitProxy",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
    ):
        repository.git("config", setting, f"!{trap}" if setting.startswith("alias") else str(trap))
    for setting, value in {
        "log.showSignature": "true",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{trap}",
        "log.showRoot": "false",
        "core.worktree": "/",
        "diff.relative": "true",
    }.items():
        repository.git("config", setting, value)
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(trap, repository.root / ".git" / "hooks" / hook)
    with repository.connector() as connector:
        items = {item.item_id: item for item in connector.items()}
        assert people(items["a.md"])[0][:2] == ("wrote", "Ann Abel")
        assert connector.read("a.md").decode() == TEXT
        blob = repository.root / ".git" / "objects" / items["a.md"].fingerprint[:2] / items["a.md"].fingerprint[2:]
        blob.unlink()
        connector.close()
        with pytest.raises(ItemUnreadable, match=r"a\.md"):
            connector.read("a.md")
    assert not (tmp_path / "sprung").exists()
    repository.git("config", "--unset", "core.worktree")
    repository.git("diff", "HEAD~1", "HEAD", "--", ".gitattributes")
    assert (tmp_path / "sprung").exists(), "an ordinary git springs this trap"
