"""Sweeps: what a definition with for_each means, what it refuses, and what becomes of its briefings."""

from __future__ import annotations

import re

import nbformat
import pytest

from analysis.briefings import build as room
from analysis.briefings import definition, for_each, sweep
from analysis.errors import UsageError
from analysis.execution.runner import Run, RunError
from analysis.exhibits import language

from . import sample

FIXED = """\
parameters:
  start: 2016
  end: 2023
"""
SWEPT = sample.DEFINITION.replace(
    "parameters:\n  reporter: UZB\n  partner: KAZ\n  start: 2016\n  end: 2023\n", FIXED
)
PAIRS = SWEPT + "for_each:\n  pairs: [KAZ, UZB, KGZ]\n  into: [reporter, partner]\n"
LISTED = SWEPT + "for_each:\n  - {reporter: KAZ, partner: UZB}\n  - {partner: TJK, reporter: KGZ}\n"


@pytest.fixture
def loaded(project):
    def load(text, name="pairs"):
        (project / "reports" / f"{name}.yml").write_text(text, encoding="utf-8")
        return definition.load(name)

    return load


class TestForEach:
    def test_pairs_are_all_unordered_ones_the_first_reports(self, loaded):
        assert [tuple(one.values()) for one in loaded(PAIRS).for_each] == [
            ("KAZ", "UZB"), ("KAZ", "KGZ"), ("UZB", "KGZ"),
        ]  # fmt: skip

    def test_six_countries_make_fifteen_pairs(self, loaded):
        six = PAIRS.replace("[KAZ, UZB, KGZ]", "[KAZ, UZB, KGZ, TJK, TKM, AZE]")
        combinations = loaded(six).for_each
        assert len({frozenset(one.values()) for one in combinations}) == len(combinations) == 15

    def test_a_list_says_each_in_any_order_of_names(self, loaded):
        made = loaded(LISTED)
        assert made.swept == ("reporter", "partner")
        assert made.for_each[1] == {"reporter": "KGZ", "partner": "TJK"}

    def test_what_is_swept_is_a_parameter_like_others(self, loaded):
        made = loaded(PAIRS)
        assert made.contract.names == ("reporter", "partner", "start", "end", "as_of")
        assert made.values({"reporter": "UZB"})["partner"] == "KGZ"

    def test_one_value_of_many_must_be_named(self, loaded):
        with pytest.raises(UsageError, match=r"makes 2 briefings; name one with -p reporter=… -p partner=…"):
            loaded(PAIRS).values({"reporter": "KAZ"})

    @pytest.mark.parametrize(
        ("overrides", "sentence"),
        [
            ({"reporter": "KGZ"}, "for_each has no combination with reporter KGZ; choose one of KAZ, UZB"),
            ({"reporter": "UZB", "partner": "KAZ"},
             "no combination with reporter UZB, partner KAZ (did you mean reporter KAZ, partner UZB?)"),
            ({"reporter": "TJK", "partner": "KAZ"},
             "no combination with reporter TJK, partner KAZ; `briefing params` lists them"),
            ({"reporter": "XXX"}, "briefing pairs: reporter 'XXX' is not in data/countries.csv"),
            ({"end": "2031"}, "briefing pairs: end 2031 is outside"),
        ],
    )  # fmt: skip
    def test_choosing_what_is_not_there(self, loaded, overrides, sentence):
        with pytest.raises(UsageError, match=re.escape(sentence)) as told:
            for_each.chosen(loaded(PAIRS), overrides)
        assert len(told.value.problems) == 1

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (SWEPT + "for_each: []\n", "reports/pairs.yml, for_each: is empty; list at least one combination"),
            (SWEPT + "for_each:\n", "reports/pairs.yml, for_each: is empty"),
            (SWEPT + "for_each: [KAZ, UZB]\n", "for_each: must be a list of `- {name: value}` lines"),
            (LISTED.replace("{partner: TJK, reporter: KGZ}", "{reporter: KGZ}"),
             "for_each: combination 2 sets reporter, the first reporter, partner; set the same parameters in each"),
            (LISTED.replace("{partner: TJK, reporter: KGZ}", "{partner: UZB, reporter: KAZ}"),
             "reports/pairs.yml, for_each: reporter KAZ, partner UZB stands twice; keep one"),
            (PAIRS.replace("[reporter, partner]", "[reportr, partner]"),
             "reports/pairs.yml, for_each: 'reportr' is used by no section (did you mean 'reporter'?)"),
            (PAIRS.replace("[reporter, partner]", "[reporter]"), "into: must name two parameters"),
            (PAIRS.replace("[KAZ, UZB, KGZ]", "[KAZ]"), "pairs: must list two values or more"),
            (PAIRS.replace("[KAZ, UZB, KGZ]", "[KAZ, UZB, KAZ]"), "for_each, pairs: must be a list of words, each once"),
            (PAIRS.replace("  into:", "  onto:"), "for_each: unknown key 'onto' (did you mean 'into'?)"),
            (PAIRS.replace("[KAZ, UZB, KGZ]", "[KAZ, UZB, XXX]"),
             "reports/pairs.yml, for_each: partner 'XXX' is not in data/countries.csv (did you mean 'XKX'?)"),
            (LISTED.replace("partner: TJK", "partner: KGZ"), "for_each: reporter and partner are both 'KGZ'"),
            (PAIRS.replace("  end: 2023", "  end: 2023\n  reporter: KAZ"),
             "parameters: 'reporter' is swept by for_each; leave it out here"),
        ],
    )  # fmt: skip
    def test_faults_are_one_sentence_with_place_and_remedy(self, loaded, text, sentence):
        with pytest.raises(UsageError, match=re.escape(sentence)) as told:
            loaded(text)
        several = any(word in sentence for word in ("into:", "pairs:", "onto"))
        assert len(told.value.problems) == 1 or several

    def test_parameters_in_a_list_are_passed_on(self, loaded):
        text = PAIRS.replace(
            "      end: ${end}\n", "      end: ${end}\n      further:\n        - ${partner}\n        - CHN\n"
        )
        made = loaded(text)
        routed = made.routed(made.values({"reporter": "UZB"}))
        assert routed["bilateral-trade"]["further"] == ["KGZ", "CHN"]

    def test_a_parameter_that_stands_only_in_a_list_is_one_of_its_values(self, loaded):
        text = sample.DEFINITION.replace("  end: 2023\n", "  end: 2023\n  third: RUS\n").replace(
            "      end: ${end}\n", "      end: ${end}\n      further: ['${third}']\n"
        )
        assert str(loaded(text).contract["third"].type) == "str"


@pytest.fixture
def canned(loaded, here):
    """No kernel: each section runs as in `sample`, but the trade of a pair in `canned["failing"]` fails."""
    loaded(PAIRS)
    made = {"failing": {}, "asked": []}
    notebooks = {"bilateral-trade": sample.trade_notebook(), "bloc-overlap": sample.bloc_notebook()}

    def run(task):
        pair = tuple(task.parameters.get(name) for name in ("reporter", "partner"))
        made["asked"].append((task.out.stem, *filter(None, pair)))
        if error := made["failing"].get(pair):
            raise error
        task.out.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebooks[task.out.stem], task.out)
        return Run({"status": "succeeded"}, task.out)

    here(run)
    return made


def no_series(*pair):
    return {pair: RunError(f"notebook bilateral_trade, cell 4: no series of {pair[0]}")}


class TestBuild:
    def test_each_combination_has_files_of_its_own_in_one_folder(self, canned, project):
        swept = sweep.build("pairs", formats=["html"])
        folder = project / "reports" / "build" / "pairs"
        assert [path.name for path in swept.paths] == [
            "pairs--reporter-KAZ--partner-UZB.html",
            "pairs--reporter-KAZ--partner-KGZ.html",
            "pairs--reporter-UZB--partner-KGZ.html",
        ]
        assert {path.parent for path in swept.paths} == {folder}
        assert swept.members[1].title == "Kazakhstan and Kyrgyzstan: trade and blocs"
        assert swept.summary == "pairs: 3 of 3 briefings built"

    def test_one_of_them_can_be_built_again_by_its_own_command(self, canned):
        built = sweep.build("pairs", formats=["html"]).members[2].built
        before = built.paths[0].read_bytes()
        assert built.document.provenance.rebuild == "briefing build pairs -p reporter=UZB -p partner=KGZ"
        again = room.build("pairs", {"reporter": "UZB", "partner": "KGZ"}, formats=["html"])
        assert again.paths == built.paths and again.paths[0].read_bytes() == before

    def test_other_parameters_hold_for_all_and_have_a_folder_of_their_own(self, canned, project):
        swept = sweep.build("pairs", {"end": "2020", "as_of": "2024-12-31"}, formats=["html"])
        assert {path.parent.name for path in swept.paths} == {"pairs--end-2020--as_of-2024-12-31"}
        assert len({path.name for path in swept.paths}) == 3
        assert not (project / "reports" / "build" / "pairs").exists()

    def test_one_that_fails_is_told_and_leaves_the_others_alone(self, canned, project):
        canned["failing"] = no_series("KAZ", "KGZ")
        swept = sweep.build("pairs", formats=["html"])
        trade = [pair for name, *pair in canned["asked"] if name == "bilateral-trade"]
        assert trade == [["KAZ", "UZB"], ["KAZ", "KGZ"], ["UZB", "KGZ"]]
        assert [member.combination["partner"] for member in swept.failed] == ["KGZ"]
        assert len(swept.paths) == 2
        assert swept.problems == (
            "pairs, reporter KAZ, partner KGZ: notebook bilateral_trade, cell 4: no series of KAZ",
        )
        assert swept.summary == "pairs: 2 of 3 briefings built, 1 failed"

    def test_nothing_runs_if_one_combination_is_refused(self, canned):
        with pytest.raises(UsageError, match="start 2022 is not before end 2020"):
            sweep.build("pairs", {"start": "2022", "end": "2020"})
        assert canned["asked"] == []

    def test_an_interruption_ends_the_sweep(self, canned):
        error = RunError("notebook bilateral_trade: interrupted by SIGINT; run it again")
        error.exit_code = 130
        canned["failing"] = {("KAZ", "UZB"): error}
        with pytest.raises(RunError, match="interrupted"):
            sweep.build("pairs", formats=["html"])

    def test_progress_says_which(self, canned):
        said = []
        sweep.build("pairs", formats=["html"], progress=said.append)
        assert said[0] == "pairs--reporter-KAZ--partner-UZB: Running bilateral_trade (0 of 7 done)"

    def test_a_section_that_all_share_runs_once(self, canned):
        sweep.build("pairs", formats=["html"])
        assert [name for name, *_ in canned["asked"]].count("bloc-overlap") == 1


class TestCommand:
    @pytest.fixture
    def asked(self, canned, command, project):
        return lambda *words: command(*words, root=project)

    def test_list(self, asked):
        assert re.search(r"^  pairs +bilateral_trade, bloc_overlap +3 briefings, by reporter and partner$",
                         asked("list").out, flags=re.M)  # fmt: skip
        (told,) = asked("list", "--json").json["briefings"]
        assert told["for_each"][2] == {"reporter": "UZB", "partner": "KGZ"}

    def test_what_a_language_lacks_is_told_once_for_all(self, command, tmp_path, monkeypatch):
        (tmp_path / "kk.po").write_text("", encoding="utf-8")
        monkeypatch.setattr(language, "CATALOGUES", tmp_path)
        ended = command("build", "all-pairs", "-p", "language=kk", "--out", tmp_path / "out")
        assert ended.code == 1 and ended.sentences[0].startswith("language 'kk' lacks ")
        assert sum("“Key figures”" in line for line in ended.sentences) == 1

    def test_params(self, asked):
        text = asked("params", "pairs").out
        assert re.search(r'^reporter +str +"KAZ" +countries\.country', text, flags=re.M)
        assert "One briefing for each of 3 combinations" in text
        assert "  reporter UZB, partner KGZ\n" in text
        assert len(asked("params", "pairs", "--json").json["for_each"]) == 3

    def test_check(self, asked, project):
        assert asked("check").code == 0
        path = project / "reports" / "pairs.yml"
        path.write_text(path.read_text().replace("UZB, KGZ]", "UZB, XXX]"), encoding="utf-8")
        ended = asked("check")
        assert (ended.code, len(ended.sentences)) == (1, 1)
        assert "for_each: partner 'XXX' is not in data/countries.csv" in ended.err

    def test_completion(self, asked, monkeypatch, project, command):
        monkeypatch.setenv("_BRIEFING_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", f"briefing --root {project} build pairs -p reporter=")
        monkeypatch.setenv("COMP_CWORD", "6")
        assert [line.split(",")[1] for line in command().out.split()] == ["reporter=KAZ", "reporter=UZB"]

    def test_build(self, asked):
        ended = asked("build", "pairs", "--formats", "html")
        assert (ended.code, len(ended.out.splitlines())) == (0, 3)
        assert ended.sentences[-1] == "pairs: 3 of 3 briefings built"

    def test_build_with_a_failure(self, asked, canned):
        canned["failing"] = no_series("KAZ", "UZB")
        ended = asked("build", "pairs", "--formats", "html")
        assert (ended.code, len(ended.out.splitlines())) == (1, 2)
        assert ended.sentences[-2:] == [
            "pairs, reporter KAZ, partner UZB: notebook bilateral_trade, cell 4: no series of KAZ",
            "pairs: 2 of 3 briefings built, 1 failed",
        ]
        said = asked("build", "pairs", "--formats", "html", "--json")
        assert (said.code, said.err, said.json["built"], said.json["failed"]) == (1, "", 2, 1)
        first = said.json["briefings"][0]
        assert (first["status"], first["parameters"]) == ("failed", {"reporter": "KAZ", "partner": "UZB"})
        assert first["problems"] == ["notebook bilateral_trade, cell 4: no series of KAZ"]

    def test_a_choice_among_them(self, asked):
        ended = asked("build", "pairs", "-p", "reporter=KAZ", "--formats", "html")
        assert len(ended.out.splitlines()) == 2
        assert ended.sentences[-1] == "pairs: 2 of 2 briefings built"
