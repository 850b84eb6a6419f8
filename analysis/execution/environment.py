"""The environment that a result rests on: this Python, and the name and version of every installed distribution.

Read off the names of the folders that installers leave, which takes no time; what a distribution holds is taken on
trust, so a package that is changed in place under its old version is not seen, nor is a font or a library of the system.
"""

from __future__ import annotations

import os
import sys


def text() -> str:
    """The environment in lines, the Python first."""
    found = {name.removesuffix(".dist-info") for site in _sites() for name in _names(site)}
    return "\n".join([f"python-{sys.version}", *sorted(found)]) + "\n"


def stamp() -> str:
    """The SHA-256 of `text()`."""
    from hashlib import sha256

    return sha256(text().encode()).hexdigest()


def token() -> str:
    """What is read at once and stays the same only while the environment does."""
    times = [f"{site} {os.stat(site).st_mtime_ns} {os.stat(site).st_ino}" for site in _sites()]
    return "\n".join([sys.version, sys.prefix, *times])


def changes(old: str, new: str) -> list[str]:
    """What differs between two texts of environments, a phrase each.

    >>> changes("python-3.11.7\\npandas-3.0.0\\nold-1\\n", "python-3.11.7\\npandas-3.1.1\\n")
    ['old 1 removed', 'pandas 3.0.0 -> 3.1.1']
    """
    before, after = _versions(old), _versions(new)
    phrases = []
    for name in sorted(before.keys() | after.keys()):
        match before.get(name), after.get(name):
            case None, version:
                phrases.append(f"{name} {version} added")
            case version, None:
                phrases.append(f"{name} {version} removed")
            case old_version, new_version if old_version != new_version:
                phrases.append(f"{name} {old_version} -> {new_version}")
    return phrases


def _versions(lines: str) -> dict[str, str]:
    return dict(line.partition("-")[::2] for line in lines.splitlines())


def _sites() -> list[str]:
    """The folders that installers install into, as far as this process imports from them."""
    ends = ("site-packages", "dist-packages")
    return [path for path in dict.fromkeys(sys.path) if path.endswith(ends) and os.path.isdir(path)]


def _names(site: str) -> list[str]:
    try:
        return [name for name in os.listdir(site) if name.endswith(".dist-info")]
    except OSError:
        return []
