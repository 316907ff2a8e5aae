"""BM25 over words as they are written, in lower case: the baseline of every search. No stemming, no list of stop words."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

K1, B = 1.2, 0.75
_WORD = re.compile(r"\w+")


class PlainBm25:
    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        counts = [Counter(_WORD.findall(text.casefold())) for text in texts]
        mean = sum(count.total() for count in counts) / max(1, len(counts))
        self._documents = len(counts)
        self._postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for id, count in zip(ids, counts, strict=True):
            norm = K1 * (1 - B + B * count.total() / mean)
            for word, times in count.items():
                self._postings[word].append((id, times * (K1 + 1) / (times + norm)))

    def ranked(self, query: str, size: int) -> list[str]:
        scores: defaultdict[str, float] = defaultdict(float)
        for word in dict.fromkeys(_WORD.findall(query.casefold())):
            held = self._postings.get(word, ())
            weight = math.log1p((self._documents - len(held) + 0.5) / (len(held) + 0.5))
            for id, impact in held:
                scores[id] += weight * impact
        return sorted(scores, key=lambda id: (-scores[id], id))[:size]
