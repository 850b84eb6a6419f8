"""A rehearsal: the cells of a notebook run once, for nothing, in the process from which its runs will be forked.

What a run does for the first time in a process (parse tables, read fonts, compile patterns) is then done for all that
follow. It is for thin notebooks alone: cells that use names of `analysis` and harmless ones of Python, and assign plain
names, leave behind nothing that would change another run. Of any other notebook only what it imports from `analysis` is.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from analysis.execution import notebook as nb

PLAIN = (
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Dict, ast.Set,
    ast.Starred, ast.Call, ast.keyword, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.expr_context,
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip
# Of what Python has built in: neither opens, changes, imports nor runs anything.
HARMLESS = {
    "abs", "all", "any", "bool", "dict", "enumerate", "float", "frozenset", "globals", "int", "len", "list", "map",
    "max", "min", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip",
}  # fmt: skip


def is_thin(cells: Sequence[nb.Cell]) -> bool:
    """Whether all that the cells do is to import from `analysis`, call what they have and keep it under plain names.

    >>> is_thin([{"cell_type": "code", "source": "from analysis import tables\\ntrade = tables.read('trade')\\ntrade"}])
    True
    >>> is_thin([{"cell_type": "code", "source": "open('left', 'w')"}])
    False
    """
    try:
        statements = [each for cell in cells if nb.is_code(cell) for each in ast.parse(nb.source(cell)).body]
    except SyntaxError:  # a magic, say
        return False
    return all(map(_is_thin, statements)) and _used(statements) <= HARMLESS


def _used(statements: Sequence[ast.stmt]) -> set[str]:
    """The names that are used and neither imported nor assigned."""
    own, used = set(), set()
    for each in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(each, ast.alias):
            own.add(each.asname or each.name)
        elif isinstance(each, ast.Name):
            (used if isinstance(each.ctx, ast.Load) else own).add(each.id)
    return used - own


def _is_thin(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(module="analysis"):
            return True
        case ast.Assign(targets=targets, value=value):
            return all(_is_name(target) for target in targets) and _is_plain(value)
        case ast.AnnAssign(target=ast.Name(), value=value):
            return value is None or _is_plain(value)
        case ast.AugAssign(target=ast.Name(), value=value):
            return _is_plain(value)
        case ast.Expr(value=value):
            return _is_plain(value)
    return False


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_name, target.elts))
    return isinstance(target.value if isinstance(target, ast.Starred) else target, ast.Name)


def _is_plain(value: ast.expr) -> bool:
    return all(
        isinstance(each, PLAIN) and not (isinstance(each, ast.Attribute) and each.attr.startswith("_"))
        for each in ast.walk(value)
    )


def rehearse(cells: Sequence[nb.Cell], parameters: Mapping[str, Any]) -> None:
    """Run the cells and draw what each shows, or import what they import; what goes wrong the run itself will say."""
    module = types.ModuleType("__main__")
    before = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        if not is_thin(cells):
            cells = [{"cell_type": "code", "source": "\n".join(_imports(cells))}]
        for cell in filter(nb.is_code, cells):
            _run(nb.source(cell), vars(module))
            if "parameters" in nb.tags(cell):
                vars(module).update(parameters)
    except BaseException:  # SystemExit too
        return
    finally:
        sys.modules["__main__"] = before


def _imports(cells: Sequence[nb.Cell]) -> Iterator[str]:
    """The lines that import from `analysis`, of the cells that are plain Python."""
    for cell in filter(nb.is_code, cells):
        with suppress(SyntaxError):
            for each in ast.parse(nb.source(cell)).body:
                if isinstance(each, ast.ImportFrom) and each.module == "analysis":
                    yield ast.unparse(each)


def _run(source: str, names: dict[str, Any]) -> None:
    """Run a cell as IPython does: its last line, if it is a value, is shown."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<rehearsal>", "exec"), names)
    if last is None:
        return
    shown = eval(compile(ast.Expression(last.value), "<rehearsal>", "eval"), names)
    with suppress(AttributeError):
        shown._repr_mimebundle_()
