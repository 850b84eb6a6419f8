"""Findings: sentences that cannot contradict their numbers, say half a thing, or hold a typed figure."""

from __future__ import annotations

import datetime as dt
import json
from html import unescape
from types import SimpleNamespace

import mistune
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.errors import BriefingError
from analysis.exhibits import blocks, citing, prose, sentence, wording
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Quoted
from analysis.exhibits.template import SLIGHT_POINTS, against, compare, direction, msg, plural
from analysis.exhibits.wording import NBSP
from analysis.measures.measured import Measured

ROW = "trade:UZB/KAZ/2023-01-01/2023-12-31/turnover/uzstat-2024"
SOURCES = {
    "uzstat-2024": {
        "id": "uzstat-2024", "title": "Foreign trade <2023>", "publisher": "Statistics Agency", "published": "2024-01-25",
        "url": "https://stat.example/uz?a=1&b=2", "licence": "CC BY 4.0", "accessed": dt.date(2025, 11, 3),
        "note": float("nan"), "family": "trade",
    }
}  # fmt: skip
METHODS = pd.DataFrame(
    {
        "method": ["cagr", "turnover"],
        "title": ["Compound annual growth rate", "Turnover"],
        "formula": ["(y1/y0)^(1/n) - 1", "X + M"],
        "definition": ["The constant rate", "Exports and imports"],
        "reference": ["World Bank", None],
        "unit": ["rate", "usd"],
    }
)
FLAGS = pd.DataFrame({"flag": ["MIRROR"], "note": ["Taken from the partner."]})


@pytest.fixture(autouse=True)
def curated(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(
        cite=lambda *ids: [SOURCES[each] for each in ids],
        records=lambda name, key: {
            row[key]: row for row in {"methods": METHODS, "flags": FLAGS}[name].to_dict("records")
        },
        used=lambda: {"trade": {"sha256": "ab" * 32, "rows": 3}},
        describe=lambda name: SimpleNamespace(title=f"The table {name}"),
    )
    monkeypatch.setattr(citing, "tables", fake)


def growth(value: float = 0.1305, **context) -> Measured:
    context = {"start": 2016, "end": 2023, "price_basis": "current", **context}
    return Measured(
        value, "rate", "cagr", reporter="UZB", partner="KAZ", rows=(ROW,), sources=("uzstat-2024",), **context
    )


def usd(value: float, **context) -> Measured:
    return Measured(value, "usd", "turnover", **{"start": 2023, "end": 2023, **context})


MISSING = Measured.undefined(
    "KAZ reports no exports to UZB in 2025", unit="rate", method="cagr", start=2016, end=2025
)


def spaced(text: str) -> str:
    return text.replace(NBSP, " ")


# --- sentences -------------------------------------------------------------------------------------------------------


def test_a_worked_sentence_to_the_letter() -> None:
    finding = Finding(
        "turnover-growth",
        "{reporter}'s turnover with {partner} {verb} by {rate} a year between {rate:start} and {rate:end}, "
        "from {first} to {last:usd1} ({rate:prices}).",
        reporter="Uzbekistan", partner="Kazakhstan", verb=direction(growth()), rate=growth(),
        first=usd(1.899e9), last=usd(4.486e9),
    )  # fmt: skip
    assert finding.text == (
        "Uzbekistan's turnover with Kazakhstan rose by 13.1% a year between 2016 and 2023, "
        f"from USD{NBSP}1.90{NBSP}billion to USD{NBSP}4.5{NBSP}billion (current US dollars)."
    )
    assert finding.defined and finding.reason is None


def test_every_kind_of_value() -> None:
    finding = Finding(
        "all",
        "On {day} and since {since:date}, {names} ({either:or}) had {n:count} {members}; {year}; {span}; {periods:periods}.",
        day=dt.date(2025, 12, 31), since="2022-10", names=["Kazakhstan", "Kyrgyzstan"], either=("a", "b"),
        n=5, members=plural(5, one="member", other="members"), year=2011, span=2012, periods=growth(),
    )  # fmt: skip
    assert finding.text == (
        "On 31 December 2025 and since October 2022, Kazakhstan and Kyrgyzstan (a or b) had 5 members; 2011; 2012; 7."
    )
    units = {name: card["unit"] for name, card in finding.cards().items()}
    assert units == {
        "day": "date", "since": "date", "names": "text", "either": "text", "n": "count", "members": "count",
        "year": "year", "span": "year", "periods": "rate",
    }  # fmt: skip


def test_forms_with_sign_and_digits() -> None:
    finding = Finding(
        "forms", "{a:+}, {a:+percent2}, {b:billions1}, {b:millions}", a=growth(), b=usd(4.486e9)
    )
    assert finding.text == "+13.1%, +13.05%, 4.5, 4\u202f486.0"


def test_a_sentence_begins_with_a_capital_but_names_are_left_alone() -> None:
    assert str(Finding("a", "{who} agree.", who="the United States")) == "The United States agree."
    assert str(Finding("a", "{who} agree.", who="eBay")) == "eBay agree."
    assert str(Finding("a", "{who} agree.", who=["eBay", "b"])) == "eBay and b agree."
    assert str(Finding("a", "{how} it was.", how=direction(growth(), "more", "less"))) == "More it was."


# --- words that follow numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"), [(0.05, "rose by 5.0%"), (-0.05, "fell by 5.0%"), (0.0, "did not change by 0.0%")]
)
def test_direction_takes_the_sign_from_its_number(value: float, text: str) -> None:
    assert (
        str(Finding("a", "It {verb} by {rate}", verb=direction(growth(value)), rate=growth(value)))
        == f"It {text}"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0049, "hardly moved"), (-0.0049, "hardly moved"), (0.0051, "rose"), (-0.0051, "fell")],
)
def test_direction_of_a_slight_change_is_flat(value: float, text: str) -> None:
    shift = Measured(value, "points", "shift")
    verb = direction(shift, flat="hardly moved", slight=SLIGHT_POINTS)
    assert str(Finding("a", "It {verb} ({shift:+}).", verb=verb, shift=shift)).startswith(f"It {text} (")


def test_direction_leaves_an_explicit_sign() -> None:
    finding = Finding("a", "It {verb} ({rate:+})", verb=direction(growth(-0.05)), rate=growth(-0.05))
    assert finding.text == "It fell (−5.0%)"


@given(st.floats(-2, 2), st.sampled_from(["percent", "percent0", "percent1", "percent3"]))
@example(0.0004, "percent1")
@example(-0.00001, "percent0")
def test_direction_cannot_contradict_what_is_printed(value: float, form: str) -> None:
    text = str(
        Finding("a", f"It {{verb}} by {{rate:{form}}}", verb=direction(growth(value)), rate=growth(value))
    )
    shown = any(digit in text for digit in "123456789")
    assert ("did not change" in text) == (not shown)
    assert ("rose" in text) == (shown and value > 0) and ("fell" in text) == (shown and value < 0)
    assert "−" not in text


@given(st.floats(1e6, 1e10), st.floats(1e6, 1e10), st.sampled_from(["usd", "usd0", "usd1", "millions1"]))
def test_comparison_cannot_contradict_what_is_printed(a: float, b: float, form: str) -> None:
    one, other = usd(a), usd(b)
    finding = Finding("a", f"{{a:{form}}}|{{word}}|{{b:{form}}}", a=one, b=other, word=compare(one, other))
    left, word, right = finding.text.split("|")
    assert word == ("the same as" if left == right else "more than" if a > b else "less than")


def test_a_limit_is_judged_on_the_print() -> None:
    words = {"above": "more than doubled", "below": "did not double", "equal": "doubled"}
    said = [
        str(Finding("a", "It {how}: {f}", how=against(f, 2, **words), f=f))
        for f in (Measured(v, "ratio", "fold_change") for v in (2.36, 2.001, 1.86))
    ]
    assert [spaced(each) for each in said] == [
        "It more than doubled: 2.36 times", "It doubled: 2.00 times", "It did not double: 1.86 times"
    ]  # fmt: skip


def test_what_differs_in_kind_is_not_compared() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        compare(usd(1), growth())
    with pytest.raises(ValueError, match="cannot be compared"):
        compare(usd(1, price_basis="current"), usd(1, price_basis="constant-2016"))


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", ["In 2016 it rose", "It rose ½", "It rose by ٣", "It rose²"])
def test_a_typed_digit_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="holds the digit"):
        Finding("a", template)
    with pytest.raises(ValueError, match="holds the digit"):
        Finding("a", "It rose.", label=template)
    with pytest.raises(ValueError, match="holds the digit"):
        direction(growth(), up=template)
    with pytest.raises(ValueError, match="holds the digit"):
        plural(1, one=template, other="b")


def test_a_digit_in_a_name_or_a_form_is_no_typed_digit() -> None:
    assert (
        Finding("a", "The {name} met; {rate:percent0}.", name="C5+1", rate=growth()).text
        == "The C5+1 met; 13%."
    )


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{rat}", "unknown name {rat}; unused value 'rate'"),
        ("nothing", "unused value 'rate'"),
        ("{rate:usd}", "'rate' is measured|{rate} is measured in 'rate' and cannot be said as 'usd'"),
        ("{rate:percnt}", "there is no form 'percnt' .did you mean 'percent'"),
        ("{rate:span1}", "takes no sign and no decimals"),
        ("{rate!r}", "write {name}"),
        ("{rate.value}", "write {name}"),
        ("{}", "write {name}"),
        ("{rate", "cannot be read"),
        ("{rate} {reason}", "unknown name {reason}"),
    ],
)
def test_a_wrong_template_is_refused(template: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Finding("a", template, rate=growth())


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        float("nan"),
        None,
        True,
        {"a"},
        frozenset("a"),
        [],
        "",
        " ",
        [1],
        16,
        b"x",
        dt.datetime(2025, 1, 1),
    ],
)
def test_a_value_without_a_meaning_is_refused(value) -> None:
    with pytest.raises(ValueError):
        Finding("a", "It is {it}.", it=value)


def test_other_refusals() -> None:
    for wrong in ({"role": "headline"}, {"role": "key"}, {"exhibit": "No Id"}):
        with pytest.raises(ValueError):
            Finding("a", "It rose.", **wrong)
    for ident in ("A", "a b", "", "a--b", "1a", None):
        with pytest.raises(ValueError, match="not an id"):
            Finding(ident, "It rose.")
    with pytest.raises(ValueError, match="'reason' is not free"):
        Finding("a", "It rose: {reason}.", reason="x")
    with pytest.raises(ValueError, match="says nothing"):
        Finding("a", " ")
    with pytest.raises(ValueError, match="surrogate"):
        Finding("a", "{x}", x="half \ud83d")
    with pytest.raises(ValueError, match="no span of years"):
        Finding("a", "{x:span}", x=Measured(1.0, "ratio", "fold_change"))


# --- undefined -------------------------------------------------------------------------------------------------------


def test_an_undefined_measure_makes_the_reason_the_sentence() -> None:
    finding = Finding("a", "It rose by {rate}.", rate=MISSING)
    assert not finding.defined
    assert finding.text == "Kazakhstan reports no exports to Uzbekistan in 2025."
    block = finding.block()
    assert (block["defined"], block["reason"], block["values"]) == (
        False,
        "Kazakhstan reports no exports to Uzbekistan in 2025",
        {},
    )


def test_the_alternative_may_say_all_that_is_known() -> None:
    finding = Finding(
        "a", "{who} rose by {rate} to {last}.", otherwise="{who} has no rate for {rate:span}: {reason}",
        who="Uzbekistan", rate=MISSING, last=usd(1e9),
    )  # fmt: skip
    assert (
        finding.text
        == "Uzbekistan has no rate for 2016–2025: Kazakhstan reports no exports to Uzbekistan in 2025."
    )


def test_reasons_are_said_once_each() -> None:
    other = Measured.undefined("the base is zero.", unit="usd", method="turnover")
    finding = Finding("a", "{a}{b}{c}{verb}", a=MISSING, b=other, c=MISSING, verb=direction(MISSING))
    assert finding.text == "Kazakhstan reports no exports to Uzbekistan in 2025; the base is zero."


def test_an_undefined_measure_behind_a_word_counts() -> None:
    assert not Finding("a", "It {verb}.", verb=direction(MISSING)).defined
    assert not Finding(
        "a", "{n}", n=plural(Measured.undefined("no", unit="count", method="cagr"), other="x")
    ).defined


def test_the_alternative_may_not_lean_on_a_number() -> None:
    for extra in ({"otherwise": "No {rate}: {reason}"}, {"otherwise": "It {verb}: {reason}"}):
        with pytest.raises(ValueError, match="may be undefined"):
            Finding("a", "{rate} {verb}", rate=MISSING, verb=direction(MISSING), **extra)


def test_an_undefined_key_figure_keeps_its_label_and_shows_no_number() -> None:
    key = Finding(
        "a",
        "It rose by {rate}.",
        role="key",
        label="Growth a year",
        figure="{rate:+}",
        change="{rate:span}",
        rate=MISSING,
    )
    assert (key.label, key.figure, key.change) == ("Growth a year", "", "")
    assert blocks.check(key.block()) == []


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_block_of_a_key_finding() -> None:
    rate = growth(flags=("MIRROR",), notes=("a note",))
    finding = Finding(
        "turnover-growth", "{who} grew by {rate}.", role="key", rank=2, label="Growth a year", figure="{rate:+}",
        change="{rate:span}, {rate:prices}", exhibit="turnover", who="Uzbekistan", rate=rate,
    )  # fmt: skip
    block = finding.block()
    assert blocks.check(block) == [] and json.loads(json.dumps(block)) == block
    assert (block["role"], block["rank"], block["exhibit"]) == ("key", 2, "turnover")
    assert (block["label"], block["figure"]) == ("Growth a year", "+13.1%")
    assert block["change"] == "2016–2023, current US dollars"
    assert block["values"]["rate"] == {
        "text": "13.1%", "value": 0.1305, "unit": "rate", "method": "cagr", "reporter": "UZB", "partner": "KAZ",
        "flow": None, "basis": None, "coverage": None, "price_basis": "current", "start": 2016, "end": 2023,
        "since": None, "on": None,
        "rows": [ROW], "sources": ["uzstat-2024"], "tables": ["trade"], "flags": ["MIRROR"],
    }  # fmt: skip
    assert block["values"]["who"]["text"] == block["values"]["who"]["value"] == "Uzbekistan"
    assert [one["id"] for one in block["sources"]] == ["uzstat-2024"]
    assert (block["sources"][0]["accessed"], block["sources"][0]["note"]) == ("2025-11-03", "")
    assert [one["method"] for one in block["methods"]] == ["cagr"] and block["methods"][0][
        "reference"
    ] == "World Bank"
    assert block["flags"] == [{"flag": "MIRROR", "note": "Taken from the partner."}]
    assert block["notes"] == ["a note"]


def test_a_day_rests_on_the_values_that_are_of_it() -> None:
    span = Measured(
        2.5,
        "years",
        "years_between",
        since="2016-01-01",
        on="2018-07-01",
        rows=[ROW],
        sources=["uzstat-2024"],
    )
    text = "{span} passed from {first:date} to {last:date}, not to {other}"
    days = {"first": "2016-01-01", "last": dt.date(2018, 7, 1), "other": dt.date(2020, 1, 1)}
    cards = Finding("pause", text, span=span, **days).cards()
    assert {name: card["rows"] for name, card in cards.items()} == {
        "span": [ROW],
        "first": [ROW],
        "last": [ROW],
        "other": [],
    }
    assert cards["first"]["sources"] == ["uzstat-2024"] and cards["first"]["method"] is None


def test_a_rate_in_constant_dollars_names_the_deflation() -> None:
    real = Finding("real", "{rate} in {rate:prices}", rate=growth(price_basis="constant-2016"))
    assert real.methods == ("cagr", "deflate")
    assert Finding("nominal", "{rate}", rate=growth(price_basis="current")).methods == ("cagr",)


def test_a_word_has_a_card_with_what_it_rests_on() -> None:
    card = Finding("a", "It {verb}.", verb=direction(growth(-0.1))).cards()["verb"]
    assert (card["text"], card["value"], card["unit"], card["rows"]) == ("fell", -0.1, "rate", [ROW])
    both = Finding("a", "It is {word}.", word=compare(usd(1, rows=("t:a",)), usd(2, rows=("u:b",)))).cards()[
        "word"
    ]
    assert (both["text"], both["value"], both["rows"], both["tables"]) == (
        "less than",
        None,
        ["t:a", "u:b"],
        ["t", "u"],
    )


def test_the_text_of_a_card_is_what_stands_in_the_sentence() -> None:
    finding = Finding(
        "a", "In {rate:span} it {verb} by {rate:percent2}.", verb=direction(growth(-0.1)), rate=growth(-0.1)
    )
    assert finding.text == "In 2016–2023 it fell by 10.00%."
    assert finding.cards()["rate"]["text"] == "10.00%" and finding.cards()["rate"]["value"] == -0.1


def test_mime_bundle() -> None:
    bundle = Finding("a", "{who} & co.", who="*A* <b> $x$ [l](u)")._repr_mimebundle_()
    assert set(bundle) == {blocks.MIME, "text/markdown", "text/plain"}
    assert bundle["text/plain"] == bundle[blocks.MIME]["text"] == "*A* <b> $x$ [l](u) & co."
    assert "<b>" not in bundle["text/markdown"] and "$" not in bundle["text/markdown"]


def test_an_unknown_method_or_flag_is_told() -> None:
    with pytest.raises(
        BriefingError, match=r"data/methods.csv has no method 'cagrr' \(did you mean 'cagr'\?\)"
    ):
        Finding("a", "{x}", x=Measured(1.0, "ratio", "cagrr")).block()
    with pytest.raises(BriefingError, match=r"data/flags.csv has no flag 'NONE'"):
        citing.flags(["NONE"])


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda t: (
        blocks.plain(t).strip() not in sentence.NOTHING
        and not any(prose.listed(prose.WORDS, language="en").found(blocks.plain(t)))
    )
)


@given(texts, texts)
@example("`*_{}[]()#+-.!|~$&<>\\", "https://a.b www.c.d me@e.f")
@example("2016. x", "- x")
@example("\u202eevil", "a\r\nb")
def test_any_name_arrives_unharmed_and_means_nothing_in_markdown(one: str, two: str) -> None:
    finding = Finding("a", "From {one} to {two}.", one=one, two=two)
    one, two = (wording.typographic(blocks.plain(each)) for each in (one, two))
    assert finding.text == f"From {one} to {two.removesuffix('.')}."  # an abbreviation has its own stop
    assert blocks.plain(finding.text) == finding.text
    for text in (finding.text, blocks.plain(one)):
        html = mistune.html(blocks.escaped(text))
        assert html.startswith("<p>") and html.count("<") == 2
        assert unescape(html[3:-5]).split() == text.split()


# --- the closing cell ------------------------------------------------------------------------------------------------


def test_references() -> None:
    first, second = Finding("a", "{rate}", rate=growth()), Finding("b", "It traded.", sources=["uzstat-2024"])
    closing = citing.references(
        first, second, parameters=SimpleNamespace(partner="KAZ", as_of=dt.date(2025, 12, 31), blocs=("ots",))
    )
    bundle = closing._repr_mimebundle_()
    block = bundle[blocks.MIME]
    assert blocks.check(block) == [] and json.loads(json.dumps(block)) == block
    assert [one["id"] for one in block["citations"]] == ["uzstat-2024"]
    assert block["tables"] == {"trade": {"sha256": "ab" * 32, "rows": 3, "title": "The table trade"}}
    assert block["parameters"] == {"partner": "KAZ", "as_of": "2025-12-31", "blocs": ["ots"]}
    assert set(block["packages"]) == {
        "central-asia-briefings",
        "jupyter",
        "nbconvert",
        "pandas",
        "papermill",
        "seaborn",
    }
    assert bundle["text/markdown"].startswith(
        "1. Foreign trade &lt;2023&gt;. Statistics Agency, 2024-01-25, <https://"
    )
    with pytest.raises(ValueError, match="cannot be written down"):
        citing.references(parameters={"x": float("nan")})


class TestSpans:
    def test_every_value_is_found_where_it_is_printed(self):
        names = {"reporter": "UZB", "partner": "KAZ"}
        first = Measured(1.9e9, "usd", "turnover", start=2016, end=2016, rows=("trade:r1",), **names)
        finding = Finding(
            "growth",
            "{who} reports {first} for {first:start}.",
            role="key",
            label="Trade in {first:end}",
            figure="{first}",
            who="the two",
            first=first,
        )
        block = finding.block()
        assert block["text"].startswith("The two reports USD")
        for said, spans in block["spans"].items():
            for span in spans:
                value = block["values"][span["name"]]
                printed = block[said][span["start"] : span["end"]]
                assert printed.lower() in (value["text"].lower(), "2016"), (said, span)
        assert [span["name"] for span in block["spans"]["text"]] == ["who", "first", "first"]
        assert block["names"] == {"UZB": "Uzbekistan", "KAZ": "Kazakhstan"}

    def test_a_text_made_of_values_stands_as_those(self):
        one, other = (Measured(v, "usd", "turnover", rows=(f"trade:{v}",)) for v in (4.1e9, 2e9))
        told = [msg("{it} ({by})", it=each, by=Quoted("kknews.uz")) for each in (one, other)]
        finding = Finding("told", "Not held: {told}.", told=wording.clauses(told), language="ru")
        spans, text = finding.spans()["text"], finding.text
        assert [(each["name"], text[each["start"] : each["end"]], each.get("lang")) for each in spans] == [
            ("told.it", f"USD{NBSP}4.1{NBSP}billion", None),
            ("told.by", "kknews.uz", "en"),
            ("told.it-2", f"USD{NBSP}2{NBSP}billion", None),
            ("told.by", "kknews.uz", "en"),
        ]
        cards = finding.cards()
        assert set(cards) == {"told.it", "told.by", "told.it-2"}
        assert [cards[name]["rows"] for name in ("told.it", "told.it-2")] == [
            list(one.rows),
            list(other.rows),
        ]
        assert finding.measures == [one, other]

    def test_plain_values_rest_on_the_rows_of_the_finding(self):
        finding = Finding("signed", "It was signed on {day:date}.", day="2016-05-01", rows=["trade:r1"])
        card = finding.cards()["day"]
        assert (card["rows"], card["tables"], card["unit"]) == (["trade:r1"], ["trade"], "date")

    def test_an_undefined_finding_has_none(self):
        missing = Measured.undefined("the base is zero", unit="rate", method="cagr")
        finding = Finding("growth", "It grew by {rate}.", otherwise="No rate: {reason}.", rate=missing)
        assert not any(finding.spans().values())

    def test_a_span_outside_its_text_is_refused(self):
        block = Finding(
            "growth", "It grew by {rate}.", rate=Measured(0.1, "rate", "cagr", rows=("trade:r1",))
        ).block()
        block["spans"]["text"][0]["end"] = 99
        assert blocks.check(block) == ["block 'growth': the value 'rate' stands outside the text"]
