"""Central Asia Briefings: from a curated table to a briefing, along one line.

    data/X.csv + data/X.yml  ->  tables.read("X")  ->  trade.turnover(...) / blocs.jaccard(...)
      curated, declared table       validated frame        measure (pure function)
    ->  Exhibit / Finding  ->  notebooks/Q.ipynb  ->  executed notebook + run record
        shown, said            thin, parameterised     papermill, honest
    ->  one briefing: HTML, PDF
        nbconvert exporters

The rooms of the package are the stages of that line (`tables`, `measures`, `exhibits`, `execution`,
`briefings`), each importing only earlier ones. The names below are what a notebook uses; each is loaded
when it is first touched, so `import analysis` costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["tables"],
    submod_attrs={
        "measures": [
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
        "exhibits": [
            "Column",
            "Exhibit",
            "Finding",
            "Table",
            "accords",
            "bilateral",
            "charts",
            "ladder",
            "overlap",
            "references",
            "review",
            "security",
            "rivers",
            "routes",
            "succession",
        ],
        "execution": ["contract"],
    },
)
