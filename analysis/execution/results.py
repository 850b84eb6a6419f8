"""Executed notebooks as they were kept, `.cache/results/`: found again while all that they rest on is the same.

    asked = request(notebook, parameters, root)     what is known before a run: notebook, parameters, environment, engine
    found(asked, root)                              the result whose inputs all have the content they had, if there is one
    keep(asked, executed, record, root)             after a run that succeeded

The key of a result stands for its request and the content of its inputs. Of one request several results are kept, so
that a table put back as it was finds the result of then. The folder may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from analysis.execution import environment, inputs, settle
from analysis.execution import notebook as nb
from analysis.execution.files import DRAFT, replace_cached
from analysis.execution.record import Record

FOLDER = Path(".cache") / "results"
SCHEMA = "briefing-result/1"
CANDIDATES = 8  # results of one request
LARGEST = 1_000_000_000  # bytes of all results
ENGINE = Path(__file__).parent

Request = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """A result that was kept: the executed notebook, the record of its run, its key."""

    notebook: Path
    record: Record
    key: str


def request(notebook: Path, parameters: Mapping[str, Any], root: Path) -> Request:
    """What is known of a run before it; `parameters` are all of them, as the notebook's contract coerces them."""
    asked = {
        "schema": SCHEMA,
        "notebook": _shown(notebook, root),
        "source": _source(notebook),
        "parameters": dict(parameters),
        "environment": environment.stamp(),
        "engine": _engine(),
    }
    return json.loads(json.dumps(asked))


def found(request: Request, root: Path) -> Stored | None:
    """The newest result of `request` whose inputs have not changed; a damaged one is none."""
    for path in _newest_first(_folder(request, root).glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            notebook = path.with_suffix(".ipynb")
            if kept["request"] != request or kept["inputs"] != inputs.stamps(list(kept["inputs"]), root):
                continue
            if sha256(notebook.read_bytes()).hexdigest() != kept["sha256"]:
                continue
            os.utime(path)  # the oldest is the one that was not asked for longest
            return Stored(notebook, kept["record"], kept["key"])
    return None


def keep(request: Request, notebook: Path, record: Record, root: Path) -> str:
    """Keep the executed `notebook` of a run that succeeded; the key of the result.

    Nothing is kept of a run whose inputs are not known or changed while it ran, nor where nothing can be written.
    """
    own = {name: stamp for name, stamp in record.get("inputs", {}).items() if name != request["notebook"]}
    key = _hash([_hash(request), own])
    if record.get("status") != "succeeded" or not own or _is_moved(request, own, record, root):
        return key
    with suppress(OSError):
        content = notebook.read_bytes()
        folder = _folder(request, root)
        kept = {"key": key, "request": request, "inputs": own, "record": record}
        kept["sha256"] = sha256(content).hexdigest()
        replace_cached(folder / f"{key}.ipynb", content)
        replace_cached(folder / f"{key}.json", json.dumps(kept).encode())
        _tidy(root, folder)
    return key


def _is_moved(request: Request, own: Mapping[str, str], record: Record, root: Path) -> bool:
    """Whether an input is not as it was, or changed so late that it may not be what was read."""
    if inputs.stamps(list(own), root) != own or _source(root / request["notebook"]) != request["source"]:
        return True
    start = datetime.fromisoformat(record["started"]).timestamp()
    engine = [f"analysis/execution/{path.name}" for path in ENGINE.glob("*.py")]
    return any(inputs.changed_since(start, name, root) for name in (*own, *engine, request["notebook"]))


def _source(notebook: Path) -> str:
    """The hash of what a run is given to execute."""
    return _prepared(notebook, inputs.stamp(str(notebook)))


@lru_cache(maxsize=64)
def _prepared(notebook: Path, stamp: str) -> str:
    return sha256(nb.dump(settle.prepared(nb.load(notebook))).encode()).hexdigest()


@cache
def _engine() -> str:
    """The hash of the sources that run notebooks."""
    return _hash({path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(ENGINE.glob("*.py"))})


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _folder(request: Request, root: Path) -> Path:
    return root / FOLDER / _hash(request)[:32]


def _shown(path: Path, root: Path) -> str:
    path = path.absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


# --- no more than there is room for -----------------------------------------------------------------------------------


def _tidy(root: Path, folder: Path) -> None:
    """Remove the oldest results: of this request, then of all, until what is left is within the bounds."""
    for path in _newest_first(folder.glob("*.json"))[CANDIDATES:]:
        _remove(path)
    room = LARGEST
    for path in _newest_first((root / FOLDER).glob("*/*.json")):
        with suppress(OSError):
            room -= path.stat().st_size + path.with_suffix(".ipynb").stat().st_size
        if room < 0:
            _remove(path)
    _sweep(root)


def _sweep(root: Path) -> None:
    """Remove what writers that were killed left behind."""
    yesterday = time.time() - 86_400
    for path in (root / FOLDER).glob(f"*/.*{DRAFT}"):
        with suppress(OSError):
            if path.stat().st_mtime < yesterday:
                path.unlink()


def _remove(path: Path) -> None:
    for each in (path, path.with_suffix(".ipynb")):
        with suppress(OSError):
            each.unlink()
    with suppress(OSError):
        path.parent.rmdir()  # if it was the last


def _newest_first(paths: Iterator[Path]) -> list[Path]:
    dated = []
    for path in paths:
        with suppress(OSError):
            dated.append((path.stat().st_mtime_ns, str(path)))
    return [Path(path) for _, path in sorted(dated, reverse=True)]
