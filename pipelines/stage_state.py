"""Whether a stage has anything to do, from the version numbers of the tables it reads and writes.

This only saves the comparison that the stage itself would make: a lost or stale file costs time, never a result.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from extractors.mining import MINER_VERSION
from extractors.ocr import EXTRACTOR_VERSION as OCR_VERSION
from extractors.parse import EXTRACTOR_VERSION as PARSER_VERSION
from knowledge_graph.fold.score import FOLD_VERSION
from knowledge_graph.model.ids import stable_id
from knowledge_graph.serving.mappings import INDEXES, mapping_id
from knowledge_graph.serving.rows import ROWS_VERSION
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.embedding import DEFAULT_MODEL, MULTILINGUAL_MODEL
from pipelines.home import Home
from pipelines.lake import Lake

TOUCHES = {
    "parse": ("items", "documents", "pages"),
    "mine": ("items", "documents", "evidence", "vectors"),
    "fold": ("items", "documents", "evidence", "subjects", "partials", "edges"),
    "publish": ("items", "documents", "evidence", "vectors", "subjects", "partials", "edges", "groups"),
}
CODE = {
    "parse": (PARSER_VERSION, OCR_VERSION),
    "mine": (MINER_VERSION, DEFAULT_MODEL, MULTILINGUAL_MODEL),
    "fold": (FOLD_VERSION,),
    "publish": (ROWS_VERSION, *map(mapping_id, INDEXES)),
}


@dataclass(frozen=True, slots=True)
class StageState:
    file: Path
    lake: Lake

    def unchanged(self, stage: str, home: Home, beside: Collection[str] = ()) -> bool:
        """True when the stage last ended on exactly this input, output and code; `beside` is what it depends on outside the tables."""
        return self._read().get(stage) == self._token(stage, home, beside)

    def record(self, stage: str, home: Home, beside: Collection[str] = ()) -> None:
        self.file.write_text(json.dumps({**self._read(), stage: self._token(stage, home, beside)}, indent=1))

    def _read(self) -> dict[str, str]:
        try:
            state: dict[str, str] = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}
        return state

    def _token(self, stage: str, home: Home, beside: Collection[str]) -> str:
        versions = [f"{table}={self.lake.version(table)}" for table in TOUCHES[stage]]
        held = self._held(home) if stage == "publish" else []
        return stable_id(stage, *CODE[stage], str(home.embeddings), *versions, *held, *sorted(beside))

    @staticmethod
    def _held(home: Home) -> list[str]:
        """Which indexes serve and how much they hold: the server may have lost or gained something since."""
        with SearchStore.open(home.store) as store:
            return [f"{home.store.url} {index} {store.current(index)} {store.held(index)}" for index in INDEXES]
