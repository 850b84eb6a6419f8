"""Shared by the tests of measures: their tiny tables can be imported, and properties are checked the same each run."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("measures", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("measures")
