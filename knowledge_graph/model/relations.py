"""The closed set of relations that a text or a vocabulary states of two things; what merely stands together is `related`, no statement."""

from enum import StrEnum


class Relation(StrEnum):
    """Read as `source RELATION target`: what is part of, owned by, replaced by ... stands first."""

    PART_OF = "part-of"
    OWNED_BY = "owned-by"
    DEPENDS_ON = "depends-on"
    REPLACED_BY = "replaced-by"
    MEMBER_OF = "member-of"
    DECIDED_IN = "decided-in"
    ACTION_OF = "action-of"
    BROADER = "broader"
    SEE_ALSO = "see-also"

    @property
    def phrase(self) -> str:
        """As said of the source."""
        return self.value.replace("-", " ")

    @property
    def inverse_phrase(self) -> str:
        """As said of the target."""
        return _INVERSE[self]


_INVERSE = {
    Relation.PART_OF: "has part",
    Relation.OWNED_BY: "owns",
    Relation.DEPENDS_ON: "needed by",
    Relation.REPLACED_BY: "replaces",
    Relation.MEMBER_OF: "has member",
    Relation.DECIDED_IN: "decides on",
    Relation.ACTION_OF: "has an action on",
    Relation.BROADER: "narrower",
    Relation.SEE_ALSO: "see also",
}
STATED = tuple(relation.value for relation in Relation)
DERIVED = ("knows", "related", "alias", "same")
"""Edges that are counted or joined and not read off a sentence: `related` is standing together."""
