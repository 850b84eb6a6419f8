"""The definition of a briefing, `reports/NAME.yml`: which notebooks, with which parameters, in which order.

    title: "{reporter} and {partner}: trade and blocs"
    series: Central Asia Briefings
    parameters:
      reporter: UZB
      partner: KAZ
    sections:
      - notebook: bilateral_trade
        name: trade
        parameters:
          reporter: ${reporter}
          partner: ${partner}
      - notebook: bloc_overlap

It is read strictly: every value is the text that was written (`NO` is Norway), and what a notebook's own parameters
make of that text is settled by the notebook's contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from analysis import tables
from analysis.errors import BriefingError, UsageError, did_you_mean
from analysis.execution import contract
from analysis.execution.contract import Contract
from analysis.tables.strict_yaml import Problems, read

DEFAULT = "uzbekistan-kazakhstan"
FORMATS = ("html", "pdf")
COMMON = ("as_of", "known_by", "language")  # given to every section that declares them
DEADLINE = 600.0
KEYS = ("title", "subtitle", "series", "parameters", "sections", "formats", "lead", "deadline")
SECTION_KEYS = ("notebook", "name", "title", "parameters", "exhibits")
NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
ROUTE = re.compile(r"\$\{([^{}]*)\}\Z")

Raw = str | list[str]


@dataclass(frozen=True)
class Section:
    """A notebook with the values its parameters get: text, or `${name}` for a parameter of the definition."""

    name: str
    notebook: str
    title: str = ""
    parameters: Mapping[str, Raw] = field(default_factory=dict)
    exhibits: tuple[str, ...] | None = None

    @property
    def path(self) -> Path:
        return tables.root() / "notebooks" / f"{self.notebook}.ipynb"

    def routes(self) -> Iterator[tuple[str, str]]:
        """(parameter of the notebook, parameter of the definition) for each that is passed on."""
        for name, value in self.parameters.items():
            if isinstance(value, str) and (match := ROUTE.match(value)):
                yield name, match[1]


@dataclass(frozen=True)
class Definition:
    """A definition that has been checked against the notebooks it names. `deadline` is in seconds, for each notebook."""

    name: str
    path: Path
    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    series: str = ""
    parameters: Mapping[str, Raw] = field(default_factory=dict)
    formats: tuple[str, ...] = FORMATS
    lead: str | None = None
    deadline: float = DEADLINE

    @property
    def shown(self) -> str:
        """The file as sentences name it."""
        return f"reports/{self.path.name}"

    @property
    def contract(self) -> Contract:
        """What may be set with -p: the definition's parameters as their notebooks declare them, and the common ones."""
        return _contract(self, {section.name: contract.read(section.path) for section in self.sections})

    def values(self, overrides: Mapping[str, Raw]) -> dict[str, Any]:
        """The parameters of the definition and the common ones, with `overrides`, coerced; refused if outside."""
        return self.contract.coerce(overrides)

    def routed(self, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """For each section what its notebook is given, coerced by its contract; all problems at once."""
        routed, problems = {}, []
        for section in self.sections:
            agreed = contract.read(section.path)
            raw: dict[str, Any] = {name: values[name] for name in COMMON if name in agreed and name in values}
            raw |= section.parameters
            raw |= {name: values[source] for name, source in section.routes()}
            try:
                routed[section.name] = agreed.coerce(raw, where=f"{self.shown}, section {section.name}")
            except UsageError as error:
                problems += error.problems
        if problems:
            raise UsageError(*problems)
        return routed


def names() -> list[str]:
    """The names of the definitions in reports/, the default first."""
    found = sorted(path.stem for path in (tables.root() / "reports").glob("*.yml"))
    return sorted(found, key=lambda name: name != DEFAULT)


def notebook_paths() -> list[Path]:
    """The notebooks, by name."""
    return sorted((tables.root() / "notebooks").glob("*.ipynb"))


def notebook_names() -> list[str]:
    """The names by which definitions call the notebooks."""
    return [path.stem for path in notebook_paths()]


def notebook_titles() -> dict[str, str]:
    """The question each notebook asks: its first heading."""
    from analysis.execution import notebook as nb

    titles = {}
    for path in notebook_paths():
        sources = (nb.source(cell) for _, cell in nb.numbered(nb.load(path)))
        heading = next(
            (line for source in sources for line in source.splitlines() if line.startswith("# ")), ""
        )
        titles[path.stem] = heading.removeprefix("# ").strip()
    return titles


def parameters_of(name: str) -> Contract:
    """The contract of a definition or of a notebook; an unknown name is a UsageError."""
    if name in names():
        return load(name).contract
    if name in notebook_names():
        return contract.read(tables.root() / "notebooks" / f"{name}.ipynb")
    known = [*names(), *notebook_names()]
    near = did_you_mean(name, known) or f"; choose one of {', '.join(known)}"
    raise UsageError(f"there is no briefing and no notebook '{name}'{near}")


def load(source: str | Path) -> Definition:
    """The definition of that name, or in that file, checked against its notebooks; UsageError with all problems."""
    path = source if isinstance(source, Path) else tables.root() / "reports" / f"{source}.yml"
    if not path.is_file():
        if isinstance(source, Path):
            raise UsageError(f"{path}: there is no such file; name a definition of reports/")
        known = names()
        if source in notebook_names():
            use = [name for name in known if source in _notebooks_of(name)]
            raise UsageError(
                f"'{source}' is a notebook, not a briefing; "
                + (
                    f"build a briefing that uses it: {', '.join(use)}"
                    if use
                    else f"write reports/{source}.yml"
                )
            )
        near = did_you_mean(source, known) or (
            f"; choose one of {', '.join(known)}" if known else f"; write reports/{source}.yml"
        )
        raise UsageError(f"there is no briefing '{source}' in reports/{near}")
    return parse(path.read_bytes(), path)


def _notebooks_of(name: str) -> set[str]:
    try:
        return {section.notebook for section in load(name).sections}
    except BriefingError:
        return set()


def parse(text: bytes, path: Path) -> Definition:
    """The definition in `text`; `path` gives its name."""
    problems = Problems(f"reports/{path.name}")
    try:
        told = read(text)
    except (yaml.YAMLError, UnicodeError) as error:
        raise UsageError(problems.unreadable(error)) from None
    definition = _definition(problems, told, path)
    problems.stop(UsageError)
    _check(definition, problems)
    problems.stop(UsageError)
    return definition


# --- from YAML -------------------------------------------------------------------------------------------------------


def _definition(problems: Problems, told: Any, path: Path) -> Definition:
    told = problems.mapping(told, "", KEYS)
    sections = [
        _section(problems, section, place)
        for place, section in enumerate(problems.sequence(told.get("sections"), "sections"), start=1)
    ]
    if not NAME.match(path.stem):
        problems.add("", f"'{path.stem}' is no name for a briefing; use small letters, digits and hyphens")
    if not told.get("title"):
        problems.add("", "has no title; write title: and the words")
    if not sections:
        problems.add("", "has no sections; write sections: and at least one - notebook: NAME")
    for name in sorted({s.name for s in sections if sum(o.name == s.name for o in sections) > 1}):
        problems.add(f"section {name}", "there are two of this name; give each a name: of its own")
    definition = Definition(
        name=path.stem,
        path=path,
        title=problems.text(told, "title"),
        sections=tuple(sections),
        subtitle=problems.text(told, "subtitle"),
        series=problems.text(told, "series"),
        parameters=problems.values(told.get("parameters"), "parameters"),
        formats=tuple(problems.words(told["formats"], "formats")) if "formats" in told else FORMATS,
        lead=problems.text(told, "lead") or None,
    )
    return replace(definition, deadline=_deadline(problems, told.get("deadline")))


def _section(problems: Problems, told: Any, place: int) -> Section:
    where = f"section {place}"
    told = problems.mapping(told, where, SECTION_KEYS)
    notebook = problems.text(told, "notebook", where)
    if not notebook:
        problems.add(where, "names no notebook; write notebook: and one of notebooks/")
    name = problems.text(told, "name", where) or notebook.replace("_", "-")
    if name and not NAME.match(name):
        problems.add(where, f"'{name}' is no name for a section; use small letters, digits and hyphens")
    exhibits = (
        tuple(problems.words(told["exhibits"], f"section {name}, exhibits")) if "exhibits" in told else None
    )
    parameters = problems.values(told.get("parameters"), f"section {name}, parameters")
    return Section(name, notebook, problems.text(told, "title", where), parameters, exhibits)


def _deadline(problems: Problems, told: Any) -> float:
    if told is None:
        return DEADLINE
    if isinstance(told, str) and re.fullmatch(r"[1-9]\d{0,5}", told):
        return float(told)
    problems.add("deadline", f"'{told}' is no number of seconds; write a whole number such as 300")
    return DEADLINE


# --- against the notebooks -------------------------------------------------------------------------------------------


def _check(definition: Definition, problems: Problems) -> None:
    for name in definition.formats:
        if name not in FORMATS:
            problems.add(
                "formats", f"'{name}' is not one of {', '.join(FORMATS)}{did_you_mean(name, FORMATS)}"
            )
    sections = [section.name for section in definition.sections]
    if definition.lead and definition.lead not in sections:
        near = did_you_mean(definition.lead, sections) or f"; choose one of {', '.join(sections)}"
        problems.add("lead", f"there is no section '{definition.lead}'{near}")
    for name in definition.parameters:
        if name in COMMON:
            problems.add(
                "parameters", f"'{name}' is given to every section; leave it out here and use --{name}"
            )
    agreed = {section.name: _agreed(section, problems) for section in definition.sections}
    _check_routes(definition, agreed, problems)
    if not problems:
        _check_values(definition, {name: one for name, one in agreed.items() if one}, problems)


def _agreed(section: Section, problems: Problems) -> Contract | None:
    known = notebook_names()
    if section.notebook not in known:
        near = did_you_mean(section.notebook, known) or f"; choose one of {', '.join(known) or 'none yet'}"
        problems.add(f"section {section.name}", f"there is no notebook '{section.notebook}'{near}")
        return None
    try:
        return contract.read(section.path)
    except UsageError as error:
        for problem in error.problems:
            problems.add(f"section {section.name}", problem)
        return None


def _check_routes(definition: Definition, agreed: Mapping[str, Contract | None], problems: Problems) -> None:
    own = list(definition.parameters)
    for section in definition.sections:
        where = f"section {section.name}"
        routes = dict(section.routes())
        for name, value in section.parameters.items():
            notebook = agreed[section.name]
            if notebook and name not in notebook:
                near = did_you_mean(name, notebook.names) or f"; it has {', '.join(notebook.names) or 'none'}"
                problems.add(where, f"{notebook.title} has no parameter '{name}'{near}")
            if name in routes and routes[name] not in own:
                near = did_you_mean(routes[name], own) or f"; add {routes[name]}: under parameters:"
                problems.add(where, f"${{{routes[name]}}} is no parameter of the definition{near}")
            elif name not in routes and "${" in str(value):
                problems.add(where, f"{name}: '{value}' mixes ${{…}} with text; write ${{name}} alone")
    used = {source for section in definition.sections for _, source in section.routes()}
    for name in own:
        if name not in used and name not in COMMON:
            problems.add(
                "parameters", f"'{name}' is used by no section; pass it on as ${{{name}}} or remove it"
            )


def _check_values(definition: Definition, agreed: Mapping[str, Contract], problems: Problems) -> None:
    from analysis.briefings import titles

    try:
        whole = _contract(definition, agreed)
        definition.routed(whole.coerce({}, where=definition.shown))
    except UsageError as error:
        problems.extend(error.problems)
        return
    texts = {"title": definition.title, "subtitle": definition.subtitle}
    texts |= {f"section {section.name}, title": section.title for section in definition.sections}
    for place, text in texts.items():
        for problem in titles.problems(text, whole.names):
            problems.add(place, problem)


def _contract(definition: Definition, agreed: Mapping[str, Contract]) -> Contract:
    """Each parameter as the first notebook that gets it declares it, with the definition's value as its default."""
    found = {}
    for section in definition.sections:
        for name, source in section.routes():
            found.setdefault(source, replace(agreed[section.name][name], name=source))
    ordered = [found[name] for name in definition.parameters]
    common = {name: one[name] for name in COMMON for one in agreed.values() if name in one}
    title = f"briefing {definition.name}"
    own = Contract(definition.name, title, tuple(ordered))
    values = own.coerce(definition.parameters, where=f"{definition.shown}, parameters")
    parameters = [replace(parameter, default=values[parameter.name]) for parameter in ordered]
    return Contract(
        definition.name, title, (*parameters, *(common[name] for name in COMMON if name in common))
    )
