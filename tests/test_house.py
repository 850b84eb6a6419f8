"""The rules of the house, held against the files: rooms, words, notebooks, locks, and what the documents promise."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from analysis.briefings import prose

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "analysis"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# A room may import itself and the rooms on its right. Measures import no room at all: they know no path and no figure.
ALLOWED = {
    "errors": set(),
    "project": set(),
    "tables": {"errors", "project"},
    "measures": {"errors"},
    "exhibits": {"errors", "tables", "measures"},
    "execution": {"errors", "tables", "measures", "exhibits"},
    "briefings": {"errors", "tables", "measures", "exhibits", "execution"},
    "cli": {"errors", "tables", "measures", "exhibits", "execution", "briefings"},
    "__init__": set(),
    "__main__": {"project", "execution", "briefings", "cli"},
}
# Packages that only one room may import.
OWNERS = {
    "seaborn": "exhibits",
    "matplotlib": "exhibits",
    "papermill": "execution",
    "dask": "execution",
    "distributed": "execution",
    "nbconvert": "briefings",
    "typst": "briefings",
    "frictionless": "tables",
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Dotted names of every module that `path` imports, inside functions too."""
    found: set[str] = set()
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            stem = f"{base}{node.module or ''}".rstrip(".")
            found |= {f"{stem}.{alias.name}" for alias in node.names}
    return found


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestModules:
    def test_imports_only_earlier_rooms(self, path: Path) -> None:
        room = room_of(path)
        rooms = {name.split(".")[1] for name in imports_of(path) if name.startswith("analysis.")}
        assert rooms & set(ALLOWED) - ALLOWED[room] - {room} == set()

    def test_leaves_other_rooms_their_packages(self, path: Path) -> None:
        tops = {name.split(".")[0] for name in imports_of(path)}
        assert {top for top in tops & set(OWNERS) if OWNERS[top] != room_of(path)} == set()

    def test_prints_nothing(self, path: Path) -> None:
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        assert not [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]

    def test_has_a_docstring_and_a_name_that_says_something(self, path: Path) -> None:
        assert ast.get_docstring(ast.parse(path.read_text())), "say in the first line what the module is"
        assert path.stem not in {"utils", "util", "helpers", "common", "core", "misc"}

    def test_is_one_stage(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 430, (
            "about 400 lines: this is two stages"
        )

    def test_reads_no_clock(self, path: Path) -> None:
        source = path.read_text(encoding="utf-8")
        if room_of(path) in {"tables", "measures", "exhibits", "briefings"}:
            assert not re.search(r"\b(date\.today|datetime\.now|utcnow|time\.time)\(", source)


def test_every_public_function_is_documented() -> None:
    silent = []
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert silent == []


def test_no_country_is_named_in_the_code() -> None:
    codes = {line.split(",")[0] for line in (ROOT / "data/countries.csv").read_text().splitlines()[1:]} - {
        "WLD"
    }
    named = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in codes and id(node) not in docstrings:
                named.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value}")
    assert named == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebooks:
    def cells(self, path: Path, kind: str) -> list[dict]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [cell for cell in cells if cell["cell_type"] == kind]

    def test_is_bare(self, path: Path) -> None:
        code = self.cells(path, "code")
        assert not [cell for cell in code if cell["outputs"] or cell["execution_count"]]

    def test_opens_with_a_question_and_one_parameters_cell(self, path: Path) -> None:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title = "".join(cells[0]["source"]).splitlines()[0]
        assert title.startswith("# ") and title.endswith("?")
        tagged = [i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
        assert tagged == [1]

    def test_prose_holds_no_number_and_no_listed_word(self, path: Path) -> None:
        assert prose.of_notebook(path) == []

    def test_cells_are_short_and_hold_no_logic(self, path: Path) -> None:
        for cell in self.cells(path, "code"):
            source = "".join(cell["source"])
            if "parameters" in cell["metadata"].get("tags", []):
                continue
            assert len(source.splitlines()) <= 8, source
            banned = ast.FunctionDef | ast.For | ast.While | ast.If | ast.Lambda | ast.ListComp | ast.DictComp
            nodes = list(ast.walk(ast.parse(source)))
            assert not [node for node in nodes if isinstance(node, banned)], source
            assert "read_csv" not in source
            numbers = [
                n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, int | float)
            ]
            assert not [n for n in numbers if not isinstance(n, bool)], source


def test_nothing_names_a_registry_or_a_machine() -> None:
    hosts = "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            r"registry\." + "npmjs",
            "deb" + r"\.debian",
            "conda" + r"\.anaconda",
        ]
    )
    paths = "|".join(["/work/" + "main", "/ro" + "ot/", "/tmp/" + "bash"])
    found = []
    for path in tracked():
        if path.suffix in {".png", ".ttf", ".pdf", ".woff2"} or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(f"{hosts}|{paths}", line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_no_tracked_file_is_large() -> None:
    large = {path.relative_to(ROOT).as_posix() for path in tracked() if path.stat().st_size > 1_500_000}
    assert large <= {"data/trade.csv"}, "one table is that large; anything else should be cut or left out"


class TestInstall:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()

    @staticmethod
    def name(requirement: str) -> str:
        return re.split(r"[<>=!~ \[;]", requirement)[0].lower().replace("_", "-")

    def test_the_five_packages_are_direct_dependencies(self) -> None:
        direct = {self.name(each) for each in self.project["dependencies"]}
        assert {"jupyter", "pandas", "seaborn", "papermill", "nbconvert"} <= direct

    def test_every_declared_dependency_is_locked_with_hashes_and_no_address(self) -> None:
        build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
        extras = [each for extra in self.project["optional-dependencies"].values() for each in extra]
        locked = {match.lower().replace("_", "-") for match in re.findall(r"(?m)^([\w.\-]+)==", self.lock)}
        wanted = {self.name(each) for each in [*self.project["dependencies"], *extras, *build]}
        assert wanted - locked == set()
        assert "://" not in self.lock and "--index" not in self.lock
        assert len(re.findall(r"(?m)^[\w.\-]+==", self.lock)) <= self.lock.count("--hash=sha256:")

    def test_every_package_that_a_file_imports_is_declared(self) -> None:
        wanted = [*self.project["dependencies"], *self.project["optional-dependencies"]["dev"]]
        declared = {self.name(each) for each in wanted}
        holders = packages_distributions()
        files = [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
        tops = {name.partition(".")[0] for path in files for name in imports_of(path)}
        held = {top: {self.name(each) for each in holders[top]} for top in tops & holders.keys()}
        assert [top for top, names in sorted(held.items()) if not names & declared] == []

    def test_environment_yml_says_the_same_as_pyproject(self) -> None:
        environment = yaml.safe_load((ROOT / "environment.yml").read_text())
        assert environment["name"] == self.project["name"]
        conda = [each for each in environment["dependencies"] if isinstance(each, str)]
        pip = next(each["pip"] for each in environment["dependencies"] if isinstance(each, dict))
        assert f"python{self.project['requires-python']}" in conda and "pip" in conda
        declared = {self.name(each): each for each in self.project["dependencies"]}
        five = [each for each in conda if self.name(each) not in {"python", "pip"}]
        assert {self.name(each) for each in five} == {
            "jupyter",
            "pandas",
            "seaborn",
            "papermill",
            "nbconvert",
        }
        assert five == [declared[self.name(each)] for each in five]
        assert pip == ["--editable ."]

    def test_citation_has_the_version_of_the_package(self) -> None:
        citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
        assert citation["version"] == self.project["version"]
        assert (
            f"## {citation['version']} ({citation['date-released']})" in (ROOT / "CHANGELOG.md").read_text()
        )


def test_help_stays_quick() -> None:
    """`briefing --help` loads none of the heavy packages."""
    script = (
        "import sys; sys.argv=['briefing','--help']\n"
        "from analysis import cli\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas','numpy','matplotlib','seaborn','papermill','nbformat','nbconvert','frictionless','typst'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr


def test_no_chart_takes_the_name_of_another() -> None:
    """Charts are found by name across their modules: of two alike, the later would hide the earlier."""
    text = (PACKAGE / "exhibits" / "charts" / "__init__.py").read_text(encoding="utf-8")
    named = re.findall(r'"(\w+)"(?=[,\]])', text)
    assert sorted({name for name in named if named.count(name) > 1}) == []
