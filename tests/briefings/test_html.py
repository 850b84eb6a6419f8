from __future__ import annotations

import itertools
import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote

import budgets
import nbformat
import pytest

from analysis.briefings import document as d
from analysis.briefings import drawing, fonts
from analysis.briefings import page as room
from analysis.briefings.html import BriefingHTMLExporter
from analysis.briefings.normalise import normalise
from analysis.errors import BriefingError

from . import sample


class Page(HTMLParser):
    """Tags with their attributes, and all text outside style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = [tag]

    def handle_endtag(self, tag):
        self.inside = []

    def handle_data(self, data):
        if not set(self.inside) & {"style", "script"}:
            self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def exported(nb):
    return BriefingHTMLExporter().from_notebook_node(nb)[0]


@pytest.fixture(scope="module")
def html():
    return exported(sample.assembled())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


class TestPage:
    def test_weighs_no_more_than_its_exhibits_allow(self, html):
        assert html.count('class="exhibit') == 7
        assert budgets.over(html.encode()) == []

    def test_the_abbreviations_of_the_summary_are_told_in_full(self, html):
        document = normalise(sample.assembled())
        assert [label for label, _ in document.in_full] == ["EAEU", "CMHS"]
        opening = html[html.index('id="summary"') : html.index("</section>")]
        assert all(f"{label}, {name}" in opening for label, name in document.in_full)

    def test_a_document_gives_the_page_of_its_notebook(self, html):
        assert room.html(normalise(sample.assembled())) == html

    def test_a_document_needs_no_exporter(self):
        code = (
            "import sys; from analysis.briefings import page, paper; page._template(); paper.fonts()\n"
            "print(sorted({'nbconvert', 'jupyter_core', 'matplotlib'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_same_bytes_again(self, html):
        assert exported(sample.assembled()) == html

    def test_same_bytes_from_the_file(self, html):
        assert exported(nbformat.reads(nbformat.writes(sample.assembled()), as_version=4)) == html

    def test_same_bytes_without_a_font_cache(self, html, monkeypatch, tmp_path):
        blocked = tmp_path / "file"
        blocked.write_text("not a folder")
        monkeypatch.setattr(room, "_cache", lambda: blocked / "fonts")
        assert exported(sample.assembled()) == html

    def test_language_title_one_h1_and_no_skipped_heading(self, html, page):
        assert page.all("html")[0]["lang"] == "en"
        assert "<title>Uzbekistan and Kazakhstan: trade and blocs · Central Asia Briefings</title>" in html
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))

    def test_policy_names_style_and_script_by_hash(self, html, page):
        (policy,) = [
            m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"
        ]
        style, script = (
            re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)[1] for tag in ("style", "script")
        )
        assert room._hash(style) in policy and room._hash(script) in policy
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy

    def test_figures_are_named_by_their_alt_text(self, page):
        drawings = [box for box in page.all("div") if box.get("role") == "img"]
        assert len(drawings) == len(page.all("svg")) == 4
        assert all(len(one["aria-label"]) > 20 for one in drawings)

    def test_colours_follow_the_theme(self, html):
        assert not re.search(r"<svg.*?(fill|stroke)=\"#.*?</svg>", html, re.DOTALL)
        assert 'stroke="var(--uzb)"' in html

    def test_data_of_each_exhibit_can_be_downloaded(self, page):
        links = [a for a in page.all("a") if a.get("download")]
        assert len(links) == 7
        assert unquote(links[0]["href"]).startswith("data:text/csv;charset=utf-8,Year,Uzbekistan’s report")

    def test_tables_have_captions_and_scopes(self, page):
        assert len(page.all("table")) == len(page.all("caption"))
        assert all(head.get("scope") in ("col", "row") for head in page.all("th"))

    def test_sentence_points_before_its_stop(self, page):
        assert "a year over seven periods (Figure\u00a01)\u00a0[1]." in page.text

    def test_no_line_begins_with_what_ends_a_sentence(self, html):
        ends = re.findall(r'<span class="kept">(.*?)</p>', html)
        assert len(ends) > 5 and all(end.count("<span") + 1 == end.count("</span>") for end in ends)
        assert any("[" in end and 'class="note"' in end for end in ends)

    def test_provenance(self, page):
        for said in (
            "a369aa1ef4f72be1" * 4,
            "briefing build uzbekistan-kazakhstan",
            "bloc_a",
            "pandas 3.1.1",
        ):
            assert said in page.text

    def test_code_is_only_folded_away(self, html):
        shown = re.sub(r'<details class="tools code">.*?</details>', "", html, flags=re.S)
        assert "show_2()" in html and "show_2()" not in shown


class TestHostileText:
    def test_every_text_is_text(self, monkeypatch):
        def spoil(value, key=""):
            if isinstance(value, dict):
                return {k: spoil(v, k) for k, v in value.items()}
            if isinstance(value, list):
                return [spoil(v, key) for v in value]
            keys = "text title subtitle alt note label figure change definition formula reference publisher"
            is_said = key in keys.split() and isinstance(value, str) and value
            return f"{value} {sample.HOSTILE}" if is_said else value

        nb = sample.assembled(title=f"T {sample.HOSTILE}", subtitle=sample.HOSTILE, series=sample.HOSTILE)
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                output.data[sample.MIME] = spoil(output.data[sample.MIME])
        html = exported(nb)
        page = Page(html)
        assert len(page.all("script")) == 1 and len(page.all("style")) == 1
        assert page.text.count(sample.HOSTILE) > 30
        assert "alert" not in re.search(r"<script>(.*?)</script>", html, re.DOTALL)[1]


class TestCheck:
    @pytest.mark.parametrize(
        ("html", "sentence"),
        [
            ('<img src="x.png">', "would load 'x.png'"),
            ('<img src="https://x.y/z.png">', "would load 'https://x.y/z.png'"),
            ('<a href="file.html">x</a>', "would load 'file.html'"),
            ('<use xlink:href="https://x.y#a"/>', "would load"),
            ('<link rel="stylesheet" href="data:text/css,">', "holds <link>"),
            ('<a href="#nowhere">x</a>', "links to '#nowhere', which it does not have"),
            ('<p id="a"></p><p id="a"></p>', "two parts called 'a'"),
            ('<p onclick="x()">', "attribute 'onclick'"),
            ("<P/ONCLICK=x() id=a>", "attribute 'onclick'"),
            ("<p title='>' style='color:red'>", "attribute 'style'"),
            ('<a href="javascript&#58;x()">x</a>', "would load 'javascript:x()'"),
            ("<iframe\nsrcdoc=x>", "holds <iframe>"),
            ("<style>a{}</style><img src=x.png>", "would load 'x.png'"),
        ],
    )
    def test_refused(self, html, sentence):
        with pytest.raises(BriefingError, match=re.escape(sentence)):
            room.check(html)

    def test_allowed(self):
        room.check(
            '<p id="a"><a href="#a">x</a><a href="https://x.y">y</a><img src="data:image/png;base64,aa">'
        )

    def test_style_and_script_hold_no_tags(self):
        room.check(
            "<style>a{content:'<img src=x.png>'}</style><script>x = '<p id=a></p>'</script><p id=a></p>"
        )

    def test_dead_link_in_prose_fails_the_page(self):
        nb = sample.trade_notebook()
        nb.cells[2].source = "See [there](#nowhere)."
        with pytest.raises(BriefingError, match="#nowhere"):
            exported(nb)


class TestDrawing:
    def test_ids_are_its_own_and_references_follow(self):
        svg = sample.svg("a", 9, 9, '<path fill="#16212E" d="M0 0"/>')
        made = drawing.themed(svg, "chart-2")
        assert 'id="chart-2--0"' in made and "url(#chart-2--0)" in made
        assert 'fill="var(--ink)"' in made

    @pytest.mark.parametrize(
        "body",
        ['<script/>', '<foreignObject/>', '<path onclick="x()"/>', '<path style="fill:red"/>',
         '<path fill="#123456"/>', '<image href="https://x.y/z.png"/>'],
    )  # fmt: skip
    def test_strangers_are_refused(self, body):
        with pytest.raises(BriefingError, match="figure chart: "):
            drawing.themed(f"<svg>{body}</svg>", "chart")


class TestCode:
    def test_each_section_folds_away_what_was_run_for_it_as_text(self):
        nb = sample.assembled()
        cell = next(cell for cell in nb.cells if cell.cell_type == "code")
        cell.source = 'told = "<b>bold</b>"  # & more'
        page = BriefingHTMLExporter().from_notebook_node(nb)[0]
        assert page.count('<details class="tools code">') == len(nb.metadata["briefing"]["sections"])
        assert 'told = "&lt;b&gt;bold&lt;/b&gt;"  # &amp; more' in page and "<b>bold" not in page


class TestFonts:
    def test_subset_holds_the_letters_and_is_stable(self, tmp_path):
        from io import BytesIO

        from fontTools.ttLib import TTFont

        data = fonts.subset("Inter-Regular.ttf", "Қазақстан −1\u00a0%", tmp_path)
        assert data == fonts.subset("Inter-Regular.ttf", "Қазақстан −1\u00a0%", tmp_path)
        assert {ord("Қ"), 0x2212, 0xA0} <= set(TTFont(BytesIO(data)).getBestCmap())
        assert len(list(tmp_path.iterdir())) == 1


class TestTables:
    def grid(self, heads: str, *rows: tuple[str, ...]) -> d.Grid:
        return d.Grid(tuple(d.Column(head, head, "left") for head in heads.split("|")), rows)

    def test_fits_by_what_the_columns_hold(self):
        short, long = ("Armenia", "0.22", "14.9%", "5"), "A long sentence on one of the claims, " * 3
        assert room.fit(self.grid("Year|Share", ("2016", "7.8%"))) == ""
        assert (
            room.fit(
                self.grid("Country|Counterparties|Intensity of trade|Containment|Introversion", (*short, "1"))
            )
            == "tight turns"
        )
        assert (
            room.fit(
                self.grid(
                    "Bloc|Members|Year|Inside|Part in world trade|Intensity",
                    ("CSTO", "10", "2020", "15.3%", "2.2%", "14.3"),
                )
            )
            == "tight"
        )
        assert room.fit(self.grid("Claim|Statement|Found", ("c001", long, long))) == "broad stacks"
        dates = ("last act of CACO", "6 October 2005", "first meeting", "15 March 2018")
        assert room.fit(self.grid("From|Date|To|Date", dates)) == "stacks"

    def test_the_side_of_a_column_is_said_of_its_table_once(self, html):
        assert 'class="r"' not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
        sides = set(re.findall(r"\b[rc]\d+", " ".join(re.findall(r'<table class="([^"]*)"', html))))
        rules = room.align_rules(normalise(sample.assembled()))
        assert "r2" in sides
        for side in sides:
            assert f":where(.{side} tr)>:nth-child({side[1:]})" in rules

    def test_a_head_is_said_once_in_the_style_sheet_and_cannot_leave_it(self):
        cells = self.grid('Say "x" </style>|Of it', ("word " * 30, "word " * 30))
        document = normalise(sample.assembled())
        tables = [part for part in document.exhibits if isinstance(part, d.Table)]
        object.__setattr__(tables[0], "grid", cells)
        rules = room.table_rules(document)
        assert (
            f'#{tables[0].anchor} tbody>*>:nth-child(1)::before{{content:"Say \\22 x\\22  \\3c /style>"}}'
            in rules
        )
        assert "</style" not in rules
