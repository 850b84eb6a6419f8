"""The look: tokens that can be read by everybody, fonts that can be found anywhere, figures of one width."""

import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import combinations, pairwise, product
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.map import LOOKS

SCHEMES = ("light", "dark")
REGION = ("KAZ", "UZB", "KGZ", "TKM", "TJK")
OTHERS = ("AZE", "RUS", "CHN", "TUR")
FILLS = ("accent", "neutral", "shade", "decline", *(f"seq-{step}" for step in range(1, 7)))
TEXT_PAIRS = [
    *product(("ink", "mute", "accent", "decline"), ("paper", "zebra", "tint", "shade")),
    ("band-text", "band"), ("band-mute", "band"), ("paper", "accent"),
    *((name, "paper") for name in theme.SERIES), *((country.lower(), "paper") for country in REGION + OTHERS),
]  # fmt: skip

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]


def lab(hexcode: str, vision: str) -> np.ndarray:
    """CIE Lab (D65) of a colour as eyes with that vision see it."""
    rgb = np.array([int(hexcode[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(VISION[vision]) @ linear, 0, 1)
    t = np.asarray(TO_XYZ) @ seen / [0.95047, 1, 1.08883]
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def closest(names: Iterable[str], scheme: str, vision: str) -> float:
    """Smallest CIE76 difference between the colours of any two of the tokens."""
    seen = [lab(theme.token(name.lower(), scheme), vision) for name in names]
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))


def test_simulation_knows_black_from_white() -> None:
    assert np.linalg.norm(lab("#ffffff", "deutan") - lab("#000000", "deutan")) == pytest.approx(100, abs=0.1)
    red, green = (np.linalg.norm(lab("#c00000", v) - lab("#5f7000", v)) for v in ("normal", "deutan"))
    assert green < red / 2


def test_both_schemes_have_the_same_tokens() -> None:
    assert list(theme.tokens()["light"]) == list(theme.tokens()["dark"])


def test_colours_of_charts_can_be_told_apart_by_their_hex() -> None:
    in_charts = [hexcode for name, hexcode in theme.tokens()["light"].items() if not name.startswith("band")]
    assert len(in_charts) == len(set(in_charts))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(text: str, ground: str, scheme: str) -> None:
    assert theme.contrast(theme.token(text, scheme), theme.token(ground, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("mark", [*theme.SERIES, "neutral"])
def test_a_mark_can_be_seen(mark: str, scheme: str) -> None:
    assert theme.contrast(theme.token(mark, scheme), theme.token("paper", scheme)) >= 3


@pytest.mark.parametrize("name", [*FILLS, *(country.lower() for country in REGION + OTHERS)])
def test_label_on_a_fill_can_be_read_in_both_schemes(name: str) -> None:
    chosen = next(n for n in ("paper", "ink") if theme.token(n) == theme.label_on(theme.token(name)))
    for scheme in SCHEMES:
        assert theme.contrast(theme.token(chosen, scheme), theme.token(name, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("vision", VISION)
def test_countries_differ_for_every_eye(vision: str, scheme: str) -> None:
    assert closest(REGION + OTHERS, scheme, vision) >= 20


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("vision", VISION)
def test_series_without_a_country_differ_for_every_eye(vision: str, scheme: str) -> None:
    assert closest(theme.SERIES, scheme, vision) >= 20


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("vision", VISION)
def test_steps_of_the_ramp_differ_from_their_neighbours(vision: str, scheme: str) -> None:
    steps = [f"seq-{step}" for step in range(1, 7)]
    assert min(closest(pair, scheme, vision) for pair in pairwise(steps)) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("vision", VISION)
def test_looks_of_the_map_differ_by_colour_or_hatching(vision: str, scheme: str) -> None:
    plain = [token for token, hatch in LOOKS.values() if not hatch]
    assert closest([*plain, "shade"], scheme, vision) >= 20
    assert len({hatch for _, hatch in LOOKS.values() if hatch}) == len(LOOKS) - len(plain)
    for token, hatch in LOOKS.values():
        assert not hatch or theme.contrast(theme.token("accent", scheme), theme.token(token, scheme)) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ramp_moves_one_way(scheme: str) -> None:
    lights = [theme.luminance(theme.token(f"seq-{step}", scheme)) for step in range(1, 7)]
    assert lights == sorted(lights, reverse=scheme == "light")


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_contrast_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert theme.contrast(a, b) == theme.contrast(b, a)
    assert 1 <= theme.contrast(a, b) <= 21


def test_colours_of_others_never_repeat_a_country() -> None:
    given_colours = theme.colours(["UZB", "eaeu-cmhs", "FRA"])
    assert given_colours == {
        "UZB": theme.token("uzb"),
        "eaeu-cmhs": theme.token("accent"),
        "FRA": theme.token("decline"),
    }


class TestFonts:
    FILES = sorted(theme.fonts().glob("*.ttf"))
    NAMES = "Қазақстан Oʻzbekiston Ўзбекистон Кыргызстан Тоҷикистон Türkmenistan Qazaqstan Göýdepe Ŋş Əı Ғӣӯ"
    SIGNS = "→▲▼≥≤−–—…“”‘’₸№°·×•■ʻʼ±≈€%‰\u00a0\u2009\u202f\u2011"

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_have_the_letters_and_figures_of_the_region(self, path: Path) -> None:
        font = TTFont(path)
        letters = font.getBestCmap()
        assert [c for c in self.NAMES + self.SIGNS if ord(c) not in letters] == []
        assert {"tnum", "ccmp"} <= {
            record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord
        }

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_are_static_cuts_that_own_their_name(self, path: Path) -> None:
        font = TTFont(path)
        assert "fvar" not in font
        assert font["name"].getDebugName(16) in theme.tokens()["fonts"].values()
        assert font["OS/2"].usWeightClass == (600 if "SemiBold" in path.stem else 400)
        assert path.stat().st_size < 140_000
        if "Reserved Font Name ‘Source’" in font["name"].getDebugName(0):
            assert not any("Source" in font["name"].getDebugName(i) for i in (1, 4, 6, 16))

    def test_have_their_licences_beside_them(self) -> None:
        for family in {path.stem.split("-")[0] for path in self.FILES}:
            assert "SIL Open Font License" in (theme.fonts() / f"{family}-OFL.txt").read_text(
                encoding="utf-8"
            )

    def test_are_found_by_typst_without_a_warning(self, tmp_path: Path) -> None:
        typst = pytest.importorskip("typst")
        families = theme.tokens()["fonts"]
        source = tmp_path / "fonts.typ"
        source.write_text(
            f'#set text(font: "{families["sans"]}", fallback: false)\nA #text(weight: 600)[B]\n'
            f'#set text(font: "{families["serif"]}", fallback: false)\n'
            "A #text(weight: 600)[B] #text(style: \"italic\")[C #text(weight: 600)[D]]\n"
        )  # fmt: skip
        pdf, warnings = typst.compile_with_warnings(
            str(source), font_paths=[str(theme.fonts())], ignore_system_fonts=True
        )
        assert warnings == []
        assert (
            sum(pdf.count(path.stem.encode() + b"\n") or path.stem.encode() in pdf for path in self.FILES)
            == 6
        )

    def test_semibold_is_wider(self) -> None:
        assert theme.width_mm("Uzbekistan", 8.5, 600) > theme.width_mm("Uzbekistan", 8.5, 400) > 10

    def test_width_grows_with_size(self) -> None:
        assert theme.width_mm("Uzbekistan", 17) == pytest.approx(2 * theme.width_mm("Uzbekistan", 8.5))


def test_wrapped_keeps_every_word() -> None:
    text = theme.wrapped("Conference on Interaction and Confidence Building", 30)
    assert text.split() == ["Conference", "on", "Interaction", "and", "Confidence", "Building"]
    assert all(theme.width_mm(line) <= 30 for line in text.split("\n"))
    assert theme.wrapped("Turkmenistan", 5) == "Turkmenistan"


class TestFigure:
    def test_has_the_width_of_the_page_and_fixed_margins(self) -> None:
        figure = theme.figure(60, left=10, right=40, top=5, bottom=10)
        assert figure.get_size_inches() * 25.4 == pytest.approx([170, 60])
        assert layout.inside(figure) == pytest.approx((10, 5, 120, 45))

    def test_refuses_margins_that_meet(self) -> None:
        with pytest.raises(ValueError, match="no room"):
            theme.figure(10, top=5, bottom=5)

    def test_leaves_settings_of_matplotlib_alone(self) -> None:
        before = dict(matplotlib.rcParams)
        with theme.look():
            assert matplotlib.rcParams["svg.fonttype"] == "none"
        theme.figure(60)
        assert dict(matplotlib.rcParams) == before

    def test_needs_no_home(self, tmp_path: Path) -> None:
        code = (
            "from analysis.exhibits import svg, theme\n"
            "figure = theme.figure(60)\n"
            "with theme.look(): figure.subplots().plot([1, 2], color=theme.colour('UZB'))\n"
            "print(len(svg.render(figure, 'x')))"
        )
        gone = {"HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}
        env = {k: v for k, v in os.environ.items() if k not in gone} | {"TMPDIR": str(tmp_path)}
        for home in ({}, {"HOME": "/proc/nowhere"}):
            run = subprocess.run(
                [sys.executable, "-c", code], env=env | home, capture_output=True, text=True, check=False,
                cwd=Path(theme.__file__).parents[2],
            )  # fmt: skip
            assert run.returncode == 0, run.stderr
            assert int(run.stdout) > 500
