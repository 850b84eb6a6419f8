"""Every exhibit is spoken of in the text: where no finding points to one, the prose that introduces it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.briefings import document as d

STOPS = (".", "!")


def added(sections: Iterable[d.Section], words: Mapping[str, str]) -> tuple[d.Section, ...]:
    """The sections with a pointer to each exhibit that no sentence of theirs speaks of.

    It stands in the last paragraph above the exhibit and under the same heading; where there is none, in a paragraph
    of its own. So that figures, and tables, are first named in their order, it names those before it too that are
    spoken of only further down.
    """
    sections = tuple(sections)
    spoken = _pointed(part for section in sections for part in section.parts)
    return tuple(replace(section, parts=_parts(section.parts, spoken, words)) for section in sections)


def _parts(parts: Sequence[d.Part], spoken: set[str], words: Mapping[str, str]) -> tuple[d.Part, ...]:
    out: list[d.Part] = []
    owed: dict[int, list[d.Reference]] = {}  # place of the prose in `out`: what it is to point to
    prose: int | None = None
    named: set[str] = set()  # what has been pointed to above the prose
    later: list[d.Figure | d.Table] = []  # what stands below it and is spoken of only below it
    for part in parts:
        if isinstance(part, d.Prose):
            if _last_paragraph(part.blocks) is not None:
                prose, later = len(out), []
                named = _pointed(out)
            elif any(isinstance(block, d.Heading) for block in part.blocks):
                prose, later = None, []
        elif isinstance(part, d.Figure | d.Table) and part.anchor in spoken:
            later += [] if part.anchor in named else [part]
        elif isinstance(part, d.Figure | d.Table):
            if prose is None:
                prose = len(out)
                out.append(d.Prose(()))
            before = [each for each in later if isinstance(each, type(part))]
            later = [each for each in later if each not in before]
            owed.setdefault(prose, []).extend(each.reference for each in (*before, part))
        out.append(part)
    for place, references in owed.items():
        out[place] = _pointing(out[place], references, words)
    return tuple(out)


def _pointed(parts: Iterable[d.Part]) -> set[str]:
    """The anchors of the exhibits that statements point to."""
    return {part.exhibit.anchor for part in parts if isinstance(part, d.Statement) and part.exhibit}


def _last_paragraph(blocks: Sequence[d.Block]) -> int | None:
    """Where the last paragraph under the last heading stands."""
    for place in reversed(range(len(blocks))):
        if isinstance(blocks[place], d.Heading):
            return None
        if isinstance(blocks[place], d.Paragraph):
            return place
    return None


def _pointing(prose: d.Prose, references: Sequence[d.Reference], words: Mapping[str, str]) -> d.Prose:
    place = _last_paragraph(prose.blocks)
    pointers = _pointers(references)
    if place is None:
        alone = d.Paragraph((d.Text(f"{words['shown']} "), *pointers, d.Text(".")))
        return d.Prose((*prose.blocks, alone))
    children = prose.blocks[place].children
    last = children[-1] if children else None
    if not isinstance(last, d.Text) or not last.text.endswith(STOPS):
        alone = d.Paragraph((d.Text(f"{words['see']} "), *pointers, d.Text(".")))
        return d.Prose((*prose.blocks, alone))
    stem, stop = last.text[:-1], last.text[-1]
    pointed = d.Paragraph((*children[:-1], d.Text(f"{stem} ("), *pointers, d.Text(f"){stop}")))
    return d.Prose((*prose.blocks[:place], pointed, *prose.blocks[place + 1 :]))


def _pointers(references: Sequence[d.Reference]) -> list[d.Inline]:
    """The labels as links, with commas between."""
    out: list[d.Inline] = []
    for reference in references:
        out += [d.Text(", ")] if out else []
        out.append(d.Link((d.Text(reference.label.replace(" ", "\u00a0")),), f"#{reference.anchor}"))
    return out
