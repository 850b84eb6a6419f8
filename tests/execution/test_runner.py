"""We are not fooled by: a killed kernel, a deadline, a signal, sys.exit, odd folders, full disks, half-written files."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from analysis.errors import BriefingError, UsageError
from analysis.execution import files, record, runner, supervision
from analysis.execution.runner import Run, RunError

Writer = Callable[..., Path]
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are POSIX")

BLOCKS = """\
from IPython.display import publish_display_data as show
kind = "application/vnd.briefing.block+json"
show({kind: {"kind": "finding", "role": "lead", "id": "first", "text": "So it is."}, "text/plain": "So it is."})
show({kind: {"kind": "references", "id": "references", "tables": {"trade": {"sha256": "0", "rows": 2}},
             "packages": {"pandas": "3"}}, "text/plain": "-"})
"""
NOISE = """\
import os, sys, warnings
print("out", flush=True); print("a warning of mine", file=sys.stderr); print("more"); warnings.warn("noise")
sorted(name for name in ("TZ", "PYTHONHASHSEED", "MPLBACKEND") if name in os.environ), {"b", "a"}, object()
"""
STUBBORN = """\
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", "MARK"])
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", "MARK"], start_new_session=True)
time.sleep(300)
"""
# Name of the notebook, its last cell, options of the run.
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "good": (BLOCKS + NOISE, {"expects": ["references", "lead", "first"]}),
    "again": (BLOCKS + NOISE, {"expects": lambda blocks: []}),
    "silent": ("1 + 1", {"expects": ["references", "lead"]}),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", {}),
    "gone": ("import os; os._exit(3)", {}),
    "slow": ("# wait\nimport time; time.sleep(300)", {"timeout": 14}),
    "stubborn": (STUBBORN, {"timeout": 14}),
    "exit": ("import sys; sys.exit(0)", {}),
    "raises": ("# why\nraise ValueError('no rows\\nfor 2016')", {}),
    "tolerated": ("%%bogus\n1", {}),
    "refuses": (
        "from analysis.errors import BriefingError\nraise BriefingError('trade: no rows; set end', 'and more')",
        {},
    ),
}


@pytest.fixture(scope="module", params=runner.ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """All of this holds whichever engine runs the cells."""
    return request.param


@pytest.fixture(scope="module")
def results(engine: str, shared_project: Path, written: Writer) -> dict[str, Run | BriefingError]:
    """Every case run once, three at a time."""
    root = shared_project

    def one(name: str) -> Run | BriefingError:
        code, options = CASES[name]
        mark = code.replace("MARK", str(root))
        path = written(root / f"notebooks/{name}.ipynb", "start + 1", mark, parameters="start: int = 2016")
        out = root / f"reports/build/{name}.ipynb"
        if name in {"raises", "killed", "slow"}:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text("the last good one")
        try:
            return runner.execute(path, {"start": "2017"}, out=out, root=root, engine=engine, **options)
        except BriefingError as error:
            return error

    with ThreadPoolExecutor(3) as pool:
        return dict(zip(CASES, pool.map(one, CASES), strict=True))


@pytest.fixture
def failure(results: dict) -> Callable[[str], RunError]:
    def of(name: str) -> RunError:
        error = results[name]
        assert isinstance(error, RunError) and error.exit_code == 1, error
        assert error.record["status"] == error.status != "succeeded"
        return error

    return of


class TestSuccess:
    def test_the_record_says_what_was_run(self, results: dict, engine: str) -> None:
        run = results["good"]
        assert isinstance(run, Run), run
        said = record.read(run.notebook.with_suffix(".run.json"))
        assert said == run.record
        assert (said["status"], said["reason"], said["parameters"]) == ("succeeded", None, {"start": 2017})
        assert (said["source"], said["output"]) == ("notebooks/good.ipynb", "reports/build/good.ipynb")
        assert said["tables"] == {"trade": {"sha256": "0", "rows": 2}} and said["packages"] == {"pandas": "3"}
        assert said["seconds"] > 0 and len(said["sha256"]) == 64
        assert (said["engine"], said["cause"]) == (engine, None)
        assert said["cpu_seconds"] > 0.1 and 30e6 < said["memory_bytes"] < 3e9
        assert "analysis/__init__.py" in said["inputs"]

    def test_parameters_arrive_typed(self, results: dict) -> None:
        cells = json.loads(results["good"].notebook.read_text())["cells"]
        assert "".join(cells[2]["source"]) == "# Parameters\nstart = 2017\n"
        assert cells[3]["outputs"][0]["data"]["text/plain"] == ["2018"]

    def test_stderr_is_in_the_record_and_not_on_the_page(self, results: dict) -> None:
        run = results["good"]
        assert "a warning of mine" in run.record["stderr"][0]["text"] and run.record["stderr"][0]["cell"] == 4
        outputs = json.loads(run.notebook.read_text())["cells"][-1]["outputs"]
        assert [output.get("name") for output in outputs if output["output_type"] == "stream"] == ["stdout"]

    def test_blocks_are_at_hand(self, results: dict) -> None:
        assert [block["id"] for block in results["good"].blocks] == ["first", "references"]

    def test_two_runs_give_the_same_bytes(self, results: dict) -> None:
        assert results["good"].notebook.read_bytes() == results["again"].notebook.read_bytes()

    def test_nothing_of_moment_or_machine_is_kept(self, results: dict, shared_project: Path) -> None:
        text = results["good"].notebook.read_text()
        notebook = json.loads(text)
        assert set(notebook["metadata"]) == {"kernelspec", "language_info", "papermill"}
        assert notebook["metadata"]["papermill"] == {"parameters": {"start": 2017}}
        assert [cell["id"] for cell in notebook["cells"]] == [
            "cell-1", "cell-2", "injected-parameters", "cell-3", "cell-4"
        ]  # fmt: skip
        assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])
        assert "0x" not in text and "duration" not in text and str(shared_project) not in text

    def test_the_notebook_is_valid(self, results: dict) -> None:
        import nbformat

        nbformat.validate(nbformat.read(results["good"].notebook, as_version=4))

    def test_the_environment_is_fixed(self, results: dict) -> None:
        shown = json.loads(results["good"].notebook.read_text())["cells"][-1]["outputs"][-1]["data"][
            "text/plain"
        ]
        assert "PYTHONHASHSEED" in "".join(shown) and "TZ" in "".join(shown)


class TestFailure:
    @pytest.mark.parametrize(
        ("name", "status", "cause", "sentence"),
        [
            ("killed", "kernel-died", "dead-kernel",
             "notebook killed, cell 4 (`import os, signal`): the kernel was killed (SIGKILL, as happens when memory "
             "runs out); run it again, with more memory if need be; see how far it ran in "
             "reports/build/failed/killed.ipynb"),
            ("gone", "kernel-died", "dead-kernel",
             "notebook gone, cell 4 (`import os; os._exit(3)`): the kernel died (exit code 3)"),
            ("slow", "timed-out", "timeout",
             "notebook slow, cell 4 (`import time; time.sleep(300)`): not finished after 14 seconds; allow more "
             "(deadline: in a definition)"),
            ("stubborn", "timed-out", "deadline",
             "notebook stubborn, cell 4 (`import signal, subprocess, sys, time`): not finished after 14 seconds; "
             "allow more (deadline: in a definition)"),
            ("exit", "failed", "failed-cell",
             "notebook exit, cell 4 (`import sys; sys.exit(0)`): the cell ended the program (SystemExit: 0); take "
             "the call out, or raise an error that says why"),
            ("raises", "failed", "failed-cell",
             "notebook raises, cell 4 (`raise ValueError('no rows\\nfor 2016')`): ValueError: no rows; see how far "
             "it ran in reports/build/failed/raises.ipynb"),
            ("tolerated", "failed", "failed-cell",
             "notebook tolerated, cell 4 (`%%bogus`): UsageError: Cell magic `%%bogus` not found"),
            ("refuses", "failed", "failed-cell", "trade: no rows; set end"),
            ("silent", "failed", "failed",
             "notebook silent: it ran to its end but shows no 'references'; let a cell end in one"),
        ],
    )  # fmt: skip
    def test_is_told_as_what_it_is(
        self, failure: Callable, name: str, status: str, cause: str, sentence: str
    ) -> None:
        error = failure(name)
        assert (error.status, error.record["cause"]) == (status, cause)
        assert error.problems[0].startswith(sentence)

    def test_a_sentence_of_ours_stands_alone(self, failure: Callable) -> None:
        assert failure("refuses").problems == ["trade: no rows; set end", "and more"]

    def test_all_missing_outputs_are_named(self, failure: Callable) -> None:
        assert [problem.split("'")[1] for problem in failure("silent").problems] == ["references", "lead"]

    @pytest.mark.parametrize("name", ["killed", "slow", "raises"])
    def test_the_last_good_output_is_untouched(
        self, failure: Callable, name: str, shared_project: Path
    ) -> None:
        build = shared_project / "reports/build"
        assert (build / f"{name}.ipynb").read_text() == "the last good one"
        assert failure(name).notebook == build / f"failed/{name}.ipynb"
        kept = json.loads((build / f"failed/{name}.ipynb").read_text())
        assert kept["cells"][3]["outputs"][0]["data"]["text/plain"] == ["2018"]
        assert record.read(build / f"failed/{name}.run.json")["status"] == failure(name).status

    def test_nothing_is_half_written_and_nothing_left_behind(
        self, results: dict, shared_project: Path
    ) -> None:
        build = shared_project / "reports/build"
        assert not [
            path for path in build.rglob("*") if path.suffix not in {".ipynb", ".json"} and path.is_file()
        ]
        good = {path.stem for path in build.glob("*.ipynb") if path.read_text() != "the last good one"}
        assert good == {"good", "again"}

    @posix_only
    def test_no_process_is_left(self, results: dict, shared_project: Path) -> None:
        left = [
            process
            for process in psutil.process_iter(["cmdline"])
            if str(shared_project) in " ".join(process.info["cmdline"] or [])
        ]
        assert left == []
        mine = [child.cmdline() for child in psutil.Process().children(recursive=True)]
        assert not [
            line for line in mine if "analysis.execution.child" in line or "analysis.execution.kernel" in line
        ]


class TestRefusal:
    """What is refused before anything runs."""

    @pytest.fixture(autouse=True)
    def never_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(supervision, "supervise", lambda *a, **k: pytest.fail("something was run"))

    def test_parameters_outside_the_contract(self, project: Path, written: Writer, parameters: str) -> None:
        path = written(project / "notebooks/n.ipynb", parameters=parameters)
        with pytest.raises(UsageError, match="notebook n has no parameter 'partnr'"):
            runner.execute(path, {"partnr": "KAZ"}, out=project / "o.ipynb")
        with pytest.raises(UsageError, match=r"reports/x.yml: partner 'XXX' is not in data/countries.csv"):
            runner.execute(path, {"partner": "XXX"}, out=project / "o.ipynb", where="reports/x.yml")
        assert not (project / "o.ipynb").exists()

    def test_an_engine_that_there_is_not(self, project: Path, written: Writer) -> None:
        with pytest.raises(UsageError) as error:
            runner.execute(
                written(project / "notebooks/n.ipynb"), {}, out=project / "o.ipynb", engine="forks"
            )
        said = "there is no engine 'forks' (did you mean 'fork'?); choose one of fork, kernel"
        assert error.value.problems == [said]

    def test_a_notebook_without_tagged_cell_or_with_a_derived_value(
        self, project: Path, written: Writer
    ) -> None:
        bare = written(project / "notebooks/bare.ipynb", "1", parameters=None)
        derived = written(project / "notebooks/derived.ipynb", parameters="a: int = 1\nb: int = a + 5")
        for path, sentence in ((bare, "no cell is tagged"), (derived, "parameter b is computed")):
            with pytest.raises(UsageError, match=sentence):
                runner.execute(path, {}, out=project / "o.ipynb")

    @pytest.mark.parametrize("place", ["file/o.ipynb", "folder", "/proc/no/o.ipynb"])
    def test_an_output_folder_that_cannot_be_written(
        self, project: Path, written: Writer, place: str
    ) -> None:
        if place.startswith("/proc") and not Path("/proc").is_dir():
            place = "/dev/null/o.ipynb"
        (project / "file").write_text("in the way")
        (project / "folder").mkdir()
        path = written(project / "notebooks/n.ipynb")
        with pytest.raises(
            files.WriteError, match=r"cannot be written .*; choose a folder you may write to"
        ) as error:
            runner.execute(path, {}, out=project / place)
        assert error.value.exit_code == 1 and len(error.value.problems) == 1


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, written: Writer, engine: str) -> list[Run]:
    deep = tmp_path_factory.mktemp("odd") / "a path with spaces and {braces}" / ("x" * 60) / ("é" * 20)
    assert len(str(deep)) > 100
    (deep / "data").mkdir(parents=True)
    (deep / "reports").mkdir()
    (deep / "near.py").write_text("here = __file__")
    kernels = tmp_path_factory.mktemp("jupyter") / "kernels" / "python3"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(
        json.dumps({"argv": ["/no/such/python"], "display_name": "broken", "language": "python"})
    )
    code = (
        "import os, sys, near\n"
        "(year, os.getcwd(), sys.executable, os.path.isdir(os.path.expanduser('~')), near.here)"
    )
    path = written(deep / "notebooks/n {x}.ipynb", code, parameters="year: int = 2000")

    def one(year: int) -> Run:
        return runner.execute(
            path, {"year": year}, out=deep / f"out {{{year}}}/n.ipynb", root=deep, engine=engine
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HOME", raising=False)
        patch.setenv("JUPYTER_PATH", str(kernels.parents[1]))
        patch.setenv("MPLBACKEND", "no such backend")
        patch.setenv("LC_ALL", "xx_XX")
        patch.chdir("/")
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(one, range(2001, 2009)))


class TestOddPlaces:
    """Long paths, spaces, braces; no HOME; somewhere else; a person's broken kernel; eight at once."""

    def test_each_run_has_its_own_parameters_and_place(self, runs: list[Run]) -> None:
        for run, year in zip(runs, range(2001, 2009), strict=True):
            assert run.notebook.parent.name == f"out {{{year}}}" and run.record["parameters"] == {
                "year": year
            }
            shown = json.loads(run.notebook.read_text())["cells"][-1]["outputs"][0]["data"]["text/plain"]
            seen = eval("".join(shown))
            root = run.notebook.parents[1]
            assert seen == (year, str(root), sys.executable, True, str(root / "near.py"))

    def test_the_processes_folders_are_gone(self, runs: list[Run]) -> None:
        assert all(run.record["log"] == "" for run in runs)


class TestWriting:
    """The last step: whole or not at all."""

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
    def test_a_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
        out = tmp_path / "o.ipynb"
        out.write_text("old")

        def full(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(files.os, "fsync", full)
        with pytest.raises(
            files.WriteError, match=r"o.ipynb: the disk is full, nothing was changed; free some"
        ):
            files.replace_text(out, "new")
        assert [path.name for path in tmp_path.iterdir()] == ["o.ipynb"] and out.read_text() == "old"

    @posix_only
    def test_a_disk_that_is_really_full(self, tmp_path: Path) -> None:
        import resource

        out = tmp_path / "o.ipynb"
        out.write_text("old")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            with pytest.raises(files.WriteError, match="the disk is full"):
                files.replace_text(out, "new" * 10_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert [path.name for path in tmp_path.iterdir()] == ["o.ipynb"] and out.read_text() == "old"

    def test_a_disk_that_fills_at_the_end_of_a_run(
        self, project: Path, written: Writer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = project / "reports/build/n.ipynb"
        out.parent.mkdir()
        out.write_text("old")

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        saved = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        ended = supervision.Ended(code=0, messages=[{"ended": "completed"}])
        monkeypatch.setattr(supervision, "supervise", lambda *a, **k: ended)
        monkeypatch.setattr(runner, "_saved", lambda folder: saved)
        monkeypatch.setattr(files.os, "replace", full)
        with pytest.raises(files.WriteError, match=r"n.ipynb: the disk is full"):
            runner.execute(written(project / "notebooks/n.ipynb"), {}, out=out)
        assert [path.name for path in out.parent.iterdir()] == ["n.ipynb"] and out.read_text() == "old"

    def test_no_temporary_folder(
        self, project: Path, written: Writer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("tempfile.mkdtemp", full)
        with pytest.raises(files.WriteError, match="the temporary folder: the disk is full"):
            runner.execute(written(project / "notebooks/n.ipynb"), {}, out=project / "o.ipynb")

    def test_keeps_the_mode_of_the_file_and_follows_the_mask(self, tmp_path: Path) -> None:
        out = tmp_path / "o.txt"
        mask = os.umask(0o027)
        try:
            files.replace_text(out, "a")
            assert out.stat().st_mode & 0o777 == 0o640
        finally:
            os.umask(mask)
        out.chmod(0o600)
        files.replace_text(out, "é\n")
        assert out.stat().st_mode & 0o777 == 0o600 and out.read_bytes() == "é\n".encode()


DRIVER = """
import sys
from pathlib import Path
from analysis import tables
from analysis.errors import BriefingError
from analysis.execution import launch, runner
root, engine = Path(sys.argv[1]), sys.argv[2]
tables.use_root(root)
say = lambda cell, cells: print(cell, flush=True)
with launch.Template(root, ["papermill", "ipykernel.zmqshell"]) as template:
    given = {"engine": engine} if engine in runner.ENGINES else {"template": template}
    try:
        runner.execute(root / "notebooks/n.ipynb", {}, out=root / "o.ipynb", root=root, progress=say, **given)
    except BriefingError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
"""


@posix_only
@pytest.mark.parametrize("engine", [*runner.ENGINES, "template"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda n: n.name)
def test_a_signal_ends_all_and_is_told(
    project: Path, written: Writer, number: signal.Signals, engine: str, tmp_path: Path
) -> None:
    busy = "import subprocess, time\nsubprocess.Popen(['sleep', '300'])\ntime.sleep(300)"
    written(project / "notebooks/n.ipynb", busy)
    (project / "o.ipynb").write_text("old")
    (tmp_path / "t").mkdir()
    driver = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(DRIVER), str(project), engine],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path / "t")},
    )  # fmt: skip
    try:
        while driver.stdout.readline().strip() not in {"3", ""}:
            pass
        family = psutil.Process(driver.pid).children(recursive=True)
        while not any("sleep" in process.cmdline() for process in family):
            family = psutil.Process(driver.pid).children(recursive=True)
        driver.send_signal(number)
        _, said = driver.communicate(timeout=30)
    finally:
        driver.kill()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == [] and (project / "o.ipynb").read_text() == "old"
    if number != signal.SIGKILL:
        assert driver.returncode == 128 + number, said
        assert (
            said.strip()
            == f"notebook n, cell 3 (`import subprocess, time`): interrupted by {number.name}; run it again"
        )
    assert [path.name for path in (tmp_path / "t").iterdir()] == []


def test_bare_papermill_refuses_with_the_same_sentences(
    project: Path, written: Writer, parameters: str
) -> None:
    code = 'from analysis import contract\np = contract.check("n", globals())'
    path = written(project / "notebooks/n.ipynb", code, parameters=parameters)
    command = [sys.executable, "-m", "papermill", str(path), str(project / "o.ipynb"), "-k", "python3"]
    command += ["--language", "python", "-p", "partner", "XXX", "-p", "partnr", "KAZ", "--no-progress-bar"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=path.parent)
    assert ended.returncode == 1
    assert "notebook n has no parameter 'partnr' (did you mean 'partner'?)" in ended.stderr
    assert (
        "notebook n: partner 'XXX' is not in data/countries.csv; choose one of KAZ, KGZ, UZB" in ended.stderr
    )
