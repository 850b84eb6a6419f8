"""Exhibits: what a notebook shows and says. Charts, display tables and findings, each with its sources beside it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "accords",
        "bilateral",
        "charts",
        "ladder",
        "names",
        "overlap",
        "review",
        "rivers",
        "routes",
        "succession",
        "security",
        "wording",
    ],
    submod_attrs={
        "citing": ["references"],
        "display": ["Column", "Table"],
        "exhibit": ["Exhibit"],
        "finding": ["Finding"],
        "template": ["against", "compare", "direction", "plural"],
    },
)
