from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.formats import markdown
from extractors.limits import Limits
from knowledge_graph.model.ids import document_id
from knowledge_graph.model.records import Contribution, Document

K8S = Path(__file__).parents[3].parent / "shared" / "data" / "k8s" / "corpus"

DocumentMaker = Callable[..., Document]


def make(
    path: str, text: str, *, title: str = "", kind: str = "document", people: tuple[Contribution, ...] = (), modified: str = ""
) -> Document:
    """A document parsed from Markdown by the real parser."""
    parsed = markdown.read(path, text.encode(), Limits())
    return Document(
        document=document_id("test", path),
        source="test",
        path=path,
        kind=kind,
        title=title or parsed.title,
        modified=modified,
        people=people + parsed.people,
        segments=parsed.segments,
    )


@pytest.fixture(scope="session")
def make_document() -> DocumentMaker:
    return make


@pytest.fixture(scope="session")
def k8s_documents() -> list[Document]:
    """Every fortieth Markdown file of a real organisation."""
    if not K8S.is_dir():
        pytest.skip("../shared/data/k8s is not here")
    files = sorted(K8S.rglob("*.md"))[::40]
    return [make(file.relative_to(K8S).as_posix(), file.read_text(encoding="utf-8", errors="replace")) for file in files]
