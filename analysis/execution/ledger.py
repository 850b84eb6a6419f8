"""The ledger, `reports/state/ledger.sqlite`: every run, with what it was asked, and how it truly ended.

    with Ledger.at(root) as ledger:
        ledger.close_lost()
        build = ledger.begin(kind="briefing", name="x", stem="x", request={"name": "x", "overrides": {}})
        ledger.add(kind="section", parent=build, notebook="bloc_overlap", status="reused")
        ledger.end(build, status="failed", cause="failed-cell", cell=4, reason="...")

Each entry is one short transaction on a connection of its own, so that threads, forks and other processes write beside
each other and a reader holds nobody up. A ledger that cannot be kept stops no build: `problem` says why, once.
A build whose overrides were refused has no `stem`: it says nothing about the briefing that carries the name.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress

TYPE_CHECKING = (
    False  # typing and pathlib would take as long to import as a build with nothing to do takes besides
)
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    Row = dict[str, Any]
    Work = Callable[[sqlite3.Connection], Any]

FOLDER = "reports/state"
PLACE = f"{FOLDER}/ledger.sqlite"
RUNNING, UNCHANGED, LOST = "running", "unchanged", "lost"
GOOD = ("succeeded", UNCHANGED)
BAD = ("failed", "interrupted", "refused", LOST)
STATUSES = (RUNNING, *GOOD, "reused", *BAD)
CAUSES = (
    "failed-cell",
    "timeout",
    "deadline",
    "dead-kernel",
    "out-of-memory",
    "interrupted",
    "refused",
    "lost",
    "write",
    "failed",
)
JSON = ("parameters", "request", "versions", "outputs")
# Each entry brings a ledger from the version of its place to the next one: never changed, only added to.
MIGRATIONS = (
    (
        "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER, command TEXT, kind TEXT, name TEXT,"
        " stem TEXT, section TEXT, notebook TEXT, parameters TEXT, request TEXT, key TEXT, engine TEXT, status TEXT,"
        " cause TEXT, reason TEXT, cell INTEGER, started TEXT, ended TEXT, seconds REAL, cpu_seconds REAL,"
        " memory_bytes INTEGER, versions TEXT, outputs TEXT, host TEXT, pid INTEGER, born TEXT)",
        "CREATE INDEX runs_stem ON runs (stem, id) WHERE kind = 'briefing'",
        "CREATE INDEX runs_parent ON runs (parent) WHERE parent IS NOT NULL",
        "CREATE INDEX runs_running ON runs (id) WHERE status = 'running'",
    ),
)
PATIENCE = 10.0  # seconds to wait for another process that writes
DAMAGED = (11, 26)  # SQLITE_CORRUPT, SQLITE_NOTADB
MEDIAN_OF = 9  # newest runs that tell how long the next one takes
NEWEST = 2000  # newest sections among which they are looked for


class Ledger:
    """The runs of one project. `command` marks those of one call of the command; `problem` is why some are not kept.

    Leaving it as a context manager closes what was begun and not ended, with the exception that passes as the cause.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.command = f"{_stamp(time.time())}-{os.urandom(4).hex()}"
        self.problem: str | None = None
        self._patience = PATIENCE
        self._begun: dict[int, float] = {}

    @classmethod
    def at(cls, root: Path | str) -> Ledger:
        """The ledger of the project at `root`, made if there is none; where it cannot be, one that keeps nothing."""
        ledger = cls(f"{os.fspath(root)}/{PLACE}")
        try:
            os.makedirs(f"{os.fspath(root)}/{FOLDER}", exist_ok=True)
        except OSError as error:
            ledger._tell(error)
        else:
            ledger._do(lambda connection: None)
        return ledger

    @property
    def path(self) -> Path:
        """The file."""
        from pathlib import Path

        return Path(self.file)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        reason = str(error or "").strip() or f"{status} without a word; run it again"
        for each in list(self._begun):
            self.end(each, status=status, cause=status, reason=reason)

    # --- entries ----------------------------------------------------------------------------------------------------

    def begin(self, **columns: Any) -> int:
        """Enter a run that starts now in this process (or in `pid`); its id, 0 where nothing can be kept."""
        pid = columns.get("pid") or os.getpid()
        row = {"started": _stamp(time.time()), "host": _host(), "pid": pid, "born": born(pid)}
        ident = self._insert({"status": RUNNING, **row, **columns})
        if ident:
            self._begun[ident] = time.monotonic()
        return ident

    def end(self, ident: int, **columns: Any) -> None:
        """Say how a run ended; the time is now, the seconds those since it began, unless told."""
        begun = self._begun.pop(ident, None)
        if not ident:
            return
        took = {} if begun is None else {"seconds": round(time.monotonic() - begun, 3)}
        row = _encoded({"ended": _stamp(time.time()), **took, **columns})
        names = ", ".join(f"{name} = ?" for name in row)
        self._do(
            lambda connection: connection.execute(
                f"UPDATE runs SET {names} WHERE id = ?", (*row.values(), ident)
            )
        )

    def add(self, **columns: Any) -> int:
        """Enter a run that is over; its id, 0 where nothing can be kept."""
        now = _stamp(time.time())
        return self._insert({"started": now, "ended": now, "host": _host(), "pid": os.getpid(), **columns})

    def note_unchanged(self, builds: Iterable[Mapping[str, Any]]) -> None:
        """Enter builds that had nothing to do, all at once; each takes the place of the same entry just before it."""
        now = _stamp(time.time())
        fixed = {"kind": "briefing", "status": UNCHANGED, "started": now, "ended": now, "seconds": 0.0}
        fixed |= {"command": self.command, "host": _host(), "pid": os.getpid()}
        rows = [_encoded({**fixed, **columns}) for columns in builds]

        def work(connection: sqlite3.Connection) -> None:
            for row in rows:
                connection.execute(
                    "DELETE FROM runs WHERE status = ? AND key IS ? AND id ="
                    " (SELECT max(id) FROM runs WHERE kind = 'briefing' AND stem = ?)",
                    (UNCHANGED, row.get("key"), row.get("stem")),
                )
                connection.execute(_insertion(row), tuple(row.values()))

        self._do(work)

    def close_lost(self) -> list[Row]:
        """Close, as lost, the runs of this machine whose process is gone; returns them."""

        def work(connection: sqlite3.Connection) -> list[Row]:
            found = connection.execute(
                "SELECT * FROM runs WHERE status = ? AND host = ?", (RUNNING, _host())
            ).fetchall()
            closed = []
            for row in map(_decoded, found):
                if row["born"] is not None and born(row["pid"]) == row["born"]:
                    continue
                what = row["section"] or row["stem"] or row["name"] or row["notebook"] or "a run"
                reason = f"{what}: the process that ran it is gone without a word; run it again"
                row |= {"status": LOST, "cause": LOST, "reason": reason, "ended": _stamp(time.time())}
                connection.execute(
                    "UPDATE runs SET status = ?, cause = ?, reason = ?, ended = ? WHERE id = ?",
                    (LOST, LOST, reason, row["ended"], row["id"]),
                )
                closed.append(row)
            return closed

        return self._do(work) or []

    # --- questions --------------------------------------------------------------------------------------------------

    def runs(
        self,
        name: str | None = None,
        status: str | Iterable[str] | None = None,
        since: str | None = None,
        limit: int | None = 20,
        sections: bool = False,
    ) -> list[Row]:
        """The runs of a definition or a build (`name` is its name or stem), the newest build first.

        `since` is ISO text. With `sections` each build is followed by its sections; `limit` counts rows.
        """
        wanted = [status] if isinstance(status, str) else list(status or ())
        conditions = [
            ("kind = 'briefing'" if not sections else "", ()),
            ("(name = ? OR stem = ?)" if name else "", (name, name)),
            (f"status IN ({', '.join('?' * len(wanted))})" if wanted else "", wanted),
            ("started >= ?" if since else "", (since,)),
        ]
        told = [(text, values) for text, values in conditions if text]
        where = " AND ".join(text for text, _ in told) or "1"
        order = "coalesce(parent, id) DESC, id" if sections else "id DESC"
        values = [value for _, values in told for value in values]
        return self._rows(f"WHERE {where} ORDER BY {order} LIMIT ?", *values, -1 if limit is None else limit)

    def run(self, ident: int) -> Row | None:
        """One run by its id."""
        return next(iter(self._rows("WHERE id = ?", ident)), None)

    def parts(self, ident: int) -> list[Row]:
        """The runs that belong to a build, in the order in which they were entered."""
        return self._rows("WHERE parent = ? ORDER BY id", ident)

    def newest(self, stem: str, statuses: Iterable[str] = GOOD, until: str | None = None) -> Row | None:
        """The newest run of a build that ended like this; `until` is ISO text.

        Without overrides the stem of a build is the name of its definition.
        """
        marks = ", ".join("?" * len(wanted := tuple(statuses)))
        where = f"WHERE kind = 'briefing' AND stem = ? AND status IN ({marks}) AND (? IS NULL OR ended <= ?)"
        return next(iter(self._rows(f"{where} ORDER BY id DESC LIMIT 1", stem, *wanted, until, until)), None)

    def failed(self) -> list[Row]:
        """The newest finished run of every build of which it is not good; `request` says how to repeat it."""
        newest = "SELECT max(id) FROM runs WHERE kind = 'briefing' AND stem IS NOT NULL AND status != ? GROUP BY stem"
        marks = ", ".join("?" * len(BAD))
        return self._rows(f"WHERE id IN ({newest}) AND status IN ({marks}) ORDER BY id", RUNNING, *BAD)

    def medians(self) -> dict[tuple[str, str | None], float]:
        """The seconds that lately were usual, by kind and notebook: ("section", "bloc_overlap"), ("render", None)."""
        where = "WHERE kind != 'briefing' AND status = 'succeeded' AND seconds IS NOT NULL ORDER BY id DESC LIMIT ?"
        groups: dict[tuple[str, str | None], list[float]] = {}
        for row in self._rows(where, NEWEST):
            group = groups.setdefault((row["kind"], row["notebook"]), [])
            if len(group) < MEDIAN_OF:
                group.append(row["seconds"])
        return {key: sorted(group)[len(group) // 2] for key, group in groups.items()}

    # --- the file ---------------------------------------------------------------------------------------------------

    def _insert(self, columns: Mapping[str, Any]) -> int:
        row = _encoded({"command": self.command, **columns})
        return (
            self._do(
                lambda connection: connection.execute(_insertion(row), tuple(row.values())).lastrowid or 0
            )
            or 0
        )

    def _rows(self, clauses: str, *values: Any) -> list[Row]:
        found = self._do(
            lambda connection: connection.execute(f"SELECT * FROM runs {clauses}", values).fetchall(),
            "DEFERRED",
        )
        return [_decoded(row) for row in found or ()]

    def _do(self, work: Work, mode: str = "IMMEDIATE") -> Any:
        """What `work` returns, done as a whole or not at all; None, and a `problem`, where the file does not allow it."""
        for is_last in (False, True):
            try:
                with closing(self._connected()) as connection:
                    connection.execute(f"BEGIN {mode}")
                    result = work(connection)
                    connection.execute("COMMIT")
                    return result
            except sqlite3.DatabaseError as error:
                if is_last or not _is_damage(error):
                    self._tell(error)
                    return None
            try:
                self._set_aside()
            except OSError as error:
                self._tell(error)
                return None
        return None

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=self._patience, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            # A journal that stays spares two entries of a folder a transaction: 1 ms instead of 8.
            connection.execute("PRAGMA journal_mode = PERSIST")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version < len(MIGRATIONS):
                _migrate(connection)
            elif version > len(MIGRATIONS):
                raise sqlite3.NotSupportedError("a newer version of the program made it")
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        """Move a damaged file out of the way, its journal first: it would be played back into the new one."""
        number, path = 1, self.path
        while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
            number += 1
        journal = path.with_name(f"{path.name}-journal")
        with suppress(FileNotFoundError):  # another process was quicker
            journal.replace(aside.with_name(f"{aside.name}-journal"))
        with suppress(FileNotFoundError):
            path.replace(aside)
        self.problem = f"{PLACE}: was damaged; it is kept as {aside.name}, and a new one is begun"

    def _tell(self, error: Exception) -> None:
        if _code(error) == 5:  # SQLITE_BUSY: whoever holds it may hold it for long
            self._patience = 0.1
        said = getattr(error, "strerror", None) or str(error)
        self.problem = self.problem or (
            f"{PLACE}: cannot be kept ({said[:1].lower()}{said[1:]}); this run is not entered there, "
            "make the folder writable or move the file away"
        )


def note_unchanged(root: Path | str, builds: Iterable[Mapping[str, Any]]) -> str | None:
    """Enter `builds` (columns of each) that had nothing to do; the problem with the ledger, if there is one."""
    ledger = Ledger.at(root)
    ledger.note_unchanged(builds)
    return ledger.problem


def born(pid: int | None) -> str | None:
    """When a process began; with its id it names a process for good, as ids are used again. None: it is not there."""
    if not pid:
        return None
    if sys.platform == "linux":
        from pathlib import Path

        try:
            # the name of the program, in parentheses, may hold blanks
            fields = (
                Path(f"/proc/{pid}/stat")
                .read_text(encoding="utf-8", errors="replace")
                .rpartition(")")[2]
                .split()
            )
            since_boot, state = fields[19], fields[0]
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except (OSError, IndexError):
            return None
        return None if state in "ZX" else f"{boot}/{since_boot}"
    import psutil

    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return None


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, as a whole; another process may have done it meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {max(version, len(MIGRATIONS))}")
    connection.execute("COMMIT")


def _insertion(row: Mapping[str, Any]) -> str:
    return f"INSERT INTO runs ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"


def _encoded(columns: Mapping[str, Any]) -> Row:
    """The columns as the file holds them; a status or cause that is none is a fault of the caller."""
    for name, known in (("status", STATUSES), ("cause", (None, *CAUSES))):
        if columns.get(name, known[0]) not in known:
            raise ValueError(f"{columns[name]!r} is no {name} of a run")
    return {
        name: json.dumps(value, ensure_ascii=False, default=str)
        if name in JSON and value is not None
        else value
        for name, value in columns.items()
    }


def _decoded(row: sqlite3.Row) -> Row:
    return {name: json.loads(row[name]) if name in JSON and row[name] else row[name] for name in row.keys()}  # noqa: SIM118


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return _code(error) in DAMAGED or "no such table" in str(error)


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _stamp(seconds: float) -> str:
    """A time as the ledger writes it, which sorts as text.

    >>> _stamp(0.0416)
    '1970-01-01T00:00:00.041Z'
    """
    thousandths = int(seconds * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(thousandths // 1000))}.{thousandths % 1000:03}Z"
