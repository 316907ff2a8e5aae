"""The connectors that exist."""

from pipelines.connectors.base import Connector, SourceSettings
from pipelines.connectors.directory.connector import DirectoryConnector
from pipelines.connectors.errors import SourceMisconfigured
from pipelines.connectors.folder import FolderConnector
from pipelines.connectors.git import GitConnector

CONNECTORS: dict[str, type[Connector]] = {connector.kind: connector for connector in (FolderConnector, GitConnector, DirectoryConnector)}


def check_kind(kind: str) -> str:
    """The kind if a connector of that kind exists; else an error that names what exists."""
    if kind not in CONNECTORS:
        raise SourceMisconfigured(f"unknown kind '{kind}'; known: {', '.join(sorted(CONNECTORS))}")
    return kind


def open_connector(kind: str, settings: SourceSettings) -> Connector:
    return CONNECTORS[check_kind(kind)](settings)
