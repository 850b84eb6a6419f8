"""Reasons keep the template and the values they were made from, and read as plain text."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from dataclasses import replace

from analysis.measures.measured import Measured, derive
from analysis.measures.reasons import Reason, because, together


def test_a_reason_is_the_text_and_knows_its_template() -> None:
    told = because(
        "{bloc} has {few:count} members on {day}: {who}",
        bloc="b",
        few=2,
        day=dt.date(2026, 1, 5),
        who=("AAA", "BBB"),
    )
    assert told == "b has 2 members on 2026-01-05: AAA, BBB"
    assert told.template == "{bloc} has {few:count} members on {day}: {who}"
    assert told.values["who"] == ("AAA", "BBB")
    assert str(because("the base is zero")) == "the base is zero"


def test_a_reason_survives_copies_and_another_process() -> None:
    told = because("no figure of {year}", year=2016)
    for again in (copy.deepcopy(told), pickle.loads(pickle.dumps(told))):
        assert (again, again.template, dict(again.values)) == (told, told.template, {"year": 2016})


def test_a_measure_passes_the_reason_on_as_it_is() -> None:
    gone = Measured.undefined(because("no figure of {year}", year=2016), unit="usd", method="turnover")
    made = derive(
        "fold_change", "ratio", {"the earlier value": gone, "the later value": 2.0}, lambda a, b: b / a
    )
    assert isinstance(replace(made, method="other").reason, Reason)
    assert made.reason.template == "no figure of {year}"


def test_reasons_together_are_said_once_each() -> None:
    one, other = because("no figure of {year}", year=2016), because("the base is zero")
    both = together([one, other, one])
    assert both == "no figure of 2016; the base is zero"
    assert (both.values["one"], both.values["other"]) == (one, other)
    assert together([one]) is one
    assert together([]) is None
