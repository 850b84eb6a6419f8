"""What the notebook bloc_succession shows and says: lives of blocs, moves, lags, the pause, the summit calendar."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "calendar": ["calendar", "stated"],
        "lags": ["lag", "lags", "second"],
        "lives": ["curated", "lead", "lives"],
        "membership": ["inside", "moves", "smallest", "suspended"],
        "pause": ["by_year", "meetings", "pause", "readings", "shortest"],
    },
)
