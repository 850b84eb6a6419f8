"""The ledger tells the truth about every run, also of those that could not say how they ended."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.execution import ledger as room
from analysis.execution.ledger import PLACE, Ledger, born, note_unchanged


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.at(tmp_path)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[..., subprocess.Popen]:
    """Another process that has the ledger of this project."""

    def begun(code: str) -> subprocess.Popen:
        head = f"import os, signal, sys, time\nfrom analysis.execution.ledger import Ledger\nledger = Ledger.at({str(tmp_path)!r})\n"
        return subprocess.Popen(
            [sys.executable, "-c", head + textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
        )

    return begun


def briefing(ledger: Ledger, stem: str, status: str, **columns: object) -> int:
    return ledger.add(kind="briefing", name=stem.partition("--")[0], stem=stem, status=status, **columns)


class TestEntries:
    def test_a_run_is_told_from_begin_to_end(self, ledger):
        build = ledger.begin(kind="briefing", name="x", stem="x--partner-KGZ", parameters={"partner": "KGZ"})
        running = ledger.run(build)
        assert (running["status"], running["ended"], running["seconds"]) == ("running", None, None)
        assert (running["pid"], running["born"]) == (os.getpid(), born(os.getpid()))
        part = ledger.begin(kind="section", parent=build, section="trade", notebook="bilateral_trade")
        ledger.end(part, status="failed", cause="failed-cell", cell=4, reason="notebook x, cell 4: no")
        ledger.end(build, status="failed", cause="failed-cell", outputs=["a.html"], versions={"pandas": "3"})
        told = ledger.run(build)
        assert (told["status"], told["cause"], told["parameters"]) == (
            "failed",
            "failed-cell",
            {"partner": "KGZ"},
        )
        assert (told["outputs"], told["versions"]) == (["a.html"], {"pandas": "3"})
        assert told["started"] <= told["ended"] and 0 <= told["seconds"] < 60
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["ended"])
        assert [(each["id"], each["cell"]) for each in ledger.parts(build)] == [(part, 4)]
        assert told["command"] == running["command"] == ledger.run(part)["command"] == ledger.command

    def test_what_a_caller_measured_goes_before_the_clock(self, ledger):
        build = ledger.begin(kind="section")
        ledger.end(build, status="succeeded", seconds=1.5)
        assert ledger.run(build)["seconds"] == 1.5

    @pytest.mark.parametrize("columns", [{"status": "fine"}, {"status": "failed", "cause": "bad luck"}])
    def test_a_word_that_is_none_is_refused(self, ledger, columns):
        with pytest.raises(ValueError, match="of a run"):
            ledger.add(kind="section", **columns)

    @pytest.mark.parametrize(
        ("error", "status", "reason"),
        [
            (KeyboardInterrupt(), "interrupted", "interrupted without a word; run it again"),
            (ValueError("the disk is gone"), "failed", "the disk is gone"),
        ],
    )
    def test_what_was_not_ended_is_closed_on_the_way_out(self, ledger, error, status, reason):
        with pytest.raises(type(error)), ledger:
            ended = ledger.begin(kind="section")
            ledger.end(ended, status="succeeded")
            left = ledger.begin(kind="section")
            raise error
        assert ledger.run(ended)["status"] == "succeeded"
        told = ledger.run(left)
        assert (told["status"], told["cause"], told["reason"]) == (status, status, reason)

    def test_a_hundred_builds_with_nothing_to_do_are_one_transaction(self, ledger, tmp_path, monkeypatch):
        begun = []
        monkeypatch.setattr(
            Ledger, "_do", lambda self, work, mode="", do=Ledger._do: (begun.append(1), do(self, work))[1]
        )
        rows = [{"name": f"b{n}", "stem": f"b{n}", "key": "k"} for n in range(100)]
        ledger.note_unchanged(rows)
        assert len(begun) == 1
        assert {row["status"] for row in ledger.runs(limit=None)} == {"unchanged"}
        assert len(ledger.runs(limit=None)) == 100

    def test_a_build_that_stays_unchanged_does_not_fill_the_ledger(self, ledger, tmp_path):
        briefing(ledger, "x", "succeeded")
        for key in ("a", "a", "a", "b"):
            assert note_unchanged(tmp_path, [{"name": "x", "stem": "x", "key": key}]) is None
        briefing(ledger, "x", "failed")
        note_unchanged(tmp_path, [{"name": "x", "stem": "x", "key": "b"}])
        told = [(row["status"], row["key"]) for row in ledger.runs()]
        assert told == [
            ("unchanged", "b"), ("failed", None), ("unchanged", "b"), ("unchanged", "a"), ("succeeded", None),
        ]  # fmt: skip

    def test_a_build_with_nothing_to_do_loads_little_for_it(self, tmp_path):
        script = (
            "import sys; before = set(sys.modules)\n"
            "from analysis.execution import ledger\n"
            f"ledger.Ledger.at({str(tmp_path)!r}).close_lost()\n"
            f"ledger.note_unchanged({str(tmp_path)!r}, [dict(name='x', stem='x', key='k')])\n"
            "print(len(set(sys.modules) - before), *{m.partition('.')[0] for m in sys.modules})"
        )
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        count, *names = ended.stdout.split()
        assert int(count) < 60
        assert not set(names) & {"psutil", "asyncio", "pandas", "numpy", "click", "yaml", "nbformat"}


class TestQuestions:
    def test_newest_first_and_sections_below_their_build(self, ledger):
        first = briefing(ledger, "x", "succeeded")
        second = briefing(ledger, "y--partner-KGZ", "failed")
        late = ledger.add(kind="section", parent=first, name="x", section="trade", status="succeeded")
        assert [row["id"] for row in ledger.runs()] == [second, first]
        assert [row["id"] for row in ledger.runs(sections=True)] == [second, first, late]
        assert (
            [row["id"] for row in ledger.runs("y")]
            == [row["id"] for row in ledger.runs("y--partner-KGZ")]
            == [second]
        )
        assert [row["id"] for row in ledger.runs(status=("succeeded", "lost"))] == [first]
        assert ledger.runs(since="2999-01-01") == [] and len(ledger.runs(since="2001-01-01")) == 2
        assert len(ledger.runs(limit=1)) == 1

    def test_newest_good_build_is_not_one_with_overrides(self, ledger):
        good = briefing(ledger, "x", "succeeded")
        briefing(ledger, "x--partner-KGZ", "succeeded")
        bad = briefing(ledger, "x", "failed")
        assert ledger.newest("x")["id"] == good
        assert ledger.newest("x", ("failed", "lost"))["id"] == bad
        assert ledger.newest("nothing") is None

    def test_failed_are_those_whose_last_word_is_not_good(self, ledger):
        briefing(ledger, "mended", "failed")
        briefing(ledger, "mended", "unchanged")
        request = {"name": "x", "overrides": {"partner": "KGZ"}}
        briefing(ledger, "x--partner-KGZ", "succeeded")
        briefing(ledger, "x--partner-KGZ", "failed", request=request)
        ledger.begin(kind="briefing", name="x", stem="x--partner-KGZ")  # and now it runs again
        ledger.add(kind="briefing", name="mended", status="refused", cause="refused")  # -p of a wrong value
        ledger.add(kind="section", stem="mended", status="failed")
        assert [row["request"] for row in ledger.failed()] == [request]

    def test_medians_are_of_the_newest_runs_that_succeeded(self, ledger):
        for seconds in (90, *range(1, 10)):
            ledger.add(kind="section", notebook="a", status="succeeded", seconds=seconds)
        ledger.add(kind="section", notebook="a", status="failed", seconds=500)
        ledger.add(kind="section", notebook="b", status="reused")
        ledger.add(kind="render", status="succeeded", seconds=0.25)
        ledger.add(kind="briefing", stem="x", status="succeeded", seconds=40)
        assert ledger.medians() == {("section", "a"): 5, ("render", None): 0.25}


class TestProcesses:
    def test_many_processes_write_at_once(self, ledger, elsewhere):
        code = """
            for n in range(40):
                run = ledger.begin(kind="section", name=sys.argv[0], section=str(n))
                ledger.end(run, status="succeeded")
            assert ledger.problem is None
        """
        others = [elsewhere(code) for _ in range(4)]
        assert [other.wait(60) for other in others] == [0, 0, 0, 0]
        rows = ledger.runs(limit=None, sections=True)
        assert len(rows) == 160 and {row["status"] for row in rows} == {"succeeded"}

    def test_we_are_not_fooled_by_a_process_that_was_killed(self, ledger, elsewhere):
        other = elsewhere("""
            build = ledger.begin(kind="briefing", name="x", stem="x")
            ledger.begin(kind="section", parent=build, section="trade")
            print(build, flush=True)
            time.sleep(60)
        """)
        build = int(other.stdout.readline())
        assert ledger.close_lost() == [] and ledger.run(build)["status"] == "running"
        other.kill()
        other.wait()
        assert [row["id"] for row in ledger.close_lost()] == [build, build + 1]
        told = ledger.run(build)
        assert (told["status"], told["cause"]) == ("lost", "lost")
        assert told["reason"] == "x: the process that ran it is gone without a word; run it again"
        assert ledger.run(build + 1)["reason"].startswith("trade: ")
        assert ledger.close_lost() == []

    def test_we_are_not_fooled_by_a_process_that_is_dead_but_not_buried(self, ledger, elsewhere):
        other = elsewhere("print(ledger.begin(kind='section'), flush=True); time.sleep(60)")
        run = int(other.stdout.readline())
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # a zombie until somebody waits for it
        assert [row["id"] for row in ledger.close_lost()] == [run]
        other.wait()

    def test_we_are_not_fooled_by_a_process_id_that_is_used_again(self, ledger):
        run = ledger.begin(kind="section", born="of an earlier process")
        assert [row["id"] for row in ledger.close_lost()] == [run]

    def test_what_runs_on_another_machine_is_not_ours_to_judge(self, ledger):
        ledger.begin(kind="section", host="another", pid=2**22 + 1, born="x")
        assert ledger.close_lost() == []

    def test_we_are_not_fooled_by_a_writer_killed_in_its_middle(self, ledger, elsewhere):
        kept = briefing(ledger, "x", "succeeded")
        other = elsewhere("""
            def work(connection):
                connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the end
                for n in range(2000):
                    connection.execute("INSERT INTO runs (kind, reason) VALUES ('briefing', ?)", ("x" * 500,))
                connection.execute("UPDATE runs SET status = 'failed'")
                os.kill(os.getpid(), signal.SIGKILL)
            ledger._do(work)
        """)
        assert other.wait(60) == -signal.SIGKILL
        assert ledger.path.stat().st_size > 500_000  # half of it had been written
        assert [(row["id"], row["status"]) for row in ledger.runs()] == [(kept, "succeeded")]
        assert ledger.problem is None

    def test_a_reader_does_not_wait_for_a_writer_for_ever(self, tmp_path, monkeypatch):
        monkeypatch.setattr(room, "PATIENCE", 0.05)
        ledger = Ledger.at(tmp_path)
        holder = sqlite3.connect(ledger.path, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        assert ledger.begin(kind="section") == 0
        ledger.end(0, status="succeeded")
        assert ledger.runs() == []
        assert ledger.problem == (
            f"{PLACE}: cannot be kept (database is locked); this run is not entered there, "
            "make the folder writable or move the file away"
        )
        holder.close()
        assert ledger.begin(kind="section") > 0


class TestDamage:
    def set_aside(self, ledger: Ledger) -> list[str]:
        return sorted(path.name for path in ledger.path.parent.iterdir() if "broken" in path.name)

    @pytest.mark.parametrize(
        "content", [b"no database at all", b"\0" * 4096, b"SQLite format 3\0" + b"x" * 5000]
    )
    def test_a_file_that_is_no_ledger_is_set_aside_with_a_sentence(self, tmp_path, content):
        path = tmp_path / PLACE
        for number in (1, 2):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            ledger = Ledger.at(tmp_path)
            aside = path.with_name(f"{path.name}.broken-{number}")
            assert (
                ledger.problem == f"{PLACE}: was damaged; it is kept as {aside.name}, and a new one is begun"
            )
            assert aside.read_bytes() == content
            assert briefing(ledger, "x", "succeeded") == 1

    def test_damage_inside_is_met_when_it_is_read(self, ledger):
        for n in range(300):
            briefing(ledger, f"b{n}", "succeeded", reason="x" * 200)
        data = ledger.path.read_bytes()
        ledger.path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))
        assert ledger.runs(limit=None) == []
        assert ledger.problem.startswith(f"{PLACE}: was damaged")
        assert briefing(ledger, "x", "succeeded") == 1
        assert self.set_aside(ledger)[0] == "ledger.sqlite.broken-1"

    def test_a_journal_of_the_old_file_is_not_played_back_into_the_new_one(self, ledger):
        briefing(ledger, "x", "succeeded")
        journal = ledger.path.with_name("ledger.sqlite-journal")
        assert journal.exists()
        ledger.path.write_bytes(b"no database at all")
        briefing(ledger, "y", "succeeded")
        assert self.set_aside(ledger) == ["ledger.sqlite.broken-1", "ledger.sqlite.broken-1-journal"]
        assert [row["stem"] for row in ledger.runs()] == ["y"]

    def test_where_it_cannot_be_kept_everything_goes_on(self, tmp_path):
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports" / "state").write_text("in the way")
        with Ledger.at(tmp_path) as ledger:
            assert ledger.begin(kind="section") == ledger.add(kind="section", status="reused") == 0
            ledger.end(0, status="succeeded")
            ledger.note_unchanged([{"stem": "x"}])
            assert ledger.close_lost() == ledger.runs() == ledger.failed() == ledger.parts(1) == []
            assert ledger.newest("x") is None and ledger.medians() == {}
        assert ledger.problem.startswith(f"{PLACE}: cannot be kept (")
        assert note_unchanged(tmp_path, [{"stem": "x"}]) == ledger.problem

    def test_a_full_disk_stops_no_run(self, ledger, monkeypatch):
        connected = Ledger._connected

        def on_a_full_disk(self: Ledger) -> sqlite3.Connection:
            connection = connected(self)
            connection.execute(
                f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}"
            )
            return connection

        monkeypatch.setattr(Ledger, "_connected", on_a_full_disk)
        assert ledger.add(kind="section", status="reused", reason="x" * 50_000) == 0
        assert "cannot be kept (database or disk is full)" in ledger.problem
        monkeypatch.undo()
        assert ledger.runs(sections=True) == [] and briefing(ledger, "x", "succeeded") > 0

    def test_a_ledger_of_a_newer_program_is_left_alone(self, ledger):
        with sqlite3.connect(ledger.path) as connection:
            connection.execute("PRAGMA user_version = 999")
        connection.close()
        before = ledger.path.read_bytes()
        again = Ledger.at(ledger.path.parents[2])
        assert "(a newer version of the program made it)" in again.problem
        assert again.begin(kind="section") == 0 and ledger.path.read_bytes() == before

    def test_an_older_ledger_is_brought_up_to_date_and_keeps_its_rows(self, ledger, monkeypatch):
        kept = briefing(ledger, "x", "succeeded")
        monkeypatch.setattr(
            room, "MIGRATIONS", (*room.MIGRATIONS, ("ALTER TABLE runs ADD COLUMN mood TEXT",))
        )
        again = Ledger.at(ledger.path.parents[2])
        assert again.problem is None and again.run(kept)["mood"] is None
        assert again.run(again.add(kind="section", status="reused", mood="good"))["mood"] == "good"


def test_make_clean_leaves_what_must_not_be_lost() -> None:
    root = Path(__file__).resolve().parents[2]
    recipe = re.search(r"(?m)^clean:.*\n((?:\t.*\n)+)", (root / "Makefile").read_text())[1]
    removed = recipe.split()[2:]
    assert "reports/build" in removed
    assert not [name for name in removed if PLACE.startswith(f"{name.rstrip('/')}/")]
    assert "reports/state/" in (root / ".gitignore").read_text().splitlines()
