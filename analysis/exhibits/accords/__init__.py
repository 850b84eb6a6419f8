"""What the notebook accords_and_peace shows and says: how far each process has come, on what terms, and what waits."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "board": ["board", "conditions", "waits"],
        "documents": ["against", "calendar", "calendar_said", "contradictions", "days_checked", "shared"],
        "expansion": ["expansion", "scenario", "states"],
        "naming": ["limits"],
        "relations": ["before", "oldest", "relations"],
        "terms": ["checked", "concessions", "ends", "known", "operator", "terms"],
        "tracks": ["lead", "signed", "track", "waiting"],
    },
)
