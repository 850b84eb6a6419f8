"""The child's own decisions: one second chance for a kernel that did not come up, and how an end is told."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.execution import child

JOB = {"parameters": {"a": 1}, "seconds": 60, "start_timeout": 5, "root": "/r", "engine": "kernel"}


def run_with(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *errors: Exception | None
) -> list[dict[str, Any]]:
    """Run a job with a papermill that raises these errors in turn; returns the calls it got."""
    calls: list[dict[str, Any]] = []

    def execute_notebook(source: str, executed: str, **options: Any) -> None:
        calls.append({"source": source, "executed": executed, **options})
        if error := errors[len(calls) - 1]:
            raise error

    monkeypatch.setattr(child._Run, "engine", lambda run: {})
    monkeypatch.setitem(sys.modules, "papermill", SimpleNamespace(execute_notebook=execute_notebook))
    child._Run({**JOB, "folder": str(folder)}, lambda **message: None).execute()
    return calls


SLOW_START = RuntimeError("Kernel didn't respond in 60 seconds")


def test_a_kernel_that_did_not_come_up_gets_one_more_chance(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert len(run_with(monkeypatch, tmp_path, SLOW_START, None)) == 2
    with pytest.raises(RuntimeError, match="didn't respond"):
        run_with(monkeypatch, tmp_path, SLOW_START, SLOW_START, None)


def test_nothing_else_is_tried_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="died"):
        run_with(monkeypatch, tmp_path, RuntimeError("Kernel died before replying to kernel_info"), None)


def test_papermill_is_called_safely(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "{x}"
    (call,) = run_with(monkeypatch, folder, None)
    assert call["source"].format() == str(folder / "source.ipynb")  # papermill formats paths
    assert call["interrupt_on_timeout"] is True and call["kernel_name"] == "python3"
    assert 59 < call["timeout_func"](None) <= 60 and call["parameters"] == {"a": 1}


def test_an_end_is_told_in_words_of_json(tmp_path: Path) -> None:
    run = child._Run({"folder": str(tmp_path)}, lambda **message: None)
    assert run.how(OSError(28, "No space left on device")) == {
        "ended": "raised", "type": "OSError", "message": "[Errno 28] No space left on device", "errno": 28
    }  # fmt: skip
    run.kernel = SimpleNamespace(wait=lambda timeout: -9)
    told = run.how(RuntimeError("Kernel died"))
    assert (told["ended"], told["code"], told["out_of_memory"]) == ("kernel-died", -9, False)
