"""Readings from measures: members and standings on a day, turnovers, ratios and printed percentages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from analysis.errors import UsageError, did_you_mean

from . import blocs, growth
from .claim_form import words
from .claim_terms import UNITS, Question, Reading, compared, trail, within
from .consistency import component_consistency, ratio_matrix, readings
from .dates import days, is_blank, is_true
from .evidence import Evidence, Row, as_of_day, parse
from .indices import deflate, price_index
from .measured import Measured
from .series import ended

WITHDRAWN = "withdrawn"
MONTHS = 12
WITHIN = 0.005
"""How near to n twelfths a figure must lie to be told as one that would fit n months: half a point."""


def of_members(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """The countries with full standing in a bloc on the day (in both blocs, where `other` names a second).

    `query` is memberships?bloc=X, with country=A,B,C to look at these only. `stated` is a number, or codes with "+"
    between them; the bound "contains" wants at least those.
    """
    on = min(as_of_day(question.on), evidence.as_of) if question.on else evidence.as_of
    sides = [_members(evidence, query, on) for query in (question.query, question.other) if query]
    if not all(side.rows for side in sides):
        return []
    found = frozenset.intersection(*(side.certain for side in sides))
    unsure = frozenset().union(*(side.uncertain for side in sides))
    behind = [tuple(dict.fromkeys(each for side in sides for each in part(side))) for part in (_ids, _vouch)]
    text = "+".join(sorted(found))
    stated = frozenset(words(question))
    if question.stated.replace(".", "").isdigit():
        fits = None if unsure else within(question.number, len(found), question.bound, 0.0)
        return [Reading(len(found), "count", fits, *behind, note=text)]
    known = set(evidence.frames["memberships"]["country"])
    if strange := sorted(stated - known):
        near = (
            did_you_mean(strange[0], known) or "; write codes of countries with + between them, or a number"
        )
        raise UsageError(
            f"claim {question.claim}: no row of memberships has the country '{strange[0]}'{near}"
        )
    fits = stated <= found if question.bound == "contains" else stated == found
    return [Reading(text or "none", "countries", None if unsure & stated else fits, *behind)]


def of_standings(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """The standing of a country in a bloc on the day: memberships?bloc=X&country=A, against the statuses stated.

    Where no standing is left but a full one has ended by the day, it is "withdrawn".
    """
    on = min(as_of_day(question.on), evidence.as_of) if question.on else evidence.as_of
    named = {column: value for column, mode, value in parse(question.query)[1] if not mode}
    frame = blocs.standing(
        evidence.vouched("memberships"),
        evidence.frames["status_meanings"],
        blocs=[named.get("bloc", "")],
        on=on,
        countries=[named.get("country", "")],
    )
    begun = _begun(question, evidence, on)
    if frame.empty:
        return _withdrawn(question, evidence, begun, on)
    # whether somebody withdrew is told by the standing that is left and by those that went before
    behind = trail(begun) if WITHDRAWN in words(question) else ((), ())
    return [
        Reading(
            row["status"],
            "text",
            None if row["status"] == blocs.UNCERTAIN else row["status"] in words(question),
            tuple(dict.fromkeys((*row["rows"], *behind[0]))),
            tuple(dict.fromkeys((*row["sources"], *behind[1]))),
        )
        for row in frame.to_dict("records")
    ]


def of_turnovers(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """Every full-year turnover of the pair that either side gives: trade?reporter=A&partner=B&year=N.

    A figure that fits none is also held against rows of a part of the year; where none is published, it is only told
    how many months it would fit. Source: MISSION_MAP 001, partial-year question.
    """
    pair, years = _pair(question)
    found = [
        compared(
            question,
            each["value"],
            "usd",
            tolerance,
            tuple(each["rows"]),
            (each["source"],),
            who=each["reporter"],
            note=_partial(question, evidence, pair, each["value"]),
        )
        for each in _turnovers(evidence, pair, (years[0],))
    ]
    return sorted(found, key=lambda each: (each.who, each.value))


def of_ratios(question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float) -> list[Reading]:
    """The later turnover over the earlier for every like pair of figures: …&year.from=M&year.to=N.

    Only figures of one reporter, office and definition on both ends count. What it is in constant dollars is noted.
    """
    pair, (start, end) = _pair(question)
    trade, sources, bases = _trade(evidence)
    matrix = ratio_matrix(
        trade,
        sources,
        bases,
        reporter=pair[0],
        partner=pair[1],
        start=start,
        end=end,
        known_by=evidence.known_by,
    )
    like = matrix.frame[matrix.frame["is_like"]] if not matrix.frame.empty else matrix.frame
    return [
        compared(
            question,
            float(row["ratio"]),
            "ratio",
            tolerance,
            tuple(row["rows"]),
            tuple(dict.fromkeys((row["source_start"], row["source_end"]))),
            who=row["reporter_end"],
            note=_constant(evidence, row["value_start"], row["value_end"], start, end),
        )
        for row in like.to_dict("records")
    ]


def of_percentages(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """The growth of turnover between two years for every like pair of figures, with the base of a wrong one told.

    The tolerance is the half of the last printed place. Source: METHODS 1.1, base check.
    """
    digits = len(question.stated.partition(".")[2])
    unit = UNITS["percent"] / 10**digits
    found = []
    for each in of_ratios(question, evidence, rows, tolerance):
        checked = growth.base_check(1.0, float(each.value), question.number, unit)
        note = (
            "" if checked.fits != "later" else "it is the change over the later value, not over the earlier"
        )
        rate = float(each.value) - 1
        found.append(
            Reading(
                rate,
                "rate",
                checked.fits in ("earlier", "both"),
                each.rows,
                each.sources,
                each.who,
                note=note,
            )
        )
    return found


def of_components(
    question: Question, evidence: Evidence, rows: Sequence[Row], tolerance: float
) -> list[Reading]:
    """Whether printed exports, imports and turnover with their growth fit each other: "60 20; 40 -20; 100 0".

    Each is a level in the unit given and its growth in per cent. No row is needed: the figures are held against each
    other. Source: METHODS 1.2, component consistency.
    """
    try:
        parts = [tuple(float(each) for each in part.split()) for part in question.stated.split(";")]
        (x, gx), (m, gm), (t, gt) = parts
    except ValueError:
        raise UsageError(
            f"claim {question.claim}: '{question.stated}' is not three levels with their growth; "
            "write export and growth; import and growth; turnover and growth, as 60 20; 40 -20; 100 0"
        ) from None
    places = max(
        len(word.partition(".")[2]) for part in question.stated.split(";") for word in part.split()[:1]
    )
    scale = UNITS["percent"]
    checked = component_consistency(
        (x, gx * scale), (m, gm * scale), (t, gt * scale), unit=10.0**-places, rate_unit=scale / 10
    )
    fits = checked.sum_fits is True and checked.growth_fits is not False
    said = "the parts add up" if checked.sum_fits else "exports and imports do not add up to the turnover"
    if checked.sum_fits and checked.growth_fits is False:
        said = "the growth of the parts does not give the growth of the turnover"
    return [Reading(said, "text", fits, (), ())]


# --- inside ------------------------------------------------------------------------------------------------------------


def _begun(question: Question, evidence: Evidence, on: date) -> list[Row]:
    """The rows of the query whose standing had begun by the day, the latest last."""
    found = [row for row in evidence.select(question.query) if not evidence.is_of_document_only(row)]
    begun = [row for row in found if days(row.cells["start"]).first <= on]
    return sorted(begun, key=lambda row: days(row.cells["start"]))


def _withdrawn(question: Question, evidence: Evidence, begun: Sequence[Row], on: date) -> list[Reading]:
    """One reading where a full standing was the last and had ended by the day, while the bloc goes on without it.

    The end of a suspension, or of the bloc itself, is no withdrawal.
    """
    meanings = evidence.frames["status_meanings"].to_dict("records")
    full = {row["status"] for row in meanings if is_true(row["is_full"])}
    if not begun or begun[-1].cells["status"] not in full or is_blank(begun[-1].cells["end"]):
        return []
    bloc = f"memberships?bloc={begun[-1].cells['bloc']}"
    if days(begun[-1].cells["end"]).last > on or not _members(evidence, bloc, on).certain:
        return []
    return [Reading(WITHDRAWN, "text", WITHDRAWN in words(question), *trail(begun))]


def _members(evidence: Evidence, query: str, on: date) -> blocs.Members:
    named = {column: value for column, mode, value in parse(query)[1] if not mode}
    frame = evidence.vouched("memberships")
    if "country" in named:
        frame = frame[frame["country"].isin(named["country"].split(","))]
    return blocs.members(frame, evidence.frames["status_meanings"], named.get("bloc", ""), on)


def _ids(side: blocs.Members) -> tuple[str, ...]:
    return side.rows


def _vouch(side: blocs.Members) -> tuple[str, ...]:
    return side.sources


def _trade(evidence: Evidence):
    frames = evidence.frames
    return ended(frames["trade"], evidence.as_of), frames["sources"], frames["bases"]


def _pair(question: Question) -> tuple[tuple[str, str], tuple[int, int]]:
    """Reporter, partner and the years that a query of trade asks for."""
    named = {
        f"{column}.{mode}" if mode else column: value for column, mode, value in parse(question.query)[1]
    }
    try:
        pair = (named["reporter"], named["partner"])
        years = (
            (int(named["year"]),) * 2 if "year" in named else (int(named["year.from"]), int(named["year.to"]))
        )
    except (KeyError, ValueError):
        raise UsageError(
            f"claim {question.claim}: the query '{question.query}' does not name reporter, partner and year; "
            "write trade?reporter=UZB&partner=KAZ&year=2023, or year.from and year.to for growth"
        ) from None
    if years[0] > years[1] or (years[0] == years[1] and question.kind != "turnover"):
        raise UsageError(
            f"claim {question.claim}: the query '{question.query}' does not run forwards; "
            "write the earlier year as year.from and the later as year.to"
        )
    return pair, years


def _turnovers(evidence: Evidence, pair: tuple[str, str], years: Sequence[int]) -> list[dict]:
    trade, sources, bases = _trade(evidence)
    return [
        each
        for side in pair
        for each in readings(
            trade, sources, bases, pair[0], pair[1], side, "turnover", years, evidence.known_by
        )
    ]


def _partial(question: Question, evidence: Evidence, pair: tuple[str, str], found: float) -> str:
    """What a part of the year says: a fact where a row is there, else how many months the figure would fit."""
    year, stated = _pair(question)[1][0], question.number
    trade = evidence.frames["trade"]
    own = trade[trade["reporter"].isin(pair) & trade["partner"].isin(pair) & (trade["year"] == year)]
    part = own[[is_true(each) for each in own["is_partial_year"]]]
    for (reporter, _, end), group in part.groupby(["reporter", "source", "period_end"], sort=True):
        flows = dict(zip(group["flow"], group["value_usd"], strict=True))
        total = flows.get("turnover") or (
            sum(flows[each] for each in ("export", "import"))
            if {"export", "import"} <= flows.keys()
            else None
        )
        if total and within(stated, total, "eq", WITHIN * 2):
            return f"it is the figure of {reporter} for the part of {year} until {str(end)[:10]}"
    for months in range(1, MONTHS):
        if abs(stated / found - months / MONTHS) <= WITHIN:
            return f"it would fit {months} months of the year, of which no row is published"
    return ""


def _constant(evidence: Evidence, earlier: float, later: float, start: int, end: int) -> str:
    """The same ratio in dollars of the first year, where the price index has both years."""
    macro = evidence.frames.get("macro")
    if macro is None:
        return ""
    rows = macro[macro["indicator"] == evidence.deflator]
    if rows["country"].nunique() != 1:
        return ""
    prices = price_index(rows, country=rows["country"].iloc[0], indicator=evidence.deflator)
    real = deflate(Measured(later, "usd", "turnover", start=end, end=end), prices, start, year=end)
    if not real.defined:
        return ""
    return f"in constant {start} dollars {real.value / earlier:.2f} times"
