"""The fork engine against an ordinary kernel: the same outputs, the same ends; and `papermill --engine fork` by itself."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from analysis.execution import launch, runner

Writer = Callable[..., Path]
pytestmark = pytest.mark.skipif(not launch.can_fork(), reason="there are no forks on this system")

RICH = """\
class Rich:
    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"image/svg+xml": "<svg/>", "image/png": b"\\x89PNG", "text/plain": "both"}
        return bundle, {"image/png": {"alt": "a"}}
Rich()"""
FIGURE = """\
import matplotlib
matplotlib.rcParams["svg.hashsalt"] = "s"
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(2, 2)); ax.plot([3, 1])
fig"""
LATER = """\
async def later():
    await asyncio.sleep(0.01)
    return 5
task = asyncio.ensure_future(later())"""
LATE = (
    "\nimport time; time.sleep(1)"  # a kernel may show in the next cell what was printed past Python just now
)
# Cells whose name begins with "!" are meant to fail.
ZOO = {
    "streams": "import sys\nprint('a'); print('b', end=''); print(); print('e', file=sys.stderr); print('c')\n'last'",
    "display": "from IPython.display import HTML, JSON, Markdown, clear_output, display\n"
               "handle = display(Markdown('one'), display_id='fixed')\n"
               "display(HTML('<b>x</b>'), metadata={'text/html': {'alt': 'an x'}})\nhandle.update(Markdown('two'))",
    "update from a later cell": "handle.update(Markdown('three'))",
    "a raw bundle": "display({'text/plain': 'p', 'application/json': {'a': [1, None, True]}}, raw=True)",
    "cleared": "print('gone'); clear_output(); print('stays')",
    "cleared later": "print('until'); clear_output(wait=True); print('replaced')",
    "cleared never": "print('waits'); clear_output(wait=True)",
    "!an error": "print('before'); raise ValueError('é\\n<b>')",
    "!an error inside": "def f(n):\n    return g(n)\ndef g(n):\n    return {}[n]\nf(3)",
    "!no Python": "x = = 1",
    "!a sentence of ours": "from analysis.errors import BriefingError\nraise BriefingError('one', 'two')",
    "!a broken repr": "class Broken:\n    def __repr__(self):\n        raise RuntimeError('no')\nBroken()",
    "skipped": "was_run = True",
    "was it skipped": "'was_run' in globals()",
    "bash": "%%bash\necho from bash; echo err >&2",
    "!bash that fails": "%%bash\nexit 3",
    "shell": "!echo shell $((1+1)); printf 'no end'",
    "shell caught": "out = !echo captured\nout",
    "magic": "%precision 3\n3.14159",
    "captured": "%%capture caught\nprint('caught'); display(HTML('c'))",
    "shown": "caught.show(); caught.stdout",
    "!no such magic": "%nosuchmagic",
    "!input": "input('?')",
    "!password": "import getpass; getpass.getpass()",
    "below Python": "import os; _ = os.write(1, 'raw tw\u00f6\\n'.encode()); _ = os.system('echo sub; echo err >&2')" + LATE,
    "another program": "import subprocess; _ = subprocess.run(['echo', 'run'])" + LATE,
    "C": "import ctypes; libc = ctypes.CDLL(None); libc.puts(b'from C'); _ = libc.fflush(None)" + LATE,
    "await": "import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')\nawait asyncio.sleep(0, 'value')",
    "!a loop in a loop": "asyncio.run(asyncio.sleep(0))",
    "!an await that fails": "await asyncio.sleep(0)\n1 / 0",
    "a task": LATER,
    "its value": "await task",
    "a thread": "import threading\nt = threading.Thread(target=lambda: print('from a thread')); t.start(); t.join()",
    "letters": "print('\u04a2 \U0001f600 \\x00 nul'); '\u04a2\u0456 \u20ac \U0001f600 \\n \\x07 \\x00'",
    "a flood": "for i in range(3000): print(i)\nprint('x' * 300_000); print('\u04a2' * 100_000)",
    "a figure as last line": FIGURE,
    "a figure shown": "plt.figure(figsize=(1, 1)).add_subplot().plot([1]); plt.show()\nplt.figure(figsize=(1, 1));",
    "a figure at rest": "plt.ioff(); plt.subplots(figsize=(1, 1))[1].plot([1]); plt.show(); plt.ion();",
    "svg figures": "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg']\nplt.figure(figsize=(1, 1));",
    "both formats": RICH,
    "a frame": "import pandas as pd\nframe = pd.DataFrame({'a': [1, 2.5, None], 'b': list('xyz')})\ndisplay(frame)\nframe",
    "a style": "frame.style.format(precision=1).set_uuid('u')",
    "silent": "1;",
    "history": "_, len(In), sorted(Out)[:3], get_ipython().execution_count",
    "environment": "sorted(name for name in os.environ if not name.startswith(('JPY', 'PYDEVD', '_')))",
    "place": "os.getcwd(), '' in sys.path, __name__, os.environ['PAGER'], os.environ['MPLBACKEND']",
    "streams of Python": "sys.stdout.encoding, sys.stdout.isatty(), sys.stdin.read()",
    "log": "import logging; logging.warning('lw'); logging.info('li'); logging.getLogger().handlers",
    "a process": "import multiprocessing\np = multiprocessing.get_context('fork').Process(target=print, args=('x',))\n"
                 "p.start(); p.join(); p.exitcode",
    "not a number": "float('nan'), {'b', 'a', 'c'}, object",
    "overwritten": "print('a\\rb\\x08c')",
    "language": "import locale, time; locale.getlocale(), time.tzname",
    "source": "import inspect; print(inspect.getsource(f))",
    "!the end": "sys.exit('why')",
}  # fmt: skip


@pytest.fixture(scope="module")
def zoo(shared_project: Path, written: Writer) -> dict[str, runner.RunError]:
    """The same notebook run by a kernel, by a fork, and by a fork from a template: all three fail at the end."""
    path = written(shared_project / "notebooks/zoo.ipynb", *ZOO.values())
    notebook = json.loads(path.read_text())
    for name, cell in zip(ZOO, notebook["cells"][2:], strict=True):
        tags = ["raises-exception"] if name[0] == "!" else ["skip-execution"] if name == "skipped" else []
        cell["metadata"]["tags"] = tags
    path.write_text(json.dumps(notebook))

    def one(name: str) -> runner.RunError:
        given = {"template": template} if name == "template" else {"engine": name}
        with pytest.raises(runner.RunError) as error:
            runner.execute(path, out=shared_project / f"zoo/{name}.ipynb", root=shared_project, **given)
        return error.value

    with (
        pytest.MonkeyPatch.context() as patch,
        launch.Template(shared_project) as template,
        ThreadPoolExecutor(3) as pool,
    ):
        patch.delenv(
            "PYTEST_CURRENT_TEST", raising=False
        )  # with it a kernel leaves descriptors 1 and 2 alone
        names = ("kernel", "fork", "template")
        return dict(zip(names, pool.map(one, names), strict=True))


def cells(error: runner.RunError) -> dict[str, dict]:
    return dict(zip(ZOO, json.loads(error.notebook.read_text())["cells"][2:], strict=True))


@pytest.mark.parametrize("name", ["fork", "template"])
class TestZoo:
    @pytest.mark.parametrize("animal", ZOO)
    def test_a_cell_shows_what_it_shows_with_a_kernel(self, zoo: dict, name: str, animal: str) -> None:
        assert cells(zoo[name])[animal] == cells(zoo["kernel"])[animal]

    def test_the_records_say_the_same(self, zoo: dict, name: str) -> None:
        same = ("status", "cause", "reason", "cell", "parameters", "tables", "packages")
        ours, theirs = zoo[name].record, zoo["kernel"].record
        assert {key: ours[key] for key in same} == {key: theirs[key] for key in same}
        assert [each["cell"] for each in ours["stderr"]] == [each["cell"] for each in theirs["stderr"]]
        assert (ours["engine"], theirs["engine"]) == ("fork", "kernel")

    def test_it_was_no_empty_show(self, zoo: dict, name: str) -> None:
        shown = cells(zoo[name])
        assert len(shown["a flood"]["outputs"][0]["text"]) == 3002
        assert [each["output_type"] for each in shown["a figure as last line"]["outputs"]] == [
            "execute_result", "display_data"
        ]  # fmt: skip
        assert [output["ename"] for output in shown["!input"]["outputs"]] == ["StdinNotImplementedError"]
        assert shown["skipped"]["execution_count"] is None and shown["silent"]["outputs"] == []
        assert shown["below Python"]["outputs"][0]["text"] == ["raw twö\n", "sub\n"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plain")
    (place / "t").mkdir()
    return place


@pytest.fixture
def papermill(place: Path, written: Writer) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start papermill's own command on a notebook of these cells, in a folder of its own."""
    begun = []

    def start(*code: str, options: tuple[str, ...] = ()) -> subprocess.Popen:
        written(place / "in.ipynb", *code, parameters=None)
        command = [
            sys.executable,
            "-m",
            "papermill",
            "--engine",
            "fork",
            "-k",
            "python3",
            "--language",
            "python",
        ]
        begun.append(
            subprocess.Popen(
                [*command, *options, "in.ipynb", "out.ipynb"], cwd=place, text=True, stderr=subprocess.PIPE,
                env={**os.environ, "TMPDIR": str(place / "t")},
            )
        )  # fmt: skip
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


def shown(place: Path, number: int = -1) -> list[dict]:
    return json.loads((place / "out.ipynb").read_text())["cells"][number]["outputs"]


def waited_for(path: Path) -> str:
    while not path.exists() or not path.read_text().endswith("\n"):
        threading.Event().wait(0.05)
    return path.read_text()


FAREWELL = """\
import atexit, subprocess
unclosed = open("unclosed.txt", "w")
unclosed.write("written")
atexit.register(lambda: (print("bye"), open("farewell.txt", "w").write("done")))
print(subprocess.Popen(["sleep", "300"]).pid)
type(get_ipython()).__name__"""
SLEEPS = """\
import os, subprocess, time
programs = [subprocess.Popen(["sleep", "300"], start_new_session=own) for own in (False, True)]
open("pids.txt", "w").write(" ".join(str(pid) for pid in [os.getpid(), *(each.pid for each in programs)]) + "\\n")
time.sleep(300)"""


class TestPlainPapermill:
    """The engine is found by its entry point and needs nothing of ours around it."""

    def test_runs_and_leaves_nothing_but_what_an_interpreter_leaves(
        self, papermill: Callable, place: Path
    ) -> None:
        process = papermill(FAREWELL)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
        assert "Executing notebook in a forked process" in told  # although its progress bar has a thread
        printed, value = shown(place)
        assert value["data"]["text/plain"] == ["'Shell'"]
        assert launch._is_gone(int(printed["text"][0]))
        assert (place / "unclosed.txt").read_text() == "written"
        assert (place / "farewell.txt").read_text() == "done"
        assert list((place / "t").iterdir()) == []

    def test_another_kernel_is_started_as_ever(self, papermill: Callable) -> None:
        _, told = papermill("1", options=("-k", "no_such_kernel")).communicate(timeout=60)
        assert "the kernel no_such_kernel is not this Python; the cells run in an ordinary kernel" in told
        assert "No such kernel named no_such_kernel" in told

    def test_a_dead_process_is_a_dead_kernel(self, papermill: Callable, place: Path) -> None:
        process = papermill(
            "print('so far', flush=True)\nimport os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        )
        _, told = process.communicate(timeout=60)
        assert process.returncode == 138 and "DeadKernelError: Kernel died" in told
        assert "Task was destroyed" not in told and shown(place)[0]["text"] == ["so far\n"]
        assert list((place / "t").iterdir()) == []

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
    def test_it_takes_the_cells_and_their_programs_with_it(
        self, papermill: Callable, place: Path, number: signal.Signals
    ) -> None:
        (place / "pids.txt").unlink(missing_ok=True)
        process = papermill(SLEEPS)
        family = [psutil.Process(int(pid)) for pid in waited_for(place / "pids.txt").split()]
        process.send_signal(number)
        process.communicate(timeout=30)
        in_session = family if number == signal.SIGKILL else family[:2]
        _, alive = psutil.wait_procs(in_session, timeout=10)
        assert alive == []
        for each in family:
            if each.is_running():
                each.kill()
        assert list((place / "t").iterdir()) == []


LIMITED = """
import sys, threading, papermill
from analysis.execution import fork
fork.GRACE = 1.0
if sys.argv[1:]:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
papermill.execute_notebook(
    "in.ipynb", "out.ipynb", engine_name="fork", kernel_name="python3", language="python", progress_bar=False,
    execution_timeout=2, interrupt_on_timeout=True,
)
"""


class TestLimits:
    @pytest.fixture
    def limited(self, place: Path, written: Writer) -> Callable[..., subprocess.CompletedProcess]:
        def run(*code: str, more: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
            written(place / "in.ipynb", *code, parameters=None)
            command = [sys.executable, "-c", textwrap.dedent(LIMITED), *more]
            return subprocess.run(command, cwd=place, text=True, capture_output=True, timeout=60)

        return run

    @pytest.mark.parametrize(
        "code", ["import time; time.sleep(300)", "import asyncio; await asyncio.sleep(300)"]
    )
    def test_a_cell_that_takes_too_long_is_interrupted(
        self, limited: Callable, place: Path, code: str
    ) -> None:
        ended = limited("print('fine')", code)
        assert ended.returncode == 1 and "PapermillExecutionError" in ended.stderr
        (error,) = shown(place)
        assert error["ename"] in {"KeyboardInterrupt", "CancelledError"}

    def test_one_that_shows_and_shows_is_interrupted_between_two_messages(
        self, limited: Callable, place: Path
    ) -> None:
        ended = limited("from IPython.display import HTML, display\nwhile True: display(HTML('x' * 50_000))")
        assert ended.returncode == 1 and "PapermillExecutionError" in ended.stderr
        *pages, error = shown(place)
        assert error["ename"] == "KeyboardInterrupt"
        assert {len(page["data"]["text/html"][0]) for page in pages} == {50_000}

    def test_a_child_that_a_cell_forked_and_forgot_does_not_run_the_next(
        self, limited: Callable, place: Path
    ) -> None:
        ended = limited("import os; where = os.fork()", "print(where > 0)", "os.waitpid(where, 0)[1]")
        assert ended.returncode == 0, ended.stderr
        assert [shown(place, number) != [] for number in (1, 2, 3)] == [False, True, True]
        assert shown(place, 2)[0]["text"] == ["True\n"]

    def test_one_that_does_not_obey_is_ended(self, limited: Callable) -> None:
        ended = limited("import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(300)")
        assert ended.returncode == 1 and "DeadKernelError" in ended.stderr

    def test_beside_another_thread_an_ordinary_kernel_is_started(
        self, limited: Callable, place: Path
    ) -> None:
        ended = limited("type(get_ipython()).__name__", more=("threads",))
        assert ended.returncode == 0, ended.stderr
        assert "another thread is running; the cells run in an ordinary kernel" in ended.stderr
        assert shown(place)[0]["data"]["text/plain"] == ["'ZMQInteractiveShell'"]


PAUSES = ["import time; time.sleep(0.4)\nprint('one')", "time.sleep(0.4)\nprint('two')", "time.sleep(0.4)"]


@pytest.fixture(scope="module")
def path(shared_project: Path, written: Writer) -> Path:
    return written(shared_project / "notebooks/pauses.ipynb", *PAUSES)


class TestKilled:
    """At whatever moment one of the processes is killed: a true record, the last good output, nothing left over."""

    @pytest.mark.parametrize("moment", [0.0, 0.2, 0.5, 0.9, 1.3])
    @pytest.mark.parametrize("victim", ["template", "papermill", "cells"])
    def test_is_told_as_what_it_is(
        self, path: Path, shared_project: Path, victim: str, moment: float, tmp_path: Path
    ) -> None:
        out = tmp_path / "o.ipynb"
        out.write_text("old")
        modules = ["papermill", "ipykernel.zmqshell", "ipykernel.kernelbase"]
        with launch.Template(shared_project, modules) as template:
            template._is_ready()
            with ThreadPoolExecutor(1) as pool:
                run = pool.submit(runner.execute, path, out=out, root=shared_project, template=template)
                family = self.family(template.pid, run)
                threading.Event().wait(moment)
                number = ("template", "papermill", "cells").index(victim)
                with suppress(psutil.NoSuchProcess):  # it was quicker
                    family[number].kill()
                error = run.exception(timeout=60)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert [each for each in alive if not launch._is_gone(each.pid)] == []
        if error is None:
            assert victim == "template" or moment > 1
            assert json.loads(out.read_text())["cells"][-2]["outputs"][0]["text"] == ["two\n"]
            return
        assert out.read_text() == "old" and isinstance(error, runner.RunError)
        expected = {"papermill": ("failed", "failed"), "cells": ("kernel-died", "dead-kernel")}[victim]
        assert (error.status, error.record["cause"]) == expected
        assert "(SIGKILL" in str(error)

    def family(self, template: int, run: Any) -> list[psutil.Process]:
        """The template, papermill and the process of the cells, once all are there."""
        family = [psutil.Process(template)]
        while len(family) < 3 and not run.done():
            family = [psutil.Process(template), *psutil.Process(template).children(recursive=True)]
        return family


@pytest.mark.soak
def test_a_hundred_runs_half_of_them_killed_leave_nothing(
    path: Path, shared_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    monkeypatch.setattr("analysis.execution.workspace.LONGEST", 200)
    me, chance, out = psutil.Process(), random.Random(5), tmp_path / "o.ipynb"
    modules = ["papermill", "ipykernel.zmqshell", "ipykernel.kernelbase"]
    good, held = set(), []
    with launch.Template(shared_project, modules) as template, ThreadPoolExecutor(1) as pool:
        template._is_ready()
        before = {each.pid for each in me.children(recursive=True)}
        for number in range(100):
            run = pool.submit(runner.execute, path, out=out, root=shared_project, template=template)
            if number % 2:
                threading.Event().wait(chance.uniform(0, 1.5))
                family = [each for each in me.children(recursive=True) if each.pid not in before]
                with suppress(psutil.NoSuchProcess, IndexError):
                    chance.choice(family).kill()
            error = run.exception(timeout=60)
            if error is None:
                good.add(out.read_bytes())
            else:
                assert number % 2 and error.record["cause"] in {"failed", "dead-kernel"}, error
            assert {each.pid for each in me.children(recursive=True)} <= before
            held.append((me.num_fds(), psutil.Process(template.pid).num_fds()))
    assert len(good) == 1 and held[-1] == held[1]
    assert list((tmp_path / "t").iterdir()) == []
