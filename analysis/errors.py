"""The errors of the project: sentences for a person, each saying where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class BriefingError(Exception):
    """One or more problems, each a sentence; the command prints them all and ends with `exit_code`.

    >>> print(BriefingError("data/x.csv line 3: empty", "data/x.csv line 9: empty"))
    data/x.csv line 3: empty
    data/x.csv line 9: empty
    """

    exit_code = 1

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems: list[str] = list(problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: a reader of a notebook needs the sentence alone."""
        return [f"{type(self).__name__}: {problem}" for problem in self.problems]


class UsageError(BriefingError):
    """Something was asked for that is outside what is declared; nothing has been run."""

    exit_code = 2


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The nearest choice as a parenthesis to append to a sentence, or nothing.

    >>> did_you_mean("partnr", ["reporter", "partner"])
    " (did you mean 'partner'?)"
    >>> did_you_mean("zzz", ["reporter", "partner"])
    ''
    """
    near = nearest(word, choices)
    return f" (did you mean '{near}'?)" if near else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that a word is probably meant for.

    >>> nearest("partnr", ["reporter", "partner"])
    'partner'
    """
    folded = {choice.lower(): choice for choice in map(str, choices)}
    near = get_close_matches(str(word).lower(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None
