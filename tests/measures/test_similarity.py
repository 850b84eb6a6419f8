"""Portfolios: the worked examples of the method, what is undefined, and an independent kappa from a table of pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import similarity

portfolios = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12)


def weighted_kappa(x: list[int], y: list[int], size: int = 4) -> float | None:
    """Cohen 1968 from the table of observed pairs against the product of its margins, quadratic weights."""
    seen = np.zeros((size, size))
    for a, b in zip(x, y, strict=True):
        seen[a, b] += 1 / len(x)
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
    weights = np.subtract.outer(np.arange(size), np.arange(size)) ** 2
    expected = (weights * chance).sum()
    return None if expected == 0 else 1 - (weights * seen).sum() / expected


class TestS:
    def test_worked_example(self) -> None:
        assert similarity.s_score((3, 1, 0), (2, 1, 3), largest=3).value == pytest.approx(1 / 9)
        assert similarity.s_score((3, 1, 0), (2, 1, 3), largest=3, metric="squared").value == pytest.approx(
            1 - 20 / 27
        )

    def test_weights_decide(self) -> None:
        found = similarity.s_score((3, 0), (0, 0), largest=3, weights=(1, 9))
        assert found.value == pytest.approx(1 - 2 * 3 / 30)
        assert similarity.s_score((1,), (1,), largest=3, weights=(0,)).reason == "the weights sum to zero"

    def test_ends_of_the_scale(self) -> None:
        assert similarity.s_score((0, 3), (3, 0), largest=3).value == -1
        assert similarity.s_score((0, 3), (0, 3), largest=3).value == 1

    def test_common_absence_raises_it(self) -> None:
        few = similarity.s_score((3, 0), (0, 3), largest=3).value
        more = similarity.s_score((3, 0, 0, 0), (0, 3, 0, 0), largest=3).value
        assert more > few

    def test_refusals(self) -> None:
        assert similarity.s_score((), (), largest=3).reason == "there is nothing to compare"
        assert similarity.s_score((1, float("nan")), (1, 2), largest=3).reason == "a standing is uncertain"
        with pytest.raises(ValueError, match="must hold the same"):
            similarity.s_score((1,), (1, 2), largest=3)
        with pytest.raises(ValueError, match="metric is one of"):
            similarity.s_score((1,), (1,), largest=3, metric="cubic")

    @given(portfolios)
    def test_symmetric_and_between_its_ends(self, pairs: list[tuple[int, int]]) -> None:
        x, y = zip(*pairs, strict=True)
        for metric in similarity.METRICS:
            one = similarity.s_score(x, y, largest=3, metric=metric).value
            assert one == pytest.approx(similarity.s_score(y, x, largest=3, metric=metric).value)
            assert -1 - 1e-9 <= one <= 1 + 1e-9


class TestChanceCorrected:
    def test_worked_examples(self) -> None:
        assert similarity.kappa((0, 0, 3, 3), (0, 0, 3, 0)).value == pytest.approx(0.5)
        assert similarity.pi((0, 0, 3, 3), (0, 0, 3, 0)).value == pytest.approx(0.4667, abs=1e-4)

    def test_constant_and_equal_is_undefined_and_constant_but_different_is_not(self) -> None:
        for measure in (similarity.kappa, similarity.pi):
            assert measure((2, 2), (2, 2)).reason == "both are constant and equal"
        assert similarity.kappa((2, 2), (1, 1)).value == 0
        assert similarity.pi((2, 2), (1, 1)).value == -1

    @given(portfolios)
    def test_kappa_is_quadratically_weighted_kappa(self, pairs: list[tuple[int, int]]) -> None:
        x, y = map(list, zip(*pairs, strict=True))
        other = weighted_kappa(x, y)
        own = similarity.kappa(x, y)
        assert own.value == (None if other is None else pytest.approx(other))

    @given(portfolios)
    def test_pi_never_exceeds_kappa(self, pairs: list[tuple[int, int]]) -> None:
        x, y = zip(*pairs, strict=True)
        kappa, pi = similarity.kappa(x, y), similarity.pi(x, y)
        assert kappa.defined == pi.defined
        if kappa.defined:
            assert pi.value <= kappa.value + 1e-9 <= 1 + 2e-9

    def test_nominal_by_hand(self) -> None:
        # Po 3/4; margins a: 2/4 and 3/4, b: 2/4 and 1/4; Pe = 3/8 + 1/8 for kappa, (5/8)^2 + (3/8)^2 for pi
        assert similarity.nominal_kappa("aabb", "aaba", labels="abc").value == pytest.approx(0.5)
        assert similarity.nominal_pi("aabb", "aaba", labels="abc").value == pytest.approx(
            (0.75 - 34 / 64) / (30 / 64)
        )
        assert not similarity.nominal_pi("aa", "aa", labels="ab").defined
        with pytest.raises(ValueError, match="z is not among the labels"):
            similarity.nominal_kappa("az", "aa", labels="ab")


def test_a_candidate_is_no_member() -> None:
    rows = [("AAA", "x", "candidate", False), ("AAA", "y", "participant", True), ("AAA", "z", "guest", False)]
    frame = pd.DataFrame(rows, columns=["country", "bloc", "status", "is_full"])
    assert similarity.standings(frame, blocs=["x", "y", "z"], countries=["AAA", "BBB"]).values.tolist() == [
        [0, 2, 1],
        [0, 0, 0],
    ]
