"""Charts: each takes a plain frame and display strings made by the caller and returns a figure.

No picture holds its title, source or unit line: these belong to the document. All strings are printed as given.
A chart without anything to draw is a ``ValueError``: the caller leaves the exhibit out and says so.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bar": ["bars", "bars_height", "paired_bars", "paired_bars_height", "shares", "shares_height"],
        "columns": ["columns", "columns_height"],
        "dumbbell": ["dumbbells", "dumbbells_height"],
        "fan": ["Course", "fan"],
        "grid": ["grid", "grid_height", "grid_is_worded"],
        "heatmap": ["heat", "heat_height"],
        "lanes": ["lanes"],
        "line": ["Event", "lines"],
        "map": ["outside", "region"],
        "memberships": ["matrix", "matrix_height"],
        "mirrors": ["MirrorPanel", "mirror"],
        "network": ["Panel", "networks", "networks_height"],
        "route": ["Way", "route", "route_height"],
        "rungs": ["rungs", "rungs_height"],
        "span": ["spells", "spells_height"],
        "stages": ["stages", "stages_height"],
        "step": ["decimal_year", "steps"],
        "terms": ["terms", "terms_height"],
        "strip": ["strip"],
        "states": ["state_bars", "state_bars_height"],
        "tally": ["tally", "tally_height"],
        "timeline": ["act_line", "timeline_height"],
        "intersection": ["upset", "upset_height"],
    },
)
