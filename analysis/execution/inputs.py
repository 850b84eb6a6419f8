"""What a result rests on: the files a process opened and the folders it listed, noted as it happens.

    watch(sink, root)      from now on; also what was noted before, and the modules of ours that are loaded
    noted(sink)            the names, sorted
    stamps(names, root)    the SHA-256 of what stands under each

A name is a path relative to the root, `analysis/...` for a file of this package wherever it lies, or absolute for what
a notebook reads elsewhere; that of a folder ends in "/". What the interpreter, its packages and the system read for
themselves is left out: the environment has a name of its own (see results). Not seen: what a program that a notebook
starts reads, and whether a file exists when nobody opens it.
"""

from __future__ import annotations

import os
import sys
import time
from stat import S_ISDIR, S_ISREG

BEGAN = time.time()  # what this process has loaded since is what stood in the files then
NEVER = float("inf")  # a moment after which nothing changes
EARLY = 0.02  # seconds by which the clock of a file system may be behind
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EVENTS = {"open", "os.listdir", "os.scandir", "sqlite3.connect"}
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/System", "/Library")
PRIVATE = (
    "TMPDIR",
    "IPYTHONDIR",
    "MPLCONFIGDIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
)
OURS = (".cache", ".git", "reports/build", "reports/state")  # made from inputs, or about them
# They list folders to find modules; a module that is then loaded is noted by itself.
FINDERS = {
    "importlib",
    "_frozen_importlib_external",
    "importlib_metadata",
    "pkgutil",
    "pkg_resources",
    "zipimport",
}
# They open folders in folders to remove what is there, under names that say nothing by themselves.
WALKERS = {"os", "shutil"}
# Nanoseconds within which two changes may get one time; longer where a file system counts in milliseconds or seconds.
TICK, LONG_TICK, COARSE = 50_000_000, 2_000_000_000, 1_000_000

Signature = tuple[int, int, int, int]

_watch: _Watch | None = None
_known: dict[str, tuple[Signature, str]] = {}


def watch(sink: str | os.PathLike[str], root: str | os.PathLike[str]) -> None:
    """Note in the file `sink`, from now on and in forked processes too, what this process reads.

    Called again it moves to the new sink and writes there also what was noted before.
    """
    global _watch
    if _watch is None:
        import importlib.util  # not in the hook: that may not import

        _watch = _Watch(importlib.util.source_from_cache)
        sys.addaudithook(_heard)
    _watch.move(os.path.abspath(os.fspath(sink)), os.path.abspath(os.fspath(root)))


def noted(sink: str | os.PathLike[str]) -> list[str]:
    """The names in `sink`, sorted; none if it is not there."""
    try:
        with open(sink, "rb") as file:
            return sorted({os.fsdecode(name) for name in file.read().split(b"\0") if name})
    except OSError:
        return []


def seen() -> list[str]:
    """What this process has read since it is watched, and the modules of ours that it has loaded, sorted."""
    if _watch is None:
        return modules()
    return sorted({*modules(), *filter(None, map(_watch.name, list(_watch.seen)))})


def stamps(names: list[str], root: str | os.PathLike[str]) -> dict[str, str]:
    """The SHA-256 of what stands under each name now: of a file's content, of a folder's names; "" where nothing is."""
    root = os.fspath(root)
    return {name: stamp(path_of(name, root)) for name in names}


def modules() -> list[str]:
    """The names of the files of our modules that this process has loaded, sorted."""
    loaded = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "analysis"]
    files = {os.path.abspath(file) for each in loaded if (file := getattr(each, "__file__", None))}
    return sorted(f"analysis{file[len(PACKAGE) :]}" for file in files if _is_in(file, PACKAGE))


def path_of(name: str, root: str) -> str:
    """Where that which has the name lies."""
    if name.startswith("analysis/"):
        return PACKAGE + name.removeprefix("analysis")
    return name if os.path.isabs(name) else os.path.join(root, name)


def stamp(path: str) -> str:
    """The SHA-256 of a file's content or, with "/" at the end, of the names in a folder; "" where nothing is."""
    return sealed(path)[0]


def sealed(path: str) -> tuple[str, Signature | None]:
    """The stamp of a path, and the signature under which it may be trusted from now on; None if under none."""
    found = signature(path)
    if found is None:
        return "", None
    if path in _known and _known[path][0] == found:
        return _known[path][1], found
    try:
        digest = _digest(path)
    except OSError:
        return "", None
    if signature(path) != found or is_racy(found):
        return digest, None
    _known[path] = (found, digest)
    return digest, found


def signature(path: str) -> Signature | None:
    """Size, times and number of a file or folder: while they stay so does what it holds, unless they are racy."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not S_ISREG(found.st_mode) and not S_ISDIR(found.st_mode):
        return None  # a pipe or a device: nothing that could be read a second time
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def is_racy(signature: Signature) -> bool:
    """Whether it changed so shortly ago that it may change again and keep its times."""
    changed = max(signature[1], signature[2])
    return time.time_ns() - changed < (TICK if changed % COARSE else LONG_TICK)


def changed_since(moment: float, name: str, root: str | os.PathLike[str]) -> bool:
    """Whether what stands under a name came, changed or went after a moment, or a module of ours after this process began.

    A time in the future is none at which anything changed.
    """
    if name.startswith("analysis/"):
        moment = min(moment, BEGAN)
    path = path_of(name, os.fspath(root)).rstrip("/")
    while (found := signature(path)) is None and path != os.path.dirname(path):
        path = os.path.dirname(path)  # a folder changes when something in it goes
    start, now = moment - EARLY, time.time()
    return found is not None and any(start <= changed / 1e9 <= now for changed in found[1:3])


def _digest(path: str) -> str:
    from hashlib import file_digest, sha256

    if path.endswith(("/", os.sep)):
        names = sorted(name for name in os.listdir(path) if not _comes_and_goes(path, name))
        return sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _comes_and_goes(folder: str, name: str) -> bool:
    """Whether a name in a folder is that of a draft, a cache, an editor's checkpoint or of our own outputs."""
    return name.startswith((".", "__pycache__")) or f"{folder}{name}".endswith(OURS)


def _is_in(path: str, folder: str) -> bool:
    return path.startswith(folder) and path[len(folder) : len(folder) + 1] in ("", os.sep)


# --- the watch --------------------------------------------------------------------------------------------------------


def _heard(event: str, arguments: tuple) -> None:
    if event in EVENTS:
        try:  # noqa: SIM105 - at the end of the interpreter `suppress` may be gone
            _watch.hear(event, arguments)
        except Exception:  # whatever it is, it is not the business of the program that is watched
            pass


class _Watch:
    def __init__(self, source_from_cache) -> None:
        self.source_from_cache = source_from_cache
        self.seen: dict[str, None] = {}  # what was read, in order; folders end in "/"
        self.written: set[str] = set()
        self.sink = self.root = ""
        self.fd = -1
        self.identity: tuple[int, int] | None = None

    def move(self, sink: str, root: str) -> None:
        """Note in `sink` from now on, and there also what was noted before."""
        self._close()
        self.sink, self.root = sink, root
        self.roots = {root, os.path.realpath(root)}
        self.outside = _outside()
        self._open()
        for name in dict.fromkeys([*modules(), *filter(None, map(self.name, list(self.seen)))]):
            self._write(name)

    def hear(self, event: str, arguments: tuple) -> None:
        """Note what an event says was read."""
        given = arguments[0]
        if isinstance(given, int):
            return
        path = os.path.abspath(os.fsdecode("." if given is None else given))
        asker = sys._getframe(2).f_globals.get("__name__", "").partition(".")[0]
        if event == "open":
            mode, flags = arguments[1:3]
            if _writes(mode, flags):
                self.written.add(path)
                return
            if mode is None and (asker in WALKERS or flags & getattr(os, "O_DIRECTORY", 0)):
                return
        elif event == "sqlite3.connect":
            path = _database(os.fsdecode(given))
        elif asker in FINDERS:
            return
        else:
            path = os.path.join(path, "")
        if not path or path in self.seen or path in self.written:
            return
        self.seen[path] = None
        if name := self.name(path):
            self._write(name)

    def name(self, path: str) -> str:
        """The name of a file or folder; nothing where no result depends on it."""
        if path.endswith(".pyc"):
            try:
                path = self.source_from_cache(path)
            except (ValueError, NotImplementedError):
                return ""
        for place in dict.fromkeys((path, _real(path))):
            found = self._name(place)
            if found is not None:
                return found
        return path if os.path.exists(path) else ""

    def _name(self, path: str) -> str | None:
        if _is_in(path, PACKAGE):
            return "" if "__pycache__" in path else f"analysis{path[len(PACKAGE) :]}"
        root = next((root for root in self.roots if _is_in(path, root)), None)
        if root is None:
            return "" if any(_is_in(path, folder) for folder in self.outside) else None
        inner = path[len(root) + 1 :] or "."
        folders = [*(os.path.join(root, folder) for folder in OURS), *self.outside]
        if any(_is_in(path, folder) for folder in folders if _is_in(folder, root) and folder != root):
            return ""
        if inner == ".":
            return "./"
        return path if _is_in(inner, "analysis") else inner.replace(os.sep, "/")

    def _write(self, name: str) -> None:
        try:
            if not self._is_open():  # a program may close what it did not open
                self._open()
            os.write(self.fd, os.fsencode(name) + b"\0")
        except OSError:
            if os.path.isfile(self.sink):  # it may be the null device
                os.unlink(self.sink)  # a list that is not whole is worse than none

    def _open(self) -> None:
        self.fd = os.open(self.sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        found = os.fstat(self.fd)
        self.identity = (found.st_dev, found.st_ino)

    def _close(self) -> None:
        if self._is_open():
            os.close(self.fd)
        self.fd = -1

    def _is_open(self) -> bool:
        """Whether the descriptor still is that of the sink."""
        try:
            found = os.fstat(self.fd)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self.identity


def _writes(mode: str | None, flags: int) -> bool:
    """Whether a file is opened to be written only, or anew."""
    if mode is not None:
        return any(letter in mode for letter in "wxa")
    return flags & os.O_WRONLY != 0 or flags & (os.O_TRUNC | os.O_EXCL) != 0


def _database(given: str) -> str:
    """The file of a database; none for one in memory."""
    path = given.removeprefix("file:").partition("?")[0]
    return "" if path in ("", ":memory:") else os.path.abspath(path)


def _real(path: str) -> str:
    real = os.path.realpath(path)
    return real + os.sep if path.endswith(os.sep) else real


def _outside() -> tuple[str, ...]:
    """Folders of the interpreter, the environment, the system, of temporary files and caches."""
    given = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, os.path.dirname(os.__file__)]
    given += [each for each in sys.path if os.path.basename(each) in ("site-packages", "dist-packages")]
    given += [os.environ[name] for name in PRIVATE if os.environ.get(name)]
    given.append(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    folders = [os.path.abspath(each) for each in given]
    return tuple(dict.fromkeys([*folders, *map(os.path.realpath, folders), *SYSTEM]))
