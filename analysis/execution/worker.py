"""A process that does what it is asked, one call after another: `python -m analysis.execution.worker`.

Each line of its standard input is a call, a pickled function and its arguments; each line that it answers is the value,
or the error. It ends with its standard input.
"""

from __future__ import annotations

import base64
import os
import pickle
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.errors import BriefingError
from analysis.execution import inputs, workspace


def packed(value: Any) -> bytes:
    """A value as a line."""
    return base64.b64encode(pickle.dumps(value)) + b"\n"


def unpacked(line: bytes) -> Any:
    """The value of a line."""
    return pickle.loads(base64.b64decode(line))


def main() -> None:
    """Answer calls until there are no more."""
    # jsonschema takes more than a second to load a grammar of web addresses that nothing here needs.
    sys.modules.setdefault("rfc3987_syntax", None)
    inputs.watch(os.devnull, Path.cwd())
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    with os.fdopen(os.dup(0), "rb") as calls:
        for line in calls:
            function, arguments = unpacked(line)
            answers.write(packed(_answer(function, arguments)))
            answers.flush()
    folder = Path(os.environ.get("TMPDIR", ""))
    if folder.name.startswith(workspace.PREFIX):
        shutil.rmtree(folder, ignore_errors=True)  # whoever would tidy up may be gone
    os._exit(0)


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "value", function(*arguments)
    except BriefingError as error:
        return "error", error
    except MemoryError:
        return "memory", None
    except Exception as error:
        import traceback

        traceback.print_exc()
        said = next((line.strip() for line in str(error).splitlines() if line.strip()), "no words")
        return "fault", f"{type(error).__name__}: {said}"


if __name__ == "__main__":
    main()
