"""What a file is: by its first bytes where they say, by its suffix where they do not."""

import posixpath
import re

from extractors.characters import looks_like_text

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"ID3", "audio"),
    (b"BEGIN:VCALENDAR", "calendar"),
    (b"WEBVTT", "transcript"),
)
LIGHT = ("asciidoc", "creole", "dokuwiki", "ipynb", "latex", "mediawiki", "org", "textile")
"""Light mark-up, by pandoc's names for it."""
_SUFFIXES = {
    "markdown": "md markdown mdown mkd mdx",
    "rst": "rst rest",
    "html": "html htm xhtml shtml",
    "mail": "eml emlx mht mhtml",
    "mailbox": "mbox mbx",
    "calendar": "ics ical ifb",
    "transcript": "vtt srt",
    "csv": "csv tsv tab psv",
    "image": "png jpg jpeg gif bmp tif tiff webp",
    "audio": "mp3",
    "archive": "zip tar gz tgz bz2 xz txz tbz2 jar",
    "xml": "xml rss atom svg dita docbook xsd xsl xslt fodt fods fodp opml",
    "asciidoc": "adoc asciidoc",
    "creole": "creole",
    "dokuwiki": "dokuwiki",
    "ipynb": "ipynb",
    "latex": "tex latex ltx",
    "mediawiki": "mediawiki wiki wikitext",
    "org": "org",
    "textile": "textile",
    "text": "txt text log nfo",
    "code": "py js ts java c h cpp hpp cs go rs rb php sh bash sql yaml yml toml ini cfg conf json jsonl r scala kt swift pl lua "
    "css scss proto tf gradle bat ps1 diff patch",
}
_BUILD_FILES = frozenset(("Makefile", "GNUmakefile", "Dockerfile", "Containerfile", "Vagrantfile", "Jenkinsfile", "Rakefile", "Gemfile"))
_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_SKOS = b"www.w3.org/2004/02/skos/core#"
_VOCABULARY_SUFFIXES = frozenset(("ttl", "nt", "jsonld", "rdf", "skos", "owl", "xml"))
_OPEN_XML = (("word/", "word"), ("ppt/", "slides"), ("xl/", "xlsx"))
_MAIL_HEADER = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.MULTILINE)
_MAIL_NAMES = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|mime-version|return-path|delivered-to|content-type):", re.IGNORECASE | re.MULTILINE
)
_ARCHIVED = re.compile(rb'<!--beginarticle-->|<!-- body="start" -->|<!--X-Body-of-Message-->')
"""What Mailman, Hypermail and MHonArc write around a message."""


def kind_of(name: str, content: bytes) -> str:
    """The reader for a file: a key of `parse.READERS`, or `""` for bytes nobody reads."""
    suffix = posixpath.splitext(name.lower())[1].lstrip(".")
    head = content[:4096]
    if head.startswith(b"PK"):
        return _zipped(suffix, content)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, kind in _MAGIC:
        if head.lstrip(b"\xef\xbb\xbf\r\n ").startswith(magic) if magic[:1].isalpha() or magic[:1] == b"{" else head.startswith(magic):
            return kind
    if content[257:262] == b"ustar":
        return "archive"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image"
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xfa") and suffix == "mp3":
        return "audio"
    kind = _text_kind(name, suffix, head, content)
    return "list archive" if kind == "html" and _ARCHIVED.search(content) else kind


def claims_text(name: str) -> bool:
    """Whether a name promises writing that any editor opens."""
    return _BY_SUFFIX.get(posixpath.splitext(name.lower())[1].lstrip("."), "") in ("text", "code", "markdown", "rst", *LIGHT)


def _text_kind(name: str, suffix: str, head: bytes, content: bytes) -> str:
    kind = _BY_SUFFIX.get(suffix, "")
    if kind in ("html", "mail", "mailbox", "transcript", "calendar", "csv"):
        return "mailbox" if kind == "mail" and head.startswith(b"From ") else kind
    if not looks_like_text(content):
        return ""
    if suffix in _VOCABULARY_SUFFIXES and _SKOS in content:
        return "vocabulary"
    start = head.lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml") and kind in ("", "xml", "text", "image"):
        return "html" if b"<html" in start[:1500] else "xml"
    if head.startswith(b"From ") and b"\n" in head and kind in ("", "text"):
        return "mailbox"
    if kind in ("", "text") and (found := _MAIL_HEADER.match(head)) and len(_MAIL_NAMES.findall(found[0])) >= 2:
        return "mail"
    if posixpath.basename(name) == "CODEOWNERS":
        return "codeowners"
    if not suffix and not posixpath.basename(name).startswith("."):  # README, LICENSE, NOTICE; .gitignore is for programs
        return "code" if start.startswith(b"#!") or posixpath.basename(name) in _BUILD_FILES else "text"
    return kind if kind not in ("image", "audio", "archive") else "text"


def _zipped(suffix: str, content: bytes) -> str:
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            mime = archive.read("mimetype")[:200] if "mimetype" in names and archive.getinfo("mimetype").file_size < 200 else b""
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, OSError, EOFError):
        return {"docx": "word", "docm": "word", "pptx": "slides", "xlsx": "xlsx", "odt": "odf", "ods": "odf", "odp": "odf"}.get(
            suffix, "archive"
        )
    if b"epub" in mime:
        return "epub"
    if b"opendocument" in mime or {"content.xml", "META-INF/manifest.xml"} <= set(names):
        return "odf"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[Content_Types].xml" in names:
        return next((kind for folder, kind in _OPEN_XML if any(name.startswith(folder) for name in names)), "archive")
    return "archive"
