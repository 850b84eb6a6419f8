"""Documents against each other: what two of those under review say of one matter, and what the tables hold of it."""

from __future__ import annotations

import pandas as pd

from analysis import tables
from analysis.exhibits.accords import documents
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.review.material import Asked

OWN = "These claims are of one text, so no document stands against another."


def between(given: Asked) -> pd.DataFrame:
    """The matters of which two documents under review speak, and the state found on the day."""
    return documents.shared(
        tables.read("claim_matters"),
        given.claims,
        tables.read("agreements"),
        tables.read("agreement_parties"),
        dict.fromkeys(tables.read("processes")["process"]),
        given.as_of,
        is_all=True,
    )


def apart(frame: pd.DataFrame, given: Asked) -> Finding:
    """The first matter on which two documents contradict each other."""
    return Finding("documents-differ", OWN) if given.is_own else documents.against(frame, given.as_of)


def contradictions(frame: pd.DataFrame, given: Asked) -> Exhibit:
    """The matters of `between` as a table."""
    if given.is_own or frame.empty:
        why = Finding("contradictions-absent", "So there is no list of matters that two documents share.")
        return Exhibit.absent("contradictions", why)
    return documents.contradictions(frame, given.as_of)
