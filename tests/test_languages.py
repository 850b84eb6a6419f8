"""The default briefing in Russian as a reader gets it, and a language that is one catalogue more."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest
from babel.messages.pofile import read_po, write_po
from format_checks import of_pdf

from analysis.briefings import build, definition, order
from analysis.briefings.build import Built
from analysis.exhibits import language

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = re.compile(r"\b[a-z]{3,}\b")
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Unmarked(HTMLParser):
    """The texts of a page that stand in its own language: (kind of element, text)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        if tag not in VOID:
            given = dict(attrs)
            self.open.append((tag, given.get("lang"), given.get("class") or ""))

    def handle_endtag(self, tag) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data) -> None:
        tags = [tag for tag, *_ in self.open]
        is_marked = any(lang not in (None, "ru") for _, lang, _ in self.open)
        if data.strip() and not is_marked and not {"style", "script", "code"} & {*tags}:
            self.texts.append((" ".join(filter(None, (tags[-1], self.open[-1][2]))), data.strip()))


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    out = tmp_path_factory.mktemp("in Russian") / "briefing"
    return build.build(definition.DEFAULT, {"language": "ru"}, formats=["html", "pdf", "email"], out=out)


@pytest.fixture(scope="module")
def page(built: Built) -> str:
    return built.paths[0].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def printed(built: Built) -> str:
    """Read as a screen reader does: a sentence that runs on over a page is one, whatever stands above its end."""
    return squeezed(" ".join(of_pdf(built.paths[1].read_bytes()).units))


def squeezed(text: str) -> str:
    """The letters, digits and marks of a text, so that no line break and no hyphen matters."""
    return re.sub(r"[\s\u200b\u2060\u00ad-]+", "", text)


def test_it_stands_beside_the_english_one() -> None:
    assert order.stem_of(definition.DEFAULT, {"language": "ru"}).endswith("--language-ru")


def test_page_and_pdf_say_their_language(built: Built, page: str) -> None:
    assert '<html lang="ru"' in page
    assert pypdf.PdfReader(built.paths[1]).trailer["/Root"]["/Lang"] == "ru"
    assert built.document.language == "ru" and built.document.words["sources"] == "Источники"


def test_every_sentence_and_title_is_extracted_from_the_pdf(built: Built, printed: str) -> None:
    document = built.document
    said = [document.title, document.subtitle, *document.colophon, *document.words["methods"].split()]
    said += [part.stem for part in document.parts() if hasattr(part, "stem")]
    said += [text for each in document.exhibits for text in (each.title, each.subtitle, each.label)]
    said += [
        column.label for each in document.exhibits if hasattr(each, "grid") for column in each.grid.columns
    ]
    assert len(said) > 60 and sum(bool(re.search("[а-яё]", text)) for text in said) > 60
    tables = {column.label for each in document.exhibits if each.grid for column in each.grid.columns}
    lost = [text for text in said if text not in tables and squeezed(text) not in printed]
    assert lost == []


def test_no_english_stands_unmarked_in_what_a_reader_reads(page: str) -> None:
    """Names of publishers apart, which a sentence may hold: they begin with a capital, or stand in brackets."""
    kinds = ("h1", "h2", "h3", "th", "p", "li", "span name")
    texts = [text for kind, text in Unmarked(page).texts if kind.startswith(kinds)]
    assert len(texts) > 200
    aside = re.compile(r"\((?:[^()а-яё]|\([^()а-яё]*\))*\)")
    names = re.compile(r"(?:[A-Z][\w.’-]*(?: (?:of|and|the|for|kz|uz))* ?)+")
    bare = [names.sub("", aside.sub("", text)) for text in texts if "central-asia-briefings" not in text]
    assert [text for text in bare if ENGLISH.search(text)] == []


def test_text_of_the_data_is_marked(page: str) -> None:
    marked = re.findall(r'<cite>(?:<a [^>]*>)?(<span lang="en">)?', page)
    assert marked and all(marked)
    assert '<span class="reference"><span lang="en">Elementary</span></span>' in page
    assert '<html lang="ru"' in page and 'lang="en"' not in page.split("<body", 1)[0]
    assert re.search(r"<b>Примечание:</b>[^<]*<span lang=\"en\">World Bank</span>", page)
    assert (
        '<dt><span lang="en">statuses</span></dt><dd><span lang="en">member, participant</span></dd>' in page
    )


def test_our_own_words_in_tables_are_translated(built: Built, page: str) -> None:
    """Names and definitions of measures, caveats and titles of tables, on cards and in the notes too."""
    document = built.document
    assert "Кратность" in [method.title for method in document.methods]
    told = [text for method in document.methods for text in (method.title, method.definition)]
    told += [flag.note for flag in document.flags] + [table.title for table in document.provenance.tables]
    assert [text for text in told if not re.search("[а-яё]", text)] == []
    assert re.search(r"<dt>Показатель</dt><dd>Кратность</dd>", page)


def test_a_sentence_calls_an_exhibit_otherwise_than_its_caption(
    built: Built, page: str, printed: str
) -> None:
    label, called = built.document.exhibits[0].label, built.document.exhibits[0].reference.label
    assert (label, called) == ("Рисунок 1", "рис. 1")
    assert f'<p class="label">{label}</p>' in page and ">рис.\u00a01</a>)" in page
    assert "Рисунок1" in printed and "(рис.1)" in printed


def test_an_abbreviation_at_the_end_brings_its_own_stop(page: str, printed: str) -> None:
    assert re.search(r"</cite>, 1 июля 2026\u202fг\. ", page) and "1июля2026г.Annual" in printed
    assert not re.search(
        r"\.\.(?!\.)",
        re.sub(r'(href|data-\w+)="[^"]*"|<style>.*?</style>|<script>.*?</script>', "", page, flags=re.S),
    )


def test_the_subject_of_the_email_keeps_its_spaces(built: Built) -> None:
    message = message_from_bytes(built.paths[2].read_bytes(), policy=default)
    assert message["Subject"].replace("\u00a0", " ") == "Узбекистан и Казахстан · 22 ноября 2026\u202fг."
    assert message["Content-Language"] == "ru"


def test_numbers_and_dates_are_those_of_the_language(built: Built) -> None:
    texts = " ".join(part.text for part in built.document.parts() if hasattr(part, "text"))
    assert re.search(r"\d,\d+\u00a0млрд\u00a0долл\.\u00a0США", texts)
    assert re.search(r"\d{1,2} (января|ноября|декабря) 20\d\d\u202fг\.", texts)
    assert not re.search(r"\d\.\d", texts) and ".." not in texts


@pytest.mark.browser
def test_tables_sort_by_decimal_comma_and_month(chromium, built: Built) -> None:
    page = chromium.new_context().new_page()
    page.goto(built.paths[0].as_uri())

    def column(values: list[str]) -> list[str]:
        rows = "".join(f"<tr><td>{value}</td></tr>" for value in values)
        page.evaluate(
            "rows => { document.querySelector('.sortable tbody').innerHTML = rows;"
            "document.querySelector('.sortable th').removeAttribute('aria-sort') }",
            rows,
        )
        page.locator(".sortable th button").first.click()
        return page.locator(".sortable").first.locator("tbody td").all_inner_texts()

    numbers = ["1,5 млрд", "900 млн", "12,25 млн", "…", "−3 млн"]
    assert column(numbers) == ["−3 млн", "12,25 млн", "900 млн", "1,5 млрд", "…"]
    days = ["2 марта 2020 г.", "декабрь 2019 г.", "2021", "31 января 2020 г. †"]
    assert column(days) == ["декабрь 2019 г.", "31 января 2020 г. †", "2 марта 2020 г.", "2021"]


def test_an_unknown_language_is_refused_before_anything_runs(command) -> None:
    ended = command("build", "-p", "language=rus")
    assert ended.code == 2
    assert ended.sentences == [
        f"briefing {definition.DEFAULT}: language 'rus' is not one of {', '.join(language.known())} (did you mean 'ru'?)"
    ]


# --- one catalogue more ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def elsewhere(shared_root: Path) -> Path:
    """A copy of the code beside a small project whose notebook may be in any language."""
    shutil.copytree(ROOT / "analysis", shared_root / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    path = shared_root / "notebooks" / "rows.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if "language" not in "".join(cell["source"])]
    for cell in cells:
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = [*cell["source"], '\nlanguage: str = "en"  # language [languages]']
        for name in ("reporter", "partner"):
            named = (f'"{name}": p.{name}', f'"{name}": country(p.{name})')
            cell["source"] = [line.replace(*named) for line in cell["source"]]
        cell["source"] = [
            line.replace("import Measured", "import Measured\nfrom analysis.exhibits.names import country")
            for line in cell["source"]
        ]
    path.write_text(json.dumps(notebook | {"cells": cells}), encoding="utf-8")
    return shared_root


def briefing(root: Path, *words: str) -> subprocess.CompletedProcess:
    """`briefing WORDS` by the code that lies in the project."""
    run = [sys.executable, "-m", "analysis.cli", *words]
    return subprocess.run(
        run, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True
    )


def fill(path: Path, mark: str) -> None:
    """A catalogue in which every message is its English behind a mark, which must not grow together with its first word."""
    catalog = read_po(path.open("rb"))
    for entry in catalog:
        if entry.id:
            entry.string = (
                tuple(f"{mark}{entry.id[min(n, 1)]}" for n in range(catalog.num_plurals))
                if entry.pluralizable
                else f"{mark}{entry.id}"
            )
    head = path.read_bytes().split(b"\n\n", 1)[0]
    with path.open("wb") as file:
        file.write(head + b"\n\n")
        write_po(file, catalog, width=0, omit_header=True)


@pytest.mark.soak
@pytest.mark.parametrize(("code", "mark"), [("kk", "қ·"), ("uz", "oʻ·")])
def test_the_default_briefing_needs_no_more_than_a_catalogue(tmp_path: Path, code: str, mark: str) -> None:
    for folder in ("analysis", "data", "notebooks", "reports"):
        left = shutil.ignore_patterns("__pycache__", "build", "editions")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=left)
    assert briefing(tmp_path, "messages", "--add", code).returncode == 0
    fill(tmp_path / "analysis" / "exhibits" / "catalogues" / f"{code}.po", mark)
    ended = briefing(tmp_path, "build", "-p", f"language={code}")
    assert ended.returncode == 0, ended.stderr
    (page,) = (tmp_path / "reports" / "build").glob(f"*/*--language-{code}.html")
    said = page.read_text(encoding="utf-8")
    # a bloc without a name in the language stays as the data have it, and is marked
    assert f"{mark}Summary" in said and '<span lang="en">EAEU</span>' in said


def test_a_language_is_one_catalogue_more(elsewhere: Path) -> None:
    path = elsewhere / "analysis" / "exhibits" / "catalogues" / "kk.po"
    assert "language 'kk' is not one of" in briefing(elsewhere, "build", "pair", "-p", "language=kk").stderr
    assert briefing(elsewhere, "messages", "--add", "kk").returncode == 0

    lacking = briefing(elsewhere, "build", "pair", "-p", "language=kk")
    assert lacking.returncode == 1
    assert "Running" not in lacking.stderr
    first, *told = lacking.stderr.splitlines()
    assert first.startswith(f"language 'kk' lacks {len(told)} messages of this briefing for certain")
    assert len(told) == len(set(told)) > 2
    assert "catalogues/kk.po: no translation of “Key figures”" in lacking.stderr
    assert "no translation of “How many rows are there?”" in lacking.stderr
    assert "no translation of “{reporter} has {n} rows on {partner}.” (rows)" in lacking.stderr
    assert not (elsewhere / "reports" / "build" / "pair--language-kk").exists()

    fill(path, "қ·")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("қ·{n} more", "қ·{m} more"), encoding="utf-8")
    wrong = briefing(elsewhere, "build", "pair", "-p", "language=kk")
    assert wrong.returncode == 1 and "Running" not in wrong.stderr
    assert (
        "catalogues/kk.po: “{n} more” is translated by “қ·{m} more”, whose field {m} is none" in wrong.stderr
    )
    path.write_text(whole, encoding="utf-8")
    ended = briefing(elsewhere, "build", "pair", "-p", "language=kk")
    assert ended.returncode == 0, ended.stderr
    folder = elsewhere / "reports" / "build" / "pair--language-kk"
    page = (folder / "pair--language-kk.html").read_text(encoding="utf-8")
    assert '<html lang="kk"' in page and "қ·Provenance" in page and "қ·Өзбекстан" in page
