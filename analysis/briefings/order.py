"""One briefing to be built, checked through: whatever can be refused has been, before anything runs."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

from analysis import tables
from analysis.briefings import for_each, manifest, prose, titles, untranslated
from analysis.briefings.agreement import FORMATS
from analysis.briefings.cover import Cover
from analysis.briefings.definition import COMMON, Definition, Raw
from analysis.errors import UsageError, did_you_mean
from analysis.exhibits import language

LONGEST_NAME = 100


@dataclass(frozen=True)
class Order:
    """A briefing with the values it is built for: `routed` says what each section's notebook gets, `changed` which
    values are not the definition's own, `request` what was typed, `headings` how its sections are called, `began` since when (seconds of the clock) files were read for it, `missed` which messages of its cover the language lacks.
    """

    briefing: Definition
    values: Mapping[str, Any]
    routed: Mapping[str, dict[str, Any]]
    formats: tuple[str, ...]
    changed: Mapping[str, Any]
    folder: Path
    is_elsewhere: bool
    request: Mapping[str, Any]
    cover: Cover
    headings: Mapping[str, str]
    began: float
    missed: tuple[language.Key, ...] = ()

    @property
    def stem(self) -> str:
        """The name of its files."""
        return stem_of(self.briefing.name, self.changed)

    @property
    def title(self) -> str:
        """Its title in English, for whoever follows the build."""
        with language.using(language.SOURCE):
            return titles.filled(self.briefing.title, self.briefing.contract, self.values)

    @property
    def combination(self) -> dict[str, Any]:
        """Which of a sweep it is; empty if it is none of any."""
        return {name: self.values[name] for name in self.briefing.swept}

    @property
    def leading(self) -> str:
        """The name of the section without which there is no briefing."""
        return (self.briefing.lead or self.briefing.sections[0].name).partition("/")[0]


def taken(
    briefing: Definition,
    overrides: Mapping[str, Raw],
    *,
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    rebuild: str = "",
    began: float | None = None,
) -> Order:
    """The order of one briefing; of a sweep, of the one that `overrides` name. UsageError with all that is wrong.

    `began` is when its definition began to be read, if that was before.
    """
    began = began or time()
    chosen = chosen_formats(formats, briefing)
    values = briefing.values(overrides)
    routed = briefing.routed(values)
    prose.check(*(section.path for section in briefing.sections))
    untranslated.check(briefing, values.get("language") or language.SOURCE)
    asked = manifest.asked(briefing.name, overrides, formats, out)
    return _made(briefing, values, routed, chosen, asked, rebuild, began)


def each(
    sweep: Definition,
    overrides: Mapping[str, Raw],
    *,
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    began: float | None = None,
) -> list[Order]:
    """The orders of a sweep: `overrides` of what is swept choose among its combinations, others hold for all."""
    began = began or time()
    chosen = chosen_formats(formats, sweep)
    every = for_each.chosen(sweep, overrides)
    routed = [sweep.routed(values) for values in every]
    prose.check(*(section.path for section in sweep.sections))
    for code in dict.fromkeys(values.get("language") or language.SOURCE for values in every):
        untranslated.check(sweep, code)
    orders = []
    for values, given in zip(every, routed, strict=True):
        combination = {name: values[name] for name in sweep.swept}
        asked = manifest.asked(sweep.name, {**overrides, **combination}, formats, out)
        orders.append(_made(sweep, values, given, chosen, asked, "", began))
    return orders


def _made(
    briefing: Definition,
    values: Mapping[str, Any],
    routed: Mapping[str, dict[str, Any]],
    chosen: tuple[str, ...],
    asked: dict[str, Any],
    rebuild: str,
    began: float,
) -> Order:
    changed = changes(briefing, values)
    with language.using(values.get("language") or language.SOURCE) as missed:
        cover = _cover(briefing, values, rebuild or command(briefing.name, changed))
        headings = {
            section.name: titles.filled(section.title, briefing.contract, values)
            for section in briefing.sections
        }
    return Order(
        briefing=briefing,
        values=values,
        routed=routed,
        formats=chosen,
        changed=changed,
        folder=Path(asked["out"]) if asked["out"] else home(briefing, changed),
        is_elsewhere=bool(asked["out"]),
        request=asked,
        cover=cover,
        headings=headings,
        began=began,
        missed=tuple(missed),
    )


def _cover(briefing: Definition, values: Mapping[str, Any], rebuild: str) -> Cover:
    """What the definition, with these values, says of the whole."""
    agreed, cutoff = briefing.contract, tables.cutoff().isoformat()
    return Cover(
        title=titles.filled(briefing.title, agreed, values),
        subtitle=titles.filled(briefing.subtitle, agreed, values),
        series=language.text(briefing.series),
        language=language.current(),
        as_of=values.get("as_of") or cutoff,
        known_by=values.get("known_by") or cutoff,
        parameters={name: values[name] for name in briefing.own},
        rebuild=rebuild,
        lead=briefing.lead,
    )


def changes(briefing: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from the definition's own, by name: a build with any is not the default's.

    What is swept has no value of its own: it is always among them.
    """
    own = briefing.contract.defaults
    cutoff = tables.cutoff().isoformat()
    same = {name: (own[name], own[name] or cutoff) if name in COMMON else (own[name],) for name in own}
    return {
        name: value for name, value in values.items() if name in briefing.swept or value not in same[name]
    }


def home(briefing: Definition, changed: Mapping[str, Any]) -> Path:
    """The folder of a build with these changes; all briefings of a sweep have one."""
    others = {name: value for name, value in changed.items() if name not in briefing.swept}
    return tables.root() / "reports" / "build" / stem_of(briefing.name, others)


def stem_of(name: str, changed: Mapping[str, Any]) -> str:
    """The name of the files and their folder; a hash stands for overrides too long or too odd for a file name.

    >>> stem_of("uzbekistan-kazakhstan", {"partner": "KGZ", "start": 2018})
    'uzbekistan-kazakhstan--partner-KGZ--start-2018'
    """
    words = {
        key: "+".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in changed.items()
    }
    stem = "--".join([name, *(f"{key}-{value}" for key, value in words.items())])
    if len(stem) <= LONGEST_NAME and re.fullmatch(r"[\w+.-]+", stem, re.ASCII):
        return stem
    written = json.dumps(dict(changed), ensure_ascii=False, indent=1, default=str) + "\n"
    return f"{name}--{hashlib.sha256(written.encode()).hexdigest()[:12]}"


def command(name: str, changed: Mapping[str, Any], verb: str = "build") -> str:
    """The command that builds the same again, typed at the root.

    >>> command("x", {"partner": "KGZ", "as_of": "2020-01-01"})
    'briefing build x -p partner=KGZ --as-of 2020-01-01'
    >>> command("drafts/my article.yml", {"known_by": "2024-01-01"}, "ask")
    "briefing ask 'drafts/my article.yml' --known-by 2024-01-01"
    """
    words = ["briefing", verb, name]
    for key, value in changed.items():
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        words += [f"--{key.replace('_', '-')}", text] if key in COMMON[:2] else ["-p", f"{key}={text}"]
    return shlex.join(words)


def chosen_formats(asked: Sequence[str] | None, briefing: Definition) -> tuple[str, ...]:
    """The formats to write, in their order: those asked for, else the definition's; a UsageError for an unknown one."""
    if asked is None:
        return briefing.formats
    if not asked:
        raise UsageError(f"--formats names none; choose from {', '.join(FORMATS)}")
    if unknown := [name for name in asked if name not in FORMATS]:
        raise UsageError(
            *(
                f"--formats: there is no format '{odd}'{did_you_mean(odd, FORMATS)}; choose from {', '.join(FORMATS)}"
                for odd in unknown
            )
        )
    return tuple(form for form in FORMATS if form in asked)
