"""The borders of one corridor: what the neighbours on each share, drawn as a path, as a table, as a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Absent, Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted
from analysis.exhibits.template import msg, plural
from analysis.measures import transport
from analysis.measures.agreements import between
from analysis.measures.measured import Measured

MAIN = "main line"
BRANCHES = {"branch": "branch", "branch-east": "eastern branch", "branch-west": "western branch"}
KEY = {
    "both": "customs union and alliance",
    "customs-union": "customs union",
    "alliance": "alliance",
    "uncertain": "uncertain on this day",
    "none": "neither",
}
SETTLING = ("peace", "normalisation")
UNIONS, ALLIES = ("both", "customs-union"), ("both", "alliance")


def _absent(ident: str, path: str, day: date) -> Absent:
    text = {
        "route": "The borders of {path} are not walked: it had not been announced by {day}, or the tables give it no route.",
        "steps": "On {day}, {path} has no border to list with its ties and wars.",
    }[ident]
    return Exhibit.absent(ident, Finding(f"{ident}-absent", text, path=names.corridor_said(path), day=day))


def _way_name(path: transport.Path, count: int) -> str:
    return BRANCHES.get(path.branch, MAIN) if count > 1 else ""


def _once(found: Mapping[transport.Path, pd.DataFrame]) -> pd.DataFrame:
    """Every border of all ways once."""
    return pd.concat(found.values()).drop_duplicates(["origin", "target"], ignore_index=True)


def _said(found: Mapping[transport.Path, pd.DataFrame], path: str, day: date) -> str:
    """A corridor of one way by its name; one of several as those ways, for what is counted over all of them."""
    label = names.corridor_said(path)
    if len(found) < 2:
        return label
    ways = _counted(_once(found), found, "ways_of_corridor", day)
    return msg("the {ways:count} ways of {path}", ways=replace(ways, value=len(found)), path=label)


def _crossed(found: Mapping[transport.Path, pd.DataFrame], day: date) -> tuple[list[str], dict]:
    """Of several ways, how many of the borders each crosses: a sentence, or none, and its values."""
    if len(found) == 1:
        return [], {}
    counts = [transport.border_crossings(path, on=day) for path in found]
    few, many = min(counts, key=lambda each: each.value), max(counts, key=lambda each: each.value)
    if few.value == many.value:
        return [noted("Each way crosses {few:count} of all these borders.")], {"few": few}
    return [noted("One way alone crosses {few:count} to {many:count} borders.")], {"few": few, "many": many}


def diagram(found: Mapping[transport.Path, pd.DataFrame], path: str, day: date) -> Exhibit:
    """The ways along a corridor, each border drawn by what the two neighbours share."""
    if not found:
        return _absent("route", path, day)
    ways = [
        charts.Way(
            _way_name(way, len(found)),
            tuple(names.label(code) for code in way.countries),
            tuple((row.tie, _over(row)) for row in steps.itertuples()),
        )
        for way, steps in found.items()
    ]
    borders = _once(found)
    return Exhibit.figure(
        "route",
        title=_title(found, path, day),
        subtitle=Finding(
            "route-subtitle",
            "Ways along {path}, countries in order and not to scale; lines by what neighbours share on {day}",
            path=names.corridor_said(path),
            day=day,
        ),
        figure=lambda: charts.route(ways, key=KEY),
        table=Table.of(_printed(found, borders), [Column("way", "Way"), *_COLUMNS[:3]]),
        data=_data(found),
        sources=[source for each in borders["sources"] for source in each],
        methods=["tied_steps", "members"],
    )


def _title(found: Mapping[transport.Path, pd.DataFrame], path: str, day: date) -> Finding:
    borders = _once(found)
    unions, allies = (transport.tied_steps(borders, ties, on=day) for ties in (UNIONS, ALLIES))
    every, label = _counted(borders, found, "border_crossings", day), _said(found, path, day)
    if not unions.defined:
        text = "What neighbours on {path} share is uncertain on this day"
        return Finding("route-title", text, role="title", path=label)
    if not unions.value and not allies.value:
        text = (
            "On none of the {of:count} borders on {path} do neighbours share a customs union or an alliance"
        )
        return Finding("route-title", text, role="title", path=label, of=every)
    parts, values = [], {}
    for ident, count, one, other, nothing in (
        (
            "unions",
            unions,
            "is inside a customs union",
            "are inside a customs union",
            "none is inside a customs union",
        ),
        ("allies", allies, "lies between allies", "lie between allies", "none lies between allies"),
    ):
        if count.value:
            parts.append(f"{{{ident}:count}} {{do_{ident}}}")
            values |= {ident: count, f"do_{ident}": plural(count, one=one, other=other)}
        else:
            parts.append(nothing)
    return Finding(
        "route-title",
        f"Of the {{of:count}} borders on {{path}}, {parts[0]} and {parts[1]}",
        role="title",
        path=label,
        of=every,
        **values,
    )


def _counted(borders: pd.DataFrame, ways: Iterable[transport.Path], method: str, day: date) -> Measured:
    """How many borders these are, by the places of the countries on the ways that cross them."""
    crossed = {*borders["origin"], *borders["target"]}
    rows = (
        f"corridor_countries:{way.corridor}/{country}"
        for way in ways
        for country in way.countries
        if country in crossed
    )
    return Measured(len(borders), "count", method, on=day, rows=tuple(rows))


def _over(row) -> str:
    """The few words over a line: blocs by their label."""
    told = [names.bloc(bloc) for bloc in (*row.unions, *row.defence)]
    return ", ".join([*told, *(["allies"] if row.pacts else [])])


def _data(found: Mapping[transport.Path, pd.DataFrame]) -> pd.DataFrame:
    lists = ["unions", "pacts", "defence", "conflicts", "claimed_conflicts", "rows", "sources"]
    frame = pd.concat([steps.assign(branch=way.branch) for way, steps in found.items()], ignore_index=True)
    return frame.assign(**{name: frame[name].map("; ".join) for name in lists})


_COLUMNS = [
    Column("border", "Border"),
    Column("union", "Customs union"),
    Column("alliance", "Alliance"),
    Column("settled", "Peace or normalisation"),
    Column("conflict", "War in the tables"),
]


def _printed(found: Mapping[transport.Path, pd.DataFrame], borders: pd.DataFrame) -> pd.DataFrame:
    """The borders in words, each once, with the ways that cross it."""
    ways = {}
    for way, steps in found.items():
        for row in steps.itertuples():
            ways.setdefault((row.origin, row.target), []).append(_way_name(way, len(found)))
    rows = [
        {
            "way": "all"
            if len(found) == len(ways[row.origin, row.target])
            else ", ".join(ways[row.origin, row.target]),
            "border": f"{names.label(row.origin)} {wording.DASH} {names.label(row.target)}",
            "union": ", ".join(map(names.bloc, row.unions)) or _nothing(row),
            "alliance": "",
        }
        for row in borders.itertuples()
    ]
    for printed, row in zip(rows, borders.itertuples(), strict=True):
        told = [*map(names.bloc, row.defence), *(["bilateral"] if row.pacts else [])]
        printed["alliance"] = ", ".join(told) or _nothing(row)
    return pd.DataFrame(rows)


def _nothing(row) -> str:
    return "uncertain" if row.tie == "uncertain" else "no"


def step_table(
    found: Mapping[transport.Path, pd.DataFrame],
    agreements: pd.DataFrame,
    events: pd.DataFrame,
    path: str,
    day: date,
) -> Exhibit:
    """Each border once: customs union, alliance, peace or normalisation and wars, in words.

    `agreements` is the result of `agreements.on_day`, `events` the table.
    """
    if not found:
        return _absent("steps", path, day)
    borders = _once(found)
    frame = _printed(found, borders)
    agreed = agreements.set_index("agreement")
    fought = events.set_index("event")
    sources: list[str] = [source for each in borders["sources"] for source in each]
    for place, row in enumerate(borders.itertuples()):
        if row.pacts:
            pacts = [marks.date(agreed.loc[pact]) for pact in row.pacts]
            told = [*map(names.bloc, row.defence), f"bilateral: {', '.join(pacts)}"]
            frame.loc[place, "alliance"] = "; ".join(told)
        settled = between(agreements, row.origin, row.target, only=True)
        settled = settled[settled["kind"].isin(SETTLING)]
        if len(settled):
            last = settled.iloc[-1]
            state = marks.state(last["state"], is_uncertain=last["is_uncertain"])
            frame.loc[place, "settled"] = f"{state}, {marks.date(last)}"
            sources.append(last["source"])
        wars = [fought.loc[event] for event in (*row.conflicts, *row.claimed_conflicts)]
        frame.loc[place, "conflict"] = "; ".join(f"{war['title']}, {marks.date(war)}" for war in wars)
        sources += [war["source"] for war in wars]
    frame = frame.reindex(columns=["way", *(column.key for column in _COLUMNS)]).astype(object)
    frame = frame.where(frame.notna() & (frame != ""), "none")
    columns = [column for column in _COLUMNS if column.key == "border" or (frame[column.key] != "none").any()]
    if len(found) > 1:
        columns.append(Column("way", "Way"))
    crossed = borders[[bool(row.conflicts or row.claimed_conflicts) for row in borders.itertuples()]]
    return Exhibit.table(
        "steps",
        title=_steps_title(crossed, found, path, day),
        subtitle=Finding(
            "steps-subtitle",
            "Every border of {path} once, with its state on {day}; an alliance counts when signed or declared",
            path=names.corridor_said(path),
            day=day,
        ),
        note=marks.note(frame.to_numpy().ravel()),
        table=Table.of(frame, columns),
        data=_data(found),
        sources=sources,
        methods=["tied_steps", "members"],
    )


def _steps_title(
    crossed: pd.DataFrame, found: Mapping[transport.Path, pd.DataFrame], path: str, day: date
) -> Finding:
    values = {"path": _said(found, path, day)}
    if crossed.empty:
        return Finding(
            "steps-title",
            "No border of {path} lies between countries whose war is in the tables",
            role="title",
            **values,
        )
    return Finding(
        "steps-title",
        "On {count:count} of the {of:count} borders on {path} the tables have a war between the neighbours: {pairs}",
        role="title",
        count=_counted(crossed, found, "war_borders", day),
        of=_counted(_once(found), found, "border_crossings", day),
        pairs=[
            f"{names.country(row.origin)} with {names.country(row.target)}" for row in crossed.itertuples()
        ],
        **values,
    )


def friction(found: Mapping[transport.Path, pd.DataFrame], path: str, day: date) -> Finding:
    """Key figure: the borders of a corridor whose neighbours share a customs union, of all it crosses."""
    label = names.corridor_said(path)
    if not found:
        return Finding(
            "friction",
            "What neighbours on {path} share is not counted: there is no route of it on {day}.",
            path=label,
            day=day,
        )
    borders, label = _once(found), _said(found, path, day)
    unions, allies = (transport.tied_steps(borders, ties, on=day) for ties in (UNIONS, ALLIES))
    if not unions.defined:
        text = "How many borders of {path} lie inside a customs union is uncertain on {day}."
        return Finding("friction", text, path=label, day=day)
    loose = borders[borders["tie"] == "none"]
    sentence = "Neighbours share a customs union or an alliance on every border of {path}."
    values = {}
    if len(loose):
        sentence = "On {loose:count} of the {of:count} borders on {path}, neighbours share neither a customs union nor an alliance."
        values = {"loose": _counted(loose, found, "untied_steps", day)}
    crossed, counts = _crossed(found, day)
    return Finding(
        "friction",
        [sentence, *crossed],
        role="key",
        rank=2,
        label="Borders on {path} inside a customs union",
        figure="{unions:count} of {of:count}",
        change="between allies: {allies:count}",
        exhibit="route",
        path=label,
        of=_counted(borders, found, "border_crossings", day),
        unions=unions,
        allies=allies,
        **values,
        **counts,
    )


def wars(found: Mapping[transport.Path, pd.DataFrame]) -> Finding:
    """Limit: what the tables can say of wars between neighbours."""
    return Finding(
        "wars",
        "A war is in the tables only where a source document names it, and whether it still goes on is not told.",
        role="limit",
        exhibit="steps" if found else None,
    )
