"""The e-mail: a draft that any program opens, in two forms that say the summary of the briefing, and nothing else."""

from __future__ import annotations

import email as mail
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest

from analysis.briefings import document as d
from analysis.briefings import pictures, typeset
from analysis.briefings.email import MOST_LISTED, email
from analysis.briefings.normalise import normalise
from analysis.exhibits.language import Quoted

from . import sample

FILES = ["pair.html", "pair.pdf"]


def read(data: bytes) -> EmailMessage:
    return mail.message_from_bytes(data, policy=default)


def body(data: bytes, kind: str) -> str:
    return read(data).get_body((kind,)).get_content()


class Seen(HTMLParser):
    """The words of a page, and every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self._hidden = "", [], False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def document() -> d.Document:
    return normalise(sample.assembled())


@pytest.fixture(scope="module")
def made(document: d.Document) -> bytes:
    return email(document, FILES)


@pytest.fixture(scope="module")
def page(made: bytes) -> Seen:
    return Seen(body(made, "html"))


class TestMessage:
    def test_it_is_a_draft_for_nobody_dated_as_the_edition(self, made: bytes) -> None:
        message = read(made)
        assert message["Subject"] == "Uzbekistan and Kazakhstan: trade and blocs · 31 December 2025"
        assert message["Date"].datetime.isoformat() == "2025-12-31T00:00:00+00:00"
        assert (message["X-Unsent"], message["Content-Language"]) == ("1", "en")
        assert not {"From", "To", "Cc", "Bcc", "Message-ID"} & set(message.keys())

    def test_an_undated_briefing_has_no_date(self, document: d.Document) -> None:
        message = read(email(replace(document, as_of="", edition_text="")))
        assert message["Date"] is None
        assert message["Subject"] == document.title

    def test_plain_text_first_then_html_with_its_picture(self, made: bytes) -> None:
        assert [part.get_content_type() for part in read(made).walk()] == [
            "multipart/alternative",
            "text/plain",
            "multipart/related",
            "text/html",
            "image/png",
        ]

    def test_it_travels_anywhere(self, made: bytes) -> None:
        """Seven bits, short lines that end as mail does, and no defect when read back."""
        made.decode("ascii")
        assert made.count(b"\n") == made.count(b"\r\n")
        assert max(map(len, made.splitlines())) <= 78
        assert [part.defects for part in read(made).walk()] == [[]] * 5

    def test_the_same_bytes_again(self, document: d.Document, made: bytes) -> None:
        assert email(document, FILES) == made

    def test_the_picture_is_in_it_and_is_the_exhibit_at_double_size(self, made: bytes, page: Seen) -> None:
        (picture,) = [part for part in read(made).walk() if part.get_content_maintype() == "image"]
        (shown,) = [attributes for tag, attributes in page.tags if tag == "img"]
        assert f"<{shown['src'].removeprefix('cid:')}>" == picture["Content-ID"]
        assert int.from_bytes(picture.get_content()[16:20]) == 2 * int(shown["width"])
        assert picture.get_filename() == "turnover-lines.png"

    def test_a_drawing_made_for_it_is_preferred(self, document: d.Document, monkeypatch) -> None:
        drawn = []
        monkeypatch.setattr(pictures, "drawing", lambda svg, width: drawn.append(svg) or b"picture")
        figure = document.lead_exhibit
        narrow = replace(figure, narrow=d.Drawing("<svg>narrow</svg>", 106, 60))
        parts = tuple(narrow if part is figure else part for part in document.sections[0].parts)
        email(document)
        email(
            replace(document, sections=(replace(document.sections[0], parts=parts), *document.sections[1:]))
        )
        assert drawn == [figure.svg, "<svg>narrow</svg>"]


class TestContent:
    @pytest.mark.parametrize("kind", ["plain", "html"])
    def test_it_says_the_summary(self, made: bytes, document: d.Document, kind: str) -> None:
        text = body(made, kind)
        text = squeezed(Seen(text).text if kind == "html" else text)
        exhibit = document.lead_exhibit
        said = [document.series, document.edition_text, document.title, document.subtitle]
        said += [statement.stem for statement in (document.lead, *document.summary)]
        said += [words for key in document.key_figures for words in (key.figure, key.label, key.change)]
        said += [exhibit.label, exhibit.title, exhibit.subtitle, document.provenance.rebuild]
        said += [sample.UZSTAT["title"], sample.UZSTAT["publisher"], sample.CHARTERS["title"]]
        said += [sample.NOMINAL["note"], *FILES, *document.colophon]
        assert [words for words in said if squeezed(words) not in text] == []

    def test_the_alt_text_is_that_of_the_briefing(
        self, made: bytes, page: Seen, document: d.Document
    ) -> None:
        assert [each["alt"] for tag, each in page.tags if tag == "img"] == [document.lead_exhibit.alt]
        assert squeezed(document.lead_exhibit.alt) in squeezed(body(made, "plain"))

    @pytest.mark.parametrize("kind", ["plain", "html"])
    def test_the_abbreviations_of_the_summary_are_told_in_full(
        self, made: bytes, document: d.Document, kind: str
    ) -> None:
        said = "In full: " + "; ".join(", ".join(pair) for pair in document.in_full) + "."
        assert squeezed(said) in squeezed(body(made, kind))
        assert "In full" not in body(email(replace(document, in_full=())), kind)

    def test_only_sources_and_caveats_of_the_summary(self, made: bytes, document: d.Document) -> None:
        """Coarse dates and charters are of the summary alone, not of the lead and its exhibit."""
        short = body(email(replace(document, summary=())), "html")
        for said in (sample.COARSE["note"], sample.CHARTERS["title"]):
            assert said in body(made, "html") and said not in short

    def test_pointers_lead_to_what_is_listed(self, made: bytes) -> None:
        text = body(made, "plain")
        marks = {mark for found in re.findall(r"\[([^\]]+)\]", text) for mark in re.split(r",\s*", found)}
        listed = set(re.findall(r"^\[(\w+)\]", text, re.MULTILINE))
        assert marks == listed

    def test_plain_text_parts_what_stands_under_an_exhibit(self, made: bytes, document: d.Document) -> None:
        lines = "\n".join(line.strip() for line in body(made, "plain").splitlines())
        paragraphs = [" ".join(each.split()) for each in lines.split("\n\n")]
        exhibit = document.lead_exhibit
        assert {exhibit.subtitle, typeset.plain(exhibit.alt)} <= set(paragraphs)
        starts = [each.partition(":")[0] for each in paragraphs]
        assert starts.count("Source") == 1 and ("Note" in starts) == bool(exhibit.note)

    @pytest.mark.parametrize("kind", ["plain", "html"])
    def test_of_very_many_sources_the_first_are_listed_and_the_others_counted(
        self, document: d.Document, kind: str
    ) -> None:
        sources = tuple(
            replace(document.citations[0], number=n, title=f"Title {n} of many") for n in range(1, 41)
        )
        lead = replace(document.lead, citations=tuple(each.number for each in sources[:MOST_LISTED]))
        whole = replace(document, lead=lead, summary=(), citations=sources)
        more = replace(whole, lead=replace(lead, citations=tuple(range(1, 41))))
        for shown, listed, counted in (
            (whole, MOST_LISTED, ""),
            (more, MOST_LISTED - 2, "27 more are listed"),
        ):
            text = body(email(shown), kind)
            assert re.findall(r"Title (\d+) of many", text) == [str(n) for n in range(1, listed + 1)]
            assert (counted in text) and ("more are listed" in text) == bool(counted)

    @pytest.mark.parametrize("kind", ["plain", "html"])
    def test_a_note_goes_without_a_drawing_that_shows_nothing_of_it(
        self, document: d.Document, kind: str
    ) -> None:
        figure = replace(document.lead_exhibit, note="The year is that of the treaty.")
        for is_noted in (True, False):
            narrow = replace(figure, narrow=d.Drawing(figure.svg, 106, 60, is_noted))
            parts = tuple(
                narrow if part is document.lead_exhibit else part for part in document.sections[0].parts
            )
            section = replace(document.sections[0], parts=parts)
            text = body(email(replace(document, sections=(section, *document.sections[1:]))), kind)
            assert (figure.note in text) == is_noted

    def test_plain_text_keeps_to_72_columns(self, made: bytes) -> None:
        long = [line for line in body(made, "plain").splitlines() if len(line) > 72]
        assert [line for line in long if not line.strip().startswith("http")] == []

    def test_without_exhibit_summary_and_key_figures(self, document: d.Document) -> None:
        bare = email(replace(document, lead=None, summary=(), key_figures=(), citations=(), flags=()))
        assert [part.get_content_type() for part in read(bare).walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        assert document.words["summary"] not in body(bare, "plain")

    def test_a_table_that_leads_is_told_in_words(self, document: d.Document) -> None:
        table = next(one for one in document.exhibits if isinstance(one, d.Table))
        data = email(replace(document, lead=replace(document.lead, exhibit=table.reference)))
        assert "image/png" not in [part.get_content_type() for part in read(data).walk()]
        assert squeezed(table.alt) in squeezed(Seen(body(data, "html")).text)


class TestHtml:
    def test_nothing_runs_and_nothing_is_loaded(self, page: Seen) -> None:
        assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "form", "object", "svg"} == set()
        addresses = {
            value for _, each in page.tags for name, value in each.items() if name in ("src", "href")
        }
        assert all(address.startswith(("cid:", "https://stat.example/")) for address in addresses)
        assert not [name for _, each in page.tags for name in each if name.startswith("on")]

    def test_it_says_its_language_and_knows_the_dark(self, page: Seen) -> None:
        assert ("html", {"lang": "en"}) in page.tags
        assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.tags

    def test_text_of_the_data_is_marked_where_the_message_is_in_another_language(
        self, document: d.Document
    ) -> None:
        first, *rest = document.citations
        quoted = replace(first, title=Quoted(first.title, "en"), publisher=Quoted("A & B", "en"))
        html = body(email(replace(document, language="ru", citations=(quoted, *rest))), "html")
        assert '<html lang="ru">' in html
        assert html.count('<span lang="en">A &amp; B</span>') == 2, "in the source line and in the list"
        assert f'<span lang="en">{first.title}</span>' in html

    def test_layout_tables_are_named_as_such_and_headings_follow(self, page: Seen) -> None:
        assert all(each.get("role") == "presentation" for tag, each in page.tags if tag == "table")
        assert [tag for tag, _ in page.tags if tag in ("h1", "h2", "h3")] == ["h1", *["h2"] * 5]

    @pytest.mark.browser
    @pytest.mark.parametrize("width", [390, 600])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_in_a_browser_it_fits_and_axe_finds_nothing(self, chromium, made, width, scheme) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.set_content(body(made, "html"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # a mail has no landmarks: it is shown inside those of its program
        found = axe.run(
            page, options={"rules": {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}}
        )
        violations = found.response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
        page.close()


class TestBears:
    @pytest.mark.parametrize(
        "text", [sample.HOSTILE, "Subject\r\nBcc: a@b.example", "=cmd|' /C calc'!A0", "x" * 10_000]
    )
    def test_any_text_is_text(self, document: d.Document, text: str) -> None:
        lead = replace(document.lead, text=f"{text}.")
        key = d.KeyFigure(text, text, text)
        data = email(
            replace(document, title=text, subtitle=text, series=text, lead=lead, key_figures=(key,)), [text]
        )
        message = read(data)
        assert message["Bcc"] is None
        assert [part.defects for part in message.walk()] == [[]] * 5
        page = Seen(body(data, "html"))
        assert "script" not in {tag for tag, _ in page.tags}
        assert squeezed(page.text).count(squeezed(text)) >= 7
        assert squeezed(body(data, "plain")).count(squeezed(text)) >= 7

    def test_letters_of_the_region(self, document: d.Document) -> None:
        names = "Қазақстан, Oʻzbekiston, Кыргызстан, Тоҷикистон, Türkmenistan"
        data = email(replace(document, title=names))
        assert read(data)["Subject"].replace("\u00a0", " ").startswith(names)
        assert names in body(data, "html")

    def test_a_long_subject_keeps_its_spaces(self, document: d.Document) -> None:
        title = "Central Asia: relations, blocs, trade, routes and claims"
        said = read(email(replace(document, title=title)))["Subject"].replace("\u00a0", " ")
        assert said == f"{title} · {document.edition_text}"
