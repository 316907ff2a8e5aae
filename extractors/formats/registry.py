"""Every kind of file that our own readers read."""

from collections.abc import Callable
from functools import partial

from extractors.formats import (
    archive,
    audio,
    binary_sheets,
    codeowners,
    html,
    images,
    invitation,
    light,
    list_archive,
    mail,
    markdown,
    markup,
    odf,
    ole,
    pdf,
    plain,
    rst,
    rtf,
    sheets,
    slides,
    transcript,
    vocabulary,
    word,
)
from extractors.limits import Limits
from extractors.sniff import LIGHT
from knowledge_graph.model.records import Parsed

READERS: dict[str, Callable[[str, bytes, Limits], Parsed]] = {
    "archive": archive.read,
    "audio": audio.read,
    "calendar": invitation.read,
    "code": plain.read_code,
    "codeowners": codeowners.read,
    "csv": sheets.read_csv,
    "html": html.read,
    "image": images.read,
    "list archive": list_archive.read,
    "mail": mail.read,
    "mailbox": mail.read_mailbox,
    "markdown": markdown.read,
    "odf": odf.read,
    "ole": ole.read,
    "pdf": pdf.read,
    "rst": rst.read,
    "rtf": rtf.read,
    "slides": slides.read,
    "text": plain.read,
    "transcript": transcript.read,
    "vocabulary": vocabulary.read,
    "word": word.read,
    "xlsb": binary_sheets.read,
    "xlsx": sheets.read_xlsx,
    "xml": markup.read,
    **{language: partial(light.read, language) for language in LIGHT},
}
