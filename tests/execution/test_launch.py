"""Processes that are forked from a template: as good as new ones, and never a run lost with the template."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from analysis.execution import inputs, launch
from analysis.execution.launch import Process, Template

pytestmark = pytest.mark.skipif(not launch.can_fork(), reason="there are no forks on this system")

PROBE = """\
import json, os, random, signal, sys, tempfile, time

def main():
    asked = json.loads(sys.stdin.readline())
    said = {
        "argv": sys.argv, "cwd": os.getcwd(), "own": os.environ.get("OWN"), "size": len(os.environ),
        "session": os.getsid(0) == os.getpid(), "drawn": random.random(), "tmp": tempfile.gettempdir(),
        "sigterm": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, "zone": time.tzname[0],
        "ours": sorted(name for name in sys.modules if name.startswith("analysis")),
        "colorsys": "colorsys" in sys.modules, "fds": len(os.listdir("/proc/self/fd")),
    }
    if "numpy" in sys.modules:
        said["numpy"] = sys.modules["numpy"].random.random()
    print(json.dumps(said), flush=True)
    print("to the log", file=sys.stderr)
    if asked.get("wait"):
        sys.stdin.read()
    if asked.get("raise"):
        raise ValueError("why")
    sys.exit(asked.get("code", 0))

if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the probe, where Python looks for modules."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "probe.py").write_text(PROBE)
    (folder / "many_threads.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    (folder / "ours.py").write_text("from pathlib import Path\nrow = Path('row.csv').read_text()")
    (folder / "row.csv").write_text("1")
    (folder / "noting.py").write_text(
        "import json, sys\nfrom analysis.execution import inputs\n"
        "def main():\n    inputs.watch(**json.loads(sys.stdin.readline()))\n"
    )
    return folder


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where private folders go, so that one left behind is seen."""
    place = tmp_path_factory.mktemp("t")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(place))
        patch.setattr("analysis.execution.workspace.LONGEST", 200)
        yield place


@pytest.fixture(scope="module")
def patched(folder: Path, temporary: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield


@pytest.fixture(scope="module")
def template(folder: Path, patched: None) -> Iterator[Template]:
    with Template(folder, ["numpy", "random", "tempfile", "no_such_module"]) as template:
        yield template


@pytest.fixture
def begin(folder: Path, tmp_path: Path) -> Callable[..., Process]:
    def begin(template: Template, module: str = "probe", **job: object) -> Process:
        environment = {**os.environ, "OWN": "mine", "TMPDIR": str(tmp_path), "TZ": "Asia/Tashkent"}
        with (tmp_path / "log").open("wb") as log:
            process = template.forked(module)(log=log, environment=environment, cwd=tmp_path)
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        return process

    return begin


def said(process: Process) -> dict:
    return json.loads(process.stdout.readline())


def is_forked(process: Process) -> bool:
    return isinstance(process, launch.Forked)


def children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


class TestForked:
    def test_is_as_good_as_a_new_process(self, template: Template, begin: Callable, tmp_path: Path) -> None:
        process = begin(template, code=7)
        told = said(process)
        assert is_forked(process) and process.wait(10) == process.poll() == 7
        assert told["argv"] == ["probe"] and told["cwd"] == told["tmp"] == str(tmp_path)
        assert (told["own"], told["session"], told["sigterm"], told["zone"]) == ("mine", True, True, "+05")
        assert (tmp_path / "log").read_text() == "to the log\n"

    def test_holds_no_module_of_ours_but_the_template_itself(
        self, template: Template, begin: Callable
    ) -> None:
        names = {
            "errors",
            "execution",
            *(f"execution.{each}" for each in ("inputs", "launch", "template", "workspace")),
        }
        process = begin(template)
        assert set(said(process)["ours"]) - {"analysis"} <= {f"analysis.{name}" for name in names}
        process.wait(10)

    def test_draws_random_numbers_of_its_own(self, template: Template, begin: Callable) -> None:
        processes = [begin(template) for _ in range(3)]
        told = [said(process) for process in processes]
        assert len({each["drawn"] for each in told}) == len({each["numpy"] for each in told}) == 3

    def test_inherits_no_descriptor_of_others(self, template: Template, begin: Callable) -> None:
        first = begin(template, wait=True)
        second = begin(template, wait=True)
        assert said(first)["fds"] == said(second)["fds"]
        for process in (first, second):
            process.stdin.close()
            assert process.wait(10) == 0

    def test_tells_how_it_ended(self, template: Template, begin: Callable, tmp_path: Path) -> None:
        process = begin(template, **{"raise": True})
        assert process.wait(10) == 1
        assert (tmp_path / "log").read_text().endswith("ValueError: why\n")
        assert begin(template, "no_such_program").wait(10) == 1
        for kill in (lambda each: each.kill(), lambda each: os.kill(each.pid, signal.SIGTERM)):
            process = begin(template, wait=True)
            said(process)
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.01)
            kill(process)
            assert process.wait(10) in {-signal.SIGKILL, -signal.SIGTERM}

    def test_leaves_no_zombie(self, template: Template, begin: Callable) -> None:
        for process in [begin(template) for _ in range(5)]:
            process.wait(10)
        assert children(template.pid) == []


class TestTemplate:
    def test_has_one_thread(self, folder: Path, patched: None) -> None:
        with Template(folder) as template:
            assert template._is_ready()
            assert psutil.Process(template.pid).num_threads() == 1

    def test_nobody_waits_for_its_imports(self, folder: Path, patched: None) -> None:
        with Template(folder) as template:
            assert template._ready is None and psutil.pid_exists(template.pid)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
    def test_does_not_end_with_a_signal_for_all(
        self, template: Template, begin: Callable, number: signal.Signals
    ) -> None:
        os.kill(template.pid, number)
        process = begin(template)
        assert is_forked(process) and process.wait(10) == 0

    def test_with_more_threads_it_does_not_fork(self, folder: Path, patched: None, begin: Callable) -> None:
        with Template(folder, ["many_threads"]) as template:
            process = begin(template)
            assert not is_forked(process) and said(process)["own"] == "mine" and process.wait(10) == 0

    def test_when_it_is_killed_no_process_is_lost(self, folder: Path, patched: None, begin: Callable) -> None:
        with Template(folder, []) as template:
            running = begin(template, wait=True)
            said(running)
            os.kill(template.pid, signal.SIGKILL)
            spawned = begin(template)
            assert not is_forked(spawned) and spawned.wait(10) == 0
            assert running.poll() is None  # it goes on
            running.stdin.close()
            running.wait(10)
        assert launch._is_gone(running.pid)

    def test_where_no_fork_is_safe_processes_are_new(
        self, folder: Path, patched: None, begin: Callable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(launch, "can_fork", lambda: False)
        with Template(folder) as template:
            process = begin(template)
            assert template.pid is None and not is_forked(process) and process.wait(10) == 0
            assert template.branch(["ours"]).pid is None

    def test_where_none_can_be_made_processes_are_new(
        self, folder: Path, patched: None, begin: Callable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("tempfile.mkdtemp", full)
            template = Template(folder)
        with template:
            process = begin(template)
            assert template.pid is None and not is_forked(process) and process.wait(10) == 0

    def test_ends_in_the_middle_of_its_imports(self, folder: Path, patched: None) -> None:
        template = Template(folder, ["pandas"])
        template.close()
        assert not psutil.pid_exists(template.pid)


class TestBranch:
    def test_holds_what_was_asked_for_and_what_it_read_is_known(
        self, template: Template, folder: Path, begin: Callable, tmp_path: Path
    ) -> None:
        with template.branch(["colorsys", "ours"]) as branch:
            process = begin(branch)
            assert is_forked(process) and said(process)["colorsys"] and process.wait(10) == 0
            assert psutil.Process(branch.pid).ppid() == template.pid
            assert psutil.Process(branch.pid).num_threads() == 1
            sink = tmp_path / "noted"
            begin(branch, "noting", sink=str(sink), root=str(folder)).wait(10)
            assert {"ours.py", "row.csv"} <= set(inputs.noted(sink))
        assert children(template.pid) == []

    def test_of_one_that_is_gone_starts_new_processes(
        self, folder: Path, patched: None, begin: Callable
    ) -> None:
        with Template(folder, []) as template:
            template._is_ready()
            os.kill(template.pid, signal.SIGKILL)
            with template.branch(["ours"]) as branch:
                process = begin(branch)
                assert not is_forked(process) and process.wait(10) == 0


def test_no_private_folder_is_left(template: Template, temporary: Path) -> None:
    assert len(list(temporary.iterdir())) == 1  # that of the template of this module
