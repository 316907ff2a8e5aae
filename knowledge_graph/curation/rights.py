"""Who may say what."""

from collections.abc import Mapping

from knowledge_graph.curation.errors import NotAllowed
from knowledge_graph.model.access import EVERYONE, Access, Reader, normalise_principal
from knowledge_graph.model.roles import Role, role_of
from knowledge_graph.model.verdicts import PERSONAL, Kind, Verdict

NEEDS: Mapping[Kind, Role] = {
    Kind.FOLLOW: Role.READER,
    Kind.NOT_ME: Role.READER,
    Kind.OPT_OUT: Role.READER,
    Kind.CONFIRM: Role.CONTRIBUTOR,
    Kind.ADD_ALIAS: Role.CONTRIBUTOR,
    Kind.DESCRIBE: Role.CONTRIBUTOR,
    Kind.TYPE: Role.CONTRIBUTOR,
    Kind.PIN_PERSON: Role.CONTRIBUTOR,
    Kind.PIN_DOCUMENT: Role.CONTRIBUTOR,
    Kind.REJECT: Role.CURATOR,
    Kind.HIDE: Role.CURATOR,
    Kind.RENAME: Role.CURATOR,
    Kind.REMOVE_ALIAS: Role.CURATOR,
    Kind.MERGE: Role.CURATOR,
    Kind.SPLIT: Role.CURATOR,
    Kind.UNPIN_PERSON: Role.CURATOR,
    Kind.UNPIN_DOCUMENT: Role.CURATOR,
    Kind.EXAMPLE: Role.CURATOR,
    Kind.COUNTEREXAMPLE: Role.CURATOR,
}
"""Readers speak for themselves, contributors add, curators take away and decide what is the same."""


def require_role(reader: Reader, kind: Kind) -> None:
    held = role_of(reader.principals)
    if held < NEEDS[kind]:
        raise NotAllowed(f"{kind} needs the role {NEEDS[kind].name.lower()}; yours is {held.name.lower()}.")


def require_self(reader: Reader, actor: str, identities: tuple[str, ...]) -> None:
    """People speak for themselves; an administrator may, for those who cannot."""
    if role_of(reader.principals) < Role.ADMIN and f"email:{normalise_principal(actor)}" not in identities:
        raise NotAllowed("Only the person, known by the address in their token, or an administrator may say this.")


def require_undo(reader: Reader, actor: str, verdict: Verdict) -> None:
    role = role_of(reader.principals)
    if verdict.actor == actor or role == Role.ADMIN or (role == Role.CURATOR and verdict.kind not in PERSONAL):
        return
    raise NotAllowed("Only who gave a verdict, or a curator, may take it back; what people said for themselves, only they.")


def audience_of(kind: Kind, actor: str, allow: tuple[str, ...], deny: tuple[str, ...]) -> Access:
    """Whom a verdict speaks to. What people say for themselves leaves no choice."""
    if kind == Kind.FOLLOW:
        return Access.of([actor])
    if kind in PERSONAL:
        return Access.of([EVERYONE])
    return Access.of(allow or [EVERYONE], deny)
