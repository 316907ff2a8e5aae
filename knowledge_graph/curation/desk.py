"""Where one person gives verdicts, takes them back and looks at what was said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from knowledge_graph.curation.errors import Conflict, NotAllowed
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.curation.rights import audience_of, require_role, require_self, require_undo
from knowledge_graph.curation.views import History, VerdictRow
from knowledge_graph.errors import BadQuery, NotFound
from knowledge_graph.fold.rulings import is_whole, replay, slot_of
from knowledge_graph.model.access import Access
from knowledge_graph.model.roles import Role, role_of
from knowledge_graph.model.verdicts import EXAMPLES, PERSONAL, STANDING, TYPED, WITH_DOCUMENT, WITH_PERSON, Kind, Verdict, in_effect
from knowledge_graph.serving.evident import identity_of, is_person
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.views import DoubtfulPair
from knowledge_graph.text.words import topic_key

NO_VERDICT = "There is no such verdict or card, or you may not open it."
MAX_TEXT = 2_000


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Draft:
    """A verdict as somebody asks for it: `key` is a key or any name of the card, `based_on` the revision they saw, None for any."""

    kind: Kind
    key: str
    other: str = ""
    text: str = ""
    why: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    based_on: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two people, by their ids, are the same; and whom that is said to."""

    left: str
    right: str
    same: bool
    why: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examples:
    """Documents, by id or `source/path`, that are of the class of this name, and others that are not; and whom that is said to."""

    name: str
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    why: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """`actor` is the name that verdicts carry; the library is as they read it, and decides what they can speak of."""

    log: VerdictLog
    library: Library
    actor: str
    now: Callable[[], datetime] = utc_now

    def give(self, draft: Draft) -> VerdictRow:
        """Records a verdict; raises NotAllowed, Conflict, BadQuery or NotFound, and then records nothing."""
        return self._record(self._checked(draft), draft.based_on)

    def exemplify(self, examples: Examples) -> tuple[VerdictRow, ...]:
        """Records each document as an example or a counterexample of a class; where one cannot be, none is."""
        if not examples.positive and not examples.negative:
            raise BadQuery("Name at least one document that is of the class, or one that is not.")
        drafts = [
            Draft(kind, document, "", examples.name, examples.why, examples.allow, examples.deny)
            for kind, documents in ((Kind.EXAMPLE, examples.positive), (Kind.COUNTEREXAMPLE, examples.negative))
            for document in documents
        ]
        verdicts = [self._checked(draft) for draft in drafts]
        if len({verdict.subject for verdict in verdicts}) < len(verdicts):
            raise BadQuery("A document is named twice.")
        return tuple(self._record(verdict) for verdict in verdicts)

    def undo(self, id: str, why: str = "") -> VerdictRow:
        """Takes one event back, an undo too; it stays in the history."""

        def decide(log: Sequence[Verdict]) -> Verdict:
            addressed = self._addressed(log)
            target = next((each for each in addressed if each.id == id), None)
            if target is None:
                raise NotFound(NO_VERDICT)
            told = _told(target, addressed)
            require_undo(self.library.reader, self.actor, told)
            if _undone_by(addressed).get(id):
                raise BadQuery("This verdict is undone already; undo that undo to bring it back.")
            # The same readers must see the undo as saw the verdict.
            return Verdict(Kind.UNDO, told.subject, id, actor=self.actor, why=why, access=target.access)

        return self._row(self.log.append(self._at(), decide), "in effect")

    def history(self, key: str) -> History:
        """What was said about a card, to this reader. Without evidence of it, only curators learn that anything was."""
        subject, keys = self.library.subject_of(key)
        curates = role_of(self.library.reader.principals) >= Role.CURATOR
        if not keys and not (curates and subject):
            raise NotFound(NO_VERDICT)
        card = frozenset(keys or (subject,))
        addressed = self._addressed(self.log.verdicts())
        touching = [each for each in addressed if not card.isdisjoint(_touched(each, addressed))]
        rows = self._rows(touching, addressed, subject, card, unseen=curates)
        return History(subject, self.library.revision(card), tuple(rows))

    def dormant(self) -> tuple[VerdictRow, ...]:
        """Verdicts in effect on what nothing that the curator may open speaks of, now: they wait for it to return."""
        if role_of(self.library.reader.principals) < Role.CURATOR:
            raise NotAllowed("The verdicts that wait are for curators.")
        waiting = [each for each in in_effect(self._addressed(self.log.verdicts())) if each.kind not in PERSONAL]
        evident = self.library.evident({key for each in waiting for key in (*each.about, *each.keys)})
        return tuple(self._row(each, "dormant") for each in waiting if not each.is_evident(evident))

    def review(self, *, limit: int = 50, offset: int = 0) -> tuple[DoubtfulPair, ...]:
        """Pairs of people who may be one and of whom nobody has said so yet, to curators."""
        if role_of(self.library.reader.principals) < Role.CURATOR:
            raise NotAllowed("Whether two people are one is for curators to say.")
        return self.library.doubtful(limit=limit, offset=offset)

    def judge(self, judgement: Judgement) -> VerdictRow:
        """Records whether the two are one person, as a merge or a split."""
        kind = Kind.MERGE if judgement.same else Kind.SPLIT
        require_role(self.library.reader, kind)
        for id in (judgement.left, judgement.right):
            if not is_person(id) or id not in self.library.evident([id]):
                raise NotFound(NO_VERDICT)
        return self.give(Draft(kind, judgement.left, judgement.right, "", judgement.why, judgement.allow, judgement.deny))

    def _at(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _addressed(self, log: Sequence[Verdict]) -> list[Verdict]:
        return [each for each in log if each.access.opens_to(self.library.reader)]

    def _record(self, verdict: Verdict, based_on: str | None = None) -> VerdictRow:
        given = self.log.append(self._at(), lambda log: self._based(verdict, based_on, log))
        return self._row(given, "in effect" if self._is_evident(given) else "dormant")

    def _checked(self, draft: Draft) -> Verdict:
        require_role(self.library.reader, draft.kind)
        _check(draft)
        verdict = self._resolve(draft)
        if not verdict.access.opens_to(self.library.reader):
            raise BadQuery("A verdict's audience must hold whoever gives it: name a group of yours, or your own address.")
        return verdict

    def _resolve(self, draft: Draft) -> Verdict:
        subject, keys = self._subject(draft)
        other = self._other(draft)
        identities = self.library.subject_of(draft.other)[1] if draft.kind == Kind.NOT_ME else keys
        if draft.kind in (Kind.NOT_ME, Kind.OPT_OUT):
            require_self(self.library.reader, self.actor, (*identities, other or subject))
        access = audience_of(draft.kind, self.actor, draft.allow, draft.deny)
        if draft.kind in TYPED and not draft.allow:
            raise BadQuery("Say whom the text is for: what is typed is shown to its audience only, such as everyone or group:finance.")
        return Verdict(draft.kind, subject, other, draft.text.strip(), identities, self.actor, draft.why.strip(), access)

    def _subject(self, draft: Draft) -> tuple[str, tuple[str, ...]]:
        if draft.kind in EXAMPLES:
            return self.library.document(draft.key, limit=1).id, ()
        subject, keys = self.library.subject_of(draft.key)
        if not subject or (is_person(subject) and draft.kind not in (Kind.OPT_OUT, Kind.MERGE, Kind.SPLIT)):
            raise BadQuery(f"{draft.kind} speaks of a topic; {draft.key!r} is none.")
        if draft.kind == Kind.OPT_OUT and not is_person(subject):
            raise BadQuery("opt-out speaks of a person: give an address or an identity.")
        # It speaks of the name it was given for, and so, to each reader, of the card that this name belongs to: the author may see more
        # names on one card than others do. A split speaks of a name whatever it is joined to.
        named = _named(draft.key)
        return (named, keys) if draft.kind == Kind.SPLIT or named in keys else (subject, keys)

    def _other(self, draft: Draft) -> str:
        if draft.kind in WITH_DOCUMENT:
            return self.library.document(draft.other, limit=1).id
        if draft.kind in WITH_PERSON:
            return self.library.person(draft.other).id
        if draft.kind not in (Kind.MERGE, Kind.SPLIT):
            return ""
        if is_person(draft.key) != is_person(draft.other):
            raise BadQuery(f"{draft.kind} takes two topics or two people.")
        if _named(draft.other) in ("", _named(draft.key)):
            raise BadQuery(f"{draft.kind} takes two different names.")
        return _named(draft.other)

    def _based(self, verdict: Verdict, based_on: str | None, log: Sequence[Verdict]) -> Verdict:
        addressed = self._addressed(log)
        card = frozenset((verdict.subject, *verdict.keys))
        library = replace(self.library, rulings=replay(addressed, self.library.reader))
        current = library.revision(card)
        if based_on is not None and based_on != current and verdict.kind not in PERSONAL:
            seen = next((each.seq for each in addressed if each.id == based_on), 0)
            since = [each for each in addressed if each.seq > seen and not card.isdisjoint(_touched(each, addressed))]
            raise Conflict(current, [each for each in since if self._is_evident(_told(each, addressed))])
        return replace(verdict, based_on=current)

    def _is_evident(self, verdict: Verdict) -> bool:
        return verdict.is_evident(self.library.evident((*verdict.about, *verdict.keys)))

    def _rows(
        self, touching: Sequence[Verdict], addressed: Sequence[Verdict], subject: str, card: frozenset[str], *, unseen: bool
    ) -> list[VerdictRow]:
        """What became of each; `unseen` also gives those that speak of something the reader has no evidence of."""
        evident = self.library.evident({key for each in touching for key in (*each.about, *each.keys)})
        rulings, undone = replay(addressed, self.library.reader), _undone_by(addressed)
        rows = []
        for each in touching:
            told = _told(each, addressed)
            if not unseen and not told.is_evident(evident):
                continue
            decided = rulings.latest(told.about if told.kind in (Kind.MERGE, Kind.SPLIT) else card)
            winner = rulings.standings.get(subject) if told.kind in STANDING else decided.get(slot_of(told))
            if each.id in undone:
                row = self._row(each, "undone", undone[each.id])
            elif not is_whole(told) or not told.is_evident(evident):
                row = self._row(each, "dormant")
            elif each.kind != Kind.UNDO and winner and winner.id != each.id:
                row = self._row(each, "overruled", winner.id)
            else:
                row = self._row(each, "in effect")
            # Of a name that the author saw beside the card and this reader cannot, nothing is said.
            rows.append(row if row.state == "dormant" or row.subject in evident else replace(row, subject=subject))
        return rows

    @staticmethod
    def _row(verdict: Verdict, state: str, decided_by: str = "") -> VerdictRow:
        access: Access = verdict.access
        return VerdictRow(
            verdict.id, verdict.at, verdict.actor, verdict.kind, verdict.subject, verdict.other, verdict.text, verdict.why,
            access.allow, access.deny, verdict.based_on, state, decided_by,
        )  # fmt: skip


def _named(name: str) -> str:
    """The key of just this name, whatever it is joined to."""
    return identity_of(name) if is_person(name) else topic_key(name)


def _check(draft: Draft) -> None:
    if draft.kind in TYPED and not topic_key(draft.text):
        raise BadQuery(f"{draft.kind} needs a text with at least one letter.")
    if draft.kind in WITH_PERSON | WITH_DOCUMENT | {Kind.MERGE, Kind.SPLIT} and not draft.other.strip():
        raise BadQuery(f"{draft.kind} needs a second name: the other topic, the person or the document.")
    if len(draft.text) > MAX_TEXT or len(draft.why) > MAX_TEXT:
        raise BadQuery(f"A text of a verdict has at most {MAX_TEXT:,} characters.")


def _told(verdict: Verdict, addressed: Sequence[Verdict]) -> Verdict:
    """The verdict that an undo, or an undo of an undo, is about in the end."""
    by_id = {each.id: each for each in addressed}
    while verdict.kind == Kind.UNDO and verdict.other in by_id:
        verdict = by_id[verdict.other]
    return verdict


def _touched(verdict: Verdict, addressed: Sequence[Verdict]) -> frozenset[str]:
    told = _told(verdict, addressed)
    return told.about | frozenset(told.keys)


def _undone_by(addressed: Sequence[Verdict]) -> dict[str, str]:
    """For each verdict that is taken back the undo that did it."""
    undone: dict[str, str] = {}
    for verdict in sorted(addressed, key=lambda each: -each.seq):
        if verdict.kind == Kind.UNDO and verdict.id not in undone:
            undone[verdict.other] = verdict.id
    return undone
