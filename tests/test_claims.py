"""The claims of the source documents: every one has a verdict that its rows carry, and that falls with them."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest

from analysis import claims, review, tables
from analysis.errors import UsageError
from analysis.exhibits import wording
from analysis.exhibits.review import told
from analysis.measures.claim_terms import UNITS
from analysis.measures.evidence import Evidence

MAIN = {
    "agreements",
    "events",
    "blocs",
    "memberships",
    "corridors",
    "macro",
    "targets",
    "trade",
    "statements",
}


@cache
def material() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return tables.read("claims"), tables.read("claim_tests"), tables.read("claim_kinds")


@cache
def frames() -> dict[str, pd.DataFrame]:
    return {name: tables.read(name) for name in claims.tables_of(material()[1])}


def evidence(changed: dict[str, pd.DataFrame] | None = None) -> Evidence:
    keys = {name: tables.primary_key(name) for name in frames()}
    return Evidence({**frames(), **(changed or {})}, keys, tables.cutoff(), tables.cutoff())


@cache
def verdicts() -> dict[str, claims.Checked]:
    return {each.claim: each for each in claims.check(*material(), evidence())}


def again(ident: str, changed: dict[str, pd.DataFrame]) -> claims.Checked:
    """One claim, checked against changed tables."""
    asked, tests, kinds = material()
    (one,) = claims.check(
        asked[asked["claim"] == ident], tests[tests["claim"] == ident], kinds, evidence(changed)
    )
    return one


DECIDED = sorted(ident for ident, each in verdicts().items() if each.is_decided)


# --- all of them -------------------------------------------------------------------------------------------------------


def test_every_claim_has_a_verdict_and_most_are_decided() -> None:
    assert len(verdicts()) == len(material()[0]) == 123
    assert len(DECIDED) >= 85


def test_a_decided_claim_names_its_rows_and_sources_and_an_open_one_its_reason() -> None:
    for each in verdicts().values():
        if each.is_decided:
            assert each.rows and each.sources, each.claim
            assert told.found(each) != wording.DASH
        else:
            assert told.reason(each), each.claim


def test_the_rows_named_exist_and_none_rests_on_the_document_alone() -> None:
    for each in verdicts().values():
        for part in each.parts:
            for reading in part.readings:
                assert {row.partition(":")[0] for row in reading.rows} <= set(frames()), each.claim
                assert not set(reading.sources) <= {each.source} or not reading.sources, each.claim


def test_the_first_verdict_is_never_read() -> None:
    asked, tests, kinds = material()
    blind = claims.check(
        asked.drop(columns=["first_verdict", "evidence", "is_loose"]), tests, kinds, evidence()
    )
    assert [each.verdict for each in blind] == [each.verdict for each in verdicts().values()]


def test_each_difference_from_the_first_verdict_is_explained_and_nothing_else_is() -> None:
    explained = tables.read("claim_differences")
    frame = claims.compare(verdicts().values(), material()[0], explained)
    assert frame["explanation"].notna().all()
    assert set(frame["claim"]) == set(explained["claim"])


@pytest.mark.parametrize(
    ("ident", "verdict"),
    [
        ("c000-06", "contradicted"),  # allies by treaty since 2003
        ("c001-04", "partly-supported"),  # the treaty is of 2022, the alliance was declared in 2021
        ("c001-06", "contradicted"),  # 4.1 bn fits no full-year series of 2023
        ("c001-07", "supported"),  # 2.36 times in the Uzbek books
        ("c004a-07", "contradicted"),  # suspended, not withdrawn
        ("c004a-14", "contradicted"),  # 21 and 22 December
        ("c004a-20", "supported"),
        ("c004a-21", "contradicted"),  # CACO had four Central Asian members
        ("c004b-07", "supported"),  # 25 miles against 42 km
        ("c004c-02", "partly-supported"),  # external debt and liabilities, not government debt
        ("c004c-10", "contradicted"),  # announced, not signed
        ("c004d-09", "unverifiable"),  # nothing but the document
        ("c004d-16", "unverifiable"),
    ],
)
def test_known_verdicts(ident: str, verdict: str) -> None:
    assert verdicts()[ident].verdict == verdict


def test_a_part_of_the_year_is_told_as_fact_only_where_a_row_is_there() -> None:
    now = verdicts()["c001-06"]
    assert "it is the figure of Kazakhstan for the part of 2023 until 30 November 2023" in told.reason(now)
    rows = frames()["trade"]
    whole = rows[~((rows["year"] == 2023) & rows["is_partial_year"])]
    found = again("c001-06", {"trade": whole})
    assert found.verdict == now.verdict == "contradicted", "a part of a year is no year"
    assert "would fit 11 months of the year, of which no row is published" in told.reason(found)


# --- mutations ---------------------------------------------------------------------------------------------------------


def without(rows: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """The tables without the rows named."""
    changed = {}
    for name in {row.partition(":")[0] for row in rows}:
        frame = frames()[name]
        gone = {row for row in rows if row.startswith(f"{name}:")}
        ids = [ident(name, row) for row in frame.to_dict("records")]
        assert gone <= set(ids), gone - set(ids)
        changed[name] = frame[[each not in gone for each in ids]]
    return changed


def ident(name: str, row: dict[str, Any]) -> str:
    parts = [row[column] for column in tables.primary_key(name)]
    return f"{name}:" + "/".join("" if pd.isna(part) else str(part) for part in parts)


@pytest.mark.parametrize("claim", DECIDED)
def test_without_its_rows_a_claim_is_unverifiable(claim: str) -> None:
    assert again(claim, without(verdicts()[claim].rows)).verdict == "unverifiable"


def moved(question: claims.Question, reading: claims.Reading, fits: bool) -> dict[str, pd.DataFrame]:
    """The tables with the value behind one reading moved to where it fits (or does not)."""
    changed: dict[str, pd.DataFrame] = {}
    for row in reading.rows:
        name = row.partition(":")[0]
        frame = changed.get(name, frames()[name]).copy()
        place = [ident(name, each) for each in frame.to_dict("records")].index(row)
        column, value = _moved(question, reading, name, frame.iloc[place], fits)
        frame[column] = frame[column].astype(object)
        frame.iloc[place, frame.columns.get_loc(column)] = value
        changed[name] = frame
    return changed


def _moved(question, reading, name, row, fits) -> tuple[str, Any]:
    far = {"trade": "value_usd", "macro": "value"}
    if question.kind == "turnover":
        return "value_usd", row["value_usd"] * 3
    if question.kind == "number":
        column = question.column or far.get(name, "value")
        shift = question.number * (1 if fits else 2 if question.bound == "eq" else 0.5)
        return column, shift + (1 if fits and question.bound == "gt" else 0)
    if question.kind == "standing":
        return "status", "guest"
    if question.kind in ("date", "days", "weekday", "interval", "order"):
        column = question.column if question.column in row else "date"
        return column, "1990-12-09"
    if question.kind == "text":
        return question.column or "title", question.stated if fits else "elsewhere"
    if question.kind == "state":
        column = "status"
        return column, question.stated.split(",")[
            0
        ] if fits else "proposed" if question.stated != "proposed" else "signed"
    raise KeyError(question.kind)


AWAY = {"interval", "order", "standing"}
"""Kinds whose value is moved away only: both ends of an interval go to one day, a standing becomes another."""
MOVABLE = {"turnover", "number", "date", "days", "weekday", "text", "state", *AWAY}


@pytest.mark.parametrize("claim", DECIDED)
def test_a_value_moved_beyond_tolerance_flips_the_verdict(claim: str) -> None:
    """Each part that a single value decides: moved away it no longer holds, moved to what is stated it does."""
    parts = [part for part in verdicts()[claim].parts if part.question.kind in MOVABLE and part.readings]
    if not parts:
        return  # decided by the existence or the members of rows: see the other mutations
    for number, part in ((p.question.part, p) for p in parts):
        holds = part.verdict == "supported"
        rows = {row for each in part.readings if each.fits is holds or not holds for row in each.rows}
        changed: dict[str, pd.DataFrame] = {}
        for each in part.readings:
            if set(each.rows) & rows:
                changed = {**changed, **_merged(changed, moved(part.question, each, not holds))}
        if part.question.kind == "turnover" and not holds:
            continue  # several rows make one turnover: see test_a_turnover_that_fits_is_supported
        if part.question.kind in AWAY and not holds:
            continue
        now = next(p for p in again(claim, changed).parts if p.question.part == number)
        assert now.verdict != part.verdict, f"{claim} part {number}: still {now.verdict}"


def _merged(old: dict[str, pd.DataFrame], new: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Changes of several readings in one table, one on top of the other."""
    merged = {}
    for name, frame in new.items():
        base = frames()[name]
        if name not in old:
            merged[name] = frame
            continue
        kept = old[name].astype(object).copy()
        differs = frame.astype(str).ne(base.astype(str))
        merged[name] = kept.mask(differs, frame.astype(object))
    return merged


def test_a_member_more_or_less_flips_a_claim_about_members() -> None:
    rows = frames()["memberships"]
    more = (
        rows[rows["bloc"] == "eaeu"]
        .iloc[:1]
        .assign(country="TJK", status="member", start="2015-01-01", end=None)
    )
    assert again("c004a-13", {"memberships": pd.concat([rows, more])}).verdict == "contradicted"
    assert again("c004a-09", {"memberships": pd.concat([rows, more])}).verdict == "contradicted"
    assert (
        again(
            "c004a-09", {"memberships": rows[~((rows["bloc"] == "eaeu") & (rows["country"] == "KGZ"))]}
        ).verdict
        == "contradicted"
    )


def test_a_turnover_that_fits_is_supported() -> None:
    rows = frames()["trade"].copy()
    late = (rows["reporter"] == "UZB") & (rows["partner"] == "KAZ") & (rows["year"] == 2023)
    rows.loc[late, "value_usd"] *= 4.1 / 4.486
    assert again("c001-06", {"trade": rows}).verdict == "supported"


def test_a_doubling_that_is_none_is_contradicted() -> None:
    rows = frames()["trade"].copy()
    late = (rows["reporter"] == "UZB") & (rows["partner"] == "KAZ") & (rows["year"] == 2023)
    rows.loc[late, "value_usd"] *= 0.8
    assert again("c001-07", {"trade": rows}).verdict == "contradicted"


# --- a user's own ------------------------------------------------------------------------------------------------------


def own(tmp_path, text: str) -> Any:
    file = tmp_path / "own.yml"
    file.write_text(text, encoding="utf-8")
    given = review.asked(str(file), [], tables.cutoff())
    return claims.check(
        given.claims, given.tests, material()[2], review.evidence(given, tables.cutoff(), tables.cutoff())
    )


def test_the_example_is_checked_as_told(tmp_path) -> None:
    text = (tables.root() / "reports/examples/article.yml").read_text(encoding="utf-8")
    found = {each.claim: each for each in own(tmp_path, text)}
    assert {ident: each.verdict for ident, each in found.items()} == {
        "trade-doubled": "supported",
        "trade-level": "contradicted",
        "trade-growth": "contradicted",
        "parts": "contradicted",
        "members": "contradicted",
        "alliance": "supported",
        "accords": "contradicted",
        "target": "unverifiable",
    }
    assert "change over the later value" in told.reason(found["trade-growth"])
    assert "do not" not in told.found(found["parts"]) and "growth of the turnover" in told.found(
        found["parts"]
    )


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        ("{kind: dat, query: 'events?bloc=ots', stated: '2011'}", "there is no kind of test 'dat' (did you mean 'date'?)"),
        ("{kind: date, query: 'event?bloc=ots', stated: '2011'}", "a query names the table 'event', which there is not (did you mean 'events'?)"),
        ("{kind: date, query: 'events?blok=ots', stated: '2011'}", "names the column 'blok', which events has not (did you mean 'bloc'?)"),
        ("{kind: date, query: 'events?bloc=otss', stated: '2011'}", "no row of events has the bloc 'otss' (did you mean 'ots'?)"),
        ("{kind: date, query: 'agreements?party=KZA', stated: '2011'}", "no row of agreements has the party 'KZA'"),
        ("{kind: number, query: 'corridors?corridor=tripp', column: length_km, stated: '25', unit: leagues}", "is no number with a unit"),
        ("{kind: date, query: 'events?bloc=ots', stated: '2011', bound: about}", "the bound 'about' is none"),
        ("{kind: number, query: 'corridors?corridor=tripp', column: length_km, stated: '25', unit: km, tolerance: '0.5'}", "tolerance of its own but no reason"),
        ("{kind: turnover, query: 'trade?reporter=UZB', stated: '4'}", "does not name reporter, partner and year"),
        ("{kind: date, query: 'events?bloc=ots', stated: 'soon'}", "'soon' is not a date"),
        ("{kind: days, query: 'events?bloc=ots', stated: 'soon, later'}", "'soon' is not a date"),
        ("{kind: weekday, query: 'events?bloc=ots', stated: thursday}", "'thursday' is no weekday (did you mean 'Thursday'?)"),
        ("{kind: order, query: 'events?bloc=ots', other: 'calendar?day=2020', stated: earlier}", "'earlier' is no order; choose before, after or same"),
        ("{kind: order, query: 'events?bloc=ots', other: 'calendar?', stated: before}", "'calendar?' names no day"),
        ("{kind: interval, query: 'events?bloc=ots', other: 'calendar?day=2020', stated: ten}", "'ten' is no number"),
        ("{kind: interval, query: 'events?bloc=ots', other: 'calendar?day=2020', stated: '3', unit: km}", "which a test of interval cannot read"),
        ("{kind: number, query: 'events?bloc=ots', column: title, stated: '3'}", "the column 'title' of events holds no numbers"),
        ("{kind: number, query: 'corridors?corridor=tripp', column: length_km, stated: nan, unit: km}", "'nan' is no number"),
        ("{kind: number, query: 'corridors?corridor=tripp', column: length_km, stated: '25'}", "has no unit, which a test of length_km cannot read; choose km or miles"),
        ("{kind: number, query: 'corridors?corridor=tripp', column: length_km, stated: '25', unit: km, bound: contains}", "reads no bound 'contains'"),
        ("{kind: number, query: 'corridors?corridor=tripp', column: length_km, stated: '25', unit: km, tolerance: inf, tolerance_reason: r}", "the tolerance inf is none"),
        ("{kind: date, query: 'events?bloc=ots', stated: '2011', bound: gt}", "a test of the kind date reads no bound 'gt'; choose eq"),
        ("{kind: text, query: 'events?bloc=ots', column: place, bound: contains}", "has nothing stated"),
        ("{kind: components, stated: 'nan 1; 1 1; 1 1'}", "'nan' is no number"),
        ("{kind: members, query: 'events?bloc=eaeu', stated: '5'}", "reads memberships, not events"),
        ("{kind: members, query: 'memberships?bloc=eaeu&country.not=RUS', stated: '4'}", "does not read country.not"),
        ("{kind: members, query: 'memberships?bloc=eaeu', stated: KAZ+RUSS}", "no row of memberships has the country 'RUSS' (did you mean 'RUS'?)"),
        ("{kind: members, query: 'memberships?bloc=eaeu', stated: '5', on: 1990-12-31}", "on 1990-12-31 is before 1991-01-01, where the data begin"),
        ("{kind: standing, query: 'memberships?bloc=eaeu', stated: member}", "does not name bloc and country"),
        ("{kind: standing, query: 'memberships?bloc=eaeu&country=KAZ', stated: membre}", "can have the status 'membre' (did you mean 'member'?)"),
        ("{kind: state, query: 'agreements?kind=alliance', stated: anounced}", "no row of agreements can have the status 'anounced' (did you mean 'announced'?)"),
        ("{kind: turnover, query: 'trade?reporter=UZB&partner=KAZ&year=2023', stated: '4.5'}", "has no unit, which a test of turnover cannot read"),
        ("{kind: ratio, query: 'trade?reporter=UZB&partner=KAZ&year.from=2023&year.to=2016', stated: '2'}", "does not run forwards"),
    ],
)  # fmt: skip
def test_a_file_with_errors_is_refused_in_a_sentence(tmp_path, test: str, sentence: str) -> None:
    with pytest.raises(Exception) as refused:
        own(tmp_path, f"title: T\nclaims:\n  - text: A sentence\n    tests:\n      - {test}\n")
    assert isinstance(refused.value, UsageError) or hasattr(refused.value, "problems")
    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems


def test_the_tests_of_the_documents_state_what_a_row_can_have() -> None:
    assert review.strange_states(material()[1]) == []


def verdict_of(tmp_path, test: str) -> claims.Checked:
    (one,) = own(tmp_path, f"title: T\nclaims:\n  - text: A sentence\n    tests:\n      - {test}\n")
    return one


@pytest.mark.parametrize(
    ("test", "verdict"),
    [
        ("{kind: state, query: 'agreements?kind=normalisation&party=KAZ&party=ISR', stated: 'signed, announced'}", "supported"),
        ("{kind: members, query: 'memberships?bloc=eaeu', stated: 'ARM, BLR, KAZ, KGZ, RUS'}", "supported"),
        ("{kind: existence, query: 'macro?country=PAK&value.from=1e30'}", "unverifiable"),
        ("{kind: existence, query: 'macro?country=PAK&value.to=1e30'}", "supported"),
        ("{kind: standing, query: 'memberships?bloc=csto&country=UZB', stated: withdrawn, on: '2016'}", "supported"),
        ("{kind: standing, query: 'memberships?bloc=csto&country=UZB', stated: member, on: '2016'}", "contradicted"),
        # suspended until the bloc itself ended, and a member to the end: neither withdrew
        ("{kind: standing, query: 'memberships?bloc=eurasec&country=UZB', stated: withdrawn, on: '2016'}", "unverifiable"),
        ("{kind: standing, query: 'memberships?bloc=eurasec&country=KAZ', stated: withdrawn, on: '2016'}", "unverifiable"),
    ],
)  # fmt: skip
def test_a_claim_of_ones_own_is_decided_by_the_rows(tmp_path, test: str, verdict: str) -> None:
    assert verdict_of(tmp_path, test).verdict == verdict


@pytest.mark.parametrize(
    "test",
    [
        "{kind: existence, query: 'agreement_fields?agreement=kaz-kgz-2024-doc-pact&field=exercises'}",
        "{kind: existence, query: 'agreements?party=KAZ&party=TUR&kind=defence-cooperation&date.from=2020&date.to=2020'}",
        "{kind: members, query: 'memberships?bloc=c6', stated: '6'}",
        "{kind: standing, query: 'memberships?bloc=c6&country=AZE', stated: participant}",
    ],
)
def test_a_row_of_a_source_document_supports_no_claim_of_anothers(tmp_path, test: str) -> None:
    found = verdict_of(tmp_path, test)
    assert found.verdict == "unverifiable" and not found.rows
    assert told.reason(found) == "Nothing but a source document itself says so."


@pytest.mark.parametrize(
    ("test", "then"),
    [
        ("kind: existence", "supported"),
        ("kind: absence", "contradicted"),
        ("kind: count, stated: '1'", "supported"),
        ("kind: date, stated: '2024'", "supported"),
    ],
)
def test_a_coarse_date_leaves_a_day_inside_it_open(tmp_path, test: str, then: str) -> None:
    """The exercise of 2024 is dated by its year alone: in June of that year it may not have been held yet."""
    file = tmp_path / "own.yml"
    query = "query: 'events?event=birlestik-2024'"
    file.write_text(f"title: T\nclaims:\n  - text: A\n    tests: [{{{test}, {query}}}]\n", encoding="utf-8")
    found = []
    for day in (date(2024, 6, 30), date(2024, 12, 31)):
        given = review.asked(str(file), [], day)
        (one,) = claims.check(given.claims, given.tests, material()[2], review.evidence(given, day, day))
        found.append(one)
    assert [each.verdict for each in found] == ["unverifiable", then]
    assert told.reason(found[0]) == "The dates are too coarse to tell."


def test_a_count_that_an_open_row_cannot_change_is_told() -> None:
    events = frames()["events"]
    held = Evidence({"events": events}, {"events": ["event"]}, date(2024, 6, 30))
    rules = {each["kind"]: each for each in material()[2].to_dict("records")}
    told_ = []
    for stated in ("0.5", "1.5"):
        row = {"claim": "c", "part": 1, "kind": "count", "stated": stated, "bound": "ge"}
        row["query"] = "events?event=birlestik-2024,ots-10"
        (question,) = claims.questions([row])["c"]
        told_.append(claims.check_one({"claim": "c", "text": "T"}, [question], rules, held).verdict)
    assert told_ == ["supported", "unverifiable"]


def test_a_row_with_a_second_voucher_supports(tmp_path) -> None:
    """The same members of the label, once a source other than the documents vouches for them."""
    held = frames()["memberships"]
    label = held["bloc"] == "c6"
    vouched = held.assign(source=held["source"].mask(label, "wiki-csto-2006"))
    row = {"claim": "c", "part": 1, "kind": "members", "query": "memberships?bloc=c6", "stated": "6"}
    (question,) = claims.questions([row])["c"]
    rules = {each["kind"]: each for each in material()[2].to_dict("records")}
    claim = {"claim": "c", "source": "doc-004a", "text": "The Six"}
    assert claims.check_one(claim, [question], rules, evidence()).verdict == "unverifiable"
    now = claims.check_one(claim, [question], rules, evidence({"memberships": vouched}))
    assert now.verdict == "supported"


def test_all_faults_of_a_file_are_told_at_once(tmp_path) -> None:
    with pytest.raises(UsageError) as refused:
        own(tmp_path, "subtitel: T\nclaims:\n  - tests: []\n  - text: A\n    tests: [{query: 'x?y=z'}]\n")
    told_ = "\n".join(refused.value.problems)
    for part in (
        "unknown key 'subtitel' (did you mean 'subtitle'?)",
        "has no title",
        "has no text",
        "has no tests",
        "names no kind",
    ):
        assert part in told_


# --- the command -------------------------------------------------------------------------------------------------------


def test_the_command_prints_json_as_promised(command) -> None:
    ended = command("claims", "--document", "004b", "--json", root=tables.root())
    told_ = json.loads(ended.out)["claims"]
    assert ended.code == 0 and len(told_) == 16
    assert set(told_[0]) == {"claim_id", "verdict", "stated", "recomputed", "rows", "sources", "reason"}
    assert next(each for each in told_ if each["claim_id"] == "c004b-07")["rows"] == ["corridors:tripp"]


def test_the_units_of_a_claim_are_those_that_a_table_of_tests_may_name() -> None:
    declared = next(field for field in tables.describe("claim_tests").columns if field.name == "unit")
    assert set(declared.constraints["enum"]) == {unit for unit in UNITS if unit}


def test_the_review_lists_documents_that_contradict_each_other(tmp_path) -> None:
    given = review.asked("", [], tables.cutoff())
    matters = review.between(given)
    (row,) = matters[matters["result"] == "contradict"].to_dict("records")
    assert row["documents"] == ("doc-002", "doc-004c") and ": announced, " in row["found"]
    assert review.contradictions(matters, given).id == "contradictions"
    alone = review.asked("", ["doc-002"], tables.cutoff())
    assert review.between(alone).empty, "one document contradicts nobody"
    assert review.apart(review.between(alone), alone).text.startswith("On no matter")
    file = tmp_path / "own.yml"
    file.write_text("title: T\nclaims:\n  - text: A\n    tests: [{kind: forecast}]\n", encoding="utf-8")
    own_ = review.asked(str(file), [], tables.cutoff())
    assert "of one text" in review.apart(review.between(own_), own_).text
