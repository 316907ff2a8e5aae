"""What a question asks about, and the forms in which a topic is asked for."""

import re

from knowledge_graph.text.words import KIND_WORDS

_FRAME = re.compile(
    r"^\W*(?:who\s+(?:knows?|understands?|owns?|maintains?|leads?|runs?|works?\s+on|can\s+(?:help|answer)|(?:is|are)\s+(?:responsible|the\s+experts?))"
    r"|(?:find\s+)?experts?|whom\s+(?:to|can\s+i|should\s+i)\s+ask|(?:the\s+)?people\s+who\s+know)"
    r"\s+(?:(?:most|best)\s+)?(?:(?:about|with|for|on|in|of)\s+)?(?:the\s+)?(?=\w)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"^\W*(?:wer\s+(?:kennt|betreut|leitet|verantwortet|weiß\s+(?:etwas\s+)?(?:über|von)"
    r"|ist\s+(?:zuständig|verantwortlich|ansprechpartner(?:in)?)\s+für)"
    r"|qui\s+(?:connaît|gère|dirige|s['\u2019]occupe\s+d[eu]|est\s+responsable\s+d[eu])"
    r"|quién(?:es)?\s+(?:conocen?|saben?\s+de|dirige|lleva|gestiona|es\s+responsable\s+del?))"
    r"\s+(?:(?:der|die|das|den|dem|le|la|les|l['\u2019]|el|los|las)\s+)?(?=\w)",
    re.IGNORECASE,
)
_KIND_FORMS = ("sig {}", "wg {}", "{} team", "{} group", "{} working group", "{} committee", "committee {}", "{} module", "project {}")
"""As which a name is asked for: `Book team` is the topic Book."""


def about(question: str) -> str:
    """What `who knows about ...?`, `wer kennt ...?` and the like ask about; any other text as it is."""
    return _ELSEWHERE.sub("", _FRAME.sub("", question)).strip(" ?\u00bf\n\t") or question


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
