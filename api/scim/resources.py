"""Creating, replacing, patching, deleting and listing what is pushed: SCIM 2.0 (RFC 7643, RFC 7644) over the directory."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scim2_models import (
    Context,
    Group,
    ListResponse,
    Meta,
    NotFoundException,
    PatchOp,
    Resource,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
    UniquenessException,
)
from scim2_models.path import Comparison

from api.scim import PREFIX
from api.scim.records import group_of, person_of_user
from api.scim.service import MAX_PAGE, PAGE, Account
from knowledge_graph.directory.pushed import Batch, Kind, Pushed

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Types:
    """A resource and the messages about it."""

    resource: Any
    query: Any
    search: Any
    patch: Any
    listed: Any


TYPES: Mapping[Kind, _Types] = {
    "User": _Types(Account, ResponseParameters[Account], SearchRequest[Account], PatchOp[Account], ListResponse[Account]),
    "Group": _Types(Group, ResponseParameters[Group], SearchRequest[Group], PatchOp[Group], ListResponse[Group]),
}
LOOKED_UP = {
    ("User", "username"): "name",
    ("User", "externalid"): "external",
    ("Group", "displayname"): "name",
    ("Group", "externalid"): "external",
}
"""Attributes that an `eq` filter finds by an index; every other filter reads all."""


@dataclass(frozen=True, slots=True)
class Resources:
    """The users or the groups of this service."""

    kind: Kind
    pushed: Pushed
    provider: ScimProvider
    origin: str

    @property
    def _types(self) -> _Types:
        return TYPES[self.kind]

    def create(self, body: Body) -> Body:
        with self.provider, self.pushed.writing() as batch:
            made = self._types.resource.model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
            made.id = str(uuid.uuid4())
            self._require_unique(made, batch)
            made.meta = self._meta(made.id, datetime.now(UTC))
            self._put(made, batch)
            return self._dump(made, Context.RESOURCE_CREATION_RESPONSE)

    def read(self, id: str, query: Mapping[str, str]) -> Body:
        with self.provider, self.pushed.reading() as batch:
            asked = self._types.query.model_validate(dict(query), scim_ctx=Context.RESOURCE_QUERY_REQUEST)
            return self._dump(self._stored(id, batch), Context.RESOURCE_QUERY_RESPONSE, asked)

    def replace(self, id: str, body: Body) -> Body:
        with self.provider, self.pushed.writing() as batch:
            before = self._stored(id, batch)
            made = self._types.resource.model_validate(body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
            made.replace(before)
            made.id = id
            self._require_unique(made, batch)
            made.meta = self._meta(id, before.meta.created)
            self._put(made, batch)
            return self._dump(made, Context.RESOURCE_REPLACEMENT_RESPONSE)

    def patch(self, id: str, body: Body) -> Body:
        with self.provider, self.pushed.writing() as batch:
            patched = self._stored(id, batch)
            wanted = self._types.patch.model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
            if wanted.patch(patched):
                self._require_unique(patched, batch)
                patched.meta = self._meta(id, patched.meta.created)
                self._put(patched, batch)
            return self._dump(patched, Context.RESOURCE_PATCH_RESPONSE)

    def delete(self, id: str) -> None:
        with self.provider, self.pushed.writing() as batch:
            self._stored(id, batch)
            batch.delete(self.kind, id)

    def search(self, query: Mapping[str, Any]) -> Body:
        with self.provider, self.pushed.reading() as batch:
            asked = self._types.search.model_validate(dict(query), scim_ctx=Context.SEARCH_REQUEST)
            return _page(asked, [self._load(row) for row in self._candidates(asked, batch)], self._types.listed)

    def loaded(self, batch: Batch) -> list[Any]:
        return [self._load(row) for row in batch.all(self.kind)]

    def _candidates(self, asked: Any, batch: Batch) -> list[Body]:
        tree = asked.filter.ast if asked.filter is not None else None
        if isinstance(tree, Comparison) and tree.op == "eq" and isinstance(tree.value, str):
            column = LOOKED_UP.get((self.kind, str(tree.attr_path).rpartition(":")[2].casefold()))
            if column is not None:
                return batch.find(self.kind, "name" if column == "name" else "external", tree.value)
        return batch.all(self.kind)

    def _load(self, row: Body) -> Any:
        return self._types.resource.model_validate(row, scim_ctx=Context.DEFAULT)

    def _stored(self, id: str, batch: Batch) -> Any:
        row = batch.get(self.kind, id)
        if row is None:
            raise NotFoundException(detail=f"There is no {self.kind} {id}.")
        return self._load(row)

    def _require_unique(self, resource: Any, batch: Batch) -> None:
        name = resource.user_name if self.kind == "User" else ""
        if name and any(row["id"] != resource.id for row in batch.find("User", "name", name)):
            raise UniquenessException(detail="The userName belongs to another User.")

    def _meta(self, id: str, created: datetime | None) -> Meta:
        location = f"{self.origin}{PREFIX}/{self.kind}s/{id}"
        return Meta(resource_type=self.kind, created=created, last_modified=datetime.now(UTC), location=location)

    def _put(self, resource: Any, batch: Batch) -> None:
        if self.kind == "User":
            resource.password = None  # we never check one, so we keep none
            person = person_of_user(resource, batch.person(resource.id))
            batch.put_person(person, self._stored_form(resource), resource.user_name or "", resource.external_id or "")
        else:
            batch.put_group(group_of(resource, batch), self._stored_form(resource), resource.display_name or "", resource.external_id or "")

    @staticmethod
    def _stored_form(resource: Resource[Any]) -> Body:
        form: Body = resource.model_dump(scim_ctx=Context.DEFAULT, mode="json")
        return form

    @staticmethod
    def _dump(resource: Any, context: Context, asked: Any = None) -> Body:
        answer: Body = resource.model_dump(scim_ctx=context, response_parameters=asked)
        return answer


def search_all(kinds: Sequence[Resources], query: Mapping[str, Any]) -> Body:
    """Users and groups together."""
    first = kinds[0]
    with first.provider, first.pushed.reading() as batch:
        asked = SearchRequest[Account | Group].model_validate(dict(query), scim_ctx=Context.SEARCH_REQUEST)
        return _page(asked, [resource for kind in kinds for resource in kind.loaded(batch)], ListResponse[Account | Group])


def _page(asked: Any, candidates: list[Any], listed: Any) -> Body:
    """The page of a search that was asked for."""
    found = asked.sort([each for each in candidates if asked.filter is None or asked.filter.match(each)])
    start = asked.start_index_0 or 0
    page = found[start : start + min(PAGE if asked.count is None else asked.count, MAX_PAGE)]
    made = listed(total_results=len(found), start_index=start + 1, items_per_page=len(page), resources=page)
    answer: Body = made.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked)
    return {"Resources": [], **answer}
