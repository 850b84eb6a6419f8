"""External debt by several definitions on a day, and a stated figure set against each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from .dates import as_day, days, is_blank, is_true
from .measured import Measured, derive

SCALES = {"bn USD": 1e9, "mn USD": 1e6, "USD": 1.0}


class Level(NamedTuple):
    """The newest level of one definition: the day it was measured on, and by which part a stated figure exceeds it."""

    indicator: str
    day: str
    value: Measured
    excess: Measured


def stated(claim: Mapping[str, Any]) -> Measured:
    """The sum that a claim states, in plain dollars.

    Undefined when its unit is no money or its value no number. Source: METHODS section 0, units.

    >>> stated({"claim": "c", "stated_value": "130", "unit": "bn USD", "source": "doc"}).value
    130000000000.0
    """
    context = {"unit": "usd", "method": "external_debt", "rows": (f"claims:{claim['claim']}",)}
    context["sources"] = (claim["source"],)
    try:
        return Measured(float(claim["stated_value"]) * SCALES[claim["unit"]], **context)
    except (KeyError, TypeError, ValueError):
        return Measured.undefined("the claim states no sum of money", **context)


def levels(
    macro: pd.DataFrame, country: str, indicators: Sequence[str], on: date | str, figure: Measured
) -> list[Level]:
    """For each definition the level of the newest day up to `on`, and the excess of the stated figure over it.

    Formula of the excess: (stated - level) / level. Of several releases of one day a final one goes before a
    preliminary one. A definition without a level by then is left out. Source: MISSION_MAP 004c, debt facts.

    >>> rows = [("AAA", "wide", 134.0, "2025-06-30", False, "s"), ("AAA", "wide", 120.0, "2024-06-30", False, "s")]
    >>> macro = pd.DataFrame(rows, columns=["country", "indicator", "value", "as_of", "is_preliminary", "source"])
    >>> macro = macro.assign(year=2025)
    >>> found = levels(macro, "AAA", ["wide", "narrow"], "2025-12-31", Measured(130.0, "usd", "external_debt"))
    >>> [(each.indicator, each.day, round(each.excess.value, 3)) for each in found]
    [('wide', '2025-06-30', -0.03)]
    """
    limit = as_day(on)
    found = []
    for indicator in indicators:
        rows = macro[(macro["country"] == country) & (macro["indicator"] == indicator)].to_dict("records")
        rows = [row for row in rows if not is_blank(row["as_of"])]
        rows = [row for row in rows if days(str(row["as_of"])[:10]).last <= limit]
        if not rows:
            continue
        best = max(rows, key=lambda row: (str(row["as_of"])[:10], not is_true(row["is_preliminary"])))
        day = str(best["as_of"])[:10]
        value = Measured(
            float(best["value"]),
            "usd",
            "external_debt",
            flags=("PRELIMINARY",) if is_true(best["is_preliminary"]) else (),
            rows=(f"macro:{country}/{best['year']}/{indicator}/{best['source']}/{day}",),
            sources=(best["source"],),
        )
        excess = derive(
            "debt_excess",
            "rate",
            {"the stated figure": figure, "the level": value},
            lambda a, b: (a - b) / b,
            refuse=lambda a, b: None if b > 0 else "the level is not above zero",
        )
        found.append(Level(indicator, day, value, excess))
    return found
