"""Markdown as messages: one for each heading, paragraph and list item, so that prose is translated piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.exhibits import language

# A line that opens a piece of its own: a heading, a list item, a quotation.
_OPENS = re.compile(r"(\s*(?:#{1,6}|[-*+]|[0-9]{1,9}[.)]|>)\s+)(.*)")


def messages(source: str) -> list[str]:
    """The messages of a markdown text, each on one line.

    >>> messages("## Growth\\n\\nTold by one\\nreporter.\\n\\n- exports\\n- imports")
    ['Growth', 'Told by one reporter.', 'exports', 'imports']
    """
    return [text for _, text in _pieces(source) if text]


def translated(source: str) -> str:
    """A markdown text in the language spoken, its headings and lists where they were.

    >>> translated("## Growth\\n\\nTold by one reporter.")
    '## Growth\\n\\nTold by one reporter.'
    """
    if language.current() == language.SOURCE:
        return source
    return "\n".join(mark + (language.text(text) if text else "") for mark, text in _pieces(source))


# --- inside ----------------------------------------------------------------------------------------------------------


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """Each piece as (what opens its line, its text); an empty line is a piece without text."""
    mark, held = "", []
    for line in source.splitlines():
        opens = _OPENS.fullmatch(line)
        is_heading = mark.lstrip().startswith("#")
        if held and (opens or is_heading or not line.strip()):
            yield mark, " ".join(held)
            mark, held = "", []
        if opens:
            mark, held = opens[1], [opens[2].strip()]
        elif line.strip():
            held.append(line.strip())
        else:
            yield "", ""
    if held:
        yield mark, " ".join(held)
