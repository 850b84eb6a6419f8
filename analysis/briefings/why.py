"""Why a briefing would be built again: what changed since it was last built, down to rows, cells and keys."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from analysis import tables
from analysis.briefings import definition, differences, for_each, manifest, order
from analysis.briefings.agreement import FORMATS
from analysis.briefings.definition import Definition, Raw
from analysis.briefings.differences import Difference
from analysis.briefings.manifest import ENVIRONMENT, Made
from analysis.errors import BriefingError
from analysis.execution import environment, inputs, ledger, results
from analysis.tables import strict_yaml


@dataclass(frozen=True)
class Change:
    """What is not as it was at the last build: its name, a phrase, and a line for each part if there are several."""

    name: str
    said: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Why:
    """What changed for one briefing since it was last built; of each section, whether it would run again."""

    name: str
    stem: str
    changes: tuple[Change, ...]
    runs: Mapping[str, bool]


def why(name: str, overrides: Mapping[str, Raw] | None = None) -> tuple[Why, ...]:
    """What changed for the briefing `name` with these values; of a sweep, for each briefing that they choose.

    Raises UsageError where a build would refuse.
    """
    briefing = definition.load(name)
    given = dict(overrides or {})
    every = for_each.chosen(briefing, given) if briefing.for_each else [briefing.values(given)]
    known = manifest.last(briefing.name, tables.root())
    return tuple(_why(briefing, values, known) for values in every)


def _why(briefing: Definition, values: Mapping[str, Any], known: Sequence[Made]) -> Why:
    root = tables.root()
    stem = order.stem_of(briefing.name, order.changes(briefing, values))
    made = next((each for each in known if each.stem == stem), None)
    routed = briefing.routed(values)
    stored = {
        section.name: results.found(results.request(section.path, routed[section.name], root), root)
        for section in briefing.sections
    }
    changes = [*_failure(stem, root)]
    if made is None:
        changes.append(Change("the briefing", "was never built, or what was known of it is deleted"))
    else:
        changes += _sections(briefing, routed, made)
        changes += _inputs(made, root)
        changes += _newly_read(made, stored)
        changes += _outputs(briefing, stem, made, root)
    return Why(
        briefing.name, stem, tuple(changes), {section: found is None for section, found in stored.items()}
    )


def _failure(stem: str, root: Path) -> Iterator[Change]:
    """The last build, if it did not succeed."""
    if not (root / ledger.PLACE).exists():
        return
    with ledger.Ledger.at(root) as kept:
        newest = kept.newest(stem, (*ledger.GOOD, *ledger.BAD))
    if newest and newest["status"] in ledger.BAD:
        reasons = tuple((newest["reason"] or "").splitlines())
        yield Change("the last build", newest["status"], reasons)


def _sections(briefing: Definition, routed: Mapping[str, Mapping[str, Any]], made: Made) -> Iterator[Change]:
    """Sections that came or went, and parameters that have another value."""
    for name in made.sections.keys() - routed.keys():
        yield Change(f"section {name}", "is no longer in the definition")
    for section in briefing.sections:
        before = made.sections.get(section.name)
        if before is None:
            yield Change(f"section {section.name}", "is new in the definition")
            continue
        now = routed[section.name]
        for parameter, old in before["parameters"].items():
            if parameter in now and now[parameter] != old:
                yield Change(
                    f"section {section.name}", f"{parameter} {_value(old)} -> {_value(now[parameter])}"
                )


def _inputs(made: Made, root: Path) -> Iterator[Change]:
    """Files and folders that are not as they were, and the environment."""
    before = {name: stamp for name, stamp in made.inputs.items() if name != ENVIRONMENT}
    now = inputs.stamps(list(before), root)
    for name in sorted(name for name in before if now[name] != before[name]):
        found = _difference(name, before[name], now[name], root)
        yield Change(name, found.said, found.details)
    if environment.stamp() != made.inputs.get(ENVIRONMENT):
        old = manifest.content(made.inputs.get(ENVIRONMENT, ""), root)
        told = environment.changes(old.decode(), environment.text()) if old else []
        yield Change("the environment", *(("changed", tuple(told)) if len(told) != 1 else (told[0],)))


def _newly_read(made: Made, stored: Mapping[str, results.Stored | None]) -> Iterator[Change]:
    """Tables that a section has read in a run since."""
    for section, found in stored.items():
        if found is None or section not in made.sections:
            continue
        names = found.record["inputs"].keys() - made.inputs.keys()
        for name in sorted(name for name in names if name.startswith("data/")):
            yield Change(name, f"newly read by section {section}")


def _outputs(briefing: Definition, stem: str, made: Made, root: Path) -> Iterator[Change]:
    """Files of the build that are gone, changed by hand, or were not asked for."""
    now = inputs.stamps(list(made.outputs), root)
    for name, stamp in made.outputs.items():
        if now[name] != stamp:
            yield Change(name, "was changed since it was written" if now[name] else "is missing")
    names = {Path(name).name for name in made.outputs}
    for form in briefing.formats:
        if f"{stem}.{FORMATS[form]}" not in names:
            yield Change(f"format {form}", "was not asked for at the last build")


# --- inputs -----------------------------------------------------------------------------------------------------------


def _difference(name: str, old: str, new: str, root: Path) -> Difference:
    """What is different in a file or folder that had another stamp."""
    if name.endswith("/"):
        return Difference("a file in it came or went")
    if not new:
        return Difference("is missing")
    if not old:
        return Difference("is there now, and was not")
    if name.startswith("analysis/"):
        return Difference(f"{_kind(name)} changed")
    before = manifest.content(old, root)
    if before is None:
        return Difference("changed (what it held before is not kept)")
    try:
        return _within(name, before, Path(inputs.path_of(name, str(root))).read_bytes())
    except (OSError, ValueError, KeyError, csv.Error, yaml.YAMLError, BriefingError):
        return Difference("changed (one of its two states cannot be read)")


def _within(name: str, before: bytes, after: bytes) -> Difference:
    match Path(name).suffix:
        case ".csv":
            return differences.of_rows(before.decode(), after.decode(), _key(name))
        case ".parquet":
            return differences.of_rows(*tables.unequal_rows(name, before, after), _key(name))
        case ".yml":
            return differences.of_mappings(strict_yaml.read(before), strict_yaml.read(after))
        case ".json":
            return differences.of_mappings(json.loads(before), json.loads(after))
        case ".ipynb":
            return differences.of_notebooks(json.loads(before), json.loads(after))
    return Difference("changed")


def _key(name: str) -> tuple[str, ...]:
    """The columns that tell the rows of a declared table apart; none for a file of somebody's own."""
    path = Path(name)
    with suppress(BriefingError):
        if path.parent.as_posix() == "data":
            return tables.primary_key(path.stem)
    return ()


def _kind(name: str) -> str:
    return {".py": "the module", ".po": "the catalogue"}.get(Path(name).suffix, "the file")


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
