"""A sweep: a definition with `for_each` makes one briefing for each combination of the parameters named there.

    for_each:                                for_each:
      - {reporter: KAZ, partner: UZB}          pairs: [KAZ, UZB, KGZ]
      - {reporter: KGZ, partner: TJK}          into: [reporter, partner]

The list says every combination. The pairs are all unordered ones, the country that stands first going into the first
parameter: KAZ and UZB, KAZ and KGZ, UZB and KGZ. A parameter that is swept has no other value in the definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from analysis.errors import UsageError
from analysis.execution.contract import Contract
from analysis.tables.strict_yaml import Problems

if TYPE_CHECKING:
    from analysis.briefings.definition import Definition

Combination = Mapping[str, Any]
PAIRS_KEYS = ("pairs", "into")


def read(problems: Problems, told: Any) -> tuple[Combination, ...]:
    """The combinations that a definition writes under `for_each`; what is wrong goes to `problems`."""
    if isinstance(told, dict):
        return _pairs(problems, told)
    if not told:
        problems.add("for_each", "is empty; list at least one combination, or leave it out")
        return ()
    if not isinstance(told, list) or not all(isinstance(one, dict) and one for one in told):
        problems.add("for_each", "must be a list of `- {name: value}` lines, or pairs: and into:")
        return ()
    for place, one in enumerate(told, start=1):
        problems.values(one, f"for_each, combination {place}")
        if set(one) != set(told[0]):
            problems.add(
                "for_each",
                f"combination {place} sets {', '.join(one)}, the first {', '.join(told[0])}; "
                "set the same parameters in each",
            )
    # in one order of names, whatever the order of a line
    return tuple({name: one[name] for name in told[0] if name in one} for one in told)


def _pairs(problems: Problems, told: dict[str, Any]) -> tuple[Combination, ...]:
    told = problems.mapping(told, "for_each", PAIRS_KEYS)
    of = problems.words(told.get("pairs"), "for_each, pairs")
    into = problems.words(told.get("into"), "for_each, into")
    if len(of) < 2:
        problems.add("for_each", "pairs: must list two values or more, each once")
    if len(into) != 2:
        problems.add("for_each", "into: must name two parameters, as [reporter, partner]")
    if problems:
        return ()
    return tuple(dict(zip(into, pair, strict=True)) for pair in combinations(of, 2))


def check(definition: Definition, whole: Contract, problems: Problems) -> None:
    """Hold every combination against the contract of the definition and of its notebooks."""
    seen: set[str] = set()
    for combination in definition.for_each:
        try:
            values = whole.coerce(combination, where=f"{definition.shown}, for_each")
            definition.routed(values)
        except UsageError as error:
            problems.extend(error.problems)
            continue
        told = said({name: values[name] for name in combination})
        if told in seen:
            problems.add("for_each", f"{told} stands twice; keep one")
        seen.add(told)


def chosen(definition: Definition, overrides: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The values of each briefing to build: `overrides` of what is swept choose among the combinations, others are
    set in all. A UsageError where a value is wrong or no combination is meant."""
    agreed = definition.contract
    picks = {name: value for name, value in overrides.items() if name in definition.swept}
    rest = {name: value for name, value in overrides.items() if name not in definition.swept}
    named = Contract(agreed.name, agreed.title, tuple(agreed[name] for name in picks)).coerce(picks)
    every = [agreed.coerce({**rest, **one}) for one in definition.for_each]
    meant = [values for values in every if all(values[name] == value for name, value in named.items())]
    if not meant:
        raise UsageError(
            f"{agreed.title}: for_each has no combination with {said(named)}{_near(every, named)}"
        )
    return meant


def _near(every: Sequence[Mapping[str, Any]], named: Mapping[str, Any]) -> str:
    """The combination nearest to what was asked: the same values in another order, else what there is."""
    asked = sorted(map(str, named.values()))
    names = list(named)
    same = next((one for one in every if sorted(str(one[name]) for name in names) == asked), None)
    if same:
        return f" (did you mean {said({name: same[name] for name in names})}?)"
    if len(named) > 1:
        return "; `briefing params` lists them"
    known = dict.fromkeys(str(one[name]) for one in every for name in names)
    return f"; choose one of {', '.join(known)}"


def said(combination: Mapping[str, Any]) -> str:
    """A combination in words.

    >>> said({"reporter": "KAZ", "partner": "UZB", "blocs": ["sco", "ots"]})
    'reporter KAZ, partner UZB, blocs sco+ots'
    """
    texts = {
        name: "+".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in combination.items()
    }
    return ", ".join(f"{name} {text}" for name, text in texts.items())
