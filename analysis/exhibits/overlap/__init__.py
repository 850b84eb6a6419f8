"""What the notebook bloc_overlap shows and says: the sets on a day, through time, in families, by weight."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "balance": ["composition", "evenness", "heaviest", "inner_trade", "weighted"],
        "change": ["churn", "last_change"],
        "families": ["heat", "upset"],
        "inner_years": ["enlarged", "inner_years", "introverted"],
        "places": ["places"],
        "scenario": ["supposed", "what_if"],
        "sets": ["closeness", "curated", "glossary", "lead", "matrix", "not_counted", "shared"],
        "through_time": ["spells", "through_time"],
    },
)
