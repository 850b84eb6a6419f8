"""Whichever engine runs a notebook of this project, its executed notebook has the same bytes and rests on the same files."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from analysis.execution import launch, runner

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("accords_and_peace", "bloc_succession", "claims_review")
OTHERS: dict[str, dict[str, Any]] = {
    "accords_and_peace": {"process": "arm-aze"},
    "bilateral_trade": {"reporter": "KGZ", "partner": "CHN", "deflator": "none", "side": "reporter"},
    "bloc_overlap": {
        "bloc_a": "abraham-accords",
        "as_of": "2025-11-15",
        "extra_blocs": ["sco"],
        "step": "year",
    },
    "bloc_succession": {"pause_to": "cca"},
    "claims_review": {"verdicts": ["contradicted"]},
    "corridors_and_water": {"water": False},
    "relations_ladder": {"pair": ["UZB", "TJK"]},
    "security_network": {"date_1": "2021-12-31"},
}


@pytest.fixture(scope="module")
def template() -> Iterator[launch.Template]:
    with launch.Template(ROOT) as template:
        yield template


def same(notebook: str, parameters: dict[str, Any], folder: Path, template: launch.Template) -> None:
    """Run by both engines; fails where one says other things than the other."""

    def one(engine: str) -> runner.Run:
        path, out = ROOT / f"notebooks/{notebook}.ipynb", folder / f"{engine}.ipynb"
        return runner.execute(path, parameters, out=out, root=ROOT, engine=engine, template=template)

    with ThreadPoolExecutor(2) as pool:
        kernel, fork = pool.map(one, ("kernel", "fork"))
    assert (kernel.record["engine"], fork.record["engine"]) == ("kernel", "fork")
    assert len(fork.blocks) > 5
    assert fork.notebook.read_bytes() == kernel.notebook.read_bytes()
    missing = kernel.record["inputs"].keys() - fork.record["inputs"].keys()
    assert missing <= {":memory:"}  # the history of a kernel


@pytest.mark.skipif(not launch.can_fork(), reason="there are no forks on this system")
class TestEngines:
    @pytest.mark.parametrize("notebook", QUICK)
    def test_say_the_same(self, notebook: str, tmp_path: Path, template: launch.Template) -> None:
        same(notebook, {}, tmp_path, template)

    @pytest.mark.soak
    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize("notebook", OTHERS)
    def test_say_the_same_of_other_parameters(
        self, notebook: str, language: str, tmp_path: Path, template: launch.Template
    ) -> None:
        given = OTHERS[notebook] if language == "ru" else {}
        same(notebook, {**given, "language": language}, tmp_path, template)

    def test_every_notebook_is_among_them(self) -> None:
        assert set(OTHERS) == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
