"""The summary of a briefing as an e-mail: a draft without recipient, as plain text and as HTML with its picture inside.

It is the first page of the briefing, from the same document: lead, key figures, summary, the exhibit that the lead
points to, and the sources and caveats of these. A mail program opens it ready to be sent (`X-Unsent`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context

from analysis.briefings import document as d
from analysis.briefings import drawing, furniture, pictures, typeset

COLUMNS = 72
MOST_LISTED = 15  # sources; of more the first are listed, the others counted
PICTURE_PX = 536  # of the 600 that mail programs show, less the margins
# Neither can stand in a part: "=_" is nothing in quoted-printable, "_" nothing in base64.
BOUNDARIES = ("=_alternative", "=_related")


def email(document: d.Document, files: Sequence[str] = ()) -> bytes:
    """The message; `files` are the names of the files that hold the whole briefing."""
    exhibit = document.lead_exhibit
    said = _said(document, exhibit, files)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject_line(said["subject"])
    if document.as_of:
        message["Date"] = format_datetime(datetime.fromisoformat(f"{document.as_of}T00:00:00+00:00"))
    message["X-Unsent"] = "1"
    message.set_content(_rendered("message.txt.j2", said), cte="quoted-printable")
    message.add_alternative(_rendered("message.html.j2", said), subtype="html", cte="quoted-printable")
    if said["picture"]:
        _html_part(message).add_related(
            pictures.drawing((exhibit.narrow or exhibit).svg, PICTURE_PX),
            maintype="image",
            subtype="png",
            cid=f"<{said['picture']['cid']}>",
            filename=f"{exhibit.anchor}.png",
            disposition="inline",
        )
    message["Content-Language"] = document.language
    parts = [part for part in message.walk() if part.is_multipart()]
    for part, boundary in zip(parts, BOUNDARIES, strict=False):
        part.set_boundary(boundary)
    return message.as_bytes()


def _html_part(message: EmailMessage) -> MIMEPart:
    return message.get_body(("html",))


def _said(document: d.Document, exhibit: d.Figure | d.Table | None, files: Sequence[str]) -> dict[str, Any]:
    """What the templates set, beside the document: what of its sources and caveats the summary needs."""
    statements = [*([document.lead] if document.lead else []), *document.summary]
    needing = [*statements, *([exhibit] if exhibit else [])]
    cited = {number for each in needing for number in each.citations}
    flagged = {letter for each in needing for letter in each.flags}
    narrow = exhibit.narrow if isinstance(exhibit, d.Figure) else None
    sources = [each for each in document.citations if each.number in cited]
    listed = sources if len(sources) <= MOST_LISTED else sources[: MOST_LISTED - 2]
    colours = drawing.tokens()
    return {
        "document": document,
        "words": document.words,
        "subject": typeset.plain(" · ".join(filter(None, (document.title, document.edition_text)))),
        "exhibit": exhibit,
        "is_noted": bool(exhibit and exhibit.note) and (narrow is None or narrow.is_noted),
        "credits": document.credited(exhibit.citations) if exhibit else (),
        "picture": {"cid": f"{exhibit.anchor}@briefing.invalid", "width": PICTURE_PX}
        if isinstance(exhibit, d.Figure)
        else None,
        # in short: their licence, notes and day of reading are in the briefing itself
        "citations": listed,
        "more": len(sources) - len(listed),
        "flags": [each for each in document.flags if each.letter in flagged],
        "files": files,
        "colours": colours["light"],
        "dark": colours["dark"],
    }


@pass_context
def own(context: Context, text: str) -> str:
    """A text of the data marked with its language, where the message is in another."""
    return furniture.marked(text, context["document"].language)


def subject_line(text: str) -> str:
    """A subject whose spaces outlive its folding: where letters are encoded, or a line ends before a sign that is, Python
    drops or doubles the space there.

    >>> subject_line("Trade in 2026"), subject_line("Обзор · 2026")
    ('Trade in 2026', 'Обзор\\xa0·\\xa02026')
    """
    is_encoded = any(letter.isalpha() and not letter.isascii() for letter in text)
    is_folded = len(text) > COLUMNS - len("Subject: ") and not text.isascii()
    return text.replace(" ", "\u00a0") if is_encoded or is_folded else text


def marks(numbers: tuple[int, ...]) -> str:
    """Numbers of sources as they stand in a sentence.

    >>> marks((1, 2, 4, 5, 6))
    '[1,\xa02,\xa04–6]'
    """
    told = (str(first) if first == last else f"{first}–{last}" for first, last in d.runs(numbers))
    return "[" + ",\xa0".join(told) + "]"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates") / "email"),
        autoescape=lambda name: name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "filled": filled,
        "underlined": underlined,
        "marks": marks,
        "own": own,
        "parted": furniture.parted,
        "stop": furniture.stop,
    }
    return environment


def _rendered(template: str, said: dict[str, Any]) -> str:
    return typeset.printable(_environment().get_template(template).render(said))


def filled(text: str, first: str = "", rest: str = "") -> str:
    """The text in lines of at most 72 columns; a longer word keeps a line of its own.

    >>> filled("* " + "word " * 20, rest="  ").splitlines()[1][:6]
    '  word'
    """
    return textwrap.fill(
        typeset.plain(text),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def underlined(text: str, mark: str) -> str:
    """A heading of plain text.

    >>> print(underlined("Sources", "-"))
    Sources
    -------
    """
    lines = filled(text)
    return f"{lines}\n{mark * min(COLUMNS, max(map(len, lines.splitlines())))}"
