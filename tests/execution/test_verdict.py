"""The verdict on notebooks as papermill leaves them: it calls everything completed, we look ourselves."""

from __future__ import annotations

import pytest

from analysis.execution.supervision import Ended
from analysis.execution.verdict import judge


def cell(source: str, count: int | None, *outputs: dict) -> dict:
    metadata = {"papermill": {"status": "completed", "exception": None}}
    return {
        "cell_type": "code", "source": source, "execution_count": count, "outputs": list(outputs),
        "metadata": metadata,
    }  # fmt: skip


def verdict(*cells: dict, timeout: float = 60, expects: object = None, **ended: object):
    told = [{"ended": "completed"}] if "messages" not in ended else ended.pop("messages")
    notebook = {"cells": list(cells)} if cells else None
    return judge("notebook n", notebook, Ended(code=0, messages=told) if not ended else Ended(messages=told, **ended),
                 timeout, expects)  # fmt: skip


def test_a_run_to_the_end_succeeds() -> None:
    assert verdict(cell("1", 1), cell("  \n", None)).status == "succeeded"


def test_a_cell_without_count_was_not_run() -> None:
    found = verdict(cell("a = 1", 1), cell("b = 2", None))
    assert (found.status, found.cell) == ("failed", 2)
    assert found.problems == ("notebook n, cell 2 (`b = 2`): was not run; remove its tags or its code",)


def test_an_error_output_is_a_failure_though_papermill_completed() -> None:
    error = {
        "output_type": "error",
        "ename": "KeyError",
        "evalue": "'x'",
        "traceback": ["Traceback", "KeyError"],
    }
    assert verdict(cell("d['x']", 1, error)).problems == ("notebook n, cell 1 (`d['x']`): KeyError: 'x'",)


@pytest.mark.parametrize(
    ("last", "cause", "sentence"),
    [
        (
            {"code": -9, "out_of_memory": True},
            "out-of-memory",
            "the kernel was killed because memory ran out; use less data",
        ),
        (
            {"code": -9},
            "dead-kernel",
            "the kernel was killed (SIGKILL, as happens when memory runs out); run it again",
        ),
        ({"code": -11}, "dead-kernel", "the kernel was killed (SIGSEGV); run it again"),
        ({"code": 1}, "dead-kernel", "the kernel died (exit code 1); run it again"),
        ({}, "dead-kernel", "the kernel died; run it again"),
    ],
)
def test_a_dead_kernel_is_told_by_its_cause(last: dict, cause: str, sentence: str) -> None:
    messages = [{"cell": 0}, {"ended": "kernel-died", **last}]
    found = verdict(cell("x", 1), messages=messages)
    assert (found.status, found.cause) == ("kernel-died", cause)
    assert found.problems[0].startswith(f"notebook n, cell 1 (`x`): {sentence}")


def test_a_run_that_ends_after_its_deadline_is_late() -> None:
    found = verdict(cell("x", 1), seconds=61.0, code=0)
    assert found.status == "timed-out"
    assert found.problems == (
        "notebook n: not finished after 60 seconds; allow more (deadline: in a definition)",
    )


def test_a_lack_of_memory_that_the_cell_was_told_of_is_one_too() -> None:
    error = {
        "output_type": "error",
        "ename": "MemoryError",
        "evalue": "",
        "traceback": ["---", "MemoryError: "],
    }
    assert verdict(cell("x", 1, error)).cause == "out-of-memory"


def test_the_refusal_of_a_parameter_in_the_notebook_is_one() -> None:
    said = "notebook n: partner 'XXX' is not in data/countries.csv; choose one of KAZ"
    error = {
        "output_type": "error",
        "ename": "UsageError",
        "evalue": said,
        "traceback": [f"UsageError: {said}"],
    }
    found = verdict(cell("x", 1, error))
    assert (found.status, found.cause, found.problems) == ("failed", "refused", (said,))


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        ({"code": -9, "messages": []}, "notebook n: the process that ran it was killed (SIGKILL); run it again"),
        ({"code": 1, "messages": [], "log": "x\nModuleNotFoundError: papermill\n"},
         "notebook n: the process that runs it ended with exit code 1: ModuleNotFoundError: papermill"),
        ({"code": 0, "messages": [{"ended": "raised", "type": "OSError", "message": "full", "errno": 28}]},
         "notebook n: the disk with the temporary folder is full; free some space or set TMPDIR, and run again"),
        ({"code": 0, "messages": [{"ended": "raised", "type": "NoSuchKernel", "message": "x\ny"}]},
         "notebook n: papermill could not run it (NoSuchKernel: x)"),
    ],
)  # fmt: skip
def test_a_broken_process_is_told(ended: dict, sentence: str) -> None:
    assert verdict(**ended).problems == (sentence,)


def test_an_interruption_wins_over_what_it_caused() -> None:
    found = verdict(messages=[{"ended": "kernel-died"}], cause="SIGTERM")
    assert (found.status, found.problems) == (
        "interrupted",
        ("notebook n: interrupted by SIGTERM; run it again",),
    )


class TestOwnSentences:
    def error(self, *lines: str, said: str) -> dict:
        return {"output_type": "error", "ename": "TableError", "evalue": said, "traceback": list(lines)}

    def test_stand_alone(self) -> None:
        found = verdict(cell("x", 1, self.error("TableError: a; b", "TableError: c", said="a; b\nc")))
        assert found.problems == ("a; b", "c") and found.is_plain

    def test_are_known_by_a_traceback_without_trace(self) -> None:
        found = verdict(cell("x", 1, self.error("---", "TableError: a", said="a")))
        assert found.problems == ("notebook n, cell 1 (`x`): TableError: a",) and not found.is_plain


def test_expected_blocks_are_looked_for_by_kind_id_and_role() -> None:
    block = {"application/vnd.briefing.block+json": {"kind": "finding", "id": "growth", "role": "lead"}}
    shown = cell("x", 1, {"output_type": "display_data", "data": block, "metadata": {}})
    assert verdict(shown, expects=["finding", "growth", "lead"]).status == "succeeded"
    assert verdict(shown, expects=["references"]).problems == (
        "notebook n: it ran to its end but shows no 'references'; let a cell end in one",
    )
    assert verdict(shown, expects=lambda blocks: [f"{len(blocks)} block"]).problems == (
        "notebook n: 1 block",
    )
