"""Whether a run succeeded, and if not, why: judged on the executed notebook, never on what papermill noted in it.

papermill calls every cell of a notebook `completed` when the kernel was killed, when a cell ran out of time and
after sys.exit. Success here is: no exception, no error output, every cell executed, the declared outputs there.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from analysis.execution import notebook as nb
from analysis.execution import settle
from analysis.execution.files import FULL
from analysis.execution.supervision import Ended

Expects = Callable[[list[dict[str, Any]]], Iterable[str]] | Iterable[str] | None

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Verdict:
    """A status with its cause, what to say if it is not `succeeded`, and the number of the cell it is about."""

    status: str  # succeeded | failed | timed-out | interrupted | kernel-died
    cause: str | None  # failed-cell | timeout | deadline | dead-kernel | out-of-memory | interrupted | failed
    problems: tuple[str, ...] = ()
    cell: int | None = None
    is_plain: bool = False  # the sentences are the notebook's own and stand alone


def judge(
    title: str, executed: nb.Notebook | None, ended: Ended, timeout: float, expects: Expects
) -> Verdict:
    """The verdict on one run, of which `executed` may be all that was saved before it broke off."""
    number, place = _place(title, executed, ended.cell)
    failed = _first_error(executed) if executed else None
    if ended.cause.startswith("SIG"):
        return Verdict(
            "interrupted", "interrupted", (f"{place}: interrupted by {ended.cause}; run it again",), number
        )
    if ended.cause == "deadline" or ended.seconds >= timeout:
        limit = f"{timeout:g} seconds"
        return Verdict(
            "timed-out",
            "deadline" if ended.cause == "deadline" else "timeout",  # ended from outside, or obedient
            (f"{place}: not finished after {limit}; allow more (deadline: in a definition)",),
            number,
        )
    if failed:
        return _of_error(title, *failed)
    if ended.last.get("ended") == "kernel-died":
        return Verdict(
            "kernel-died",
            "out-of-memory" if ended.last.get("out_of_memory") else "dead-kernel",
            (f"{place}: {_death(ended.last)}",),
            number,
        )
    if ended.last.get("ended") != "completed" or executed is None:
        cause = "failed-cell" if ended.last.get("ended") == "cell-error" else "failed"
        return Verdict("failed", cause, (f"{place}: {_breakdown(ended, executed)}",), number)
    for at, cell in nb.numbered(executed):
        if nb.is_code(cell) and cell.get("execution_count") is None:
            said = f"{title}, cell {at} (`{nb.first_line(cell)}`): was not run; remove its tags or its code"
            return Verdict("failed", "failed", (said,), at)
    missing = tuple(f"{title}: {each}" for each in _missing(nb.blocks(executed), expects))
    return Verdict("failed", "failed", missing) if missing else Verdict("succeeded", None)


def signal_name(code: int) -> str:
    """The name of the signal behind a negative exit code.

    >>> signal_name(-9)
    'SIGKILL'
    """
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _place(title: str, executed: nb.Notebook | None, index: int | None) -> tuple[int | None, str]:
    cells = list(nb.numbered(executed)) if executed else []
    # papermill puts a banner on top of a notebook with an error, after the cells were counted.
    cells = [(number, cell) for number, cell in cells if "papermill-error-cell-tag" not in nb.tags(cell)]
    if index is None or index >= len(cells):
        return None, title
    number, cell = cells[index]
    return number, f"{title}, cell {number} (`{nb.first_line(cell)}`)"


def _first_error(executed: nb.Notebook) -> tuple[int, nb.Cell, dict[str, Any]] | None:
    for number, cell in nb.numbered(executed):
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                return number, cell, output
    return None


def _of_error(title: str, number: int, cell: nb.Cell, error: dict[str, Any]) -> Verdict:
    name, said = error.get("ename", "Error"), _line(error.get("evalue", ""))
    if own := _own_sentences(error):
        cause = "refused" if name == "UsageError" else "failed-cell"
        return Verdict("failed", cause, own, number, is_plain=True)
    what = f"{name}: {said}" if said else name
    if name == "SystemExit":
        what = f"the cell ended the program ({what}); take the call out, or raise an error that says why"
    cause = "out-of-memory" if name == "MemoryError" else "failed-cell"
    return Verdict("failed", cause, (f"{title}, cell {number} (`{nb.first_line(cell)}`): {what}",), number)


def _own_sentences(error: dict[str, Any]) -> tuple[str, ...]:
    """The problems of a BriefingError, known by the traceback that it gives itself: "Name: sentence" only."""
    lead = f"{error.get('ename')}: "
    shown = [_COLOUR.sub("", line) for line in error.get("traceback", [])]
    if not shown or not all(line.startswith(lead) for line in shown):
        return ()
    problems = tuple(line.removeprefix(lead) for line in shown)
    return problems if "\n".join(problems) == error.get("evalue") else ()


def _line(text: str) -> str:
    """The first line of a message, of a length to be read."""
    first = next((line.strip() for line in _COLOUR.sub("", text).splitlines() if line.strip()), "")
    return first if len(first) <= 300 else first[:299] + "…"


def _death(last: dict[str, Any]) -> str:
    code = last.get("code")
    if last.get("out_of_memory"):
        return "the kernel was killed because memory ran out; use less data or a larger machine"
    if code is not None and code < 0:
        memory = ", as happens when memory runs out" if -code == 9 else ""
        return (
            f"the kernel was killed ({signal_name(code)}{memory}); run it again, with more memory if need be"
        )
    return f"the kernel died{'' if code is None else f' (exit code {code})'}; run it again"


def _breakdown(ended: Ended, executed: nb.Notebook | None) -> str:
    """What to say when there is no error output: papermill, its process or the disk failed."""
    last = ended.last
    if last.get("ended") == "cell-error":  # IPython tells of misused magics by stderr alone
        said = settle.stderr(executed) if executed else []
        return _line(last["message"] or (said[-1]["text"] if said else "")) or f"failed ({last['type']})"
    if last.get("errno") in FULL or "No space left on device" in ended.log:
        return "the disk with the temporary folder is full; free some space or set TMPDIR, and run again"
    if last.get("type"):
        return f"papermill could not run it ({last['type']}: {_line(last['message'])})"
    if ended.code is not None and ended.code < 0:
        return f"the process that ran it was killed ({signal_name(ended.code)}); run it again"
    tail = [line.strip() for line in ended.log.splitlines() if line.strip()]
    said = f": {_line(tail[-1])}" if tail else ""
    return f"the process that runs it ended with exit code {ended.code}{said}"


def _missing(blocks: list[dict[str, Any]], expects: Expects) -> list[str]:
    """Declared outputs that are not there, each as the rest of a sentence."""
    if expects is None:
        return []
    if callable(expects):
        return list(expects(blocks))
    there = {block.get(key) for block in blocks for key in ("kind", "id", "role")}
    return [
        f"it ran to its end but shows no '{name}'; let a cell end in one"
        for name in expects
        if name not in there
    ]
