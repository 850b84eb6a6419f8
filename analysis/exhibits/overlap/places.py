"""Where the countries of two blocs lie: a map of those in both and in one only, and which of these border the other."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.exhibits import charts, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted
from analysis.exhibits.template import msg, plural
from analysis.measures import borders
from analysis.measures.sets import Members

MOST_NAMED = 6  # countries outside the map; of more only their count is told


def places(outlines: pd.DataFrame, a: Members, b: Members) -> Exhibit:
    """A map of the countries in both blocs and in either one only."""
    bordering = borders.neighbours(outlines)
    looks = _looks(a, b)
    missing = charts.outside(outlines, list(looks))
    values = {"a": names.bloc(a.bloc), "b": names.bloc(b.bloc)}
    if len(missing) == len(looks):
        why = Finding("places-absent", "No country of {a} or {b} lies on the map.", **values)
        return Exhibit.absent("places", why)
    frame = _rows(looks, a, b, bordering)
    return Exhibit.figure(
        "places",
        title=_title(a, b, bordering),
        subtitle=Finding("places-subtitle", "Countries of {a} and {b} on {day}", day=a.on, **values),
        alt=_alt(a, b),
        note=_note(missing),
        figure=lambda: charts.region(
            outlines,
            looks,
            labels={code: names.label(code) for code in looks},
            key={
                "full": msg("In both {a} and {b}", **values),
                "half": msg("In {bloc} only", bloc=values["a"]),
                "hatched": msg("In {bloc} only", bloc=values["b"]),
                "unsure": msg("Uncertain on this day"),
            },
            around={code: names.label(code) for code in outlines["country"].dropna().unique()},
        ),
        table=Table.of(
            frame.assign(country=[names.label(code) for code in frame["country"]]),
            [
                Column("country", "Country"),
                Column("a", values["a"]),
                Column("b", values["b"]),
                Column("borders", "Borders a country of the other"),
            ],
        ),
        data=frame,
        sources=[*a.sources, *b.sources, *dict.fromkeys(outlines["source"])],
        methods=["members", "touching"],
    )


def _looks(a: Members, b: Members) -> dict[str, str]:
    """How each country is drawn: one whose membership is uncertain in either bloc as unsure."""
    unsure = a.uncertain | b.uncertain
    codes = sorted(a.certain | b.certain | unsure, key=names.label)
    return {
        code: "unsure" if code in unsure else "full" if code in a.certain & b.certain
        else "half" if code in a.certain else "hatched"
        for code in codes
    }  # fmt: skip


def _rows(looks: dict[str, str], a: Members, b: Members, bordering: borders.Neighbours) -> pd.DataFrame:
    def standing(code: str, side: Members) -> str:
        return msg("uncertain" if code in side.uncertain else "yes" if code in side.certain else "no")

    def touches(code: str) -> str:
        if looks[code] == "full":
            return msg("in both")
        if code not in bordering or looks[code] == "unsure":
            return msg("unknown")
        other = b if code in a.certain else a
        return msg("yes" if bordering[code] & other.certain else "no")

    return pd.DataFrame(
        [(code, standing(code, a), standing(code, b), touches(code)) for code in looks],
        columns=["country", "a", "b", "borders"],
    )


def _title(a: Members, b: Members, bordering: borders.Neighbours) -> Finding:
    values = {"a": names.bloc(a.bloc), "b": names.bloc(b.bloc)}
    if a.uncertain or b.uncertain:
        text = "Where {a} and {b} meet on {day} is uncertain"
        return Finding("places-title", text, role="title", day=a.on, **values)
    only = sorted(a.certain ^ b.certain)
    touching = borders.touching(a, b, bordering)
    values |= {"only": replace(touching, value=len(only), method="members", reason=None)}
    if not a.certain or not b.certain:
        text = "{empty} has no member on {day} that the map could set beside {other}"
        values |= {
            "day": a.on,
            "empty": values["b" if a.certain else "a"],
            "other": values["a" if a.certain else "b"],
        }
    elif not only:
        text = "{a} and {b} have the same countries"
    elif len(only) == 1:
        text = "{who} is the only country in just one of {a} and {b}"
        values["who"] = names.country(only[0], start=True)
    elif not touching.defined:
        text = "{only:count} countries are in only one of {a} and {b}"
    elif touching.value == len(only):
        text = "Each of the {only:count} countries in only one of {a} and {b} borders a country of the other bloc"
    elif not touching.value:
        text = "None of the {only:count} countries in only one of {a} and {b} borders a country of the other bloc"
    else:
        text = "{touching:count} of the {only:count} countries in only one of {a} and {b} {border} a country of the other bloc"
        values |= {"touching": touching, "border": plural(int(touching.value), one="borders", other="border")}
    used = {name: value for name, value in values.items() if f"{{{name}" in text}
    return Finding("places-title", text, role="title", **used)


def _alt(a: Members, b: Members) -> Finding:
    return Finding(
        "places-alt",
        "Map: in both {a} and {b} {both}; in {a} only {only_a}; in {b} only {only_b}.",
        a=names.bloc(a.bloc),
        b=names.bloc(b.bloc),
        both=names.countries(a.certain & b.certain) or noted("none"),
        only_a=names.countries(a.certain - b.certain) or noted("none"),
        only_b=names.countries(b.certain - a.certain) or noted("none"),
    )


def _note(missing: list[str]) -> Finding:
    disclaimer = msg("Outlines are simplified and imply no opinion on the status of any territory or border.")
    if not missing:
        return Finding("places-note", "{disclaimer}", disclaimer=disclaimer)
    if len(missing) > MOST_NAMED:
        return Finding(
            "places-note",
            "Outside the map: {count:count} countries. {disclaimer}",
            count=len(missing),
            disclaimer=disclaimer,
        )
    who = names.countries(missing)
    return Finding("places-note", "Outside the map: {who}. {disclaimer}", who=who, disclaimer=disclaimer)
