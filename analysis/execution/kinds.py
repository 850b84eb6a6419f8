"""The types a parameter may have, and the way from a raw value to exactly that type or to a refusal.

Raw values come as text (command line, strict YAML) or as Python objects. Nothing is guessed: text becomes what
the declared type says, an object of another type is taken only where no information is lost.
"""

from __future__ import annotations

import ast
import math
import os
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

from analysis.errors import did_you_mean

SCALARS = ("int", "float", "bool", "str", "date")
EXAMPLES = {"int": "2016", "float": "0.5", "bool": "true", "str": "text", "date": "2025-12-31"}
LARGEST = 2**53  # beyond it, JSON readers round whole numbers


class RefusedError(ValueError):
    """A value or a declaration cannot be taken; the message continues a sentence that names the parameter."""


@dataclass(frozen=True)
class Kind:
    """A declared type: one of `SCALARS`, a `literal` with choices, or a `list` of items.

    >>> str(Kind("list", item=Kind("str"), optional=True))
    'list[str] | None'
    """

    name: str
    item: Kind | None = None
    choices: tuple[str | int | bool, ...] = ()
    optional: bool = False

    def __str__(self) -> str:
        inner = {
            "list": f"list[{self.item}]",
            "literal": f"Literal[{', '.join(map(repr, self.choices))}]",
        }.get(self.name, self.name)
        return f"{inner} | None" if self.optional else inner

    @property
    def scalar(self) -> Kind:
        """The type of one value: the items' for a list."""
        return self.item or self


def shown(raw: Any) -> str:
    """A raw value as a sentence quotes it.

    >>> shown("XXX"), shown(None), shown(2031)
    ("'XXX'", 'nothing', '2031')
    """
    if raw is None:
        return "nothing"
    text = str(raw)
    text = text if len(text) <= 60 else text[:59] + "…"
    return f"'{text}'" if isinstance(raw, str) else text


# --- from an annotation ----------------------------------------------------------------------------------


def from_annotation(node: ast.expr) -> Kind:
    """The type an annotation declares; `X | None`, `Optional[X]`, `Literal[...]` and quoted ones are understood.

    >>> str(from_annotation(ast.parse('"Optional[date]"', mode="eval").body))
    'date | None'
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return from_annotation(ast.parse(node.value.strip(), mode="eval").body)
        except SyntaxError:
            raise RefusedError(f"has the annotation '{node.value}', which is not a type; {_ADVICE}") from None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union(node, [*_members(node)])
    if isinstance(node, ast.Subscript):
        return _subscript(node)
    name = _name(node)
    if name in SCALARS:
        return Kind(name)
    raise RefusedError(f"has the annotation {ast.unparse(node)}, which is not a parameter's type; {_ADVICE}")


_ADVICE = (
    'write int, float, bool, str, "date", list[...] of these, Literal[...], or one of them with "| None"'
)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    return [node]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, "None")


def _union(node: ast.expr, members: list[ast.expr]) -> Kind:
    kept = [member for member in members if not _is_none(member)]
    if len(kept) != 1:
        raise RefusedError(f"has the annotation {ast.unparse(node)}, a choice of types; {_ADVICE}")
    return replace(from_annotation(kept[0]), optional=True)


def _subscript(node: ast.Subscript) -> Kind:
    outer = _name(node.value)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if outer == "Optional" and len(inner) == 1:
        return _union(node, inner)
    if outer == "Union":
        return _union(node, inner)
    if outer in {"list", "List"} and len(inner) == 1:
        item = from_annotation(inner[0])
        if item.name != "list" and not item.optional:
            return Kind("list", item=item)
    if outer == "Literal":
        values = [each.value for each in inner if isinstance(each, ast.Constant)]
        choices = tuple(value for value in values if value is not None)
        if choices and len(values) == len(inner) and all(isinstance(c, str | int) for c in choices):
            return Kind("literal", choices=choices, optional=None in values)
    raise RefusedError(f"has the annotation {ast.unparse(node)}, which is not a parameter's type; {_ADVICE}")


# --- from a raw value ------------------------------------------------------------------------------------


def coerce(kind: Kind, raw: Any) -> Any:
    """`raw` as exactly the declared type, in the form JSON has for it (dates are ISO text), or `RefusedError`.

    >>> coerce(Kind("list", item=Kind("int")), "1,2")
    [1, 2]
    >>> coerce(Kind("str"), "007"), coerce(Kind("date"), date(2025, 12, 31)), coerce(Kind("int"), Decimal("3.0"))
    ('007', '2025-12-31', 3)
    """
    value = _unwrapped(raw)
    is_empty = isinstance(value, str) and not value and kind.name not in {"str", "list"}
    if value is None or (is_empty and kind.optional):
        if kind.optional:
            return None
        raise RefusedError(f"has no value; write {_wanted(kind)}")
    return _COERCE[kind.name](kind, value)


def to_python(kind: Kind, value: Any) -> Any:
    """A coerced value as notebooks use it: ISO text becomes `datetime.date`."""
    if value is None:
        return None
    if kind.name == "list":
        return [to_python(kind.scalar, each) for each in value]
    return date.fromisoformat(value) if kind.name == "date" else value


def _unwrapped(raw: Any) -> Any:
    """numpy's scalars as Python's, so that one set of rules holds for both."""
    if type(raw).__module__ != "numpy" or not hasattr(raw, "item") or getattr(raw, "ndim", 0):
        return str(raw) if type(raw) is not str and isinstance(raw, str) else raw
    return raw.astype("datetime64[us]").item() if raw.dtype.kind == "M" else raw.item()


def _wanted(kind: Kind) -> str:
    wanted = {
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "str": "text",
        "date": "a date",
        "list": f"a list (values with commas between them), each item {_wanted(kind.item)}"
        if kind.item
        else "",
        "literal": "one of " + ", ".join(map(str, kind.choices)),
    }[kind.name]
    return f"{wanted}, for example {EXAMPLES[kind.name]}" if kind.name in {"int", "float", "date"} else wanted


def _wrong(kind: Kind, raw: Any, remedy: str | None = None) -> RefusedError:
    name = {"int": "a whole number", "float": "a finite number", "bool": "a truth value", "date": "a date"}
    what = {**name, "str": "text", "list": "a list", "literal": "one of the choices"}[kind.name]
    return RefusedError(f"{shown(raw)} is not {what}; write {remedy or _wanted(kind)}")


def _int(kind: Kind, raw: Any) -> int:
    value = None
    if isinstance(raw, str):
        if re.fullmatch(r"[+-]?[0-9]{1,16}", raw.strip()):
            value = int(raw)
    elif isinstance(raw, Integral) and not isinstance(raw, bool):
        value = int(raw)
    elif isinstance(raw, float | Decimal | Rational) and not isinstance(raw, bool) and math.isfinite(raw):
        value = int(raw) if raw == int(raw) else None
    if value is None or abs(value) > LARGEST:
        raise _wrong(kind, raw)
    return value


def _float(kind: Kind, raw: Any) -> float:
    value = math.nan
    if isinstance(raw, str):
        if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", raw.strip()):
            value = float(raw)
    elif isinstance(raw, int | float | Decimal | Fraction | Integral) and not isinstance(raw, bool):
        try:
            value = float(raw)
        except (OverflowError, ValueError):
            value = math.nan
    if not math.isfinite(value):
        raise _wrong(kind, raw)
    return value


def _bool(kind: Kind, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in {"true", "false"}:
        return raw.strip().lower() == "true"
    raise _wrong(kind, raw)


def _str(kind: Kind, raw: Any) -> str:
    if isinstance(raw, os.PathLike):
        raw = os.fspath(raw)
    if not isinstance(raw, str):
        remedy = "write one value" if isinstance(raw, list) else "put it in quotes"
        raise RefusedError(f"{shown(raw)} is not text but {_article(raw)}; {remedy}")
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        raise RefusedError(f"{raw!a} holds bytes that are not text; write it in UTF-8") from None
    if "\0" in raw:
        raise RefusedError("holds a NUL character; write it without")
    return raw


def _article(raw: Any) -> str:
    known = {bool: "a truth value", int: "a number", float: "a number", Decimal: "a number", list: "a list"}
    return known.get(type(raw)) or ("a date" if isinstance(raw, date) else f"of type {type(raw).__name__}")


def _date(kind: Kind, raw: Any) -> str:
    if isinstance(raw, datetime):
        # NaT is a datetime that equals nothing; a time of day would be lost.
        if raw != raw or raw.time() != time.min or raw.tzinfo is not None:
            raise _wrong(kind, raw, f"a day without a time, for example {EXAMPLES['date']}")
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw.strip()):
        try:
            return date.fromisoformat(raw.strip()).isoformat()
        except ValueError:
            raise RefusedError(f"{shown(raw)} is not a day of the calendar; choose one that exists") from None
    raise _wrong(kind, raw, f"year, month and day, for example {EXAMPLES['date']}")


def _list(kind: Kind, raw: Any) -> list[Any]:
    if isinstance(raw, str):
        items = [item.strip() for item in raw.split(",")] if raw.strip() else []
        if "" in items:
            raise RefusedError(f"{shown(raw)} has an empty item; write the values with one comma between two")
    elif isinstance(raw, set | frozenset):
        raise RefusedError(f"{shown(raw)} is a set, which has no order; write a list")
    elif isinstance(raw, list | tuple | range) or getattr(raw, "ndim", 0) == 1:  # arrays of numpy and pandas
        items = list(raw)
    else:
        raise _wrong(kind, raw)
    return [coerce(kind.scalar, item) for item in items]


def _literal(kind: Kind, raw: Any) -> str | int | bool:
    for choice in kind.choices:
        if type(choice) is type(raw) and choice == raw:
            return choice
    for choice in kind.choices if isinstance(raw, str) else ():
        if not isinstance(choice, str) and str(choice).lower() == raw.strip().lower():
            return choice
    near = did_you_mean(str(raw), map(str, kind.choices))
    raise RefusedError(
        f"{shown(raw)} is not one of {', '.join(map(str, kind.choices))}{near}; choose one of them"
    )


_COERCE = {
    "int": _int,
    "float": _float,
    "bool": _bool,
    "str": _str,
    "date": _date,
    "list": _list,
    "literal": _literal,
}
