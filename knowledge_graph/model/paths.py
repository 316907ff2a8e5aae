"""Paths of items: `/` between folders, `!/` between an archive or mail and its member."""

INDEX_NAMES = frozenset({"readme", "index", "_index", "home", "default", "main", "overview", "about"})
"""Files that stand for the folder that they are in."""


def folder_of(path: str) -> str:
    """The folder that a document lies in, for an index page the one above its own; `""` at the top."""
    *folders, file = path.split("/")
    if file.partition(".")[0].casefold() in INDEX_NAMES and len(folders) > 1:
        folders.pop()
    return "/".join(folders)
