"""How far each process has come: the stages reached, the days in each, and what is not found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd

from analysis.exhibits import charts, marks, names
from analysis.exhibits.accords import naming
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural
from analysis.measures import stages
from analysis.measures.dates import is_blank
from analysis.measures.measured import Measured

ACCESSION = "accession"
Tracks = Mapping[str, pd.DataFrame]
KEY = {
    "done": "Done",
    "said": "Only said: announced or confirmed",
    "coarse": "Reached, day not known",
    "uncertain": "Uncertain on this day",
    "passed": "No date in the tables, a later stage reached",
    "open": "Not found",
}


def lead(tracks: Tracks, on: date) -> Finding:
    """The first finding: where every process stands on the day."""
    values: dict[str, Any] = {"day": on}
    parts, idle = [], []
    for letter, (ident, frame) in zip("abcdefgh", tracks.items(), strict=False):
        values[f"process_{letter}"] = naming.process(ident)
        if frame.empty:
            idle.append(values.pop(f"process_{letter}"))
        elif _is_joined(frame):
            parts.append(_joined(frame, on, letter, values))
        else:
            parts.append(_standing(frame, on, letter, values))
    if idle:
        parts.append("no stage of {idle:or} had been reached")
        values["idle"] = idle
    first = next((ident for ident, frame in tracks.items() if not frame.empty), None)
    return Finding(
        "lead",
        f"On {{day}}, {naming.listed(parts)}.",
        role="lead",
        exhibit=None if first is None else f"track-{first}",
        rows=[row for frame in tracks.values() if not frame.empty for row in _rows(frame)],
        sources=naming.sources(*(frame["source"] for frame in tracks.values() if not frame.empty)),
        **values,
    )


def waiting(tracks: Tracks, on: date) -> Finding:
    """Key figure: the days since the last stage of the first process of two countries that is still open."""
    ident = next((name for name, frame in tracks.items() if not frame.empty and not _is_joined(frame)), None)
    last, following = (None, None) if ident is None else _last_and_next(tracks[ident])
    if last is None:
        return Finding("waiting", "No process between two countries had surely reached a stage on this day.")
    since = stages.days_since(naming.span(last), on, **_behind(last))
    values = {"process": naming.process(ident), "last": last["label"], "date": str(last["date"])}
    if following is None:
        return Finding(
            "waiting",
            "{process} has reached its last stage, {last} ({date:date}).",
            exhibit=f"track-{ident}",
            **values,
        )
    figure, numbers = _days(since)
    return Finding(
        "waiting",
        "{process} reached the stage ‘{last}’ on {date:date}; the next, ‘{next}’, is not found."
        if not marks.is_coarse(last["date"])
        else "{process} reached the stage ‘{last}’ in {date:date}; the next, ‘{next}’, is not found.",
        role="key",
        rank=1,
        label="Time after {process} reached ‘{last}’",
        figure=figure,
        change="to {day}; ‘{next}’ not found",
        exhibit=f"track-{ident}",
        next=following["label"],
        day=on,
        **values,
        **numbers,
    )


def signed(tracks: Tracks, process: str, on: date) -> Finding:
    """Key figure: how many of the countries that have begun to join have reached the stage that ties them."""
    frame = tracks.get(process, pd.DataFrame())
    if frame.empty:
        return (
            Finding(
                "signed",
                "No country had begun to join {process} on this day.",
                process=naming.process(process),
            )
            if (process in tracks)
            else Finding("signed", "Joining {process} is not asked about.", process=naming.process(process))
        )
    begun, bound = _counted(frame, on)
    values: dict[str, Any] = {"process": naming.process(process)}
    rest = _rest(frame, values, "x")
    notes = _notes(
        frame[frame["is_binding"].astype(bool)].assign(
            name=[names.label(code) for code in frame.loc[frame["is_binding"].astype(bool), "country"]]
        )
    )
    noted = " {noted}" if notes else ""
    values |= {"noted": " ".join(notes)} if notes else {}
    return Finding(
        "signed",
        f"{{bound:count}} of the {{begun:count}} {{countries}} begun to join {{process}} {{have}} signed{rest}.{noted}",
        role="key",
        rank=2,
        label="Countries that have signed, of those that have begun to join {process}",
        figure="{bound:count} of {begun:count}",
        exhibit=f"track-{process}",
        bound=bound,
        begun=begun,
        countries=plural(begun, one="country that has", other="countries that have"),
        have=plural(bound, one="has", other="have"),
        rows=begun.rows,
        **values,
    )


def track(tracks: Tracks, process: str, on: date, shown: Collection[str] = ()) -> Exhibit:
    """The stages of one process, a row for each country that joins or for the pair, and the days between them."""
    ident = f"track-{process}"
    if process not in tracks:
        return naming.not_asked(ident, process)
    whole = tracks[process]
    if whole.empty:
        return naming.none_yet(ident, process, on)
    kept = whole[whole["stage"].isin(shown)]
    frame = _told(kept if len(kept) else whole, on)
    return Exhibit.figure(
        ident,
        title=_title(whole, process, on),
        subtitle=Finding(
            f"{ident}-subtitle",
            "Stages in their order, with the day reached and the days between; as of {day}",
            day=on,
        ),
        figure=lambda: charts.stages(
            pd.DataFrame(
                {
                    "name": frame["name"],
                    "head": frame["label"],
                    "mark": frame["mark"],
                    "text": frame["said"],
                    "between": frame["between"],
                }
            ),
            heads=list(dict.fromkeys(frame.sort_values("position")["label"])),
            key=KEY,
        ),
        table=Table.of(
            frame.assign(word=[naming.STATES[state] for state in frame["state"]]),
            [
                Column("name", "Process" if not _is_joined(whole) else "Country"),
                Column("label", "Stage"),
                Column("word", "State"),
                Column("said", "Date"),
                Column("between", "From the stage before"),
            ],
        ),
        data=frame.drop(columns=["event", "agreement", "agreement_date", "definition"]),
        note=_note(frame),
        sources=naming.sources(frame["source"]),
        methods=["days_between"],
        placement="none",
    )


# --- inside ----------------------------------------------------------------------------------------------------------


def _is_joined(frame: pd.DataFrame) -> bool:
    """Whether countries join one after the other."""
    return bool((frame["kind"] == ACCESSION).any())


def _told(frame: pd.DataFrame, on: date) -> pd.DataFrame:
    """A track with the words, marks and times that a reader sees."""
    rows = []
    before: dict[str, Any] = {}
    counterparts = frame.dropna(subset=["counterpart"]).groupby("country")["counterpart"].first()
    for row in frame.to_dict("records"):
        country, step = row["country"], before.get(row["country"])
        joins = _is_joined(frame)
        name = names.label(country) if joins else naming.pair(country, counterparts[country])
        is_dated = row["state"] in (stages.REACHED, stages.UNCERTAIN)
        between = ""
        if step is not None and row["state"] == stages.REACHED:
            between = naming.day_count(stages.days_between(naming.span(step), naming.span(row)))
        elif (
            step is not None and row["state"] == stages.OPEN and not step.get("told") and not step["is_tied"]
        ):
            between = f"{naming.day_count(stages.days_since(naming.span(step), on))} so far"
            step["told"] = True
        if row["state"] == stages.REACHED:
            tied = bool(row["is_binding"]) or (step is not None and step["is_tied"])
            before[country] = row | {"is_tied": tied}
        said = marks.date(row) if is_dated else ""
        rows.append(row | {"name": name, "said": said, "between": between, "mark": _mark(row)})
    return pd.DataFrame(rows)


def _mark(row: Mapping[str, Any]) -> str:
    if row["state"] != stages.REACHED:
        return row["state"]
    if marks.is_coarse(row["date"]):
        return "coarse"
    return "said" if row["is_said"] else "done"


def _last_and_next(frame: pd.DataFrame) -> tuple[Any, Any]:
    """The furthest stage surely reached of the one row of a track, and the first after it that is open."""
    last = stages.current(frame, frame["country"].iloc[0])
    if last is None:
        return None, None
    later = frame[(frame["position"] > last["position"]) & (frame["state"] != stages.REACHED)]
    return last, None if later.empty else later.sort_values("position").iloc[0]


def _counted(frame: pd.DataFrame, on: date) -> tuple[Measured, Measured]:
    """Countries that have begun, and those that have reached the stage that ties them."""
    begun = frame[frame["state"] == stages.REACHED]
    bound = begun[begun["is_binding"].astype(bool)]
    return tuple(
        Measured(
            each["country"].nunique(),
            "count",
            "track",
            on=on,
            rows=_rows(each),
            sources=naming.sources(each["source"]),
        )
        for each in (begun, bound)
    )


def _rest(frame: pd.DataFrame, values: dict[str, Any], letter: str, *, is_brief: bool = False) -> str:
    """What is told of the countries that have begun and not signed; briefly, only the first stage of each."""
    begun = frame[frame["state"] == stages.REACHED]
    bound = set(begun.loc[begun["is_binding"].astype(bool), "country"])
    open_ = sorted(set(begun["country"]) - bound)
    texts = []
    for number, country in enumerate(open_):
        own = begun[begun["country"] == country].sort_values("position").head(1 if is_brief else len(begun))
        key = f"{letter}{'abcdefgh'[number]}"
        steps = []
        for place, row in enumerate(own.to_dict("records")):
            word, day = f"stage_{key}{'abcd'[place]}", f"date_{key}{'abcd'[place]}"
            values |= {word: row["label"], day: str(row["date"])}
            steps.append(f"{{{word}}} {'in' if marks.is_coarse(row['date']) else 'on'} {{{day}:date}}")
        values[f"country_{key}"] = names.possessive(country)
        texts.append(f"{{country_{key}}} joining was {' and '.join(steps)} and no signature is found")
    return "".join(f"; {text}" for text in texts)


def _joined(frame: pd.DataFrame, on: date, letter: str, values: dict[str, Any]) -> str:
    begun, bound = _counted(frame, on)
    if not begun.value:
        return f"whether any country had begun to join {{process_{letter}}} is uncertain"
    values |= {
        f"begun_{letter}": begun,
        f"bound_{letter}": bound,
        f"have_{letter}": plural(bound, one="has", other="have"),
    }
    values[f"countries_{letter}"] = plural(begun, one="country that has", other="countries that have")
    text = f"{{bound_{letter}:count}} of the {{begun_{letter}:count}} {{countries_{letter}}} begun to join"
    rest = _rest(frame, values, letter, is_brief=True).replace("; ", ", but ", 1)
    return f"{text} {{process_{letter}}} {{have_{letter}}} signed{rest}"


def _standing(frame: pd.DataFrame, on: date, letter: str, values: dict[str, Any]) -> str:
    last, following = _last_and_next(frame)
    if last is None:
        return f"whether {{process_{letter}}} had begun is uncertain"
    since = stages.days_since(naming.span(last), on, **_behind(last))
    values |= {f"last_{letter}": last["label"]}
    if following is None:
        return f"{{process_{letter}}} has reached its last stage, ‘{{last_{letter}}}’"
    values |= {f"next_{letter}": following["label"], f"most_{letter}": since.most}
    days = f"{{most_{letter}}}"
    if since.is_range:
        values[f"fewest_{letter}"] = since.fewest
        days = f"{{fewest_{letter}:number0}} to {days}"
    return (
        f"{{process_{letter}}} has stood at the stage ‘{{last_{letter}}}’ for {days}, with"
        f" ‘{{next_{letter}}}’ not found"
    )


def _title(frame: pd.DataFrame, process: str, on: date) -> Finding:
    ident, values = f"track-{process}-title", {"process": naming.process(process)}
    if _is_joined(frame):
        begun, bound = _counted(frame, on)
        if not begun.value:
            return Finding(
                ident, "Whether any country had begun to join {process} is uncertain", role="title", **values
            )
        return Finding(
            ident,
            "{bound:count} of {begun:count} {countries} that began to join {process} {have} signed",
            role="title",
            begun=begun,
            bound=bound,
            countries=plural(begun, one="country", other="countries"),
            have=plural(bound, one="has", other="have"),
            **values,
        )
    last, following = _last_and_next(frame)
    if last is None:
        return Finding(ident, "Whether {process} had begun is uncertain", role="title", **values)
    values["last"] = last["label"]
    if following is None:
        return Finding(ident, "{process} has reached its last stage, ‘{last}’", role="title", **values)
    figure, numbers = _days(stages.days_since(naming.span(last), on, **_behind(last)))
    return Finding(
        ident,
        f"{{process}}: ‘{{last}}’ for {figure}, ‘{{next}}’ not found",
        role="title",
        next=following["label"],
        **values,
        **numbers,
    )


def _days(since: stages.Between) -> tuple[str, dict[str, Any]]:
    """A time in days as part of a template, with its values."""
    if since.is_range:
        return "{fewest:number0} to {most}", {"fewest": since.fewest, "most": since.most}
    return "{most}", {"most": since.most}


def _behind(row: Any) -> dict[str, Any]:
    return {"rows": (row["row"],) if row["row"] else (), "sources": (row["source"],)}


def _rows(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(row for row in frame["row"] if isinstance(row, str) and row)


def _notes(frame: pd.DataFrame) -> list[str]:
    """What the rows of stages reached say beside their cells."""
    rows = frame[frame["state"] == stages.REACHED].to_dict("records")
    return [f"{row['name']}, {row['label']}: {row['note']}." for row in rows if not is_blank(row["note"])]


def _note(frame: pd.DataFrame) -> str | None:
    """What rows say beside their cells, and the marks that stand in them."""
    return " ".join(filter(None, [*_notes(frame), marks.note(frame["said"])])) or None
