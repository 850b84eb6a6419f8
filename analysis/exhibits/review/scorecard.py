"""The score: how many claims the tables bear out, refute or leave open, document by document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis import tables
from analysis.exhibits import charts, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.review.listing import counted
from analysis.exhibits.review.told import VERDICTS
from analysis.exhibits.template import plural
from analysis.measures.claims import CONTRADICTED, PARTLY, SUPPORTED, UNVERIFIABLE, Checked

COLOURS = {SUPPORTED: "accent", PARTLY: "seq-3", CONTRADICTED: "decline", UNVERIFIABLE: "neutral"}
OWN = "Your file"


def lead(checked: Sequence[Checked], is_own: bool) -> Finding:
    """The first finding: how many claims there are and what became of them."""
    if not checked:
        text = "No claim of the source documents had been made by this day."
        return Finding("lead", text, role="lead")
    score = {verdict: _of(checked, verdict) for verdict in VERDICTS}
    open_ = score[UNVERIFIABLE]
    kinds = (
        (SUPPORTED, "support {yes:count}"),
        (PARTLY, "support {part:count} in part"),
        (CONTRADICTED, "contradict {no:count}"),
    )
    told = [words for verdict, words in kinds if score[verdict]]
    said = f"the tables {wording.join(told)}" if told else "the tables can decide none"
    rest = "; {open:count} cannot be decided" if open_ and told else ""
    values = {
        "yes": score[SUPPORTED],
        "part": score[PARTLY],
        "no": score[CONTRADICTED],
        "open": open_ if told else [],
    }
    return Finding(
        "lead",
        f"Of the {{all:count}} {{claims}} of {{where}} {said}{rest}.",
        role="lead",
        exhibit="scorecard",
        all=counted(checked),
        claims=plural(len(checked), one="claim", other="claims"),
        where="this file" if is_own else "the source documents",
        **{name: counted(value) for name, value in values.items() if value},
    )


def decided(checked: Sequence[Checked]) -> Finding:
    """Key figure: the part of the claims that the tables can decide."""
    if not checked:
        return Finding("decided", "There is nothing to decide.")
    sure = [each for each in checked if each.is_decided]
    return Finding(
        "decided",
        "The tables decide {sure:count} of {all:count}; a forecast, a judgement and what no row tells they cannot decide.",
        role="key",
        rank=2,
        label="Claims that the tables decide",
        figure="{sure:count} of {all:count}",
        exhibit="all-claims",
        sure=counted(sure),
        all=counted(checked),
    )


def contradicted(checked: Sequence[Checked]) -> Finding:
    """Key figure: the claims that the tables refute, or bear out in part only."""
    no, part = _of(checked, CONTRADICTED), _of(checked, PARTLY)
    if not no and not part:
        return Finding("contradicted", "No claim under review is refuted by a table, wholly or in part.")
    if not part:
        return Finding(
            "contradicted",
            "{no:count} {claims} contradicted by a table.",
            role="key",
            rank=3,
            label="Claims that a table contradicts",
            figure="{no:count}",
            exhibit="off",
            no=counted(no),
            claims=plural(len(no), one="claim is", other="claims are"),
        )
    return Finding(
        "contradicted",
        "{no:count} {claims} contradicted by a table and {part:count} {hold} in part only.",
        role="key",
        rank=3,
        label="Claims that a table contradicts",
        figure="{no:count}",
        change="and {part:count} that hold in part",
        exhibit="off",
        no=counted(no),
        part=counted(part),
        claims=plural(len(no), one="claim is", other="claims are"),
        hold=plural(len(part), one="holds", other="hold"),
    )


def supported(checked: Sequence[Checked]) -> Finding:
    """The claims borne out, as a sentence."""
    borne_out = _of(checked, SUPPORTED)
    count = len(borne_out)
    if not count:
        return Finding("supported", "No claim under review is borne out as it stands.")
    return Finding(
        "supported",
        "{count:count} {claims} borne out as {they} {stand}; what each rests on is listed with it.",
        exhibit="all-claims",
        count=counted(borne_out),
        claims=plural(count, one="claim is", other="claims are"),
        they=plural(count, one="it", other="they"),
        stand=plural(count, one="stands", other="stand"),
    )


def limit() -> Finding:
    """Limit: what a verdict rests on."""
    return Finding(
        "limit-claims",
        "A verdict is about the tables of this project: contradicted needs a row with another value, and what was not "
        "found is left open, not refuted. Sources were read as excerpts, and a row for which only the document itself "
        "vouches never counts.",
        role="limit",
    )


def scorecard(checked: Sequence[Checked], is_own: bool) -> Exhibit:
    """The share of each verdict, one bar a document."""
    if not checked:
        return Exhibit.absent(
            "scorecard", Finding("scorecard-absent", "There is no claim to score on this day.")
        )
    titles = {} if is_own else _documents()
    frame = pd.DataFrame(
        [(titles.get(each.source, OWN), each.verdict) for each in checked], columns=["document", "verdict"]
    )
    counts = (
        frame.groupby(["document", "verdict"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(VERDICTS), fill_value=0)
    )
    shares = counts.div(counts.sum(axis=1), axis=0)
    texts = counts.astype(str)
    heads = {code: words.capitalize() for code, words in VERDICTS.items()}
    printed = counts.rename(columns=heads).reset_index()
    printed.insert(1, "All", counts.sum(axis=1).to_numpy())
    decided_share = float(1 - (frame["verdict"] == UNVERIFIABLE).mean())
    share = replace(counted(checked), value=decided_share, unit="share", method="claims_decided")
    return Exhibit.figure(
        "scorecard",
        title=Finding(
            "scorecard-title", "The tables decide {share} of the claims", role="title", share=share
        ),
        subtitle="Claims by verdict, as a share of the claims of each document; the numbers are counts",
        figure=lambda: charts.shares(
            shares.rename(columns=heads),
            texts=texts.rename(columns=heads),
            colours={heads[code]: theme.token(name) for code, name in COLOURS.items()},
            key=True,
        ),
        table=Table.of(
            printed,
            [
                Column("document", "Document"),
                Column("All", "Claims", "count"),
                *(Column(head, head, "count") for head in heads.values()),
            ],
        ),
        data=printed,
        sources=list(dict.fromkeys(source for each in checked for source in (each.source,) if source)),
        methods=["claims_decided"],
    )


def _documents() -> Mapping[str, str]:
    """The titles of the documents, by id."""
    frame = tables.read("sources")
    own = frame[frame["source"].isin(set(tables.read("claims")["source"]))]
    return {row.source: wording.typographic(row.title.partition(" (")[0]) for row in own.itertuples()}


def _of(checked: Sequence[Checked], *verdicts: str) -> list[Checked]:
    return [each for each in checked if each.verdict in verdicts]
