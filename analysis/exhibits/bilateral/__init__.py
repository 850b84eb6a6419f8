"""What the notebook bilateral_trade shows and says: growth, constant prices, the two reports, weight, targets, coverage."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "coverage": ["coverage", "later", "rules"],
        "growth": [
            "balance",
            "growth_rate",
            "growth_table",
            "highest",
            "lead",
            "prices",
            "real_terms",
            "told_by",
            "turnover_now",
        ],
        "levels": ["levels"],
        "meetings": ["meetings", "met"],
        "moments": ["moment", "part_year", "window"],
        "outlook": ["chance", "limits", "reach", "required"],
        "promises": ["life"],
        "sides": ["gap", "mirror", "ratios", "silences"],
        "tracking": ["distance", "tracked", "tracking"],
        "weight": ["intensity", "partners", "share", "weights"],
    },
)
