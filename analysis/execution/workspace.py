"""A short, private, temporary folder for one run, and the environment in which its processes live.

Sockets have paths of about a hundred characters at most, and a project may lie deeper than that; HOME may be
missing under cron; a person's kernels, start-up files and matplotlib settings must not change a result.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "br-"  # of every folder made here
LONGEST = 60  # characters of a base folder that leave room for a socket's name
# What a person may have set and a result must not depend on.
DROPPED = {
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_PLATFORM_DIRS",
    "MATPLOTLIBRC",
    "MPLBACKEND",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONOPTIMIZE",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "LANGUAGE",
}
# Fixed, so that two runs on two machines say the same.
FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator would start one
    "TQDM_DISABLE": "1",
    "NO_COLOR": "1",
    "JUPYTER_NO_CONFIG": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


@contextmanager
def opened(root: Path) -> Iterator[Path]:
    """A folder with mode 0700 that is gone afterwards; matplotlib's font list is lent from the project's cache."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_base()))
    try:
        for name in ("ipython", "jupyter", "matplotlib", "home"):
            (folder / name).mkdir(mode=0o700)
        cache = root / ".cache" / "matplotlib"
        _copy_fonts(cache, folder / "matplotlib")
        yield folder
        if not any(cache.glob("fontlist-*.json")):
            _copy_fonts(folder / "matplotlib", cache)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run's processes, made from the `given` one."""
    kept = {name: value for name, value in given.items() if name not in DROPPED}
    private = {
        "JUPYTER_RUNTIME_DIR": folder,
        "JUPYTER_CONFIG_DIR": folder / "jupyter",
        "JUPYTER_DATA_DIR": folder / "jupyter",
        "IPYTHONDIR": folder / "ipython",
        "MPLCONFIGDIR": folder / "matplotlib",
        "TMPDIR": folder,
    }
    if not _is_usable(given.get("HOME")):
        private["HOME"] = folder / "home"
    if path := _python_path(given.get("PYTHONPATH")):
        kept["PYTHONPATH"] = path
    return {**kept, **FIXED, **{name: str(value) for name, value in private.items()}}


def _base() -> str | None:
    """The first temporary folder with a short path, or None for the usual one."""
    for candidate in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if len(candidate) <= LONGEST and Path(candidate).is_dir() and os.access(candidate, os.W_OK | os.X_OK):
            return candidate
    return None


def _is_usable(home: str | None) -> bool:
    return bool(home) and Path(home).is_dir() and os.access(home, os.W_OK | os.X_OK)


def _python_path(given: str | None) -> str | None:
    """PYTHONPATH with the folder of this package in front when it is not installed where Python looks anyway."""
    here = str(Path(__file__).resolve().parents[2])
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    if here in installed:
        return given
    return os.pathsep.join([here, *(part for part in (given or "").split(os.pathsep) if part)])


def _copy_fonts(origin: Path, target: Path) -> None:
    """Copy matplotlib's list of fonts; without it every run would search the machine for fonts anew."""
    with suppress(OSError):
        for path in origin.glob("fontlist-*.json"):
            target.mkdir(parents=True, exist_ok=True)
            part = target / f"{path.name}.{os.getpid()}.part"
            shutil.copyfile(path, part)
            part.replace(target / path.name)


def python_command(module: str) -> list[str]:
    """The command that runs a module of ours in this Python, the working folder kept off the import path."""
    return [sys.executable, "-P", "-m", module]
