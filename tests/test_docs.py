"""The README names every command, setting, route and DAG that there is, and none that there is not."""

import re
from pathlib import Path

import pytest
import typer.main
from fastapi.routing import APIRoute

from api.curation import curation
from api.routes import open_router, router
from api.scim import PREFIX
from api.scim.app import scim_app
from api.settings import ApiSettings, ScimSettings
from api.tokens import DemoKey
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.directory.store import Directory
from knowledge_graph.serving.indexes import StoreSettings
from pipelines.cli import app

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "dags", "extractors", "infra", "knowledge_graph", "pipelines")
# A setting's name stands in quotes in code, after `$` or before `=` in scripts; other capitals of ours are not settings.
SETTING = re.compile(r"\bENGRAM_[A-Z][A-Z_]*[A-Z]\b")
README = ROOT / "README.md"


@pytest.fixture(scope="module")
def readme() -> str:
    assert README.is_file(), "README.md is missing"
    return README.read_text(encoding="utf-8")


def commands() -> set[str]:
    return set(typer.main.get_group(app).commands)


def settings() -> set[str]:
    files = [path for package in PACKAGES for suffix in ("py", "sh", "yaml") for path in (ROOT / package).rglob(f"*.{suffix}")]
    found = set(SETTING.findall("\n".join(path.read_text(encoding="utf-8") for path in [*files, ROOT / "Makefile"])))
    assert found
    return found


def routes() -> set[str]:
    # The documented form of a path has no converter: /topics/{key:path} is /topics/{key}.
    settings = ApiSettings(StoreSettings(""), DemoKey(b""), "", CurationSettings(Path("none")))
    pushed = scim_app(settings, ScimSettings("secret"), Directory("sqlite://"))
    scim = {f"{PREFIX}{route.path}" for route in pushed.routes if isinstance(route, APIRoute)}
    return scim | {route.path_format for each in (router, open_router, curation) for route in each.routes if isinstance(route, APIRoute)}


def dags() -> set[str]:
    """DAG ids as the files write them; one made for each source has a placeholder where the source's name goes."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "dags").glob("*_dag.py")]
    found = {match[1] for text in texts for match in re.finditer(r"\bdag\(f?\"([^\"]+)\"", text)}
    assert found, "no DAG id found in dags/*_dag.py"
    return {re.sub(r"\{[^}]*\}", "SOURCE", name) for name in found}


def test_every_command_is_described(readme: str) -> None:
    assert {name for name in commands() if not re.search(rf"(?:`|^)engram {name}\b", readme, re.M)} == set()


def test_no_other_command_is_described(readme: str) -> None:
    told = set(re.findall(r"(?:`|^)(?:\$ )?engram ([a-z]+)\b", readme, re.M))
    assert told - commands() == set()


def test_every_option_that_is_described_exists(readme: str) -> None:
    parameters = [parameter for command in typer.main.get_group(app).commands.values() for parameter in command.params]
    known = {option for parameter in parameters for option in (*parameter.opts, *parameter.secondary_opts)}
    lines = re.findall(r"(?:`|^)(?:\$ )?engram [a-z][^`\n]*", readme, re.M)
    told = {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z-]+", line)}
    assert told - known - {"--help"} == set()


def test_settings(readme: str) -> None:
    assert set(SETTING.findall(readme)) == settings()


def test_every_route_is_described(readme: str) -> None:
    assert {route for route in routes() if f"`{route}`" not in readme and f"GET {route}" not in readme} == set()


def test_no_other_route_is_described(readme: str) -> None:
    told = {match.partition("?")[0] for match in re.findall(r"GET (/[^\s`|]*)", readme)}
    assert told - routes() == set()


def test_dags(readme: str) -> None:
    assert {name for name in dags() if f"`{name}`" not in readme} == set()
    told = set(re.findall(r"`(engram_[a-z_]+(?:SOURCE)?)`", readme))
    assert told - dags() == set()
