"""The blocs behind the network: which of the countries sit in which of them, and who sits in more than one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.exhibits import names
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.overlap.sets import KEY, drawn, printed
from analysis.exhibits.template import plural
from analysis.measures.measured import Measured
from analysis.measures.network import Network
from analysis.measures.sets import Members, asked


def shared_blocs(standing: pd.DataFrame, network: Network, sets: Mapping[str, Members]) -> Exhibit:
    """The standing of every country of the network in the blocs, on its day; `standing` as `blocs.standing` gives it."""
    shown = standing[standing["bloc"].isin(list(sets)) & standing["country"].isin(network.countries)]
    if shown.empty:
        return Exhibit.absent("shared-blocs", _absent(network, sets))
    full = shown[shown["is_full"].astype(bool)].groupby("country").size()
    order = sorted(network.countries, key=lambda code: (-full.get(code, 0), names.label(code)))
    return Exhibit.figure(
        "shared-blocs",
        title=_title(network, sets),
        subtitle=Finding(
            "shared-blocs-subtitle",
            "Standing of each country on {day}; the number counts full standing",
            day=network.on,
        ),
        figure=lambda: drawn(shown, order, list(sets), KEY | {"full": "Member or participant"}),
        table=printed(shown, order, list(sets)),
        data=shown.drop(columns=["rows", "sources"]).assign(could_be=shown["could_be"].map("; ".join)),
        sources=tuple(dict.fromkeys(source for each in shown["sources"] for source in each)),
        methods=["members"],
    )


def shared_blocs_said(network: Network, sets: Mapping[str, Members]) -> Finding:
    """Which of the countries are in every bloc shown, and which in none."""
    values = {"day": network.on, "blocs": [names.bloc(each) for each in sets]}
    if not sets:
        return Finding("bloc-members", "No bloc is laid behind the network.")
    if any(one.uncertain & set(network.countries) for one in sets.values()):
        text = "Who of the countries is in each of {blocs} on {day} is uncertain for some."
        return Finding("bloc-members", text, exhibit="shared-blocs", **values)
    inside = [one.certain & set(network.countries) for one in sets.values()]
    everywhere, anywhere = frozenset.intersection(*inside), frozenset.union(*inside)
    if not anywhere:
        return Finding("bloc-members", "None of the countries is a member of {blocs:or} on {day}.", **values)
    text = "On {day}, " + (
        "{both} {are} in each of {blocs}" if everywhere and len(sets) > 1
        else "{both} {are} in {blocs}" if everywhere
        else "no country is in each of {blocs}"
    )  # fmt: skip
    if everywhere:
        values |= {
            "both": names.countries(everywhere),
            "are": plural(len(everywhere), one="is", other="are"),
        }
    outside = set(network.countries) - anywhere
    if outside:
        text += "; {none} {stand} outside"
        values |= {
            "none": names.countries(outside),
            "stand": plural(len(outside), one="stands", other="stand"),
        }
    return Finding("bloc-members", text + ".", exhibit="shared-blocs", **values)


def _title(network: Network, sets: Mapping[str, Members]) -> Finding:
    values = {"day": network.on}
    if any(one.uncertain & set(network.countries) for one in sets.values()):
        text = "Who shares these blocs on {day} is uncertain for some countries"
        return Finding("shared-blocs-title", text, role="title", **values)
    inside = [one.certain & set(network.countries) for one in sets.values()]
    used = tuple(row for one in sets.values() for row in one.rows)
    common = frozenset.intersection(*inside)
    count = Measured(len(common), "count", "intersection", on=network.on, rows=used)
    values |= {
        "count": count,
        "of": asked(network.countries, network.on),
        "are": plural(count, one="is", other="are"),
        "blocs": [names.bloc(each) for each in sets],
    }
    text = "{count:count} of the {of:count} countries {are} in each of {blocs} on {day}"
    if not count.value:
        text = "None of the {of:count} countries is in each of {blocs} on {day}"
        values.pop("count"), values.pop("are")
    if len(sets) == 1:
        text = text.replace("each of ", "")
    return Finding("shared-blocs-title", text, role="title", **values)


def _absent(network: Network, sets: Mapping[str, Members]) -> Finding:
    if not sets:
        return Finding("shared-blocs-absent", "No bloc is laid behind the network.")
    why = "None of the countries has a standing in {blocs:or} on {day}."
    return Finding("shared-blocs-absent", why, blocs=[names.bloc(each) for each in sets], day=network.on)
