"""What if: blocs with hypothetical entries, never more than a scenario; the tables stay as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from analysis.errors import UsageError

from .blocs import intersection, jaccard, size, union
from .dates import as_day
from .measured import Measured
from .panels import latest_weights
from .sets import Members
from .weights import bloc_weights, weighted_overlap


@dataclass(frozen=True)
class Entry:
    """A hypothetical full membership of a country in a bloc from a day."""

    bloc: str
    country: str
    start: date


@dataclass(frozen=True)
class Row:
    """One measure before and after the entries; `of` is the bloc it is of, nothing for the overlap of the two.

    `whose` are the countries that a part is of, before and after.
    """

    measure: str
    of: str
    before: Measured
    after: Measured
    whose: tuple[str | None, str | None] = (None, None)


def entries(texts: Collection[str]) -> list[Entry]:
    """The entries that texts of the form bloc:country:date name; UsageError for another form.

    >>> entries(["b:AAA:2026-01-01"])
    [Entry(bloc='b', country='AAA', start=datetime.date(2026, 1, 1))]
    """
    found, problems = [], []
    for text in texts:
        parts = text.split(":")
        if len(parts) != 3:
            problems.append(
                f"what_if '{text}' is not of the form bloc:country:date; write for example b:AAA:2026-01-01"
            )
            continue
        found.append(Entry(parts[0], parts[1], as_day(parts[2])))
    if problems:
        raise UsageError(*problems)
    return found


def entered(sets: Mapping[str, Members], given: Sequence[Entry]) -> dict[str, Members]:
    """The sets with the countries of the entries in them, as if each were in force; other sets as they are.

    >>> after = entered({"b": Members("b", None, frozenset({"BBB"}))}, [Entry("b", "AAA", date(2026, 1, 1))])
    >>> sorted(after["b"].certain)
    ['AAA', 'BBB']
    """
    return {
        bloc: replace(
            held,
            certain=held.certain | {each.country for each in given if each.bloc == bloc},
            uncertain=held.uncertain - {each.country for each in given if each.bloc == bloc},
        )
        for bloc, held in sets.items()
    }


def unborn(sides: Collection[Members], given: Sequence[Entry]) -> list[Entry]:
    """The entries into one of these blocs that has, or may have, no member on the day: there is nothing to enter.

    >>> unborn([Members("b", None, frozenset())], [Entry("b", "AAA", date(2026, 1, 1))])[0].country
    'AAA'
    """
    empty = {side.bloc for side in sides if not side.certain}
    return [each for each in given if each.bloc in empty]


def compared(
    a: Members,
    b: Members,
    given: Sequence[Entry],
    macro: pd.DataFrame,
    indicators: Sequence[str],
    until: int,
) -> list[Row]:
    """The overlap of two blocs and the weights inside them, before and after hypothetical entries.

    Members, countries in both and in either, Jaccard index; for each indicator the weighted overlap, and of each
    bloc that someone enters the Herfindahl index and the share of the largest member. All weights are of one year
    and source, the newest that has every country of the scenario. Source: MISSION_MAP 004a; METHODS 1.2 and 1.4.
    """
    after = entered({a.bloc: a, b.bloc: b}, given)
    one, other = after[a.bloc], after[b.bloc]
    rows = [
        Row("members", side.bloc, size(side), size(new))
        for side, new in ((a, one), (b, other))
        if side != new
    ]
    rows += [
        Row(name, "", measure(a, b), measure(one, other))
        for name, measure in (("intersection", intersection), ("union", union), ("jaccard", jaccard))
    ]
    everyone = one.certain | other.certain
    for indicator in indicators:
        held = latest_weights(macro, indicator=indicator, countries=everyone, until=until)
        rows.append(
            Row(
                f"weighted_overlap:{indicator}",
                "",
                weighted_overlap(a, b, held).whole,
                weighted_overlap(one, other, held).whole,
            )
        )
        for side, new in ((a, one), (b, other)):
            if side != new:
                before, later = bloc_weights(side, held), bloc_weights(new, held)
                rows.append(Row(f"hhi:{indicator}", side.bloc, before.hhi, later.hhi))
                whose = (before.largest, later.largest)
                shares = (before.largest_share, later.largest_share)
                rows.append(Row(f"largest:{indicator}", side.bloc, *shares, whose))
    return rows
