"""What a process reads is noted: by whichever door, in forks too, and nothing that no result depends on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from analysis.execution import inputs

PACKAGE = Path(inputs.__file__).parents[1]
BEGIN = """\
import os, sys
from pathlib import Path
from analysis.execution import inputs
sink, root = sys.argv[1:]
inputs.watch(sink, root)
"""


@pytest.fixture
def seen(project, tmp_path):
    """What a process that runs `code` at the root notes, without what it needs to note anything."""

    def run(code: str, *, begin: str = BEGIN, **variables: str) -> list[str]:
        sink = tmp_path / "sink"
        sink.unlink(missing_ok=True)
        ended = subprocess.run(
            [sys.executable, "-P", "-c", begin + code, str(sink), str(project)],
            cwd=project, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        own = ("analysis/__init__.py", "analysis/execution/__init__.py", "analysis/execution/inputs.py")
        noted = inputs.noted(sink)
        assert set(own) <= set(noted)
        return [name for name in noted if name not in own]

    return run


@pytest.mark.parametrize(
    "code",
    [
        "open('data/trade.csv').read()",
        "Path('data/trade.csv').read_bytes()",
        "os.close(os.open('data/trade.csv', os.O_RDONLY))",
        "open(b'data/trade.csv', 'r+').close()",
        "os.chdir('data'); open('trade.csv').close()",
        "import pandas; pandas.read_csv('data/trade.csv')",
        "import pandas; pandas.read_csv('data/trade.csv', engine='python')",
        "import pandas; pandas.read_csv(Path('data/../data/trade.csv'))",
        "import numpy; numpy.loadtxt('data/trade.csv', dtype=str)",
    ],
)
def test_a_file_is_seen_by_whichever_door(seen, code):
    assert seen(code) == ["data/trade.csv"]


def test_parquet_that_is_handed_on_as_an_open_file_is_seen(seen, project):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pandas.DataFrame({"year": [2020]}).to_parquet(project / "data" / "panel.parquet")
    code = "import pyarrow.parquet as pq\nwith open('data/panel.parquet', 'rb') as f: pq.read_table(f)"
    assert seen(code) == ["data/panel.parquet"]


@pytest.mark.parametrize("opened", ["'data/x.db'", "'file:data/x.db?mode=rwc', uri=True"])
def test_a_database_is_seen_unless_it_is_in_memory(seen, opened):
    code = f"import sqlite3; sqlite3.connect({opened}).close(); sqlite3.connect(':memory:')"
    assert seen(code) == ["data/x.db"]


def test_a_table_that_is_missing_counts_for_it_may_appear(seen):
    code = "try: open('data/budgets.csv')\nexcept OSError: pass"
    assert seen(code) == ["data/budgets.csv"]


@pytest.mark.parametrize(
    "code", ["os.listdir('data')", "list(os.scandir('data'))", "list(Path('data').glob('*.yml'))"]
)
def test_a_folder_that_is_listed_is_seen(seen, code):
    assert seen(code) == ["data/"]


def test_the_root_itself_can_be_listed(seen):
    assert seen("os.listdir()") == ["./"]


def test_a_file_elsewhere_has_its_whole_name_and_counts_only_if_it_is_there(seen, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("a\n1\n", encoding="utf-8")
    code = f"open({str(mine)!r})\ntry: open({str(tmp_path / 'no.csv')!r})\nexcept OSError: pass"
    assert seen(code) == [str(mine)]


def test_our_modules_are_named_by_their_source_whether_compiled_or_not(seen):
    code = "from analysis.measures import sets"
    expected = ["analysis/measures/__init__.py", "analysis/measures/sets.py"]
    assert set(expected) <= set(seen(code))
    assert set(expected) <= set(seen(code, PYTHONDONTWRITEBYTECODE="1"))


def test_modules_loaded_before_the_watch_count(seen):
    begin = "from analysis.measures import sets\n" + BEGIN
    assert "analysis/measures/sets.py" in seen("", begin=begin)


def test_files_of_the_package_that_are_no_modules_count(seen):
    code = "from analysis.exhibits import language; language.catalogue('ru')"
    assert "analysis/exhibits/catalogues/ru.po" in seen(code)


def test_what_no_result_depends_on_is_left_out(seen, project, tmp_path):
    for name in (".cache/tables/x", "reports/build/pair/x.html", "reports/state/ledger", ".git/HEAD"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("x", encoding="utf-8")
    (tmp_path / "run").mkdir()
    code = """
import tempfile, pandas, importlib.metadata, email.message
importlib.metadata.version("pandas"); list(importlib.metadata.distributions())
for name in ('.cache/tables/x', 'reports/build/pair/x.html', 'reports/state/ledger', '.git/HEAD'): open(name)
open('/etc/hostname' if os.path.exists('/etc/hostname') else os.devnull)
with tempfile.NamedTemporaryFile() as file: open(file.name)
with tempfile.TemporaryDirectory() as folder: Path(folder, "data").mkdir()
os.listdir(tempfile.gettempdir()); os.listdir(sys.prefix); os.listdir('.git')
Path('new.txt').write_text('x'); Path('new.txt').read_text()
"""
    assert seen(code, TMPDIR=str(tmp_path / "run")) == []


def test_a_project_below_a_folder_of_the_system_is_still_a_project(monkeypatch, project):
    monkeypatch.setattr(inputs, "_outside", lambda: (str(project.parent), str(project / ".venv")))
    watch = inputs._Watch(lambda path: path)
    watch.move(str(project.parent / "sink"), str(project))
    assert watch.name(str(project / "data" / "trade.csv")) == "data/trade.csv"
    assert watch.name(str(project / ".venv" / "x.py")) == ""
    assert watch.name(str(project.parent / "sink")) == ""
    watch._close()


def test_a_linked_folder_has_the_name_by_which_it_is_reached(seen, project, tmp_path):
    (project / "data").rename(tmp_path / "far")
    (project / "data").symlink_to(tmp_path / "far")
    assert seen("open('data/trade.csv')") == ["data/trade.csv"]


def test_the_root_may_be_reached_by_another_name(seen, project, tmp_path):
    (tmp_path / "link").symlink_to(project)
    assert seen(f"open({str(tmp_path / 'link' / 'data' / 'trade.csv')!r})") == ["data/trade.csv"]


def test_forks_note_in_the_same_place(seen):
    code = "if os.fork() == 0: open('data/blocs.csv'); os._exit(0)\nos.wait(); open('data/trade.csv')"
    assert seen(code) == ["data/blocs.csv", "data/trade.csv"]


def test_a_second_watch_moves_and_brings_what_was_noted(seen, project, tmp_path):
    code = f"""
open('data/blocs.csv')
if os.fork() == 0:
    inputs.watch({str(tmp_path / "second")!r}, root); open('data/events.csv'); os._exit(0)
os.wait(); open('data/trade.csv')
"""
    assert seen(code) == ["data/blocs.csv", "data/trade.csv"]
    second = [name for name in inputs.noted(tmp_path / "second") if name.startswith("data")]
    assert second == ["data/blocs.csv", "data/events.csv"]


def test_a_program_that_closes_every_file_loses_no_name_and_gets_none(seen, project):
    code = """
os.closerange(3, 64)
with open('mine.txt', 'w') as mine:
    open('data/trade.csv').read()
"""
    assert seen(code) == ["data/trade.csv"]
    assert (project / "mine.txt").read_text() == ""


def test_the_watch_raises_nothing_into_the_program(seen, tmp_path):
    code = """
os.unlink(sink)
for odd in ('a\\0b', 1000):
    try: open(odd)
    except (ValueError, OSError): pass
os.mkdir('gone'); os.chdir('gone'); os.rmdir(os.getcwd())
try: open('x')
except FileNotFoundError: pass
inputs.watch(sink, root)
"""
    assert seen(code) == []


@pytest.mark.parametrize(("make", "is_left"), [(Path.touch, False), (os.mkfifo, True)])
def test_a_list_that_cannot_be_whole_is_none_and_a_device_stays(
    monkeypatch, tmp_path, project, make, is_left
):
    make(tmp_path / "sink")
    watch = inputs._Watch(lambda path: path)
    watch.move(os.devnull, str(project))
    watch.sink = str(tmp_path / "sink")
    with monkeypatch.context() as patched:
        patched.setattr(inputs.os, "write", _full)
        watch._write("data/trade.csv")
    watch._close()
    assert (tmp_path / "sink").exists() is is_left


def _full(*arguments: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_pipe_is_not_read(project):
    os.mkfifo(project / "data" / "pipe.csv")
    assert inputs.stamps(["data/pipe.csv"], project) == {"data/pipe.csv": ""}


def test_names_of_a_sink_that_is_not_there():
    assert inputs.noted("nowhere") == []


class TestStamps:
    def test_of_files_and_folders(self, project):
        content = (project / "data" / "trade.csv").read_bytes()
        found = inputs.stamps(["data/trade.csv", "data/none.csv", "data/", "none/"], project)
        assert found["data/trade.csv"] == sha256(content).hexdigest()
        assert found["data/none.csv"] == found["none/"] == ""
        (project / "data" / ".trade.csv.part").touch()
        assert inputs.stamps(["data/"], project)["data/"] == found["data/"]
        (project / "data" / "more.csv").touch()
        assert inputs.stamps(["data/"], project)["data/"] != found["data/"]

    def test_of_our_modules_wherever_the_project_lies(self, project):
        name = "analysis/execution/inputs.py"
        content = (PACKAGE / "execution" / "inputs.py").read_bytes()
        assert inputs.stamps([name], project) == {name: sha256(content).hexdigest()}

    def test_we_are_not_fooled_by_a_change_that_keeps_size_and_time(self, project):
        path = project / "data" / "trade.csv"
        text = path.read_text()
        old = path.stat()
        before = inputs.stamps(["data/trade.csv"], project)
        path.write_text(text.replace("1992", "1993"))
        os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
        assert path.stat().st_size == old.st_size
        assert inputs.stamps(["data/trade.csv"], project) != before


class TestChangedSince:
    def ask(self, project: Path, name: str = "data/trade.csv", ago: float = 60) -> bool:
        return inputs.changed_since(time.time() - ago, name, project)

    def test_a_file_that_changed_later(self, project):
        assert self.ask(project)
        assert not self.ask(project, ago=-60)

    def test_we_are_not_fooled_by_a_time_set_back(self, project):
        os.utime(project / "data" / "trade.csv", (1_700_000_000,) * 2)
        assert self.ask(project)

    def test_a_time_in_the_future_is_no_change(self, project):
        tomorrow = time.time() + 86_400
        os.utime(project / "data" / "trade.csv", (tomorrow,) * 2)
        assert not self.ask(project, ago=-60)

    def test_a_file_that_went_later(self, project):
        assert self.ask(project, "data/none.csv")
        assert not self.ask(project, "data/none.csv", ago=-60)

    def test_a_module_counts_from_the_beginning_of_the_process(self, project, monkeypatch):
        assert not self.ask(project, "analysis/errors.py", ago=-60)
        monkeypatch.setattr(inputs, "BEGAN", 0.0)
        assert self.ask(project, "analysis/errors.py", ago=-60)


def test_modules_are_those_that_are_loaded():
    found = inputs.modules()
    assert "analysis/execution/inputs.py" in found and "analysis/errors.py" in found
    assert all((PACKAGE.parent / name).is_file() for name in found)
