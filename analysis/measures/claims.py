"""Claims: each sentence of a document held against the tables, with a verdict and the rows it rests on.

A claim is a row, and so is each test of it: `claim_tests` names a kind, a query (see `evidence`), what is stated and
a bound; `claim_kinds` says how each kind decides and how far a number may be off. Verdicts:

    supported           the tables say what is stated
    partly-supported    one reading or one part of it holds and another does not, or cannot be told; it says which
    contradicted        a row that can tell says something else
    unverifiable        no row can tell, or the claim is a forecast or a judgement; it says why

A row for which only the document itself vouches, or another whose claims are under review, never supports it.
`first_verdict` of the claims is never read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pandas as pd

from analysis.errors import BriefingError, UsageError, did_you_mean

from . import claim_figures, claim_form, claim_rows
from .claim_terms import UNITS, Question, Reading
from .dates import days, is_blank
from .evidence import FURTHER, LINKS, Evidence, Row, parse
from .releases import known

__all__ = [
    "VERDICTS",
    "Checked",
    "Evidence",
    "Part",
    "Question",
    "Reading",
    "check",
    "check_one",
    "compare",
    "hold_words",
    "made_by",
    "questions",
    "tables_of",
]

SUPPORTED, PARTLY, CONTRADICTED, UNVERIFIABLE = VERDICTS = (
    "supported",
    "partly-supported",
    "contradicted",
    "unverifiable",
)
BOUNDS = ("eq", "gt", "ge", "lt", "le", "contains")

Kind = Callable[[Question, Evidence, Sequence[Row], float], list[Reading]]

KINDS: dict[str, Kind] = {
    "absence": claim_rows.of_absence,
    "count": claim_rows.of_counts,
    "date": claim_rows.of_dates,
    "days": claim_rows.of_days,
    "existence": claim_rows.of_existence,
    "interval": claim_rows.of_intervals,
    "number": claim_rows.of_numbers,
    "order": claim_rows.of_orders,
    "state": claim_rows.of_states,
    "text": claim_rows.of_texts,
    "weekday": claim_rows.of_weekdays,
    "components": claim_figures.of_components,
    "members": claim_figures.of_members,
    "percentage": claim_figures.of_percentages,
    "ratio": claim_figures.of_ratios,
    "standing": claim_figures.of_standings,
    "turnover": claim_figures.of_turnovers,
}
"""The kinds of test that can decide; a kind of data/claim_kinds.csv that is not here is never decided."""

BEHIND = {
    "trade": ("trade", "sources", "bases", "macro"),
    "memberships": ("memberships", "status_meanings"),
    "agreements": ("agreements", "agreement_parties"),
}
"""What else is read where a query names a table."""


@dataclass(frozen=True)
class Part:
    """One test of a claim: its verdict, the readings that decided, and why there is none where there is none."""

    question: Question
    verdict: str
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    tolerance: float | None = None

    @property
    def deciding(self) -> tuple[Reading, ...]:
        """The readings that bear the verdict out, or all of them where they differ."""
        wanted = {SUPPORTED: True, CONTRADICTED: False}.get(self.verdict)
        return tuple(each for each in self.readings if wanted is None or each.fits is wanted)


@dataclass(frozen=True)
class Checked:
    """A claim with its verdict; `stated` is what it says in its own words, `rows` and `sources` what decided."""

    claim: str
    source: str
    text: str
    stated: str
    verdict: str
    parts: tuple[Part, ...]
    on: date | None = None
    """The day as of which it was checked."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The ids of every row that was read for it."""
        return tuple(dict.fromkeys(row for part in self.parts for each in part.readings for row in each.rows))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of those rows."""
        return tuple(
            dict.fromkeys(source for part in self.parts for each in part.readings for source in each.sources)
        )

    @property
    def is_decided(self) -> bool:
        """Whether the tables could tell."""
        return self.verdict != UNVERIFIABLE


def questions(tests: pd.DataFrame | Iterable[Mapping[str, Any]]) -> dict[str, list[Question]]:
    """The tests of each claim in order, from the rows of claim_tests or the like.

    Raises UsageError for a bound that is none, and for a tolerance of its own without a reason.

    >>> rows = [{"claim": "c1", "part": 1, "kind": "date", "query": "events?bloc=x", "stated": "2011"}]
    >>> questions(rows)["c1"][0].stated
    '2011'
    """
    rows = tests.to_dict("records") if isinstance(tests, pd.DataFrame) else list(tests)
    names = [each.name for each in fields(Question)]
    found: dict[str, list[Question]] = {}
    problems = []
    for row in rows:
        given = {name: row[name] for name in names if name in row and not is_blank(row[name])}
        given = {
            name: value if name in ("part", "tolerance") else str(value) for name, value in given.items()
        }
        question = Question(**given)
        if question.bound not in BOUNDS:
            near = did_you_mean(question.bound, BOUNDS) or f"; choose one of {', '.join(BOUNDS)}"
            problems.append(f"claim {question.claim}: the bound '{question.bound}' is none{near}")
        if question.tolerance is not None and not question.tolerance_reason:
            problems.append(
                f"claim {question.claim}: has a tolerance of its own but no reason; write tolerance_reason"
            )
        found.setdefault(question.claim, []).append(question)
    if problems:
        raise UsageError(*problems)
    return {claim: sorted(each, key=lambda one: one.part) for claim, each in found.items()}


def tables_of(tests: pd.DataFrame) -> list[str]:
    """The names of the tables that these tests look into, sorted.

    >>> tables_of(pd.DataFrame({"query": ["events?bloc=ots", ""], "other": ["", "agreements?kind=alliance"]}))
    ['agreement_parties', 'agreements', 'event_actors', 'events', 'further_sources']
    """
    queries = [
        query
        for column in ("query", "other")
        for query in tests[column]
        if not is_blank(query) and not query.startswith("calendar?")
    ]
    names = {FURTHER}
    for query in queries:
        name, conditions = parse(query)
        names |= {name, *BEHIND.get(name, ())}
        linked = {LINKS[name][column] for column, _, _ in conditions if column in LINKS.get(name, {})}
        names |= linked | ({"event_actors"} if name == "events" else set())
    return sorted(names)


def hold_words(tests: pd.DataFrame, evidence: Evidence) -> None:
    """Nothing if every value that a query wants equality with stands somewhere in its column; else UsageError.

    A code that was mistyped finds no row, and "no row" would then look like an answer.
    """
    problems = [
        f"claim {row['claim']}: {problem}"
        for row in tests.to_dict("records")
        for column in ("query", "other")
        if not is_blank(row[column]) and not str(row[column]).startswith("calendar?")
        for problem in evidence.strangers(str(row[column]))
    ]
    if problems:
        raise UsageError(*problems)


def made_by(claims: pd.DataFrame, sources: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The claims whose document was out by a day; an undated document counts from the day it was read."""
    return known(claims, sources, as_of)


def check(
    claims: pd.DataFrame, tests: pd.DataFrame, kinds: pd.DataFrame, evidence: Evidence
) -> list[Checked]:
    """Every claim of the frame with its verdict, in its order.

    `claims` has claim, source, text, stated_value and unit; `tests` and `kinds` are the tables claim_tests and
    claim_kinds. Columns that it does not name, `first_verdict` among them, are not read. Raises UsageError, all
    faults at once, for a test that does not fit the tables.
    """
    asked = questions(tests)
    rules = {row["kind"]: row for row in kinds.to_dict("records")}
    found, problems = [], []
    for row in claims[["claim", "source", "text", "stated_value", "unit"]].to_dict("records"):
        try:
            found.append(check_one(row, asked.get(row["claim"], []), rules, evidence))
        except BriefingError as error:
            problems += [
                each if each.startswith("claim ") else f"claim {row['claim']}: {each}"
                for each in error.problems
            ]
    if problems:
        raise UsageError(*problems)
    return found


def check_one(
    claim: Mapping[str, Any],
    asked: Sequence[Question],
    rules: Mapping[str, Mapping[str, Any]],
    evidence: Evidence,
) -> Checked:
    """One claim with its verdict: that of its only part, or of its parts together.

    Parts that all hold make it supported and parts that are all refuted contradicted; a mixture is partly supported
    if any part holds, contradicted if one is refuted and none holds.
    """
    document = None if is_blank(claim.get("source")) else str(claim["source"])
    apart = evidence.apart_from(document)
    parts = tuple(_part(question, document, rules, apart) for question in asked)
    stated = "" if is_blank(claim.get("stated_value")) else str(claim["stated_value"])
    if str(claim.get("unit")) in UNITS:
        stated = f"{stated} {claim['unit']}"
    return Checked(
        str(claim["claim"]),
        document or "",
        str(claim["text"]),
        stated,
        together([part.verdict for part in parts]),
        parts,
        evidence.as_of,
    )


def together(verdicts: Sequence[str]) -> str:
    """The verdict of a claim from those of its parts; a claim without parts is unverifiable.

    >>> together(["supported", "contradicted"]), together(["contradicted", "unverifiable"]), together([])
    ('partly-supported', 'contradicted', 'unverifiable')
    """
    seen = set(verdicts)
    if len(seen) == 1:
        return seen.pop()
    if seen & {SUPPORTED, PARTLY}:
        return PARTLY
    return CONTRADICTED if CONTRADICTED in seen else UNVERIFIABLE


def compare(checked: Iterable[Checked], claims: pd.DataFrame, explained: pd.DataFrame) -> pd.DataFrame:
    """Where the verdict differs from the first one by hand: claim, text, first_verdict, verdict, explanation.

    Claims without a first verdict are left out. This comparison, not the check, is what reads `first_verdict`.
    """
    first = dict(zip(claims["claim"], claims["first_verdict"], strict=True))
    why = dict(zip(explained["claim"], explained["explanation"], strict=True))
    rows = [
        (each.claim, each.text, first[each.claim], each.verdict, why.get(each.claim))
        for each in checked
        if not is_blank(first.get(each.claim)) and first[each.claim] != each.verdict
    ]
    return pd.DataFrame(rows, columns=["claim", "text", "first_verdict", "verdict", "explanation"])


# --- inside ------------------------------------------------------------------------------------------------------------


def _part(
    question: Question, document: str | None, rules: Mapping[str, Mapping[str, Any]], evidence: Evidence
) -> Part:
    if question.kind not in rules:
        near = did_you_mean(question.kind, rules) or f"; choose one of {', '.join(rules)}"
        raise UsageError(f"claim {question.claim}: there is no kind of test '{question.kind}'{near}")
    rule = rules[question.kind]
    if question.kind not in KINDS:
        said = question.why or str(rule["rule"])
        return Part(question, UNVERIFIABLE, reason=said.rstrip("."))
    claim_form.hold(question)
    if question.on and days(question.on).first > evidence.as_of:
        return Part(question, UNVERIFIABLE, reason="it speaks of a day that has not come yet")
    tolerance = question.tolerance
    if tolerance is None:
        tolerance = 0.0 if is_blank(rule["tolerance"]) else float(rule["tolerance"])
    rows, only_document = _rows(question, evidence)
    found = KINDS[question.kind](question, evidence, rows, tolerance)
    kept = [each for each in found if not evidence.is_documents_own(each.sources)]
    if not kept:
        return Part(question, UNVERIFIABLE, reason=_nothing(question, document, only_document or bool(found)))
    verdict = _verdict([each.fits for each in kept], str(rule["needs"]))
    coarse = question.why.rstrip(".") or "the dates are too coarse to tell"
    reason = coarse if verdict == UNVERIFIABLE else ""
    return Part(question, verdict, tuple(kept), reason, tolerance)


def _rows(question: Question, evidence: Evidence) -> tuple[list[Row], bool]:
    """The rows of the query that may support, and whether some were dropped as the document's own.

    A kind that reads its table through a measure takes no rows from here.
    """
    if question.kind == "components":
        return [], False
    on = days(question.on).last if question.on else None
    found = evidence.select(question.query, on=on)
    kept = [row for row in found if not evidence.is_of_document_only(row)]
    return ([] if question.kind in claim_form.TABLES_OF else kept), len(kept) < len(found)


def _nothing(question: Question, document: str | None, only_document: bool) -> str:
    if question.why:
        return question.why.rstrip(".")
    if only_document:
        return f"nothing but {'a source' if document is None else 'the'} document itself says so"
    return f"no row of {question.query.partition('?')[0]} tells"


def _verdict(fits: Sequence[bool | None], needs: str) -> str:
    """From what each reading says: "any" wants one that fits, "all" every one."""
    if needs == "any":
        return SUPPORTED if True in fits else UNVERIFIABLE if None in fits else CONTRADICTED
    seen = set(fits)
    if seen == {True}:
        return SUPPORTED
    if True in seen:
        return PARTLY
    return CONTRADICTED if False in seen else UNVERIFIABLE
