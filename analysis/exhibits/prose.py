"""Prose: what text that somebody wrote may not say, because it cannot follow the data.

A number, a direction, a comparison, a superlative or a "since" is computed: a Finding says it. Written text (markdown
of a notebook, titles of a definition, captions) holds neither a digit nor a word of the table `listed_words`, in
whatever language it is written; names such as C5+1 hold what they hold, and are looked up in the tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from analysis.tables import reading

WORDS = "listed_words"
# where names stand: their digits and words are their own
NAMED = {
    "agreements": ("title",),
    "aliases": ("alias",),
    "blocs": ("label", "name", "acronym"),
    "corridors": ("label", "name", "acronym"),
    "processes": ("label",),
    "sources": ("title",),
}
TYPED, HIDDEN = "typed", "hidden"
KINDS = {
    TYPED: "a typed number",
    "up": "a direction",
    "down": "a direction",
    "flat": "a direction",
    "more": "a comparison",
    "less": "a comparison",
    "most": "a superlative",
    "least": "a superlative",
    "superlative": "a superlative",
    "absolute": "a claim without exception",
    "since": "a count from a date",
    "quantity": "a vague quantity",
    "number": "a number in words",
    HIDDEN: "what a reader does not see",
}
FREE = "free"  # a phrase that says none of these, though it begins like one that does
SUPERLATIVES = ("most", "least", "superlative")  # of the upper end of a ranking, of the lower, of either
CLAIMS = ("up", "down", "flat", "more", "less", *SUPERLATIVES, "since")  # what only a finding may say of data
REMEDY = "let a Finding compute it, or say it without"
PUNCTUATION = ".,;:!?()[]“”‘’\"'"
AROUND = 24  # characters quoted on either side

APOSTROPHES = "ʻʼ‘’`´"
JOINER = "\u2060"  # stands for a mark of emphasis: no blank, and no letter
NAME = "\ufffc"  # stands for each letter of a name

_LETTERS = re.compile(r"\w*")
_BEGUN = re.compile(r"(?P<letters>\w+)|(?<!\w)[^\w\s]")  # where a word or a sign that is one can begin
_FOLDED = str.maketrans({"ё": "е", JOINER: " ", **dict.fromkeys(APOSTROPHES, "'")})
# the address of a link, the number that a list begins with or goes on with, marks of emphasis
_MARKUP = re.compile(r"(?<=\])\([^()\s]*\)|<[a-z]+:[^\s<>]*>|[*_`]")
_ITEM = re.compile(r"(?m:^\s*([0-9]{1,2})[.)](?=\s))")
# letters of two scripts that look the same
_ALIKE = "авекмнорстухіјѕАВЕКМНОРСТУХІЈЅ"
# comments, signs without width, a link inside a word, such a letter beside a Latin one: a word is said that is not read
_HIDDEN = re.compile(
    r"<!--|&(?:shy|zw\w+|[lr]lm|#\w+);|[\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    r"|\w\[(?=[^\]]*\]\()|(?<=\])\([^()\s]*\)(?=\w)"
    rf"|\w*(?:[A-Za-z][{_ALIKE}]|[{_ALIKE}][A-Za-z])\w*"
    r"|[\uff01-\uff5e]+"
)


class Fault(NamedTuple):
    """A word that written text may not hold: where it stands, what it is, and the words around it."""

    start: int
    word: str
    kind: str
    around: str

    def __str__(self) -> str:
        return f"“{self.around}” holds {KINDS[self.kind]}, '{self.word}'; {REMEDY}"


class Listed(NamedTuple):
    """The listed words by the letters each begins with, none where that is a sign, and the kind of each; what is near
    to letters and what was found in a text is kept. One pattern of them all would take longer to make than the texts of a notebook to read."""

    heads: dict[str, list[tuple[int, str, bool]]]
    kinds: dict[str, str]
    near: dict[str, list[tuple[int, str, bool]]]
    met: dict[str, tuple[tuple[int, str, str], ...]]

    def found(self, text: str) -> tuple[tuple[int, str, str], ...]:
        """(place, word, kind) of each listed word in a text."""
        if text not in self.met:
            self.met[text] = tuple(
                (start, text[start:end], self.kinds[word])
                for start, end, word in self._said(_folded(text))
                if self.kinds[word] != FREE
            )
        return self.met[text]

    def _said(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, word) from left to right, the longest word of those that begin at a place."""
        past = 0
        for begun in _BEGUN.finditer(folded):
            if begun.start() < past:
                continue
            for _, word, is_stem in self._near(begun["letters"] or ""):
                if end := _end(begun, word, is_stem):
                    yield begun.start(), end, word
                    past = end
                    break

    def _near(self, letters: str) -> list[tuple[int, str, bool]]:
        """The words that may begin with these letters, longest first."""
        if letters not in self.near:
            heads = {letters[:length] for length in range(min(1, len(letters)), len(letters) + 1)}
            self.near[letters] = sorted(each for head in heads for each in self.heads.get(head, ()))
        return self.near[letters]


def problems(text: str) -> list[str]:
    """What is wrong with a written text, a phrase each: its digits and its listed words, names apart.

    >>> problems("Trade of the C5+1 has risen")
    ["“Trade of the C5+1 has risen” holds a direction, 'risen'; let a Finding compute it, or say it without"]
    >>> problems("Вырос")
    ["“Вырос” holds a direction, 'Вырос'; let a Finding compute it, or say it without"]
    """
    return [str(fault) for fault in faults(text)]


def faults(text: str) -> list[Fault]:
    """The faults of a written text in their order, each with its place.

    >>> [(fault.word, fault.kind) for fault in faults("More\\nthan 2 billion since the founding of the *C5+1*")]
    [('More than', 'more'), ('2', 'typed'), ('billion', 'number'), ('since', 'since')]
    """
    # what markup adds is not said; blanks keep every place
    bare = _MARKUP.sub(lambda mark: " " * len(mark[0]) if len(mark[0]) > 1 else JOINER, _unnumbered(text))
    found = list(_found(bare))
    if found and (names := _names()):
        found = list(_found(names.sub(lambda name: NAME * len(name[0]), bare)))
    found += [(mark.start(), mark[0], HIDDEN) for mark in _HIDDEN.finditer(text)]
    return [Fault(at, _spaced(word), kind, _around(text, at, len(word))) for at, word, kind in sorted(found)]


def listed(*tables: str, language: str | None = None) -> Listed:
    """The words that the tables list, of one language or of all; of two entries the later table's holds."""
    columns = ("language", "word", "kind", "is_stem")
    return _compiled(language, tuple(reading.keys_of(table, columns) for table in tables))


# --- inside ----------------------------------------------------------------------------------------------------------


def _unnumbered(text: str) -> str:
    """The text without the numbers of lists that count from one: any other number is typed."""
    last = 0

    def blank(item: re.Match[str]) -> str:
        nonlocal last
        is_next = int(item[1]) in (1, last + 1)
        last = int(item[1]) if is_next else last
        return " " * len(item[0]) if is_next else item[0]

    return _ITEM.sub(blank, text)


def _found(text: str) -> Iterator[tuple[int, str, str]]:
    """(place, word, kind) of each typed number and listed word, names not told apart."""
    for match in re.finditer(r"\S+", text):
        if any(unicodedata.category(char).startswith("N") for char in match[0]):
            word = match[0].lstrip(PUNCTUATION)
            yield match.end() - len(word), word.rstrip(PUNCTUATION), TYPED
    yield from listed(WORDS).found(text)


@lru_cache
def _compiled(language: str | None, tables: tuple[frozenset[tuple[str, ...]], ...]) -> Listed:
    own = {row[1]: row[1:] for rows in tables for row in sorted(rows) if language in (None, row[0])}
    heads: dict[str, list[tuple[int, str, bool]]] = {}
    rows = sorted(own.values(), key=lambda row: (-len(row[0]), row))
    for place, (word, _, is_stem) in enumerate(rows):
        heads.setdefault(_LETTERS.match(word)[0], []).append((place, word, is_stem == "true"))
    return Listed(heads, {word: kind for word, kind, _ in rows}, {}, {})


def _end(begun: re.Match[str], word: str, is_stem: bool) -> int | None:
    """Where a word that begins at a place ends, with whatever ending a stem has; None where another one stands."""
    letters = begun["letters"] or ""
    if word == letters or (is_stem and letters.startswith(word)):
        return begun.end()
    if _LETTERS.fullmatch(word):
        return None
    match = _whole(word, is_stem).match(begun.string, begun.start())
    return match and match.end()


@lru_cache(maxsize=4096)
def _whole(word: str, is_stem: bool) -> re.Pattern[str]:
    """A word as it stands in a text, whatever ending a stem has there."""
    said = re.escape(word).replace(r"\ ", rf"[\s{JOINER}]+")
    return re.compile(said + (r"\w*" if is_stem else r"(?!\w)"))


def _names() -> re.Pattern[str] | None:
    """The names of the tables that would be faults, as one pattern."""
    columns = [reading.keys_of(table, (column,)) for table, columns in NAMED.items() for column in columns]
    return _pattern(frozenset(name for keys in columns for (name,) in keys if name))


@lru_cache
def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    words = listed(WORDS)
    odd = [name for name in names if re.search(r"\d", name) or any(words.found(name))]
    longest = sorted(odd, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)") if longest else None


def _folded(text: str) -> str:
    """Small letters and one kind of apostrophe, place by place."""
    if text.isascii():
        return text.lower().translate(_FOLDED)
    lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return lower.translate(_FOLDED)


def _spaced(word: str) -> str:
    return " ".join(word.replace(JOINER, " ").split())


def _around(text: str, at: int, length: int) -> str:
    """The words around a place, cut at blanks."""
    head = text[max(0, at - AROUND) : at]
    tail = text[at + length : at + length + AROUND]
    head = head.partition(" ")[2] if at > AROUND else head
    tail = tail.rpartition(" ")[0] if at + length + AROUND < len(text) else tail
    return " ".join(f"{head}{text[at : at + length]}{tail}".split())
