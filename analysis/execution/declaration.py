"""The cell tagged `parameters`, read with ast and tokenize: name, annotation, default and comment of each line."""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.execution import notebook as nb
from analysis.execution.kinds import Kind, RefusedError, from_annotation

TAG = "parameters"
_NO_VALUE = object()


@dataclass(frozen=True)
class Declared:
    """One line of the parameters cell, its default not yet checked."""

    name: str
    kind: Kind
    default: Any
    comment: str


def tagged_cell(notebook: nb.Notebook) -> tuple[int, nb.Cell]:
    """Number and content of the one code cell tagged `parameters`, or `RefusedError`."""
    found = [(number, cell) for number, cell in nb.numbered(notebook) if TAG in nb.tags(cell)]
    if not found:
        raise RefusedError(
            f"no cell is tagged '{TAG}'; give the cell that holds the parameters this tag "
            "(JupyterLab: Property Inspector, Cell Tags)"
        )
    if len(found) > 1:
        numbers = " and ".join(str(number) for number, _ in found)
        raise RefusedError(f"cells {numbers} are tagged '{TAG}'; keep the tag on one cell")
    number, cell = found[0]
    if cell.get("cell_type") != "code":
        raise RefusedError(
            f"cell {number}, tagged '{TAG}', is not a code cell; tag the code cell with the parameters"
        )
    return number, cell


def imported_before(notebook: nb.Notebook, number: int) -> set[str]:
    """Names that code cells before cell `number` import: annotations of the parameters may use them."""
    names: set[str] = set()
    for place, cell in nb.numbered(notebook):
        if place >= number or not nb.is_code(cell):
            continue
        try:
            nodes = list(ast.walk(ast.parse(nb.source(cell))))
        except SyntaxError:
            continue
        imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
        names |= {alias.asname or alias.name for node in imports for alias in node.names}
    return names


def declared(source: str, known: set[str] = frozenset()) -> tuple[list[Declared], list[str]]:
    """The parameters a cell declares, and what is wrong with the cell: phrases that follow "cell n: ".

    `known` are names that annotations may use without quotes because an earlier cell imports them.

    >>> declared('end: int = 2023  # last year [trade.year]')[0][0].comment
    'last year [trade.year]'
    >>> declared('start: int = 2016\\nend: int = start + 5')[1][0][:40]
    'parameter end is computed (`start + 5`),'
    """
    try:
        tree = ast.parse(source)
        comments = _comments(source)
    except (SyntaxError, tokenize.TokenError, ValueError) as error:
        return [], [_not_python(source, error)]
    found: list[Declared] = []
    problems: list[str] = []
    statements, is_lazy = _without_future(tree.body)
    for place, node in enumerate(statements):
        try:
            if place and node.lineno == statements[place - 1].end_lineno:
                raise RefusedError(f"line {node.lineno} holds two statements; write one parameter a line")
            name, annotation, value = _parts(node)
            if name in {each.name for each in found}:
                raise RefusedError(f"parameter {name} is declared twice; keep one line")
            kind, default = _declaration(name, annotation, value)
            if missing := () if is_lazy else sorted(_unquoted(annotation) - known):
                raise RefusedError(
                    f"parameter {name} has the annotation {ast.unparse(annotation)}, but {', '.join(missing)} is "
                    f'not defined there; put it in quotes: {name}: "{ast.unparse(annotation)}"'
                )
            found.append(Declared(name, kind, default, _comment(comments, node)))
        except RefusedError as refusal:
            problems.append(str(refusal))
    return found, problems


def assigned_names(source: str) -> list[str]:
    """Names that a cell assigns to, in order: what papermill injected."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _without_future(body: list[ast.stmt]) -> tuple[list[ast.stmt], bool]:
    first = body[0] if body else None
    is_future = isinstance(first, ast.ImportFrom) and first.module == "__future__"
    is_lazy = is_future and [alias.name for alias in first.names] == ["annotations"]
    return (body[1:], True) if is_lazy else (body, False)


def _parts(node: ast.stmt) -> tuple[str, ast.expr, Any]:
    """Name, annotation and value of a simple annotated assignment."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.simple:
        return node.target.id, node.annotation, _NO_VALUE if node.value is None else node.value
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        raise RefusedError(f"parameter {name} has no annotation; write {name}: {_likely(node.value)} = …")
    shown = ast.unparse(node).splitlines()[0]
    raise RefusedError(
        f"line {node.lineno} (`{shown}`) is no parameter; keep only lines `name: type = value  # help [domain]` "
        "here and move the rest to a later cell"
    )


def _likely(value: ast.expr) -> str:
    try:
        literal = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        return "int"
    if isinstance(literal, list | tuple):
        return f"list[{type(literal[0]).__name__ if literal else 'str'}]"
    return "str | None" if literal is None else type(literal).__name__


def _declaration(name: str, annotation: ast.expr, value: Any) -> tuple[Kind, Any]:
    try:
        kind = from_annotation(annotation)
    except RefusedError as refusal:
        raise RefusedError(f"parameter {name} {refusal}") from None
    if value is _NO_VALUE:
        raise RefusedError(
            f"parameter {name} has no default; write one after it, or = None if it may stay empty"
        )
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        text = ast.unparse(value)
        raise RefusedError(
            f"parameter {name} is computed (`{text}`), so it would keep its old value when another is set; "
            "write a literal value, or compute it in a later cell"
        ) from None
    if default is None and not kind.optional:
        kind = Kind(kind.name, kind.item, kind.choices, optional=True)
    return kind, default


def _unquoted(annotation: ast.expr) -> set[str]:
    """Names of an annotation that Python looks up when the cell runs and that are no built-in types."""
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return names - {"int", "float", "bool", "str", "list"}


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT
    }


def _comment(comments: dict[int, str], node: ast.stmt) -> str:
    """The last comment beside a statement, which may take several lines."""
    beside = [comments[line] for line in range(node.lineno, (node.end_lineno or 0) + 1) if line in comments]
    return beside[-1] if beside else ""


def _not_python(source: str, error: Exception) -> str:
    for name in _written_names(source):
        if keyword.iskeyword(name):
            return f"parameter {name} has a name that Python keeps for itself; choose another"
        if not name.isidentifier():
            return f"parameter {name} is not a name; write letters, digits and _ only, no digit first"
    line = getattr(error, "lineno", None)
    where = f"line {line} " if line else ""
    return (
        f"{where}is not plain Python ({getattr(error, 'msg', error)}); keep only lines `name: type = value`"
    )


def _written_names(source: str) -> Iterator[str]:
    for line in source.splitlines():
        if match := re.match(r"([^\s:=#\[\](){}'\"%!]+)\s*(:|=(?!=))", line):
            yield match[1]
