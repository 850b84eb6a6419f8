"""What two countries have signed, at what pace, and the blocs they share: tiny tables worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.measures import portfolios, provenance

ROWS = [
    ("a", "2019-05-01", "x", "signed", False),
    ("b", "2021", "x", "signed", False),
    ("c", "2022-03-01", "y", "in-force", False),
    ("d", "2022-04-01", "y", "announced", False),
    ("e", "2022-05-01", "y", "signed", True),
    ("f", "2022-06-01", "y", "ended", False),
]


@pytest.fixture
def table() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["agreement", "date", "kind", "status", "is_document_only"])
    return frame.assign(
        in_force="", ended="", is_date_unverified=False, source="s", label=frame["kind"], title="t"
    )


@pytest.fixture
def parties(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [(agreement, party) for agreement in table["agreement"] for party in ("AAA", "BBB")] + [("f", "CCC")],
        columns=["agreement", "party"],
    )


class TestConcluded:
    def found(self, table: pd.DataFrame, parties: pd.DataFrame, until: str, **how: object) -> list[str]:
        return list(portfolios.concluded(table, parties, ["AAA", "BBB"], until, **how)["agreement"])

    def test_only_what_the_two_alone_have_signed(self, table: pd.DataFrame, parties: pd.DataFrame) -> None:
        assert self.found(table, parties, "2023-01-01") == ["a", "b", "c"]

    def test_a_coarse_date_counts_once_it_is_over(self, table: pd.DataFrame, parties: pd.DataFrame) -> None:
        assert self.found(table, parties, "2021-12-30") == ["a"]
        assert self.found(table, parties, "2021-12-31") == ["a", "b"]

    def test_kinds_can_be_left_out(self, table: pd.DataFrame, parties: pd.DataFrame) -> None:
        assert self.found(table, parties, "2023-01-01", left_out=["x"]) == ["c"]

    def test_of_no_pair_nothing(self, table: pd.DataFrame, parties: pd.DataFrame) -> None:
        assert portfolios.concluded(table, parties, (), "2023-01-01").empty


class TestPace:
    ROWS = pd.DataFrame(
        {
            "first": [
                date(2019, 5, 1),
                date(2020, 1, 1),
                date(2021, 1, 1),
                date(2021, 7, 1),
                date(2022, 1, 1),
            ],
            "last": [
                date(2019, 5, 1),
                date(2020, 12, 31),
                date(2021, 12, 31),
                date(2021, 7, 1),
                date(2022, 1, 1),
            ],
            "row": list("abcde"),
            "source": "s",
        }
    )

    def test_counts_before_and_after_and_names_what_falls_between(self) -> None:
        found = portfolios.pace(self.ROWS, "2021-07-01", "2022-06-30", "1991-01-01")
        assert (found.start, found.split, found.end) == (
            date(2020, 7, 1),
            date(2021, 7, 1),
            date(2022, 6, 30),
        )
        assert found.counts == (0, 2) and found.left_out == ("b", "c")
        assert found.after.rate.value == pytest.approx(2 / (365 / 365.25))
        assert found.before.low.value == 0 and found.before.high.value == pytest.approx(3.0, abs=0.01)

    def test_no_time_before_has_no_rate(self) -> None:
        found = portfolios.pace(self.ROWS, "1991-01-01", "2022-06-30", "1991-01-01")
        assert not found.before.rate.defined and found.after.rate.defined

    def test_moving_mean_refuses_no_window(self) -> None:
        with pytest.raises(ValueError, match="one year or more"):
            portfolios.moving_mean(pd.Series([1.0]), 0)


class TestSharedBlocs:
    MEANINGS = pd.DataFrame({"status": ["member", "observer"], "is_full": [True, False]})
    BLOCS = pd.DataFrame(
        [
            ("u", "political", "established", "1990-01-01", None),
            ("v", "political", "established", "1990-01-01", None),
            ("w", "political", "established", "1990-01-01", None),
            ("small", "political", "established", "1990-01-01", None),
            ("gone", "political", "established", "1990-01-01", "2000-01-01"),
            ("label", "political", "label", "1990-01-01", None),
            ("road", "corridor", "established", "1990-01-01", None),
        ],
        columns=["bloc", "kind", "standing", "founded", "dissolved"],
    )

    def found(self, day: str = "2010-01-01") -> pd.Series:
        rows = [
            (bloc, code, "member")
            for bloc in ("u", "gone", "label", "road")
            for code in ("AAA", "BBB", "CCC")
        ]
        rows += [
            ("v", "AAA", "member"),
            ("v", "CCC", "member"),
            ("v", "DDD", "member"),
            ("v", "BBB", "observer"),
        ]
        rows += [("w", code, "member") for code in ("AAA", "CCC", "DDD")]
        rows += [("small", "AAA", "member"), ("small", "BBB", "member")]
        members = pd.DataFrame(rows, columns=["bloc", "country", "status"]).assign(
            start="1995-01-01", end="", source="s"
        )
        frame = portfolios.shared_blocs(
            members,
            self.MEANINGS,
            self.BLOCS,
            ["AAA", "BBB"],
            day,
            statuses=["member"],
            left_out=["corridor"],
        )
        return frame.iloc[0]

    def test_shared_of_the_smaller_and_of_those_open_to_both(self) -> None:
        row = self.found()
        assert (row["shared"].value, row["size_a"], row["size_b"], row["open_to_both"]) == (1, 3, 1, 2)
        assert row["share_of_smaller"].value == 1 and row["share_of_open"].value == 0.5
        assert row["names"] == ("u",)

    def test_a_bloc_in_life_counts(self) -> None:
        assert self.found("1999-01-01")["names"] == ("gone", "u")

    def test_before_the_first_there_is_no_share(self) -> None:
        row = self.found("1994-01-01")
        assert row["shared"].value == 0 and not row["share_of_open"].defined


class TestNearest:
    EVENTS = pd.DataFrame(
        [
            ("p", "2024-04-19", "held", "Astana"),
            ("q", "2023-09-14", "held", "Dushanbe"),
            ("r", "2024-05-01", "planned", "Astana"),
            ("s", "2024-03-25", "held", "Baku"),
        ],
        columns=["event", "date", "status", "place"],
    ).assign(title="e", kind="visit", is_date_unverified=False, is_document_only=False, source="s")
    ACTORS = pd.DataFrame(
        [(event, code) for event in "pqr" for code in ("AAA", "BBB")] + [("s", "AAA")],
        columns=["event", "actor"],
    )
    TABLE = pd.DataFrame(
        [("t", "2024-04-19", False), ("u", "2024-03", True), ("v", "2020-01-01", False)],
        columns=["agreement", "date", "is_document_only"],
    ).assign(
        kind="k", status="signed", in_force="", ended="", is_date_unverified=False, title="a", source="s"
    )
    PARTIES = pd.DataFrame(
        [(agreement, code) for agreement in "tuv" for code in ("AAA", "BBB")], columns=["agreement", "party"]
    )

    def found(
        self, stated: date | None = date(2024, 3, 23), until: str = "2025-01-01", **how: object
    ) -> pd.DataFrame:
        search = {"kinds": ["k"], "window": 365} | how
        return provenance.nearest(
            self.TABLE, self.PARTIES, self.EVENTS, self.ACTORS, ["AAA", "BBB"], stated, until, **search
        )

    def test_nearest_first_and_the_document_last(self) -> None:
        found = self.found()
        assert list(found["row"]) == ["agreements:t", "events:p", "events:q", "agreements:u"]
        assert found["least"].tolist() == [27, 27, -191, -22] and found["most"].tolist()[-1] == 8

    def test_an_agreement_has_the_place_of_an_event_of_its_day(self) -> None:
        assert self.found().set_index("row").loc["agreements:t", "place"] == "Astana"

    def test_nothing_later_is_found(self) -> None:
        assert list(self.found(until="2024-04-01")["row"]) == ["events:q", "agreements:u"]

    def test_the_window_cuts(self) -> None:
        assert "events:q" not in set(self.found(window=100)["row"])
        assert self.found(window=2000)["row"].tolist()[-2] == "agreements:v"

    def test_nothing_stated_nothing_found(self) -> None:
        assert self.found(None).empty
