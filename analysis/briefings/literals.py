"""The messages of the code: English texts at the doors where they are looked up, found in the syntax tree.

A door is a call that looks its text up in the catalogue: a Finding, a Column, `msg`. What stands there as a literal is a
message: one text or another (`a if x else b`), an item of a list or a dict, or a name that a literal was given to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Door:
    """Which arguments of a call are messages, by position and by name; `ident` says the first is a context."""

    positions: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    ident: bool = False


DOORS = {
    "Finding": Door((1,), ("otherwise", "label", "figure", "change", "notes"), ident=True),
    "Exhibit.figure": Door((), ("subtitle", "alt", "note"), ident=True),
    "Exhibit.table": Door((), ("subtitle", "alt", "note"), ident=True),
    "Column": Door((1,), ("label", "empty"), ident=True),
    "Table.of": Door((), ("missing",)),
    "msg": Door((0,)),
    "noted": Door((0,)),
    "because": Door((0,)),
    "template": Door((0,)),
    "direction": Door((1, 2, 3), ("up", "down", "flat")),
    "compare": Door((2, 3, 4), ("more", "less", "same")),
    "against": Door((), ("above", "below", "equal")),
}
PLURALS = ("plural", "forms")  # two forms that are one message


@dataclass(frozen=True)
class Literal:
    """A message of the code, its English plural if it has one, the line it stands in, and the context where that is one
    text."""

    message: str
    plural: str | None
    line: int
    context: str = ""


def found(source: str) -> tuple[list[Literal], list[str]]:
    """The messages of a module or a cell, and patterns of the contexts they may stand in: ids of findings and exhibits,
    keys of columns and of dicts of messages.

    >>> literals, contexts = found('Finding(f"share-{one}", "It {verb}." if x else "Same.", verb=direction(m, "grew"))')
    >>> [each.message for each in literals], contexts
    (['It {verb}.', 'Same.', 'grew'], ['share\\\\-.*'])
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell may hold magic; it says nothing
        return [], []
    literals: list[Literal] = []
    contexts: list[str] = []
    for scope, call in _calls(tree, _given(tree)):
        name = _name(call)
        if name in PLURALS:
            literals += _plural(call, scope)
        elif door := DOORS.get(name):
            context = _context(call) if door.ident else ""
            for node in _arguments(call, door):
                texts = filter(str.strip, _texts(node, scope))
                literals += [Literal(text, None, node.lineno, context) for text in texts]
            if door.ident and call.args:
                contexts += _patterns(call.args[0], scope)
            elif call.args and isinstance(call.args[0], ast.Dict):
                contexts += [pattern for key in call.args[0].keys if key for pattern in _patterns(key, scope)]
    return list(dict.fromkeys(literals)), list(dict.fromkeys(contexts))


def modules(package: Path) -> list[Path]:
    """The modules of the package, in order."""
    return sorted(package.rglob("*.py"))


# --- inside ----------------------------------------------------------------------------------------------------------

Scope = dict[str, list[ast.expr]]


def _calls(node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.Call]]:
    """Every call with the names that are given a value around it."""
    for child in ast.iter_child_nodes(node):
        inner = scope | _given(child) if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scope
        if isinstance(child, ast.Call):
            yield inner, child
        yield from _calls(child, inner)


def _given(node: ast.AST) -> Scope:
    """What the names of a module or a function are given, wherever in it."""
    scope: Scope = {}
    for each in _within(node):
        if isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Name):
                    scope.setdefault(target.id, []).append(each.value)
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value:
            scope.setdefault(each.target.id, []).append(each.value)
    return scope


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of a module or a function, without those of the functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from _within(child)


def _name(call: ast.Call) -> str:
    func = call.func
    if isinstance(func, ast.Attribute):
        owner = func.value.id if isinstance(func.value, ast.Name) else ""
        return f"{owner}.{func.attr}" if f"{owner}.{func.attr}" in DOORS else func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _context(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _arguments(call: ast.Call, door: Door) -> Iterator[ast.expr]:
    yield from (call.args[place] for place in door.positions if place < len(call.args))
    yield from (keyword.value for keyword in call.keywords if keyword.arg in door.keywords)


def _plural(call: ast.Call, scope: Scope) -> Iterator[Literal]:
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for keyword in call.keywords:
        if keyword.arg is None:
            given |= _entries(keyword.value, scope)
    if _name(call) == "forms":
        given |= dict(zip(("one", "other"), call.args, strict=False))
    if "other" not in given:
        return
    others = list(_texts(given["other"], scope))
    ones = list(_texts(given.get("one", given["other"]), scope))
    if len(ones) == len(others):
        yield from (Literal(one, other, call.lineno) for one, other in zip(ones, others, strict=True))


def _entries(node: ast.expr, scope: Scope, depth: int = 0) -> dict[str, ast.expr]:
    if isinstance(node, ast.Dict):
        return {
            key.value: value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }
    if isinstance(node, ast.Name) and depth < 3:
        return {k: v for each in scope.get(node.id, ()) for k, v in _entries(each, scope, depth + 1).items()}
    return {}


def _texts(node: ast.expr, scope: Scope, depth: int = 0) -> Iterator[str]:
    """Every text that an expression may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from _texts(node.body, scope, depth)
            yield from _texts(node.orelse, scope, depth)
        case ast.BoolOp():
            for each in node.values:
                yield from _texts(each, scope, depth)
        case ast.List() | ast.Tuple() | ast.Set():
            for each in node.elts:
                yield from _texts(each, scope, depth)
        case ast.Dict():
            for each in node.values:
                yield from _texts(each, scope, depth)
        case ast.Starred() | ast.Subscript():
            yield from _texts(node.value, scope, depth)
        case ast.Call(func=ast.Attribute(attr="get", value=asked)):
            for each in (asked, *node.args[1:]):
                yield from _texts(each, scope, depth)
        case ast.Name() if depth < 3:
            for given in scope.get(node.id, ()):
                yield from _texts(given, scope, depth + 1)


def _patterns(node: ast.expr, scope: Scope) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in node.values)
        yield "".join(parts)
    else:
        yield from map(re.escape, _texts(node, scope))
