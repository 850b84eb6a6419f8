"""The record of a run: what was run, with what, on which tables, how it ended. The one place for times."""

from __future__ import annotations

import hashlib
import json
import platform
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.execution import notebook as nb
from analysis.execution.files import replace_text

SCHEMA = "briefing-run/2"
PACKAGES = ("central-asia-briefings", "papermill", "nbclient", "ipykernel", "pandas")

Record = dict[str, Any]


def begun(notebook: Path, shown: str, parameters: dict[str, Any], out: str) -> Record:
    """The record of a run that starts now."""
    now = datetime.now(UTC)
    return {
        "schema": SCHEMA,
        "run": f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}",
        "notebook": notebook.stem,
        "source": shown,
        "sha256": hashlib.sha256(notebook.read_bytes()).hexdigest(),
        "parameters": parameters,
        "output": out,
        "status": "running",
        "cause": None,
        "reason": None,
        "cell": None,
        "started": now.isoformat(timespec="milliseconds"),
        "seconds": None,
        "cpu_seconds": None,
        "memory_bytes": None,
        "engine": None,
        "inputs": {},
        "tables": {},
        "python": platform.python_version(),
        "packages": {},
        "stderr": [],
        "log": "",
    }


def with_references(record: Record, executed: nb.Notebook | None) -> Record:
    """The record with the tables and packages that the closing cell of the notebook names."""
    found = [block for block in nb.blocks(executed or {"cells": []}) if block.get("kind") == "references"]
    said = found[-1] if found else {}
    return {**record, "tables": said.get("tables", {}), "packages": said.get("packages") or _packages()}


def write(record: Record, path: Path) -> None:
    """Write a record in one move."""
    replace_text(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def read(path: Path) -> Record:
    """The record in `path`."""
    return json.loads(path.read_text(encoding="utf-8"))


def _packages() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions
