"""The registry of models: where each comes from, under which licence, and the bytes it must have."""

import hashlib
import importlib.util
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_graph.text.errors import DamagedModel, MissingModel, UnknownModel


class Model(BaseModel):
    """One entry of `models.yaml`; `path` lies inside the installed `module` and may be a file or a folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    task: Literal["embedding", "parsing", "frequency"]
    package: str
    version: str
    module: str
    path: str
    weights: str
    origin: str
    licence: str
    size: int
    sha256: str
    language: str = "en"
    dimensions: int = 0
    max_tokens: int = 0


@lru_cache(maxsize=1)
def registry() -> dict[str, Model]:
    """All models by name."""
    raw = yaml.safe_load((files(__package__) / "models.yaml").read_text(encoding="utf-8"))
    models = [Model(**entry) for entry in raw]
    return {model.name: model for model in models}


@lru_cache(maxsize=16)
def locate(name: str) -> Path:
    """Where a registered model lies on this machine, its bytes checked once per process."""
    models = registry()
    if name not in models:
        raise UnknownModel(name, sorted(models))
    model = models[name]
    spec = importlib.util.find_spec(model.module)
    if spec is None or spec.origin is None:
        raise MissingModel(name, f"{model.package}=={model.version}")
    folder = Path(spec.origin).parent / model.path
    weights = folder / model.weights
    if not weights.exists():
        raise MissingModel(name, f"{model.package}=={model.version}")
    found = sha256_of(weights)
    if found != model.sha256:
        raise DamagedModel(name, model.weights, model.sha256, found)
    return folder


def sha256_of(path: Path) -> str:
    """sha256 of a file, or of a folder's names and files in order."""
    digest = hashlib.sha256()
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    for file in sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(file.relative_to(path).as_posix().encode() + b"\0" + bytes.fromhex(sha256_of(file)))
    return digest.hexdigest()
