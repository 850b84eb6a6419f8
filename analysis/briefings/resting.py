"""What a built briefing rests on, kept for the next time: nothing is built again while all of it is the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.briefings import manifest
from analysis.briefings.manifest import Made
from analysis.briefings.order import Order
from analysis.execution import inputs

if TYPE_CHECKING:
    from analysis.briefings.production import Ran
    from analysis.briefings.rendering import Rendered


def current(order: Order, root: Path) -> Made | None:
    """The briefing as it was last built, if nothing that it rests on has changed, nor what was left of it."""
    made = manifest.current(order.request, root)
    # Two files of claims may have one name: the sheets are told apart by what their notebook is given.
    given = made and {name: section["parameters"] for name, section in made.sections.items()}
    return made if given == order.routed else None


def keep(order: Order, sections: Mapping[str, Ran], written: Iterable[Rendered], root: Path) -> Made:
    """Keep what a briefing that was just built rests on: what its sections read, its definition, and whatever else this
    process and those that wrote it have read; with the hash of each file that was written."""
    read: dict[str, str] = {}
    for ran in sections.values():
        read |= ran.run.record.get("inputs", {})
    others = {named(order.briefing.path, root), *inputs.seen()}
    outputs: dict[str, str] = {}
    for each in written:
        others |= set(each.inputs)
        outputs |= {named(order.folder / name, root): sha for name, sha in each.hashes.items()}
    read |= inputs.stamps(sorted(others - read.keys()), root)
    made = Made(
        name=order.briefing.name,
        stem=order.stem,
        folder=str(order.folder),
        request=dict(order.request),
        sections={name: _section(ran, root) for name, ran in sections.items()},
        inputs=read,
        outputs=outputs,
    )
    manifest.keep(made, root, order.began)
    return made


def _section(ran: Ran, root: Path) -> dict[str, Any]:
    return {
        "notebook": named(ran.task.notebook, root),
        "parameters": dict(ran.task.parameters),
        "key": ran.key,
        "inputs": ran.run.record.get("inputs", {}),
    }


def named(path: Path, root: Path) -> str:
    """A path as sentences and records name it: from the root where it lies there."""
    path = path.absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
