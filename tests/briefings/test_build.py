from __future__ import annotations

import errno
import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import nbformat
import pytest

from analysis.briefings import build as room
from analysis.briefings import order, placing
from analysis.errors import BriefingError, UsageError
from analysis.execution.files import WriteError
from analysis.execution.runner import Run, RunError

from . import sample

NAME = "pair"


@pytest.fixture
def defined(project):
    (project / "reports" / f"{NAME}.yml").write_text(sample.DEFINITION, encoding="utf-8")
    return project


@pytest.fixture
def canned(defined, here):
    """No kernel: each section's run is the notebook in `canned[section]`; what was asked for is in `canned["asked"]`."""
    made = {"bilateral-trade": sample.trade_notebook(), "bloc-overlap": sample.bloc_notebook(), "failing": {}}

    def run(task):
        if error := made["failing"].get(task.out.stem):
            raise error
        task.out.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made[task.out.stem], task.out)
        return Run({"status": "succeeded", "notebook": task.notebook.stem}, task.out)

    made["asked"] = here(run).asked
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mailed(path: Path) -> list[str]:
    """The lines of the plain text of a message."""
    message = message_from_bytes(path.read_bytes(), policy=default)
    return message.get_body(("plain",)).get_content().splitlines()


class TestBuild:
    def test_files_paths_and_document(self, canned, defined):
        built = room.build(NAME, formats=["html"])
        folder = defined / "reports" / "build" / NAME
        assert built.paths == (folder / "pair.html",)
        assert sorted(contents(folder)) == ["pair.facts.json", "pair.html", "pair.ipynb", "pair.run.json"]
        assert built.document.title == "Uzbekistan and Kazakhstan: trade and blocs"
        assert built.document.provenance.rebuild == "briefing build pair"
        assert json.loads(built.record.read_text())["bloc-overlap"]["status"] == "succeeded"

    def test_twice_the_same_bytes(self, canned, defined):
        folder = defined / "reports" / "build" / NAME
        room.build(NAME)
        first = contents(folder)
        room.build(NAME)
        assert contents(folder) == first
        assert first["pair.pdf"].startswith(b"%PDF")

    def test_overrides_go_to_a_folder_of_their_own(self, canned, defined):
        built = room.build(NAME, {"partner": "KGZ", "end": "2020"}, formats=["html"], as_of="2024-12-31")
        assert built.paths[0].parent.name == "pair--partner-KGZ--end-2020--as_of-2024-12-31"
        assert canned["asked"]["bilateral-trade"]["end"] == 2020
        assert built.document.provenance.rebuild == (
            "briefing build pair -p partner=KGZ -p end=2020 --as-of 2024-12-31"
        )
        assert built.document.edition_text == "31 December 2024"
        assert not (defined / "reports" / "build" / NAME).exists()

    def test_the_default_said_aloud_is_no_override(self, canned):
        assert room.build(NAME, {"partner": "KAZ"}, formats=["html"]).paths[0].name == "pair.html"

    def test_out(self, canned, tmp_path):
        built = room.build(NAME, formats=["html"], out=tmp_path / "my folder")
        assert built.paths == (tmp_path / "my folder" / "pair.html",)

    def test_progress(self, canned):
        said = []
        room.build(NAME, formats=["html"], progress=said.append)
        assert said == [
            "Running bilateral_trade",
            "Running bloc_overlap",
            "Writing HTML",
        ]

    def test_the_summary_alone_names_no_file_but_the_command(self, canned, defined):
        built = room.build(NAME, formats=["card", "email"])
        assert [path.name for path in built.paths] == ["pair.eml", "pair.png"]
        said = mailed(built.paths[0])
        assert "Rebuild: briefing build pair" in said
        assert not [line for line in said if line.startswith("The whole briefing")]

    def test_beside_the_whole_it_names_where_that_is(self, canned, defined):
        built = room.build(NAME, formats=["email", "html"])
        said = mailed(built.paths[1])
        assert "The whole briefing: pair.html" in said

    def test_a_definition_may_ask_for_them(self, canned, defined):
        path = defined / "reports" / f"{NAME}.yml"
        path.write_text(sample.DEFINITION.replace("[html, pdf]", "[html, email, card]"), encoding="utf-8")
        assert [path.suffix for path in room.build(NAME).paths] == [".html", ".eml", ".png"]

    def test_a_format_not_asked_for_does_not_stay_from_before(self, canned, defined):
        room.build(NAME)
        room.build(NAME, formats=["html"])
        assert "pair.pdf" not in contents(defined / "reports" / "build" / NAME)


class TestRefusals:
    @pytest.mark.parametrize(
        ("overrides", "more", "sentence"),
        [
            ({"partnr": "KAZ"}, {}, r"no parameter 'partnr' \(did you mean 'partner'\?\)"),
            ({"partner": "XXX"}, {}, "partner 'XXX' is not in data/countries.csv"),
            ({"partner": "UZB"}, {}, "reporter and partner are both 'UZB'"),
            ({"end": "abc"}, {}, "end"),
            ({"end": "2031"}, {}, "end 2031 is outside"),
            ({}, {"as_of": "2199-01-01"}, "as_of 2199-01-01 is after"),
            ({}, {"formats": ["htm"]}, r"no format 'htm' \(did you mean 'html'\?\)"),
            ({}, {"formats": []}, "choose from html, pdf, email, card"),
        ],
    )
    def test_before_anything_runs(self, canned, defined, overrides, more, sentence):
        with pytest.raises(UsageError, match=sentence) as told:
            room.build(NAME, overrides, **more)
        assert len(told.value.problems) == 1
        assert canned["asked"] == {}
        assert not (defined / "reports" / "build").exists()


class TestFailureLeavesTheLastGoodOutput:
    @pytest.fixture
    def good(self, canned, defined):
        room.build(NAME, formats=["html"])
        folder = defined / "reports" / "build" / NAME
        before = contents(folder)
        yield folder
        assert contents(folder) == before

    def test_undefined_lead(self, good, canned):
        block = canned["bilateral-trade"].cells[4].outputs[0].data[sample.MIME]
        block.update(defined=False, reason="KAZ reports nothing", values={})
        with pytest.raises(BriefingError, match="nothing to report: KAZ reports nothing"):
            room.build(NAME, formats=["html"])

    def test_section_fails(self, good, canned):
        canned["failing"]["bilateral-trade"] = RunError("notebook bilateral_trade, cell 5: killed")
        with pytest.raises(RunError, match="killed"):
            room.build(NAME, formats=["html"])

    def test_disk_full(self, good, monkeypatch):
        def full(handle):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(placing.os, "fsync", full)
        with pytest.raises(WriteError, match=r"pair\.html: the disk is full, nothing was changed"):
            placing.drafted(good, {"pair.html": b"new"})

    def test_export_fails(self, good, canned):
        canned["bloc-overlap"].cells[1].source = "See [there](#nowhere)."
        with pytest.raises(BriefingError, match="#nowhere"):
            room.build(NAME, formats=["html"])


def test_a_first_build_that_fails_leaves_no_folder(canned, defined):
    canned["bloc-overlap"].cells[1].source = "<b>raw</b>"
    with pytest.raises(BriefingError, match="raw HTML"):
        room.build(NAME, formats=["html"])
    assert not (defined / "reports" / "build" / NAME).exists()


def test_target_that_cannot_be_a_folder_is_refused_first(canned, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(WriteError, match="cannot be written"):
        room.build(NAME, formats=["html"], out=tmp_path / "taken")
    assert canned["asked"] == {}


def test_odd_values_make_a_name_all_the_same():
    assert order.stem_of("x", {"a": "../../etc"}).startswith("x--")
    assert "/" not in order.stem_of("x", {"a": "../../etc"})
    assert len(order.stem_of("x", {"a": "y" * 300})) < 120


def test_end_to_end_with_kernels(defined):
    """The one test that runs notebooks: parameters in, both formats out, the same bytes twice."""
    first = room.build(NAME, {"partner": "KGZ"})
    before = contents(first.notebook.parent)
    room.build(NAME, {"partner": "KGZ"})
    after = contents(first.notebook.parent)
    for form in ("html", "pdf", "ipynb"):
        assert before[f"pair--partner-KGZ.{form}"] == after[f"pair--partner-KGZ.{form}"]
    assert first.records["bilateral-trade"]["parameters"]["partner"] == "KGZ"
    assert first.document.title == "Uzbekistan and Kyrgyzstan: trade and blocs"
