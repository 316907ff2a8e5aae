"""What somebody may do beside reading. A role is held as a principal, so that tokens, directory groups and `--as` give it alike."""

from collections.abc import Iterable
from enum import IntEnum

from knowledge_graph.model.access import normalise_principal


class Role(IntEnum):
    """Each role may do what the ones before it may."""

    READER = 0
    CONTRIBUTOR = 1
    CURATOR = 2
    ADMIN = 3

    @property
    def principal(self) -> str:
        return f"role:{self.name.lower()}"


def role_of(principals: Iterable[str]) -> Role:
    """The highest role that is among these principals; everybody is a reader."""
    held = set(map(normalise_principal, principals))
    return max((role for role in Role if role.principal in held), default=Role.READER)
