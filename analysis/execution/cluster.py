"""Many machines at once: a pool whose work is done by the workers of a Dask scheduler, the only place that knows of Dask.

    with cluster.Pool(root, "tcp://10.0.0.1:8786", shared="/mnt/briefings") as pool:
        pool.run(task), pool.call(function, argument)        as the pool of this machine does

A worker needs the packages and sources of this machine, and `shared`, a folder or URL that all can reach; it needs no
copy of the project. When a worker dies, Dask gives its work to another one.
"""

from __future__ import annotations

import logging
import threading
import uuid
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import BriefingError, UsageError
from analysis.execution import parcel, station, supervision
from analysis.execution.exchange import RESULTS, Exchange
from analysis.execution.many import Task
from analysis.execution.runner import EXIT_CODES, Run, RunError
from analysis.execution.station import Answer, Job, Seal

if TYPE_CHECKING:
    from distributed import Client

GLANCE = 0.2  # seconds between two looks at whether all shall stop
PATIENCE = 10.0  # seconds for a scheduler, and for its first worker, to be there
SHARED = Path(".cache") / "cluster"  # where machines that share the folder of the project meet


class Pool:
    """The workers of the scheduler at `address`, `jobs` of them at once (all by default); a context manager. `engine` and
    `imports` are as for the pool of this machine.

    Entering it raises UsageError for workers that are not as this machine, BriefingError where nobody answers.
    """

    def __init__(
        self,
        root: Path,
        address: str,
        *,
        shared: str | None = None,
        jobs: int | None = None,
        engine: str | None = None,
        imports: Sequence[str] = (),
    ) -> None:
        self.root = root.absolute()
        self.address = address
        self.engine = engine
        self._imports = tuple(imports)
        self.jobs = jobs or 1
        self._asked = jobs
        self._name = uuid.uuid4().hex
        self._shared = shared or str(self.root / SHARED)
        self._stack = ExitStack()
        self._is_stopped = threading.Event()

    def __enter__(self) -> Pool:
        self._exchange = Exchange(self._shared)
        self._seal = station.seal()
        with ExitStack() as stack:
            self._client = stack.enter_context(_client(self.address))
            count = len(self._introduced())
            self.jobs = min(self._asked or count, count)
            self._threads = stack.enter_context(ThreadPoolExecutor(self.jobs))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def run(self, task: Task) -> Future[Run]:
        """Run a notebook on a worker; the executed notebook and its record come to `task.out`."""
        told = parcel.pack(task, self.root)
        place = parcel.name_of(Path(task.out).absolute().parent, self.root)
        return self._threads.submit(self._done, told, (place,), is_run=True)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Call a function on a worker; what it writes into folders named in `arguments` comes to them."""
        told = parcel.pack((function, arguments), self.root)
        folders = (name for name, path in told.paths.items() if path != self.root and not path.is_file())
        return self._threads.submit(self._done, told, tuple(folders), is_run=False)

    def stop(self) -> None:
        """End what is going on on the workers."""
        self._is_stopped.set()
        with suppress(Exception):  # the scheduler may be gone
            self._client.run(station.abort, self._name, on_error="ignore")

    def _done(self, told: parcel.Packed, places: tuple[str, ...], *, is_run: bool) -> Any:
        if self._is_stopped.is_set():
            raise _interrupted()
        named = {name: path for name, path in told.paths.items() if path.is_file()}
        files = {**station.shipped(self.root), **named}
        job = Job(
            name=uuid.uuid4().hex,
            owner=self._name,
            seal=self._seal,
            shared=self._shared,
            engine=self.engine,
            imports=self._imports,
            is_run=is_run,
            told=told.data,
            files={name: self._exchange.put(path) for name, path in files.items()},
            places=places,
        )
        try:
            answer = self._answer(job)
            if self._is_stopped.is_set():
                raise _interrupted()
            for name, content in answer.files.items():
                path = parcel.path_of(name, self.root, is_home=True)
                self._exchange.fetch(content, path, f"{RESULTS}/{job.name}")
        finally:
            self._exchange.remove(f"{RESULTS}/{job.name}")
        kind, value = parcel.unpack(answer.told, self.root, is_home=True)
        if kind == "error":
            raise value
        return value

    def _answer(self, job: Job) -> Answer:
        import distributed

        future = self._client.submit(_perform, job, key=f"briefing-{job.name}", pure=False)
        is_done = threading.Event()
        future.add_done_callback(lambda _: is_done.set())
        try:
            while not is_done.wait(GLANCE):
                if self._is_stopped.is_set():
                    raise _interrupted()
            return future.result()
        except distributed.KilledWorker as error:
            raise RunError(
                f"every worker that began it died ({error.last_worker.address} was the last), as happens when memory "
                "runs out; give the workers more memory, or leave out --scheduler"
            ) from None
        except distributed.CancelledError:
            raise RunError(f"the scheduler at {self.address} is gone; start it and run again") from None
        except BriefingError:
            raise
        except Exception as error:
            raise RunError(
                f"a worker could not do it ({type(error).__name__}: {error}); see its log, and report it"
            ) from None
        finally:
            future.release()

    def _introduced(self) -> dict[str, Seal]:
        """The workers, each as this machine is; refused with a sentence for each that is not."""
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise BriefingError(
                f"the scheduler at {self.address} has no worker; start one with: dask worker {self.address} --nthreads 1"
            ) from None
        found = self._client.run(station.introduce, on_error="return")
        problems = []
        for worker, told in sorted(found.items()):
            if isinstance(told, Exception):
                problems.append(
                    f"worker {worker}: cannot work ({told}); install this project there and restart it"
                )
            elif problem := self._seal.problem(told):
                problems.append(f"worker {worker}: {problem} and restart it")
        if problems:
            raise UsageError(*problems)
        return found


def _perform(job: Job) -> Answer:
    from distributed import get_worker

    return station.perform(job, Path(get_worker().local_directory))


def _client(address: str) -> Client:
    try:
        import distributed
    except ImportError:
        raise UsageError(
            "--scheduler: needs distributed; install it with: pip install 'central-asia-briefings[cluster]'"
        ) from None
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.batched"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters we say ourselves
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (ValueError, TypeError):
        raise UsageError(
            f"--scheduler: '{address}' is no address; write one such as tcp://10.0.0.1:8786"
        ) from None
    except OSError:
        raise BriefingError(
            f"no scheduler answers at {address} within {PATIENCE:g} seconds; start one with 'dask scheduler', or leave "
            "out --scheduler"
        ) from None


def _interrupted() -> RunError:
    name = supervision.interruption() or "a signal"
    error = RunError(
        f"interrupted by {name}; run it again", record={"status": "interrupted", "cause": "interrupted"}
    )
    error.exit_code = EXIT_CODES.get(name, 1)
    return error
