"""Mails, mailboxes, invitations and transcripts."""

import datetime as dt
import email.policy
import hashlib
import mimetypes
import re
import textwrap
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from pipelines.sample.source import Item, Organisation
from pipelines.sample.status import spoken

POLICY = email.policy.default.clone(max_line_length=998)
Attach = Callable[[Item], bytes]


def mail(item: Item, org: Organisation, attach: Attach) -> bytes:
    parent = org.item(item.mail.reply) if item.mail and isinstance(item.mail.reply, str) else None
    return _message(item, item.path, parent, parent.path if parent else "", org, attach).as_bytes()


def mailbox(item: Item, org: Organisation, attach: Attach) -> bytes:
    out = b""
    for number, message in enumerate(item.messages):
        reply = message.mail.reply if message.mail else None
        parent = item.messages[reply] if isinstance(reply, int) else None
        built = _message(message, f"{item.path}#{number}", parent, f"{item.path}#{reply}" if parent else "", org, attach)
        body = re.sub(rb"^(>*From )", rb">\1", built.as_bytes(), flags=re.MULTILINE)
        out += f"From {org.principal(message.by[0])} {_sent(message):%a %b %d %H:%M:%S %Y}\n".encode() + body.rstrip(b"\n") + b"\n\n"
    return out


def _message(item: Item, key: str, parent: Item | None, parent_key: str, org: Organisation, attach: Attach) -> EmailMessage:
    if item.mail is None:
        raise ValueError(f"{key} has no mail")
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(item.by[0], org)
    message["To"] = ", ".join(_address(person, org) for person in item.mail.to)
    if item.mail.cc:
        message["Cc"] = ", ".join(_address(person, org) for person in item.mail.cc)
    message["Subject"] = item.title
    message["Date"] = format_datetime(_sent(item))
    message["Message-ID"] = _message_id(key, org)
    if parent_key:
        message["In-Reply-To"] = message["References"] = _message_id(parent_key, org)
    message.set_content(_letter(item, parent, org))
    for attachment in item.attachments:
        main, sub = (mimetypes.guess_type(attachment.path)[0] or "application/octet-stream").split("/")
        message.add_attachment(attach(attachment), maintype=main, subtype=sub, filename=attachment.path)
    if item.attachments:
        # The default boundary is drawn at random when the mail is written out.
        message.set_boundary(f"=_{hashlib.sha256(key.encode()).hexdigest()[:24]}")
    return message


def _letter(item: Item, parent: Item | None, org: Organisation) -> str:
    sender = org.people[item.by[0]]
    company = sender.department if sender.external else org.company.name
    signature = f"-- \n{sender.name}\n{sender.role}, {company}\n{sender.email}\n"
    letter = f"{_wrapped(item.body)}\n\n{signature}"
    if parent is None:
        return letter
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in _wrapped(parent.body).splitlines())
    return f"{letter}\nOn {spoken(parent.date)}, {org.name(parent.by[0])} wrote:\n{quoted}"


def _wrapped(body: str) -> str:
    return "\n".join(textwrap.fill(line, 76) if line else "" for line in body.strip().splitlines())


def _address(person: str, org: Organisation) -> str:
    return formataddr((org.name(person), org.principal(person)))


def _message_id(key: str, org: Organisation) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:20]}@{org.company.domain}>"


def _sent(item: Item) -> dt.datetime:
    time = item.mail.time if item.mail else dt.time(9)
    return dt.datetime.combine(item.date, time, tzinfo=dt.UTC)


def invitation(item: Item, org: Organisation) -> bytes:
    event = item.event
    if event is None:
        raise ValueError(f"{item.path} has no event")
    end = event.start + dt.timedelta(minutes=event.minutes)
    organiser = org.people[item.by[0]]
    uid = hashlib.sha256(item.path.encode()).hexdigest()[:20]
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{org.company.name}//Calendar//EN", "METHOD:REQUEST", "BEGIN:VEVENT"),
        f"UID:{uid}@{org.company.domain}",
        f"DTSTAMP:{item.date:%Y%m%d}T080000Z",
        f"DTSTART:{event.start:%Y%m%dT%H%M%S}Z",
        f"DTEND:{end:%Y%m%dT%H%M%S}Z",
        f"SUMMARY:{_escaped(item.title)}",
        f"LOCATION:{_escaped(event.where)}",
        f"DESCRIPTION:{_escaped(item.body.strip())}",
        f'ORGANIZER;CN="{organiser.name}":mailto:{organiser.email}',
        *(f'ATTENDEE;ROLE=REQ-PARTICIPANT;CN="{org.name(who)}":mailto:{org.principal(who)}' for who in event.to),
    ]
    if event.until:
        lines.append(f"RRULE:FREQ=WEEKLY;INTERVAL={event.every_weeks};UNTIL={event.until:%Y%m%d}T235959Z")
    lines += ["END:VEVENT", "END:VCALENDAR", ""]
    return "\r\n".join(_folded(line) for line in lines).encode()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines are folded at 70 characters: the limit is 75 bytes, and names carry accents."""
    return "\r\n ".join(line[start : start + 70] for start in range(0, len(line), 70)) if line else ""


def transcript(item: Item) -> bytes:
    """One cue a sentence, at the pace of speech."""
    out = ["WEBVTT", "", f"NOTE {item.title}, {item.date}", ""]
    now = 4.0
    for turn in item.body.strip().splitlines():
        speaker, words = turn.split(": ", 1)
        for sentence in re.split(r"(?<=[.?!]) ", words):
            end = now + 0.6 + 0.38 * len(sentence.split())
            out += [f"{_clock(now)} --> {_clock(end)}", f"<v {speaker}>{sentence}</v>", ""]
            now = end + 0.3
    return "\n".join(out).encode()


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{int(seconds * 1000) % 1000:03d}"
