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

With `for_each` it makes a briefing for each combination of some parameters (see for_each). Its last sections may be
annexes (`annex: true`), and single exhibits may go to an annex (`annex: [ids]`). When it is due says `schedule`.

It is read strictly: every value is the text that was written (`NO` is Norway), and what a notebook's own parameters
make of that text is settled by the notebook's contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from analysis import tables
from analysis.briefings import agreement, for_each
from analysis.briefings import schedule as timing
from analysis.briefings.agreement import COMMON, ROUTE, WHOLE
from analysis.briefings.schedule import Schedule
from analysis.errors import BriefingError, UsageError, did_you_mean
from analysis.execution import contract
from analysis.execution import notebook as nb
from analysis.execution.contract import Contract
from analysis.tables.strict_yaml import Problems, read

DEFAULT = "uzbekistan-kazakhstan"
DEADLINE = 600.0
KEYS = (
    "title",
    "subtitle",
    "series",
    "parameters",
    "sections",
    "formats",
    "lead",
    "deadline",
    "for_each",
    "schedule",
)
SECTION_KEYS = ("notebook", "name", "title", "parameters", "exhibits", "without", "annex")
NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")

Raw = str | list[str]


@dataclass(frozen=True)
class Section:
    """A notebook with the values its parameters get: text, or `${name}` for a parameter of the definition.

    `exhibits` are the ids to print, None prints all; `without` are ids of sentences and exhibits to leave out; `annex`
    says that it stands behind the body, as a whole (True) or with the exhibits named.
    """

    name: str
    notebook: str
    title: str = ""
    parameters: Mapping[str, Raw] = field(default_factory=dict)
    exhibits: tuple[str, ...] | None = None
    annex: bool | tuple[str, ...] = False
    without: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return tables.root() / "notebooks" / f"{self.notebook}.ipynb"

    def routes(self) -> Iterator[tuple[str, str]]:
        """(parameter of the notebook, parameter of the definition) for each passed on, alone or in a list."""
        for name, value in self.parameters.items():
            for text in [value] if isinstance(value, str) else value:
                if match := ROUTE.match(text):
                    yield name, match[1]

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What its notebook gets: as written, with a value of the definition in the place of each `${name}`."""

        def one(text: str) -> Any:
            return values[match[1]] if (match := ROUTE.match(text)) else text

        return {
            name: one(value) if isinstance(value, str) else [one(text) for text in value]
            for name, value in self.parameters.items()
        }


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
    formats: tuple[str, ...] = WHOLE
    lead: str | None = None
    deadline: float = DEADLINE
    for_each: tuple[Mapping[str, Raw], ...] = ()
    schedule: Schedule | None = None

    @property
    def swept(self) -> tuple[str, ...]:
        """The parameters that take another value in each briefing of a sweep."""
        return tuple(self.for_each[0]) if self.for_each else ()

    @property
    def own(self) -> dict[str, Raw]:
        """Every parameter of the definition with its value as written; of what is swept, the first."""
        return {**(self.for_each[0] if self.for_each else {}), **self.parameters}

    def texts(self) -> tuple[str, ...]:
        """What it says in words of its own, for the catalogues: series, title, subtitle, titles of sections."""
        said = (self.series, self.title, self.subtitle, *(section.title for section in self.sections))
        return tuple(dict.fromkeys(filter(None, said)))

    @property
    def shown(self) -> str:
        """The file as sentences name it."""
        return f"reports/{self.path.name}"

    @cached_property
    def contract(self) -> Contract:
        """What may be set with -p: the definition's parameters as their notebooks declare them, and the common ones."""
        return agreement.made(self, self.contracts)

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """For each section the contract of its notebook."""
        return {section.name: contract.read(section.path) for section in self.sections}

    def values(self, overrides: Mapping[str, Raw]) -> dict[str, Any]:
        """The parameters of the definition and the common ones, with `overrides`, coerced; refused if outside.

        Of a sweep, those of the one briefing that `overrides` name.
        """
        if not self.for_each:
            return self.contract.coerce(overrides)
        first, *others = for_each.chosen(self, overrides)
        if others:
            names = " ".join(f"-p {name}=…" for name in self.swept)
            raise UsageError(f"{self.shown}: makes {len(others) + 1} briefings; name one with {names}")
        return first

    def routed(self, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """For each section what its notebook is given, coerced by its contract; all problems at once."""
        routed, problems = {}, []
        for section in self.sections:
            agreed = self.contracts[section.name]
            raw: dict[str, Any] = {name: values[name] for name in COMMON if name in agreed and name in values}
            raw |= section.given(values)
            try:
                routed[section.name] = agreed.coerce(raw, where=f"{self.shown}, section {section.name}")
            except UsageError as error:
                problems += error.problems
        if problems:
            raise UsageError(*problems)
        return routed


def names() -> list[str]:
    """The names of the definitions in reports/, the default first."""
    found = sorted(path.stem for path in (tables.root() / "reports").glob("*.yml") if path.is_file())
    return sorted(found, key=lambda name: name != DEFAULT)


def notebook_paths() -> list[Path]:
    """The notebooks, by name."""
    return sorted((tables.root() / "notebooks").glob("*.ipynb"))


def notebook_names() -> list[str]:
    """The names by which definitions call the notebooks."""
    return [path.stem for path in notebook_paths()]


def notebook_titles() -> dict[str, str]:
    """The question each notebook asks: its first heading."""
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


def shown_by(name: str) -> tuple[str, ...]:
    """What a definition may name of a notebook: its sentences and exhibits; nothing where only a run can tell."""
    path = tables.root() / "notebooks" / f"{name}.ipynb"
    return (nb.names(nb.load(path)) or ()) if path in notebook_paths() else ()


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
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise UsageError(
            f"reports/{path.name}: cannot be read ({error.strerror}); make it readable"
        ) from None


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
    agreement.check(definition, problems)
    problems.stop(UsageError)
    return definition


# --- from YAML -------------------------------------------------------------------------------------------------------


def _definition(problems: Problems, told: Any, path: Path) -> Definition:
    told = problems.mapping(told, "", KEYS)
    if not told:
        problems.stop(UsageError)
    sections = [
        _section(problems, section, place)
        for place, section in enumerate(problems.sequence(told.get("sections"), "sections"), start=1)
    ]
    if not NAME.match(path.stem):
        problems.add("", f"'{path.stem}' is no name for a briefing; use small letters, digits and hyphens")
    if not told.get("title"):
        problems.add("", "has no title; write title: and the words")
    if not told.get("sections"):
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
        formats=tuple(problems.words(told["formats"], "formats")) if "formats" in told else WHOLE,
        lead=problems.text(told, "lead") or None,
        for_each=for_each.read(problems, told["for_each"]) if "for_each" in told else (),
        schedule=timing.parse(problems, told["schedule"]) if "schedule" in told else None,
    )
    return replace(definition, deadline=_deadline(problems, told.get("deadline")))


def _section(problems: Problems, told: Any, place: int) -> Section:
    where = f"section {place}"
    told = problems.mapping(told, where, SECTION_KEYS)
    notebook = problems.text(told, "notebook", where)
    if not told.get("notebook"):
        problems.add(where, "names no notebook; write notebook: and one of notebooks/")
    name = problems.text(told, "name", where) or notebook.replace("_", "-")
    if name and not NAME.match(name):
        problems.add(where, f"'{name}' is no name for a section; use small letters, digits and hyphens")
    exhibits = (
        tuple(problems.words(told["exhibits"], f"section {name}, exhibits")) if "exhibits" in told else None
    )
    parameters = problems.values(told.get("parameters"), f"section {name}, parameters")
    annex = _annex(problems, told["annex"], name, exhibits) if "annex" in told else False
    without = tuple(problems.words(told["without"], f"section {name}, without")) if "without" in told else ()
    for ident in (each for each in without if each in (exhibits or ())):
        problems.add(
            f"section {name}, without", f"'{ident}' is among its exhibits too; take it out of one list"
        )
    return Section(name, notebook, problems.text(told, "title", where), parameters, exhibits, annex, without)


def _annex(
    problems: Problems, told: Any, name: str, exhibits: tuple[str, ...] | None
) -> bool | tuple[str, ...]:
    where = f"section {name}, annex"
    if told in ("true", "false"):
        return told == "true"
    if not isinstance(told, list) or not told:
        problems.add(where, "must be true, false or a list of exhibits")
        return False
    names = problems.words(told, where)
    for ident in (each for each in names if exhibits is not None and each not in exhibits):
        problems.add(where, f"'{ident}' is none of its exhibits{did_you_mean(ident, exhibits)}; add it there")
    return tuple(names)


def _deadline(problems: Problems, told: Any) -> float:
    if told is None:
        return DEADLINE
    if isinstance(told, str) and re.fullmatch(r"[1-9]\d{0,5}", told):
        return float(told)
    problems.add("deadline", f"'{told}' is no number of seconds; write a whole number such as 300")
    return DEADLINE
