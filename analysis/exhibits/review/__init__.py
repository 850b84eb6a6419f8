"""What the notebook claims_review shows and says: the verdicts, what they rest on, and where they differ from a first look."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "between": ["apart", "between", "contradictions"],
        "listing": ["all_claims", "differences", "differing", "off", "rules", "used"],
        "material": ["Asked", "asked", "evidence", "kinds", "only", "strange_states"],
        "scorecard": ["contradicted", "decided", "lead", "limit", "scorecard", "supported"],
        "told": ["found", "reason", "verdict"],
    },
)
