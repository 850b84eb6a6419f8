"""At the door: whatever is wrong ends in one sentence with place and remedy, and the last good output stands."""

from __future__ import annotations

import codecs
import csv
import ctypes
import errno
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pytest

from .conftest import CLOSING, LEAD, PARAMETERS, ROOT, SETUP, Ended, Project

BUILD = ("build", "pair", "--fresh", "--json")  # with --json no steps are told: all of stderr is the refusal


@pytest.fixture(scope="module")
def good(shared_root) -> Project:
    """The shared project with `pair` built."""
    words = [sys.executable, "-m", "analysis.cli", "--root", str(shared_root), *BUILD]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 0, ended.stderr
    return Project(shared_root)


@pytest.fixture
def refused(good, small, command) -> Iterator:
    """Run the command, hold that nothing changed, and give its one sentence."""

    def told(*words: object, code: int, ended: Ended | None = None) -> str:
        ended = ended or command(*(words or BUILD), root=small.root)
        assert (ended.code, ended.out) == (code, ""), ended.err
        assert len(ended.sentences) == 1, ended.err
        assert "Traceback" not in ended.err and "fault of the program" not in ended.err
        return ended.sentences[0]

    before = good.outputs()
    assert {"reports/build/pair/pair.html", ".cache/runs/pair/rows.ipynb"} <= set(before)
    yield told
    after = good.outputs()
    assert sorted(after) == sorted(before), "something new looks finished, or something is gone"
    assert after == before


# --- a wrong request: code 2 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-p", "partnr=KAZ"], "briefing pair has no parameter 'partnr' (did you mean 'partner'?)"),
        (
            ["-p", "end=2199"],
            r"briefing pair: end 2199 is outside \d{4}-\d{4}, the years of data/trade\.csv; choose a year in that span",
        ),
        (["-p", "end=2031"], r"briefing pair: end 2031 is outside .*; choose a year in that span"),
        (
            ["-p", "partner=XXX"],
            r"briefing pair: partner 'XXX' is not in data/countries\.csv( \(did you mean '\w+'\?\)|; choose .*)",
        ),
        (
            ["-p", "partner=kazakhstan"],
            r"briefing pair: partner 'kazakhstan' is not in data/countries\.csv \(did you mean 'KAZ'\?\)",
        ),
        (
            ["-p", "partner=UZB"],
            "briefing pair: reporter and partner are both 'UZB'; choose two different countries",
        ),
        (
            ["-p", "end=abc"],
            "briefing pair: end 'abc' is not a whole number; write a whole number, for example 2016",
        ),
        (
            ["-p", "end=2010"],
            "briefing pair: start 2016 is not before end 2010; choose an earlier start or a later end",
        ),
        (
            ["--as-of", "2199-01-01"],
            r"briefing pair: as_of 2199-01-01 is after \d{4}-\d\d-\d\d, the cut-off of the data; "
            "choose that day or an earlier one",
        ),
        (
            ["--as-of", "2024-02-30"],
            "briefing pair: as_of '2024-02-30' is not a day of the calendar; choose one that exists",
        ),
        (
            ["--known-by", "2024-01-01"],
            r"briefing pair has no parameter 'known_by'; it has reporter, partner, start, end, as_of",
        ),
    ],
)
def test_a_parameter_outside_its_domain(refused, words, sentence):
    told = refused(*BUILD, *words, code=2)
    assert told == sentence or re.fullmatch(sentence, told), told


def test_several_wrong_parameters_are_told_at_once(good, command):
    ended = command(*BUILD, "-p", "partner=XXX", "-p", "end=abc", root=good.root)
    assert ended.code == 2 and [line.split()[2] for line in ended.sentences] == ["partner", "end"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("series:", "serie:", "reports/pair.yml: unknown key 'serie' (did you mean 'series'?)"),
        (
            "series: Small",
            "title: Small",
            "reports/pair.yml line 2: the key 'title' stands twice, first in line 1; keep one",
        ),
        (
            "      end: ${end}",
            "      ende: ${end}",
            "reports/pair.yml, section rows: notebook rows has no parameter 'ende' (did you mean 'end'?)",
        ),
        (
            "notebook: rows",
            "notebook: row",
            "reports/pair.yml, section row: there is no notebook 'row' (did you mean 'rows'?)",
        ),
    ],
)
def test_a_faulty_definition(refused, small, old, new, sentence):
    small.change("reports/pair.yml", old, new)
    assert refused(code=2) == sentence


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (None, "notebook rows: no cell is tagged 'parameters'; give the cell that holds the parameters this tag"),
        (
            PARAMETERS.replace("= 2023", "= start + 7"),
            "notebook rows, cell 2: parameter end is computed (`start + 7`), so it would keep its old value when "
            "another is set; write a literal value, or compute it in a later cell",
        ),
        (
            PARAMETERS.replace("end: int", "end"),
            "notebook rows, cell 2: parameter end has no annotation; write end: int = …",
        ),
        (
            PARAMETERS.replace("[trade.year]", "[trad.year]", 1),
            "notebook rows, cell 2: parameter start has the domain [trad.year], but there is no table 'trad' "
            "(did you mean 'trade'?)",
        ),
    ],
)  # fmt: skip
def test_a_faulty_notebook(refused, small, parameters, sentence):
    small.notebook(SETUP, LEAD, CLOSING, parameters=parameters)
    assert refused(code=2).startswith(f"reports/pair.yml, section rows: {sentence}")


# --- a damaged table: code 1 ------------------------------------------------------------------------------------------

BLOCS = (ROOT / "data/blocs.csv").read_text(encoding="utf-8")
DAYS = re.search(r"established,(\d{4}-\d\d-\d\d),", BLOCS)[1]
DAMAGES = {
    "a bad row": (
        BLOCS.replace(",customs,", ",custms,", 1).encode(),
        r"data/blocs\.csv line \d+, column kind: 'custms' is not one of the declared values "
        r"\(did you mean 'customs'\?\): .*",
    ),
    "a cell too many": (
        BLOCS.replace(",customs,", ",customs,,", 1).encode(),
        r"data/blocs\.csv line \d+: 16 cells, more than the 15 columns of the header; "
        "put a cell that holds a comma in double quotes",
    ),
    "a byte order mark": (
        codecs.BOM_UTF8 + BLOCS.encode(),
        r"data/blocs\.csv begins with a byte order mark, .*; save it as UTF-8 without BOM",
    ),
    "CRLF": (
        BLOCS.replace("\n", "\r\n").encode(),
        r"data/blocs\.csv: lines end in CRLF, .*; save it with LF line ends",
    ),
    "semicolons": (
        BLOCS.replace(",", ";").encode(),
        r"data/blocs\.csv: cells are separated by semicolons, not commas; save it with commas between the cells",
    ),
    "cp1251": (
        BLOCS.replace("Abraham", "Абрахам", 1).encode("cp1251", errors="replace"),
        r"data/blocs\.csv line 2: byte 0xc0 is not UTF-8, .* cp1251 .*; save it again as UTF-8",
    ),
    "a month rewritten": (
        BLOCS.replace(f",{DAYS},", ",Oct-22,", 1).encode(),
        r"data/blocs\.csv line \d+, column founded: 'Oct-22' is a date rewritten by a spreadsheet; "
        "write it as YYYY, YYYY-MM or YYYY-MM-DD",
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_table(refused, small, damage):
    content, sentence = DAMAGES[damage]
    small.put("data/blocs.csv", content)
    told = refused(code=1)
    assert re.fullmatch(sentence, told), told


def test_a_table_without_one_of_its_columns(refused, small):
    rows = list(csv.reader(io.StringIO((ROOT / "data/countries.csv").read_text(encoding="utf-8"))))
    without = io.StringIO()
    csv.writer(without, lineterminator="\n").writerows([row[:1] + row[2:] for row in rows])
    small.put("data/countries.csv", without.getvalue())
    assert refused(code=1) == f"data/countries.csv line 1: column '{rows[0][1]}' is missing; restore it"


def test_a_key_twice(refused, small):
    lines = (ROOT / "data/trade.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    small.put("data/trade.csv", "".join([*lines, lines[1]]))
    told = refused(code=1)
    assert re.fullmatch(
        rf"data/trade\.csv line {len(lines) + 1}, column reporter, .*: '.*' stands already in line 2; "
        "keep one of the two rows",
        told,
    ), told


def test_a_decimal_comma(refused, small):
    first = (ROOT / "data/trade.csv").read_text(encoding="utf-8").splitlines()[1]
    value = first.split(",")[6]
    small.change("data/trade.csv", first, first.replace(f",{value},", ',"1,5",', 1))
    assert refused(code=1) == "data/trade.csv line 2, column value_usd: '1,5' has a decimal comma; write 1.5"


def test_a_table_that_only_the_notebook_reads(refused, small):
    small.notebook(SETUP, "tables.read('flags')", LEAD, CLOSING)
    small.change("data/flags.csv", "\n", "\n\n")
    assert refused(code=1) == "data/flags.csv line 2: the line is empty; delete it"


# --- a run that does not succeed: code 1 ------------------------------------------------------------------------------

KEPT = r"; see how far it ran in \.cache/runs/pair/failed/rows\.ipynb"


def test_a_cell_that_raises(refused, small):
    small.notebook(SETUP, LEAD, "1 / 0", CLOSING)
    told = refused(code=1)
    assert re.fullmatch(
        rf"notebook rows, cell 5 \(`1 / 0`\): ZeroDivisionError: division by zero{KEPT}", told
    )
    assert (small.root / ".cache/runs/pair/failed/rows.ipynb").is_file()


def test_a_killed_kernel(refused, small):
    small.notebook(SETUP, LEAD, "import os; os.kill(os.getpid(), 9)", CLOSING)
    told = refused(code=1)
    assert re.fullmatch(
        r"notebook rows, cell 5 \(`import os; os\.kill\(os\.getpid\(\), 9\)`\): the kernel was killed \(SIGKILL, "
        rf"as happens when memory runs out\); run it again, with more memory if need be{KEPT}",
        told,
    ), told


def test_a_deadline_passed(refused, small):
    small.notebook(SETUP, LEAD, "import time; time.sleep(300)", CLOSING)
    small.change("reports/pair.yml", "series: Small", "series: Small\ndeadline: 4")
    told = refused(code=1)
    # how far it came in that time depends on the machine
    assert re.fullmatch(
        rf"notebook rows.*: not finished after 4 seconds; allow more \(deadline: in a definition\)({KEPT})?",
        told,
    ), told


def test_a_notebook_without_its_lead(refused, small):
    small.notebook(SETUP, "references(parameters=p)")
    told = refused(code=1)
    assert re.fullmatch(
        rf"notebook rows: it ran to its end but shows no 'lead'; let a cell end in one{KEPT}", told
    )


# --- nowhere to write: code 1 -----------------------------------------------------------------------------------------


def test_a_full_disk(refused, small, monkeypatch):
    """The runs succeed; the disk is full when the results are written."""
    flush = os.fsync

    def full(handle: int) -> None:
        if os.fstat(handle).st_ino in {path.stat().st_ino for path in small.built.iterdir()}:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", full)
    # Another title makes other bytes: what stood there before must still be the old.
    small.change("reports/pair.yml", "series: Small", "series: Other")
    told = refused(code=1)
    assert told.startswith((f"{small.built / 'pair.html'}: ", f"{small.built / 'pair.pdf'}: "))
    assert told.endswith(": the disk is full, nothing was changed; free some space and run again")


def test_a_full_disk_before_the_first_run(refused, small, monkeypatch):
    def full(**options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    assert refused(code=1).endswith(": the disk is full, nothing was changed; free some space and run again")


@pytest.mark.skipif(os.name != "posix", reason="modes of folders are POSIX")
@pytest.mark.parametrize("words", [(), ("--out", "locked")])
def test_a_folder_that_may_not_be_written(refused, small, words):
    folder = small.root / "locked" if words else small.built
    folder.mkdir(exist_ok=True)
    folder.chmod(0o555)
    line = [sys.executable, "-m", "analysis.cli", "--root", str(small.root), *BUILD, *words]
    try:
        ended = subprocess.run(
            line, capture_output=True, text=True, cwd=small.root, preexec_fn=as_a_plain_user, check=False
        )
    finally:
        folder.chmod(0o755)
    told = refused(code=1, ended=Ended(ended.returncode, ended.stdout, ended.stderr))
    assert told.endswith(
        "pair.ipynb: cannot be written (permission denied), nothing was changed; choose a folder you may write to"
    )
    assert not words or list(folder.iterdir()) == []


def as_a_plain_user() -> None:
    """Give up, in a new process of root, the right to write what its mode forbids."""
    if os.geteuid() == 0:
        drop_from_bounding_set, override = 24, 1
        assert ctypes.CDLL(None).prctl(drop_from_bounding_set, override, 0, 0, 0) == 0


def test_a_file_where_the_folder_should_be(refused, small):
    told = refused(*BUILD, "--out", small.root / "reports/pair.yml", code=1)
    assert told.endswith(
        "cannot be written (file exists), nothing was changed; choose a folder you may write to"
    )
