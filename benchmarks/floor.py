"""The floor: the cells of notebooks executed and their exhibits drawn once, in a warm process without kernel and page.

    python -m benchmarks.floor < JOB

The job is a JSON list of groups of sections, `[[{"notebook": ..., "parameters": ...}]]`. The first group warms the
process up; of each other one the seconds of the clock and of the processor are told, and the blocks that it showed.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from analysis.execution import notebook as nb


def shown(path: Path | str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bundles that the cells of a notebook show with these parameters."""
    path, bundles = Path(path), []
    space: dict[str, Any] = {"__name__": "__main__"}
    for cell in filter(nb.is_code, nb.load(path)["cells"]):
        body = ast.parse(nb.source(cell)).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), str(path), "exec"), space)
        if "parameters" in nb.tags(cell):
            space |= parameters
        if last is not None:
            value = eval(compile(ast.Expression(last.value), str(path), "eval"), space)
            bundles.append(value._repr_mimebundle_())
    return bundles


def main() -> None:
    """Read the job, run it, tell what each group took."""
    groups = json.load(sys.stdin)
    told = []
    for group in groups:
        wall, cpu = monotonic(), process_time()
        every = [shown(Path(each["notebook"]), each["parameters"]) for each in group]
        took = {"wall": monotonic() - wall, "cpu": process_time() - cpu}
        blocks = [[bundle[nb.BLOCK] for bundle in bundles if nb.BLOCK in bundle] for bundles in every]
        told.append({**took, "blocks": blocks})
    json.dump(told[1:], sys.stdout)


if __name__ == "__main__":
    main()
