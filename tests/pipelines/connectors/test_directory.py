"""Directories from files: what CSV, YAML and LDIF say, and that a fault in one entry is named and stops nothing else."""

import base64
from pathlib import Path

import pytest

from knowledge_graph.directory.model import Group, Listing, Person
from pipelines import sources
from pipelines.connectors.base import SourceSettings
from pipelines.connectors.directory.connector import DirectoryConnector
from pipelines.connectors.errors import ItemGone, SourceMisconfigured, SourceUnavailable
from pipelines.sources import Source


def said(path: Path, **files: str) -> Listing:
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (path / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return DirectoryConnector(SourceSettings("hr", path)).listing()


def members(listing: Listing) -> dict[str, tuple[str, ...]]:
    return {principal: group.members for group in listing.groups for principal in group.principals}


ANN = Person(
    "E1", ("Ann Lee", "A. Lee"), ("ann@x.example", "lee@x.example"), ("ann-lee",), ("alee",),
    manager="user:e2", department="Finance", start="2019-04-01",
)  # fmt: skip


def test_csv(tmp_path: Path) -> None:
    people = (
        "\ufeffID,Names,E-Mail,Handle,Account,Manager,Department,Start,End,Active,Shoe size\n"
        'E1,Ann Lee|A. Lee,"Ann@X.example|lee@x.example",@Ann-Lee,alee,E2,Finance,2019-04-01,,yes,38\n'
        "\n"
        ",Bo Ek,bo@x.example,,,,,,2024-03-31T00:00:00Z,no,\n"
    )
    listing = said(tmp_path, people_csv=people, groups_csv="group,member\nFinance,E1\nFinance,bo@x.example\ngroup:all,group:finance\n")
    assert listing.people == (ANN, Person("bo@x.example", ("Bo Ek",), ("bo@x.example",), end="2024-03-31", active=False))
    assert members(listing) == {"group:finance": ("bo@x.example", "user:e1"), "group:all": ("group:finance",)}
    assert listing.unreadable == ()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_other_separators(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "email"], ["E1", "a@x.example|b@x.example"]]
    listing = said(tmp_path, people_csv="\r\n".join(delimiter.join(row) for row in rows))
    assert listing.people == (Person("E1", (), ("a@x.example", "b@x.example")),)


def test_yaml(tmp_path: Path) -> None:
    text = """
people:
  - {id: E1, name: [Ann Lee, A. Lee], email: [ann@x.example, lee@x.example], handle: ann-lee, account: alee,
     manager: E2, department: Finance, start: 2019-04-01}
groups:
  group:finance: [E1, group:controlling]
  role:curator: E1
"""
    listing = said(tmp_path, people_yaml=text)
    assert listing == Listing(
        (ANN,),
        (
            Group("group:finance", ("group:finance",), ("group:controlling", "user:e1")),
            Group("role:curator", ("role:curator",), ("user:e1",)),
        ),
    )


LDIF = f"""version: 1

dn: ou=people,dc=x,dc=example
objectClass: organizationalUnit
ou: people

dn: uid=alee,ou=people,dc=x,dc=example
objectClass: inetOrgPerson
uid: alee
cn;lang-en: Ann Lee
displayName:: {base64.b64encode("Ann Lée".encode()).decode()}
mail: Ann@X.example
manager: UID=bek, ou=People,dc=x,dc=example
departmentNumber: Finance
jpegPhoto:< file:///etc/passwd
description: a line that goes
  on

dn: uid=bek,ou=people,dc=x,dc=example
objectClass: user
sAMAccountName: bek
proxyAddresses: SMTP:bo@x.example
proxyAddresses: x500:/o=x
userAccountControl: 514
accountExpires: 133485408000000000
memberOf: cn=Finance,ou=groups,dc=x,dc=example

dn: uid=gone,ou=people,dc=x,dc=example
objectClass: posixAccount
uid: gone
shadowExpire: 19000

# an entry that is none
this is no attribute

dn: cn=host,dc=x,dc=example
objectClass: computer
objectClass: user
cn: host

dn: cn=Finance,ou=groups,dc=x,dc=example
objectClass: groupOfNames
cn: Finance
member: uid=alee,ou=people,dc=x,dc=example
member: cn=all,ou=groups,dc=x,dc=example
member: uid=ghost,ou=people,dc=x,dc=example

dn: cn=all,ou=groups,dc=x,dc=example
objectClass: posixGroup
cn: all
memberUid: gone
"""


def test_ldif(tmp_path: Path) -> None:
    listing = said(tmp_path, export_ldif=LDIF)
    ann, bo, gone = listing.people
    assert (ann.id, ann.names, ann.emails, ann.department) == ("alee", ("Ann Lée", "Ann Lee"), ("ann@x.example",), "Finance")
    assert ann.manager == "user:uid=bek,ou=people,dc=x,dc=example"
    assert ann.manager in bo.keys
    assert (bo.emails, bo.active, bo.end) == (("bo@x.example",), False, "2024-01-01")
    assert (gone.id, gone.end) == ("gone", "2022-01-08")
    assert members(listing) == {
        "group:all": ("user:gone",),
        "group:finance": (
            "group:all",
            *(f"user:uid={name},ou=people,dc=x,dc=example" for name in ("alee", "bek", "ghost")),
        ),
    }
    assert [text.partition(":")[0] for text in listing.unreadable] == [
        f"export.ldif line {LDIF.splitlines().index('# an entry that is none') + 1}"
    ]


FAULTS = {
    "no id": ("name: Nobody", "people.yaml person 2: an entry without an id or an e-mail address"),
    "no address": ("id: x, email: nothing", "people.yaml person 2: 'nothing' is no e-mail address"),
    "address of a kind": ("id: x, email: 'group:board@x'", "people.yaml person 2: 'group:board@x' is no e-mail address"),
    "no date": ("id: x, start: soon", "people.yaml person 2: start: 'soon' is no date; write YYYY-MM-DD"),
    "unknown field": ("id: x, mial: a", "people.yaml person 2: unknown 'mial'"),
    "nested": ("id: {a: b}", "people.yaml person 2: expected `name: value` pairs"),
    "twice": ("id: E1", "people.yaml person 2: E1 is given twice; the first entry counts"),
}


@pytest.mark.parametrize(("entry", "words"), FAULTS.values(), ids=FAULTS)
def test_an_entry_that_says_nothing_is_named_and_the_others_hold(tmp_path: Path, entry: str, words: str) -> None:
    listing = said(tmp_path, people_yaml=f"people:\n  - {{id: E1, email: ann@x.example}}\n  - {{{entry}}}\n  - {{id: E3}}\n")
    assert [person.id for person in listing.people] == ["E1", "E3"]
    (found,) = listing.unreadable
    assert found.startswith(words)


def test_an_end_that_cannot_be_read_closes_the_account(tmp_path: Path) -> None:
    listing = said(tmp_path, people_csv="id,end\nE1,31.3.24\nE2,\n")
    assert [(person.id, person.active) for person in listing.people] == [("E1", False), ("E2", True)]
    assert listing.unreadable == ("people.csv line 2: the end is no date, so this account is closed; write YYYY-MM-DD",)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("people.yaml", "people: [", "people.yaml line 1"),
        ("people.yaml", "folk: []", "people.yaml line 1: unknown setting 'folk'"),
        ("people.csv", "name,shoe size\nAnn,38\n", "people.csv line 1: expected the columns"),
        ("people.csv", "id,id\na,b\n", "people.csv line 1: a column is given twice"),
        ("people.csv", 'id,name\n"a,b\n', "people.csv line"),
        ("people.csv", b"id,name\na,\xff\n", "people.csv is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_source(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceMisconfigured) as refused:
        said(tmp_path)
    assert refused.value.message.startswith(words)


def test_a_directory_that_is_away_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="does not exist"):
        said(tmp_path / "away")
    with pytest.raises(SourceMisconfigured, match="holds no directory"):
        said(tmp_path)


def test_a_directory_holds_no_documents(tmp_path: Path) -> None:
    with DirectoryConnector(SourceSettings("hr", tmp_path)) as connector:
        assert (list(connector.items()), list(connector.ids()), list(connector.changes("").items)) == ([], [], [])
        with pytest.raises(ItemGone):
            connector.read("people.csv")


def test_a_file_of_people_is_a_directory_and_another_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "people.ldif").write_text(LDIF)
    assert sources.detect(tmp_path / "people.ldif") == "directory"
    (tmp_path / "a.md").write_text("text")
    with pytest.raises(SourceMisconfigured, match="is not a folder"):
        sources.detect(tmp_path / "a.md")
    file = tmp_path / "sources.yaml"
    sources.add(file, Source(name="hr", kind="directory", path=tmp_path / "people.ldif"))
    with pytest.raises(SourceMisconfigured, match="is not a folder"):
        sources.add(file, Source(name="docs", kind="folder", path=tmp_path / "people.ldif"))
    assert [source.kind for source in sources.load(file)] == ["directory"]
