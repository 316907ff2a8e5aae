"""To which topic another one belongs: by what its documents state, or because they lie in a folder that is called so."""

from collections import Counter
from collections.abc import Mapping, Sequence

from knowledge_graph.model.relations import Relation
from knowledge_graph.serving.grouped import Wanted, as_read, in_order, read_by
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.text.words import KIND_WORDS, tokens, topic_key

MOST = 0.5
"""More of a topic's own documents lie in the folder of what it belongs to, and no more of the reader's documents have that name."""
SPOKEN = 0.25
"""Share of a name's documents in whose sentences it stands: people talk of none of `src`, `content` and `archive`."""

_STATED = Wanted(
    "edges", as_read, ("source", "target", "documents"), clauses=(("relation", (Relation.OWNED_BY.value, Relation.PART_OF.value)),)
)


def belongs_to(topics: Topics, keys: Sequence[str], folders: Mapping[tuple[str, str], int]) -> Topic | None:
    """The brief topic that owns the one with these keys or has it as a part; `folders` are those of its own documents, with how many.

    What most documents state comes before folders, of these the innermost that is a topic and no mere order of files.
    """
    own = frozenset(keys)
    stated: Counter[str] = Counter()
    for edge in in_order(read_by(topics.store, topics.reader, ["source"], keys, _STATED)):
        if ":" not in edge.fields["target"]:
            stated[edge.fields["target"]] += int(edge.fields["documents"])
    ends = [key for key, _ in sorted(stated.items(), key=lambda end: (-end[1], end[0]))]
    wanted = [key for key in dict.fromkeys((*ends, *_above(folders))) if key not in own]
    found = {key: topic for key, topic in topics.at_ends(wanted).items() if own.isdisjoint(topic.keys)}
    opened = topics.store.opened(topics.reader) if found else 0
    particular = (key for key in wanted if key in found and found[key].partial.documents <= MOST * opened)
    return next((found[key] for key in particular if key in stated or _is_spoken_of(found[key])), None)


def _is_spoken_of(topic: Topic) -> bool:
    """Whether a folder's name is one that people work on: `working-groups` and `src` only say what lies there."""
    partial = topic.partial
    spoken = max(partial.places.get("prose", 0), partial.places.get("speech", 0))
    is_kind = KIND_WORDS.issuperset(token.text.casefold() for token in tokens(topic.name))
    return not is_kind and spoken >= SPOKEN * partial.documents


def _above(folders: Mapping[tuple[str, str], int]) -> list[str]:
    """Keys of the names of folders that hold most of these documents, the innermost first."""
    counted: Counter[tuple[str, str]] = Counter()
    for (source, folder), documents in folders.items():
        parts = folder.split("/") if folder else []
        for depth in range(len(parts)):
            counted[source, "/".join(parts[: depth + 1])] += documents
    most = [path for (_, path), documents in counted.items() if documents > MOST * sum(folders.values())]
    return [topic_key(path.rpartition("/")[2]) for path in sorted(most, key=lambda path: (-path.count("/"), path))]
