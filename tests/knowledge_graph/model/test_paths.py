"""The folder that a document lies in."""

import pytest

from knowledge_graph.model.paths import folder_of


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("proposals/node/12-swap/README.md", "proposals/node"),
        ("proposals/node/swap.md", "proposals/node"),
        ("node/README.md", "node"),
        ("swap.md", ""),
        ("mail.eml!/plan.docx", "mail.eml!"),
    ],
)
def test_a_page_that_stands_for_its_folder_lies_in_the_one_above(path: str, folder: str) -> None:
    assert folder_of(path) == folder
