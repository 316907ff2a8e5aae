"""Outlook messages (msg): MAPI properties read from their streams."""

import struct
from datetime import datetime, timedelta

import olefile

from extractors.characters import clean, decode
from extractors.errors import Unreadable
from extractors.facts import mail_date, merged, person
from extractors.formats.mail import add_body
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Child, Contribution, Parsed

_BODY, _HTML, _SUBJECT, _CLASS, _HEADERS = "1000", "1013", "0037", "001A", "007D"
_SENDER, _SENDER_MAILS, _RECIPIENT, _RECIPIENT_MAILS = "0C1A", ("5D01", "0C1F"), "3001", ("39FE", "3003")
_FILE, _FILE_NAMES = "3701", ("3707", "3704", "3001")
_SENT = (0x0039, 0x0E06)  # client submit time, delivery time


def read(container: olefile.OleFileIO, limits: Limits) -> Parsed:
    """One saved message."""
    message = _Properties(container, "")
    if ".smime" in message.text(_CLASS).lower() and "multipartsigned" not in message.text(_CLASS).lower():
        raise Unreadable("encrypted", "Encrypted: open this message in its mail program and save it without encryption")
    passages = Passages(limits)
    page = decode(message.data(_HTML)) if message.data(_HTML) else message.text(_HTML)
    add_body(passages, [message.text(_BODY)], [page])
    day = _sent(container) or _header_date(message.text(_HEADERS))
    folders = sorted({path[0] for path in container.listdir(streams=True)})
    who = [_person("wrote", message, _SENDER, _SENDER_MAILS, day)]
    who += [
        _person("received", _Properties(container, folder), _RECIPIENT, _RECIPIENT_MAILS, day)
        for folder in folders
        if folder.startswith("__recip")
    ]
    children = [
        _attachment(_Properties(container, folder), number)
        for number, folder in enumerate((one for one in folders if one.startswith("__attach")), 1)
    ]
    title = " ".join(message.text(_SUBJECT).split())
    people = merged(one for one in who if one)
    return Parsed(
        "mail", "application/vnd.ms-outlook", title, "", day, day, people, passages.segments(), tuple(child for child in children if child)
    )


class _Properties:
    """The properties of a message, a recipient or an attachment by their hexadecimal tag."""

    def __init__(self, container: olefile.OleFileIO, folder: str) -> None:
        self._container = container
        self._folder = f"{folder}/" if folder else ""

    def text(self, tag: str) -> str:
        wide = self._stream(f"{tag}001F")
        return clean(wide.decode("utf-16-le", "replace") if wide else decode(self._stream(f"{tag}001E"))).rstrip("\x00")

    def data(self, tag: str) -> bytes:
        return self._stream(f"{tag}0102")

    def _stream(self, key: str) -> bytes:
        name = f"{self._folder}__substg1.0_{key}"
        if not self._container.exists(name):
            return b""
        with self._container.openstream(name) as stream:
            data: bytes = stream.read()
        return data


def _person(kind: str, properties: _Properties, name: str, mails: tuple[str, ...], day: str) -> Contribution | None:
    address = next((mail for tag in mails if "@" in (mail := properties.text(tag))), "")
    return person(kind, f"{properties.text(name)} <{address}>" if address else properties.text(name), day)


def _attachment(properties: _Properties, number: int) -> Child | None:
    content = properties.data(_FILE)
    name = next((name for tag in _FILE_NAMES if (name := properties.text(tag))), f"attachment{number}")
    return Child(name.replace("/", "_").replace("\\", "_"), content) if content else None


def _sent(container: olefile.OleFileIO) -> str:
    with container.openstream("__properties_version1.0") as stream:
        data = stream.read()
    for wanted in _SENT:
        for at in range(32, len(data) - 15, 16):
            kind, tag = struct.unpack_from("<HH", data, at)
            if kind == 0x0040 and tag == wanted:
                ticks = struct.unpack_from("<Q", data, at + 8)[0]
                return (datetime(1601, 1, 1) + timedelta(microseconds=ticks // 10)).date().isoformat()
    return ""


def _header_date(headers: str) -> str:
    line = next((line for line in headers.split("\n") if line.lower().startswith("date:")), "")
    return mail_date(line[5:].strip()) if line else ""
