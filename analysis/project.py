"""Where the project lies, found without importing anything: a build with nothing to do begins here."""

from __future__ import annotations

import os

DATA, REPORTS = "data", "reports"
CHECKOUT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def nearest(start: str | None) -> str | None:
    """The nearest folder from `start` upward that holds `data/` and `reports/`, else the checkout this package lies
    in; None if there is neither."""
    folder = start
    while folder:
        if all(os.path.isdir(os.path.join(folder, name)) for name in (DATA, REPORTS)):
            return folder
        parent = os.path.dirname(folder)
        folder = parent if parent != folder else None
    return CHECKOUT if os.path.isdir(os.path.join(CHECKOUT, DATA)) else None
