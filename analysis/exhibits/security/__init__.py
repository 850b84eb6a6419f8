"""What the notebook security_network shows and says: ties on two days, the triangle, pacts, blocs, summits."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "record": ["acts", "acts_said", "known", "mix", "mix_said"],
        "portfolios": ["alike", "alike_said", "modes_said", "two_modes"],
        "overlap": ["shared_blocs", "shared_blocs_said"],
        "promises": ["pacts", "pacts_said"],
        "calendar": ["summits", "summits_said"],
        "pair": ["of_pair", "pair_acts_said", "pair_said", "pairs"],
        "ties": ["drawing", "lead", "limit", "tied"],
        "closing": ["triangles", "triangle_said"],
        "taken_out": ["degrees_said", "measures", "without", "without_said"],
    },
)
