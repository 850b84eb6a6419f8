"""A file of one's own claims, in the shape of the tables claims and claim_tests, so that one checker serves both.

title: An article about to be published
claims:
  - text: Trade of Uzbekistan and Kazakhstan more than doubled from 2016 to 2023
    stated: more than doubled
    tests:
      - kind: ratio
        query: trade?reporter=UZB&partner=KAZ&year.from=2016&year.to=2023
        stated: 2
        unit: times
        bound: gt
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from analysis.errors import UsageError
from analysis.tables.strict_yaml import Problems, read

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("title", "subtitle", "claims")
CLAIM_KEYS = ("claim", "text", "stated", "tests")
TEST_KEYS = (
    "about",
    "kind",
    "query",
    "other",
    "column",
    "stated",
    "unit",
    "bound",
    "on",
    "tolerance",
    "tolerance_reason",
    "why",
)
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@dataclass(frozen=True, eq=False)
class ClaimFile:
    """The claims of one file: `claims` as the table of that name, `tests` as claim_tests."""

    title: str
    subtitle: str
    claims: pd.DataFrame
    tests: pd.DataFrame


def claim_file(path: str | Path) -> ClaimFile:
    """The claims in a YAML file; a relative path is looked up from the root of the project.

    Raises UsageError with every fault at once: no YAML, unknown keys, a claim without text or tests, an id twice, a
    tolerance that is no number.
    """
    import pandas as pd

    from analysis.tables import place

    file = Path(path) if Path(path).is_absolute() else place.root() / path
    problems = Problems(Path(path).name)
    try:
        told = read(file.read_bytes())
    except OSError:
        wrong = "is a folder" if file.is_dir() else "there is no such file"
        raise UsageError(f"{path}: {wrong}; name a YAML file with claims") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise UsageError(problems.unreadable(error)) from None
    told = problems.mapping(told, "", KEYS)
    title = problems.text(told, "title")
    if not title:
        problems.add("", "has no title; write title: and the words")
    claims, tests = [], []
    for place_, each in enumerate(problems.sequence(told.get("claims"), "claims"), start=1):
        claim, own = _claim(problems, each, place_)
        claims.append(claim)
        tests += own
    if not claims and not problems:
        problems.add("", "has no claims; write claims: and at least one - text:")
    idents = [claim["claim"] for claim in claims]
    for twice in sorted({each for each in idents if idents.count(each) > 1}):
        problems.add(f"claim {twice}", "there are two of this id; give each its own claim:")
    problems.stop(UsageError)
    return ClaimFile(
        title,
        problems.text(told, "subtitle"),
        pd.DataFrame(claims, columns=["claim", "source", "text", "stated_value", "unit"]),
        pd.DataFrame(tests, columns=["claim", "part", *TEST_KEYS]),
    )


def _claim(problems: Problems, told: Any, place: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    where = f"claim {place}"
    told = problems.mapping(told, where, CLAIM_KEYS)
    ident = problems.text(told, "claim", where) or f"claim-{place}"
    text = problems.text(told, "text", where)
    if not text:
        problems.add(where, "has no text; write text: and the sentence that is to be checked")
    if not ID.match(ident):
        problems.add(where, f"'{ident}' is no id; use small letters, digits and hyphens")
    tests = problems.sequence(told.get("tests"), f"{where}, tests")
    if not tests:
        problems.add(where, "has no tests; write tests: and at least one - kind:")
    found = [
        _test(problems, each, ident, f"{where}, test {part}", part) for part, each in enumerate(tests, 1)
    ]
    stated = problems.text(told, "stated", where) or _stated(found)
    return {"claim": ident, "source": None, "text": text, "stated_value": stated, "unit": None}, found


def _stated(tests: list[dict[str, Any]]) -> str:
    """What is stated, from the tests, where the claim does not say it in words."""
    parts = (f"{test['stated'] or ''} {test['unit'] or ''}".strip() for test in tests)
    return "; ".join(filter(None, parts)) or "as it says"


def _test(problems: Problems, told: Any, claim: str, where: str, part: int) -> dict[str, Any]:
    told = problems.mapping(told, where, TEST_KEYS)
    given: dict[str, Any] = {key: problems.text(told, key, where) or None for key in TEST_KEYS}
    if not given["kind"]:
        problems.add(where, "names no kind; `briefing claims --kinds` lists them")
    if given["tolerance"] is not None:
        try:
            given["tolerance"] = float(given["tolerance"])
        except ValueError:
            problems.add(
                where, f"tolerance '{given['tolerance']}' is no number; write for example 0.05 for 5 percent"
            )
            given["tolerance"] = None
    return {"claim": claim, "part": part, **given, "bound": given["bound"] or "eq"}
