"""Room 4: a notebook is a function. Its contract, one honest run of it in a process of its own, the record of the run.

contract.read -> contract.coerce -> runner.execute (workspace -> child -> verdict -> settle) -> record
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["cluster", "contract", "ledger", "many", "record", "runner", "tidy"]
)
