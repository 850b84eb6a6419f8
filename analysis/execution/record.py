"""The record of a run: what was run, with what, on which tables, how it ended. The one place for times."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.execution import notebook as nb
from analysis.execution.files import WriteError, replace_text

SCHEMA = "briefing-run/1"
RUNNING, LOST = "running", "lost"
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
        "status": RUNNING,
        "reason": None,
        "cell": None,
        "started": now.isoformat(timespec="seconds"),
        "seconds": None,
        "tables": {},
        "python": platform.python_version(),
        "packages": {},
        "stderr": [],
        "log": "",
        "process": {"pid": os.getpid(), "born": _born(os.getpid())},
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


def note(record: Record, ledger: Path | None) -> None:
    """Enter a record into the ledger, one file a run; a ledger that cannot be written stops no run."""
    if ledger is not None:
        with suppress(WriteError):
            write(record, ledger / f"{record['run']}.json")


def close_lost(ledger: Path) -> list[Record]:
    """Close, as `lost`, the records of runs whose process is gone; returns them."""
    closed = []
    for path in sorted(ledger.glob("*.json")):
        with suppress(ValueError, OSError):
            record = read(path)
            if record.get("status") != RUNNING or _is_alive(record.get("process", {})):
                continue
            reason = "the process that ran it is gone without a word; run it again"
            closed.append({**record, "status": LOST, "reason": reason})
            note(closed[-1], ledger)
    return closed


def _packages() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


def _born(pid: int) -> float | None:
    """When a process began; with its id it names a process for good, as ids are used again."""
    import psutil

    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def _is_alive(process: dict[str, Any]) -> bool:
    born = _born(process["pid"]) if process.get("pid") else None
    return born is not None and abs(born - (process.get("born") or 0)) < 1
