"""Exhibit: a figure or a display table with all that a reader needs beside it, or the reason why it is not there.

    Exhibit.figure(id, title=Finding, subtitle=…, figure=…, table=…, data=…)
    Exhibit.table(id, title=Finding, subtitle=…, table=…, data=…)
    Exhibit.absent(id, Finding)

The title is a Finding, so it says what the data say. If it is undefined, the exhibit is absent and its sentence stands
instead: a notebook needs no condition. (The other texts may be undefined Findings; they then say so.) `alt` is optional:
what the rows show is drafted, and follows a text that does not give the end values itself. Displayed, an exhibit emits
its block and one picture or one HTML table; `exhibit.data` and, of a figure, `exhibit.figure` let a person go on by hand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis import tables

from . import blocks, citing, language, prose, svg, theme
from .alt import TABLE, described, draft, faults
from .display import Table, csv_text
from .finding import Finding, span

PLACEMENTS = ("top", "none")
MM_PER_INCH = 25.4
Said = Finding | str


class Exhibit(ABC):
    """What a figure and a display table share; made by `Exhibit.figure`, `Exhibit.table`, `Exhibit.absent`.

    `title`, `subtitle`, `alt` and `note` are texts, `quotes` where they hold text in another language; `data` is the frame that was drawn, to the row; `sources`,
    `methods` and `flags` are those given and those of the findings in the texts.
    """

    kind: str

    @staticmethod
    def figure(
        id: str,
        /,
        *,
        title: Finding,
        subtitle: Said,
        figure: Figure | Callable[[], Figure],
        table: Table,
        data: pd.DataFrame,
        placement: str = "top",
        noted: Callable[[], bool] = lambda: True,
        alt: Said | None = None,
        note: Said | None = None,
        sources: Iterable[str] = (),
        methods: Iterable[str] = (),
        flags: Iterable[str] = (),
    ) -> Drawing | Absent:
        """A figure; `figure` may be a function without arguments, called only if the title is defined.

        A function is called a second time for the narrow drawing, which a phone, the card and the e-mail show; `noted`
        says, asked at that width, whether the drawing shows what the note explains.
        """
        if _is_undefined(title):
            return Absent(id, title)
        texts = {"title": title, "subtitle": subtitle, "alt": alt, "note": note}
        trail = {"sources": sources, "methods": methods, "flags": flags}
        again = (figure, noted) if callable(figure) else None
        return Drawing(id, texts, table, data, trail, figure, placement, again)

    @staticmethod
    def table(
        id: str,
        /,
        *,
        title: Finding,
        subtitle: Said,
        table: Table,
        data: pd.DataFrame,
        alt: Said | None = None,
        note: Said | None = None,
        sources: Iterable[str] = (),
        methods: Iterable[str] = (),
        flags: Iterable[str] = (),
    ) -> Listing | Absent:
        """A display table; `alt` is its summary in words."""
        if _is_undefined(title):
            return Absent(id, title)
        texts = {"title": title, "subtitle": subtitle, "alt": alt, "note": note}
        return Listing(id, texts, table, data, {"sources": sources, "methods": methods, "flags": flags})

    @staticmethod
    def absent(id: str, reason: Finding, /) -> Absent:
        """An exhibit that could not be made; `reason` is the sentence that stands in its place."""
        return Absent(id, reason)

    def __init__(
        self,
        id: str,
        texts: dict[str, Said | None],
        table: Table,
        data: pd.DataFrame,
        trail: dict[str, Iterable[str]],
        figure: Figure | None = None,
    ) -> None:
        self.id = blocks.identifier(id)
        kind = TABLE if figure is None else figure.get_label()
        _hold(self.id, texts, table, data, kind)
        # the parts themselves stand where the makers of these names stand on the class
        self.table, self.data, self.figure = table, data, figure
        self.csv = csv_text(data)
        self.title, self.subtitle = (_text(texts[name], id) for name in ("title", "subtitle"))
        self.alt = described(table, kind, _text(texts["alt"], id))
        # the marks of a figure's table stand with that table, which is folded away or left out
        marks = [f"{mark}." for mark in table.marks] if figure is None else []
        self.note = " ".join(filter(None, (_text(texts["note"], id), *marks))) or None
        self.quotes = {name: quotes for name, said in texts.items() if (quotes := _quotes(said))}
        self.findings = tuple(each for each in texts.values() if isinstance(each, Finding))
        self.sources, self.methods, self.flags = (
            tuple(dict.fromkeys([*given, *(item for each in self.findings for item in getattr(each, name))]))
            for name, given in trail.items()
        )
        self.sources = tuple(tables.by_rank(self.sources))

    @abstractmethod
    def block(self) -> dict[str, Any]:
        """The exhibit as a block of plain text."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.title!r})"

    def _below(self, note: str | None) -> str:
        """Note and sources in one line, for a viewer that knows no blocks."""
        publishers = dict.fromkeys(
            each["publisher"] for each in citing.citations(self.sources) if each["publisher"]
        )
        cited = f"Source: {'; '.join(publishers)}." if publishers else ""
        return " ".join(filter(None, (note, cited)))

    def _common(self) -> dict[str, Any]:
        return {
            "schema": blocks.SCHEMA,
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "subtitle": self.subtitle,
            "alt": self.alt,
            "note": self.note,
            "spans": self.quotes,
            "table": self.table.block(),
            "sources": citing.citations(self.sources),
            "methods": citing.methods(self.methods),
            "flags": citing.flags(self.flags),
            "data_csv": self.csv,
            "values": {name: card for each in self.findings for name, card in _cards(each).items()},
            "names": citing.named(one for each in self.findings for one in each.measures),
        }


class Drawing(Exhibit):
    """An exhibit with a figure; the SVG is drawn once, when it is first asked for."""

    kind = "figure"

    def __init__(
        self,
        id: str,
        texts: dict[str, Said | None],
        table: Table,
        data: pd.DataFrame,
        trail: dict[str, Iterable[str]],
        figure: Figure | Callable[[], Figure],
        placement: str,
        again: tuple[Callable[[], Figure], Callable[[], bool]] | None,
    ) -> None:
        self.again = again
        figure = figure() if callable(figure) else figure
        if not isinstance(figure, Figure):
            raise ValueError(f"exhibit '{id}': {type(figure).__name__} is not a matplotlib Figure")
        if placement not in PLACEMENTS:
            raise ValueError(f"exhibit '{id}': placement is {' or '.join(PLACEMENTS)}, not '{placement}'")
        super().__init__(id, texts, table, data, trail, figure)
        self.placement = placement

    @cached_property
    def svg(self) -> str:
        """The drawing, with real text, in the colours of the tokens; its ids begin with the exhibit's."""
        return svg.render(self.figure, self.id)

    def block(self) -> dict[str, Any]:
        """The exhibit as a block of plain text and its drawing."""
        drawn = _sized(self.figure, self.svg) | {"placement": self.placement}
        return blocks.checked(self._common() | drawn | ({"narrow": self.narrow} if self.narrow else {}))

    @cached_property
    def narrow(self) -> dict[str, Any] | None:
        """The drawing again at the least width of a phone at which every label finds its place, if there is one."""
        widths = theme.tokens()["chart"]["narrow_mm"] if self.again else ()
        return next(filter(None, map(self._drawn_at, widths)), None)

    def _drawn_at(self, width: float) -> dict[str, Any] | None:
        draw, noted = self.again
        with theme.narrow(width):
            try:
                figure = draw()
            except ValueError:  # its margins leave no room
                return None
            drawn, is_noted = svg.render(figure, f"{self.id}-narrow"), noted()
        is_whole = not svg.cut_labels(drawn) and not svg.crossed_labels(drawn)
        return _sized(figure, drawn) | {"is_noted": is_noted} if is_whole else None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            blocks.MIME: self.block(),
            "image/svg+xml": svg.captioned(self.svg, self.title, self.subtitle, self._below(self.note)),
            "text/plain": f"{self.title}\n{self.alt}",
        }


class Listing(Exhibit):
    """An exhibit with a display table."""

    kind = "table"

    def block(self) -> dict[str, Any]:
        """The exhibit as a block of plain text."""
        return blocks.checked(self._common())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            blocks.MIME: self.block(),
            "text/html": self.table.html(f"{self.title} ({self.subtitle})", self._below(self.note)),
            "text/plain": f"{self.title}\n{self.table.text()}",
        }


class Absent:
    """An exhibit that is not there: displayed, only the sentence that says why."""

    data = figure = table = None

    def __init__(self, id: str, reason: Finding, /) -> None:
        if not isinstance(reason, Finding):
            raise ValueError(f"exhibit '{id}': the reason must be a Finding, not {type(reason).__name__}")
        self.id, self.reason = blocks.identifier(id), reason
        self.sources, self.methods, self.flags = reason.sources, reason.methods, reason.flags

    def __repr__(self) -> str:
        return f"Absent({self.id!r}, {self.reason.text!r})"

    def block(self) -> dict[str, Any]:
        """The reason as the block of a finding of role text, under the id of the exhibit."""
        changes = {"id": self.id, "role": "text", "label": "", "figure": "", "change": "", "exhibit": None}
        return blocks.checked(self.reason.block() | changes)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        text = self.reason.text
        return {blocks.MIME: self.block(), "text/markdown": blocks.escaped(text), "text/plain": text}


# --- inside ----------------------------------------------------------------------------------------------------------


def _sized(figure: Figure, drawn: str) -> dict[str, Any]:
    """A drawing as SVG and its size."""
    width, height = (round(side * MM_PER_INCH) for side in figure.get_size_inches())
    return {"svg": drawn, "width_mm": width, "height_mm": height}


def _is_undefined(title: Any) -> bool:
    return isinstance(title, Finding) and not title.defined


def _hold(id: str, texts: dict[str, Said | None], table: Table, data: pd.DataFrame, kind: str) -> None:
    problems = []
    if not isinstance(texts["title"], Finding):
        problems.append("the title must be a Finding, so that it is computed")
    if not (texts["subtitle"] and str(texts["subtitle"]).strip()):
        problems.append("the subtitle is missing: measure, unit, span")
    if not isinstance(table, Table):
        problems.append("the table must be a display.Table, with the rows that are drawn")
    elif texts["alt"] is not None:
        problems += [
            f"{fault}; leave it out for “{draft(table, kind)}”"
            for fault in faults(str(texts["alt"]), str(texts["title"]))
        ]
    problems += _claimed(texts, table)
    if not isinstance(data, pd.DataFrame) or data.empty:
        problems.append("the data are empty: leave the exhibit out with Exhibit.absent")
    if problems:
        raise ValueError(f"exhibit '{id}': {'; '.join(problems)}")


def _claimed(texts: dict[str, Said | None], table: Table) -> list[str]:
    """What text that somebody wrote says of the data, which only a finding may; heads of columns included."""
    heads = [column.label for column in table.columns] if isinstance(table, Table) else []
    written = [
        text
        for text in (*texts.values(), *heads)
        if isinstance(text, str) and not isinstance(text, language.Told)
    ]
    return [str(fault) for text in written for fault in prose.faults(text) if fault.kind in prose.CLAIMS]


def _text(said: Said | None, id: str) -> str:
    return said.text if isinstance(said, Finding) else blocks.plain(language.text(said or "", id))


def _quotes(said: Said | None) -> list[dict[str, Any]]:
    """Where a text holds text of the data in another language than its own."""
    if isinstance(said, Finding):
        spans = said.spans()["text"]
    else:
        spans = [span(place, language.current()) for place in getattr(said, "places", ())]
    return [each for each in spans if "lang" in each]


def _cards(finding: Finding) -> dict[str, Any]:
    """The cards of one text of an exhibit, named apart from those of the others."""
    return {f"{finding.id}.{name}": card for name, card in finding.cards().items()}
