"""Measures of the network on two days, and the network with one country taken out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.security import kinds
from analysis.exhibits.security.pair import Layer
from analysis.exhibits.template import plural, ranked
from analysis.measures import network as nets
from analysis.measures.network import Network
from analysis.measures.sets import asked

METHODS = ["ties", "density", "degree", "strength", "triangles", "components"]
STRENGTHS = {
    "agreements": "strength counts the binding agreements behind the ties",
    "plain": "strength counts each tie once",
}


def measures(networks: Sequence[Network], weights: str) -> Exhibit:
    """Degree and strength of each country on each day."""
    now = networks[-1]
    rows = []
    for code in now.countries:
        row: dict[str, object] = {"country": names.label(code)}
        for each in networks:
            degree, strength = nets.degree(each, code), nets.strength(each, code, weights=weights)
            at = each.on.isoformat()
            row[f"degree {at}"] = kinds.cell(degree, nets.limits(each, "degree", code))
            row[f"strength {at}"] = kinds.cell(strength, nets.limits(each, "strength", code, weights=weights))
        row["most"] = nets.limits(now, "degree", code)[0]
        rows.append(row)
    frame = pd.DataFrame(rows).sort_values(["most", "country"], ascending=[False, True], ignore_index=True)
    days = [each.on.isoformat() for each in networks]
    return Exhibit.table(
        "degrees",
        title=_degrees_title(now),
        subtitle=Finding(
            "degrees-subtitle",
            "Degree is the number of countries tied to; {strength}",
            strength=STRENGTHS[weights],
        ),
        table=Table.of(
            frame,
            [
                Column("country", "Country"),
                *(
                    Column(f"{what} {at}", f"{what.capitalize()}, {wording.date(at)}", align="right")
                    for at in days
                    for what in ("degree", "strength")
                ),
            ],
        ),
        data=frame.drop(columns="most"),
        sources=now.sources,
        methods=["degree", "strength"],
    )


def degrees_said(networks: Sequence[Network], weights: str) -> Finding:
    """Who has most ties and most agreements behind them on the last day, and who has none."""
    now = networks[-1]
    degrees = {code: nets.degree(now, code) for code in now.countries}
    strengths = {code: nets.strength(now, code, weights=weights) for code in now.countries}
    values: dict = {"day": now.on}
    if not all(each.defined for each in (*degrees.values(), *strengths.values())):
        text = "How many ties each country has on {day} is uncertain for some: the table gives both ends."
        return Finding("most-ties", text, exhibit="degrees", **values)
    top = max(now.countries, key=lambda code: (degrees[code].value, strengths[code].value))
    if not degrees[top].value:
        return Finding("most-ties", "None of the countries has a tie on {day}.", exhibit="degrees", **values)
    values |= {
        "top": names.country(top),
        "degree": degrees[top],
        "all": asked(set(now.countries) - {top}, now.on),
        "strength": strengths[top],
        "agreements": plural(strengths[top], one="agreement", other="agreements"),
    }
    text = "On {day} {top} is tied to {degree:count} of the {all:count} others"
    if weights == "agreements":
        text += ", by {strength:count} {agreements}"
    else:
        values.pop("strength"), values.pop("agreements")
    alone = [code for code in now.countries if not degrees[code].value]
    if alone:
        text += "; {alone} {have} no tie"
        values |= {"alone": names.countries(alone), "have": plural(len(alone), one="has", other="have")}
    return Finding("most-ties", text + ".", exhibit="degrees", **values)


def _degrees_title(now: Network) -> Finding:
    degrees = {code: nets.degree(now, code) for code in now.countries}
    values = {"day": now.on}
    if not all(each.defined for each in degrees.values()):
        text = "How the countries rank by ties on {day} depends on a date known only roughly"
        return Finding("degrees-title", text, role="title", **values)
    most = max(each.value for each in degrees.values())
    if not most:
        return Finding("degrees-title", "No country has a tie on {day}", role="title", **values)
    top = [code for code, each in degrees.items() if each.value == most]
    return Finding(
        "degrees-title",
        "Most ties on {day}: {who} with {most:count} of {all:count}",
        role="title",
        who=names.countries(top),
        most=ranked(degrees[top[0]], degrees.values()),
        all=asked(set(now.countries) - {top[0]}, now.on),
        **values,
    )


def without(networks: Sequence[Network], layers: Sequence[Layer], country: str | None) -> Exhibit:
    """The network of the last day whole and without one country: both drawings, and all measures on all days."""
    now = networks[-1]
    if _refusal(now, country):
        return Exhibit.absent("without", Finding("without-absent", "There is no second network to draw."))
    if not len(now.acts):
        why = "There is no tie on {day} from which one could be taken out."
        return Exhibit.absent("without", Finding("without-absent", why, day=now.on))
    rest = nets.without(now, country)
    columns = {}
    for each in networks:
        day = wording.date(each.on)
        columns[f"All, {day}"] = _column(each)
        columns[f"Without {names.label(country)}, {day}"] = _column(nets.without(each, country))
    frame = pd.DataFrame(columns).rename_axis("measure").reset_index()
    shared = {bloc: nets.co_members(now, members) for bloc, members in layers[-1].items()}
    panels = [
        kinds.panel(now, "All", shared),
        kinds.panel(now, f"Without {names.label(country)}", shared, [country]),
    ]
    return Exhibit.figure(
        "without",
        title=_title(now, rest, country),
        subtitle=Finding(
            "without-subtitle", "Security ties on {day}, whole and with one country taken out", day=now.on
        ),
        note="A part is a group of countries that reach each other along ties; a country without ties is one of its own.",
        figure=lambda: charts.networks(
            panels,
            nodes=[names.label(code) for code in now.countries],
            key=kinds.key([now], layers[-1]),
            hollow_label=kinds.HOLLOW,
        ),
        table=Table.of(
            frame,
            [
                Column("measure", "Measure"),
                *(Column(name, name, align="right") for name in columns),
            ],
        ),
        data=frame,
        sources=now.sources,
        methods=["ties", "density", "triangles", "components"],
    )


def without_said(networks: Sequence[Network], country: str | None) -> Finding:
    """Key figure: the pairs that are tied on the last day without the country, against the whole."""
    now = networks[-1]
    if reason := _refusal(now, country):
        return Finding("without-density", reason.text)
    rest = nets.without(now, country)
    whole, left = (nets.density(each) for each in (now, rest))
    if not (whole.defined and left.defined):
        return Finding(
            "without-density",
            "How dense the network is with and without {country} is uncertain on {day}.",
            country=names.country(country),
            day=now.on,
        )
    values = {
        "country": names.country(country),
        "left": left,
        "whole": whole,
        "tied": nets.ties(rest),
        "pairs": nets.possible_pairs(rest.countries, rest.on),
        "tied_with": nets.ties(now),
        "pairs_with": nets.possible_pairs(now.countries, now.on),
        "day": now.on,
    }
    values["are"] = plural(values["tied"], one="is", other="are")
    text = "Without {country}, {tied:count} of {pairs:count} pairs {are} tied on {day}, a density of {left:percent0}"
    text += " against {whole:percent0} with it"
    if not whole.value:
        text = "No pair is tied on {day}, with {country} or without"
        for name in ("left", "whole", "are"):
            values.pop(name)
    triangles = nets.triangle_count(rest)
    if triangles.defined and triangles.value:
        text += ", and {triangles:count} {closed} left"
        values |= {
            "triangles": triangles,
            "closed": plural(triangles, one="triangle is", other="triangles are"),
        }
    elif triangles.defined and nets.triangle_count(now).value:
        text += ", and no triangle is left"
    return Finding(
        "without-density",
        text + ".",
        role="key",
        rank=2,
        label="Pairs still tied without {country}, {day}",
        figure="{tied:count} of {pairs:count}",
        change="with it {tied_with:count} of {pairs_with:count}",
        exhibit="without",
        **values,
    )


def _column(network: Network) -> dict[str, str]:
    level = kinds.rank(kinds.LEADING)
    percent = lambda value: wording.percent(value, 0)  # noqa: E731
    pairs = wording.count(len(network.pairs))
    lines = {
        "Tied pairs": f"{kinds.cell(nets.ties(network), nets.limits(network, 'ties'))} of {pairs}",
        "Density": kinds.cell(nets.density(network), nets.limits(network, "density"), percent),
    }
    if kinds.has_leading(network):
        allied = nets.density(network, level=level)
        lines["Density, allied pairs only"] = kinds.cell(
            allied, nets.limits(network, "density", level=level), percent
        )
    lines["Triangles"] = kinds.cell(nets.triangle_count(network), nets.limits(network, "triangles"))
    if kinds.has_leading(network):
        lines["Triangles of allies"] = kinds.cell(
            nets.triangle_count(network, level=level), nets.limits(network, "triangles", level=level)
        )
    lines["Parts"] = kinds.cell(nets.components(network), nets.limits(network, "components"))
    return lines


def _title(now: Network, rest: Network, country: str) -> Finding:
    tied, left = nets.ties(now), nets.ties(rest)
    values = {"country": names.country(country)}
    if not (tied.defined and left.defined):
        text = "How many ties are left without {country} is uncertain"
        return Finding("without-title", text, role="title", **values)
    if left.value == tied.value:
        text = "{country} has none of the {tied:count} ties"
        return Finding("without-title", text, role="title", tied=tied, **values)
    return Finding(
        "without-title",
        "Without {country}, {left:count} of {tied:count} {ties} {are} left",
        role="title",
        left=left,
        tied=tied,
        ties=plural(tied, one="tie", other="ties"),
        are=plural(left, one="is", other="are"),
        **values,
    )


def _refusal(network: Network, country: str | None) -> Finding | None:
    if not country:
        return Finding("without-absent", "No country is taken out of the network.")
    if country not in network.countries:
        why = "{country} is not among the countries of the network, so nothing changes without it."
        return Finding("without-absent", why, country=names.country(country, start=True))
    if len(network.countries) < 3:
        return Finding("without-absent", "With one of two countries taken out, no pair is left.")
    return None
