"""What a question asks about, and the forms in which a topic is asked for."""

import re

from knowledge_graph.text.words import KIND_WORDS

_FRAME = re.compile(
    r"^\W*(?:who\s+(?:knows?|understands?|owns?|maintains?|leads?|runs?|works?\s+on|can\s+(?:help|answer)|(?:is|are)\s+(?:responsible|the\s+experts?))"
    r"|(?:find\s+)?experts?|whom\s+(?:to|can\s+i|should\s+i)\s+ask|(?:the\s+)?people\s+who\s+know)"
    r"\s+(?:(?:most|best)\s+)?(?:(?:about|with|for|on|in|of)\s+)?(?:the\s+)?(?=\w)",
    re.IGNORECASE,
)
_KIND_FORMS = ("sig {}", "wg {}", "{} team", "{} group", "{} working group", "{} committee", "committee {}", "{} module", "project {}")
"""As which a name is asked for: `Book team` is the topic Book."""


def about(question: str) -> str:
    """What `who knows about ...?` asks about; any other text as it is."""
    return _FRAME.sub("", question).strip(" ?\n\t") or question


def spoken_as(name: str) -> tuple[str, ...]:
    """The name, the name without the words for its kind at either end, and with the usual ones: a team is called by each of these."""
    bare = without_kind(name)
    return tuple(dict.fromkeys((name, bare, *(form.format(bare) for form in _KIND_FORMS))))


def without_kind(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[-1].casefold().strip("()") in KIND_WORDS:
        words.pop()
    while len(words) > 1 and words[0].casefold() in KIND_WORDS:
        words.pop(0)
    return " ".join(words)
