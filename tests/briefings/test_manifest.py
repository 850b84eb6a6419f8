"""What was built is known again by what it rests on, and a command with nothing to do loads nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.briefings import manifest
from analysis.execution import environment, inputs

REQUEST = {"name": "pair", "overrides": {"partner": "KGZ"}, "formats": None, "out": None}
ARGV = ["build", "pair", "-p", "partner=KGZ"]
FORBIDDEN = {
    "pandas", "numpy", "matplotlib", "seaborn", "nbformat", "nbconvert", "papermill", "click", "yaml", "typst",
}  # fmt: skip
LONG_AGO = 1_700_000_000


@pytest.fixture
def root(tmp_path) -> Path:
    """A project with two tables, a definition, and what a build of it left."""
    for name, text in {
        "data/trade.csv": "reporter,year\nUZB,1992\n",
        "data/trade.yml": "name: trade\n",
        "data/countries.csv": "country\nUZB\n",
        "notebooks/rows.ipynb": "{}",
        "reports/pair.yml": "title: Pair\n",
        "reports/build/pair/pair.html": "<p>page</p>",
        "reports/build/pair/pair.facts.json": "{}",
    }.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    age(tmp_path / "project")
    return tmp_path / "project"


def age(root: Path) -> None:
    """Let every file be older than the tick of any clock; change times cannot be set, so wait those out."""
    for path in root.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture
def made(root):
    """What is kept of one build, with everything as it is now."""

    def make(request: dict = REQUEST, *, name: str = "pair", inputs_: tuple[str, ...] = ()) -> manifest.Made:
        shared = inputs.stamps(["data/trade.csv", "data/budgets.csv"], root)
        own = inputs.stamps(
            ["reports/pair.yml", "notebooks/rows.ipynb", "data/countries.csv", *inputs_], root
        )
        left = ["reports/build/pair/pair.html", "reports/build/pair/pair.facts.json"]
        section = {"notebook": "rows", "parameters": {"end": 2023}, "key": "k1", "inputs": shared}
        return manifest.Made(
            name,
            name,
            "reports/build/pair",
            request,
            {"rows": section},
            own | shared,
            inputs.stamps(left, root),
        )

    return make


def change(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


CHANGES = {
    "a table": lambda root: change(root / "data/trade.csv", "reporter,year\nUZB,1993\n"),
    "a table of the same size and time": lambda root: (
        change(root / "data/trade.csv", "reporter,year\nUZB,1993\n"),
        os.utime(root / "data/trade.csv", (LONG_AGO, LONG_AGO)),
    ),
    "a table that was missing": lambda root: change(root / "data/budgets.csv", "x\n"),
    "the definition": lambda root: change(root / "reports/pair.yml", "title: Two\n"),
    "the notebook": lambda root: change(root / "notebooks/rows.ipynb", "{ }"),
    "an input that is gone": lambda root: (root / "data/countries.csv").unlink(),
    "a page edited by hand": lambda root: change(root / "reports/build/pair/pair.html", "<p>mine</p>"),
    "a page that is gone": lambda root: (root / "reports/build/pair/pair.html").unlink(),
    "all pages gone": lambda root: [path.unlink() for path in (root / "reports/build/pair").iterdir()],
}


class TestCurrent:
    def test_before_anything_was_built(self, root):
        assert manifest.current(REQUEST, root) is None

    def test_a_build_of_which_nothing_changed(self, root, made):
        told = made()
        assert manifest.keep(told, root)
        again = manifest.current(REQUEST, root)
        stamp = {manifest.ENVIRONMENT: environment.stamp()}
        assert again == told._replace(inputs=told.inputs | stamp)

    def test_it_has_a_key_that_its_inputs_make(self, root, made):
        told = made()
        changed = told._replace(inputs=told.inputs | {"data/countries.csv": "0"})
        section = {"rows": told.sections["rows"] | {"key": "k2"}}
        assert len({told.key, changed.key, told._replace(sections=section).key}) == 3

    @pytest.mark.parametrize("how", CHANGES)
    def test_we_are_not_fooled_by(self, root, made, how):
        assert manifest.keep(made(), root)
        CHANGES[how](root)
        assert manifest.current(REQUEST, root) is None

    def test_another_request_is_another_build(self, root, made):
        manifest.keep(made(), root)
        for key, value in (("overrides", {}), ("formats", ["pdf"]), ("out", "elsewhere"), ("name", "other")):
            assert manifest.current({**REQUEST, key: value}, root) is None

    def test_another_environment(self, root, made, monkeypatch):
        manifest.keep(made(), root)
        monkeypatch.setattr(environment, "token", lambda: "touched")
        assert manifest.current(REQUEST, root) is not None
        monkeypatch.setattr(environment, "text", lambda: "python-3\npandas-9\n")
        monkeypatch.setattr(environment, "token", lambda: "changed")
        assert manifest.current(REQUEST, root) is None

    def test_a_file_written_anew_with_the_same_content_is_the_same_and_read_only_once(
        self, root, made, monkeypatch
    ):
        manifest.keep(made(), root)
        for name in ("data/trade.csv", "reports/build/pair/pair.html"):
            (root / name).write_bytes((root / name).read_bytes())
        monkeypatch.setattr(inputs, "is_racy", lambda signature: False)
        assert manifest.current(REQUEST, root) is not None
        monkeypatch.setattr(inputs, "_digest", lambda path: pytest.fail(f"{path} was read again"))
        monkeypatch.setattr(inputs, "_known", {})
        assert manifest.current(REQUEST, root) is not None

    def test_we_are_not_fooled_by_a_file_that_changes_right_after(self, root, made, monkeypatch):
        """So shortly after it was sealed that its times cannot tell: it is read."""
        monkeypatch.setattr(inputs, "is_racy", lambda signature: True)
        manifest.keep(made(), root)
        path = root / "data" / "trade.csv"
        signature = inputs.signature(str(path))
        change(path, "reporter,year\nUZB,1993\n")
        monkeypatch.setattr(
            inputs, "signature",
            lambda each, real=inputs.signature: signature if each == str(path) else real(each),
        )  # fmt: skip
        assert manifest.current(REQUEST, root) is None

    @pytest.mark.parametrize(
        "damage", [b"", b"[]", b"{", b'{"schema": "briefing-manifest/1"}', b'{"schema": "old"}', b"\xff"]
    )
    def test_a_damaged_manifest_is_none(self, root, made, damage):
        manifest.keep(made(), root)
        (path,) = (root / manifest.BUILDS).iterdir()
        path.write_bytes(damage)
        assert manifest.current(REQUEST, root) is None
        assert manifest.last("pair", root) == []


class TestKeep:
    @pytest.mark.parametrize("name", ["data/trade.csv", "reports/build/pair/pair.html"])
    def test_not_if_something_changed_meanwhile(self, root, made, name):
        told = made()
        change(root / name, "another")
        assert not manifest.keep(told, root)
        assert manifest.current(REQUEST, root) is None

    def test_we_are_not_fooled_by_a_definition_edited_while_it_was_built(self, root, made):
        """It was read before, and its stamp taken after."""
        assert not manifest.keep(made(), root, since=time.time() - 60)
        assert not manifest.keep_command(ARGV, root, root, [made()], "", "", since=time.time() - 60)
        assert manifest.keep(made(), root, since=time.time() + 60)
        assert manifest.keep_command(ARGV, root, root, [made()], "", "", since=time.time() + 60)

    def test_not_if_a_definition_came_while_all_were_built(self, root, made, monkeypatch):
        """That the folder itself changed is no sign: the first build makes folders there."""
        monkeypatch.setattr(inputs, "modules", list)
        told = made()._replace(inputs={}, sections={})
        (root / "reports" / "pair.yml").unlink()
        assert manifest.keep_command(ARGV, root, root, [told], "", "", since=time.time() - 60)
        change(root / "reports" / "second.yml", "title: Second\n")
        assert not manifest.keep_command(ARGV, root, root, [told], "", "", since=time.time() - 60)

    def test_its_own_outputs_may_have_come_since(self, root, made):
        told = made()._replace(inputs={}, sections={})
        assert manifest.keep(told, root, since=time.time() - 60)

    def test_not_if_two_sections_read_two_states_of_one_table(self, root, made):
        told = made()
        second = {**told.sections["rows"], "inputs": {"data/trade.csv": "0" * 64}}
        assert not manifest.keep(told._replace(sections={**told.sections, "second": second}), root)

    def test_a_cache_that_cannot_be_written_is_no_error(self, root, made):
        change(root / ".cache", "a file where the folder should be")
        assert not manifest.keep(made(), root)
        assert not manifest.keep_command(ARGV, root, root, [made()], "", "")

    def test_a_briefing_does_not_rest_on_the_command_nor_on_what_was_read_for_others(self, root, made):
        others = ("reports/other.yml", "notebooks/other.ipynb", "reports/", "analysis/cli/output.py")
        for name in others[:2]:
            change(root / name, "x")
        told = made(inputs_=others)
        manifest.keep(told, root)
        for name in others[:2]:
            (root / name).unlink()
        found = manifest.current(REQUEST, root)
        assert found.key == told.key == made().key
        assert not set(others) & found.inputs.keys()

    def test_the_inputs_that_why_tells_of_are_kept_once(self, root, made):
        manifest.keep(made(), root)
        manifest.keep(made({**REQUEST, "overrides": {}}), root)
        stamps = inputs.stamps(["data/trade.csv", "reports/pair.yml", "notebooks/rows.ipynb"], root)
        assert manifest.content(stamps["data/trade.csv"], root) == b"reporter,year\nUZB,1992\n"
        assert all(manifest.content(stamp, root) for stamp in stamps.values())
        assert manifest.content(environment.stamp(), root).decode() == environment.text()
        assert manifest.content("0" * 64, root) is None

    def test_of_contents_the_oldest_go(self, root, made, monkeypatch):
        manifest.keep(made(), root)
        kept = root / manifest.CONTENTS
        age(kept)
        most = len(environment.text()) + 50
        monkeypatch.setattr(manifest, "ALL", most)
        change(root / "data/trade.csv", "reporter,year\nUZB,1999\n")
        manifest.keep(made(), root)
        texts = [path.read_text() for path in kept.iterdir()]
        assert "reporter,year\nUZB,1999\n" in texts and sum(map(len, texts)) <= most

    def test_of_manifests_the_oldest_go(self, root, made, monkeypatch):
        monkeypatch.setattr(manifest, "MOST", {manifest.BUILDS: 2, manifest.COMMANDS: 2})
        requests = [{**REQUEST, "overrides": {"partner": code}} for code in ("KAZ", "KGZ", "TJK")]
        for place, request in enumerate(requests):
            manifest.keep(made(request), root)
            for path in (root / manifest.BUILDS).iterdir():
                if json.loads(path.read_bytes())["request"] == request:
                    os.utime(path, (LONG_AGO + place,) * 2)
        assert [manifest.current(request, root) is not None for request in requests] == [False, True, True]

    def test_the_last_builds_of_a_definition_newest_first(self, root, made):
        for place, code in enumerate(("KAZ", "KGZ")):
            manifest.keep(made({**REQUEST, "overrides": {"partner": code}}), root)
            for path in (root / manifest.BUILDS).iterdir():
                os.utime(path, (LONG_AGO + place * (f'"{code}"' in path.read_text()),) * 2)
        manifest.keep(made({**REQUEST, "name": "pair-two"}, name="pair-two"), root)
        found = manifest.last("pair", root)
        assert [each.request["overrides"]["partner"] for each in found] == ["KGZ", "KAZ"]


class TestCommand:
    def said(self, root, argv=ARGV, cwd=None):
        return manifest.unchanged(argv, cwd or root, root)

    def test_what_it_said_and_built(self, root, made):
        told = made()
        assert manifest.keep_command(ARGV, root, root, [told], "pair.html\n", "nothing to do\n")
        said = self.said(root)
        assert (said.stdout, said.stderr) == ("pair.html\n", "nothing to do\n")
        assert said.builds == [{"name": "pair", "key": told.key, "stem": "pair"}]

    @pytest.mark.parametrize("how", CHANGES)
    def test_we_are_not_fooled_by(self, root, made, how):
        manifest.keep_command(ARGV, root, root, [made()], "", "")
        CHANGES[how](root)
        assert self.said(root) is None

    def test_a_definition_more_or_less_is_a_change(self, root, made):
        manifest.keep_command(ARGV, root, root, [made()], "", "")
        change(root / "reports" / "state" / "ledger.sqlite", "")
        change(root / "reports" / ".pair.yml.swp", "")
        assert self.said(root) is not None
        change(root / "reports" / "second.yml", "title: Second\n")
        assert self.said(root) is None

    def test_another_line_folder_or_root_is_another_command(self, root, made):
        manifest.keep_command(ARGV, root, root, [made()], "", "")
        assert self.said(root, ["build", "pair"]) is None
        assert self.said(root, cwd=root / "data") is None
        assert manifest.unchanged(ARGV, root, root.parent) is None

    def test_a_module_of_the_command_that_changed_is_a_change(self, root, made, monkeypatch):
        monkeypatch.setattr(inputs, "modules", lambda: ["data/countries.csv"])
        manifest.keep_command(ARGV, root, root, [made()], "", "")
        (path,) = (root / manifest.COMMANDS).iterdir()
        assert "data/countries.csv" in json.loads(path.read_bytes())["names"]

    @pytest.mark.parametrize("how", CHANGES)
    def test_not_kept_if_something_changed_while_the_others_were_built(self, root, made, how):
        told = made()
        CHANGES[how](root)
        assert not manifest.keep_command(ARGV, root, root, [told], "", "")
        assert not manifest.keep_command(ARGV, root, root, [], "", "")

    @pytest.mark.parametrize("damage", [b"", b"[]", b'{"schema": "briefing-manifest/1"}', b"\xff"])
    def test_a_damaged_file_is_a_miss(self, root, made, damage):
        manifest.keep_command(ARGV, root, root, [made()], "", "")
        (path,) = (root / manifest.COMMANDS).iterdir()
        whole = json.loads(path.read_bytes())
        path.write_bytes(damage)
        assert self.said(root) is None
        for key in ("names", "seals", "token", "builds", "stdout"):
            path.write_text(json.dumps({name: value for name, value in whole.items() if name != key}))
            assert self.said(root) is None
        path.write_text(json.dumps(whole | {"seals": [[]]}))
        assert self.said(root) is None


class TestTheDoor:
    """`analysis.__main__`, before the command is loaded."""

    def run(
        self, root: Path, *argv: str, cwd: Path | None = None, code: str = ""
    ) -> subprocess.CompletedProcess:
        script = (
            "import sys\nbefore = set(sys.modules)\nfrom analysis.__main__ import main\n"
            f"sys.argv = ['briefing', *{list(argv)!r}]\nmain()\n{code}"
        )
        return subprocess.run(
            [sys.executable, "-c", script], cwd=cwd or root, capture_output=True, text=True, check=False
        )

    def keep(self, root: Path, made, argv: list[str], cwd: Path | None = None) -> None:
        (root / "reports" / "state").mkdir(exist_ok=True)
        assert manifest.keep_command(
            argv, cwd or root, root, [made()], "pair.html\n", "Nothing has changed.\n"
        )

    def test_says_what_was_said_and_loads_nothing(self, root, made, monkeypatch):
        monkeypatch.setattr(inputs, "is_racy", lambda signature: False)
        self.keep(root, made, ARGV)
        ended = self.run(root, *ARGV, code="print(*sys.modules)")
        first, modules = ended.stdout.splitlines()
        assert (first, ended.stderr) == ("pair.html", "Nothing has changed.\n")
        loaded = modules.split()
        assert {name.partition(".")[0] for name in loaded} & FORBIDDEN == set()
        assert len(loaded) <= 90, sorted(loaded)

    def test_enters_the_ledger(self, root, made):
        self.keep(root, made, ARGV)
        assert self.run(root, *ARGV).returncode == 0
        from analysis.execution.ledger import Ledger

        with Ledger.at(root) as ledger:
            (entry,) = ledger.runs()
        assert (entry["name"], entry["status"], entry["key"]) == ("pair", "unchanged", made().key)

    @pytest.mark.parametrize("form", ["--root {}", "--root={}"])
    def test_the_root_may_be_named(self, root, made, tmp_path, form):
        argv = [*form.format(root).split(" "), *ARGV]
        self.keep(root, made, argv, cwd=tmp_path)
        assert self.run(root, *argv, cwd=tmp_path).stdout == "pair.html\n"

    def test_the_root_is_found_upwards(self, root, made):
        self.keep(root, made, ARGV, cwd=root / "data")
        assert self.run(root, *ARGV, cwd=root / "data").stdout == "pair.html\n"

    def test_what_is_not_known_goes_to_the_command(self, root, made):
        self.keep(root, made, ARGV)
        change(root / "data" / "trade.csv", "x\n")
        ended = self.run(root, *ARGV)
        assert ended.returncode != 0 and "pair.html" not in ended.stdout
        ended = self.run(root, "--root")
        assert ended.returncode == 2 and "--root" in ended.stderr
