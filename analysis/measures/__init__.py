"""Measures: pure functions from frames to numbers, series and sets; they know no path, no clock and no figure."""

import lazy_loader
import pandas as pd

# Whether or not pyarrow is installed, text in a frame stays the object it is: a reason is text that knows its message.
pd.set_option("mode.string_storage", "python")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "affiliation",
        "agreements",
        "around",
        "blocs",
        "claims",
        "growth",
        "hydrology",
        "indices",
        "introversion",
        "lifespans",
        "network",
        "panels",
        "partial",
        "passage",
        "portfolios",
        "provenance",
        "relations",
        "scenario",
        "series",
        "stages",
        "summits",
        "targets",
        "trade",
        "transport",
    ],
)
