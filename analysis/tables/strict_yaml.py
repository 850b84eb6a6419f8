"""Strict YAML: text stays text, a key said twice is an error, and every stranger is told where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from analysis.errors import BriefingError, did_you_mean, nearest


class _Loader(yaml.BaseLoader):
    """Every scalar is the text that was written; BaseLoader guesses no type but takes the last of two equal keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        seen: dict[Any, yaml.Node] = {}
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key.start_mark)
            if name in seen:
                first = seen[name].start_mark.line + 1
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    f"the key '{name}' stands twice, first in line {first}; keep one",
                    key.start_mark,
                )
            seen[name] = key
        return super().construct_mapping(node, deep)


def read(text: bytes) -> Any:
    """What a YAML text says, with every scalar as text; raises yaml.YAMLError or UnicodeError.

    >>> read(b"country: NO\\nyear: 2016\\nat: 1:30")
    {'country': 'NO', 'year': '2016', 'at': '1:30'}
    """
    loader = _Loader(text.decode("utf-8-sig"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class Problems:
    """Collects what is wrong with one file, each as a sentence that names the place."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, where: str, problem: str) -> None:
        self.extend([f"{self.file}{', ' if where else ''}{where}: {problem}"])

    def extend(self, problems: Sequence[str]) -> None:
        self.found += [problem for problem in problems if problem not in self.found]

    def stop(self, error: type[BriefingError]) -> None:
        if self.found:
            raise error(*self.found)

    def unreadable(self, error: Exception) -> str:
        """The sentence for a text that is no YAML at all, or no UTF-8."""
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        if isinstance(error, UnicodeError):
            return f"{self.file}: is not UTF-8; save it as UTF-8"
        said = getattr(error, "problem", None) or str(error).partition("\n")[0]
        return f"{self.file}{line}: {said if 'stands twice' in said else f'is not YAML ({said}); correct that line'}"

    def mapping(self, told: Any, where: str, known: Sequence[str]) -> dict[str, Any]:
        """`told` by its known keys; a key that is misspelt is told of and read as the one it is meant for."""
        if not isinstance(told, dict):
            self.add(where, f"must be `key: value` lines; known keys are {', '.join(known)}")
            return {}
        for key in told:
            if key not in known:
                near = did_you_mean(key, known) or f"; known keys are {', '.join(known)}"
                self.add(where, f"unknown key '{key}'{near}")
        meant = {nearest(key, known) or key: told[key] for key in told if key not in known}
        return meant | {key: told[key] for key in told if key in known}

    def sequence(self, told: Any, where: str) -> list[Any]:
        if told is None or isinstance(told, list):
            return told or []
        self.add(where, "must be a list, each entry on a line that begins with '- '")
        return []

    def text(self, told: dict[str, Any], key: str, where: str = "") -> str:
        value = told.get(key, "")
        if isinstance(value, str):
            return value.strip()
        self.add(where, f"{key} must be text")
        return ""

    def words(self, told: Any, where: str) -> list[str]:
        """A list of texts, none twice."""
        words = self.sequence(told, where)
        if not all(isinstance(word, str) and word for word in words) or len(set(map(str, words))) < len(
            words
        ):
            self.add(where, "must be a list of words, each once")
            return []
        return words

    def values(self, told: Any, where: str) -> dict[str, Any]:
        """Names with a text or a list of texts each."""
        if told in (None, ""):
            return {}
        if not isinstance(told, dict):
            self.add(where, "must be `name: value` lines")
            return {}
        for name, value in told.items():
            if not (
                isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))
            ):
                self.add(where, f"{name} must be a value or a list of values")
        return told
