"""The catalogues: every message of code, tables, notebooks and definitions, and what each language has of them.

`found` reads them where they stand, `update` writes them into a catalogue in place, `problems` says where a catalogue
is behind or a translation breaks a rule, `broken` the latter alone, `missing` what a language lacks, `certain` what a
briefing says whatever its notebooks find. A catalogue is ordered by context and message
and holds no place and no date, so that a change is a small diff.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.plural import to_gettext

from analysis import tables
from analysis.briefings import definition, furniture, literals, passages, prose
from analysis.errors import BriefingError, did_you_mean
from analysis.execution import notebook as nb
from analysis.execution.files import ensure_writable
from analysis.exhibits import language, parts

PACKAGE = Path(__file__).parents[1]
_HEADER = """\
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
_DIGIT = re.compile(r"[0-9]")
Entry = str | tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Every message with its English plural (None for most), and patterns of the contexts that may be named.

    `written` are those of notebooks and definitions: no finding, so their translations too hold no number.
    """

    messages: Mapping[str, str | None]
    contexts: tuple[str, ...]
    written: frozenset[str] = frozenset()


def found() -> Found:
    """The messages of the code, the tables, the notebooks (of their prose and their cells) and the definitions."""
    messages: dict[str, str | None] = dict.fromkeys(_of_tables())
    contexts: list[str] = []
    written: list[str] = []
    sources = [path.read_text(encoding="utf-8") for path in literals.modules(PACKAGE)]
    for path in definition.notebook_paths():
        said, cells = _of_notebook(path)
        written += said
        sources += cells
    for name in definition.names():
        written += definition.load(name).texts()
    for source in sources:
        told, named = literals.found(source)
        contexts += named
        for each in told:
            messages[each.message] = each.plural or messages.get(each.message)
    messages = dict.fromkeys(written) | messages
    return Found(messages, tuple(dict.fromkeys(contexts)), frozenset(written))


def certain(briefing: definition.Definition) -> list[language.Key]:
    """What a briefing says for certain, by context and English text: its own titles, the words of every page, and of its
    notebooks the prose and what their cells say themselves. What they let the code say only a run can tell."""
    keys = [
        *((name, said) for name, said in furniture.WORDS.items()),
        *(("", text) for text in briefing.texts()),
    ]
    for path in dict.fromkeys(section.path for section in briefing.sections):
        said, cells = _of_notebook(path)
        keys += [("", text) for text in said]
        keys += [(each.context, each.message) for source in cells for each in literals.found(source)[0]]
    return list(dict.fromkeys(keys))


def update(code: str, told: Found) -> tuple[int, int]:
    """Write the messages into the catalogue of a language, new ones empty, old ones gone: how many, how many lack."""
    kept = {key: entry for key, entry in _read(code).items() if _stays(key, told)}
    keys = {("", message) for message in told.messages} | kept.keys()
    catalog = Catalog(code, charset="utf-8")
    catalog.mime_headers = [("Plural-Forms", _plurals(code))]
    forms = len(language.categories(code))
    for context, message in sorted(keys):
        plural = told.messages[message]
        string: Entry = kept.get((context, message), "")
        if plural is None:
            string, ident = string[0] if isinstance(string, tuple) else string, message
        else:
            given = string if isinstance(string, tuple) else (string,) * forms
            string, ident = (*given, *[""] * forms)[:forms], (message, plural)
        catalog[f"{context}\x04{message}"] = Message(ident, string, context=context or None)
    target = language.CATALOGUES / f"{code}.po"
    ensure_writable(target)
    target.write_bytes(_HEADER.format(code=code, plurals=_plurals(code)).encode() + _written(catalog))
    return len(keys), len(missing(code, told))


def missing(code: str, told: Found) -> list[language.Key]:
    """The messages that a language lacks, by context and English text."""
    have = _read(code)
    keys = sorted({("", message) for message in told.messages} | have.keys())
    return [key for key in keys if not _is_whole(have.get(key, ""))]


def problems(code: str, told: Found) -> list[str]:
    """What is wrong with a catalogue, a sentence each; what is not translated yet is no problem."""
    have = _read(code)
    place = _place(code)
    behind = [message for message in told.messages if ("", message) not in have]
    behind += [message for context, message in have if message not in told.messages]
    faults = [f"{place}: {_short(message)} is new or gone; run: briefing messages" for message in behind]
    for (context, message), entry in have.items():
        if context and not any(re.fullmatch(pattern, context) for pattern in told.contexts):
            known = [pattern.replace("\\", "") for pattern in told.contexts]
            near = did_you_mean(context, known) or "; name a finding, an exhibit or the key of a column"
            faults.append(
                f"{place}: {_short(message)} stands in the context '{context}', which is none{near}"
            )
        faults += _of_entry(place, message, entry)
        if message in told.written:
            faults += [f"{place}: {fault}" for text in _texts(entry) for fault in prose.of_title(text)]
    return faults


def broken(code: str) -> list[str]:
    """What is wrong with the translations of a catalogue by themselves, a sentence each."""
    place = _place(code)
    return [
        fault for (_, message), entry in _read(code).items() for fault in _of_entry(place, message, entry)
    ]


# --- inside ----------------------------------------------------------------------------------------------------------


def _place(code: str) -> str:
    return f"{language.CATALOGUES.name}/{code}.po"


def _of_notebook(path: Path) -> tuple[list[str], list[str]]:
    """The messages of its prose, and the sources of its cells."""
    cells = nb.load(path)["cells"]
    spoken = [nb.source(cell) for cell in cells if cell.get("cell_type") == "markdown"]
    return [text for source in spoken for text in passages.messages(source)], [
        nb.source(cell) for cell in cells if nb.is_code(cell)
    ]


def _of_tables() -> Iterator[str]:
    """The titles of the tables, and the texts of the columns that are declared to be messages."""
    for name in tables.names():
        described = tables.describe(name)
        yield described.title
        for column in described.columns:
            if column.is_message:
                yield from tables.read(name)[column.name].dropna()


def _read(code: str) -> dict[language.Key, Entry]:
    """The entries of a catalogue as they stand, translated or not."""
    path = language.CATALOGUES / f"{code}.po"
    if not path.is_file():
        return {}
    try:
        catalog = read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise BriefingError(f"{path.name}: cannot be read: {error}; correct that line") from error
    return {
        (entry.context or "", entry.id[0] if isinstance(entry.id, tuple) else entry.id): entry.string
        for entry in catalog
        if entry.id
    }


def _written(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=0, no_location=True, omit_header=True)
    return file.getvalue()


def _plurals(code: str) -> str:
    return to_gettext(language.locale(code).plural_form)


def _stays(key: language.Key, told: Found) -> bool:
    context, message = key
    known = not context or any(re.fullmatch(pattern, context) for pattern in told.contexts)
    return message in told.messages and known


def _is_whole(entry: Entry) -> bool:
    return all(entry) if isinstance(entry, tuple) else bool(entry)


def _texts(entry: Entry) -> list[str]:
    """What a translation says, each form once."""
    return list(filter(None, dict.fromkeys(entry if isinstance(entry, tuple) else (entry,))))


def _of_entry(place: str, message: str, entry: Entry) -> Iterator[str]:
    if isinstance(entry, tuple) and any(entry) and not all(entry):
        yield f"{place}: {_short(message)} lacks some of its {len(entry)} forms; fill in all"
    for text in _texts(entry):
        yield from (f"{place}: {_short(message)} {fault}" for fault in _faults(message, text))


def _faults(message: str, text: str) -> Iterator[str]:
    """What is wrong with one translation."""
    try:
        asked, given = _fields(message), _fields(text)
    except ValueError as error:
        yield f"is translated by {_short(text)}, which is no template: {error}"
        return
    known = list(dict.fromkeys(name for name, _ in asked))
    names = ", ".join(f"{{{name}}}" for name in known) or "none"
    strange = [name for name in dict.fromkeys(name for name, _ in given) if name not in known]
    for name in strange:
        near = did_you_mean(name, known)
        yield f"is translated by {_short(text)}, whose field {{{name}}} is none of its own{near}; they are {names}"
    if not strange and set(known) != {name for name, _ in given}:
        yield f"is translated by {_short(text)}, which has other fields; they are {names}"
    for name, form in given:
        try:
            parts.field(name, form)
        except ValueError as error:
            yield f"is translated by {_short(text)}: {error}"
    if set(_DIGIT.findall(_bare(text))) - set(_DIGIT.findall(_bare(message))):
        yield f"is translated by {_short(text)}, which holds a digit; a number is a value"
    if message != message.strip() or text != text.strip():
        same = (message[:1].isspace(), message[-1:].isspace()) == (text[:1].isspace(), text[-1:].isspace())
        if not same:
            yield f"is translated by {_short(text)}, whose spaces at the ends differ"


def _fields(text: str) -> list[tuple[str, str]]:
    return [(name, form or "") for _, name, form, _ in Formatter().parse(text) if name is not None]


def _bare(text: str) -> str:
    return "".join(piece for piece, *_ in Formatter().parse(text))


def _short(text: str) -> str:
    return f"“{text if len(text) <= 70 else text[:67] + '…'}”"
