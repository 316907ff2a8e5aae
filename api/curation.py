"""Routes of verdicts: give one, take one back, look at what was said about a card."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers import Review, Verdicts
from api.problems import Problem
from api.routes import MAX_TEXT, PROBLEMS, Limit, Name, Offset
from api.services import BearerCaller, Caller, services_of
from knowledge_graph.curation.desk import MAX_TEXT as MAX_VERDICT
from knowledge_graph.curation.desk import Desk, Draft, Examples, Judgement
from knowledge_graph.curation.views import History, VerdictRow
from knowledge_graph.model.verdicts import Kind

REFUSALS: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "The caller's role does not allow it"},
    409: {"model": Problem, "description": "Somebody else decided meanwhile; `revision` is what to base it on after a look"},
}

Key = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
Principals = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=320)]], Field(max_length=100)]
Documents = Annotated[list[Key], Field(max_length=100)]
Typed = Annotated[str, StringConstraints(max_length=MAX_VERDICT)]

curation = APIRouter(responses=PROBLEMS, tags=["verdicts"])


class Given(BaseModel):
    """A verdict to record. `key` is a topic's key or name, or a person; `other` the second topic, the person or the document.

    `allow` and `deny` are whom it speaks to: everyone if left out, but a typed text needs them. `based_on` is the `revision` of the
    card that was looked at; without it whatever was decided meanwhile is overruled unseen.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    key: Key
    other: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = ""
    text: Typed = ""
    why: Typed = ""
    allow: Principals = []
    deny: Principals = []
    based_on: Annotated[str, StringConstraints(max_length=64)] | None = None


class Judged(BaseModel):
    """Whether two people are one: `left` and `right` are ids as `GET /review` lists them."""

    model_config = ConfigDict(extra="forbid")

    left: Key
    right: Key
    same: bool
    why: Typed = ""
    allow: Principals = []
    deny: Principals = []


class Exemplified(BaseModel):
    """Documents, by id or `source/path`, that are of the class `name`, and others that are not; `allow` is whom it speaks to."""

    model_config = ConfigDict(extra="forbid")

    name: Key
    positive: Documents = []
    negative: Documents = []
    why: Typed = ""
    allow: Principals = []
    deny: Principals = []


class Undone(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Typed = ""


def desk_of(request: Request, caller: Caller) -> Desk:
    return Desk(services_of(request).log, caller.library, caller.actor)


@curation.post("/verdicts", status_code=201, summary="Confirm, reject, rename, merge, pin, describe ...", responses=REFUSALS)
def give(request: Request, caller: BearerCaller, given: Given) -> VerdictRow:
    """It acts at the next request of everyone in its audience whose documents speak of what it is about."""
    fields = given.model_dump(exclude={"allow", "deny"})
    return desk_of(request, caller).give(Draft(**fields, allow=tuple(given.allow), deny=tuple(given.deny)))


@curation.get("/verdicts", summary="The history of a card")
def history(request: Request, caller: BearerCaller, key: Annotated[str, Query(min_length=1, max_length=MAX_TEXT)]) -> History:
    """Every verdict on the card that is addressed to the caller, oldest first, with what became of it."""
    return desk_of(request, caller).history(key)


@curation.get("/verdicts/dormant", summary="Verdicts that wait for their topic to return")
def dormant(request: Request, caller: BearerCaller) -> Verdicts:
    """For curators: what speaks of something that no document they may open names now."""
    return Verdicts(desk_of(request, caller).dormant())


@curation.get("/review", summary="People who may be one person", responses={403: REFUSALS[403]})
def review(request: Request, caller: BearerCaller, limit: Limit = 50, offset: Offset = 0) -> Review:
    """For curators: pairs with one name, or nearly, that nothing joins and nobody decided, likeliest first."""
    return Review(desk_of(request, caller).review(limit=limit, offset=offset))


@curation.post("/review", status_code=201, summary="Say whether two people are one", responses=REFUSALS)
def judge(request: Request, caller: BearerCaller, judged: Judged) -> VerdictRow:
    """Recorded as a merge or a split, which can be undone like any verdict."""
    fields = judged.model_dump(exclude={"allow", "deny"})
    return desk_of(request, caller).judge(Judgement(**fields, allow=tuple(judged.allow), deny=tuple(judged.deny)))


@curation.post("/classes", status_code=201, summary="Give examples of a class of documents", responses=REFUSALS)
def exemplify(request: Request, caller: BearerCaller, given: Exemplified) -> Verdicts:
    """One verdict a document, each undone like any; a document's latest one decides."""
    documents, audience = (tuple(given.positive), tuple(given.negative)), (tuple(given.allow), tuple(given.deny))
    return Verdicts(desk_of(request, caller).exemplify(Examples(given.name, *documents, given.why, *audience)))


@curation.post("/verdicts/{id}/undo", status_code=201, summary="Take one verdict back", responses=REFUSALS)
def undo(request: Request, caller: BearerCaller, id: Name, undone: Undone | None = None) -> VerdictRow:
    """The event stays in the history; undoing the undo brings it back."""
    return desk_of(request, caller).undo(id, undone.why if undone else "")
