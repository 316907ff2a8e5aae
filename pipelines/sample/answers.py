"""Gold derived from the organisation: the same source that writes the files knows what they say."""

from collections.abc import Iterable
from typing import Literal

from pipelines.sample.edits import contributions
from pipelines.sample.gold import (
    Gold,
    GoldClaim,
    GoldDecision,
    GoldDefinition,
    GoldExpert,
    GoldItem,
    GoldPerson,
    GoldReason,
    GoldRename,
    GoldTopic,
    Reason,
)
from pipelines.sample.source import Item, Organisation

REASONS: dict[str, Reason] = {"encrypted": "encrypted", "truncated": "damaged", "empty": "empty", "random": "unsupported"}
UNREADABLE = {*REASONS, "excluded"}


def answers(org: Organisation) -> Gold:
    return Gold(
        company=org.company.name,
        items=tuple(_item(item, org) for item in org.items),
        topics=tuple(_topic(key, org) for key in org.topics),
        definitions=tuple(
            GoldDefinition(topic=key, text=org.topics[key].definition, path=path) for path, keys in org.definitions.items() for key in keys
        ),
        decisions=tuple(
            GoldDecision(topic=d.topic, date=str(d.date or item.last), who=org.principal(d.who), what=d.what, path=item.path)
            for item in org.items
            for d in item.decisions
        ),
        claims=tuple(
            GoldClaim(question=c.question, date=str(c.date or item.last), value=c.value, text=c.text, path=item.path)
            for item in org.items
            for c in item.claims
        ),
        renames=tuple(
            GoldRename(topic=key, former=topic.renamed.former, name=topic.name, date=str(topic.renamed.date))
            for key, topic in org.topics.items()
            if topic.renamed
        ),
        people=tuple(_person(key, org) for key in org.people),
        same_name=_shared((person.name, person.email) for person in org.people.values()),
        acronyms=_shared((alias, key) for key, topic in org.topics.items() for alias in topic.aliases),
    )


def _shared(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return {name: tuple(sorted(values)) for name, values in sorted(groups.items()) if len(values) > 1}


def _item(item: Item, org: Organisation) -> GoldItem:
    folder = org.access(item.path)
    parts = (*item.attachments, *item.members)
    return GoldItem(
        path=item.path,
        title=item.title,
        kind=item.kind,
        state="excluded" if item.render == "excluded" else "quarantined" if item.render in REASONS else "published",
        reason=REASONS.get(item.render, ""),
        allow=tuple(map(org.principal, folder.allow)),
        deny=tuple(map(org.principal, folder.deny)),
        created=str(item.date),
        modified=str(item.last),
        authors=tuple(map(org.principal, item.by)),
        editors=tuple(map(org.principal, item.edits)),
        topics=tuple(item.topics),
        children=tuple(f"{item.path}!/{part.path}" for part in parts),
        ocr=tuple(item.ocr),
    )


def _topic(key: str, org: Organisation) -> GoldTopic:
    topic = org.topics[key]
    about = [item for item in org.items if key in item.topics and item.render not in UNREADABLE]
    grades = (3, 2)
    return GoldTopic(
        key=key,
        name=topic.name,
        type=topic.type,
        department=topic.department,
        aliases=tuple(topic.aliases),
        definition=topic.definition,
        experts=tuple(
            GoldExpert(
                name=org.name(who),
                email=org.principal(who),
                grade=grades[rank] if rank < len(grades) else 1,
                reasons=(GoldReason(kind="said", text=said), *_counted(who, key, about, org)),
            )
            for rank, (who, said) in enumerate(topic.experts.items())
        ),
        related=tuple(topic.related),
        documents=tuple(item.path for item in about),
    )


def _counted(who: str, key: str, about: list[Item], org: Organisation) -> list[GoldReason]:
    mine = [(item, edit) for item in about for edit in contributions(item, org) if edit.who == who]
    found: list[tuple[Literal["wrote", "edited", "decided"], list[str]]] = [
        ("wrote", [edit.last for item, edit in mine if who in item.by]),
        ("edited", [edit.last for item, edit in mine if who in item.edits]),
        ("decided", [str(d.date or item.last) for item in org.items for d in item.decisions if d.topic == key and d.who == who]),
    ]
    return [GoldReason(kind=kind, count=len(dates), last=max(dates)) for kind, dates in found if dates]


def _person(key: str, org: Organisation) -> GoldPerson:
    person = org.people[key]
    return GoldPerson(
        name=person.name,
        email=person.email,
        handle=person.handle,
        department=person.department,
        role=person.role,
        left=str(person.left or ""),
        external=person.external,
        principals=org.principals(key),
    )
