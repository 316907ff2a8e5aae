"""TextRank (Mihalcea and Tarau 2004), the baseline for key phrases and summaries: PageRank over words, and over sentences."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAMPING = 0.85
STEPS = 40
WINDOW = 2


def phrases(words: Sequence[tuple[str, bool]], limit: int) -> list[str]:
    """`words` are (term, is a noun or an adjective) in order. Runs of the best third of the words, scored by their sum."""
    import numpy as np

    kept = [term for term, counts in words if counts and term]
    places = {term: at for at, term in enumerate(dict.fromkeys(kept))}
    links = np.zeros((len(places), len(places)))
    for distance in range(1, WINDOW + 1):
        for (a, counts), (b, other) in zip(words, words[distance:], strict=False):
            if counts and other and a and b and a != b:
                links[places[a], places[b]] += 1
                links[places[b], places[a]] += 1
    scores = dict(zip(places, _pagerank(links), strict=True))
    best = set(sorted(scores, key=lambda term: (-scores[term], term))[: max(limit, len(scores) // 3)])
    runs: dict[str, float] = {}
    run: list[str] = []
    for term, counts in (*words, ("", False)):
        if counts and term in best:
            run.append(term)
        elif run:
            runs[" ".join(run)] = sum(scores[each] for each in run)
            run = []
    return sorted(runs, key=lambda each: (-runs[each], each))[:limit]


def sentences(texts: Sequence[Sequence[str]]) -> list[int]:
    """Places of the sentences, best first; each is its terms."""
    import numpy as np

    vocabulary = {term: at for at, term in enumerate(dict.fromkeys(term for text in texts for term in text))}
    held = np.zeros((len(texts), len(vocabulary)), dtype=np.float32)
    for at, text in enumerate(texts):
        for term in Counter(text):
            held[at, vocabulary[term]] = 1.0
    sizes = np.array([math.log(len(text)) if len(text) > 1 else 0.0 for text in texts])
    scale = sizes[:, None] + sizes[None, :]
    links = np.divide(held @ held.T, scale, out=np.zeros_like(scale), where=scale > 0)
    np.fill_diagonal(links, 0.0)
    scores = _pagerank(links)
    return sorted(range(len(texts)), key=lambda at: (-scores[at], at))


def _pagerank(links: "NDArray[np.float64]") -> list[float]:
    import numpy as np

    if not len(links):
        return []
    sums = links.sum(axis=0)
    moves = np.divide(links, sums, out=np.zeros_like(links), where=sums > 0)
    scores = np.full(len(links), 1 / len(links))
    for _ in range(STEPS):
        scores = (1 - DAMPING) / len(links) + DAMPING * (moves @ scores)
    return [float(score) for score in scores]
