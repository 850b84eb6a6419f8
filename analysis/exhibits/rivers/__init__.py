"""What the notebook corridors_and_water shows and says of water: dependency, withdrawals, agreements, rivers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "agreements": ["agreements", "bound"],
        "courses": ["courses", "positions"],
        "dependency": ["dependency", "depends"],
        "taking": ["carried", "withdrawals"],
    },
)
