"""Turns records into HTML. Autoescape is on for everything: the text of a document is text here, never markup."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from api.histogram import histogram
from knowledge_graph.serving.phrases import month_name, plural, reason_phrase, split_matches
from knowledge_graph.serving.views import Citation


def is_page(path: str) -> bool:
    """Whether a person reads what is at this address; scripts get problem+json."""
    return path in ("/", "/docs") or (path.startswith("/portal/") and path != "/portal/suggest")


def marked(snippet: str) -> Markup:
    """The snippet with its matched words in <mark>."""
    return Markup("").join(Markup("<mark>{}</mark>").format(text) if matched else escape(text) for matched, text in split_matches(snippet))


def topic_url(key: str) -> str:
    return f"/portal/topics/{quote(key, safe='')}"


def person_url(id: str) -> str:
    return f"/portal/people/{quote(id, safe='')}"


def document_url(id: str, segment: int | None = None) -> str:
    """The document's preview, opened at one of its passages."""
    url = f"/portal/documents/{quote(id, safe='')}"
    return url if segment is None or segment < 0 else f"{url}?segment={segment}#s{segment}"


def citation_url(citation: Citation) -> str:
    """The preview, opened at the passage with the quoted span marked; what stands outside the text is said at the top of the page."""
    if citation.segment < 0:
        return f"{document_url(citation.document)}#about"
    span = urlencode({"segment": citation.segment, "start": citation.start, "end": citation.end})
    return f"{document_url(citation.document)}?{span}#s{citation.segment}"


def search_url(query: Mapping[str, list[str]], **changes: str | list[str] | None) -> str:
    """The search page's address for a query with some parameters replaced; None and "" leave one out."""
    changed = {key: [value] if isinstance(value, str) else value or [] for key, value in changes.items()}
    pairs = [(key, value) for key, values in {**query, **changed}.items() for value in values if value]
    return f"/?{urlencode(pairs)}" if pairs else "/"


def identity(value: str) -> str:
    """An identity key as people write it: `email:ann@x.org` is ann@x.org."""
    kind, colon, name = value.partition(":")
    return name.partition("@")[0] if kind == "name" else name if colon and kind in ("email", "handle") else value


def badge(path: str, kind: str) -> str:
    """What a file is in a few letters: its suffix, else its kind."""
    suffix = path.rpartition("/")[2].rpartition(".")[2] if "." in path else ""
    return suffix if 0 < len(suffix) <= 5 and suffix.isalnum() else kind or "file"


def with_mark(text: str, start: int, end: int) -> Markup:
    """A passage with one span in <mark>; an empty or impossible span marks nothing."""
    if not 0 <= start < end <= len(text):
        return escape(text)
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])


_ENVIRONMENT = Environment(loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters.update(identity=identity, marked=marked, month=month_name, plural=plural, reason=reason_phrase)
_ENVIRONMENT.globals.update(
    badge=badge,
    citation_url=citation_url,
    document_url=document_url,
    histogram=histogram,
    person_url=person_url,
    search_url=search_url,
    topic_url=topic_url,
    with_mark=with_mark,
)


def render(template: str, *, status_code: int = 200, headers: Mapping[str, str] | None = None, **context: Any) -> HTMLResponse:
    page = _ENVIRONMENT.get_template(template).render({"session": None, "q": "", **context})
    return HTMLResponse(page, status_code, headers=dict(headers or {}))


def paging(offset: int, limit: int, shown: int, total: int | None = None) -> tuple[int | None, int | None]:
    """The offsets of the page before and the page after this one; None where there is none."""
    before = max(0, offset - limit) if offset else None
    more = shown == limit if total is None else offset + shown < total and shown > 0
    return before, offset + limit if more else None
