"""A small organisation whose documents are of three kinds, ten of each: minutes, offers, guides."""

from knowledge_graph.model.access import EVERYONE, Access
from knowledge_graph.model.ids import document_id
from tests.laws.organisations import Content, Written

OPEN, BOARD = Access.of([EVERYONE]), Access.of(["group:board"])
BIRDS = ("heron", "osprey", "merlin", "plover", "curlew", "dunlin", "godwit", "teal", "wigeon", "scoter")
THINGS = ("crane", "ledger", "harbour", "scanner", "valve", "rotor", "gauge", "lever", "pump", "winch")
MINUTES = (
    "# {0} meeting\n\nAttendees: Ann Lee, Bo Ek\n\nAgenda: the {1} budget.\n\nWe discussed the {0} {1}. Action items: Ann asks about {1}.\n"
)
OFFER = "# {0} {1}\n\nWe offer the {1} at a price of 900. The quotation is valid for 30 days. Delivery of the {0} {1} in two weeks.\n"
GUIDE = "# How to run the {0}\n\nInstall the {1}, then switch the {0} on. The {1} budget has its own page.\n"
KINDS = {"minutes": MINUTES, "offer": OFFER, "guide": GUIDE}


def path(kind: str, number: int, folder: str = "open") -> str:
    return f"{folder}/{kind}{number}.md"


def id_of(kind: str, number: int, folder: str = "open") -> str:
    return document_id("handbook", path(kind, number, folder))


def documents(folder: str = "open", access: Access = OPEN, other: str = "") -> dict[tuple[str, str], Written]:
    """Ten of each kind; `other` is a word that only these say."""
    return {
        ("handbook", path(kind, number, folder)): Written(
            Content(text.format(f"{BIRDS[number]} {other}".strip(), THINGS[(number * 3) % 10]), "2024-01-01"), access
        )
        for kind, text in KINDS.items()
        for number in range(10)
    }
