"""The JSON interface. Each route asks the reader's library one question; the answers are the view records as they are."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Path, Query, Request

from api.answers import Classes, Experts, Health, Me, People, Suggestions, Topics
from api.problems import Problem
from api.services import BearerCaller, BearerLibrary, services_of
from knowledge_graph.errors import StoreUnavailable
from knowledge_graph.serving.views import Answer, ClassCard, DocumentCard, Gist, PersonCard, SearchAnswer, Subgraph, TopicCard

MAX_LIMIT = 100
MAX_OFFSET = 10_000
MAX_TEXT = 1_000

Kind = Literal["topic", "person", "document"]
GraphRelation = Literal[
    "", "knows", "related", "alias", "same", "part-of", "owned-by", "depends-on", "replaced-by", "member-of", "decided-in", "action-of",
    "broader", "see-also",
]  # fmt: skip
Text = Annotated[str, Query(min_length=1, max_length=MAX_TEXT)]
Filter = Annotated[str, Query(max_length=MAX_TEXT)]
Filters = Annotated[list[Annotated[str, Query(max_length=MAX_TEXT)]], Query(max_length=50, default_factory=list)]
ClassNames = Annotated[list[Annotated[str, Query(max_length=MAX_TEXT)]], Query(alias="class", max_length=50, default_factory=list)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Offset = Annotated[int, Query(ge=0, le=MAX_OFFSET)]
Name = Annotated[str, Path(max_length=MAX_TEXT)]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is wrong; the detail says how"},
    401: {"model": Problem, "description": "No token, or one that is not accepted here"},
    404: {"model": Problem, "description": "Absent, or not yours: the two answers are the same"},
    422: {"model": Problem, "description": "A parameter is missing or out of range"},
    503: {"model": Problem, "description": "Elasticsearch does not answer; try again"},
}

router = APIRouter(responses=PROBLEMS)
open_router = APIRouter()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@router.get("/search", tags=["search"], summary="Topics, people and passages for a text")
def search(
    library: BearerLibrary,
    q: Text,
    limit: Limit = 10,
    offset: Offset = 0,
    since: date | None = None,
    until: date | None = None,
    *,
    source: Filters,
    type: Filters,
    person: Filters,
    kind: Annotated[list[Kind], Query(max_length=3, default_factory=lambda: list(get_args(Kind)))],
    document_class: ClassNames,
    topic_type: Filter = "",
) -> SearchAnswer:
    """Hybrid search over what the reader may open. `total` and the facets count documents; `topic_type` leaves topics of one type."""
    return library.search(
        q,
        limit=limit,
        offset=offset,
        sources=tuple(source),
        types=tuple(type),
        people=tuple(person),
        since=_iso(since),
        until=_iso(until),
        kinds=tuple(kind),
        topic_type=topic_type,
        classes=tuple(document_class),
    )


@router.get("/answer", tags=["search"], summary="What the sources say to a question")
def answer(library: BearerLibrary, q: Text, limit: Annotated[int, Query(ge=1, le=5)] = 3) -> Answer:
    """Sentences quoted from passages, each cited, with a calibrated confidence. `found` is false where the sources do not say."""
    return library.answer(q, limit=limit)


@router.get("/gist", tags=["documents"], summary="What a document is about")
def gist(library: BearerLibrary, document: Text) -> Gist:
    """Key phrases and key sentences, each with its place and its reason. `document` is an id, or `source/path`."""
    return library.gist(document)


@router.get("/suggest", tags=["search"], summary="Names that begin like this")
def suggest(library: BearerLibrary, q: Text, limit: Limit = 8) -> Suggestions:
    return Suggestions(library.suggest(q, limit=limit))


@router.get("/topics", tags=["topics"], summary="The reader's topics, best first")
def topics(
    library: BearerLibrary, q: Filter = "", followed: bool = False, type: Filter = "", limit: Limit = 50, offset: Offset = 0
) -> Topics:
    """All of them, those whose name holds `q`, those that the caller follows, or those of one `type`; `types` counts the latter."""
    return Topics(library.topics(limit=limit, offset=offset, query=q, followed=followed, type=type), library.types())


@router.get("/topics/{key:path}", tags=["topics"], summary="A topic card")
def topic(library: BearerLibrary, key: Name, as_of: date | None = None) -> TopicCard:
    """`key` is a topic's key or any of its names. Every item names the passage that says it; `as_of` is the day that recent means."""
    return replace(library, as_of=_iso(as_of)).topic(key)


@router.get("/people", tags=["people"], summary="People in the reader's documents")
def people(library: BearerLibrary, q: Filter = "", limit: Limit = 50, offset: Offset = 0) -> People:
    return People(library.people(limit=limit, offset=offset, query=q))


@router.get("/people/{id:path}", tags=["people"], summary="A person card")
def person(library: BearerLibrary, id: Name) -> PersonCard:
    """`id` is an identity key such as `email:ann@example.org`, an address, a handle, a full name that means one person, or
    `name:ann lee` for all known by that name alone."""
    return library.person(id)


@router.get("/experts", tags=["people"], summary="Who knows about this, and why")
def experts(library: BearerLibrary, q: Text, limit: Limit = 10, as_of: date | None = None) -> Experts:
    """`as_of` is the day that recent means; by default that of the last document."""
    return Experts(replace(library, as_of=_iso(as_of)).experts(q, limit=limit))


@router.get("/documents/{id:path}", tags=["documents"], summary="A document and its passages")
def document(library: BearerLibrary, id: Name, limit: Limit = 50, offset: Offset = 0) -> DocumentCard:
    """`id` is a document's id, or `source/path`. `limit` and `offset` page through its passages."""
    return library.document(id, offset=offset, limit=limit)


@router.get("/classes", tags=["classes"], summary="Classes of documents, by their examples")
def classes(library: BearerLibrary) -> Classes:
    """Classes of which the caller may open an example, each as the examples and documents that they may open make it."""
    return Classes(library.classes())


@router.get("/classes/{name:path}", tags=["classes"], summary="A class of documents")
def document_class(library: BearerLibrary, name: Name, limit: Limit = 10, offset: Offset = 0) -> ClassCard:
    """The words that decide, the examples, how well examples left out are found, and a page of the class's documents, surest first."""
    return library.document_class(name, limit=limit, offset=offset)


@router.get("/graph/neighbours", tags=["graph"], summary="What is connected to a topic or person")
def neighbours(library: BearerLibrary, key: Text, relation: GraphRelation = "", limit: Limit = 50) -> Subgraph:
    return library.neighbours(key, relation=relation, limit=limit)


@router.get("/graph/path", tags=["graph"], summary="How two topics or people are connected")
def path(library: BearerLibrary, a: Text, b: Text, max_length: Annotated[int, Query(ge=1, le=6)] = 4) -> Subgraph:
    """The shortest chain of edges from `a` to `b` in the reader's documents; 404 where there is none."""
    return library.path(a, b, max_length=max_length)


@router.get("/me", tags=["access"], summary="Who the caller is here")
def me(caller: BearerCaller) -> Me:
    """Every principal of the caller, groups of the directory included: what decides which documents they may open."""
    return Me(caller.actor, caller.role.name.lower(), tuple(sorted(caller.library.reader.principals)))


@open_router.get("/health", tags=["health"], summary="Is it up", responses={503: PROBLEMS[503]})
def health(request: Request) -> Health:
    if not services_of(request).store.ping():
        raise StoreUnavailable("health check")
    return Health("ok")
