"""What accords_and_peace says of small tables: open and passed stages, doubtful steps, readings, contradictions."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.exhibits import accords, blocks
from analysis.exhibits.accords import naming
from analysis.measures import stages
from analysis.measures.dates import days

DAY = date(2025, 12, 31)
ORDER = pd.DataFrame(
    [
        ("arm-aze", "initialed", 1, "initialed", False, False),
        ("arm-aze", "signed", 2, "signed", False, True),
        ("abraham", "announced", 1, "announced", True, False),
        ("abraham", "signed", 2, "signed", False, True),
    ],
    columns=["process", "stage", "position", "label", "is_said", "is_binding"],
).assign(definition="")
PROCESSES = pd.DataFrame({"process": ["abraham", "arm-aze"], "kind": ["accession", "treaty"]})
COLUMNS = ["process", "country", "counterpart", "stage", "date", "note"]


def tracks(*rows: tuple, process: str = "every", on: date = DAY) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame(rows, columns=COLUMNS).assign(
        event=None, agreement=None, agreement_date=None, is_date_unverified=False, is_document_only=False,
        source="unn-2025-kaz", relations_source=None,
    )  # fmt: skip
    dated = stages.dated(table, pd.DataFrame({"agreement": []}), pd.DataFrame({"event": []}))
    return stages.tracks(PROCESSES, ORDER, dated, process, on)


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return (block.get("text") or block["title"]).replace("\xa0", " ")


KAZ = ("abraham", "KAZ", "ISR", "announced", "2025-11-06", "in principle")
ARE = ("abraham", "ARE", "ISR", "signed", "2020-09-15", "")


class TestTracks:
    def test_a_statement_is_no_signature(self) -> None:
        found = tracks(KAZ, ARE)
        assert said(accords.signed(found, "abraham", DAY)) == (
            "1 of the 2 countries that have begun to join the Abraham Accords has signed; Kazakhstan’s joining was announced"
            " on 6 November 2025 and no signature is found."
        )
        assert "the peace treaty of Armenia and Azerbaijan had been reached" in said(accords.lead(found, DAY))

    def test_a_passed_stage_is_told_apart_from_one_not_found(self) -> None:
        rows = accords.track(tracks(KAZ, ARE), "abraham", DAY).block()["table"]["rows"]
        assert [(row[0], row[1], row[2]) for row in rows] == [
            ("UAE", "announced", "no date in the tables"),
            ("UAE", "signed", "reached"),
            ("Kazakhstan", "announced", "reached"),
            ("Kazakhstan", "signed", "not found"),
        ]

    def test_a_last_stage_waits_for_nothing(self) -> None:
        found = tracks(("arm-aze", "ARM", "AZE", "signed", "2025-12-01", ""), process="arm-aze")
        assert said(accords.waiting(found, DAY)).startswith(
            "The peace treaty of Armenia and Azerbaijan has reached its last"
        )
        assert "has reached its last stage, ‘signed’" in said(accords.lead(found, DAY))
        assert "has reached its last stage" in said(accords.track(found, "arm-aze", DAY))

    def test_a_coarse_date_is_told_as_a_range(self) -> None:
        found = tracks(("arm-aze", "ARM", "AZE", "initialed", "2025-11", ""), process="arm-aze")
        assert said(accords.track(found, "arm-aze", DAY)) == (
            "The peace treaty of Armenia and Azerbaijan: ‘initialed’ for 31 to 60 days, ‘signed’ not found"
        )
        assert "in November 2025; the next" in said(accords.waiting(found, DAY))

    def test_a_day_inside_the_date_is_uncertain(self) -> None:
        found = tracks(("arm-aze", "ARM", "AZE", "initialed", "2025-12-31", ""), on=date(2025, 12, 31))
        assert "for 0 days" in said(accords.lead(found, DAY))
        coarse = tracks((*KAZ[:4], "2025", ""), on=date(2025, 6, 30))
        assert "uncertain" in said(accords.track(coarse, "abraham", date(2025, 6, 30)))

    def test_a_process_not_asked_about_is_named_so(self) -> None:
        assert said(accords.track(tracks(KAZ, process="arm-aze"), "abraham", DAY)) == (
            "This briefing does not ask about the Abraham Accords."
        )


class TestBoard:
    ROWS = pd.DataFrame(
        [
            ("arm-aze", "election", 1, "Election", "held", True, "It was held", "2025-06-07", False),
            ("arm-aze", "court", 1, "Court", "held", True, "Only a document says so", "2025-06", True),
            ("arm-aze", "vote", 1, "Vote", "promised", False, "Promised", "2025-05-01", False),
            ("arm-aze", "vote", 2, "Vote", "held", True, "Held in that month", "2025-12", False),
        ],
        columns=[
            "process",
            "condition",
            "step",
            "label",
            "state",
            "is_met",
            "title",
            "date",
            "is_document_only",
        ],
    ).assign(
        event=None,
        agreement=None,
        agreement_date=None,
        is_date_unverified=False,
        source="ocmedia-2025-visa",
        note=None,
    )

    def board(self, on: date) -> dict[str, list[str]]:
        dated = stages.dated(self.ROWS, pd.DataFrame({"agreement": []}), pd.DataFrame({"event": []}))
        shown = accords.board(dated, tracks(process="arm-aze"), on)
        return {row[0]: row[2:5] for row in shown.block()["table"]["rows"]}

    def test_the_word_of_a_document_meets_nothing(self) -> None:
        assert self.board(DAY)["Court"] == ["held", "June 2025 ‡", "no"]
        assert self.board(DAY)["Election"] == ["held", "7 June 2025", "yes"]

    def test_what_may_have_happened_is_said_so(self) -> None:
        assert self.board(date(2025, 12, 15))["Vote"] == ["promised, perhaps held since", "1 May 2025", "no"]
        assert self.board(DAY)["Vote"] == ["held", "December 2025", "yes"]


class TestTerms:
    TERMS = pd.DataFrame(
        [
            ("plan", "firm", "TRIPP", "Framework", "plan", 49, None, True),
            ("plan", "extension", "TRIPP", "Framework", "plan", 50, None, True),
        ],
        columns=["term", "part", "route", "reading", "agreement", "years", "start_year", "is_start_assumed"],
    ).assign(claim=None, source="azernews-2026-tripp", note=None)
    AGREEMENTS = pd.DataFrame(
        [("plan", "2026-01-13", "announced", None, None, "transit")],
        columns=["agreement", "date", "status", "in_force", "ended", "kind"],
    )
    PARTIES = pd.DataFrame({"agreement": ["plan"], "party": ["ARM"]})
    CHECK = pd.DataFrame([("c", "term", "Term", "plan", None, "plan", None)],
                         columns=["claim", "kind", "label", "term", "event", "agreement", "answer"])  # fmt: skip
    NONE = pd.DataFrame({"event": [], "agreement": [], "held_share": []})

    def known(self, on: date) -> pd.DataFrame:
        return accords.known(self.TERMS, self.AGREEMENTS, self.PARTIES, on)

    def test_a_text_not_yet_there_has_no_term(self) -> None:
        assert self.known(DAY).empty
        assert said(accords.concessions(self.known(DAY), tracks(process="arm-aze"), "arm-aze", DAY)) == (
            "On 31 December 2025, the tables hold no long concession."
        )

    def test_both_ends_are_told(self) -> None:
        later = date(2026, 2, 1)
        assert self.known(later)["end_year"].tolist() == [2075, 2125]
        assert said(accords.ends(self.known(later), tracks(process="arm-aze"), "arm-aze")) == (
            "TRIPP: the framework gives 49 years, to 2075; a further 50 years that the framework allows, to 2125. Counted"
            " from 2026: no source gives a first day."
        )

    @pytest.mark.parametrize(
        ("stated", "result"), [("49", "agrees"), ("99", "only with the extension"), ("75", "differs")]
    )
    def test_a_stated_term_is_set_against_both_readings(self, stated: str, result: str) -> None:
        claims = pd.DataFrame(
            [("c", stated, "years", "doc-004b")], columns=["claim", "stated_value", "unit", "source"]
        )
        found = accords.checked(
            self.CHECK, self.known(date(2026, 2, 1)), claims, self.NONE, self.NONE, date(2026, 2, 1)
        )
        assert found["result"].tolist() == [result]


class TestDocuments:
    CLAIMS = pd.DataFrame(
        [("c1", "doc-002", "2025-11-06"), ("c2", "doc-004c", "2025-11-07"), ("c3", "doc-002", "Friday")],
        columns=["claim", "source", "stated_value"],
    )

    def test_documents_that_read_alike_agree(self) -> None:
        held = pd.DataFrame([("a", "2025-11-06", "Joining", "announced", "unn-2025-kaz", "normalisation", False, False)],
                            columns=["agreement", "date", "title", "status", "source", "kind", "is_date_unverified", "is_document_only"])  # fmt: skip
        parties = pd.DataFrame({"agreement": ["a"], "party": ["KAZ"]})
        for reading, result in (("signed", "contradict"), ("announced", "agree")):
            matters = pd.DataFrame([("m", "c1", "abraham", "Its place", "announced", "a"), ("m", "c2", "abraham", "Its place", reading, "a")],
                                   columns=["matter", "claim", "process", "label", "reading", "agreement"])  # fmt: skip
            found = accords.shared(matters, self.CLAIMS, held, parties, tracks(KAZ), DAY, is_all=False)
            assert found["result"].tolist() == [result]
            assert found["found"].tolist() == ["Joining: announced, 6 November 2025"]
        assert accords.shared(
            matters, self.CLAIMS.iloc[:1], held, parties, tracks(KAZ), DAY, is_all=False
        ).empty

    def test_a_wrong_day_and_a_wrong_weekday_differ(self) -> None:
        checks = pd.DataFrame(
            [("c2", "abraham", "date", "Day", "e"), ("c3", "abraham", "weekday", "Weekday", "e")],
            columns=["claim", "process", "kind", "label", "event"],
        ).assign(agreement=None, agreement_date=None, other=None)
        events = pd.DataFrame(
            [("e", "2025-11-06", "held", "unn-2025-kaz")], columns=["event", "date", "status", "source"]
        )
        dated = stages.dated(checks, pd.DataFrame({"agreement": []}), events)
        found = accords.days_checked(dated, events, self.CLAIMS, tracks(KAZ), DAY)
        assert found["result"].tolist() == ["differs", "differs"]
        assert said(accords.calendar_said(found, DAY)).startswith(
            "Stated days, weekdays and orders that agree with the tables: 0 of 2"
        )
        assert accords.days_checked(dated, events, self.CLAIMS, tracks(KAZ), date(2025, 11, 5)).empty


def test_one_day_is_one_day() -> None:
    assert naming.day_count(stages.days_since(days("2025-12-30"), DAY)) == "1 day"
    assert naming.day_count(stages.days_since(days("2025-12"), DAY)) == "0–30 days"
