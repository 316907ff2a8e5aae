"""What one document is about, in its own words: key phrases and key sentences, each at its place and with its reason."""

from collections.abc import Sequence

from knowledge_graph.serving.indexes import Found
from knowledge_graph.serving.views import Citation, Gist, KeyPhrase, KeySentence
from knowledge_graph.text.key_sentences import key_sentences
from knowledge_graph.text.keyphrases import keyphrases

PHRASES, SENTENCES = 10, 3
GAP = "\n"
"""Between passages: no phrase and no sentence goes across."""


def gist_of(document: Found, title: str, segments: Sequence[Found]) -> Gist:
    """`segments` are the document's passages in order."""
    text = GAP.join(segment.fields["text"] for segment in segments)
    found = [(phrase, _cited(document, title, segments, phrase.start, phrase.end)) for phrase in keyphrases(text, PHRASES)]
    told = [(sentence, _cited(document, title, segments, sentence.start, sentence.end)) for sentence in key_sentences(text, SENTENCES)]
    return Gist(
        document.id,
        title,
        tuple(KeyPhrase(phrase.text, phrase.score, phrase.reason, cited) for phrase, cited in found if cited),
        tuple(KeySentence(cited.quote, sentence.score, sentence.reason, cited) for sentence, cited in told if cited),
    )


def _cited(document: Found, title: str, segments: Sequence[Found], start: int, end: int) -> Citation | None:
    """The span of the joined text as one of a passage; None for one that goes across."""
    before = 0
    for segment in segments:
        text = segment.fields["text"]
        if before <= start and end <= before + len(text):
            quote = text[start - before : end - before]
            return Citation(
                document.id, segment.fields["position"], start - before, end - before, quote, title, document.fields.get("date", "")
            )
        before += len(text) + len(GAP)
    return None
