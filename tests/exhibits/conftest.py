"""What every chart must be, whatever it shows."""

from collections.abc import Callable

import pytest
from matplotlib.figure import Figure

from analysis.exhibits import svg, theme


@pytest.fixture
def sound() -> Callable[..., list[str]]:
    """Render a figure, hold it against the rules of all figures, and return its texts in the order drawn."""

    def check(figure: Figure, *, size: int = 20_000) -> list[str]:
        drawn = svg.render(figure, "x")
        assert svg.cut_labels(drawn) == []
        assert svg.crossed_labels(drawn) == []
        assert f'width="{theme.tokens()["chart"]["width_mm"]}mm"' in drawn
        assert len(drawn) <= size
        return [label.text for label in svg.labels(drawn)]

    return check
