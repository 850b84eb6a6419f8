"""What a definition and its notebooks agree on: its sections exist, its values are taken, and what may be set with -p."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import tables
from analysis.briefings import for_each
from analysis.errors import UsageError, did_you_mean, nearest
from analysis.execution import contract
from analysis.execution import notebook as nb
from analysis.execution.contract import Contract, Parameter
from analysis.tables.strict_yaml import Problems

if TYPE_CHECKING:
    from analysis.briefings.definition import Definition, Section

FORMATS = {
    "html": "html",
    "pdf": "pdf",
    "email": "eml",
    "card": "png",
}  # how each is asked for, and how its file ends
WHOLE = ("html", "pdf")  # those that hold the whole briefing: what is written if nothing is asked for
COMMON = ("as_of", "known_by", "language")  # given to every section that declares them
ROUTE = re.compile(r"\$\{([^{}]*)\}\Z")


def check(definition: Definition, problems: Problems) -> None:
    """Hold a definition against the notebooks it names; what is wrong goes to `problems`."""
    if not definition.formats:
        problems.add("formats", f"names none; choose from {', '.join(FORMATS)}, or leave it out")
    for name in definition.formats:
        if name not in FORMATS:
            problems.add(
                "formats", f"'{name}' is not one of {', '.join(FORMATS)}{did_you_mean(name, FORMATS)}"
            )
    for name in definition.parameters:
        if name in COMMON:
            problems.add(
                "parameters", f"'{name}' is given to every section; leave it out here and use --{name}"
            )
    _check_annexes(definition, problems)
    agreed = {section.name: _agreed(section, problems) for section in definition.sections}
    _check_lead(definition.lead or "", agreed, problems)
    for section in definition.sections:
        if agreed[section.name]:
            _check_names(section, definition.lead or "", problems)
    _check_routes(definition, agreed, problems)
    if not problems:
        _check_values(definition, {name: one for name, one in agreed.items() if one}, problems)


def _check_lead(lead: str, agreed: Mapping[str, Contract | None], problems: Problems) -> None:
    """Refuse to lead with a section that is not there; one that has its name from a misspelt notebook is."""
    led, misnamed = lead.partition("/")[0], [name for name, one in agreed.items() if one is None]
    if lead and led not in agreed and not nearest(led, misnamed):
        near = did_you_mean(led, agreed) or f"; choose one of {', '.join(agreed)}"
        problems.add("lead", f"there is no section '{led}'{near}")


def _check_annexes(definition: Definition, problems: Problems) -> None:
    is_annex = [section.annex is True for section in definition.sections]
    if all(is_annex):
        problems.add("sections", "all are annexes; leave annex: out of at least one")
    elif is_annex != sorted(is_annex):
        name = definition.sections[is_annex.index(True)].name
        problems.add(f"section {name}", "is an annex before a section that is none; move it to the end")


def _agreed(section: Section, problems: Problems) -> Contract | None:
    known = sorted(path.stem for path in (tables.root() / "notebooks").glob("*.ipynb"))
    if section.notebook not in known:
        remedy = f"choose one of {', '.join(known)}" if known else "put it in notebooks/"
        near = did_you_mean(Path(section.notebook).stem, known) or f"; {remedy}"
        problems.add(f"section {section.name}", f"there is no notebook '{section.notebook}'{near}")
        return None
    try:
        return contract.read(section.path)
    except UsageError as error:
        for problem in error.problems:
            problems.add(f"section {section.name}", problem)
        return None


def _check_names(section: Section, lead: str, problems: Problems) -> None:
    """Tell of names of exhibits and sentences that the notebook does not show, where its cells say what it shows."""
    known = nb.names(nb.load(section.path))
    if known is None:
        return
    where = f"section {section.name}, "
    asked = {
        f"{where}exhibits": section.exhibits or (),
        f"{where}without": section.without,
        f"{where}annex": section.annex if isinstance(section.annex, tuple) else (),
        "lead": [lead.removeprefix(f"{section.name}/")] if lead.startswith(f"{section.name}/") else (),
    }
    for place, names in asked.items():
        for name in (name for name in names if name not in known):
            near = did_you_mean(name, known) or f"; `briefing params {section.notebook}` lists what it shows"
            problems.add(place, f"notebook {section.notebook} shows nothing called '{name}'{near}")


def _check_use(definition: Definition, problems: Problems) -> list[str]:
    """Tell of parameters that no section takes; the names that one of a sweep may be meant for, told with it.

    One that a misspelt `${name}` is meant for is told there.
    """
    used = sorted({source for section in definition.sections for _, source in section.routes()})
    misspelt = {nearest(source, definition.own) for source in used if source not in definition.own}
    known = {*used, *COMMON, *(misspelt - {*definition.swept})}
    meant = []
    for name in (name for name in definition.own if name not in known):
        is_swept = name in definition.swept
        near = (
            did_you_mean(name, [source for source in used if source not in definition.own])
            if is_swept
            else ""
        )
        meant += [source for source in used if f"'{source}'" in near]
        remedy = near or f"; pass it on as ${{{name}}} or remove it"
        problems.add("for_each" if is_swept else "parameters", f"'{name}' is used by no section{remedy}")
    return meant


def _check_routes(definition: Definition, agreed: Mapping[str, Contract | None], problems: Problems) -> None:
    own = list(definition.own)
    meant = _check_use(definition, problems)
    for name in definition.swept:
        if name in definition.parameters:
            problems.add("parameters", f"'{name}' is swept by for_each; leave it out here")
        if name in COMMON:
            problems.add("for_each", f"'{name}' is given to every section; use --{name.replace('_', '-')}")
    for section in definition.sections:
        where = f"section {section.name}"
        for name, value in section.parameters.items():
            notebook = agreed[section.name]
            if notebook and name not in notebook:
                near = did_you_mean(name, notebook.names) or f"; it has {', '.join(notebook.names) or 'none'}"
                problems.add(where, f"{notebook.title} has no parameter '{name}'{near}")
            for text in [value] if isinstance(value, str) else value:
                if "${" in text and not ROUTE.match(text):
                    problems.add(where, f"{name}: '{text}' mixes ${{…}} with text; write ${{name}} alone")
        for source in (source for _, source in section.routes() if source not in (*own, *meant)):
            remedy = f"add {source}: under parameters:" if source else "write ${name}"
            near = did_you_mean(source, own) or f"; {remedy}"
            problems.add(where, f"${{{source}}} is no parameter of the definition{near}")


def _check_values(definition: Definition, agreed: Mapping[str, Contract], problems: Problems) -> None:
    from analysis.briefings import prose, titles

    try:
        whole = made(definition, agreed)
        definition.routed(whole.coerce({}, where=definition.shown))
    except UsageError as error:
        problems.extend(error.problems)
        return
    for_each.check(definition, whole, problems)
    texts = {"title": definition.title, "subtitle": definition.subtitle}
    texts |= {"series": definition.series}
    texts |= {f"section {section.name}, title": section.title for section in definition.sections}
    for place, text in texts.items():
        for problem in [
            *(titles.problems(text, whole.names) if place != "series" else ()),
            *prose.of_title(text),
        ]:
            problems.add(place, problem)


def made(definition: Definition, agreed: Mapping[str, Contract]) -> Contract:
    """The contract of a definition: each parameter as the first notebook that gets it declares it, with the definition's value as its default."""
    found: dict[str, Parameter] = {}
    items: dict[str, Parameter] = {}  # what stands in a list is one of its values
    for section in definition.sections:
        for name, source in section.routes():
            declared = replace(agreed[section.name][name], name=source)
            if isinstance(section.parameters[name], str):
                found.setdefault(source, declared)
            else:
                items.setdefault(source, replace(declared, type=declared.type.scalar))
    found = items | found
    ordered = [found[name] for name in definition.own]
    common = {name: one[name] for name in COMMON for one in agreed.values() if name in one}
    title = f"briefing {definition.name}"
    fixed = Contract(definition.name, title, tuple(found[name] for name in definition.parameters))
    values = fixed.coerce(definition.parameters, where=f"{definition.shown}, parameters")
    if definition.for_each:
        whole = Contract(definition.name, title, tuple(ordered))
        values = whole.coerce(definition.own, where=f"{definition.shown}, for_each")
    parameters = [replace(parameter, default=values[parameter.name]) for parameter in ordered]
    return Contract(
        definition.name, title, (*parameters, *(common[name] for name in COMMON if name in common))
    )
