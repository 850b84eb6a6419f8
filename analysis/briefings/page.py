"""A document as one HTML file: nothing loaded, nothing run that is not named by its hash, readable without script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from html import escape, unescape
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, Template, pass_context
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.runtime import Context
from markupsafe import Markup

from analysis import tables
from analysis.briefings import columns, drawing, fonts, furniture
from analysis.briefings import document as d
from analysis.errors import BriefingError
from analysis.exhibits import words

TEMPLATES = Path(__file__).with_name("templates")
POLICY = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# what may not stand in an address as it is, or not in an attribute
UNSAFE = re.compile(r"[^\w\u00a0-\uffff,.:;=()/!$*+@~-]", re.ASCII)
NOTE, LAYOUT = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"\s*([{};])\s*|(?<=[,:])\s+(?!\")|^\s+", re.M)
OUTSIDE = ("http://", "https://", "mailto:")
# Of a table: the letters of a line on a phone, also where they are set tight, in the column of the text and of a broad
# one; what a gap between two columns takes of them, also where it is tight; the lines of the tallest cell that a phone
# still shows in a column.
PHONE_LETTERS, TIGHT_LETTERS, TEXT_LETTERS, BROAD_LETTERS = 48, 52, 92, 119
COLUMN_GAP, TIGHT_GAP, MOST_LINES = 2.5, 1.5, 4
TAG = re.compile(r"""<([a-zA-Z][^\s/>]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
RAW = re.compile(r"(<(style|script)\b[^>]*>).*?</\2\s*>", re.DOTALL | re.IGNORECASE)
ADDRESSES = frozenset(["src", "srcset", "href", "data", "poster", "action"])
LOADING = ("link", "iframe", "object", "embed", "video", "audio", "source", "base", "form")


class _Compiled(BytecodeCache):
    """The templates as this process has compiled them, by their text."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


COMPILED = _Compiled()
FRAME = "{%- block header -%}{%- endblock header -%}{%- block body -%}{%- endblock body -%}"


def html(document: d.Document) -> str:
    """The document as a page; a BriefingError says what in it cannot be printed."""
    written = _template().render(resources={"page": page(document)})
    check(written)
    return written


def prepared(environment: Environment) -> Environment:
    """An environment of templates with what those of a briefing ask for."""
    environment.bytecode_cache = COMPILED
    environment.autoescape = True
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= {
        "kind": lambda node: type(node).__name__,
        "numbered": d.numbered,
        "runs": d.runs,
        "csv_link": csv_link,
        "picture": picture,
        "own": own,
        "parted": furniture.parted,
        "stop": furniture.stop,
        "inside": inside,
        "fit": fit,
        "aligns": aligns,
    }
    return environment


@cache
def _template() -> Template:
    """The template without nbconvert, whose frame for the cells of a notebook a document fills itself."""
    loader = ChoiceLoader([FileSystemLoader(TEMPLATES / "briefing"), DictLoader({"base/null.j2": FRAME})])
    return prepared(Environment(loader=loader)).get_template("index.html.j2")


def page(document: d.Document) -> dict[str, Any]:
    """What the template needs beside the document: style, script, content policy and the themed drawings."""
    style = "\n".join(
        (
            fonts.style_sheet(" ".join(strings(document)), " ".join(displayed(document)), _cache()),
            variables(),
            _packed("style.css"),
            align_rules(document),
            table_rules(document),
        )
    )
    script = _packed("app.js")
    return {
        "document": document,
        "style": Markup(style),
        "script": Markup(script),
        "notation": json.dumps(words.notation(document.language), ensure_ascii=False, separators=(",", ":")),
        "policy": POLICY.format(style=_hash(style), script=_hash(script)),
        "drawings": {
            figure.anchor: drawn(figure) for figure in document.exhibits if isinstance(figure, d.Figure)
        },
    }


def drawn(figure: d.Figure) -> Markup:
    """The drawing of a figure, and the narrow one for a phone; the style sheet shows one of the two."""
    wide = drawing.themed(figure.svg, figure.anchor, ids=f"w{figure.number}")
    if not figure.narrow:
        return Markup(wide)
    return Markup(wide + drawing.themed(figure.narrow.svg, figure.anchor, "narrow", f"n{figure.number}"))


@lru_cache(maxsize=64)  # more than a page has, and asked for three times
def fit(grid: d.Grid) -> str:
    """How a table fits: `broad` where its cells want more room than the column of the text has. Where on a phone its
    columns would not stand beside each other, they are set tight if that is enough, or their heads are turned as well,
    else each row becomes a card: `tight`, `tight turns`, `stacks`."""
    heads, gaps = [column.label for column in grid.columns], len(grid.columns) - 1
    longest = [max(head.split(), key=len, default="") for head in heads]
    whole = sum(columns.weights([longest, *grid.rows], inf))
    held = [
        [cell.replace(" ", "_") if place in grid.held else cell for place, cell in enumerate(row, 1)]
        for row in grid.rows
    ]

    def is_low(head: list[str], room: float, most: int) -> bool:
        tallest = columns.lines_at([head, *held], room)
        return tallest is not None and tallest <= most

    broad = "broad" if whole > TEXT_LETTERS - COLUMN_GAP * gaps else ""
    if is_low(heads, PHONE_LETTERS - COLUMN_GAP * gaps, MOST_LINES):
        return broad
    tight = TIGHT_LETTERS - TIGHT_GAP * gaps
    if is_low(heads, tight, MOST_LINES) and is_low(longest, tight, MOST_LINES // 2):
        how = "tight"
    else:
        turns = is_low([heads[0], *[""] * gaps], PHONE_LETTERS - TIGHT_GAP * gaps, MOST_LINES // 2)
        how = "tight turns" if turns else "stacks"
    return f"{broad} {how}".strip()


def align_rules(document: d.Document) -> str:
    """How the columns of tables are set, by their places: said of a table, not in each cell. What follows a column that
    is set from the right keeps away from it."""
    grids = [part.grid for part in document.exhibits if getattr(part, "grid", None)]
    aligned = sorted({mark for grid in grids for mark in aligns(grid)})
    sides = {"r": "right", "c": "center"}
    rules = [
        ",".join(f":where(.{mark} tr)>:nth-child({mark[1:]})" for mark in aligned if mark[0] == letter)
        + f"{{text-align:{side}}}"
        for letter, side in sides.items()
        if any(mark[0] == letter for mark in aligned)
    ]
    after = [(mark, int(mark[1:]) + 1) for mark in aligned if mark[0] == "r"]
    away = ",".join(f".{mark}:not(.r{n},.c{n}) tr>:nth-child({n})" for mark, n in after)
    if away:
        rules.append(f"@media screen and (min-width:38.01rem){{{away}{{padding-left:1.4rem}}}}")
    return "\n".join(rules)


def aligns(grid: d.Grid) -> list[str]:
    """The columns that are not set from the left, each as the letter of its side and its place."""
    return [
        f"{column.align[0]}{place}"
        for place, column in enumerate(grid.columns, start=1)
        if column.align != "left"
    ]


def table_rules(document: d.Document) -> str:
    """What the style sheet says of single tables: the widths of a broad one's columns on a desk, by what they hold, and
    on a phone, before each cell of a card, the head of its column: said once, not in each row."""
    parts = [(part, fit(part.grid).split()) for part in document.exhibits if isinstance(part, d.Table)]
    widths = [
        f"#{part.anchor} thead>*>:nth-child({place}){{width:{share:.0%}}}"
        for part, fits in parts
        if "broad" in fits
        for place, share in enumerate(_shares(part.grid), start=1)
    ]
    labels = [
        f"#{part.anchor} tbody>*>:nth-child({place})::before{{content:{_css_text(column.label)}}}"
        for part, fits in parts
        if "stacks" in fits
        for place, column in enumerate(part.grid.columns, start=1)
    ]
    media = {"(min-width:64rem)": widths, "(max-width:38rem)": labels}
    return "\n".join(
        f"@media screen and {view}{{{''.join(rules)}}}" for view, rules in media.items() if rules
    )


def _shares(grid: d.Grid) -> list[float]:
    lines = [[column.label for column in grid.columns], *grid.rows]
    weights = columns.weights(lines, BROAD_LETTERS - COLUMN_GAP * (len(grid.columns) - 1))
    return [weight / sum(weights) for weight in weights]


def _css_text(text: str) -> str:
    """A text as a string of a style sheet, which nothing in it can end.

    >>> print(_css_text('the "gap" </style>'))
    "the \\22 gap\\22  \\3c /style>"
    """
    unsafe = {letter: f"\\{ord(letter):x} " for letter in '"\\<\n'}
    return '"' + "".join(unsafe.get(letter, letter) for letter in text) + '"'


def variables() -> str:
    """The design tokens as custom properties: light, dark by the reader's setting or button, never dark in print.

    >>> variables().splitlines()[0][:26]
    ':root{color-scheme:light;-'
    """
    schemes = {
        scheme: f"color-scheme:{scheme};"
        + "".join(f"--{name}:{value};" for name, value in drawing.tokens()[scheme].items())
        for scheme in ("light", "dark")
    }
    return (
        f":root{{{schemes['light']}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{schemes['dark']}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{schemes['dark']}}}}}"
    )


def strings(node: Any) -> Iterator[str]:
    """Every text that the document sets, drawings included: the letters the page needs."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, d.Figure):
        for drawn_ in filter(None, (node, node.narrow)):
            yield unescape(drawn_.svg)  # the letters of its tags are ASCII
        yield from (
            text
            for name in _said(type(node))
            if name not in ("svg", "narrow")
            for text in strings(getattr(node, name))
        )
    elif isinstance(node, Mapping):
        yield from (text for value in node.values() for text in strings(value))
    elif isinstance(node, tuple | list):
        yield from (text for value in node for text in strings(value))
    elif is_dataclass(node):
        yield from (text for name in _said(type(node)) for text in strings(getattr(node, name)))


@cache
def _said(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "csv")


def displayed(document: d.Document) -> Iterator[str]:
    """What is set in the faces for display, and the prose around it."""
    yield from (document.title, *(title for _, title in document.contents))
    yield from strings((document.lead, [source.title for source in document.citations]))
    yield from strings([part for part in document.parts() if isinstance(part, d.Prose)])


@pass_context
def own(context: Context, text: str) -> str | Markup:
    """A text of the data marked with its language, where the page is in another."""
    return furniture.marked(text, context["resources"]["page"]["document"].language)


def csv_link(csv: str) -> str:
    """The text of a CSV file as a link that holds it; what may stand in an address as it is does, other letters too.

    >>> csv_link("year,value\\n2016,1.9%; a–b\\n")
    'data:text/csv;charset=utf-8,year,value%0A2016,1.9%25;%20a–b%0A'
    """
    return "data:text/csv;charset=utf-8," + UNSAFE.sub(lambda letter: quote(letter[0], safe=""), csv)


def inside(text: str) -> Markup:
    """A text between two tags, where a quotation mark says nothing: code is full of them.

    >>> inside('x = "<b>" & y')
    Markup('x = "&lt;b&gt;" &amp; y')
    """
    return Markup(escape(text, quote=False))


def picture(part: d.Picture) -> str:
    """The bytes of a picture as the address of an image."""
    return f"data:{part.media_type};base64,{base64.b64encode(part.data).decode()}"


def check(html: str) -> None:
    """Refuse a page that would load something, leads nowhere, or names two things alike; all problems at once."""
    ids, targets, problems = Counter(), set(), []
    for tag, attributes in _tags(html):
        if tag in LOADING:
            problems.append(f"the page holds <{tag}>, which may load from elsewhere")
        for name, value in attributes:
            if name == "id":
                ids[value] += 1
            elif name == "href" and value.startswith("#"):
                targets.add(value[1:])
            elif problem := _attribute_problem(tag, name, value):
                problems.append(problem)
    problems += [
        f"the page links to '#{name}', which it does not have; correct the link in the prose"
        for name in sorted(targets - ids.keys())
    ]
    problems += [f"the page has two parts called '{name}'" for name in sorted(ids) if ids[name] > 1]
    if problems:
        raise BriefingError(*problems)


def _tags(html: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each tag that opens something, with its attributes as a browser reads them; style and script hold no tags."""
    for tag, said in TAG.findall(RAW.sub(r"\1", html)):
        yield (
            tag.lower(),
            [
                (name.lower().rpartition(":")[2], unescape(quoted or single or bare))
                for name, quoted, single, bare in ATTRIBUTE.findall(said)
            ],
        )


def _attribute_problem(tag: str, name: str, value: str) -> str:
    if name in ADDRESSES:
        allowed = ("data:", *OUTSIDE) if tag == "a" and name == "href" else ("data:",)
        if not value.startswith(allowed):
            return f"the page would load '{value}' ({name} of <{tag}>); a briefing holds all it shows"
    elif name.startswith("on") or name == "style":
        return f"<{tag}> holds the attribute '{name}', which the page's content policy blocks"
    return ""


def _packed(name: str) -> str:
    """A file beside the template; of a style sheet what a browser reads, without notes and the blanks between rules."""
    text = TEMPLATES.joinpath("briefing", name).read_text(encoding="utf-8").strip() + "\n"
    if not name.endswith(".css"):
        return text
    return LAYOUT.sub(r"\1", NOTE.sub("", text))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _cache() -> Path | None:
    try:
        return tables.root() / ".cache" / "fonts"
    except BriefingError:
        return None
