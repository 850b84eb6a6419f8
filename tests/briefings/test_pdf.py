from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import nbformat
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_checks import BOTH, failures, kinds

from analysis.briefings import document as d
from analysis.briefings import paper, typeset
from analysis.briefings.normalise import normalise
from analysis.briefings.pdf import BriefingPDFExporter
from analysis.errors import BriefingError

from . import sample

NAMES = ("Қазақстан", "Oʻzbekiston", "Кыргызстан", "Тоҷикистон", "Türkmenistan")


@pytest.fixture(scope="module")
def document():
    return normalise(sample.assembled())


@pytest.fixture(scope="module")
def made(document):
    return paper.pdf(document)


@pytest.fixture(scope="module")
def reader(made):
    return pypdf.PdfReader(io.BytesIO(made))


@pytest.fixture(scope="module")
def text(reader):
    return squeezed("".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    """Text without spaces and places to break: lines end where the page wills."""
    return re.sub(r"[\s\u200b\u00a0]+", "", text)


def words_of(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages))


def opened(data: bytes) -> list[bytes]:
    """The file and each of its compressed streams, as they read."""
    starts = re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", data)
    return [data, *(zlib.decompress(data[at.end() :][: int(at[1])]) for at in starts if b"/Flate" in at[0])]


class TestStandards:
    def test_passes_pdf_ua_1_and_pdf_a_3(self, made):
        assert failures(made, *BOTH) == []

    def test_the_check_can_fail(self, made):
        assert failures(made.replace(b"/ObjStm", b"/ObjLoo"), BOTH[0])

    def test_title_author_language_description_and_date_of_the_edition(self, reader, document):
        assert reader.metadata.title == document.title
        assert reader.metadata.author == "Central Asia Briefings"
        assert reader.metadata.subject == document.lead.text
        assert reader.metadata["/CreationDate"] == "D:20251231000000Z"
        assert reader.trailer["/Root"]["/Lang"] == "en"

    def test_every_drawing_has_its_alt_text_and_every_table_its_tag(self, reader, document):
        tags = kinds(reader.trailer["/Root"]["/StructTreeRoot"])
        figures = [part for part in document.exhibits if isinstance(part, d.Figure)]
        assert [alt for tag, alt in tags if tag == "/Figure"] == [figure.alt for figure in figures]
        assert [tag for tag, _ in tags].count("/Table") == len(document.exhibits) - len(figures)
        assert [tag for tag, _ in tags].count("/Caption") == len(document.exhibits)

    def test_an_undated_notebook_is_accessible_though_not_archival(self, document):
        undated = paper.pdf(replace(document, as_of="", edition_text=""))
        assert failures(undated, BOTH[0]) == []
        assert "/CreationDate" not in pypdf.PdfReader(io.BytesIO(undated)).metadata


class TestContent:
    def test_bookmarks_are_the_headings(self, reader):
        tops = [entry.title for entry in reader.outline if not isinstance(entry, list)]
        assert tops == [
            "Summary",
            "1. Trade has more than doubled, in current dollars",
            "2. Two blocs, two shared members",
            "Methods",
            "Limits",
            "Notes on the numbers",
            "Sources",
            "Provenance",
        ]
        assert [entry.title for entry in reader.outline[2]] == ["Two reports of one border"]

    def test_the_data_of_each_exhibit_travel_inside(self, reader, document):
        attached = {name: held[0] for name, held in reader.attachments.items()}
        assert attached == {exhibit.csv_name: exhibit.csv.encode() for exhibit in document.exhibits}

    def test_attachments_say_what_they_are(self, reader):
        files = [file.get_object() for file in reader.trailer["/Root"]["/AF"]]
        assert {file["/AFRelationship"] for file in files} == {"/Data"}
        assert all(file["/Desc"].startswith("Data of ") for file in files)

    def test_says_every_sentence_title_and_note_of_the_document(self, text, document):
        said = [
            document.title,
            document.subtitle,
            *(flag.note for flag in document.flags),
            *document.colophon,
        ]
        said += [statement.stem for statement in (document.lead, *document.summary, *document.limits)]
        said += [part.stem for part in document.parts() if isinstance(part, d.Statement)]
        said += [
            words for one in document.exhibits for words in (one.label, one.title, one.subtitle, one.note)
        ]
        said += [words for m in document.methods for words in (m.title, m.formula, m.definition, m.reference)]
        said += [words for c in document.citations for words in (c.publisher, c.title, c.licence, c.accessed)]
        said += [table.sha256 for table in document.provenance.tables] + [document.provenance.rebuild]
        said += [
            cell
            for part in document.exhibits
            if isinstance(part, d.Table)
            for row in part.grid.rows
            for cell in row
        ]
        assert [words for words in said if squeezed(words) not in text] == []

    def test_names_keep_their_letters(self, text):
        assert [name for name in NAMES if name not in text] == []

    def test_page_one_alone_is_enough(self, reader, document):
        first = squeezed(reader.pages[0].extract_text())
        assert all(squeezed(key.figure + key.label) in first for key in document.key_figures)
        assert all(squeezed(statement.stem) in first for statement in document.summary)
        assert all(squeezed(flag.note) in first for flag in document.flags)

    def test_head_and_foot(self, reader):
        pages = len(reader.pages)
        for n, one in enumerate(reader.pages, start=1):
            lines = one.extract_text()
            assert f"{n} / {pages}" in lines
            assert n == 1 or lines.startswith("Central Asia Briefings")

    def test_marks_lead_to_their_place(self, reader):
        links = [note.get_object() for one in reader.pages for note in one.get("/Annots", ())]
        inside = [link for link in links if "/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo"]
        outside = {link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})}
        assert len(inside) > 30
        assert outside == {sample.UZSTAT["url"], sample.KAZSTAT["url"], "https://unstats.example/imts"}


class TestSameBytes:
    def test_twice(self, document, made):
        assert paper.pdf(document) == made

    def test_from_another_folder_and_process_with_another_clock_and_language(self, made, tmp_path):
        notebook = tmp_path / "executed.ipynb"
        nbformat.write(sample.assembled(), notebook)
        code = (
            "import sys, nbformat; from analysis.briefings.pdf import BriefingPDFExporter\n"
            "data, _ = BriefingPDFExporter().from_notebook_node(nbformat.read(sys.argv[1], 4))\n"
            "sys.stdout.buffer.write(data)"
        )
        env = {
            **os.environ,
            "TZ": "Asia/Almaty",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "7",
            "SOURCE_DATE_EPOCH": "1",
        }
        out = subprocess.run(
            [sys.executable, "-c", code, notebook], cwd=tmp_path, env=env, capture_output=True
        )
        assert out.returncode == 0, out.stderr.decode()
        assert out.stdout == made

    def test_no_path_of_the_machine_shows(self, made):
        written = b"".join(opened(made))
        assert b"/StructTreeRoot" in written
        assert str(Path.cwd()).encode() not in written
        assert b".venv" not in written


class TestExporter:
    def test_is_declared_to_nbconvert(self):
        exporter = BriefingPDFExporter()
        assert exporter.export_from_notebook == "Briefing (PDF)"
        assert (exporter.file_extension, exporter.output_mimetype) == (".pdf", "application/pdf")

    def test_jupyter_nbconvert_writes_the_file(self, made, tmp_path):
        nbformat.write(sample.assembled(), tmp_path / "executed.ipynb")
        name = "analysis.briefings.pdf.BriefingPDFExporter"
        command = [sys.executable, "-m", "nbconvert", "--to", name, "executed.ipynb"]
        out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert out.returncode == 0, out.stderr
        assert (tmp_path / "executed.pdf").read_bytes() == made

    @pytest.mark.parametrize("notebook", [sample.trade_notebook, sample.bloc_notebook])
    def test_a_single_notebook_gets_a_minimal_cover(self, notebook):
        data, resources = BriefingPDFExporter().from_notebook_node(notebook())
        assert resources["output_extension"] == ".pdf"
        assert failures(data, *BOTH) == []

    def test_pages_as_pictures(self, document):
        assert paper.page_png(document, 1, ppi=30).startswith(b"\x89PNG")
        with pytest.raises(IndexError, match="page 99 of 5"):
            paper.page_png(document, 99, ppi=30)


# --- what a page must bear -------------------------------------------------------------------------------------------


def table(rows: int, cell: str = "1.5", columns: int = 3) -> d.Table:
    heads = tuple(d.Column(f"c{n}", f"Column {n}", "right" if n else "left") for n in range(columns))
    cells = tuple((f"Row {n}", *[cell] * (columns - 1)) for n in range(rows))
    grid = d.Grid(heads, cells, row_header=True)
    reference = d.Reference("Table 1", "t")
    return d.Table("t", 1, "Table 1", "A title", "", "Alt.", "", (), (), (), "", None, reference, grid)


def bare(document: d.Document, *parts: d.Part, **changes) -> d.Document:
    """The document with one section of these parts and nothing on its cover that points elsewhere."""
    cover = {"lead": None, "summary": (), "key_figures": (), "limits": (), "notes": ()}
    return replace(document, **cover, sections=(d.Section("s", 1, "Section", "", parts),), **changes)


def paragraph(text: str) -> d.Prose:
    return d.Prose((d.Paragraph((d.Text(text),)),))


HOSTILE = [
    '#panic("x")',
    "#set page(width: 1pt)",
    '[ ] { } "',
    "\\ \\u{41} \\n",
    "1. one",
    "- dash",
    "= heading",
    "/ term: x",
    "*b* _i_ `c` $m$ <l> @r",
    "// no comment /* either */",
    '"}],"title":"x"',
    "https://a.example/#b",
    "--- ... ' ~",
]


class TestBears:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_markup_in_any_text_is_text(self, document, text):
        spoken = d.Statement("st", "text", f"{text}.", citations=(1,), flags=("a",))
        figure = next(part for part in document.exhibits if isinstance(part, d.Figure))
        parts = (
            paragraph(text),
            spoken,
            replace(table(2, cell=text), title=text, subtitle=text, note=text, alt=text, csv=text),
            replace(figure, title=text, alt=text, note=text),
            d.Verbatim(text),
        )
        data = paper.pdf(bare(document, *parts, title=text, subtitle=text, series=text, colophon=(text,)))
        assert words_of(data).count(squeezed(text)) >= 12
        assert pypdf.PdfReader(io.BytesIO(data)).metadata.title == text

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        text=st.text(
            alphabet=st.one_of(
                st.sampled_from("#[]{}()\"\\'*_$`=-+/<>@~.:;1aЖқʻü\n\t "),
                st.characters(categories=["Cc", "Cs"]),
                st.characters(min_codepoint=0x20, max_codepoint=0x17E, exclude_categories=["Cc"]),
            ),
            min_size=1,
            max_size=60,
        )
    )
    def test_any_text_of_known_letters_is_harmless(self, document, text):
        data = paper.pdf(
            bare(document, paragraph(text), replace(table(1, text), note=text), paragraph("At the end."))
        )
        assert "Attheend." in words_of(data)

    def test_words_of_ten_thousand_letters_break(self, document):
        word = "x" * 10_000
        data = paper.pdf(
            bare(document, paragraph(word), replace(table(1, word), title=word, note=word), title=word)
        )
        assert words_of(data).count("x") >= 5 * 10_000
        assert failures(data, *BOTH) == []

    @pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (80, 2)])
    def test_tables_of_no_one_and_eighty_rows(self, document, rows, pages):
        data = paper.pdf(bare(document, table(rows)))
        found = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(data)).pages]
        heads = [one for one in found if "Column 1" in one]
        assert len(heads) >= pages
        assert words_of(data).count("Row") == rows
        assert failures(data, *BOTH) == []

    @pytest.mark.parametrize("count", [40, 44, 48, 52, 56, 60])
    def test_the_last_page_is_never_a_line_of_the_provenance(self, document, count):
        one = document.provenance.tables[0]
        tables = tuple(replace(one, title=f"Table {place}") for place in range(count))
        data = paper.pdf(bare(document, provenance=replace(document.provenance, tables=tables)))
        last = pypdf.PdfReader(io.BytesIO(data)).pages[-1].extract_text()
        assert last.count(one.sha256) >= 8 and squeezed(document.provenance.rebuild) in squeezed(last)

    def test_empty_note_and_subtitle_leave_no_label(self, document):
        lone = bare(document, table(1))
        assert "Note:" not in words_of(paper.pdf(lone))

    def test_nothing_but_a_title(self, document):
        nothing = d.Provenance((), (), (), (), "")
        empty = bare(
            document, methods=(), flags=(), citations=(), provenance=nothing, colophon=(), subtitle=""
        )
        assert len(pypdf.PdfReader(io.BytesIO(paper.pdf(empty))).pages) == 1

    def test_pictures_of_a_persons_own(self, document):
        drawn = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><rect width="9" height="9"/></svg>'
        data = paper.pdf(bare(document, d.Picture("p", "A square.", "image/svg+xml", drawn)))
        tags = kinds(pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"])
        assert ("/Figure", "A square.") in tags


class TestRefuses:
    def test_a_letter_that_no_font_has_by_name_and_place(self, document):
        with pytest.raises(
            BriefingError, match=r"No font .* letter 中 \(U\+4E2D\) of “Trade with 中国 grew.”"
        ):
            paper.pdf(bare(document, paragraph("Trade with 中国 grew.")))

    def test_one_in_a_drawing_too(self, document):
        figure = next(part for part in document.exhibits if isinstance(part, d.Figure))
        with pytest.raises(BriefingError, match=r"U\+4E2D"):
            paper.pdf(bare(document, replace(figure, svg=figure.svg.replace("2016", "中"))))

    def test_a_private_letter(self, document):
        with pytest.raises(BriefingError, match=r"may not hold the letter U\+E000"):
            paper.pdf(bare(document, paragraph("a\ue000b")))

    def test_a_broken_picture(self, document):
        with pytest.raises(BriefingError, match=r"could not be typeset: .*decode image"):
            paper.pdf(bare(document, d.Picture("p", "Alt.", "image/png", b"nothing")))

    def test_a_drawing_without_alt(self, document):
        figure = next(part for part in document.exhibits if isinstance(part, d.Figure))
        with pytest.raises(BriefingError):
            paper.pdf(bare(document, replace(figure, alt="")))

    def test_any_warning_of_typst(self, document, monkeypatch):
        monkeypatch.setattr(typeset, "MONO", "No Such Font")
        with pytest.raises(BriefingError, match="not as designed: unknown font family: no such font"):
            paper.pdf(document)
