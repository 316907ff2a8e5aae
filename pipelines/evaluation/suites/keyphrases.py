"""The ten phrases that say what a document is about, against those its author and readers chose."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from importlib.util import find_spec
from math import log

from knowledge_graph.text.keyphrases import MAX_CHARS, MODIFIERS, NOUNS, Keyphrase, Word, key_of, ranked, read
from pipelines.evaluation import gold, textrank
from pipelines.evaluation.bootstrap import estimate, f1
from pipelines.evaluation.metrics import f1_of, hits
from pipelines.evaluation.results import Case, Estimate, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

WANTED = 10
LONGEST = 3
RIDGE = 3.0


@dataclass(frozen=True, slots=True)
class Read:
    """A document of the gold with every phrase that it could be about."""

    id: str
    text: str
    words: list[Word]
    phrases: list[Keyphrase]
    wanted: frozenset[str]

    def spelled(self) -> list[str]:
        return [key_of(phrase.text) for phrase in self.phrases]


def measure(given: Given) -> Measured:
    """F1@10 of the shipped weights, of weights fitted without the set, and of YAKE, TextRank and TF-IDF."""
    sets = {file.stem: [_read(record) for record in gold.records(file)] for file in sorted(given.folder.glob("*.jsonl"))}
    figures, cases = [], []
    for name, documents in sets.items():
        found = {each.id: each.spelled()[:WANTED] for each in documents}
        cases += [_case(each, found[each.id], name) for each in documents]
        baselines = {
            **({"YAKE": _scored(documents, _yake(documents))} if find_spec("yake") else {}),
            "TextRank": _scored(documents, [_textrank(each) for each in documents]),
            "TF-IDF": _scored(documents, _tf_idf(documents)),
        }
        figures.append(Figure("F1@10", _scored(documents, found.values()), name, baselines))
        others = [each for other, rows in sets.items() if other != name for each in rows]
        if others:
            figures.append(Figure("F1@10, left out", _scored(documents, _refitted(documents, others)), name, baselines))
    return Measured(tuple(figures), tuple(sorted(cases, key=lambda case: (case.score, case.id))[:20]))


def _read(record: dict[str, object]) -> Read:
    text = str(record["text"])
    words = read(text)
    keys = record["keys"]
    assert isinstance(keys, list)
    return Read(str(record["id"]), text, words, ranked(text, words), frozenset(filter(None, map(key_of, keys))))


def _scored(documents: Sequence[Read], found: Iterable[Sequence[str]]) -> Estimate:
    return estimate([hits(keys[:WANTED], each.wanted) for each, keys in zip(documents, found, strict=True)], f1)


def _case(each: Read, found: Sequence[str], name: str) -> Case:
    return Case(each.id, f1_of(hits(found, each.wanted)), "; ".join(sorted(each.wanted)), "; ".join(found), name)


def _refitted(documents: Sequence[Read], others: Sequence[Read]) -> list[list[str]]:
    """The ranking by weights that were fitted on other sets."""
    from knowledge_graph.resolve.logistic import fit_within

    groups = [([astuple(phrase.use) for phrase in each.phrases], [key in each.wanted for key in each.spelled()]) for each in others]
    weights = fit_within(groups, RIDGE)
    return [[key_of(phrase.text) for phrase in ranked(each.text, each.words, weights)[:WANTED]] for each in documents]


def _yake(documents: Sequence[Read]) -> list[list[str]]:
    import yake

    extractor = yake.KeywordExtractor(lan="en", n=LONGEST, top=2 * WANTED)
    return [_distinct(phrase for phrase, _ in extractor.extract_keywords(each.text[:MAX_CHARS])) for each in documents]


def _textrank(each: Read) -> list[str]:
    return textrank.phrases([(word.term, word.tag in NOUNS or word.tag in MODIFIERS) for word in each.words], WANTED)


def _tf_idf(documents: Sequence[Read]) -> list[list[str]]:
    """The same candidates by count times rarity among the documents of the set."""
    counts = [Counter({key_of(phrase.text): phrase.times for phrase in each.phrases}) for each in documents]
    held = Counter(key for count in counts for key in count)
    scores = [{key: times * log(len(documents) / held[key]) for key, times in count.items()} for count in counts]
    return [sorted(score, key=lambda key: (-score[key], key))[:WANTED] for score in scores]


def _distinct(phrases: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(key_of, phrases))))


SUITE = Suite("keyphrases", "ten phrases a document, F1", ("*.jsonl",), measure, folder="keyphrase")
