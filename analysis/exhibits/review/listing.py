"""The claims one by one: what is stated, what the tables say, and the verdict with its reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd

from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.review import told
from analysis.exhibits.template import plural
from analysis.measures.claims import CONTRADICTED, PARTLY, Checked, compare
from analysis.measures.measured import Measured, tally


def all_claims(checked: Sequence[Checked], verdicts: Collection[str]) -> Exhibit:
    """Every claim under review whose verdict is one of `verdicts` (all when none is named)."""
    kept = [each for each in checked if not verdicts or each.verdict in verdicts]
    return _table(
        "all-claims",
        kept,
        title=Finding(
            "all-claims-title",
            "{count:count} {claims} with the verdicts asked for, and what the tables say of each"
            if verdicts
            else "Each of the {count:count} {claims}, what the tables say of it, and the verdict"
            if len(kept) > 1
            else "{count:count} {claims}, what the tables say of it, and the verdict",
            role="title",
            count=counted(kept),
            claims=plural(len(kept), one="claim", other="claims"),
        ),
        absent="There is no claim with such a verdict on this day.",
    )


def off(checked: Sequence[Checked]) -> Exhibit:
    """The claims that are contradicted, or hold in part only."""
    kept = [each for each in checked if each.verdict in (CONTRADICTED, PARTLY)]
    return _table(
        "off",
        sorted(kept, key=lambda each: each.verdict != CONTRADICTED),
        title=Finding(
            "off-title",
            "The tables say otherwise of {count:count} {claims}, wholly or in part",
            role="title",
            count=counted(kept),
            claims=plural(len(kept), one="claim", other="claims"),
        ),
        absent="So there is no list of claims of which the tables say otherwise.",
    )


def rules(kinds: pd.DataFrame, checked: Sequence[Checked]) -> Exhibit:
    """The rule and the tolerance of each kind of test that was used."""
    used = {part.question.kind for each in checked for part in each.parts}
    frame = kinds[kinds["kind"].isin(used)]
    if frame.empty:
        return Exhibit.absent("rules", Finding("rules-absent", "No kind of test was needed on this day."))
    counts = pd.Series([part.question.kind for each in checked for part in each.parts]).value_counts()
    frame = frame.assign(
        allowed=[_allowed(row.tolerance, row.tolerance_unit) for row in frame.itertuples()],
        tests=[int(counts[kind]) for kind in frame["kind"]],
    )
    return Exhibit.table(
        "rules",
        title=Finding(
            "rules-title",
            "{count:count} {kinds} used, {each} with its rule",
            role="title",
            count=_tested(len(frame), "test_kinds", checked),
            kinds=plural(len(frame), one="kind of test was", other="kinds of test were"),
            each=plural(len(frame), one="told", other="each"),
        ),
        subtitle="Tests by kind; the tolerance is the difference allowed",
        table=Table.of(
            frame,
            [
                Column("title", "Kind"),
                Column("rule", "Rule"),
                Column("allowed", "Tolerance"),
                Column("tests", "Tests", "count"),
            ],
        ),
        data=frame[["kind", "title", "rule", "needs", "tolerance", "tolerance_unit", "tests"]],
    )


def used(kinds: pd.DataFrame, checked: Sequence[Checked]) -> Finding:
    """How many tests were made, and that some have a tolerance of their own."""
    questions = [part.question for each in checked for part in each.parts]
    if not questions:
        return Finding("used", "No test was made on this day.")
    own = sum(each.tolerance is not None for each in questions)
    return Finding(
        "used",
        "The claims took {count:count} {tests}"
        + (", {own:count} of them with a tolerance of {their} own." if own else "."),
        exhibit="rules",
        count=_tested(len(questions), "tests_made", checked),
        tests=plural(len(questions), one="test", other="tests"),
        **(
            {"own": _tested(own, "tests_made", checked), "their": plural(own, one="its", other="their")}
            if own
            else {}
        ),
    )


def differing(checked: Sequence[Checked], claims: pd.DataFrame) -> Finding:
    """How many verdicts are other than a first one by hand."""
    if not checked:
        return Finding("differing", "There is no verdict to set beside that of a first reader.")
    if "first_verdict" not in claims.columns:
        return Finding("differing", "These claims have no first verdict by hand.")
    found = compare(checked, claims, pd.DataFrame(columns=["claim", "explanation"]))
    count = len(found)
    if not count:
        return Finding("differing", "Every verdict is that of a first reader, where there was one.")
    return Finding(
        "differing",
        "{count:count} {verdicts} other than that of a first reader, each with its explanation.",
        exhibit="differences",
        count=_differing(found, checked),
        verdicts=plural(count, one="verdict is", other="verdicts are"),
    )


def differences(checked: Sequence[Checked], claims: pd.DataFrame, explained: pd.DataFrame) -> Exhibit:
    """Where the verdict is another than a reader's first one by hand, and why."""
    if "first_verdict" not in claims.columns:
        why = Finding(
            "differences-absent", "There is no first verdict by hand to set these verdicts against."
        )
        return Exhibit.absent("differences", why)
    frame = compare(checked, claims, explained)
    if frame.empty:
        why = Finding("differences-absent", "No verdict differs from a first one by hand.")
        return Exhibit.absent("differences", why)
    shown = frame.assign(
        first=[told.VERDICTS[each] for each in frame["first_verdict"]],
        now=[told.VERDICTS[each] for each in frame["verdict"]],
    )
    return Exhibit.table(
        "differences",
        title=Finding(
            "differences-title",
            "{count:count} {verdicts} from a first one reached by hand",
            role="title",
            count=_differing(frame, checked),
            verdicts=plural(len(frame), one="verdict differs", other="verdicts differ"),
        ),
        subtitle="The verdict computed from the tables beside one reader’s first verdict",
        table=Table.of(
            shown,
            [
                Column("claim", "Claim"),
                Column("text", "Statement"),
                Column("first", "By hand"),
                Column("now", "Computed"),
                Column("explanation", "Why they differ"),
            ],
        ),
        data=frame,
    )


def _differing(found: pd.DataFrame, checked: Sequence[Checked]) -> Measured:
    rows = (f"claim_differences:{each}" for each in found["claim"])
    return tally(rows, "verdicts_differing", on=day(checked))


def _table(ident: str, kept: Sequence[Checked], *, title: Finding, absent: str) -> Exhibit:
    if not kept:
        return Exhibit.absent(ident, Finding(f"{ident}-absent", absent))
    frame = pd.DataFrame(
        [
            (
                each.claim,
                each.text,
                told.stated(each),
                told.found(each),
                told.verdict(each),
                told.reason(each),
            )
            for each in kept
        ],
        columns=["claim", "text", "stated", "found", "verdict", "reason"],
    )
    said = [
        f"{row.verdict.capitalize()}{f'. {row.reason}' if row.reason else ''}" for row in frame.itertuples()
    ]
    columns = [
        Column("claim", "Claim"),
        Column("text", "Statement"),
        Column("stated", "Stated"),
        Column("found", "Found"),
        Column("said", "Verdict"),
    ]
    return Exhibit.table(
        ident,
        title=title,
        subtitle="Claims in our words; a dash where no row tells",
        table=Table.of(frame.assign(said=said), columns),
        data=frame.assign(
            rows=["; ".join(each.rows) for each in kept], sources=["; ".join(each.sources) for each in kept]
        ),
        sources=list(dict.fromkeys(source for each in kept for source in each.sources)),
        methods=["claims_checked"],
    )


def _allowed(tolerance: float, unit: str) -> str:
    from analysis.exhibits import wording

    if tolerance != tolerance or tolerance is None:
        return "none"
    return wording.percent(tolerance) if unit == "share" else wording.duration(tolerance, 1)


def counted(kept: Sequence[Checked]) -> Measured:
    """The number of claims, with what they are: rows of the table of claims, or nothing of ours."""
    rows = tuple(f"claims:{each.claim}" for each in kept)
    return Measured(len(kept), "count", "claims_checked", on=day(kept), rows=rows)


def day(checked: Sequence[Checked]) -> date | None:
    """The day as of which these claims were checked."""
    return next((each.on for each in checked), None)


def _tested(number: int, method: str, checked: Sequence[Checked]) -> Measured:
    """A number of tests or of their kinds, by the tests of these claims."""
    parts = [part.question for each in checked for part in each.parts]
    rows = tuple(f"claim_tests:{each.claim}/{each.part}" for each in parts)
    return Measured(number, "count", method, on=day(checked), rows=rows)
