"""Many briefings at once: what runs once, what is left alone, what the ledger says, what a failed section leaves."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from analysis.briefings import build as room
from analysis.briefings import production, sweep
from analysis.errors import BriefingError, UsageError
from analysis.execution.ledger import Ledger
from analysis.execution.runner import Run, RunError

from . import sample

NAME = "pair"
KILLED = "notebook bloc_overlap, cell 5 (`shown`): the kernel was killed (SIGKILL); run it again"


def request(name, **overrides):
    return {"name": name, "overrides": overrides, "formats": ["html"], "out": None}


@pytest.fixture
def made(project, here):
    """Two definitions, no kernel; a section whose name is in `failing` fails with the error there."""
    for name in (NAME, "other"):
        title = sample.DEFINITION.replace("trade and blocs", f"{name} and blocs")
        (project / "reports" / f"{name}.yml").write_text(title, encoding="utf-8")
    notebooks = {"bilateral_trade": sample.trade_notebook(), "bloc_overlap": sample.bloc_notebook()}
    state = {"failing": {}, "ran": [], "root": project}

    def run(task):
        name = task.notebook.stem
        state["ran"].append(name)
        record = {
            "status": "succeeded",
            "notebook": name,
            "seconds": 1.0,
            "engine": "fork",
            "memory_bytes": 7,
        }
        if error := state["failing"].get(name):
            raise error
        task.out.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebooks[name], task.out)
        return Run(record, task.out)

    return state | {"run": run, "pool": here(run)}


def dead(cause="dead-kernel"):
    return RunError(KILLED, record={"status": "kernel-died", "cause": cause, "cell": 5, "engine": "kernel"})


def ledger(made, **asked):
    return Ledger.at(made["root"]).runs(sections=True, **asked)


class TestSeveral:
    def test_what_several_ask_for_runs_once(self, made):
        swept = sweep.every([request(NAME), request("other")])
        assert sorted(made["ran"]) == ["bilateral_trade", "bloc_overlap"]
        assert swept.summary == "2 of 2 briefings built"
        first, second = (path.read_text() for path in swept.paths)
        assert "pair and blocs" in first and "other and blocs" in second

    def test_one_that_is_wrong_is_refused_with_all_that_are_before_anything_runs(self, made):
        with pytest.raises(UsageError) as told:
            sweep.every([request(NAME, partner="XXX"), request("othr"), request("other")])
        assert [problem[:26] for problem in told.value.problems] == [
            "briefing pair: partner 'XX",
            "there is no briefing 'othr",
        ]
        assert made["ran"] == []
        refused = ledger(made)
        assert [(row["name"], row["status"], row["cause"]) for row in refused] == [
            ("othr", "refused", "refused"),
            (NAME, "refused", "refused"),
        ]

    def test_one_that_fails_leaves_the_others_alone(self, made):
        def lacking(task, run=made["run"]):
            if task.parameters.get("partner") == "KGZ":
                raise dead()
            return run(task)

        made["pool"].made = lacking
        swept = sweep.every([request(NAME), request("other", partner="KGZ")])
        assert [member.name for member in swept.failed] == ["other"]
        assert swept.summary == "1 of 2 briefings built, 1 failed"
        assert swept.problems == (f"other: {KILLED}",)


class TestMissingSection:
    @pytest.fixture
    def failed(self, made):
        made["failing"]["bloc_overlap"] = dead()
        with pytest.raises(RunError) as told:
            room.build(NAME, formats=["html"])
        return made, told.value

    def test_the_others_run_and_the_draft_names_section_and_cause(self, failed):
        made, error = failed
        assert sorted(made["ran"]) == ["bilateral_trade", "bloc_overlap"]
        draft = made["root"] / "reports" / "build" / NAME / "incomplete" / "pair.html"
        assert str(draft.relative_to(made["root"])) in str(error)
        page = draft.read_text(encoding="utf-8")
        assert "Incomplete draft" in page and "This section is missing." in page
        assert "the kernel was killed (SIGKILL)" in page

    def test_the_last_good_briefing_stays(self, made):
        page = room.build(NAME, formats=["html"]).paths[0]
        before = page.read_bytes()
        made["failing"]["bloc_overlap"] = dead()
        with pytest.raises(RunError):
            room.build(NAME, formats=["html"])
        assert page.read_bytes() == before
        assert sorted(path.name for path in (page.parent / "incomplete").iterdir()) == [
            "pair.facts.json", "pair.html", "pair.ipynb", "pair.run.json",
        ]  # fmt: skip

    def test_a_good_build_takes_the_draft_away(self, failed):
        made, _ = failed
        made["failing"].clear()
        built = room.build(NAME, formats=["html"])
        assert not (built.folder / "incomplete").exists()

    def test_without_the_section_that_leads_there_is_no_draft(self, made):
        made["failing"]["bilateral_trade"] = dead()
        with pytest.raises(RunError, match="SIGKILL"):
            room.build(NAME, formats=["html"])
        assert not (made["root"] / "reports" / "build" / NAME).exists()

    def test_both_causes_are_told(self, made):
        other = "notebook bilateral_trade, cell 4: no series"
        made["failing"].update(bloc_overlap=dead(), bilateral_trade=RunError(other))
        with pytest.raises(RunError) as told:
            room.build(NAME, formats=["html"])
        assert told.value.problems == [other, KILLED]


class TestLedger:
    def test_a_good_build(self, made):
        room.build(NAME, formats=["html"])
        rows = {(row["kind"], row["section"]): row for row in ledger(made)}
        build = rows["briefing", None]
        assert (build["status"], build["stem"], build["request"]["formats"]) == ("succeeded", NAME, ["html"])
        assert build["outputs"] == [str(made["root"] / "reports/build/pair/pair.html")]
        trade = rows["section", "bilateral-trade"]
        assert (trade["parent"], trade["status"], trade["engine"]) == (build["id"], "succeeded", "fork")
        assert trade["memory_bytes"] == 7 and len(trade["key"]) == 64

    def test_a_failed_section_is_told_with_cause_and_cell(self, made):
        made["failing"]["bloc_overlap"] = dead("out-of-memory")
        with pytest.raises(RunError):
            room.build(NAME, formats=["html"])
        rows = {(row["kind"], row["section"]): row for row in ledger(made)}
        for row in (rows["briefing", None], rows["section", "bloc-overlap"]):
            assert (row["status"], row["cause"], row["cell"]) == ("failed", "out-of-memory", 5)
        assert rows["section", "bilateral-trade"]["status"] == "succeeded"
        assert rows["render", None]["status"] == "succeeded"

    def test_what_cannot_be_printed_is_a_failure_too(self, made, monkeypatch):
        def fail(asked):
            raise BriefingError("section trade: nothing to report")

        monkeypatch.setattr(production.rendering, "render", fail)
        with pytest.raises(BriefingError, match="nothing to report"):
            room.build(NAME, formats=["html"])
        build = next(row for row in ledger(made) if row["kind"] == "briefing")
        assert (build["status"], build["cause"]) == ("failed", "failed")

    def test_a_ledger_that_cannot_be_kept_is_told_and_stops_nothing(self, made):
        state = made["root"] / "reports" / "state"
        shutil.rmtree(state, ignore_errors=True)
        state.write_text("no folder")
        said = []
        assert room.build(NAME, formats=["html"], progress=said.append).paths[0].exists()
        assert "ledger" in said[-1]


class TestRetry:
    def test_takes_up_what_failed_and_leaves_a_sheet_of_claims_alone(self, made, command):
        made["failing"]["bloc_overlap"] = dead()
        with pytest.raises(RunError):
            room.build(NAME, formats=["html"])
        with Ledger.at(made["root"]) as kept:  # such a sheet has no definition that could be built again
            request = {"name": "ask-article", "overrides": {}, "formats": None, "out": None}
            kept.add(
                kind="briefing", name="ask-article", stem="ask-article", request=request, status="failed"
            )
        made["failing"].clear()
        ended = command("build", "--retry-failed", root=made["root"])
        assert (ended.code, ended.out.count("pair.html")) == (0, 1)
        again = command("build", "--retry-failed", root=made["root"])
        assert again.code == 2 and "nothing failed when it was last built" in again.err
