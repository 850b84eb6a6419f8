"""What the notebook corridors_and_water shows and says of corridors: stages, countries, borders, lengths, outlets."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "debt": ["debt", "held_by"],
        "lengths": ["lengths", "section"],
        "neighbours": ["diagram", "friction", "step_table", "wars"],
        "outlets": ["most_outlets", "outlets", "ports", "standing_where"],
        "scenario": ["no_times", "transit"],
        "time": ["timeline", "waiting"],
        "stages": ["comparison", "curated", "glossary", "lead", "not_yet", "other_names"],
        "stations": ["matrix", "off_route", "shared"],
    },
)
