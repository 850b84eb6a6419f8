"""What the notebook relations_ladder shows and says: every pair, one pair, what was stated of it, and the pace."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "climb": ["before_after", "dwell", "longest", "milestones", "novelty", "pair_rung"],
        "pace": ["most_shared", "pace", "rate", "shared"],
        "pairs": ["grid", "lead", "moves", "moved", "readings", "rungs", "top"],
        "portfolio": ["covered", "fields", "portfolio", "signed"],
        "stated": ["limits", "place", "stated"],
    },
)
