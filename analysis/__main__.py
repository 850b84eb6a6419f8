"""The command `briefing`, also as `python -m analysis`: a build with nothing to do is answered before anything is loaded."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Say what the same command line said if nothing has changed since; else run the command."""
    if _is_answered(sys.argv[1:]):
        return
    from analysis import cli

    cli.main()


def _is_answered(argv: list[str]) -> bool:
    from analysis import project

    root, words = _root(argv)
    if words[:1] != ["build"] or "_BRIEFING_COMPLETE" in os.environ:
        return False
    try:
        cwd = os.getcwd()
    except OSError:  # the folder was removed while we stood in it
        return False
    root = root or project.nearest(cwd)
    if root is None:
        return False
    from analysis.briefings import manifest

    said = manifest.unchanged(argv, cwd, root)
    if said is None:
        return False
    from analysis.execution import ledger

    problem = ledger.note_unchanged(root, said.builds)
    try:
        sys.stdout.write(said.stdout)
        sys.stdout.flush()
        sys.stderr.write(said.stderr + (f"{problem}\n" if problem else ""))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    return True


def _root(argv: list[str]) -> tuple[str | None, list[str]]:
    """The root that was named before the command, and the words from the command on."""
    named, words = None, argv
    while words and words[0].startswith("--root"):
        option, separator, value = words[0].partition("=")
        if option != "--root" or (not separator and len(words) < 2):
            break
        named, words = (value, words[1:]) if separator else (words[1], words[2:])
    return named and os.path.realpath(os.path.expanduser(named)), words


if __name__ == "__main__":
    main()
