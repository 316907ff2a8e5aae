"""Pages of a mailing list's archive as Mailman (Pipermail), Hypermail and MHonArc write them: the message, without what leads around it.

All three leave comments around a message, by which it is found; what they say of its head stands in comments or above it.
"""

import codecs
import re
import string
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

from lxml import etree
from lxml import html as lxml_html

from extractors.characters import clean, decode
from extractors.facts import mail_date, merged, person
from extractors.formats import html
from extractors.formats.mail import add_body, subject_of
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Parsed

_PIPERMAIL = re.compile(r"<!--beginarticle-->(?P<body>.*?)(?:<!--endarticle-->|\Z)", re.DOTALL)
_PIPERMAIL_FIELDS = tuple(
    re.compile(field, re.IGNORECASE | re.DOTALL)
    for field in (r"<H1>(.*?)</H1>", r"<B>(.*?)</B>", r"<A\s+HREF=\"mailto:[^>]*>(.*?)</A>", r"<I>(.*?)</I>")
)
"""What stands above a message, one after the other: subject, name, address, date."""
_HYPERMAIL = re.compile(r"<!--\s*body=\"start\"\s*-->(?P<body>.*?)(?:<!--\s*body=\"end\"\s*-->|\Z)", re.DOTALL)
_HYPERMAIL_FIELD = re.compile(r"<!--\s*(name|email|subject|sent)=\"(.*?)\"\s*-->")
_MHONARC = re.compile(r"<!--X-Body-of-Message-->(?P<body>.*?)(?:<!--X-Body-of-Message-End-->|\Z)", re.DOTALL)
_R13 = str.maketrans(
    f"@{string.ascii_uppercase}[{string.ascii_lowercase}", f"NOPQRSTUVWXYZ[@ABCDEFGHIJKLM{codecs.encode(string.ascii_lowercase, 'rot13')}"
)
"""MHonArc's own rotation, which hides the sign of an address as well; it is its own inverse."""
_MHONARC_FIELD = re.compile(r"<!--X-(Subject|From-R13|Date): (.*?) -->")


class _Message(NamedTuple):
    subject: str
    sender: str
    date: str
    body: str


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """One archived message; a page that only looks like one is read as a page."""
    text = decode(content)
    message = next((found for find in _FORMS if (found := find(text))), None)
    if message is None:
        return html.read(name, content, limits)
    passages = Passages(limits)
    add_body(passages, *_body(message.body))
    day = mail_date(message.date)
    sender = person("wrote", message.sender, day)
    return Parsed(
        "mail", "text/html", subject_of(message.subject, listed=True), "", day, day, merged([sender] if sender else []), passages.segments()
    )


def _body(markup: str) -> tuple[list[str], list[str]]:
    """A body as plain text where all of it was set as such, else as HTML."""
    try:
        tree = lxml_html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError):
        return [_words(markup)], []
    loose = (tree.text or "", *(child.tail or "" for child in tree))
    if all(child.tag == "pre" for child in tree) and not any(text.strip() for text in loose):
        return ["".join(child.text_content()) for child in tree], []
    return [], [markup]


def _pipermail(text: str) -> _Message | None:
    found = _PIPERMAIL.search(text)
    if not found:
        return None
    values: list[str] = []
    end = 0
    for field in _PIPERMAIL_FIELDS:
        value = field.search(text, end, found.start())
        if value is None:
            return None
        values.append(_words(value[1]))
        end = value.end()
    subject, name, address, date = values
    return _Message(subject, f"{'' if name == address else name} <{address.replace(' at ', '@')}>", date, found["body"])


def _hypermail(text: str) -> _Message | None:
    found = _HYPERMAIL.search(text)
    fields = {key: _words(value) for key, value in _HYPERMAIL_FIELD.findall(text[: found.start()])} if found else {}
    if not found or "name" not in fields:
        return None
    sender = f"{fields['name']} <{fields['email']}>" if "@" in fields.get("email", "") else fields["name"]
    return _Message(fields.get("subject", ""), sender, fields.get("sent", ""), found["body"])


def _mhonarc(text: str) -> _Message | None:
    found = _MHONARC.search(text)
    fields = {key: _words(value) for key, value in _MHONARC_FIELD.findall(text[: found.start()])} if found else {}
    if not found or "From-R13" not in fields:
        return None
    return _Message(fields.get("Subject", ""), fields["From-R13"].translate(_R13), fields.get("Date", ""), found["body"])


_FORMS: tuple[Callable[[str], _Message | None], ...] = (_pipermail, _hypermail, _mhonarc)


def _words(markup: str) -> str:
    return " ".join(clean(unescape(re.sub(r"<[^>]*>", " ", markup))).split())
