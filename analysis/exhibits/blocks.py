"""The block: what a displayed thing says, as JSON of plain text, from which both formats are rendered.

A cell emits one block under `MIME` beside a fall-back that any notebook viewer shows. The text of a block is plain
Unicode, never HTML, Typst or markdown; each renderer escapes by its own rule. `check` holds a block against the shapes
below and is asked before a block leaves this room and again where it arrives.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from analysis.errors import did_you_mean
from analysis.tables import reading

MIME = "application/vnd.briefing.block+json"
SCHEMA = "briefing-block/1"

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
# controls, overrides of the writing direction, and code points that are no characters (XML refuses them)
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ACTIVE = re.compile(
    r"(?i)<script|<foreignObject|javascript:|\son[a-z]+\s*=|@import|href\s*=\s*[\"'](?!#|data:)"
)
_HALVES = re.compile("[\ud800-\udfff]")
_UNPLAIN = re.compile("|".join((_HALVES.pattern, _BREAKS.pattern, _DROPPED.pattern)))
_NOT_SAID = {"nan", "NaN", "NaT", "None", "<NA>", "inf", "-inf"}
_NOT_SAID_IN_TEXT = re.compile(r"(?<!\w)(nan|NaN|NaT|<NA>|inf)(?!\w)")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")

# A shape is the name of a kind of value ("?" after it: or null), a tuple of allowed texts, [shape of each item], or
# {key: shape} ("?" after a key: may be absent; "*": any other key).
_CITATION = dict.fromkeys(
    ("id", "title", "publisher", "published", "url", "licence", "accessed", "note"), "text"
)
_METHOD = dict.fromkeys(("method", "title", "formula", "definition", "reference"), "text")
_SAID: dict[str, Any] = {
    "sources": [{**_CITATION, "*": "any"}],
    "methods": [{**_METHOD, "*": "any"}],
    "flags": [{"flag": "text", "note": "text"}],
}
_VALUE: dict[str, Any] = {
    "text": "printed",
    "value": "scalar?",
    **dict.fromkeys(
        ("unit", "method", "reporter", "partner", "flow", "basis", "coverage", "price_basis", "since", "on"),
        "text?",
    ),
    "start": "integer?",
    "end": "integer?",
    **{key: ["text"] for key in ("rows", "sources", "tables", "flags")},
}
_SPAN = {"name": "text", "start": "integer", "end": "integer", "lang?": "text"}
_TABLE = {
    "columns": [{"key": "text", "label": "text", "align": ("left", "right", "center"), "lang?": "text"}],
    "rows": [["printed"]],
    "row_header": "bool",
    "emphasis": ["integer"],
    "marks?": ["sentence"],
}
_COMMON: dict[str, Any] = {"schema": (SCHEMA,), "id": "id"}
_EXHIBIT: dict[str, Any] = {
    **_COMMON,
    "title": "sentence",
    "subtitle": "text",
    "alt": "sentence",
    "note": "text?",
    "spans?": {"*": [_SPAN]},
    "table": _TABLE,
    **_SAID,
    "data_csv": "csv",
    "values?": {"*": _VALUE},
    "names?": {"*": "text"},
}
_DRAWING: dict[str, Any] = {"svg": "svg", "width_mm": "number", "height_mm": "number"}
SHAPES: dict[str, dict[str, Any]] = {
    "finding": {
        **_COMMON,
        "kind": ("finding",),
        "role": ("lead", "key", "text", "limit", "title"),
        "rank": "integer",
        "text": "sentence",
        "label": "text",
        "figure": "text",
        "change": "text",
        "defined": "bool",
        "reason": "text?",
        "values": {"*": _VALUE},
        "spans?": {"*": [_SPAN]},
        "names?": {"*": "text"},
        "exhibit": "id?",
        **_SAID,
        "notes": ["text"],
    },
    "figure": {
        **_EXHIBIT,
        "kind": ("figure",),
        **_DRAWING,
        "placement": ("top", "none"),
        "narrow?": {**_DRAWING, "is_noted": "bool"},
    },
    "table": {**_EXHIBIT, "kind": ("table",)},
    "references": {
        **_COMMON,
        "kind": ("references",),
        "citations": [{**_CITATION, "*": "any"}],
        "tables": {"*": {"sha256": "text", "rows": "integer", "title": "text"}},
        "packages": {"*": "text"},
        "parameters": {"*": "any"},
        "untranslated?": [{"context": "text", "message": "text"}],
    },
}


def plain(text: str) -> str:
    """The text without control characters; line breaks and tabs become a space. A lone surrogate is refused.

    >>> plain("Oʻzbekiston\\n<b>\\x00"), plain("two\\r\\nlines")
    ('Oʻzbekiston <b>', 'two lines')
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not text")
    if _HALVES.search(text):
        raise ValueError(f"{text!r} holds half a character (a lone surrogate)")
    return printable(_BREAKS.sub(" ", text))


def printable(text: str) -> str:
    """The text without what no page and no drawing may hold; its lines stay.

    >>> printable("a\\x07b\\nc")
    'ab\\nc'
    """
    return text if text.replace("\n", "").isprintable() else _DROPPED.sub("", text)


def identifier(text: str) -> str:
    """`text` if it is a kebab-case id; otherwise ValueError.

    >>> identifier("turnover-since-1992")
    'turnover-since-1992'
    """
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is not an id; write it in small letters and hyphens, as 'trade-turnover'")
    return text


def escaped(text: str) -> str:
    """Plain text as markdown that means exactly that text: for the fall-back that Jupyter and GitHub show.

    >>> escaped("5 * 3 < $20_000")
    '5 \\\\* 3 &lt; &#36;20\\\\_000'
    """
    text = plain(text).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # a dollar or a backslash would open mathematics in Jupyter even when escaped by a backslash
    text = text.replace("\\", "&#92;").replace("$", "&#36;")
    text = re.sub(r"([`*_\[\]~|^])", r"\\\1", text)
    # marks that mean something only at the head of a line: headings, lists, rules
    text = re.sub(r"^([#+\-=:])", lambda mark: f"&#{ord(mark[1])};", text)
    text = re.sub(r"^([0-9]+)([.)])", r"\1\\\2", text)
    # an address is text here, not a link
    return re.sub(r"(?i)(:)(?=//)|(?<=www)(\.)|(@)", lambda mark: f"&#{ord(mark[0])};", text)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would compute the text instead of showing it; a plain number is not computed.

    >>> is_formula("=1+1"), is_formula("-3.2"), is_formula("-x"), is_formula("3.2")
    (True, False, True, False)
    """
    return bool(_FORMULA.match(cell)) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", cell)


def check(block: Any) -> list[str]:
    """What is wrong with a block, each problem a sentence; an empty list if nothing is.

    >>> check({"schema": "briefing-block/1", "kind": "figur"})
    ["the block: kind 'figur' is not one of figure, finding, references, table (did you mean 'figure'?)"]
    """
    if not isinstance(block, Mapping):
        return [f"a block must be a mapping, not {type(block).__name__}"]
    kind, ident = block.get("kind"), block.get("id")
    where = f"block '{ident}'" if isinstance(ident, str) else "the block"
    if not isinstance(kind, str) or kind not in SHAPES:
        return [
            f"{where}: kind {kind!r} is not one of {', '.join(sorted(SHAPES))}{did_you_mean(str(kind), SHAPES)}"
        ]
    shape = SHAPES[kind]
    if _tests()[kind](block) and block.keys() <= _keys(kind):
        return [f"{where}: {problem}" for problem in _RULES.get(kind, lambda _: ())(block)]
    known = {key.removesuffix("?") for key in shape}
    problems = [
        f"{where}: '{key}' is not part of a {kind}{did_you_mean(key, known)}"
        for key in block
        if key not in known
    ]
    problems += [f"{where}{problem}" for problem in _against(shape, block, "")]
    return problems or [f"{where}: {problem}" for problem in _RULES.get(kind, lambda _: ())(block)]


def checked(block: dict[str, Any]) -> dict[str, Any]:
    """The block itself; with a problem, a ValueError that says them all."""
    problems = check(block)
    if problems:
        raise ValueError("; ".join(problems))
    return block


# --- inside ----------------------------------------------------------------------------------------------------------


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and (value.isprintable() or not _UNPLAIN.search(value))


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


_KINDS = {
    "any": ("anything", lambda value: True),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "csv": ("lines of CSV that end in LF", lambda value: isinstance(value, str) and not _csv_problem(value)),
    "id": ("an id in kebab case", lambda value: isinstance(value, str) and bool(_ID.fullmatch(value))),
    "integer": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "number": ("a finite number", _is_finite),
    "printed": (
        "text that says something",
        lambda value: _is_plain(value) and value.strip() not in _NOT_SAID,
    ),
    "scalar": ("a finite number or text", lambda value: _is_finite(value) or _is_plain(value)),
    "sentence": (
        "plain text that says something",
        lambda value: _is_plain(value) and bool(value.strip()) and not _NOT_SAID_IN_TEXT.search(value),
    ),
    "svg": ("an <svg> without scripts", lambda value: isinstance(value, str) and not _svg_problem(value)),
    "text": ("plain text", _is_plain),
}


@cache
def _tests() -> dict[str, Callable[[Any], bool]]:
    """What tells of each kind whether a block has its shape: nearly all have, and only the others are told where not."""
    return {kind: _test(shape) for kind, shape in SHAPES.items()}


@cache
def _keys(kind: str) -> frozenset[str]:
    return frozenset(key.removesuffix("?") for key in SHAPES[kind])


def _test(shape: Any) -> Callable[[Any], bool]:
    if isinstance(shape, str):
        _, test = _KINDS[shape.removesuffix("?")]
        return (lambda value: value is None or test(value)) if shape.endswith("?") else test
    if isinstance(shape, tuple):
        return lambda value: isinstance(value, str) and value in shape
    if isinstance(shape, list):
        each = _test(shape[0])
        return lambda value: isinstance(value, list) and all(map(each, value))
    tests = {key.removesuffix("?"): _test(inner) for key, inner in shape.items() if key != "*"}
    needed = {key for key in shape if not key.endswith("?") and key != "*"}
    others = _test(shape["*"]) if "*" in shape else lambda value: True
    return lambda value: (
        isinstance(value, Mapping)
        and needed <= value.keys()
        and all(tests.get(key, others)(held) for key, held in value.items())
    )


def _against(shape: Any, value: Any, at: str) -> Iterable[str]:
    """Problems of `value` against `shape`, each beginning with its place."""
    if isinstance(shape, str):
        if shape.endswith("?") and value is None:
            return
        name, test = _KINDS[shape.removesuffix("?")]
        if not test(value):
            yield f"{at}: must be {name}, not {_short(value)}"
    elif isinstance(shape, tuple):
        if not isinstance(value, str) or value not in shape:
            yield f"{at}: must be {' or '.join(shape)}, not {_short(value)}"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{at}: must be a list, not {_short(value)}"
            return
        for position, item in enumerate(value):
            yield from _against(shape[0], item, f"{at}[{position}]")
    elif not isinstance(value, Mapping):
        yield f"{at}: must be a mapping, not {_short(value)}"
    else:
        yield from _against_record(shape, value, at)


def _against_record(shape: Mapping[str, Any], value: Mapping[str, Any], at: str) -> Iterable[str]:
    for key, inner in shape.items():
        name, optional = key.removesuffix("?"), key.endswith("?") or key == "*"
        if name in value:
            yield from _against(inner, value[name], f"{at}.{name}" if at else f", {name}")
        elif not optional:
            yield f"{at}: '{name}' is missing"
    if "*" in shape:
        for key in value.keys() - shape.keys():
            yield from _against(shape["*"], value[key], f"{at}.{key}")


def _short(value: Any) -> str:
    text = "null" if value is None else ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _csv_problem(text: str) -> str:
    if not text.endswith("\n") or "\r" in text or "\0" in text:
        return "lines must end in LF"
    rows = list(csv.reader(io.StringIO(text)))
    if len({len(row) for row in rows}) != 1:
        return "every line must have as many cells as the first"
    formula = next((cell for row in rows for cell in row if is_formula(cell)), None)
    return f"a spreadsheet would run the cell {formula!r}" if formula else ""


def _svg_problem(svg: str) -> str:
    if not svg.lstrip().startswith("<svg"):
        return "must begin with <svg"
    active = _ACTIVE.search("".join(_TAG.findall(svg)))
    return f"must not hold {active[0].strip()!r}" if active else ""


def _of_table(table: Mapping[str, Any]) -> Iterable[str]:
    width, height = len(table["columns"]), len(table["rows"])
    if not width or not height:
        yield "the table is empty"
    for position, row in enumerate(table["rows"]):
        if len(row) != width:
            yield f"table row {position} has {len(row)} cells for {width} columns"
    if any(not 0 <= row < height for row in table["emphasis"]):
        yield f"emphasis {table['emphasis']} names a row that is not there"


def _of_finding(block: Mapping[str, Any]) -> Iterable[str]:
    if block["defined"] == (block["reason"] is not None):
        yield "a finding is defined or has a reason, never both or neither"
    if not block["defined"] and (block["figure"] or block["change"] or block["values"]):
        yield "a finding that is undefined states no number: its figure, change and values are empty"
    yield from _of_values(block["values"])
    if block["role"] == "key" and block["defined"] and not (block["label"] and block["figure"]):
        yield "a key finding needs a label and a figure"
    yield from _of_spans(block)


def _of_spans(block: Mapping[str, Any]) -> Iterable[str]:
    for said, spans in block.get("spans", {}).items():
        for span in spans:
            if not 0 <= span["start"] < span["end"] <= len(block.get(said) or ""):
                yield f"the value '{span['name']}' stands outside the {said}"


def _of_values(values: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """Numbers that rest on nothing: without a value, or without a row where their method needs some."""
    for name, card in values.items():
        method = card["method"]
        if method and card["value"] is None:
            yield f"the value '{name}' is said and not there; give the reason in its place"
        elif method and not (card["rows"] or card["sources"]) and _needs_rows(method):
            yield f"the value '{name}' ({method}) rests on no row of the tables; pass on the rows it was made of"


def _needs_rows(method: str) -> bool:
    return (method, "true") in reading.keys_of("methods", ("method", "rests_on_rows"))


def _of_exhibit(block: Mapping[str, Any]) -> Iterable[str]:
    yield from _of_table(block["table"])
    yield from _of_values(block.get("values", {}))
    yield from _of_spans(block)


def _of_figure(block: Mapping[str, Any]) -> Iterable[str]:
    yield from _of_exhibit(block)
    strays = [
        found for found in re.findall(r"\sid=\"([^\"]*)\"", block["svg"]) if not found.startswith(block["id"])
    ]
    if strays:
        yield f"the ids of the drawing must begin with '{block['id']}', unlike '{strays[0]}'"
    if block["width_mm"] <= 0 or block["height_mm"] <= 0:
        yield "the drawing has no size"


_RULES = {"finding": _of_finding, "figure": _of_figure, "table": _of_exhibit}
