"""Figures as SVG: small, clean, the same bytes every time, drawn once."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.exhibits import charts, svg, theme

ROOT = Path(theme.__file__).parents[2]
PLOT = """
from analysis.exhibits import svg, theme
with theme.look():
    figure = theme.figure(60)
    ax = figure.subplots()
    ax.plot([1, 2, 3], [1, 3, 2], "o-", color=theme.colour("UZB"))
    ax.bar([1, 2], [1, 2], facecolor=theme.token("paper"), edgecolor=theme.token("accent"), hatch="/////", linewidth=1)
    ax.text(2.9, 2, 'Costs $4 & "more" <now> $5', color=theme.token("ink"), weight=600)
"""


@pytest.fixture
def figure() -> Figure:
    names: dict = {}
    exec(PLOT, names)
    return names["figure"]


@pytest.fixture
def drawn(figure: Figure) -> str:
    return svg.render(figure, "growth")


def test_is_clean(drawn: str) -> None:
    root = ElementTree.fromstring(drawn)
    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert drawn.startswith("<svg xmlns=") and not tags & {"metadata", "style", "title", "image", "script"}
    assert "style=" not in drawn and "xlink" not in drawn
    assert (root.get("width"), root.get("height")) == ("170mm", "60mm")
    assert root.get("viewBox") == "0 0 481.89 170.08"
    assert not re.search(r"\d\.\d{3}", drawn)
    assert len(drawn) < 5_000


def test_keeps_text_as_text(drawn: str) -> None:
    texts = {label.text: label for label in svg.labels(drawn)}
    assert 'Costs $4 & "more" <now> $5' in texts
    assert texts['Costs $4 & "more" <now> $5'].fill == theme.token("ink")
    assert 'font-family="Inter"' in drawn and 'font-weight="600"' in drawn


def test_ids_are_its_own_and_referred_to(drawn: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', drawn)
    referred = re.findall(r'(?:href="|url\()#([^")]*)', drawn)
    assert ids and len(ids) == len(set(ids))
    assert set(ids) == set(referred)
    assert all(re.fullmatch(r"growth-\d+", name) for name in ids)


def test_is_the_same_in_another_process_and_hash_seed(drawn: str) -> None:
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", PLOT + "\nprint(svg.render(figure, 'growth'), end='')"],
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONUTF8": "1"}, capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
        assert run.stdout == drawn


def test_is_drawn_exactly_once(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: calls.append(self) or draw(self, renderer))
    svg.render(figure, "growth")
    assert calls == [figure]


def test_refuses_a_colour_that_is_no_token(figure: Figure) -> None:
    figure.axes[0].plot([1, 2], [1, 1], color="#123456")
    with pytest.raises(ValueError, match="#123456"):
        svg.render(figure, "growth")


def test_themed_names_every_colour(drawn: str) -> None:
    themed = svg.themed(drawn)
    assert not re.search(r'(?:fill|stroke)="#', themed)
    assert 'stroke="var(--uzb)"' in themed and 'fill="var(--paper)"' in themed
    assert re.sub(r"var\(--[\w-]+\)", "", themed) == re.sub(r'#[0-9a-f]{6}(?=")', "", drawn)


def test_themed_leaves_text_alone() -> None:
    assert svg.themed("<text>#ffffff</text>") == "<text>#ffffff</text>"


def test_token_names_prefer_the_first_of_equals() -> None:
    assert svg.token_names()[theme.token("accent")] == "accent"
    assert set(svg.token_names()) == {hexcode.lower() for hexcode in theme.tokens()["light"].values()}


def test_hatch_is_one_small_tile(drawn: str) -> None:
    pattern = next(ElementTree.fromstring(drawn).iter(f"{{{svg.SVG}}}pattern"))
    side = float(pattern.get("width"))
    assert side == float(pattern.get("height")) < 12
    crossings = {
        round(sum(map(float, line)), 6) for line in re.findall(r"M (\S+) (\S+)", pattern[1].get("d"))
    }
    assert crossings == {round(side * part, 6) for part in (0, 0.5, 1, 1.5, 2)}


def test_dots_are_one_small_tile_with_a_dot_in_each_corner_and_the_middle() -> None:
    figure = theme.figure(60)
    with theme.look():
        figure.subplots().bar([1], [1], facecolor=theme.token("paper"), hatch=".....")
    pattern = next(ElementTree.fromstring(svg.render(figure, "a")).iter(f"{{{svg.SVG}}}pattern"))
    wide, tall = (float(pattern.get(side)) for side in ("width", "height"))
    assert (pattern[0].get("width"), pattern[0].get("height")) == (
        pattern.get("width"),
        pattern.get("height"),
    )
    tops = [tuple(map(float, start)) for start in re.findall(r"M (\S+) (\S+)", pattern[1].get("d"))]
    radius = max(y for _, y in tops) - tall
    middles = {(x, round(y - radius, 2)) for x, y in tops}
    assert middles == {(0, 0), (wide, 0), (0, tall), (wide, tall), (wide / 2, tall / 2)}
    assert tall == 2 * wide < 6


def test_a_clip_as_large_as_the_drawing_is_dropped_and_a_smaller_one_kept(drawn: str) -> None:
    assert "<clipPath" in drawn and "clip-path=" in drawn, "axes inside margins"
    whole = theme.figure(60, left=0, right=0, top=0, bottom=0)
    with theme.look():
        whole.subplots().bar([1], [1], facecolor=theme.token("accent"))
    sheet = svg.render(whole, "a")
    assert "accent" in svg.themed(sheet) and "clip" not in sheet


def test_cut_and_crossed_labels_are_noticed(figure: Figure) -> None:
    assert svg.cut_labels(svg.render(figure, "a")) == []
    with theme.look():
        figure.axes[0].text(5, 1, "outside")
        figure.axes[0].text(2, 2, "twins")
        figure.axes[0].text(2.01, 2, "twice")
    drawn = svg.render(figure, "b")
    assert svg.cut_labels(drawn) == ["outside"]
    assert ("twins", "twice") in svg.crossed_labels(drawn)


def test_turned_neighbours_do_not_cross() -> None:
    with theme.look():
        figure = theme.figure(60)
        for x in (0.2, 0.25):
            figure.text(x, 0.3, "a long turned label", rotation=45, rotation_mode="anchor")
    drawn = svg.render(figure, "t")
    assert svg.crossed_labels(drawn) == []
    assert svg.cut_labels(drawn) == []


def test_boxes_of_turned_text_are_turned() -> None:
    with theme.look():
        figure = theme.figure(60)
        figure.text(0.5, 0.5, "upright", rotation=90, rotation_mode="anchor")
    (label,) = svg.labels(svg.render(figure, "t"))
    assert label.bottom - label.top > 2 * (label.right - label.left)
    assert label.bottom == pytest.approx(85.04, abs=0.01)


def test_a_viewer_without_blocks_sees_title_subtitle_and_source_on_paper() -> None:
    frame = pd.DataFrame({"AAA": [1.0, 2.0]}, index=[2020, 2021])
    drawing = svg.render(charts.lines(frame, height_mm=40), "one")
    shown = svg.captioned(drawing, "A & B rose", "USD " + "very " * 60 + "long", "Source: Office.")
    root = ElementTree.fromstring(shown)
    texts = [node.text for node in root.iterfind("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "A & B rose" and texts[-1] == "Source: Office." and len(texts) > 4
    outer, inner = (float(root.get("viewBox").split()[3]), 40 / theme.MM_PER_POINT)
    assert outer > inner + 60
    assert [node.get("y") for node in root.iterfind("{http://www.w3.org/2000/svg}svg")] != [None]
    assert svg.cut_labels(shown) == []
