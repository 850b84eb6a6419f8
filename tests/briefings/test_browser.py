"""The page in a real browser: nothing requested, nothing blocked, nothing that a reader cannot reach."""

from __future__ import annotations

import io

import pypdf
import pytest

from analysis.briefings.html import BriefingHTMLExporter

from . import sample

pytestmark = pytest.mark.browser

VIEWS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "zoom 200 %": {"viewport": {"width": 640, "height": 512}, "color_scheme": "light"},
    "zoom 400 %": {"viewport": {"width": 320, "height": 256}, "color_scheme": "light"},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "briefing.html"
    path.write_text(BriefingHTMLExporter().from_notebook_node(sample.assembled())[0], encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium, file):
    """Open the page in a view; ends by holding that nothing was requested or complained of."""
    contexts, requests, complaints = [], [], []

    def open_(view="light", **more):
        context = chromium.new_context(**VIEWS[view], **more)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert {url for url in requests if not url.startswith("data:")} == {file.as_uri()}
    assert complaints == []


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(opened, view):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    results = axe.run(opened(view, bypass_csp=True)).response
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in results["violations"]] == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_sideways_scroll(opened, view):
    page = opened(view)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_own_fonts_are_used(opened):
    page = opened()
    assert (
        page.evaluate("document.fonts.ready.then(() => [...document.fonts].map(f => f.status))")
        == ["loaded"] * 5
    )


def test_button_changes_the_theme(opened):
    page = opened("light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(paper) != light
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(paper) == light


def test_print_is_light_even_in_the_dark(opened):
    page = opened("dark")
    page.get_by_role("button", name="Light").click()
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_has_no_controls_says_where_links_lead_and_counts_its_pages(opened):
    page = opened()
    page.emulate_media(media="print")
    assert not any(
        page.locator(part).first.is_visible() for part in (".tools", "#theme", "#contents", ".skip")
    )
    told = page.evaluate("getComputedStyle(document.querySelector('cite a'), '::after').content")
    assert "https://" in told
    pages = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert f"2 / {len(pages)}" in pages[1].extract_text()
    heads = page.evaluate(
        "[...document.querySelectorAll('figcaption')].map((e) => getComputedStyle(e).breakAfter)"
    )
    assert set(heads) == {"avoid"}


def test_short_cells_with_figures_stay_on_one_line(opened):
    page = opened("phone")
    cells = page.locator("#mirror-table tbody td")
    spaces = cells.evaluate_all("(cells) => cells.map((cell) => getComputedStyle(cell).whiteSpace)")
    assert set(spaces) == {"nowrap"}


def test_a_cell_with_words_breaks_though_its_text_is_marked(opened):
    """A mark of language in a cell is its first child, as the head of the row is that of the row."""
    space = """() => {
      const table = document.querySelector("#mirror-table .sortable table");
      table.className = "h1";
      const mark = document.createElement("span");
      table.tBodies[0].rows[0].cells[1].replaceChildren(mark);
      return getComputedStyle(mark).whiteSpace;
    }"""
    assert opened().evaluate(space) == "normal"


def test_tables_sort_by_number_and_by_date(opened):
    page = opened()
    gap = page.get_by_role("figure").filter(has_text="Table 1").get_by_role("button", name="Gap")
    gap.click()
    first = "#mirror-table tbody tr:first-child"
    assert page.inner_text(f"{first} th") == "2022"
    assert page.get_attribute("#mirror-table th[aria-sort]", "aria-sort") == "ascending"
    gap.click()
    assert page.inner_text(f"{first} th") == "2016"
    page.get_by_role("figure").filter(has_text="Table 3").get_by_role("button", name="EAEU").click()
    assert page.inner_text("#accession-table tbody tr:first-child th") == "Kazakhstan"


def test_sorting_by_keyboard_keeps_the_focus_and_is_said(opened):
    page = opened()
    gap = page.get_by_role("figure").filter(has_text="Table 1").get_by_role("button", name="Gap")
    gap.focus()
    for key, order in (("Enter", "ascending"), ("Space", "descending")):
        page.keyboard.press(key)
        assert page.get_by_role("status").text_content() == f"Sorted by Gap, {order}"
        assert page.get_attribute("#mirror-table th[aria-sort]", "aria-sort") == order
        assert page.evaluate("document.activeElement.textContent") == "Gap"


def test_keyboard_reaches_what_there_is_and_no_more(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.evaluate("document.querySelectorAll('.scroll[tabindex]').length") == 0
    narrow = opened("phone")
    assert narrow.locator(".drawing[tabindex]").count() == 0
    narrow.set_viewport_size({"width": 240, "height": 844})
    scrolled = narrow.locator(".scroll[tabindex='0']").first
    assert scrolled.get_attribute("aria-label").startswith("Table")


def test_arrows_lead_from_head_to_head_and_from_source_to_source(opened):
    page = opened()
    focused = "document.activeElement.textContent"
    heads = page.locator("#mirror-table th button").all_inner_texts()
    page.locator("#mirror-table th button").first.focus()
    for key, place in (("ArrowRight", 1), ("End", -1), ("ArrowLeft", -2), ("Home", 0), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == heads[place]
    sources = page.locator("#sources ~ ol cite a").all_inner_texts()
    page.locator("#sources ~ ol cite a").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == sources[1]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('ol')") is None, "one stop for all of them"


def test_reads_without_script(opened):
    page = opened(java_script_enabled=False)
    assert page.get_by_role("heading", level=2, name="Sources").is_visible()
    assert not page.locator("#theme").is_visible()


def test_downloads_the_rows_drawn(opened):
    page = opened()
    with page.expect_download() as started:
        page.locator("#mirror-table summary").click()
        page.locator("#mirror-table a[download]").click()
    assert started.value.suggested_filename == "mirror-table.csv"
    text = open(started.value.path(), encoding="utf-8").read()  # noqa: PTH123, SIM115
    assert text.splitlines()[1] == "2016,1.90,1.50,21.3%"


class TestCards:
    """The card behind the numbers of a sentence, by keyboard alone."""

    def test_opens_is_announced_and_gives_the_focus_back(self, opened):
        page = opened()
        button = page.locator("main .note").first
        button.focus()
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Note on the numbers 1"
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'note-1'")
        card = page.locator("#note-1")
        assert card.evaluate("card => card.matches(':popover-open')")
        assert {"Value", "Measure", "Source", "Vintage"} <= set(card.locator("dt").all_inner_texts())
        page.keyboard.press("Escape")
        assert not card.evaluate("card => card.matches(':popover-open')")
        assert page.evaluate("document.activeElement.className") == "note"

    def test_stands_in_the_accessibility_tree_with_its_name_and_what_it_says(self, opened):
        page = opened()
        page.locator("main .note").first.click()
        page.wait_for_function("document.activeElement.id === 'note-1'")
        client = page.context.new_cdp_session(page)
        nodes = client.send("Accessibility.getFullAXTree")["nodes"]
        named = {
            (node["role"]["value"], node.get("name", {}).get("value"))
            for node in nodes
            if not node["ignored"]
        }
        assert ("group", "Note on the numbers 1") in named
        assert ("button", "Note on the numbers 1") in named
        assert ("StaticText", "Vintage") in named

    def test_leads_on_to_the_sources_it_names(self, opened):
        page = opened()
        page.locator("main .note").first.click()
        page.wait_for_function("document.activeElement.id === 'note-1'")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#source-1"
        page.keyboard.press("Enter")
        assert page.locator(".card:popover-open").count() == 0
        assert page.evaluate("document.querySelector(':target').id") == "source-1"

    def test_never_stands_on_its_sentence(self, opened):
        page = opened()
        for note in page.locator("main p .note, main li .note").all():
            note.evaluate("note => note.scrollIntoView({block: 'end'})")
            note.click()
            page.wait_for_selector(".card:popover-open")
            overlap = page.evaluate(
                """() => {
                  const [card, told] = [".card:popover-open", ".told"].map((each) => document.querySelector(each).getBoundingClientRect());
                  return Math.min(card.bottom, told.bottom) - Math.max(card.top, told.top);
                }"""
            )
            assert overlap <= 0, note.text_content()
            page.keyboard.press("Escape")

    def test_opens_without_script(self, opened):
        page = opened(java_script_enabled=False)
        before = page.locator("#note-1").bounding_box()
        page.locator("main .note").first.click()
        assert page.locator("#note-1").bounding_box() != before

    def test_a_click_on_the_number_opens_it_too(self, opened):
        page = opened()
        page.locator("main .n").first.click()
        assert page.locator(".card:popover-open").count() == 1

    def test_stays_within_the_window(self, opened):
        for view in ("light", "phone", "zoom 400 %"):
            page = opened(view)
            page.locator(".summary .note").last.click()
            box = page.locator(".card:popover-open").bounding_box()
            size = VIEWS[view]["viewport"]
            assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"] + 1, view
            assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 1, view

    def test_is_a_note_on_paper(self, opened):
        page = opened()
        page.emulate_media(media="print")
        assert page.locator("#note-1").is_visible()
        assert not page.locator(".tools").first.is_visible()
