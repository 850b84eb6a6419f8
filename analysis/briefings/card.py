"""The card of a briefing: a picture of 1200 x 630 for whoever shows a link to it, with its alt text inside.

The left half says series, title, lead and edition; the right half shows the chart that the lead points to, drawn at the
card's own width, or the key figures where no such drawing was made or has its height.
"""

from __future__ import annotations

import json
from importlib import resources

from analysis.briefings import document as d
from analysis.briefings import drawing, pictures, typeset

LONGEST = 500  # letters: more never fits
LONGEST_WORD = 20
SOURCE = 190  # letters: three lines
FEWEST_NAMED = 3  # one, and how many others there are
TALLEST = 1.25  # times the width: a taller chart would be too small to read


def card(document: d.Document) -> bytes:
    """The PNG; it holds its own description."""
    figure = charted(document)
    told = {
        "series": document.series or document.words["new_briefing"],
        "title": document.title,
        "lead": document.lead.text if document.lead else document.subtitle,
        "edition": document.edition_text and f"{document.words['as_of']} {document.edition_text}",
        "source": source(document, figure) if figure else "",
        "exhibit": {"title": figure.title, "subtitle": figure.subtitle} if figure else None,
        "heading": document.words["key_figures"],
        "key_figures": [
            {"figure": key.figure, "label": key.label, "change": key.change} for key in document.key_figures
        ],
    }
    said = {name: _shown(value) for name, value in told.items()}
    if figure:
        said["exhibit"] |= {
            "svg": figure.narrow.svg,
            "width_mm": figure.narrow.width_mm,
            "height_mm": figure.narrow.height_mm,
        }
    look = drawing.tokens()
    said |= {
        "colours": look["light"],
        "fonts": look["fonts"],
        "lang": typeset.language(document.language)[0],
    }
    template = resources.files(__package__).joinpath("templates", "card.typ").read_bytes()
    picture = pictures.png(template, {"card": json.dumps(said, ensure_ascii=False, sort_keys=True)})
    return pictures.described(picture, typeset.plain(document.title), alt(document), document.language)


def charted(document: d.Document) -> d.Figure | None:
    """The figure that the lead points to, if it was drawn at the width of a card and is not too tall for it."""
    exhibit = document.lead_exhibit
    narrow = exhibit.narrow if isinstance(exhibit, d.Figure) else None
    return exhibit if narrow and narrow.height_mm <= TALLEST * narrow.width_mm else None


def source(document: d.Document, figure: d.Figure) -> str:
    """Who stands behind the chart: as many as have room, the others counted."""
    for most in range(d.MOST_NAMED, FEWEST_NAMED - 1, -1):
        names = "; ".join(name for name, _ in document.credited(figure.citations, most))
        if len(names) <= SOURCE:
            break
    return f"{document.words['source']}: {names}." if names else ""


def alt(document: d.Document) -> str:
    """What the card shows, in words."""
    figure = charted(document)
    keys = (": ".join(filter(None, (key.figure, key.label))) for key in document.key_figures)
    shown = [figure.title, figure.alt] if figure else keys
    said = [
        document.series,
        document.title,
        document.edition_text,
        document.lead.text if document.lead else document.subtitle,
        *shown,
    ]
    return typeset.plain(" ".join(f"{each.removesuffix('.')}." for each in said if each))


def _shown(value: object) -> object:
    """Texts on one line, their longest words with places to break, and no more than a card can hold."""
    match value:
        case str():
            return typeset.breakable(typeset.shortened(typeset.plain(value), LONGEST), LONGEST_WORD)
        case dict():
            return {name: _shown(held) for name, held in value.items()}
        case list():
            return [_shown(held) for held in value]
    return value
