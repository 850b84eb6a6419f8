from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefings import document as d
from analysis.briefings import markdown
from analysis.errors import BriefingError


def text_of(source: str) -> str:
    return " ".join(markdown.plain(block.children) for block in markdown.parse(source))


class TestParse:
    def test_inlines(self):
        (paragraph,) = markdown.parse("a **b** *c* `d<e` [f](https://x.y/?a=1&b=2)  \ng")
        assert [type(inline).__name__ for inline in paragraph.children] == [
            "Text", "Strong", "Text", "Emphasis", "Text", "Code", "Text", "Link", "LineBreak", "Text",
        ]  # fmt: skip
        assert paragraph.children[7].url == "https://x.y/?a=1&b=2"

    def test_lists_nest_and_keep_their_start(self):
        (items,) = markdown.parse("3. one\n4. two\n   - under\n")
        assert (items.ordered, items.start, len(items.items)) == (True, 3, 2)
        assert isinstance(items.items[1][1], d.ItemList)

    def test_table_keeps_alignment(self):
        (table,) = markdown.parse("| a | b |\n|---|--:|\n| 1 | *2* |\n")
        assert table.aligns == ("left", "right")
        assert markdown.plain(table.rows[0][1]) == "2"

    @pytest.mark.parametrize(
        "money", ["from $5 billion to $6 billion", "US$5, US$6", r"\$5 and \$6$", "a $ b $ c"]
    )
    def test_dollars_are_no_formula(self, money):
        assert text_of(money) == money.replace("\\", "")

    @pytest.mark.parametrize("formula", ["so $x^2$ is", "$$\ny = x\n$$", r"so \(x\) is", r"\[x\]", "$a*b*c$"])
    def test_formula_is_refused(self, formula):
        with pytest.raises(BriefingError, match=r"cell 3: .* is a formula"):
            markdown.parse(formula, "cell 3")

    def test_formula_in_code_stays(self):
        assert text_of("`$x^2$`") == "$x^2$"

    @pytest.mark.parametrize(
        ("source", "sentence"),
        [
            ("<b>x</b>", "raw HTML"),
            ("a <script>x</script>", "raw HTML"),
            ("![alt](missing.png)", "a picture stands in the prose"),
            ("said so.[^1]\n\n[^1]: note", "is a footnote"),
            ("[x](file:///etc/passwd)", "leads nowhere"),
            ("[x](javascript:alert)", "leads nowhere|harmful"),
            ("> # Title", "a heading stands inside"),
        ],
    )
    def test_what_is_not_printable_is_refused(self, source, sentence):
        with pytest.raises(BriefingError, match=sentence):
            markdown.parse(source)

    def test_comments_are_left_out(self):
        assert text_of("a<!-- <b>note</b> -->b") == "ab"

    @given(st.text(alphabet="ab <>&#*_`~|\\[]()!$\n-1.“–қ", max_size=60))
    def test_any_text_parses_or_is_refused(self, source):
        try:
            markdown.parse(source)
        except BriefingError as error:
            assert str(error).startswith("prose: ")


class TestPlaced:
    def test_levels_follow_each_other(self):
        blocks = markdown.parse("## a\n\n#### b\n\n# c\n")
        placed = markdown.placed(blocks, shift=1, least=3, last=2, anchor=markdown.slug)
        assert [(block.level, block.anchor) for block in placed] == [(3, "a"), (4, "b"), (3, "c")]
