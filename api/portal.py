"""The portal: server-rendered pages over the same library as the JSON interface, for the reader of a cookie session."""

from typing import Annotated, TypedDict

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.answers import Suggestions
from api.curation import desk_of
from api.errors import InvalidToken
from api.pages import paging, render, topic_url
from api.routes import MAX_OFFSET, MAX_TEXT, ClassNames, Filter, Filters, Name, Offset
from api.services import library_for, services_of
from api.session import (
    PortalCaller,
    PortalLibrary,
    PortalSession,
    PostedFields,
    choose_view,
    close_session,
    login_page,
    open_session,
    session_of,
)
from knowledge_graph.curation.desk import Draft, Judgement
from knowledge_graph.curation.rights import NEEDS
from knowledge_graph.errors import BadQuery
from knowledge_graph.model.roles import Role
from knowledge_graph.model.verdicts import Kind
from knowledge_graph.text.questions import asks

PAGE = 10
NAMED = 6
ROWS = 60
PASSAGES = 50
PAIRS = 20


class Filtered(TypedDict):
    sources: tuple[str, ...]
    types: tuple[str, ...]
    people: tuple[str, ...]
    since: str
    until: str
    classes: tuple[str, ...]


portal = APIRouter(include_in_schema=False)


@portal.get("/")
def home(
    request: Request,
    q: Filter = "",
    offset: Offset = 0,
    year: Annotated[str, Query(pattern=r"^(\d{4})?$")] = "",
    *,
    source: Filters,
    type: Filters,
    person: Filters,
    document_class: ClassNames,
) -> Response:
    try:
        session = session_of(request)
    except InvalidToken:
        return login_page(request)
    library = library_for(services_of(request), session.reading_as)
    text = q.strip()
    if not text:
        return render("home.html", session=session, topics=library.topics(limit=36), people=library.people(limit=12))
    filters: Filtered = {
        "sources": tuple(source),
        "types": tuple(type),
        "people": tuple(person),
        "since": f"{year}-01-01" if year else "",
        "until": f"{year}-12-31" if year else "",
        "classes": tuple(document_class),
    }
    # Topics and people stand above the first page of documents, so that paging counts documents only.
    named = () if offset else library.search(text, limit=NAMED, kinds=("topic", "person")).hits
    said = None if offset or not asks(text) else library.answer(text)
    answer = library.search(text, limit=PAGE, offset=offset, kinds=("document",), **filters)
    before, after = paging(offset, PAGE, len(answer.hits), min(answer.total, MAX_OFFSET))
    query = {"q": [text], "source": source, "type": type, "person": person, "class": document_class, "year": [year] if year else []}
    chosen = {name: values for name, values in query.items() if name != "q" and values}
    return render(
        "search.html",
        session=session, q=text, named=named, said=said, answer=answer, query=query, chosen=chosen, offset=offset,
        before=before, after=after,
    )  # fmt: skip


@portal.get("/portal/suggest")
def suggest(library: PortalLibrary, q: Annotated[str, Query(min_length=1, max_length=MAX_TEXT)]) -> Suggestions:
    return Suggestions(library.suggest(q, limit=8))


@portal.get("/portal/topics")
def topics(session: PortalSession, library: PortalLibrary, filter: Filter = "", type: Filter = "", offset: Offset = 0) -> Response:
    rows = library.topics(limit=ROWS, offset=offset, query=filter.strip(), type=type)
    before, after = paging(offset, ROWS, len(rows))
    types = library.types()
    return render("topics.html", session=session, rows=rows, filter=filter.strip(), type=type, types=types, before=before, after=after)


@portal.get("/portal/people")
def people(session: PortalSession, caller: PortalCaller, filter: Filter = "", offset: Offset = 0) -> Response:
    rows = caller.library.people(limit=ROWS, offset=offset, query=filter.strip())
    before, after = paging(offset, ROWS, len(rows))
    curates = caller.role >= Role.CURATOR
    return render("people.html", session=session, rows=rows, filter=filter.strip(), before=before, after=after, curates=curates)


@portal.get("/portal/review")
def review(request: Request, session: PortalSession, caller: PortalCaller, offset: Offset = 0) -> Response:
    pairs = desk_of(request, caller).review(limit=PAIRS, offset=offset)
    before, after = paging(offset, PAIRS, len(pairs))
    return render("review.html", session=session, pairs=pairs, before=before, after=after)


@portal.post("/portal/review")
def judge(request: Request, caller: PortalCaller, fields: PostedFields) -> Response:
    ends = (fields.get("left", ""), fields.get("right", ""))
    desk_of(request, caller).judge(Judgement(*ends, fields.get("same", "") == "yes", fields.get("why", "")))
    return RedirectResponse("/portal/review", status_code=303)


@portal.get("/portal/topics/{key:path}")
def topic(request: Request, session: PortalSession, caller: PortalCaller, key: Name) -> Response:
    card = caller.library.topic(key)
    history = desk_of(request, caller).history(card.key)
    kinds = [kind for kind, role in NEEDS.items() if caller.role >= role]
    return render("topic.html", session=session, card=card, history=history, kinds=kinds)


@portal.post("/portal/verdicts")
def give_verdict(request: Request, caller: PortalCaller, fields: PostedFields) -> Response:
    kind, key = fields.get("kind", ""), fields.get("key", "")
    desk = desk_of(request, caller)
    if kind == Kind.UNDO:
        desk.undo(fields.get("other", ""))
    elif kind in set(Kind):
        allow = tuple(part.strip() for part in fields.get("allow", "").split(",") if part.strip())
        other, text, why = (fields.get(name, "") for name in ("other", "text", "why"))
        # An empty field does not come with the form: the page then showed a card without verdicts.
        desk.give(Draft(Kind(kind), key, other, text, why, allow, based_on=fields.get("based_on", "")))
    else:
        raise BadQuery("There is no such verdict.")
    # What was just rejected has no card any more.
    return RedirectResponse("/portal/topics" if kind in (Kind.REJECT, Kind.HIDE) else f"{topic_url(key)}#verdicts", status_code=303)


@portal.get("/portal/people/{id:path}")
def person(session: PortalSession, library: PortalLibrary, id: Name) -> Response:
    return render("person.html", session=session, card=library.person(id))


@portal.get("/portal/documents/{id:path}")
def document(
    session: PortalSession,
    library: PortalLibrary,
    id: Name,
    offset: Offset = 0,
    segment: Annotated[int, Query(ge=-1, le=MAX_OFFSET)] = -1,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Opens at `segment`, with the characters from `start` to `end` marked."""
    first = segment // PASSAGES * PASSAGES if segment >= 0 else offset
    card = library.document(id, offset=first, limit=PASSAGES)
    before, after = paging(first, PASSAGES, len(card.passages), card.total_passages)
    return render("document.html", session=session, card=card, segment=segment, start=start, end=end, before=before, after=after)


@portal.get("/portal/login")
def login_form(request: Request) -> Response:
    return login_page(request)


@portal.post("/portal/login")
def login(request: Request, fields: PostedFields) -> Response:
    response = RedirectResponse("/", status_code=303)
    try:
        open_session(request, response, fields.get("token", "").strip())
    except InvalidToken as exc:
        return login_page(request, 401, exc.message)
    return response


@portal.post("/portal/view")
def view_as(request: Request, fields: PostedFields) -> Response:
    response = RedirectResponse("/", status_code=303)
    choose_view(request, response, fields.get("view", ""))
    return response


@portal.post("/portal/logout")
def logout(request: Request, fields: PostedFields) -> Response:
    response = RedirectResponse("/portal/login", status_code=303)
    close_session(request, response)
    return response
