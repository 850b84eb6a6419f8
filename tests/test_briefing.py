"""The default briefing as a reader gets it: built once on the real tables, then looked at from outside."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import budgets
import fact_checks
import format_checks
import jsonschema
import page
import pypdf
import pytest

from analysis.briefings import build, definition
from analysis.briefings.agreement import FORMATS

VIEWS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
DAY = "2025-12-31"
UNREAD = ("script", "style", "pre")  # no sentences: a listing of code is none either


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    """The files of the default briefing at the end of 2025."""
    out = tmp_path_factory.mktemp("the default") / "briefing"
    dates = {"as_of": DAY, "known_by": "2026-11-22"}
    made = build.build(definition.DEFAULT, dates, formats=list(FORMATS), out=out)
    return {path.suffix: path for path in (*made.paths, made.facts)}


class Text(HTMLParser):
    """The text of a page without scripts, styles and listings of code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.hidden += tag in UNREAD

    def handle_endtag(self, tag) -> None:
        self.hidden -= tag in UNREAD

    def handle_data(self, data) -> None:
        if not self.hidden:
            self.parts.append(data)


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]+", " ", text)


@pytest.fixture(scope="module")
def html(built) -> str:
    return plain("".join(Text(built[".html"].read_text(encoding="utf-8")).parts))


@pytest.fixture(scope="module")
def reader(built) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(built[".pdf"].read_bytes()))


@pytest.fixture(scope="module")
def pdf(reader) -> str:
    return plain(" ".join(each.extract_text() for each in reader.pages))


FACTS = {
    "turnover 2016 by Uzbekistan": "USD 1.90 billion in 2016",
    "turnover 2023 by Uzbekistan": "USD 4.49 billion in 2023",
    "goods and services": "goods and services",
    "the multiple": "2.36 times",
    "the rate over seven periods": "13.1% a year over 7 years",
    "in constant dollars": "constant 2016 US dollars",
    "the multiple in constant dollars": "1.86 times",
    "doubled in current dollars only": "more than doubled in current US dollars",
    "not doubled in constant dollars": "did not double",
    "Kazakhstan's own figure": "USD 4.42 billion (goods)",
    "the years without a mirror": "2016–2017",
    "two of nine": "share 2 of the 9 countries in either, Kazakhstan and Kyrgyzstan",
    "the Jaccard index": "Jaccard index of 0.22",
    "the observer": "Uzbekistan",
}


@pytest.mark.parametrize("fact", FACTS)
def test_both_formats_say(fact: str, html: str, pdf: str) -> None:
    assert FACTS[fact] in html
    assert FACTS[fact].replace(" ", "") in pdf.replace(" ", "")


def test_page_and_pdf_say_the_same(built) -> None:
    html = built[".html"].read_text(encoding="utf-8")
    assert format_checks.differences(html, built[".pdf"].read_bytes()) == []


def test_the_email_says_nothing_that_the_page_does_not(built) -> None:
    page = format_checks.of_page(built[".html"].read_text(encoding="utf-8"), notes=False)
    files = f"The whole briefing: {built['.html'].name}, {built['.pdf'].name}"
    for units in format_checks.of_email(built[".eml"].read_bytes()):
        assert format_checks.strangers(units, page) == ["Key figures", files]


def test_the_card_shows_the_chart_of_the_lead(built) -> None:
    """At the card's width it was drawn soundly: its title is in the alt text, where key figures would stand."""
    card = built[".png"].read_bytes()
    assert card[16:24] == (1200).to_bytes(4) + (630).to_bytes(4)
    units = format_checks.of_page(built[".html"].read_text(encoding="utf-8")).units
    title = units[units.index("Figure 1") + 1]
    assert f"{title}." in format_checks.normal(card.decode(errors="ignore").partition("iTXtDescription")[2])


def test_nothing_undefined_is_printed(html: str) -> None:
    assert not re.search(r"(?<!\w)(nan|NaN|None|inf|<NA>)(?!\w)", html)


def test_the_page_keeps_to_its_budget(built) -> None:
    html = built[".html"].read_text(encoding="utf-8")
    assert len(html.encode()) <= 150_000 + 25_000 * html.count('class="exhibit"')


def test_the_facts_follow_their_schema_and_every_number_has_rows_a_source_and_a_method(built) -> None:
    schema = json.loads(
        Path(__file__).parents[1].joinpath("docs/facts.schema.json").read_text(encoding="utf-8")
    )
    record = json.loads(built[".json"].read_text(encoding="utf-8"))
    jsonschema.validate(record, schema, cls=jsonschema.Draft202012Validator)
    methods = {method["method"] for method in record["methods"]}
    cited = {citation["source"] for citation in record["citations"]}
    measured = [fact for fact in record["facts"] if fact["method"] and fact["note"]]
    assert len(measured) > 50
    for fact in measured:
        assert fact["method"] in methods, fact["id"]
        assert fact["rows"] and fact["sources"] and set(fact["sources"]) <= cited, fact["id"]
    assert fact_checks.baseless(record) == []


def test_page_and_pdf_weigh_no_more_than_their_exhibits_allow(built) -> None:
    assert budgets.over(built[".html"].read_bytes(), built[".pdf"].read_bytes()) == []


def test_the_pdf_is_tagged_titled_and_has_bookmarks(reader) -> None:
    root = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root and root["/Lang"] == "en"
    assert reader.metadata.title == "Uzbekistan and Kazakhstan"
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)][:1] == ["Summary"]


def test_the_pdf_passes_the_checks_of_pdf_ua(built) -> None:
    report = page.validate_pdf_bytes(built[".pdf"].read_bytes(), profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.rule_id for failure in report.failures if "STREAM-LENGTH" not in failure.rule_id] == []


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_asks_for_nothing_and_axe_finds_nothing(chromium, built, view: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(**VIEWS[view], bypass_csp=True)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    address = built[".html"].as_uri()
    tab.goto(address)
    results = axe.run(tab).response
    context.close()
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in results["violations"]] == []
    assert {url for url in asked if not url.startswith("data:")} == {address}
