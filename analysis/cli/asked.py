"""What a command was asked for: the values that were typed for parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.errors import UsageError


def overrides(pairs: Sequence[str], dates: Mapping[str, str | None]) -> dict[str, str]:
    """The values by name: of each `-p name=value`, and of each date that has an option of its own.

    >>> overrides(["partner=KGZ"], {"as_of": "2020-01-01", "known_by": None})
    {'partner': 'KGZ', 'as_of': '2020-01-01'}
    """
    found: dict[str, str] = {}
    problems = []
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name:
            problems.append(f"-p '{pair}': not of the form name=value; write for example -p partner=KGZ")
        elif name in found:
            problems.append(f"-p {name}: given twice; give it once")
        else:
            found[name] = value
    for name, value in dates.items():
        if value is not None and name in found:
            problems.append(f"-p {name} and --{name.replace('_', '-')} both given; give one of them")
        elif value is not None:
            found[name] = value
    if problems:
        raise UsageError(*problems)
    return found
