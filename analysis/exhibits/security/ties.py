"""The network on two days: the lead, the drawing with its list of pairs, and where one pair stands."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exhibits import charts, names, wording
from analysis.exhibits.display import Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.security import kinds
from analysis.exhibits.security.pair import Layer, columns, listed, lit_pair
from analysis.exhibits.template import plural
from analysis.measures import network as nets
from analysis.measures.measured import Measured
from analysis.measures.network import Network
from analysis.measures.sets import asked


def lead(networks: Sequence[Network]) -> Finding:
    """The first finding: how many pairs are tied on the last day, how many of them allied, and on the first day."""
    now, before = networks[-1], networks[0]
    tied, allies, then = (
        nets.ties(now),
        nets.ties(now, level=kinds.rank(kinds.LEADING)),
        nets.ties(before),
    )
    pairs = nets.possible_pairs(now.countries, now.on)
    values = {"day": now.on, "pairs": pairs, "of": asked(now.countries, now.on)}
    text = "On {day}, "
    if not tied.defined:
        low, high = (
            Measured(end, "count", "ties", on=now.on, rows=tied.rows) for end in nets.limits(now, "ties")
        )
        text += "between {low:count} and {high:count} of the {pairs:count} pairs of the {of:count} countries are tied by a"
        text += " security agreement that binds: {why}"
        values |= {"low": low, "high": high, "why": _why(tied)}
    elif tied.value == 0:
        text += "none of the {pairs:count} pairs of the {of:count} countries is tied by a security agreement that binds"
    else:
        text += (
            "{tied:count} of the {pairs:count} pairs of the {of:count} countries {are} tied by a security agreement"
            " that binds"
        )
        values |= {"tied": tied, "are": plural(tied, one="is", other="are")}
        if kinds.has_leading(now) and allies.defined and tied.defined:
            text += (
                ", {allies:count} of them at the level of an alliance"
                if allies.value
                else ", none of them at the level of an alliance"
            )
            values |= {"allies": allies} if allies.value else {}
    if before is now:
        text += "; no earlier day is compared"
    else:
        values["early"] = before.on
        text += (
            "; on {early}, {then:count} {were}" if then.defined else "; how many were on {early} is uncertain"
        )
        values |= (
            {"then": then, "were": plural(then, one="was tied", other="were tied")} if then.defined else {}
        )
    return Finding(
        "lead",
        text + ".",
        role="lead",
        exhibit="network",
        **values,
    )


def _why(undefined: Measured) -> str:
    """The reason in words, without the day that the sentence has named already."""
    _, _, rest = names.spoken(str(undefined.reason)).partition(" it is uncertain")
    return f"it is uncertain{rest}"


def tied(networks: Sequence[Network]) -> Finding:
    """Key figure: tied pairs on the last day, of all pairs, beside the first day; the sentence names the allied ones."""
    now, before = networks[-1], networks[0]
    ties, then = nets.ties(now), nets.ties(before)
    if not ties.defined or not then.defined:
        return Finding(
            "tied-pairs", "How many pairs are tied is uncertain: a date behind it is known only roughly."
        )
    values = {"tied": ties, "pairs": nets.possible_pairs(now.countries, now.on), "day": now.on}
    change = ""
    if before is not now:
        change, values = "{then:count} on {early}", values | {"then": then, "early": before.on}
    return Finding(
        "tied-pairs",
        _who(now, values),
        role="key",
        rank=1,
        label="Pairs tied by a security agreement that binds, {day}",
        figure="{tied:count} of {pairs:count}",
        change=change,
        exhibit="network",
        **values,
    )


def _who(now: Network, values: dict) -> str:
    """The allied pairs by name; the tied ones where no kind, or no certain date, tells an alliance apart."""
    level = kinds.rank(kinds.LEADING)
    is_told = kinds.has_leading(now) and nets.ties(now, level=level).defined
    pairs = [pair for pair in now.pairs if nets.level(now, *pair) >= (level if is_told else 1)]
    if not pairs:
        return "No two of the countries are allied on {day}." if is_told else "No pair is tied on {day}."
    values["who"] = sorted(kinds.pair(*pair) for pair in pairs)
    return "Allied on {day}: {who}." if is_told else "Tied on {day}: {who}."


def drawing(networks: Sequence[Network], layers: Sequence[Layer], lit: Sequence[str] = ()) -> Exhibit:
    """The network on one or two days, the blocs behind it, one pair lit."""
    now = networks[-1]
    if not any(len(each.acts) for each in networks):
        why = "No security agreement of any two of these countries is known by {day}."
        return Exhibit.absent("network", Finding("network-absent", why, day=now.on))
    panels = [
        kinds.panel(
            each, wording.date(each.on), {bloc: nets.co_members(each, one) for bloc, one in layer.items()}
        )
        for each, layer in zip(networks, layers, strict=True)
    ]
    pair = lit_pair(now, lit)
    key = kinds.key(networks, layers[-1])
    frame = listed(networks, layers[-1], pair).drop(columns=["count", "since", "blocs"])
    nodes = [names.label(code) for code in now.countries]
    return Exhibit.figure(
        "network",
        title=_title(networks),
        subtitle=Finding(
            "network-subtitle",
            "Highest kind of security tie of each pair, {days:and}; pale lines join members of one bloc",
            days=[wording.date(each.on) for each in networks],
        )
        if any(layers[-1])
        else Finding(
            "network-subtitle",
            "Highest kind of security tie of each pair, {days:and}",
            days=[wording.date(each.on) for each in networks],
        ),
        note=_note(now, layers),
        figure=lambda: charts.networks(
            panels,
            nodes=nodes,
            key=key,
            lit=pair and tuple(names.label(code) for code in pair),
            lit_label=kinds.pair(*pair) if pair else "",
            hollow_label=kinds.HOLLOW,
        ),
        table=Table.of(frame, columns(networks)),
        data=frame,
        sources=list(dict.fromkeys(source for each in networks for source in each.acts["source"])),
        methods=["ties", *(["members"] if layers[-1] else [])],
    )


def limit(networks: Sequence[Network]) -> Finding:
    """Limit: what a tie says and does not say."""
    return Finding(
        "ties-limit",
        "A tie says that an agreement of that name was signed and has not ended; it does not say what is done under it."
        " Entry into force is known for few, no treaty text was read in full, and a tie that the sources do not show may"
        " still exist. An alliance is here what the two call so. With {count:count} countries the measures describe and"
        " test nothing.",
        role="limit",
        count=asked(networks[-1].countries, networks[-1].on),
    )


def _title(networks: Sequence[Network]) -> Finding:
    now, before = networks[-1], networks[0]
    was, is_now = nets.ties(before), nets.ties(now)
    values = {"late": now.on}
    if not is_now.defined:
        text = "How many pairs are tied on {late} is uncertain"
    elif before is now:
        text = (
            "{now:count} {pairs} of countries {are} tied on {late}"
            if is_now.value
            else "No pair is tied on {late}"
        )
        if is_now.value:
            values |= {
                "now": is_now,
                "pairs": plural(is_now, one="pair", other="pairs"),
                "are": plural(is_now, one="is", other="are"),
            }
    elif not was.defined:
        text = "{now:count} {pairs} of countries {are} tied on {late}; on {early} it is uncertain how many"
        values |= {
            "now": is_now,
            "pairs": plural(is_now, one="pair", other="pairs"),
            "are": plural(is_now, one="is", other="are"),
            "early": before.on,
        }
    else:
        text = "From {was:count} tied {pairs} on {early} to {now:count} on {late}"
        values |= {
            "was": was,
            "now": is_now,
            "early": before.on,
            "pairs": plural(was, one="pair", other="pairs"),
        }
    return Finding("network-title", text, role="title", **values)


def _note(now: Network, layers: Sequence[Layer]) -> str | None:
    unsure = {
        f"{names.label(code)} in {names.bloc(bloc)}"
        for layer in layers
        for bloc, members in layer.items()
        for code in members.uncertain & set(now.countries)
    }
    return f"Not drawn as uncertain: {wording.join(sorted(unsure))}." if unsure else None
