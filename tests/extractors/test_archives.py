"""Archives: members become children; what would flood or escape is refused before it is unpacked."""

import gzip
import io
import tarfile
import zipfile

import pytest

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.parse import parse


def zipped(members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def names(name, content, limits=None):
    return [child.name for child in parse(name, content, limits or Limits()).children]


def test_zip_members_without_litter():
    assert names("a.zip", zipped([("docs/a.txt", "one"), ("__MACOSX/x", "no"), (".DS_Store", "no")])) == ["docs/a.txt"]


def test_names_cannot_climb_out():
    assert names("a.zip", zipped([("../../etc/passwd", "x"), ("/abs.txt", "y"), ("c:\\d.txt", "z")])) == [
        "etc/passwd",
        "abs.txt",
        "c:/d.txt",
    ]


def test_tar_and_gz():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo("docs/a.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"one"))
        link = tarfile.TarInfo("evil")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert names("a.tar.gz", out.getvalue()) == ["docs/a.txt"]
    assert names("notes.txt.gz", gzip.compress(b"one")) == ["notes.txt"]


def bomb(depth: int, width: int = 4) -> bytes:
    content = zipped([("zeros", bytes(30_000_000))])
    for level in range(depth):
        content = zipped([(f"{level}-{copy}.zip", content) for copy in range(width)])
    return content


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_bombs_are_refused_at_any_depth(depth):
    with pytest.raises(Unreadable) as failure:
        parse("a.zip", bomb(depth), Limits())
    assert failure.value.reason_class == "too large"


def test_endless_nesting_is_refused():
    content = zipped([("a.txt", "one")])
    for _ in range(8):
        content = zipped([("inner.zip", content)])
    with pytest.raises(Unreadable) as failure:
        parse("a.zip", content, Limits())
    assert failure.value.reason_class == "too deep"


def test_too_many_members_are_refused():
    with pytest.raises(Unreadable, match="more than 10 files"):
        parse("a.zip", zipped([(f"{number}.txt", "x") for number in range(11)]), Limits(max_children=10))


def test_an_encrypted_zip_says_what_to_do():
    content = bytearray(zipped([("a.txt", "one")]))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="password"):
        parse("a.zip", bytes(content), Limits())


def test_an_archive_inside_an_archive_is_a_child():
    assert names("a.zip", zipped([("inner.zip", zipped([("a.txt", "one")]))])) == ["inner.zip"]
