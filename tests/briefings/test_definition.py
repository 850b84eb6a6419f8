from __future__ import annotations

import re

import pytest

from analysis.briefings import definition, titles
from analysis.errors import UsageError
from analysis.execution import notebook as nb

from . import sample


@pytest.fixture
def loaded(project):
    def load(text=sample.DEFINITION, name="pair"):
        (project / "reports" / f"{name}.yml").write_text(text, encoding="utf-8")
        return definition.load(name)

    return load


def edited(old, new, text=sample.DEFINITION):
    assert old in text
    return text.replace(old, new)


class TestLoad:
    def test_sections_and_defaults(self, loaded):
        made = loaded()
        assert [(s.name, s.notebook) for s in made.sections] == [
            ("bilateral-trade", "bilateral_trade"),
            ("bloc-overlap", "bloc_overlap"),
        ]
        assert made.formats == ("html", "pdf")
        assert made.deadline == 600

    def test_values_are_text_until_the_contract_takes_them(self, loaded):
        made = loaded(edited("  reporter: UZB\n", "  reporter: 'NOR'\n"))
        assert made.parameters["start"] == "2016"
        assert made.values({"end": "2020"})["end"] == 2020

    def test_routing(self, loaded):
        made = loaded()
        routed = made.routed(made.values({"partner": "KGZ", "as_of": "2020-01-01"}))
        assert routed["bilateral-trade"]["partner"] == "KGZ"
        assert routed["bilateral-trade"]["as_of"] == "2020-01-01"
        assert routed["bloc-overlap"] == {"bloc_a": "eaeu", "bloc_b": "cmhs"}

    def test_a_list_is_passed_on(self, loaded):
        text = edited("      end: ${end}\n", "      end: ${end}\n      further: [RUS, CHN]\n")
        made = loaded(text)
        assert made.routed(made.values({}))["bilateral-trade"]["further"] == ["RUS", "CHN"]

    def test_contract_of_a_definition(self, loaded):
        loaded()
        assert definition.parameters_of("pair").names == ("reporter", "partner", "start", "end", "as_of")
        assert definition.parameters_of("bloc_overlap").names == ("bloc_a", "bloc_b")
        assert definition.names() == ["pair"]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (edited("series:", "serie:"), "reports/pair.yml: unknown key 'serie' (did you mean 'series'?)"),
            (edited("    title: Two", "    titel: Two"), "section 2: unknown key 'titel' (did you mean 'title'?)"),
            (edited("series:", "for_each: x\nseries:"), "for_each: must be a list of `- {name: value}` lines"),
            (edited("series:", "title: x\nseries:"), "reports/pair.yml line 3: the key 'title' stands twice, first in line 1"),
            (edited("  end: 2023", "  start: 1\n  end: 2023"), "the key 'start' stands twice"),
            (edited("series: Central", "series: [Central"), "is not YAML"),
            (edited("- notebook: bloc_overlap", "- notebook: bloc_overlaps"),
             "section bloc-overlaps: there is no notebook 'bloc_overlaps' (did you mean 'bloc_overlap'?)"),
            (edited("      partner: $", "      partnr: $"),
             "reports/pair.yml, section bilateral-trade: notebook bilateral_trade has no parameter 'partnr' (did you mean 'partner'?)"),
            (edited("${partner}", "${partnr}"), "${partnr} is no parameter of the definition (did you mean 'partner'?)"),
            (edited("${partner}", "x${partner}"), "mixes ${…} with text"),
            (edited("  end: 2023", "  end: 2023\n  since: 2001"), "parameters: 'since' is used by no section"),
            (edited("  end: 2023", "  end: 2023\n  as_of: 2020-01-01"), "'as_of' is given to every section"),
            (edited("end: 2023", "end: abc"), "reports/pair.yml, parameters: end"),
            (edited("end: 2023", "end: 2010"), "start 2016 is not before end 2010"),
            (edited("partner: KAZ", "partner: XXX"), "partner 'XXX' is not in data/countries.csv"),
            (edited("{reporter} and", "{reportr} and"), "title: {reportr} is no parameter of the definition"),
            (edited("{reporter} and", "{reporter!r} and"), "title: {reporter} asks for a form of its value; write {reporter} alone"),
            (edited("{reporter} and", "{reporter and"), "title: is no template"),
            (edited("[html, pdf]", "[html, pfd]"), "formats: 'pfd' is not one of html, pdf, email, card (did you mean 'pdf'?)"),
            (edited("formats:", "lead: trade\nformats:"), "lead: there is no section 'trade'"),
            (edited("formats:", "deadline: soon\nformats:"), "deadline: 'soon' is no number of seconds"),
            (edited("    title: Two blocs, two shared members", "    name: bilateral-trade"), "there are two of this name"),
            (edited("parameters:\n  reporter: UZB", "parameters: 3\nx:\n  y: z"), "parameters: must be `name: value` lines"),
            (edited("[html, pdf]", "[]"), "reports/pair.yml, formats: names none; choose from html, pdf, email, card"),
            (edited("formats:", "lead: /lead\nformats:"), "lead: there is no section ''; choose one of bilateral-trade"),
            (edited("${partner}", "${}"), "${} is no parameter of the definition; write ${name}"),
            (edited("- notebook: bloc_overlap", "- {name: two, notebook: notebooks/bloc_overlap.ipynb}\n  - notebook: bloc_overlap"),
             "section two: there is no notebook 'notebooks/bloc_overlap.ipynb' (did you mean 'bloc_overlap'?)"),
            (edited("  partner: KAZ", "  partner: [KAZ]"), "partner ['KAZ'] is not text but a list; write one value"),
            ("title: x\n", "has no sections"),
            ("- a\n", "must be `key: value` lines"),
            ("", "must be `key: value` lines"),
        ],
    )  # fmt: skip
    def test_faults_are_told_with_place_and_remedy(self, loaded, text, sentence):
        with pytest.raises(UsageError, match=re.escape(sentence)) as told:
            loaded(text)
        assert all("\n" not in problem for problem in told.value.problems)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (edited("- notebook: bilateral_trade", "- notbook: bilateral_trade"),
             "section 1: unknown key 'notbook' (did you mean 'notebook'?)"),
            (edited("title: \"{rep", "titel: \"{rep"), "unknown key 'titel' (did you mean 'title'?)"),
            (edited("${end}", "${edn}"),
             "section bilateral-trade: ${edn} is no parameter of the definition (did you mean 'end'?)"),
            (edited("formats:", "lead: bloc-overlap\nformats:", edited("bloc_overlap", "bloc_overlp")),
             "section bloc-overlp: there is no notebook 'bloc_overlp' (did you mean 'bloc_overlap'?)"),
            (edited("notebook: bilateral_trade", "notebook: [bilateral_trade]"), "section 1: notebook must be text"),
            ("- a", f"must be `key: value` lines; known keys are {', '.join(definition.KEYS)}"),
        ],
    )  # fmt: skip
    def test_one_fault_is_told_once(self, loaded, text, sentence):
        with pytest.raises(UsageError) as told:
            loaded(text)
        assert [problem.partition("pair.yml")[2].lstrip(":, ") for problem in told.value.problems] == [
            sentence
        ]

    @pytest.fixture
    def named(self, project):
        """The notebook of the second section says what it shows; that of the first does not."""
        path = project / "notebooks" / "bloc_overlap.ipynb"
        notebook = nb.load(path)
        cells = [{"cell_type": "code", "id": ident, "source": "x"} for ident in ("lead", "matrix", "spells")]
        quiet = [
            {**cell, "source": "x = 1"} for cell in notebook["cells"] if "parameters" not in nb.tags(cell)
        ]
        tagged = [cell for cell in notebook["cells"] if "parameters" in nb.tags(cell)]
        path.write_text(nb.dump({**notebook, "cells": [*tagged, *quiet, *cells]}))

    @pytest.mark.parametrize(
        ("line", "place", "remedy"),
        [
            ("exhibits: [matrix, spels]", "exhibits", "'spels' (did you mean 'spells'?)"),
            ("without: [spels]", "without", "'spels' (did you mean 'spells'?)"),
            ("annex: [zzz]", "annex", "'zzz'; `briefing params bloc_overlap` lists what it shows"),
            ("exhibits: [matrix]\nlead: bloc-overlap/spels", "lead", "'spels' (did you mean 'spells'?)"),
        ],
    )
    def test_a_name_that_the_notebook_does_not_show(self, loaded, named, line, place, remedy):
        line, _, lead = line.partition("\n")
        text = edited("    title: Two blocs, two shared members", f"    {line}")
        with pytest.raises(UsageError) as told:
            loaded(edited("formats:", f"{lead}\nformats:", text))
        where = "lead" if place == "lead" else f"section bloc-overlap, {place}"
        assert told.value.problems == [
            f"reports/pair.yml, {where}: notebook bloc_overlap shows nothing called {remedy}"
        ]

    def test_names_that_are_shown_are_taken_and_where_only_a_run_can_tell_any(self, loaded, named):
        text = edited(
            "    title: Two blocs, two shared members", "    exhibits: [matrix]\n    without: [spells]"
        )
        text = edited("      end: ${end}\n", "      end: ${end}\n    exhibits: [whatever]\n", text)
        made = loaded(edited("formats:", "lead: bloc-overlap/lead\nformats:", text))
        assert [section.exhibits for section in made.sections] == [("whatever",), ("matrix",)]
        assert definition.shown_by("bloc_overlap") == ("lead", "matrix", "spells")
        assert definition.shown_by("bilateral_trade") == definition.shown_by("pair") == ()

    def test_all_problems_at_once(self, loaded):
        with pytest.raises(UsageError) as told:
            loaded(edited("series:", "serie:", edited("title: Two", "titel: Two")))
        assert len(told.value.problems) == 2

    def test_unknown_name(self, loaded):
        loaded()
        with pytest.raises(UsageError, match=r"no briefing 'pairs' in reports/ \(did you mean 'pair'\?\)"):
            definition.load("pairs")

    def test_unknown_parameter(self, loaded):
        with pytest.raises(
            UsageError, match=r"briefing pair has no parameter 'partnr' \(did you mean 'partner'\?\)"
        ):
            loaded().values({"partnr": "KAZ"})


class TestTitles:
    def test_codes_become_names(self, loaded):
        made = loaded()
        values = made.values({"partner": "KGZ"})
        assert titles.filled("{reporter}, {partner}: {start}", made.contract, values).startswith(
            "Uzbekistan, Kyrgyz"
        )
        assert (
            titles.filled("as of {as_of}", made.contract, {"as_of": "2020-01-31"}) == "as of 31 January 2020"
        )
