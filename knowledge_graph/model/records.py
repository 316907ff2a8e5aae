"""The records every room shares.

Dates are ISO 8601 strings (`YYYY-MM-DD`) and `""` where unknown, because they cross Spark, Arrow and JSON
and are only ever compared and cut to months. Spans are character offsets into a segment's text, end exclusive.
"""

from dataclasses import dataclass, field

from knowledge_graph.model.access import Access


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person did to a document; at least one of name, email and handle is not empty.

    `kind` is one of `wrote edited presented answered decided owner asked attended sent received took tagged mentioned`.
    """

    kind: str
    name: str = ""
    email: str = ""
    handle: str = ""
    count: int = 1
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a source lists. `fingerprint` changes whenever the bytes may have changed and is cheap to obtain."""

    source: str
    item_id: str
    fingerprint: str
    size: int
    access: Access
    title: str = ""
    created: str = ""
    modified: str = ""
    people: tuple[Contribution, ...] = ()
    excluded: str = ""
    """The rule that leaves this item out, in words; `""` when it is taken."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in a span of a segment's text.

    `kind` is one of `heading paragraph item cell codeblock code link strong person speaker time caption quote`:
    block kinds (heading, paragraph, item, cell, codeblock, caption, quote) tile the text, the others lie inside them.
    `value` is the link target, the heading level, the account of a person (or `""`), the speaker's name as written, the time `hh:mm:ss`,
    the cell reference, how deep an item is nested (from 1, `""` where the format does not say); else `""`.
    In a vocabulary `term` marks what a concept says, and `value` is the SKOS property: prefLabel altLabel hiddenLabel notation definition
    type broader narrower related.
    """

    start: int
    end: int
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class WordBox:
    """One recognised word: its span, its box as fractions of the page (0 to 1, origin top left), its confidence (0 to 1)."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage of at most about 200 words under one heading path, on one page or slide: what search returns and evidence cites."""

    position: int
    text: str
    headings: tuple[str, ...] = ()
    page: int = 0
    """1-based page or slide; 0 where the format has none."""
    confidence: float = 1.0
    marks: tuple[Mark, ...] = ()
    words: tuple[WordBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """An attachment, archive member or embedded image: parsed as an item of its own with its parent's access."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Scan:
    """A page without a good text layer, rendered for OCR. `image` is PNG or the original image file."""

    page: int
    image: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """What parsing makes of one file's bytes. No segments and no scans and no children is never returned: that is `EmptyDocument`."""

    kind: str
    """`document mail meeting event image table slides archive vocabulary`."""
    mime: str
    title: str = ""
    language: str = ""
    created: str = ""
    modified: str = ""
    people: tuple[Contribution, ...] = ()
    segments: tuple[Segment, ...] = ()
    children: tuple[Child, ...] = ()
    scans: tuple[Scan, ...] = ()
    notes: tuple[str, ...] = ()
    """What of the file was left out, a sentence each: rows of a long sheet, pictures beyond the cap."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document as mining sees it: the source's facts and the parser's joined."""

    document: str
    source: str
    path: str
    kind: str
    title: str
    modified: str
    created: str = ""
    people: tuple[Contribution, ...] = ()
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation in one place of one document.

    | kind | subject | place | other | value |
    |---|---|---|---|---|
    | mention | topic key | title path folder heading item link code cell strong prose speech vocabulary | | the name as written |
    | alias | topic key | acronym title-folder link code-name also-known-as formerly number field vocabulary | the other key | its name |
    | reference | topic key by which the page linked to goes | link | | the link's text |
    | definition | topic key | definition status summary decision vocabulary | | the sentence |
    | contribution | person identity | a Contribution kind | of an action, the topic key | the name as written |
    | called | `name:` and a folded name | mentioned, of a given name a Contribution kind | | the name of whoever other documents know |
    | same | person identity | address commit signature handle | the other identity | the name as written |
    | role | person identity | owner lead chair ... | topic key or "" | the phrase |
    | relation | topic key or person identity | a Relation | the other end: key, identity, or document id (decided-in) | the words |
    | statement | topic key | owner status launch end start due version, or the text's noun | the value in one form | the sentence |

    A mention row stands for all mentions of a key in one place of its document: `count` says how many, the span is the first.
    `segment` is -1 for what stands outside the text (title, path, the source's list of people); the quote is then `value`.
    """

    kind: str
    subject: str
    place: str
    value: str
    other: str = ""
    segment: int = -1
    start: int = 0
    end: int = 0
    count: int = 1
    date: str = ""
    last: str = ""
    confidence: float = 1.0
    features: tuple[str, ...] = field(default=())
    """Additive flags that `finish` weighs, such as `standalone:3`; `type:system` says what kind of thing a mention names; of a relation how
    it is stated, and `inverse` where `other` is its source."""
