"""Mail: the newest text of a message, quoted replies marked, people from its headers, attachments as children; mailboxes by message."""

import email
import hashlib
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from itertools import pairwise

from extractors.characters import clean, decode
from extractors.errors import Unreadable
from extractors.facts import mail_date, merged, person
from extractors.formats.html import add_html
from extractors.formats.plain import add_text
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Child, Contribution, Parsed

_ORIGINAL = re.compile(
    r"^[ \t>]*(?:-{2,}\s*(?:Original Message|Forwarded message|Original-Nachricht|Message d'origine)\s*-{2,}"
    r"|-{5,}\s*Forwarded by (?:[^-]|-(?!-)){1,200}-{5,}|_{20,}[ \t]*(?=\n+\s*From:)|Begin forwarded message:)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_START = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\d{4}[^\n]*\n")
_LIST_TAG = re.compile(r"^((?:re|aw|sv|vs|fwd?|wg|tr):\s*)*\[[^\]]{1,60}\]\s*(?=\S)", re.IGNORECASE)
_SUFFIXES = {
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "text/html": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "text/csv": ".csv",
}
_SIGNATURES = frozenset(("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"))
_MAX_PARTS = 5_000


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """One message (eml, emlx)."""
    if content[:12].split(b"\n")[0].strip().isdigit():
        content = content.partition(b"\n")[2]  # emlx: the length stands on the first line
    message = email.message_from_bytes(content.lstrip(b"\r\n\t "), policy=compat32)
    parts = _Parts(limits)
    parts.take(message, 0)
    passages = Passages(limits)
    add_body(passages, parts.plain, parts.pages)
    day = mail_date(header(message, "Date"))
    title = subject_of(header(message, "Subject"), listed="List-Id" in message or "List-Post" in message)
    return Parsed("mail", "message/rfc822", title, "", day, day, people_of(message, day), passages.segments(), tuple(parts.children))


def read_mailbox(name: str, content: bytes, limits: Limits) -> Parsed:
    """An mbox: every message becomes an item named after its Message-ID, so that appending changes none of them."""
    starts = [found.start() for found in _MESSAGE_START.finditer(content)]
    if len(starts) > limits.max_children:
        raise Unreadable("too large", f"Too large: more than {limits.max_children:,} messages; split the mailbox by year")
    children: dict[str, Child] = {}
    for start, end in pairwise([*starts, len(content)]):
        body = content[start:end].split(b"\n", 1)[-1]
        one = re.sub(rb"^>(>*From )", rb"\1", body, flags=re.MULTILINE)
        digest = hashlib.sha256(one).hexdigest()
        key = _message_id(one) or digest[:20]
        if f"{key}.eml" in children and children[f"{key}.eml"].content != one:
            key = f"{key}-{digest[:8]}"  # some programs give every message the same id
        children[f"{key}.eml"] = Child(f"{key}.eml", one)
    return Parsed("archive", "application/mbox", children=tuple(children.values()))


def add_body(passages: Passages, plain: list[str], pages: list[str]) -> None:
    """Adds a message's text; its HTML only where there is no plain text."""
    if any(text.strip() for text in plain):
        for text in plain:
            own, quoted = _split_reply(text)
            add_text(passages, own)
            add_text(passages, quoted, kind="quote")
        return
    for page in pages:
        add_html(passages, page)


def header(message: Message, name: str) -> str:
    """A header decoded, however wrongly it is encoded."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        return clean(str(make_header(decode_header(value))))
    except (UnicodeError, LookupError, ValueError):
        return clean(str(value))


def subject_of(text: str, listed: bool) -> str:
    """A message's title; of one that came by a list without the list's name in brackets."""
    words = " ".join(text.split())
    return (_LIST_TAG.sub(r"\1", words, count=1) or words) if listed else words


def people_of(message: Message, day: str) -> tuple[Contribution, ...]:
    """Who wrote and who received a message."""
    found = [*_addressed(message, "wrote", ("From",), day), *_addressed(message, "received", ("To", "Cc", "Bcc"), day)]
    return merged(found or _addressed(message, "wrote", ("Sender", "Reply-To"), day))


def _addressed(message: Message, kind: str, names: tuple[str, ...], day: str) -> Iterator[Contribution]:
    for name in names:
        try:
            pairs = getaddresses([header(message, name)])
        except (ValueError, IndexError):
            pairs = []
        for who, address in pairs[:1_000]:
            contribution = person(kind, f"{who} <{address}>" if address else who, day)
            if contribution:
                yield contribution


class _Parts:
    """A message's texts and its children, gathered from the tree of MIME parts."""

    def __init__(self, limits: Limits) -> None:
        self.plain: list[str] = []
        self.pages: list[str] = []
        self.children: list[Child] = []
        self._limits = limits
        self._seen = 0

    def take(self, part: Message, depth: int) -> None:
        self._seen += 1
        if depth > 30 or self._seen > _MAX_PARTS:
            raise Unreadable("too deep", "Too deep: this message nests parts without end; export the attachments you need")
        kind = part.get_content_type()
        if kind == "multipart/encrypted" or (kind.endswith("pkcs7-mime") and "signed" not in str(part.get_param("smime-type"))):
            raise Unreadable("encrypted", "Encrypted: open this message in its mail program and save it without encryption")
        if kind == "message/rfc822":
            self._forwarded(part)
        elif part.is_multipart():
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    self.take(inner, depth + 1)
        elif kind not in _SIGNATURES:
            self._leaf(part, kind)

    def _leaf(self, part: Message, kind: str) -> None:
        name = _file_name(part)
        content = _payload(part)
        if kind in ("text/plain", "text/html") and not (name and part.get_content_disposition() == "attachment"):
            text = decode(content, str(part.get_content_charset() or ""))
            (self.plain if kind == "text/plain" else self.pages).append(text)
        elif content.strip():
            self._child(name or f"part{len(self.children) + 1}{_SUFFIXES.get(kind, '')}", content)

    def _forwarded(self, part: Message) -> None:
        for inner in part.get_payload() if part.is_multipart() else ():
            if isinstance(inner, Message):
                subject = re.sub(r"[^\w .-]+", "_", header(inner, "Subject"))[:60].strip() or "message"
                self._child(f"{subject}.eml", _flattened(inner))

    def _child(self, name: str, content: bytes) -> None:
        if content in {child.content for child in self.children}:
            return
        taken = {child.name for child in self.children}
        stem, dot, suffix = name.rpartition(".")
        unique = name if name not in taken else f"{stem or name}-{len(self.children) + 1}{dot}{suffix if stem else ''}"
        self.children.append(Child(unique, content))
        if len(self.children) > self._limits.max_children:
            raise Unreadable("too large", f"Too large: more than {self._limits.max_children:,} attachments")


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
        name = str(make_header(decode_header(name)))
    except (UnicodeError, LookupError, ValueError, TypeError):
        name = ""
    return re.sub(r"[/\\:\n\t]+", "_", clean(name)).strip()[-120:]


def _payload(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError):
        content = None
    return content if isinstance(content, bytes) else str(part.get_payload() or "").encode("utf-8", "replace")


def _flattened(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, ValueError, LookupError, KeyError, TypeError, AttributeError):
        return message.as_string().encode("utf-8", "replace")


def _split_reply(text: str) -> tuple[str, str]:
    text = text.replace("\r\n", "\n")
    found = _ORIGINAL.search(text)
    return (text[: found.start()], _ORIGINAL.sub("", text[found.end() :])) if found and text[: found.start()].strip() else (text, "")


def _message_id(content: bytes) -> str:
    found = re.search(rb"^message-id:\s*<?([^>\s]+)", content[:20_000], re.IGNORECASE | re.MULTILINE)
    return re.sub(r"[^\w.@+-]+", "_", found[1].decode("ascii", "replace"))[:100] if found else ""
