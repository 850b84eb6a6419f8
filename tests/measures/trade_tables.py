"""Tiny trade tables for the tests of selection and of the measures on it."""

from __future__ import annotations

import pandas as pd

CAVEATS = (
    "is_partner_derived",
    "is_weak",
    "is_partial_year",
    "is_lower_bound",
    "is_estimate",
    "is_approximate",
    "is_preliminary",
)

SOURCES = pd.DataFrame(
    [
        ("a-2022", "2022", "2026-11-22", "national", "a-office"),
        ("a-2023", "2023", "2026-11-22", "national", "a-office"),
        ("a-2024", "2024-06", "2026-11-22", "national", "a-office"),
        ("b-2024", "2024", "2026-11-22", "national", "b-office"),
        ("un-2023", "2023", "2026-11-22", "comtrade", "un"),
        ("undated", "", "2026-11-22", "national", "a-office"),
        ("press-1", "2024-02-03", "2026-11-22", "press", ""),
        ("press-2", "2024-03-03", "2026-11-22", "press", ""),
        ("world-2021", "2021", "2026-11-22", "reconciled", "world"),
        ("bank", "2024", "2026-11-22", "", ""),
    ],
    columns=["source", "published", "accessed", "basis", "office"],
)

BASES = pd.DataFrame(
    [
        ("national", 1, True),
        ("comtrade", 2, True),
        ("press", 4, True),
        ("reconciled", 5, False),
        ("macro", None, False),
    ],
    columns=["basis", "rank", "is_independent"],
)


def trade(*rows: tuple, **marks: bool) -> pd.DataFrame:
    """Rows of (reporter, partner, year, flow, dollars, source[, coverage]); `marks` set a caveat on all."""
    return pd.DataFrame(
        {
            "reporter": row[0],
            "partner": row[1],
            "year": row[2],
            "period_start": f"{row[2]}-01-01",
            "period_end": f"{row[2]}-12-31",
            "flow": row[3],
            "value_usd": float(row[4]),
            "coverage": row[6] if len(row) > 6 else "goods",
            "valuation": {"export": "fob", "import": "cif"}.get(row[3], "unstated"),
            "source": row[5],
            **dict.fromkeys(CAVEATS, False),
            **marks,
        }
        for row in rows
    )


def pair(
    reporter: str, partner: str, source: str, values: dict[int, tuple[float, float]], *rest: str
) -> list[tuple]:
    """Exports and imports by year, as rows for `trade`."""
    return [
        (reporter, partner, year, flow, value, source, *rest)
        for year, both in values.items()
        for flow, value in zip(("export", "import"), both, strict=True)
    ]
