from __future__ import annotations

import base64

import pytest
from nbformat.v4 import new_code_cell, new_output

from analysis.briefings import document as d
from analysis.briefings import outputs
from analysis.errors import BriefingError

from . import sample

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n rest").decode()


def items(*made, tags=()):
    return list(
        outputs.items(new_code_cell("x", outputs=list(made), metadata={"tags": list(tags)}), "cell 7")
    )


def display(data, metadata=None):
    return new_output("display_data", data=data, metadata=metadata or {})


def described(alt="A line rises."):
    return {"image/png": {"alt": alt}}


class TestForeignOutputs:
    def test_png_with_alt_is_a_picture(self):
        (picture,) = items(display({"image/png": PNG, "text/plain": "<Figure size 640x480>"}, described()))
        assert picture == d.Picture("", "A line rises.", "image/png", base64.b64decode(PNG))

    def test_alt_may_stand_at_the_output_too(self):
        assert items(display({"image/png": PNG}, {"alt": "A line."}))[0].alt == "A line."

    def test_svg_and_png_are_one_picture(self):
        assert len(items(display({"image/png": PNG, "image/svg+xml": "<svg/>"}, described()))) == 1

    @pytest.mark.parametrize(
        ("made", "sentence"),
        [
            (display({"image/png": PNG}), "cell 7 shows a picture without alt text; give it one"),
            (display({"image/png": PNG}, described("  ")), "without alt text"),
            (
                display({"image/png": PNG}, described("No description has been provided for this image")),
                "says nothing",
            ),
            (display({"image/png": PNG}, described("<Figure size 640x480 with 1 Axes>")), "says nothing"),
            (display({"image/png": ""}, described()), "the picture is missing"),
            (display({"image/png": "!!"}, described()), "the picture is missing"),
            (
                display({"image/svg+xml": "<svg><script/></svg>"}, {"image/svg+xml": {"alt": "A line"}}),
                "inert pictures",
            ),
            (
                display({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "W()"}),
                "interactive object",
            ),
            (display({"application/vnd.plotly.v1+json": {}, "text/html": "<div>"}), "interactive object"),
            (display({"text/html": "<table>", "text/plain": "a  b"}), "text/html of its own"),
            (display({"text/latex": "$x$", "text/plain": "x"}), "text/latex of its own"),
            (display({"text/plain": "<object at 0x7f12ab>"}), "a bare object"),
            (new_output("error", ename="KeyError", evalue="'x'", traceback=[]), "ended in KeyError: 'x'"),
            (display({outputs.MIME: {"schema": "briefing-block/0", "kind": "finding"}}), "schema"),
        ],
    )
    def test_unprintable_is_refused(self, made, sentence):
        with pytest.raises(BriefingError, match=sentence):
            items(made)

    def test_plain_text_is_set_as_it_is(self):
        assert items(display({"text/plain": "a  b\n1  2"})) == [d.Verbatim("a  b\n1  2")]

    def test_stderr_is_not_printed(self):
        assert items(new_output("stream", name="stderr", text="Warning")) == []
        assert items(new_output("stream", name="stdout", text="said\n")) == [d.Verbatim("said")]

    def test_hidden_outputs_stay_out(self):
        assert items(display({"text/plain": "x"}), tags=["remove-output"]) == []


class TestBlocks:
    def test_block_wins_over_its_fallback(self):
        block = sample.trade_blocks()[4]
        assert items(sample.output(block)) == [block]

    @pytest.mark.parametrize("change", [{"alt": ""}, {"alt": "Image"}, {"svg": "<p>"}, {"height_mm": None}])
    def test_a_figure_needs_all_its_parts(self, change):
        with pytest.raises(BriefingError, match="cell 7"):
            items(sample.output({**sample.trade_blocks()[4], **change}))
