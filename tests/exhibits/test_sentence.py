from __future__ import annotations

import datetime as dt

import pytest

from analysis import tables
from analysis.exhibits import blocks, sentence
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import compare, direction, parse, plural, ranked
from analysis.measures.measured import Measured

ROWS = ("trade:r1",)


def level(value, year=2023, basis="current", method="turnover"):
    unit = "usd" if basis == "current" else "usd_constant"
    return Measured(value, unit, method, start=year, end=year, price_basis=basis, rows=ROWS)


def rate(value, basis=None):
    return Measured(value, "rate", "cagr", start=2016, end=2023, price_basis=basis, rows=ROWS)


def count(value):
    return Measured(value, "count", "members", rows=ROWS)


SHARE = Measured(0.2, "share", "trade_share", rows=ROWS)
SPAN = Measured(7, "years", "years_between", rows=ROWS)
POINTS = Measured(-0.01, "points", "trade_share", rows=ROWS)
MORE = Measured(1e9, "usd", "absolute_change", start=2016, end=2023, price_basis="current", rows=ROWS)
LESS = Measured(-1e9, "usd", "absolute_change", start=2016, end=2023, price_basis="current", rows=ROWS)


def told(text, language="en", **values):
    return sentence.problems({"template": parse(text)}, values, language)


class TestDirection:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("It grew by {x}", rate(0.04)),
            ("It did not grow: {x}", rate(-0.04)),
            ("It did not grow by {x}", rate(-0.04)),
            ("{x} of growth", rate(0.04)),
            ("growth of {x:+}", rate(-0.04)),
            ("A concept of growth", rate(-0.04)),
            ("It did not fall: {x}", rate(0.04)),
            ("It surged: {x}", rate(0.04)),
            ("It is up {x}", rate(0.04)),
            ("It was flat, at {x}", rate(0.0)),
            ("a surplus of {x}", level(4e9, method="balance")),
            ("In the balance, {x}, there is no surplus", level(-4e9, method="balance")),
            ("It grew by {x}", MORE),
            ("A {x} increase", rate(0.04)),
            ("It rose in {x:span}", rate(0.04)),
        ],
    )
    def test_fits(self, text, value):
        assert told(text, x=value) == []

    @pytest.mark.parametrize(
        ("text", "value", "word"),
        [
            ("It grew by {x}", rate(-0.04), "grew"),
            ("It grew by {x}", rate(0), "grew"),
            ("It fell by {x}", rate(0.04), "fell"),
            ("It fell by {x}", rate(-0.04), "fell"),  # a minus after "fell" turns it round
            ("A {x} increase", rate(-0.04), "increase"),
            ("The share rose {x}", POINTS, "rose"),
            ("It grew by {x}", LESS, "grew"),
            ("It surged: {x}", rate(-0.04), "surged"),
            ("It surged (by {x})", rate(-0.04), "surged"),
            ("It fell, then {x}", rate(0.04), "fell"),
            ("It rose in {x:span}", rate(-0.04), "rose"),
            ("It is up {x}", rate(-0.04), "is up"),
            ("The growth of trade was {x}", rate(-0.04), "growth"),
            ("It did not grow by {x}", rate(0.04), "grow"),
            ("It was flat, at {x}", rate(0.04), "flat"),
            ("Higher, by {x}", rate(-0.04), "Higher"),
            ("a surplus of {x}", level(-4e9, method="balance"), "surplus"),
            ("a deficit of {x}", level(-4e9, method="balance"), "deficit"),
        ],
    )
    def test_contradicts(self, text, value, word):
        (problem,) = told(text, x=value)
        assert problem.startswith(f"'{word}' is said of {{x}}, which is ")

    def test_levels_in_a_row_follow_their_years(self):
        early, late = level(4e9, 2016), level(3e9, 2023)
        assert told("It fell from {a} to {b}", a=early, b=late) == []
        assert told("It stood at {b}, down from {a}", a=early, b=late) == []
        (problem,) = told("It rose from {a} to {b}", a=early, b=late)
        assert (
            problem == "'rose' is said of {a} and {b}, which did not move so; let direction() choose the word"
        )

    def test_a_literal_comparison_holds(self):
        a, b = level(4e9), level(3e9)
        assert told("{a} is more than {b}", a=a, b=b) == []
        assert told("{b} is not more than {a}", a=a, b=b) == []
        (problem,) = told("{b} is more than {a}", a=a, b=b)
        assert problem.startswith("'more than' stands between {b} and {a}")
        (problem,) = told("{a}, below the {b} of before", a=a, b=b)
        assert problem.startswith("'below' stands between {a} and {b}")

    @pytest.mark.parametrize(
        ("text", "value", "word", "kind"),
        [
            ("It grew in {x}", SHARE, "grew", "a direction"),
            ("It doubled, to {x}", level(4e9), "doubled", "a direction"),
            ("It rose. {x}", rate(0.04), "rose", "a direction"),
            ("It was unchanged at {x}", level(4e9), "unchanged", "a direction"),
            ("More than {x}", level(4e9), "More than", "a comparison"),
            ("{x}, a higher level", level(4e9), "higher", "a comparison"),
        ],
    )
    def test_is_refused_where_no_value_bears_it_out(self, text, value, word, kind):
        (problem,) = told(text, x=value)
        assert problem.startswith(f"'{word}' is {kind} that no value beside it bears out; let ")

    def test_in_russian(self):
        assert told("Оборот вырос на {x}", "ru", x=rate(0.04)) == []
        assert told("Оборот не вырос: {x}", "ru", x=rate(-0.04)) == []
        (problem,) = told("Оборот вырос на {x}", "ru", x=rate(-0.04))
        assert problem.startswith("'вырос' is said of {x}")


class TestSwapped:
    @pytest.mark.parametrize(
        ("above", "below"),
        [
            ("rose", "fell"),
            ("more than", "less than"),
            ("more than doubled", "did not double"),
            ("a surplus", "a deficit"),
            ("up from", "down from"),
            ("wider", "narrower"),
        ],
    )
    def test_fits(self, above, below):
        assert sentence.swapped(above, below) == ""

    @pytest.mark.parametrize(
        ("above", "below"), [("fell", "rose"), ("less than", "more than"), ("fell", "moved")]
    )
    def test_is_refused_where_a_finding_says_it(self, above, below):
        with pytest.raises(ValueError, match="the two are swapped"):
            Finding("a", "It {how} by {x}", x=rate(0.04), how=direction(rate(0.04), above, below))
        with pytest.raises(ValueError, match="the two are swapped"):
            Finding("a", "{x} is {how} {y}", x=SHARE, y=SHARE, how=compare(SHARE, SHARE, above, below))


class TestSuperlative:
    def test_is_held_by_a_ranking_at_its_end(self):
        most, least = ranked(9, [4, 9, 1]), ranked(1, [4, 9, 1])
        assert Finding("a", "The largest is {x:count}", x=most).text == "The largest is 9"
        assert Finding("a", "From {x:count}, the most, to {y:count}, the least", x=most, y=least).defined
        assert Finding("a", "None has more than {x:count}, none less than {y:count}", x=most, y=least).defined
        assert Finding("a", "The best is {x}", x=ranked("Ankara", [2021, 2022], by=2021)).defined
        assert Finding(
            "a", "The largest is {x}", x=ranked(SHARE, [SHARE, Measured(0.1, "share", "a")])
        ).defined

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("The largest is {x:count}", 9),
            ("The smallest is {x:count}", ranked(9, [4, 9, 1])),
            ("The largest is {x:count}", ranked(4, [4, 9, 1])),
            ("The best is {x:count}", ranked(4, [4, 9, 1])),
            ("The largest and the longest: {x:count}", ranked(9, [4, 9, 1])),
            ("Who ranks first? {x:count}", 9),
            ("The largest; none has more than {x:count}", ranked(1, [4, 9, 1])),
        ],
    )
    def test_is_refused_otherwise(self, text, value):
        with pytest.raises(
            ValueError, match=r"is a superlative that no ranking|is said of \{x\}, not at that end"
        ):
            Finding("a", text, x=value)

    def test_what_is_undefined_has_no_place(self):
        missing = Measured.undefined("no row", unit="share", method="trade_share")
        assert ranked(SHARE, [missing, SHARE, float("nan")]).ends == {"most", "least"}
        assert Finding("a", "The largest is {x}", x=ranked(missing, [SHARE])).text == "No row."

    def test_a_choice_of_words_tells_none(self):
        with pytest.raises(
            ValueError, match="'the first to' is a superlative, which a choice between two words"
        ):
            Finding("a", "It was {how}: {x}", x=SHARE, how=compare(SHARE, SHARE, "the first to rise", "less"))

    def test_a_plural_says_its_words_too(self):
        with pytest.raises(ValueError, match="'smallest' is a superlative"):
            Finding("a", "{n:count} {x}", n=2, x=plural(2, one="smallest row", other="smallest rows"))


class TestSince:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("since {x}", 2016),
            ("since {x:date}", "2016-05"),
            ("since {x}", dt.date(2016, 5, 1)),
            ("since {x:start}", rate(0.04)),
            ("first in {x}", 2016),
        ],
    )
    def test_a_day_follows(self, text, value):
        assert told(text, x=value) == []
        assert told("since the “{y}” of {x}", x=2016, y="Treaty") == []

    def test_a_day_goes_before_where_the_language_says_so(self):
        assert told("{x} жылдан бері", "kk", x=2016) == told("{x} yildan beri", "uz", x=2016) == []
        assert len(told("содан бері {x}", "kk", x="Astana")) == 1

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("{x} since", 0.04),
            ("since the founding in {x}", 2016),
            ("since it was founded, as {y} did, in {x}", 2016),
            ("since {x}", "Ankara"),
            ("since {x:count}", 7),
            ("so far {x:count}", 7),
            ("Until last year: {x:count}", 7),
        ],
    )
    def test_or_it_is_refused(self, text, value):
        (problem,) = told(text, x=rate(value) if isinstance(value, float) else value, y="Treaty")
        assert "is a count from a date with no day after it" in problem


class TestUnit:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("{x:number} years", SPAN),
            ("{x:count} years", count(7)),
            ("{x:count} days", 7),
            ("{x} members", count(7)),
            ("USD {x:billions} billion", level(4e9)),
            ("{x} a year", rate(0.04)),
            ("{x:number} times", Measured(2.0, "ratio", "fold_change", rows=ROWS)),
            ("in dollars, {x}", rate(0.04)),
            ("{x:start} years", rate(0.04)),
        ],
    )
    def test_fits(self, text, value):
        assert told(text, x=value) == []

    @pytest.mark.parametrize(
        ("text", "value", "word"),
        [
            ("{x} billion", rate(0.04), "billion"),
            ("{x} per cent", SHARE, "per cent"),
            ("{x:number} percent", SHARE, "percent"),
            ("{x}-percent", rate(0.04), "percent"),
            ("{x} percentage points", rate(0.04), "percentage points"),
            ("{x} years", rate(0.04), "years"),
            ("{x} years", SPAN, "years"),
            ("{x:number} days", SPAN, "days"),
            ("{x} dollars", level(4e9), "dollars"),
            ("USD {x}", SHARE, "USD"),
            ("$ {x}", level(4e9), "$"),
            ("{x:millions} billion", level(4e9), "billion"),
            ("{x} years", 7, "years"),
            ("{x:count} per cent", 7, "per cent"),
            ("{x} tonnes", level(4e9), "tonnes"),
            ("{x:count} barrels", 7, "barrels"),
        ],
    )
    def test_contradicts(self, text, value, word):
        (problem,) = told(text, x=value)
        assert problem.endswith(f"so '{word}' cannot stand beside it")

    def test_in_russian(self):
        (problem,) = told("{x} процентов", "ru", x=rate(0.04))
        assert "'процентов'" in problem
        assert told("{x:count} лет", "ru", x=7) == []


class TestPrices:
    def test_of_the_other_basis(self):
        assert told("In current dollars it was {x}", x=level(4e9)) == []
        assert (
            told("In constant dollars it was {x}", x=level(4e9, basis="constant-2016", method="deflate"))
            == []
        )
        assert told("In constant dollars it was {x}", x=level(4e9)) == [
            "'In constant dollars' is said of values in current prices"
        ]
        assert told("Nominal trade: {x}", x=level(4e9, basis="constant-2016", method="deflate")) == [
            "'Nominal' is said of values in constant prices"
        ]
        assert told("In real terms {x}", x=rate(0.04, "current")) == [
            "'real terms' is said of values in current prices"
        ]

    def test_two_bases_are_both_named(self):
        values = {"a": level(4e9), "b": level(3e9, basis="constant-2016", method="deflate")}
        assert told("{a} in {a:prices}, {b} in {b:prices}", **values) == []
        assert told("{a} in current and {b} in constant dollars", **values) == []
        (problem,) = told("{a} in {a:prices}, {b}", **values)
        assert problem.endswith("side by side; say constant with {name:prices}")

    def test_a_language_without_words_for_prices_is_held_by_its_english(self):
        real = Measured(0.09, "rate", "cagr", price_basis="constant-2016", start=2016, end=2023)
        nominal = Measured(0.13, "rate", "cagr", price_basis="current", start=2016, end=2023)
        texts, values = {"template": parse("{nominal} i {real}")}, {"nominal": nominal, "real": real}
        assert sentence.problems(texts, values, "kk") == []
        assert len(sentence.problems(texts, values, "ru")) == 1

    def test_a_key_figure_may_name_them_in_its_sentence(self):
        values = {"a": level(4e9), "b": level(3e9, basis="constant-2016", method="deflate")}
        texts = {"template": parse("{a} in {a:prices}, {b} in {b:prices}"), "change": parse("{a}, {b}")}
        assert sentence.problems(texts, values, "en") == []


class TestNothing:
    @pytest.mark.parametrize("mark", ["…", "not reported", "nan", "None", "<NA>", " NaN "])
    def test_a_mark_of_a_missing_value_is_none(self, mark):
        with pytest.raises(ValueError, match="which is no value; pass the measure, with its reason"):
            Finding("a", "It was {x}", x=mark)
        assert len(told("{x}", x=["one", mark])) == 1

    def test_none_is_a_word(self):
        assert told("In both: {x}", x="none") == []

    def test_a_number_names_its_rows_where_its_method_needs_some(self):
        block = Finding("a", "It was {x}", x=Measured(0.1, "rate", "cagr")).block
        with pytest.raises(ValueError, match=r"the value 'x' \(cagr\) rests on no row of the tables"):
            block()
        for free in (Measured(2e9, "usd", "target"), Measured(10, "days", "transit_days"), rate(0.1)):
            assert blocks.check(Finding("a", "It was {x}", x=free).block()) == []

    def test_a_block_that_is_undefined_states_no_number(self):
        missing = Measured.undefined("the base is zero", unit="rate", method="cagr")
        block = Finding("a", "{x}", x=missing, role="key", label="Growth", figure="{x}").block()
        assert blocks.check(block) == []
        assert blocks.check(block | {"figure": "13%"}) == [
            "block 'a': a finding that is undefined states no number: its figure, change and values are empty"
        ]

    def test_a_block_says_no_value_that_is_not_there(self):
        block = Finding("a", "It was {x}", x=rate(0.1)).block()
        block["values"]["x"]["value"] = None
        assert blocks.check(block) == [
            "block 'a': the value 'x' is said and not there; give the reason in its place"
        ]


def test_the_words_of_a_sentence_are_small():
    listed = tables.read("sentence_words")
    assert (listed["word"] == listed["word"].str.lower()).all()
    assert set(listed["kind"]) >= set(sentence.FITS) | {"current", "constant", "negation"}
