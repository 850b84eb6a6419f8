"""Briefings as they were last built, `.cache/builds/`, and whole commands, `.cache/commands/`: what need not be done again.

    current(request, root)              the build of a request if nothing that it rests on or left has changed
    keep(made, root)                    after a build that succeeded wholly
    unchanged(argv, cwd, root)          what a command line said, if it would do nothing now
    keep_command(argv, cwd, root, ...)  after a command all of whose builds succeeded

A file whose size, times and number are as they were is taken for the same; any other is read. The folders may be
deleted at any time. A build with nothing to do imports this module, so it imports little.
"""

from __future__ import annotations

import json
import os
from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from analysis.execution import environment, inputs

TYPE_CHECKING = False  # typing takes longer to import than all that is done here
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    Root = str | Path
    Seal = list[Any]  # the SHA-256, and the signature under which it is trusted, or None

BUILDS, COMMANDS, CONTENTS = ".cache/builds", ".cache/commands", ".cache/inputs"
SCHEMA = "briefing-manifest/1"
ENVIRONMENT = "(environment)"  # stands among the inputs, and is no file
# What is raised by a file that is not as it was written.
DAMAGED = (KeyError, IndexError, TypeError, ValueError)
MOST = {BUILDS: 5000, COMMANDS: 500}  # files; the oldest go
LARGEST, ALL = 20_000_000, 500_000_000  # bytes of an input whose content is kept, and of all of them
TOLD = (".csv", ".parquet", ".yml", ".json", ".ipynb")  # inputs of which `why` tells what changed in them
DEFINITIONS, NOTEBOOKS, COMMAND = "reports/", "notebooks/", "analysis/cli/"


class Made(namedtuple("Made", "name stem folder request sections inputs outputs")):
    """One briefing as it was last built.

    `request` is what was asked, raw: name, overrides, formats, out. `sections` has of each its notebook, parameters,
    the key of its result and its inputs; `inputs` the SHA-256 of all that the briefing rests on, by name (see
    execution.inputs), `outputs` that of the files it left.
    """

    __slots__ = ()

    @property
    def key(self) -> str:
        """One hash for the results of its sections and all else that the pages rest on."""
        from hashlib import sha256

        keys = {name: section["key"] for name, section in self.sections.items()}
        text = json.dumps([self.request, keys, _inputs(self)], sort_keys=True)
        return sha256(text.encode()).hexdigest()


class Said(namedtuple("Said", "stdout stderr builds")):
    """What a command said, and the briefings it had built: name, key and stem of each."""

    __slots__ = ()


def asked(
    name: str, overrides: Mapping[str, Any], formats: Sequence[str] | None, out: Root | None
) -> dict[str, Any]:
    """A request: what was asked for, as it was typed, enough to ask for it again."""
    return {
        "name": name,
        "overrides": {key: overrides[key] for key in sorted(overrides)},
        "formats": None if formats is None else list(formats),
        "out": None if out is None else os.path.abspath(os.fspath(out)),
    }


def current(request: Mapping[str, Any], root: Root) -> Made | None:
    """The build of `request` if all that it rests on and all that it left is as it was."""
    path = _place(BUILDS, request, root)
    told = _read(path)
    try:
        if told is None or told["request"] != _plain(request) or not _is_same(path, told, root):
            return None
        return _made(told)
    except DAMAGED:
        return None


def last(name: str, root: Root) -> list[Made]:
    """The builds of a definition that are known, the newest first, whatever changed since."""
    folder = os.path.join(os.fspath(root), BUILDS)
    begin = f"{_slug(name)}--"
    paths = [os.path.join(folder, each) for each in _listed(folder) if each.startswith(begin)]
    found = []
    for path in reversed(_oldest_first(paths)):
        try:
            made = _made(_read(path) or {})
        except DAMAGED:
            continue
        if made.request.get("name") == name:
            found.append(made)
    return found


def keep(made: Made, root: Root, since: float | None = None) -> bool:
    """Remember a build that succeeded wholly; whether it could be.

    Not if anything it rests on is no longer as it was, or came or changed after the moment `since` at which it began:
    then nobody knows which of the two it rests on.
    """
    expected = _expected([made])
    told = None if expected is None else _told(expected, root, since, made.outputs)
    if told is None:
        return False
    names = {name: place for place, name in enumerate(told["names"])}
    own = list(_inputs(made))
    told |= {
        **made._asdict(),
        "sections": {
            section: {**said, "inputs": [names[name] for name in said["inputs"]]}
            for section, said in made.sections.items()
        },
        "inputs": [names[name] for name in own],
        "outputs": [names[name] for name in made.outputs],
    }
    for name in own:
        _keep_content(name, expected[name], root)
    _write_content(told["environment"], environment.text().encode(), root)
    return _write(_place(BUILDS, made.request, root), told)


def content(stamp: str, root: Root) -> bytes | None:
    """The content that an input had under a SHA-256, if it was kept."""
    try:
        with open(_content(stamp, root), "rb") as file:
            return file.read()
    except OSError:
        return None


def keep_command(
    argv: Sequence[str],
    cwd: Root,
    root: Root,
    made: Sequence[Made],
    stdout: str,
    stderr: str,
    since: float | None = None,
) -> bool:
    """Remember a command that did nothing but build `made`, each wholly, and what it shall say when it has nothing to do.

    Only for a command whose doing rests on the files that its builds rest on and on which definitions there are.
    """
    expected = _expected(made)
    if not made or expected is None:
        return False
    for name in (DEFINITIONS, *inputs.modules()):
        expected.setdefault(name, None)
    if since is not None and any(inputs.changed_since(since, name, root) for name in _definitions(root)):
        return False
    outputs = {name for each in made for name in each.outputs}
    told = _told(expected, root, since, {DEFINITIONS, *outputs})
    if told is None:
        return False
    builds = [{"name": each.name, "key": each.key, "stem": each.stem} for each in made]
    asked = _line(argv, cwd, root)
    return _write(
        _place(COMMANDS, asked, root), {**told, **asked, "builds": builds, "stdout": stdout, "stderr": stderr}
    )


def unchanged(argv: Sequence[str], cwd: Root, root: Root) -> Said | None:
    """What the command line said, if it is known and nothing that it rests on and nothing that it left has changed."""
    asked = _line(argv, cwd, root)
    path = _place(COMMANDS, asked, root)
    told = _read(path)
    try:
        if told is None or told | asked != told or not _is_same(path, told, root):
            return None
        return Said(told["stdout"], told["stderr"], told["builds"])
    except DAMAGED:
        return None


# --- seals ------------------------------------------------------------------------------------------------------------


def _expected(made: Iterable[Made]) -> dict[str, str | None] | None:
    """The stamp of every input and output of some builds; None where two of them disagree."""
    expected: dict[str, str | None] = {}
    for each in made:
        for name, stamp in [*_inputs(each).items(), *each.outputs.items()]:
            if expected.setdefault(name, stamp) != stamp:
                return None
    return expected


def _inputs(made: Made) -> dict[str, str]:
    """All inputs of a build, its sections' among them.

    Not the command, nor the definitions and notebooks that a process which makes many briefings has read for the others.
    """
    notebooks = (os.path.basename(section["notebook"]) for section in made.sections.values())
    mine = {
        f"{DEFINITIONS}{made.name}.yml",
        *(f"{NOTEBOOKS}{name.removesuffix('.ipynb')}.ipynb" for name in notebooks),
    }
    own = {
        name: stamp
        for name, stamp in made.inputs.items()
        if name != ENVIRONMENT and (name in mine or not name.startswith((DEFINITIONS, NOTEBOOKS, COMMAND)))
    }
    for section in made.sections.values():
        own |= section["inputs"]
    return own


def _definitions(root: Root) -> list[str]:
    """The names of all definitions that there are."""
    try:
        names = os.listdir(os.path.join(os.fspath(root), DEFINITIONS))
    except OSError:
        return []
    return [f"{DEFINITIONS}{name}" for name in names if name.endswith(".yml")]


def _told(
    expected: Mapping[str, str | None], root: Root, since: float | None, may_change: Collection[str]
) -> dict[str, Any] | None:
    """Names and their seals as they are kept; None where one is not what it is expected to be, or changed too late."""
    moment = inputs.NEVER if since is None else since
    seals = []
    for name, stamp in expected.items():
        seal = inputs.sealed(inputs.path_of(name, os.fspath(root)))
        if stamp is not None and seal[0] != stamp:
            return None
        if name not in may_change and inputs.changed_since(moment, name, root):
            return None
        seals.append(seal)
    return {
        "schema": SCHEMA,
        "environment": environment.stamp(),
        "token": environment.token(),
        "names": list(expected),
        "seals": seals,
    }


def _is_same(path: str, told: dict[str, Any], root: Root) -> bool:
    """Whether all that is told in the file `path` is as it was.

    What had to be read to know is sealed anew in the file, so that it need not be read next time.
    """
    renewed: dict[str, Any] = {}
    token = environment.token()
    if token != told["token"]:
        if environment.stamp() != told["environment"]:
            return False
        renewed["token"] = token
    root, seals, signature = os.fspath(root), told["seals"], inputs.signature
    for place, name in enumerate(told["names"]):
        each = inputs.path_of(name, root)
        stamp, known = seals[place]
        found = signature(each)
        if found == (tuple(known) if known else None) and (known or not stamp):
            continue
        seal = inputs.sealed(each)
        if seal[0] != stamp:
            return False
        if seal[1] is not None:
            renewed.setdefault("seals", list(seals))[place] = seal
    if renewed:
        _write(path, told | renewed)
    return True


# --- files ------------------------------------------------------------------------------------------------------------


def _made(told: Mapping[str, Any]) -> Made:
    names, seals = told["names"], told["seals"]

    def stamps(places: Iterable[int]) -> dict[str, str]:
        return {names[place]: seals[place][0] for place in places}

    sections = {
        name: {**section, "inputs": stamps(section["inputs"])} for name, section in told["sections"].items()
    }
    return Made(
        told["name"], told["stem"], told["folder"], told["request"], sections,
        {**stamps(told["inputs"]), ENVIRONMENT: told["environment"]}, stamps(told["outputs"]),
    )  # fmt: skip


def _line(argv: Sequence[str], cwd: Root, root: Root) -> dict[str, Any]:
    return {"argv": list(argv), "cwd": os.fspath(cwd), "root": os.fspath(root)}


def _plain(value: Any) -> Any:
    """A value as JSON gives it back."""
    return json.loads(json.dumps(value, default=str))


def _place(kind: str, asked: Mapping[str, Any], root: Root) -> str:
    """The file of a request or of a command line. The name only has to find it: what was asked stands in it too."""
    from zlib import crc32

    name = str(asked.get("name") or "-".join(asked.get("argv", ())))
    mark = crc32(json.dumps(_plain(asked), sort_keys=True).encode())
    return os.path.join(os.fspath(root), kind, f"{_slug(name)}--{mark:08x}.json")


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)[:80]


def _listed(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    except OSError:
        return []


def _read(path: str) -> dict[str, Any] | None:
    """What was kept in a file; None where it is missing or damaged."""
    try:
        with open(path, "rb") as file:
            told = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and told.get("schema") == SCHEMA else None


def _write(path: str, told: Mapping[str, Any]) -> bool:
    from pathlib import Path

    from analysis.execution.files import replace_cached

    try:
        replace_cached(Path(path), json.dumps(told, default=str).encode())
    except OSError:
        return False
    _bound(os.path.dirname(path))
    return True


def _bound(folder: str) -> None:
    """Remove the oldest files of a folder that holds too many."""
    most = next(most for kind, most in MOST.items() if folder.endswith(kind))
    names = _listed(folder)
    if len(names) > most:
        paths = [os.path.join(folder, name) for name in names]
        for path in _oldest_first(paths)[: len(names) - most]:
            _remove(path)


def _oldest_first(paths: Iterable[str]) -> list[str]:
    dated = [(found[1], path) for path in paths if (found := inputs.signature(path))]
    return [path for _, path in sorted(dated)]


def _remove(path: str) -> None:
    try:  # noqa: SIM105 - contextlib is not imported for this
        os.unlink(path)
    except OSError:
        pass


# --- what inputs held -------------------------------------------------------------------------------------------------


def _content(stamp: str, root: Root) -> str:
    return os.path.join(os.fspath(root), CONTENTS, stamp)


def _keep_content(name: str, stamp: str | None, root: Root) -> None:
    """Keep what a table, a notebook or a definition holds, to tell later what changed in it."""
    path = inputs.path_of(name, os.fspath(root))
    if not stamp or not name.endswith(TOLD) or name.startswith("analysis/"):
        return
    found = inputs.signature(path)
    if found is None or found[0] > LARGEST or os.path.exists(_content(stamp, root)):
        return
    try:
        with open(path, "rb") as file:
            held = file.read()
    except OSError:
        return
    _write_content(stamp, held, root)


def _write_content(stamp: str, held: bytes, root: Root) -> None:
    from hashlib import sha256
    from pathlib import Path

    from analysis.execution.files import replace_cached

    path = _content(stamp, root)
    if os.path.exists(path) or sha256(held).hexdigest() != stamp:
        return
    try:
        replace_cached(Path(path), held)
    except OSError:
        return
    room = ALL
    for each in reversed(_oldest_first(_contents(root))):
        room -= (inputs.signature(each) or (0,))[0]
        if room < 0:
            _remove(each)


def _contents(root: Root) -> Iterator[str]:
    folder = os.path.join(os.fspath(root), CONTENTS)
    return (os.path.join(folder, name) for name in os.listdir(folder) if not name.startswith("."))
