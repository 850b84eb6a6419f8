"""The tables of processes, stages, conditions and terms: what must hold for every row."""

from __future__ import annotations

from analysis import tables
from analysis.measures import stages


def test_the_stages_of_a_process_are_numbered_without_a_gap() -> None:
    for process, own in tables.read("stages").groupby("process"):
        assert sorted(own["position"]) == list(range(1, len(own) + 1)), process
        assert own["is_binding"].sum() == 1, process


def test_every_step_is_of_a_stage_of_its_process_and_rests_on_one_thing() -> None:
    known = set(tables.read("stages")[["process", "stage"]].itertuples(index=False, name=None))
    for name in ("process_stages", "conditions"):
        for row in tables.read(name).itertuples():
            assert sum(isinstance(each, str) for each in (row.event, row.agreement, row.date)) == 1, row
            assert isinstance(row.agreement, str) == isinstance(row.agreement_date, str), row
    assert (
        set(tables.read("process_stages")[["process", "stage"]].itertuples(index=False, name=None)) <= known
    )


def test_stages_of_one_country_are_reached_in_their_order() -> None:
    order = tables.read("stages").set_index(["process", "stage"])["position"]
    rows = stages.dated(tables.read("process_stages"), tables.read("agreements"), tables.read("events"))
    for key, own in rows.groupby(["process", "country"]):
        own = own.assign(position=[order[row.process, row.stage] for row in own.itertuples()])
        assert own.sort_values("position")["first"].is_monotonic_increasing, key


def test_steps_of_one_condition_are_named_alike_and_in_order_of_time() -> None:
    rows = stages.dated(tables.read("conditions"), tables.read("agreements"), tables.read("events"))
    assert len(rows) == len(tables.read("conditions"))
    for key, own in rows.groupby(["process", "condition"]):
        assert own["label"].nunique() == 1, key
        assert own.sort_values("step")["first"].is_monotonic_increasing, key


def test_kazakhstan_has_no_step_beyond_a_statement() -> None:
    own = tables.read("process_stages").query("country == 'KAZ'")
    assert set(own["stage"]) == {"announced", "confirmed"}


def test_a_term_has_one_base_and_at_most_one_extension_after_it() -> None:
    for term, own in tables.read("terms").groupby("term"):
        assert (own["part"] != "extension").sum() == 1, term
        assert own.loc[own["part"] == "extension", "start_year"].isna().all(), term


def test_the_parts_held_in_a_company_add_up() -> None:
    assert (tables.read("holdings").groupby("agreement")["held_share"].sum().round(9) == 1).all()


def test_every_matter_is_shared_by_two_documents() -> None:
    documents = tables.read("claims").set_index("claim")["source"]
    for matter, own in tables.read("claim_matters").groupby("matter"):
        assert documents.loc[own["claim"]].nunique() > 1, matter
        assert own["label"].nunique() == own["agreement"].nunique() == 1, matter
