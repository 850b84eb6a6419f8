"""Readable by all: every figure of every notebook, and the real briefings in the browser and as PDF."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_checks import ROOT, shown
from pdf_checks import BOTH, failures, jumps, kinds

from analysis.briefings import document as d
from analysis.briefings.html import BriefingHTMLExporter
from analysis.exhibits import alt, blocks

DEFAULT, WHOLE = "uzbekistan-kazakhstan", "central-asia"
REPORTS = [DEFAULT, pytest.param(WHOLE, marks=pytest.mark.soak)]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))

LIGHT = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "reduced_motion": "reduce"}
VIEWS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "zoom 200 %": {"viewport": {"width": 640, "height": 512}},
    "zoom 400 %": {"viewport": {"width": 320, "height": 256}},
    "high contrast": {"forced_colors": "active"},
}
CONTRAST = (ROOT / "tests" / "contrast.js").read_text(encoding="utf-8")

# The spacing that a reader may ask for (WCAG 1.4.12).
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
)
CLIPPED = """[...document.querySelectorAll("main *, header *, nav *")].filter((node) => {
  const style = getComputedStyle(node);
  return !(node instanceof SVGElement) && !node.closest(".hidden") && style.overflow === "hidden"
    && (node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1);
}).map((node) => node.outerHTML.slice(0, 120))"""

# Of the element in focus: what it is, how its focus shows, whether it can be seen.
STOP = """() => {
  const node = document.activeElement;
  if (node === document.body) return null;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  return {
    name: (node.getAttribute("aria-label") || node.textContent).trim(),
    kind: node.className || node.tagName.toLowerCase(),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    place: [...document.querySelectorAll("*")].indexOf(node),
  };
}"""

# Of each drawing that is shown: where it ends, and the size of its smallest letters, in pixels.
PHONE = """[...document.querySelectorAll(".drawing svg")].filter((svg) => svg.checkVisibility()).map((svg) => {
  const box = svg.getBoundingClientRect();
  const sizes = [...svg.querySelectorAll("text")].map((text) => parseFloat(getComputedStyle(text).fontSize));
  return { right: box.right, least: Math.min(...sizes) * box.width / svg.viewBox.baseVal.width };
})"""

# Buttons and the like that a finger misses: less than 24 px around the middle of one leads to it (WCAG 2.5.8).
SMALL = """[...document.querySelectorAll("button:not([hidden]), summary, nav a, .tools a")].filter((node) => {
  node.scrollIntoView({ block: "center", behavior: "instant" });
  const box = node.getBoundingClientRect();
  if (!node.checkVisibility()) return false;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return ![[0, -11.5], [0, 11.5], [-11.5, 0], [11.5, 0]].every(([right, down]) => {
    const there = document.elementFromPoint(Math.min(Math.max(x + right, 0), innerWidth - 1), y + down);
    return there && (node === there || node.contains(there) || there.closest("button, a, summary"));
  });
}).map((node) => node.outerHTML.slice(0, 120))"""


# --- every figure of every notebook -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook_blocks() -> dict[str, list[dict]]:
    """What every notebook shows with its defaults, as a kernel would hand it on."""
    return {name: json.loads(json.dumps(shown(name, {}))) for name in NOTEBOOKS}


def exhibits(found: list[dict]) -> list[dict]:
    return [block for block in found if block["kind"] in ("figure", "table")]


class TestExhibits:
    def test_each_says_in_words_what_it_shows(self, notebook_blocks) -> None:
        found = [block for each in notebook_blocks.values() for block in exhibits(each)]
        assert len(found) > 80
        for block in found:
            assert alt.faults(block["alt"], block["title"]) == [], block["id"]
            assert 40 <= len(block["alt"]) <= 900, block["id"]

    def test_each_figure_has_the_rows_that_it_draws(self, notebook_blocks) -> None:
        for name, each in notebook_blocks.items():
            for block in (found for found in each if found["kind"] == "figure"):
                assert block["table"]["rows"] and block["table"]["columns"], (name, block["id"])

    def test_each_figure_is_drawn_for_a_phone_too(self, notebook_blocks) -> None:
        figures = [block for each in notebook_blocks.values() for block in each if block["kind"] == "figure"]
        assert [block["id"] for block in figures if not block.get("narrow")] == []
        widest = {block["id"]: block["narrow"]["width_mm"] for block in figures}
        assert [name for name, width in widest.items() if width > 100] == ["route", "acts"], (
            "names in a row and dates beside marks take more, at letters of 7.8 pixels and more"
        )

    def test_each_alt_text_names_rows_or_values_of_its_table(self, notebook_blocks) -> None:
        for name, each in notebook_blocks.items():
            for block in exhibits(each):
                cells = {cell.strip() for row in block["table"]["rows"] for cell in row if cell.strip(" …–")}
                said = [cell for cell in cells if cell in block["alt"]]
                assert len(said) >= min(2, len(cells)), (name, block["id"])


@pytest.fixture(scope="module")
def figures_page(notebook_blocks, tmp_path_factory) -> dict[str, Path]:
    """A page for each notebook, as an export by itself makes it."""
    folder = tmp_path_factory.mktemp("figures")
    pages = {}
    for name, found in notebook_blocks.items():
        cells = [new_markdown_cell(f"# {name}")]
        for block in found:
            shows = new_output("display_data", data={blocks.MIME: block, "text/plain": "shown"})
            cells.append(new_code_cell("shown", execution_count=1, outputs=[shows]))
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
        notebook = new_notebook(cells=cells, metadata=kernel | {"language_info": {"name": "python"}})
        pages[name] = folder / f"{name}.html"
        pages[name].write_text(BriefingHTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    return pages


@pytest.mark.browser
class TestContrast:
    """What axe cannot judge: text inside a drawing, against the mark or the paper that it stands on."""

    @pytest.mark.parametrize("view", ["light", "dark", "high contrast", "phone"])
    def test_every_text_of_every_drawing_can_be_read(self, chromium, figures_page, view: str) -> None:
        settings = LIGHT | {"viewport": {"width": 1280, "height": 1600}} | VIEWS[view]
        context = chromium.new_context(**settings)
        page, found, judged = context.new_page(), [], 0
        for name, file in figures_page.items():
            page.goto(file.as_uri())
            result = page.evaluate(CONTRAST)
            judged += result["judged"]
            found += [(name, *failure) for failure in result["failures"]]
        context.close()
        assert found == []
        assert judged > (900 if view == "phone" else 1000)  # a narrow drawing has fewer labels

    def test_the_check_can_fail(self, chromium) -> None:
        drawing = """<style>body { background: #fff }</style><figure id="f">
            <svg width="400" height="200" xmlns="http://www.w3.org/2000/svg">
            <defs><path id="mark" d="M0 0H90V30H0Z" fill="#000"/>
            <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#fff"/>
            <path d="M0 4L4 0" stroke="#333"/></pattern></defs>
            <text x="0" y="20" fill="#999">pale</text><text x="100" y="20" fill="#111">dark</text>
            <use href="#mark" x="0" y="40"/><text x="5" y="60" fill="#111">on a mark</text>
            <text x="105" y="60" fill="#111">under</text><path d="M100 40H200V70H100Z" fill="#eee"/>
            <path d="M200 40H300V70H200Z" fill="url(#hatch)"/><text x="205" y="60" fill="#111">hatched</text>
            <path d="M0 100H90V130H0Z" fill="#000" fill-opacity=".9"/><text x="5" y="120" fill="#fff">white</text>
            </svg></figure>"""
        page = chromium.new_page()
        page.set_content(drawing)
        result = page.evaluate(CONTRAST)
        page.close()
        assert [failure[1] for failure in result["failures"]] == ["pale", "on a mark", "under", "hatched"]
        assert result["judged"] == 6


# --- the real briefings in the browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=REPORTS)
def report(request, built_report):
    """A briefing of the project as `briefing build` makes it."""
    return built_report(request.param)


@pytest.fixture
def opened(chromium, report):
    """Open the page of the briefing in a view; moving pictures are off, so that a jump is done at once."""
    contexts = []

    def open_(view="light", **more):
        contexts.append(chromium.new_context(**LIGHT | VIEWS[view], **more))
        page = contexts[-1].new_page()
        page.goto(file(report, ".html").as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()


def file(report, ending: str) -> Path:
    return next(path for path in report.paths if path.name == f"{report.name}{ending}")


# the short words of tables that end a line in their middle
BROKEN = """[...document.querySelectorAll(".sortable :is(th, td)")].flatMap((cell) => {
  const found = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(/\\p{L}{2,16}/gu)) {
    const range = document.createRange();
    range.setStart(walker.currentNode, word.index);
    range.setEnd(walker.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) found.push(word[0]);
  }
  return found;
})"""


@pytest.mark.browser
class TestPage:
    @pytest.mark.parametrize("view", [view for view in VIEWS if view != "high contrast"])
    def test_axe_finds_nothing_and_nothing_scrolls_sideways(self, opened, view: str) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        page = opened(view, bypass_csp=True)
        rules = {"rules": {"target-size": {"enabled": True}}}
        results = axe.run(page, options=rules).response
        found = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in results["violations"]]
        assert found == []
        # what axe leaves open is contrast alone, of text in drawings and beside them: see TestContrast and test_theme
        assert {rule["id"] for rule in results["incomplete"]} <= {"color-contrast"}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_the_keyboard_reaches_everything_in_order_and_is_seen(self, opened, report) -> None:
        page, stops = opened(), []
        while len(stops) < 1000:
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            if stop is None:
                break
            stops.append(stop)
        assert stops[0]["kind"] == "skip" and stops[1]["name"].startswith("Colour theme")
        places = [stop["place"] for stop in stops]
        assert places == sorted(set(places)), "the order of the page, each once, and no trap"
        assert [stop for stop in stops if not stop["seen"] or stop["outline"] < 2] == []
        kinds_ = [stop["kind"] for stop in stops]
        document = report.document
        codes = sum(bool(section.code) for section in document.sections)
        assert kinds_.count("summary") == len(document.exhibits) + codes, (
            "one control an exhibit, and the code"
        )
        sortable = sum(isinstance(each, d.Table) for each in document.exhibits)
        assert kinds_.count("button") == 1 + sortable, "the theme, and one head of each table"
        # what is left: the notes, or the sources of a sentence without a number, a pointer of some sentences to an
        # exhibit or a caveat, tables that scroll
        notes = len(page.query_selector_all(".note")) + sum(stop["name"].isdigit() for stop in stops)
        bound = 5 + len(document.contents) + 2 * notes + len(document.exhibits) + codes + 2 * sortable
        assert len(stops) <= bound
        if report.name == DEFAULT:
            assert len(stops) <= 120

    def test_a_phone_shows_each_drawing_whole_in_letters_that_can_be_read(self, opened) -> None:
        drawings = opened("phone").evaluate(PHONE)
        assert len(drawings) > 10
        assert [each for each in drawings if each["right"] > 390 or each["least"] < 8.5] == []

    def test_no_table_is_cut_on_a_desk(self, opened) -> None:
        assert opened().locator(".sortable[data-more]").count() == 0

    def test_no_table_is_cut_on_a_phone_and_each_cell_of_a_card_says_its_column(self, opened) -> None:
        page = opened("phone")
        cut = "[...document.querySelectorAll('.sortable')].filter((box) => box.scrollWidth > box.clientWidth + 1).length"
        assert page.evaluate(cut) == 0
        labels = """[...document.querySelectorAll(".stacks table")].map((table) => [
          [...table.tHead.rows[0].cells].map((cell) => cell.textContent),
          [...table.tBodies[0].rows[0].cells].map((cell) => getComputedStyle(cell, "::before").content.slice(1, -1)),
        ])"""
        told = page.evaluate(labels)
        assert told and all(heads == said for heads, said in told)

    def test_paper_keeps_a_drawing_whole_and_cuts_no_table(self, opened) -> None:
        page = opened()
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 642, "height": 900})  # 170 mm
        inside = """[...document.querySelectorAll(".exhibit:has(.drawing)")]
          .map((node) => getComputedStyle(node).breakInside)"""
        assert set(page.evaluate(inside)) == {"avoid"}
        cut = "[...document.querySelectorAll('.sortable')].filter((box) => box.scrollWidth > box.clientWidth + 1).length"
        assert page.evaluate(cut) == 0
        assert page.evaluate(BROKEN) == []

    def test_a_key_figure_stands_on_one_line(self, opened) -> None:
        lines = """[...document.querySelectorAll(".keys .number")].map((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
        })"""
        assert set(opened().evaluate(lines)) == set(opened("phone").evaluate(lines)) == {1}

    def test_the_skip_link_leads_past_the_head(self, opened) -> None:
        page = opened()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")

    def test_the_contents_lead_to_their_headings(self, opened, report) -> None:
        page = opened()
        for anchor, title in report.document.contents:
            page.locator(f'nav a[href="#{anchor}"]').focus()
            page.keyboard.press("Enter")
            heading = page.locator(f'[id="{anchor}"]')
            assert title in heading.inner_text().replace("\xa0", " ")
            assert heading.evaluate(
                "node => { const y = node.getBoundingClientRect().top; return y > -1 && y < innerHeight }"
            )

    def test_a_card_opens_is_announced_and_gives_the_focus_back(self, opened) -> None:
        page = opened()
        button = page.locator("main .note").nth(5)
        button.focus()
        name = button.get_attribute("aria-label")
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.classList.contains('card')")
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        named = {
            (node["role"]["value"], node.get("name", {}).get("value")) for node in tree if not node["ignored"]
        }
        assert ("group", name) in named
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
        assert page.locator(".card:popover-open").count() == 0

    def test_the_data_of_an_exhibit_open_with_its_sources(self, opened, report) -> None:
        page = opened()
        exhibit = next(each for each in report.document.exhibits if isinstance(each, d.Figure))
        control = page.locator(f"#{exhibit.anchor} summary")
        control.focus()
        page.keyboard.press("Enter")
        part = page.locator(f"#{exhibit.anchor} details")
        assert part.get_by_role("table").count() == 1 and part.locator("a[download]").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('details') !== null")

    def test_a_table_is_sorted_by_the_keyboard_and_says_so(self, opened) -> None:
        page = opened()
        head = page.locator(".sortable th button").first
        head.focus()
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"

    @pytest.mark.parametrize("view", ["light", "phone"])
    def test_nothing_to_press_is_smaller_than_a_finger(self, opened, view: str) -> None:
        assert opened(view).evaluate(SMALL) == []

    @pytest.mark.parametrize("view", ["light", "phone"])
    def test_wider_spacing_of_text_cuts_nothing(self, opened, view: str) -> None:
        page = opened(view, bypass_csp=True)
        page.add_style_tag(content=SPACING)
        assert page.evaluate(CLIPPED) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_nothing_moves_for_who_asks_for_that(self, opened) -> None:
        moving = """[...document.querySelectorAll("*")].filter((node) => {
          const style = getComputedStyle(node);
          return style.scrollBehavior === "smooth" || style.animationName !== "none"
            || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
        }).length"""
        assert opened().evaluate(moving) == 0

    def test_high_contrast_keeps_the_focus_and_the_controls_in_sight(self, opened) -> None:
        page = opened("high contrast")
        page.keyboard.press("Tab")
        assert page.evaluate(STOP)["outline"] >= 2
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        marks = "getComputedStyle(document.querySelector('.drawing svg')).forcedColorAdjust"
        assert page.evaluate(marks) == "none", "a drawing keeps the colours that its key explains"


# --- the real briefings as PDF ----------------------------------------------------------------------------------------


class TestPDF:
    @pytest.fixture
    def reader(self, report) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(file(report, ".pdf").read_bytes()))

    @pytest.fixture
    def tags(self, reader) -> list[tuple[str, str | None]]:
        return kinds(reader.trailer["/Root"]["/StructTreeRoot"])

    def test_passes_pdf_ua_1_and_pdf_a_3_with_its_attachments(self, report, reader) -> None:
        assert failures(file(report, ".pdf").read_bytes(), *BOTH) == []
        assert sorted(reader.attachments) == sorted(each.csv_name for each in report.document.exhibits)

    def test_is_in_its_language_and_named(self, report, reader) -> None:
        root = reader.trailer["/Root"]
        assert root["/Lang"].split("-")[0] == report.document.language
        assert reader.metadata.title == report.document.title
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]

    def test_exhibits_are_read_in_their_order_each_with_its_alt_text(self, report, tags) -> None:
        found = report.document.exhibits
        read = [(tag, text) for tag, text in tags if tag in ("/Figure", "/Table")]
        assert [tag for tag, _ in read] == [
            "/Figure" if isinstance(each, d.Figure) else "/Table" for each in found
        ]
        assert [text for tag, text in read if tag == "/Figure"] == [
            each.alt for each in found if isinstance(each, d.Figure)
        ]

    def test_every_column_of_a_table_has_its_head(self, report, tags) -> None:
        tables = [each.grid for each in report.document.exhibits if isinstance(each, d.Table)]
        heads = sum(len(grid.columns) + len(grid.rows) * grid.row_header for grid in tables)
        assert [tag for tag, _ in tags].count("/TH") >= sum(len(grid.columns) for grid in tables)
        assert heads

    def test_bookmarks_are_the_contents(self, report, reader) -> None:
        tops = [mark.title for mark in reader.outline if not isinstance(mark, list)]
        assert tops == [title for _, title in report.document.contents]

    def test_links_lead_where_they_say(self, report) -> None:
        found = jumps(file(report, ".pdf"))
        titles = [title for _, title in report.document.contents]
        wrong, checked = [], 0
        for jump in found:
            label = re.search(r"(?:Figure|Table) \d+", jump.on)
            numbers = [] if re.search("[a-z]", jump.on) else re.findall(r"\d+", jump.on)
            if not numbers or (
                jump.on.isdigit() and any(map(jump.to.startswith, titles))
            ):  # a page of the contents
                said = label[0] if label else jump.on if jump.on in titles else ""
            else:
                said = numbers[0] if len(numbers) == 1 else ""
            checked += bool(said)
            wrong += [] if re.search(rf"(?<!\w){re.escape(said)}(?!\w)", jump.to) or not said else [jump]
        assert wrong == [] and checked > len(found) / 3
