"""README's first command in a fresh clone, on a path with a space and over a hundred characters long."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("a path with spaces") / ("long " * 25).strip() / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(path)], check=True)
    assert len(str(path)) > 100
    return path


def make(clone: Path, target: str, **environment: str | None) -> str:
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    command = ["make", target, f"PYTHON={sys.base_prefix}/bin/python3"]
    ended = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def hashes(clone: Path, printed: str) -> dict[str, str]:
    paths = [line for line in printed.splitlines() if line.startswith("reports/build/")]
    assert [Path(path).suffix for path in paths] == [".html", ".pdf"]
    return {path: hashlib.sha256((clone / path).read_bytes()).hexdigest() for path in paths}


def test_make_briefing_installs_once_and_builds_the_same_bytes_without_a_home(clone: Path) -> None:
    first = make(clone, "briefing")
    assert "Installing" in first
    second = make(clone, "briefing", HOME=None)
    assert "Installing" not in second
    third = make(clone, "briefing", HOME="/proc/nowhere", LC_ALL="C", TZ="Asia/Tashkent")
    assert hashes(clone, first) == hashes(clone, second) == hashes(clone, third)
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert status.stdout == "", "a build leaves nothing that git would keep"
