"""What a notebook imports from `analysis`, beside pandas and seaborn.

Its import statements load little at once, for modules of ours are loaded when they are first used; so all that it has
loaded by its end, of ours and of others, is imported and timed as well.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from analysis.briefings.definition import DEFAULT
from analysis.execution import notebook as nb
from benchmarks import projects
from benchmarks.building import Told
from benchmarks.projects import ROOT
from benchmarks.results import Figure, Outcome
from benchmarks.rounds import environment, taken, timed

REFERENCE = "import pandas, seaborn"
TARGET = 1.2
LOADED = """\
import sys
before = set(sys.modules)
from benchmarks.floor import shown
shown({path!r}, {{}})
print(*(name for name in sys.modules if name not in before and not name.startswith("benchmarks")))
"""
LOADING = """\
from contextlib import suppress
from importlib import import_module
for name in {names!r}.split():
    with suppress(Exception):
        import_module(name)
"""


def measured(rounds: int, told: Told) -> Outcome:
    """The imports of each notebook of the default briefing, a process each."""
    codes = {REFERENCE: REFERENCE}
    for section in projects.definition(DEFAULT)["sections"]:
        path = ROOT / "notebooks" / f"{section['notebook']}.ipynb"
        codes[f"imports of {path.stem}"] = imports(path)
        codes[f"all it loads, {path.stem}"] = LOADING.format(names=loaded(path))
    ways = {
        name: lambda code=code: timed([[sys.executable, "-c", code]], cwd=ROOT)
        for name, code in codes.items()
    }
    found = taken(ways, rounds, told)
    figures = tuple(Figure(name, found.ratio(name, REFERENCE), target=TARGET) for name in list(codes)[1:])
    return Outcome("import", found, figures, (f"Whole processes; figures are ratios to `{REFERENCE}`.",))


def imports(path: Path) -> str:
    """The import statements of a notebook, as it has them."""
    trees = [ast.parse(nb.source(cell)) for cell in filter(nb.is_code, nb.load(path)["cells"])]
    found = [node for tree in trees for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))


def loaded(path: Path) -> str:
    """The names of all modules that are there when the notebook has run, in the order in which they came."""
    code = LOADED.format(path=str(path))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    ).stdout.strip()
