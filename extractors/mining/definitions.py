"""Sentences that say what a topic is, how it stands and what was decided, each with how well it reads on a card."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.facts import iso_date
from extractors.labels import DECIDED
from extractors.mining.blocks import PROSE_KINDS, Block, sentences
from extractors.mining.known import Known
from extractors.mining.names import bare, cut_number, names_in, shape, usable
from extractors.mining.own import Own
from extractors.mining.roles import part_of
from extractors.mining.vocabulary import LABELS, STOP
from knowledge_graph.model.records import Evidence
from knowledge_graph.text.words import terms

SUMMARY_SENTENCES = 4
DEFINITIONS_PER_KEY = 3
MIN_WORDS, MAX_WORDS = 5, 60
"""Shorter is a label, longer is a list that lost its bullets; neither reads on a card."""

_SECTIONS = {
    "summary": 0.6, "abstract": 0.6, "tl;dr": 0.6, "description": 0.55, "overview": 0.55, "scope": 0.55, "mission": 0.55,
    "mission statement": 0.6, "vision": 0.45, "desired outcome": 0.45, "what we do": 0.55, "who we are": 0.5, "purpose": 0.55,
    "about": 0.55, "introduction": 0.5, "what is it": 0.55, "charter": 0.5, "motivation": 0.4,
    "background": 0.35, "goals": 0.35, "goal": 0.4,
    "zusammenfassung": 0.6, "überblick": 0.55, "beschreibung": 0.55, "zweck": 0.55, "einleitung": 0.5, "ziel": 0.4, "ziele": 0.35,
    "hintergrund": 0.35, "résumé": 0.6, "présentation": 0.55, "objectif": 0.4, "objectifs": 0.35, "contexte": 0.35, "resumen": 0.6,
    "descripción": 0.55, "introducción": 0.5, "objetivo": 0.4, "objetivos": 0.35, "sommario": 0.6, "descrizione": 0.55,
    "introduzione": 0.5, "obiettivi": 0.35, "samenvatting": 0.6, "beschrijving": 0.55, "inleiding": 0.5, "doel": 0.4,
}  # fmt: skip
_WHOSE = re.compile(r"^(?:(?:the|our|its|this|team|project|product|group|working group)\s+)+(?=\w)")
_OF_WHAT = re.compile(r"(?:(?<=^description)|(?<=^purpose)|(?<=^overview)) of .{1,40}$|(?<=^about) (?:us|the|this|our)\b.{0,30}$")
_LEAD, _LABELLED = 0.45, 0.75
_ABSTRACTS = frozenset({"summary", "abstract", "tl;dr", "zusammenfassung", "résumé", "resumen", "sommario", "samenvatting"})
"""Their first sentence says what the document is for, in whatever form: `Add a flag that ...`."""
_ABSTRACT = 0.2
"""What that sentence gains, and what stands under a weaker heading beside it loses: it tells why, or what was before."""
_ANNOUNCES = re.compile(
    r"\b(?:this (?:(?:special interest|working|technical|software|open[- ]source) )?"
    r"(?:proposal|document|project|page|feature|group|team|committee|(?-i:[A-Z]{2,5})|kep|rfc|pep|sig|service|product|tool|library|plugin"
    r"|policy|specification|initiative|programme?)"
    r"|we propose|the goal is|is responsible for|aims? to|covers)\b",
    re.I,
)
_DANGLES = re.compile(
    r"^\W*(?:however|it|these|those|this|they|also|but|and|so|such|therefore|thus|additionally|in addition|for example|as a result|he|she"
    r"|that)\b",
    re.I,
)
_PROBLEM = re.compile(
    r"\b(?:currently|today|cannot|can't|unfortunately|problem|lack of|lacks|historically|previously|traditionally|in the past)\b", re.I
)
_STUMBLE = re.compile(
    r"\b(?:(?:the )?following|as follows|below|above|TODO|TBD|this (?:section|template))\b"
    r"|\s[,.;](?:\s|$)|\(\s*\)|\b(?:in|at|to|from|see|by)\s*[.,](?:\s|$)",
    re.I,
)
_GREETS = re.compile(r"^\W*(?:welcome|hello|hi|thanks?|note|I|we'll|let's|there (?:is|are)|please|if|see|looks like|we focus)\b", re.I)
_RECORD = re.compile(r"annual.?report|meeting|minutes|\bnotes?\b|agenda|retro|\bretrospective\b|changelog|\b(?:19|20)\d\d\b", re.I)
_LEADS = r"\s*(?:\([^()]{1,60}\)\s*)?,?\s*"
_IS = re.compile(
    rf"^{_LEADS}"
    r"(?:(?P<is>(?:is|are)\s+(?:an?|the|our|one of)\b)|(?P<means>means|refers to|stands for)\s"
    r"|(?P<does>(?:is|are)\s+(?:responsible for|used (?:to|for|by)|(?:designed|intended|dedicated) to|where|how)\b"
    r"|(?:aims to|exists to|seeks to|connects|brings together|coordinates|provides|enables|describes|allows|helps)\s)"
    r"|(?P<has>(?:covers|owns|maintains|manages)\s|was\s+(?:an?|the|our|one of)\b))"
)
_IS_ELSEWHERE = re.compile(
    rf"^{_LEADS}"
    r"(?:(?P<is>(?:ist|sind)\s+(?:eine?[rsmn]?|der|die|das|unsere?[rsmn]?)\b"
    r"|(?:est|sont)\s+(?:(?:une?|les?|la|des|notre|nos)\b|l['\u2019])"
    r"|(?:es|son)\s+(?:una?|el|la|l[oa]s|nuestr[oa]s?)\b"
    r"|(?:è|sono)\s+(?:(?:un[ao]?|il|la|lo|i|gli|(?:il |la )?nostr[oa])\b|(?:un|l)['\u2019])"
    r"|(?:é|são)\s+(?:uma?|os?|as?|noss[oa])\b|(?:is|zijn)\s+(?:een|de|het|onze?)\b|är\s+(?:en|ett)\b|er\s+(?:en|et)\b"
    r"|[\u2013\u2014-]\s+это\b)"
    r"|(?P<means>bezeichnet|bedeutet|steht für|désigne|signifie|significa|se refiere a|betekent|staat voor|означает)\s"
    r"|(?P<does>dient\s+(?:zur|zum|dazu|der|dem)\b|sert\s+à\s|permet\s+d(?:e\s|['\u2019])|sirve\s+para\b|serve\s+(?:a|per|para)\b"
    r"|(?:beschreibt|ermöglicht|décrit|describe|permite|descrive|permette|descreve|beschrijft)\s)"
    r"|(?P<has>(?:umfasst|verwaltet|regelt|couvre|gère|cubre|gestiona|copre|gestisce|beheert)\s))"
)
"""The same in other languages: `Lampe ist der Dienst ...`."""
_VERBS = """
is are was means refers stands aims exists seeks connects brings coordinates provides enables
describes allows helps covers owns maintains manages ist sind bezeichnet bedeutet steht
dient beschreibt ermöglicht umfasst verwaltet regelt est sont désigne signifie sert permet décrit couvre gère es son significa sirve permite
describe cubre gestiona è sono serve permette descrive copre gestisce é são descreve zijn betekent beschrijft beheert är er
"""
_VERB = re.compile(rf"\s(?:\([^()]{{1,60}}\)\s*)?,?\s*(?:{'|'.join(_VERBS.split())})\s")
MAX_SUBJECT = 110
"""Characters before the verb of a sentence that defines what it begins with."""
_SAYS = {"is": 0.75, "means": 0.75, "does": 0.6, "has": 0.5}
"""What something is defines it better than what it does, and that better than what it looks after."""
_REMARK = re.compile(
    r"^\s*(?:\([^()]*\)\s*)?(?:is|are)\s+(?:one\s+of\s+the\s+\w+est\b|the\s+(?:responsibility|same|only|default|first|last|next|reason|case|one|ones|problem|issue|question|main|most|best"
    r"|right|correct|way|result|current|previous|other|opposite|preferred|recommended)|an?\s+(?:bit|lot|good|bad|great|little|must|problem|issue"
    r"|natural|important|example|opt-in|common|sub-?class|subtype|pretty|very|quite|somewhat|rather|wash|exception|huge|real|nice|big|minor|major|no-op|breaking|better|possible|valid|reasonable|known|required|optional|non-goal|goal|few|prerequisite))\b",
    re.I,
)
"""`X is a problem`, `X is the only one`: said of X, without saying what it is."""
_LOWER_SUBJECT = re.compile(r"^(?:An?|The)\s+((?:[\w-]+\s){0,3}?[\w-]+)(?=\s+(?:is|are)\s+an?\s)")
_ARTICLE = re.compile(r"(?:an?|the|any|our|der|die|das|unsere?|les?|la|notre|el|l[oa]s|il|gli|de|het|onze|os?)\s|l['\u2019]", re.I)
_ARTICLES = frozenset(
    ("", "the", "a", "an", "der", "die", "das", "le", "la", "les", "el", "los", "las", "il", "lo", "de", "het", "o", "os")
)
_GLOSSARY = re.compile(r"^(?P<term>[^\n:\u2013\u2014]{2,60}?)(?:\s*:\s+|\s+[-\u2013\u2014]{1,2}\s+)(?P<meaning>\S.*)", re.DOTALL)
_STATUS = re.compile(r"^\W*(?:current\s+)?(?:status|state|stage|phase|maturity)\W*[:\t]\W*([A-Za-z][^\n]{1,200})", re.I)
_HEAD_BLOCKS = 12
"""Where a document speaks of its own status; further down `Status:` is about something else."""
_GLOSSARY_SECTION = re.compile(r"glossary|terminolog|\bterms?\b|definitions?|concepts|acronyms|abbreviations|vocabulary|nomenclature", re.I)
_DECISION = re.compile(
    rf"^\W*(?:decision|decided|resolved|resolution|agreed|agreement|conclusion|approved|{DECIDED})\s*[:\u2013\u2014-]\s*\S"
    r"|\b(?:we|they|the (?:team|group|committee|board|sig))\s+(?:have\s+|has\s+|'ve\s+|finally\s+|all\s+)?"
    r"(?:decided|agreed|resolved|voted|chose|settled on)\b"
    r"|\b(?:it was|was|were|has been|have been)\s+(?:decided|agreed|resolved|voted)\b|\bthe decision (?:is|was)\b"
    r"|\bdecision (?:is|was) to\b",
    re.I,
)
_DECISION_LABEL = re.compile(r"^\W*\w+\s*[:\u2013\u2014-]\s*")
_NOT_A_TOPIC = frozenset({"number", "date", "file", "url"})
_DECISION_SECTION = re.compile(rf"^\W*(?:decisions?|resolutions?|outcomes?|decided|agreements?|{DECIDED})\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in its block, offsets in the segment."""

    block: Block
    text: str
    start: int
    end: int

    def evidence(self, key: str, place: str, score: float, date: str = "") -> Evidence:
        return Evidence(
            kind="definition",
            subject=key,
            place=place,
            value=self.text,
            segment=self.block.segment,
            start=self.start,
            end=self.end,
            date=date or self.block.date,
            confidence=round(min(0.99, max(0.05, score)) * self.block.confidence, 3),
        )


def sentences_of(block: Block) -> list[Sentence]:
    """The sentences of a block without outer space."""
    found = []
    for start, end in sentences(block.text):
        text = block.text[start:end].strip()
        at = block.start + block.text.index(text, start)
        found.append(Sentence(block, text, at, at + len(text)))
    return found


def definitions(blocks: Sequence[Block], known: Known, title: str, path: str, *, summarises: bool) -> Iterator[Evidence]:
    """All sentences of the document worth showing on some card; mail and speech do not begin with a summary of themselves."""
    own = known.own
    is_record = bool(_RECORD.search(title) or _RECORD.search(path.rpartition("/")[2]))
    if summarises:
        # A charter of X says what X is; the report of a year says what it did.
        topics = own.keys[:2] if is_record else (*own.keys[:2], known.topic)
        yield from _summaries(blocks, own, [key for key in dict.fromkeys(topics) if key], is_record)
    best: dict[str, list[Evidence]] = {}
    for position, block in enumerate(blocks):
        if block.kind not in PROSE_KINDS and block.kind != "cell":
            continue
        if block.kind in PROSE_KINDS:
            for row in (*_glossary(block), *_defining(block, known), *_labelled(block, own)):
                best.setdefault(row.subject, []).append(row if not is_record else replace(row, confidence=round(row.confidence - 0.15, 3)))
        if position < _HEAD_BLOCKS:
            yield from _status(block, own)
        yield from _decisions(block, own, is_record)
    for key in best:
        yield from sorted(best[key], key=lambda row: (-row.confidence, row.segment, row.start))[:DEFINITIONS_PER_KEY]


def _summaries(blocks: Sequence[Block], own: Own, keys: Sequence[str], is_record: bool) -> Iterator[Evidence]:
    if not keys:
        return
    words = frozenset(terms(f"{own.title} {own.file}"))
    sections = _summary_sections(blocks)
    has_abstract = any(heading in _ABSTRACTS for heading, _ in sections)
    for heading, section in sections:
        base = _SECTIONS.get(heading, _LEAD)
        base -= _ABSTRACT if has_abstract and base < _LEAD else 0.0
        base -= 0.3 if is_record else 0.0
        taken = (sentence for block in section for sentence in sentences_of(block))
        for position, sentence in enumerate(s for s in taken if MIN_WORDS <= len(s.text.split()) <= MAX_WORDS):
            if position == SUMMARY_SENTENCES:
                break
            is_abstract = heading in _ABSTRACTS and position == 0
            score = base + _reads(sentence.text, words) - 0.04 * position + (_ABSTRACT if is_abstract else 0.0)
            yield from (sentence.evidence(key, "abstract" if is_abstract else "summary", score) for key in keys)


def _summary_sections(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """The paragraphs under each summarising heading, and the lead before the second heading, which goes by no name.

    Of a list under such a heading the first item, where nothing stands before it. A document without a title begins with its summary.
    """
    sections: dict[tuple[str, ...], list[Block]] = {}
    headings = 0
    lead: list[Block] = []
    for block in blocks:
        headings += block.kind == "heading"
        if block.kind == "item" and _plain(block.section) in _SECTIONS:
            sections.setdefault(block.headings, [block])
        if block.kind not in ("paragraph", "quote"):
            continue
        if _plain(block.section) in _SECTIONS:
            sections.setdefault(block.headings, []).append(block)
        elif headings <= 1:
            lead.append(block)
    summarising = [(_plain(path[-1]), found[:3]) for path, found in list(sections.items())[:3]]
    return ([("", lead[:3])] if lead else []) + summarising


def _plain(heading: str) -> str:
    """A heading without its number and what belongs to any (`Our Team Mission`, `Description of Work`, `About the group`)."""
    words = cut_number(heading)[1].casefold().strip(" :#*")
    return _OF_WHAT.sub("", _WHOSE.sub("", words)) or words


def _reads(text: str, words: frozenset[str]) -> float:
    """How well a sentence stands alone on the card of a topic with these words."""
    own = terms(text)
    shared = len(words.intersection(own)) / len(words) if words else 0.0
    return (
        0.2 * shared
        + (0.1 if words.intersection(own[:4]) else 0.0)
        + (0.2 if _ANNOUNCES.search(text) else 0.0)
        - (0.2 if _DANGLES.match(text) and not _ANNOUNCES.match(text) else 0.0)
        - _flaws(text)
    )


def _flaws(text: str) -> float:
    """What a reader of a card would stumble over: a list's introduction, a lost link, signs of code, a beginning or end that is cut."""
    signs = sum(not (c.isalnum() or c.isspace() or c in ".,;:'\"()/-\u2019\u2013\u2014") for c in text)
    return (
        (0.2 if _PROBLEM.search(text) else 0.0)
        + (0.3 if text.rstrip().endswith((":", "...", "\u2026", ",", "e.g.", "i.e.")) else 0.0)
        + (0.1 if len(text.split()) > 40 else 0.0)
        + (0.3 if "://" in text or "\t" in text or _STUMBLE.search(text) else 0.0)
        + (0.2 if not text.rstrip("\"')\u201d").endswith((".", "!", "\u3002")) else 0.0)
        + (0.2 if text.count("(") != text.count(")") or text.count('"') % 2 else 0.0)
        + (0.2 if signs > 0.06 * len(text) else 0.0)
        + (0.2 if text[:1].islower() else 0.0)
        + (0.3 if _GREETS.match(text) else 0.0)
    )


def _glossary(block: Block) -> Iterator[Evidence]:
    """`Term: what it means` and `**Term** - what it means`, in list items or with the term marked."""
    found = _GLOSSARY.match(block.text)
    if not found or block.text.startswith("["):
        return
    marked = any(m.kind in ("strong", "code", "link") and m.start - block.start <= 1 for m in block.inline)
    term, meaning = bare(found["term"]), found["meaning"]
    if not (marked or block.kind == "item") or len(term.split()) > 5 or len(meaning.split()) < MIN_WORDS - 1 or term.casefold() in LABELS:
        return
    key = usable(term, 5)
    first = sentences_of(block)[:1]
    if key and first and len(first[0].text.split()) <= MAX_WORDS and term in first[0].text and meaning[:1].isalpha():
        score = 0.65 if _GLOSSARY_SECTION.search(block.section) else 0.4
        score += 0.15 if _ARTICLE.match(meaning) and (marked or score > 0.5) else 0.0
        score -= _flaws(meaning) if "?" in meaning or "://" in meaning else 0.0
        if marked or score > 0.5 or _ARTICLE.match(meaning):
            yield _without_lead(first[0], term, meaning).evidence(key, "definition", score)


def _labelled(block: Block, own: Own) -> Iterator[Evidence]:
    """`Scope: the lamps and their wicks` in a section that is called like a thing of its own."""
    label, colon, meaning = block.text.partition("\n")[0].partition(":")
    key = part_of(block) if colon and _plain(label) in _SECTIONS else ""
    if key and key not in own.keys and MIN_WORDS <= len(meaning.split()) <= MAX_WORDS:
        text = block.text.partition("\n")[0].strip()
        start = block.start + block.text.index(text)
        stop = "" if meaning.rstrip().endswith((".", "!")) else "."
        yield Sentence(block, text, start, start + len(text)).evidence(key, "definition", _LABELLED - _flaws(meaning.strip() + stop))


def _without_lead(sentence: Sentence, term: str, meaning: str) -> Sentence:
    """`Lantern: Lantern is a queue` says the term twice; the sentence after the colon is whole."""
    words = term.casefold()
    if not re.sub(r"^(?:the|an?)\s+", "", meaning.casefold()).startswith(words):
        return sentence
    at = sentence.text.find(meaning.split("\n")[0][:20])
    return Sentence(sentence.block, sentence.text[at:], sentence.start + at, sentence.end) if at > 0 else sentence


def _defining(block: Block, known: Known) -> Iterator[Evidence]:
    """`X is a ...` at a sentence's beginning."""
    for sentence in sentences_of(block):
        count = sentence.text.count(" ") + 1
        if not MIN_WORDS <= count <= MAX_WORDS:
            continue
        name, rest = _known_subject(sentence, known)
        name, rest = (name, rest) if name else _subject(sentence)
        verb = (_IS.match(rest) or _IS_ELSEWHERE.match(rest)) if name else None
        key = usable(name, 5) if verb else ""
        if verb and key and name.split()[0].casefold() not in STOP:
            score = _SAYS[str(verb.lastgroup)] - (0.3 if _REMARK.match(rest) else 0.0) - _flaws(sentence.text)
            yield sentence.evidence(key, "definition", score)


def _known_subject(sentence: Sentence, known: Known) -> tuple[str, str]:
    """What stands before the verb, where that is a name of the document, whatever its capitals (`Order intake (OI) is a ...`)."""
    verb = _VERB.search(sentence.text, 0, MAX_SUBJECT)
    article = _ARTICLE.match(sentence.text)
    name = sentence.text[article.end() if article else 0 : verb.start()] if verb else ""
    return (name, sentence.text[verb.start() :]) if verb and usable(name, 5) in known.keys else ("", "")


def _subject(sentence: Sentence) -> tuple[str, str]:
    """The name a sentence begins with and what follows it."""
    block, text = sentence.block, sentence.text
    marked = next((m for m in block.inline if m.kind in ("strong", "code", "link") and 0 <= m.start - sentence.start <= 4), None)
    if marked and marked.end < sentence.end and text[: marked.start - sentence.start].strip().casefold() in _ARTICLES:
        return text[marked.start - sentence.start : marked.end - sentence.start], text[marked.end - sentence.start :]
    lower = _LOWER_SUBJECT.match(text)
    if lower:
        return lower[1], text[lower.end() :]
    found = next(names_in(text[:100]), None)
    if found is None or text[: found.start].strip().casefold() not in _ARTICLES:
        return "", ""
    return text[found.start : found.end], text[found.end :]


def _status(block: Block, own: Own) -> Iterator[Evidence]:
    found = _STATUS.match(block.text)
    if not found or not own.keys or len(found[1].split()) > 30:
        return
    text = block.text[: found.end()].strip()
    start = block.start + block.text.index(text)
    sentence = Sentence(block, text, start, start + len(text))
    yield sentence.evidence(own.keys[0], "status", 0.6, iso_date(found[1]))


def _decisions(block: Block, own: Own, is_record: bool) -> Iterator[Evidence]:
    in_section = bool(_DECISION_SECTION.match(block.section)) and block.kind in ("item", "paragraph")
    if not in_section and not _DECISION.search(block.text):
        return
    for sentence in sentences_of(block):
        count = len(sentence.text.split())
        if not MIN_WORDS - 1 <= count <= MAX_WORDS or sentence.text.endswith(("?", ":")):
            continue
        if not (in_section or _DECISION.search(sentence.text)):
            continue
        for key in decided_keys(sentence, own, is_record):
            yield sentence.evidence(key, "decision", 0.7 if in_section or _DECISION.match(sentence.text) else 0.55, iso_date(sentence.text))


def decided_keys(sentence: Sentence, own: Own, is_record: bool) -> list[str]:
    """What a decision is about: the first names in it, and the document's own topic unless it is the record of a meeting."""
    body = _DECISION_LABEL.sub("", sentence.text)
    names = (body[found.start : found.end] for found in names_in(body) if not found.opens or " " in body[found.start : found.end])
    keys = [key for name in names if (key := usable(name)) and not _NOT_A_TOPIC.intersection(shape(name))]
    about = keys[:2] if is_record and keys else [*own.keys[:1], *keys[:2]]
    return list(dict.fromkeys(about))
