"""What several rooms' tests share: a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """A headless Chromium of this machine, shared by all tests; skipped where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium; enable with: apt-get install chromium poppler-utils")
    sync_api = pytest.importorskip("playwright.sync_api")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if is_root else [], chromium_sandbox=not is_root
        )
        yield browser
        browser.close()
