"""Every number has its note; the facts beside a build follow their schema; the page and the PDF tell the same notes."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import jsonschema
import pypdf
import pytest

from analysis.briefings import facts, paper
from analysis.briefings.normalise import normalise

from . import sample

SCHEMA = json.loads(Path(__file__).parents[2].joinpath("docs/facts.schema.json").read_text(encoding="utf-8"))
WORDS = {
    key: key for key in ("value", "measure", "formula", "reporter", "partner", "basis", "period", "data_rows")
} | {"source": "source", "vintage": "vintage", "more": "{n} more", "unit": "unit", "day": "day"}


def value(text: str, number: float | str | None, **more) -> dict:
    keys = (
        "method",
        "unit",
        "reporter",
        "partner",
        "flow",
        "basis",
        "coverage",
        "price_basis",
        "start",
        "end",
        "since",
        "on",
    )
    return (
        dict.fromkeys(keys) | {"text": text, "value": number, "rows": [], "sources": [], "tables": []} | more
    )


def behind(**more) -> facts.Behind:
    given = {
        "sources": {
            "uzstat": (1, "Statistics Agency", "25 January 2024"),
            "b": (2, "B", ""),
            "c": (3, "C", "2020"),
        },
        "methods": {"cagr": ("Growth a year", "(y1/y0)^(1/n)"), "turnover": ("Turnover", "X + M")},
        "names": {"UZB": "Uzbekistan", "KAZ": "Kazakhstan"},
        "words": WORDS,
    }
    return facts.Behind(**given | more)


RATE = value(
    "13.1%", 0.13066, unit="rate", method="cagr", reporter="UZB", partner="KAZ", start=2016, end=2023
)
LEVEL = value(
    "USD 4.5 billion",
    4.4856e9,
    unit="usd",
    method="turnover",
    reporter="UZB",
    price_basis="current",
    end=2023,
)


class TestAccount:
    def test_a_measure_says_value_reporter_period_formula_rows_source_and_vintage(self):
        told = RATE | {
            "rows": ["trade:UZB/KAZ/2016", "trade:UZB/KAZ/2023"],
            "sources": ["uzstat"],
            "flow": "turnover",
            "basis": "national-reporter",
        }
        (entry,) = facts.account({"rate": told}, [], behind()).entries
        assert entry.text == "13.1%"
        assert dict(entry.pairs) == {
            "value": "13.0660%",
            "measure": "Growth a year",
            "formula": "(y1/y0)^(1/n)",
            "reporter": "Uzbekistan",
            "partner": "Kazakhstan",
            "basis": "turnover, national reporter",
            "period": "2016–2023",
            "data_rows": "trade UZB/KAZ/2016, UZB/KAZ/2023",
            "source": "Statistics Agency [1]",
            "vintage": "25 January 2024",
        }

    def test_a_rate_in_constant_dollars_says_how_they_were_made(self):
        methods = behind().methods | {"deflate": ("Constant dollars", "y(t) × P(b) / P(t)")}
        real = {"real": RATE | {"price_basis": "constant-2016"}}
        (entry,) = facts.account(real, [], behind(methods=methods)).entries
        pairs = dict(entry.pairs)
        assert pairs["measure"] == "Growth a year; Constant dollars"
        assert pairs["formula"] == "(y1/y0)^(1/n); y(t) × P(b) / P(t)"
        assert pairs["basis"] == "constant 2016 US dollars"

    def test_what_all_entries_say_is_said_once(self):
        account = facts.account({"rate": RATE, "level": LEVEL}, [], behind())
        assert account.shared == (("reporter", "Uzbekistan"),)
        assert all("reporter" not in dict(entry.pairs) for entry in account.entries)

    def test_a_vintage_is_never_parted_from_its_source(self):
        values = {
            "a": RATE | {"sources": ["uzstat"]},
            "b": LEVEL | {"sources": ["uzstat", "b"]},
        }
        account = facts.account(values, [], behind())
        assert "vintage" not in dict(account.shared)
        assert all(dict(entry.pairs)["vintage"] == "25 January 2024" for entry in account.entries)

    def test_what_several_numbers_rest_on_is_said_once_for_them(self):
        held = {"rows": ["trade:1"], "sources": ["uzstat"]}
        values = {"a": RATE | held, "b": LEVEL | held, "c": RATE | {"text": "5", "sources": ["b"]}}
        rate, level, other, both = facts.account(values, [], behind()).entries
        assert both == facts.Entry(
            "13.1%, USD 4.5 billion",
            (("data_rows", "trade 1"), ("source", "Statistics Agency [1]"), ("vintage", "25 January 2024")),
        )
        assert not {"data_rows", "source", "vintage"} & (dict(rate.pairs) | dict(level.pairs)).keys()
        assert dict(other.pairs)["source"] == "B [2]"

    def test_a_number_printed_twice_keeps_what_it_rests_on(self):
        held = {"text": "5", "rows": ["trade:1"], "sources": ["uzstat"]}
        values = {"a": RATE | held, "b": LEVEL | held, "c": RATE | {"sources": ["b"]}}
        entries = facts.account(values, [], behind()).entries
        assert [entry.text for entry in entries] == ["5", "5", "13.1%"]
        assert all("source" in dict(entry.pairs) for entry in entries)

    def test_many_rows_are_counted(self):
        (entry,) = facts.account(
            {"rate": RATE | {"rows": [f"trade:{n}" for n in range(9)]}}, [], behind()
        ).entries
        assert dict(entry.pairs)["data_rows"] == "trade 0, 1, 2, 6 more"

    def test_words_and_years_of_a_measure_are_no_numbers(self):
        assert (
            facts.account({"moved": RATE | {"text": "rose"}, "from": RATE | {"text": "2016"}}, [], behind())
            is None
        )
        assert facts.account({"span": RATE | {"text": "2016–2023"}}, [], behind()) is None

    def test_quoted_numbers_name_the_sources_of_the_sentence(self):
        entry = facts.account({"day": value("5 May 2020", "2020-05-05")}, ["b", "c"], behind()).quoted
        assert entry == facts.Entry("5 May 2020", (("source", "B [2]; C [3]"), ("vintage", "2020")))
        rowed = {"day": value("5 May 2020", "2020-05-05", rows=["agreements:a-1"])}
        assert facts.account(rowed, ["b"], behind()).quoted.pairs[0] == ("data_rows", "agreements a-1")

    def test_quoted_numbers_that_name_their_own_sources_are_from_those_alone(self):
        held = {"year": value("2018", 2018, unit="year", sources=["b"], rows=["events:cm-1"])}
        assert dict(facts.account(held, ["uzstat", "b", "c"], behind()).quoted.pairs)["source"] == "B [2]"
        mixed = held | {"day": value("5 May 2020", "2020-05-05")}
        assert dict(facts.account(mixed, ["c"], behind()).quoted.pairs)["source"] == "B [2]; C [3]"

    def test_the_day_of_the_briefing_is_given_not_quoted(self):
        asked = {"day": value("5 May 2020", "2020-05-05")}
        assert facts.account(asked, ["b"], behind(given=frozenset({"2020-05-05"}))) is None

    @pytest.mark.parametrize(
        ("number", "unit", "said"),
        [
            (0.5, "share", "50.0000%"),
            (3, "count", "3"),
            (1.38, "count", "1.38000"),
            (1.2694, "years", "1.27\u00a0years"),
            (100, "index", "100.000"),
        ],
    )
    def test_exact(self, number, unit, said):
        assert facts.exact(number, unit, None) == said


@pytest.fixture(scope="module")
def document():
    return normalise(sample.assembled())


class TestNotes:
    def test_every_sentence_with_a_measure_has_its_note_and_the_same_one_everywhere(self, document):
        said = [document.lead, *document.summary, *(p for p in document.parts() if hasattr(p, "marks"))]
        by_text: dict[str, set[int]] = {}
        for statement in said:
            by_text.setdefault(statement.text, set()).add(statement.note)
        assert all(len(notes) == 1 for notes in by_text.values())
        measured = {fact["sentence"] for fact in document.facts if fact["method"] and facts.is_number(fact)}
        assert measured & set(by_text), "the sample has none"
        assert all(by_text[text] != {0} for text in measured & set(by_text))

    def test_a_sentence_without_a_number_has_no_note_though_its_key_figure_has(self):
        bare = sample.assembled()
        blocks = [out.data[sample.MIME] for cell in bare.cells for out in cell.get("outputs", [])]
        (block,) = (each for each in blocks if each["id"] == "turnover-rate")
        block |= {"text": "Armenia is in one bloc alone.", "spans": {"text": []}}
        document = normalise(bare)
        said = [*document.summary, *(part for part in document.parts() if hasattr(part, "marks"))]
        notes = [each.note for each in said if each.text == block["text"]]
        (figure,) = (each for each in document.key_figures if each.figure == block["figure"])
        assert notes and not any(notes) and document.notes[figure.note - 1].account.entries

    def test_notes_are_numbered_in_reading_order_and_none_is_idle(self, document):
        pointed = [each.note for each in (document.lead, *document.key_figures, *document.summary)]
        pointed += [part.note for part in document.parts() if hasattr(part, "marks")]
        met = list(dict.fromkeys(n for n in pointed if n))
        assert met[:1] == [1] and sorted(met) == [note.number for note in document.notes]

    def test_the_pdf_prints_every_note_whole(self, document):
        reader = pypdf.PdfReader(BytesIO(paper.pdf(document)))
        text = (
            " ".join(page.extract_text() for page in reader.pages)
            .replace("\u200b", "")
            .replace("\u00a0", " ")
        )
        flat = "".join(text.split())
        for note in document.notes:
            for entry in note.account.entries:
                for label, said in entry.pairs:
                    assert "".join(f"{label}{said}".split()) in flat, (note.number, label, said)


def test_facts_follow_their_schema_and_name_what_is_cited(document):
    record = json.loads(json.dumps(facts.record(document)))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(record, SCHEMA, cls=jsonschema.Draft202012Validator)
    cited = {citation["source"] for citation in record["citations"]}
    assert record["facts"]
    for fact in record["facts"]:
        assert set(fact["sources"]) <= cited
    record["facts"][0]["unit"] = "billions"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, SCHEMA, cls=jsonschema.Draft202012Validator)


class TestOfADay:
    def test_a_count_says_what_it_counts_and_on_which_day(self):
        tied = value("10", 10, unit="count", method="ties", on="2026-11-22")
        (entry,) = facts.account({"tied": tied}, [], behind(counts={"ties": "pairs"})).entries
        told = {label: said.replace("\u00a0", " ") for label, said in entry.pairs}
        assert (told["value"], told["unit"], told["day"]) == ("10", "pairs", "22 November 2026")
        assert "period" not in told

    def test_a_span_of_days_stands_in_the_place_of_its_years(self):
        span = {"start": 2005, "end": 2018, "since": "2005-10-06", "on": "2018-03"}
        told = value("12.4 years", 12.4, unit="years", method="years_between", **span)
        (entry,) = facts.account({"span": told}, [], behind()).entries
        said = {label: text.replace("\u00a0", " ") for label, text in entry.pairs}
        assert said["period"] == "6 October 2005 – March 2018"
        assert "day" not in said

    def test_two_numbers_alike_keep_each_its_value(self):
        tied = value("5", 5, unit="count", method="ties", on="2026-11-22")
        account = facts.account({"a": tied, "b": tied | {"method": "place"}}, [], behind())
        assert [dict(entry.pairs)["value"] for entry in account.entries] == ["5", "5"]
        assert [label for label, _ in account.shared] == ["day"]

    def test_a_computed_year_is_a_number(self):
        reached = value("2053", 2053, unit="year", method="passage_year", start=2010, end=2053)
        assert facts.is_number(reached)

    def test_a_word_is_a_fact_only_where_its_value_is_not_printed_beside_it(self):
        count = value("10", 10, unit="count", method="ties", rows=["agreements:a"])
        rose = value("rose", 0.1, unit="rate", method="cagr", rows=["trade:a"])
        values = {"tied": count, "are": count | {"text": "are"}, "moved": rose}
        block = {"kind": "finding", "id": "lead", "text": "10 are tied", "values": values, "sources": []}
        found = facts.gathered(block, "security", "", 1, frozenset())
        assert [fact["id"] for fact in found] == ["security/lead/tied", "security/lead/moved"]
