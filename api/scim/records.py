"""From what is pushed to the directory's records."""

from scim2_models import EnterpriseUser, Group, User

from knowledge_graph.directory.model import Group as GroupRecord
from knowledge_graph.directory.model import Person, group, user
from knowledge_graph.directory.pushed import Batch
from knowledge_graph.directory.store import today


def person_of_user(account: "User[EnterpriseUser]", before: Person | None) -> Person:
    """An account that is switched off has ended on the day that this was first said."""
    enterprise = account[EnterpriseUser]
    manager = enterprise.manager.value if enterprise and enterprise.manager else ""
    active = account.active is not False
    ended = before.end if before and not before.active and before.end else today()
    emails = sorted((email for email in account.emails or [] if email.value), key=lambda email: not email.primary)
    return Person(
        id=account.id or "",
        names=_names(account),
        emails=tuple(dict.fromkeys(email.value.casefold() for email in emails if email.value)),
        accounts=tuple(filter(None, (account.user_name, account.external_id))),
        manager=user(manager or ""),
        department=(enterprise.department or "") if enterprise else "",
        end="" if active else ended,
        active=active,
    )


def _names(account: User[EnterpriseUser]) -> tuple[str, ...]:
    parts = account.name
    whole = " ".join(filter(None, (parts.given_name, parts.family_name))) if parts else ""
    found = (account.display_name, parts.formatted if parts else None, whole)
    return tuple(dict.fromkeys(name.strip() for name in found if name and name.strip()))


def group_of(pushed: Group, batch: Batch) -> GroupRecord:
    """Its names mean the same: the one that people use, the id that tokens carry, and ours."""
    ids = [f"group:{id.casefold()}" for id in (pushed.external_id, pushed.id) if id]
    principals = tuple(dict.fromkeys(filter(None, (group(pushed.display_name or ""), *ids))))
    members = set()
    for member in pushed.members or []:
        if member.value:
            is_group = member.type == "Group" or (member.type is None and batch.is_group(member.value))
            members.add(f"group:{member.value.casefold()}" if is_group else user(member.value))
    return GroupRecord(pushed.id or "", principals, tuple(sorted(members)))
