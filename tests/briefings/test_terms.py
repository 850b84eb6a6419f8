from __future__ import annotations

from analysis.briefings.document import Citation
from analysis.briefings.terms import Terms, said_once


def cited(*licences: str, accessed: str = "1 May 2026") -> tuple[Citation, ...]:
    return tuple(
        Citation(n, f"s{n}", "Title", "", "", "", licence, accessed, "")
        for n, licence in enumerate(licences, 1)
    )


def test_what_most_sources_say_is_said_once_and_what_another_says_stays_with_it() -> None:
    own, terms = said_once(cited(*["facts only"] * 4, "CC BY"))
    assert terms == Terms("1 May 2026", "facts only")
    assert [each.licence for each in own] == ["", "", "", "", "CC BY"]
    assert {each.accessed for each in own} == {""}


def test_few_sources_say_it_each() -> None:
    few = cited("facts only", "facts only", "CC BY")
    assert said_once(few) == (few, Terms())


def test_a_source_that_says_nothing_is_not_given_what_the_others_say() -> None:
    own, terms = said_once(cited(*["facts only"] * 4, ""))
    assert (terms.licence, [each.licence for each in own]) == ("", ["facts only"] * 4 + [""])


def test_no_sources() -> None:
    assert said_once(()) == ((), Terms())
