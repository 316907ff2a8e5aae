"""One item of the organisation as the bytes of a file."""

import random
from functools import partial

from pipelines.sample import archives, messages, office, pages, words
from pipelines.sample.source import Item, Organisation
from pipelines.sample.tables import register


def render(item: Item, org: Organisation) -> bytes:
    match item.render:
        case "empty":
            return b""
        case "random":
            return random.Random(item.path).randbytes(4096)
        case "truncated":
            whole = _whole(item, org)
            return whole[: len(whole) // 2]
        case "copy":
            return render(org.item(item.copy_of), org)
        case "scan":
            return pages.scan(item)
        case "encrypted":
            return pages.pdf(item, org, encrypted=True)
        case _:
            return _whole(item, org)


def _whole(item: Item, org: Organisation) -> bytes:
    match item.kind:
        case "md":
            return words.markdown(item, org)
        case "html":
            return words.page(item, org)
        case "csv":
            return words.table(register(item.rows, org) if isinstance(item.rows, str) else item.rows)
        case "docx":
            return office.document(item, org)
        case "pptx":
            return office.slides(item, org)
        case "xlsx":
            return office.workbook(item, org)
        case "pdf":
            return pages.pdf(item, org)
        case "png" | "jpg":
            return pages.picture(item)
        case _:
            return _wrapping(item, org)


def _wrapping(item: Item, org: Organisation) -> bytes:
    """Kinds that hold other items, speech, dates; text where nothing else fits."""
    inner = partial(_inner, org=org, owner=item)
    match item.kind:
        case "eml":
            return messages.mail(item, org, inner)
        case "mbox":
            return messages.mailbox(item, org, inner)
        case "ics":
            return messages.invitation(item, org)
        case "vtt":
            return messages.transcript(item)
        case "zip":
            return archives.archive({member.path: inner(member) for member in item.members}, item.last)
        case _:
            return words.text(item, org)


def _inner(part: Item, org: Organisation, owner: Item) -> bytes:
    """An attachment or a member is as old as what holds it and has the same author."""
    return render(part.model_copy(update={"date": owner.date, "by": owner.by}), org)
