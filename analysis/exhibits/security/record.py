"""What a bloc has done about security, and how far all security acts have come: in force, signed, announced, proposed."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures import agreements as held_on
from analysis.measures import summits as calendars
from analysis.measures.measured import Measured, tally
from analysis.measures.network import Network

STATES = {
    "in-force": "in force",
    "signed": "signed",
    "announced": "announced",
    "proposed": "proposed",
    "uncertain": "uncertain on this day",
    "told": f"told by a document only {marks.DOCUMENT_ONLY}",
    "ended": "ended",
}
BINDING = ("in-force", "signed")
LINE_KEY = {
    "done": "held, signed or in force",
    "ahead": "proposed or planned, not counted",
    "told": "told by a document only, not counted",
    "coarse": "day not known",
}


def known(
    listed: pd.DataFrame,
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    calendar: pd.DataFrame,
    bloc: str,
    on: date,
) -> pd.DataFrame:
    """The security acts of a bloc known by the day, agreements and events in one order of time.

    `listed` is the table security_acts, `calendar` the frame of `summits.known` for all kinds of events of the bloc.
    """
    own = listed[listed["bloc"] == bloc]
    aspects = own.set_index("item")
    frames = [
        held_on.on_day(agreements, parties, on).rename(columns={"agreement": "item"}),
        calendar.rename(columns={"event": "item"}),
    ]
    found = []
    for name, frame in zip(("agreements", "events"), frames, strict=True):
        items = set(own.loc[own["item_table"] == name, "item"])
        for row in frame[frame["item"].isin(items)].to_dict("records"):
            more = aspects.loc[row["item"]]
            found.append(
                row
                | {"item_table": name, "aspect": more["aspect"], "shown_by": more["source"]}
                | {"is_document_only": bool(row["is_document_only"]) or bool(more["is_document_only"])}
            )
    columns = [
        "item",
        "item_table",
        "title",
        "kind",
        "aspect",
        "date",
        "first",
        "last",
        "state",
        "source",
        "shown_by",
    ]
    columns += ["is_document_only", "is_date_unverified"]
    return pd.DataFrame(found, columns=columns).sort_values(["first", "item"], ignore_index=True)


def acts(rows: pd.DataFrame, bloc: str, on: date) -> Exhibit:
    """The security acts of a bloc in order of time, with kind and state; `rows` is the frame of `known`."""
    values = {"bloc": names.bloc(bloc), "day": on}
    if rows.empty:
        why = "There is no security act of {bloc} to list by {day}."
        return Exhibit.absent("acts", Finding("acts-absent", why, **values))
    frame = pd.DataFrame(
        [
            {
                "date": marks.date(row),
                "title": row["title"],
                "kind": str(row["kind"]).replace("-", " "),
                "aspect": row["aspect"],
                "state": marks.state(row["state"]),
            }
            for row in rows.to_dict("records")
        ]
    )
    done = rows[rows["state"].isin([*BINDING, calendars.HELD]) & ~rows["is_document_only"].astype(bool)]
    ahead = rows[rows["state"].isin(["proposed", *calendars.AHEAD])]
    drawn = pd.DataFrame(
        {
            "name": frame["title"],
            "detail": frame["aspect"].where(frame["kind"] == "other", frame["kind"] + ": " + frame["aspect"]),
            "text": frame["date"] + ", " + frame["state"],
            "kind": [_mark(row) for row in rows.to_dict("records")],
            "first": rows["first"],
            "last": rows["last"],
        }
    )
    return Exhibit.figure(
        "acts",
        title=_title(done, ahead, values),
        subtitle="Summits, meetings and agreements by which the bloc takes up security, in order of time",
        note=marks.note(frame["date"]),
        figure=lambda: charts.act_line(drawn, until=on, key=LINE_KEY),
        table=Table.of(
            frame,
            [
                Column("date", "Date"),
                Column("title", "Act"),
                Column("kind", "Kind"),
                Column("aspect", "Security in it"),
                Column("state", "State"),
            ],
            row_header=False,
        ),
        data=frame,
        sources=list(dict.fromkeys([*rows["source"], *rows["shown_by"]])),
    )


def _mark(row: dict) -> str:
    if row["is_document_only"]:
        return "told"
    return "done" if row["state"] in (*BINDING, calendars.HELD) else "ahead"


def mix(network: Network, country: str | None, rows: pd.DataFrame, bloc: str) -> Exhibit:
    """How far the security acts of each source of ties have come: one bar a source, a part for each state."""
    counts = _counts(network, country, rows, bloc)
    if not counts.to_numpy().any():
        why = "There is no security act of these countries or of {bloc} to sort by its state on {day}."
        return Exhibit.absent("mix", Finding("mix-absent", why, bloc=names.bloc(bloc), day=network.on))
    counts = counts[counts.sum(axis=1) > 0]
    texts = counts.map(lambda value: wording.count(int(value)))
    behind = _behind(network, rows)
    total = _acts(counts, behind, network.on)
    binding = _acts(counts[list(BINDING)], behind, network.on)
    printed = counts.rename(columns=STATES).rename_axis("source").reset_index()
    used = [state for state in STATES if counts[state].any()]
    return Exhibit.figure(
        "mix",
        title=Finding(
            "mix-title",
            "{binding:count} of {total:count} security {acts} {are} signed or in force",
            role="title",
            binding=binding,
            total=total,
            acts=plural(total, one="act", other="acts"),
            are=plural(binding, one="is", other="are"),
        ),
        subtitle=Finding(
            "mix-subtitle",
            "Agreements by their state on {day}: filled if they bind, hatched or open if they do not",
            day=network.on,
        ),
        note="Signed does not say that it is not in force: entry into force is known for few.",
        figure=lambda: charts.state_bars(counts, texts=texts, key=STATES),
        table=Table.of(
            printed,
            [
                Column("source", "Between"),
                *(Column(STATES[state], STATES[state].capitalize(), "count") for state in used),
            ],
        ),
        data=printed,
        sources=list(dict.fromkeys([*network.acts["source"], *rows["source"]])),
    )


def mix_said(network: Network, country: str | None, rows: pd.DataFrame, bloc: str) -> Finding:
    """Key figure: how many of the security acts bind."""
    counts = _counts(network, country, rows, bloc)
    values = {"bloc": names.bloc(bloc), "day": network.on}
    behind = _behind(network, rows)
    total = _acts(counts, behind, network.on)
    if not total.value:
        text = "No security act of these countries or of {bloc} is known by {day}."
        return Finding("binding-acts", text, **values)
    binding = _acts(counts[list(BINDING)], behind, network.on)
    body = counts.iloc[[-1]], behind[len(network.acts) :]
    of_bloc = _acts(*body, network.on)
    binding_of_bloc = _acts(body[0][list(BINDING)], body[1], network.on)
    text = "Of {total:count} security {acts} known on {day}, {binding:count} {are} signed or in force"
    if of_bloc.value:
        text += "; of the {own:count} {agreements} of {bloc} itself, {own_binding:count} {is_so}"
        values |= {"own": of_bloc, "own_binding": binding_of_bloc}
        values["agreements"] = plural(of_bloc, one="agreement", other="agreements")
        values["is_so"] = plural(binding_of_bloc, one="is", other="are")
    else:
        values.pop("bloc")
    return Finding(
        "binding-acts",
        text + ".",
        role="key",
        rank=4,
        label="Security acts signed or in force on {day}",
        figure="{binding:count} of {total:count}",
        exhibit="mix",
        binding=binding,
        total=total,
        acts=plural(total, one="act", other="acts"),
        are=plural(binding, one="is", other="are"),
        **values,
    )


def _behind(network: Network, rows: pd.DataFrame) -> tuple[str, ...]:
    """The ids of the acts of the pairs, then of those of the bloc."""
    of_body = rows.loc[rows["item_table"] == "agreements", "item"]
    return (*network.acts["row"], *(f"agreements:{item}" for item in of_body))


def _acts(counts: pd.DataFrame, rows: tuple[str, ...], on: date) -> Measured:
    """How many acts of these states there are, counted out of those of `rows`."""
    return Measured(int(counts.to_numpy().sum()), "count", "states", on=on, rows=rows)


def _listed(acts: pd.DataFrame, on: date) -> Measured:
    """How many acts these are, agreements and events."""
    rows = (f"{row.item_table}:{row.item}" for row in acts.itertuples())
    return tally(rows, "acts_listed", on=on)


def _counts(network: Network, country: str | None, rows: pd.DataFrame, bloc: str) -> pd.DataFrame:
    """Acts by source of ties and state: the pairs of the country taken out, the other pairs, the bloc as a party."""
    acts = network.acts
    is_own = (acts["country_a"] == country) | (acts["country_b"] == country)
    groups = {"Pairs of these countries": acts}
    if country in network.countries:
        groups = {
            f"{names.label(country)} and one of the others": acts[is_own],
            "Two of the others": acts[~is_own],
        }
    groups[f"{names.bloc(bloc)} as a body"] = rows[rows["item_table"] == "agreements"]
    table = {name: _tally(group, network.on) for name, group in groups.items()}
    return pd.DataFrame(table).T.reindex(columns=list(STATES)).fillna(0).astype(int)


def _tally(group: pd.DataFrame, day: date) -> pd.Series:
    states = group["state"].replace({"initialed": "announced"})
    told = group["is_document_only"].astype(bool)
    unsure = group["last"].map(lambda last: last > day)
    states = states.mask(unsure & states.isin(BINDING), "uncertain")
    return states.mask(told, "told").value_counts()


def _title(done: pd.DataFrame, ahead: pd.DataFrame, values: dict) -> Finding:
    count = _listed(done, values["day"])
    more: dict[str, object] = {"done": count, "acts": plural(count, one="act", other="acts")}
    text = "{bloc}: {done:count} security {acts} done by {day}"
    if done.empty:
        text, more = "{bloc}: no security act is shown to have been done by {day}", {}
    if len(ahead):
        text += ", {ahead:count} proposed or planned"
        more["ahead"] = _listed(ahead, values["day"])
    return Finding("acts-title", text, role="title", **more, **values)


def acts_said(rows: pd.DataFrame, bloc: str, on: date) -> Finding:
    """Which security acts of the bloc are done, and which are only proposed or planned."""
    values: dict[str, object] = {"bloc": names.bloc(bloc), "day": on}
    done = rows[rows["state"].isin([*BINDING, calendars.HELD]) & ~rows["is_document_only"].astype(bool)]
    ahead = rows[rows["state"].isin(["proposed", *calendars.AHEAD])]
    if done.empty and ahead.empty:
        text = "No security act of {bloc} is known by {day} from a source other than the documents."
        return Finding("security-turn", text, exhibit="acts" if len(rows) else None, **values)
    if done.empty:
        text = "Of {bloc} no security act is known to have been done by {day}"
    else:
        first, last = done.iloc[0], done.iloc[-1]
        text = "The first security act of {bloc} that a source other than the documents shows is the {first} ({start})"
        values |= {"first": str(first["title"]), "start": marks.date(first)}
        if len(done) > 1:
            text += ", the last done by {day} the {last} ({end})"
            values |= {"last": str(last["title"]), "end": marks.date(last)}
    if len(ahead):
        text += "; {ahead:count} {are} proposed or planned and not counted"
        count = _listed(ahead, on)
        values |= {"ahead": count, "are": plural(count, one="is", other="are")}
    if "{day}" not in text:
        values.pop("day")
    shown = _listed(pd.concat([done, ahead]), on).rows
    return Finding(
        "security-turn",
        text + ".",
        exhibit="acts",
        rows=shown,
        sources=list(dict.fromkeys(rows["shown_by"])),
        **values,
    )
