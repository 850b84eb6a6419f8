"""The sentence that stands for an exhibit on water where the part was not asked for."""

from __future__ import annotations

from analysis.exhibits.finding import Finding


def unasked(ident: str, what: str) -> Finding:
    """What was not asked for, in a sentence.

    >>> unasked("withdrawals", "withdrawals of water").text
    'Not asked for, and left out: withdrawals of water.'
    """
    return Finding(ident, "Not asked for, and left out: {what}.", what=what)
