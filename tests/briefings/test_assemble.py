from __future__ import annotations

from copy import deepcopy

import nbformat
import pytest

from analysis.briefings import assemble, document, markdown, mentions
from analysis.errors import BriefingError

from . import sample

COVER = assemble.Cover(title="Title", as_of="2025-12-31")


@pytest.fixture(scope="module")
def whole() -> document.Document:
    return assemble.normalise(sample.assembled())


def changed(nb, ident, **change):
    """The notebook with one block changed."""
    nb = deepcopy(nb)
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.data[sample.MIME]["id"] == ident:
                output.data[sample.MIME].update(change)
    return nb


def document_of(*notebooks, **cover):
    sections = [assemble.Executed(f"part-{n}", nb) for n, nb in enumerate(notebooks, start=1)]
    return assemble.normalise(assemble.assemble(assemble.Cover(**{**COVER.__dict__, **cover}), sections))


class TestCover:
    def test_lead_is_the_first_sections(self, whole):
        assert whole.lead.text.startswith("Trade between Uzbekistan and Kazakhstan rose")
        assert whole.edition_text == "31 December 2025"

    def test_lead_may_be_chosen(self):
        assert document_of(
            sample.trade_notebook(), sample.bloc_notebook(), lead="part-2"
        ).lead.text.startswith("On 31")

    def test_any_finding_may_lead(self):
        doc = document_of(sample.trade_notebook(), sample.bloc_notebook(), lead="part-2/overlap-count")
        assert doc.lead.text == "Kazakhstan and Kyrgyzstan belong to all eight blocs."
        assert doc.lead.text not in [statement.text for statement in doc.summary]

    def test_a_finding_that_is_not_there_cannot(self):
        with pytest.raises(
            BriefingError,
            match=r"section part-1: there is no finding 'mirror-not' .* \(did you mean 'mirror-note'\?\)",
        ):
            document_of(sample.trade_notebook(), lead="part-1/mirror-not")

    def test_undefined_lead_fails_with_its_reason(self):
        nb = changed(
            sample.trade_notebook(), "turnover-lead", defined=False, reason="KAZ reports nothing", values={}
        )
        with pytest.raises(BriefingError, match="section part-1: nothing to report: KAZ reports nothing"):
            document_of(nb)

    def test_key_figures_compete_by_rank_over_all_sections(self, whole):
        assert [key.figure for key in whole.key_figures] == ["+13.1%", "0.22", "4.49 bn", "8"]

    def test_undefined_key_stays_out(self):
        nb = changed(
            sample.trade_notebook(),
            "turnover-rate",
            defined=False,
            reason="no data",
            figure="",
            change="",
            values={},
        )
        assert [key.figure for key in document_of(nb).key_figures] == ["4.49 bn"]

    def test_summary_has_three_to_five_and_not_the_lead(self, whole):
        texts = [statement.text for statement in whole.summary]
        assert 3 <= len(texts) <= 5
        assert whole.lead.text not in texts

    def test_short_summary_is_filled_from_the_text(self):
        assert [statement.anchor for statement in document_of(sample.trade_notebook()).summary] == [
            "summary-turnover-rate", "summary-turnover-level", "summary-mirror-note",
        ]  # fmt: skip


class TestNumbers:
    def test_exhibits_are_numbered_through(self, whole):
        assert [exhibit.label for exhibit in whole.exhibits] == [
            "Figure 1", "Table 1", "Figure 2", "Figure 3", "Table 2", "Figure 4", "Table 3",
        ]  # fmt: skip

    def test_a_finding_points_to_its_exhibit(self, whole):
        (statement,) = [part for part in whole.parts() if getattr(part, "anchor", "") == "overlap-jaccard"]
        assert statement.exhibit == document.Reference("Figure 4", "jaccard-heat")

    def test_sources_are_numbered_by_first_use_and_said_once(self, whole):
        assert [(c.number, c.source) for c in whole.citations] == [
            (1, "uzstat-2024"), (2, "kazstat-2024"), (3, "depositaries"),
        ]  # fmt: skip
        assert whole.credited((1, 2))[0] == ("Statistics Agency of Uzbekistan", (1,))

    def test_of_many_publishers_the_first_are_named_and_the_others_counted(self):
        many = [{**sample.UZSTAT, "id": f"s{n}", "publisher": f"Office {n}"} for n in range(12)]
        doc = document_of(changed(sample.trade_notebook(), "turnover-lines", sources=many))
        figure = doc.exhibits[0]
        named = doc.credited(figure.citations)
        assert [name for name, _ in named] == [*(f"Office {n}" for n in range(6)), "6 further publishers"]
        assert sorted(n for _, numbers in named for n in numbers) == list(figure.citations)

    def test_of_a_chosen_set_of_exhibits_only_what_is_cited_is_listed(self):
        one = assemble.Executed("trade", sample.trade_notebook(), exhibits=("partner-bars",))
        two = assemble.Executed("blocs", sample.bloc_notebook(), exhibits=())
        listed = [c.source for c in assemble.normalise(assemble.assemble(COVER, [one, two])).citations]
        assert "kazstat-2024" in listed  # a key figure of the trade rests on it
        bare = changed(changed(one.notebook, "turnover-level", sources=[]), "mirror-note", sources=[])
        doc = assemble.normalise(
            assemble.assemble(COVER, [assemble.Executed("t", bare, exhibits=("partner-bars",))])
        )
        assert [c.source for c in doc.citations] == ["uzstat-2024"]

    def test_what_is_left_out_by_name_is_not_printed(self):
        made = sample.trade_notebook()
        one = assemble.Executed("trade", made, "Trade", without=("mirror-table", "mirror-note"))
        doc = assemble.normalise(assemble.assemble(COVER, [one]))
        anchors = {part.anchor for part in doc.parts() if hasattr(part, "anchor")}
        assert not anchors & {"mirror-table", "mirror-note"} and "turnover-lines" in anchors
        assert doc.sections[0].question

    def test_without_its_lead_a_notebook_asks_nothing(self):
        lead = next(b["id"] for b in sample.bloc_blocks() if b.get("role") == "lead")
        two = assemble.Executed("blocs", sample.bloc_notebook(), "Blocs", without=(lead,))
        doc = assemble.normalise(
            assemble.assemble(COVER, [assemble.Executed("trade", sample.trade_notebook()), two])
        )
        section = doc.sections[1]
        assert section.question == "" and section.title == "Blocs"
        assert not any(getattr(part, "role", "") == "lead" for part in section.parts)

    def test_an_unknown_name_among_what_is_left_out_is_refused(self):
        one = assemble.Executed("trade", sample.trade_notebook(), without=("mirror-tabel",))
        with pytest.raises(
            BriefingError, match=r"nothing is called 'mirror-tabel' \(did you mean 'mirror-table'\?\)"
        ):
            assemble.assemble(COVER, [one])

    def test_methods_limits_and_caveats_are_said_once(self, whole):
        assert [m.method for m in whole.methods] == ["cagr", "jaccard", "mirror_gap"]
        assert [f.letter for f in whole.flags] == ["a", "b", "c"]
        assert [limit.anchor for limit in whole.limits] == ["services-limit", "coarse-limit"]
        assert not any(part.role == "limit" for part in whole.parts() if isinstance(part, document.Statement))

    def test_one_notebook_twice_shares_no_anchor(self):
        other = changed(sample.trade_notebook(), "turnover-lines", title="Another climb")
        doc = document_of(sample.trade_notebook(), other)
        anchors = [part.anchor for part in doc.parts() if hasattr(part, "anchor")]
        assert len(set(anchors)) == len(anchors)
        assert doc.exhibits[3].anchor == "turnover-lines-2"
        second = [part for part in doc.sections[1].parts if getattr(part, "role", "") == "lead"]
        assert second[0].exhibit.label == "Figure 3"

    def test_what_an_earlier_section_says_or_shows_is_not_repeated(self):
        other = changed(sample.trade_notebook(), "mirror-table", title="Another gap")
        doc = document_of(sample.trade_notebook(), other)
        assert [e.label for e in doc.exhibits] == ["Figure 1", "Table 1", "Figure 2", "Table 2"]
        _, second = doc.sections
        kinds = [type(part).__name__ for part in second.parts]
        assert kinds.count("Figure") == 0 and kinds.count("Table") == 1
        statements = [part for part in second.parts if isinstance(part, document.Statement)]
        assert [statement.role for statement in statements] == ["lead"]
        assert statements[0].exhibit == document.Reference("Figure 1", "turnover-lines")

    def test_a_limit_that_stands_in_the_text_is_not_said_again(self):
        said = changed(sample.bloc_notebook(), "coarse-limit", role="text")
        doc = document_of(sample.bloc_notebook(), said)
        assert [limit.text for limit in doc.limits] == []

    def test_two_blocks_of_one_id_are_refused(self):
        nb = changed(sample.trade_notebook(), "turnover-rate", id="turnover-level")
        with pytest.raises(BriefingError, match="two blocks have the id 'turnover-level'"):
            document_of(nb)


class TestSections:
    def test_title_is_told_else_found_and_the_question_beside_it(self, whole):
        assert [(s.number, s.title, s.question) for s in whole.sections] == [
            (1, "Trade has more than doubled, in current dollars", "How has trade between the two gone?"),
            (2, "Two blocs, two shared members", "Who belongs to both blocs?"),
        ]

    def test_exhibits_left_out_are_not_numbered(self):
        nb = assemble.assemble(
            COVER, [assemble.Executed("trade", sample.trade_notebook(), exhibits=("partner-bars",))]
        )
        doc = assemble.normalise(nb)
        assert [(e.label, e.anchor) for e in doc.exhibits] == [("Figure 1", "partner-bars")]
        assert doc.lead.exhibit is None

    def test_unknown_exhibit_is_refused(self):
        with pytest.raises(
            BriefingError, match=r"no exhibit 'partner-bar' \(did you mean 'partner-bars'\?\)"
        ):
            assemble.assemble(
                COVER, [assemble.Executed("t", sample.trade_notebook(), exhibits=("partner-bar",))]
            )

    def test_exhibit_that_a_finding_excuses_is_no_error(self):
        nb = changed(sample.trade_notebook(), "no-target", exhibit="target-bars")
        for absent in ("target-bars", "no-target"):
            assemble.assemble(COVER, [assemble.Executed("t", nb, exhibits=("partner-bars", absent))])

    def test_assembled_notebook_is_valid_and_has_no_clock(self):
        one = sample.trade_notebook()
        one.cells[1].metadata["papermill"] = {"start_time": "2025-11-01T10:00:00"}
        one.cells[1].outputs = [nbformat.v4.new_output("stream", name="stderr", text="UserWarning")]
        made = assemble.assemble(COVER, [assemble.Executed("trade", one)])
        nbformat.validate(made)
        text = nbformat.writes(made)
        assert "start_time" not in text
        assert "UserWarning" not in text

    def test_a_heading_with_nothing_under_it_is_left_out(self):
        nb = sample.trade_notebook()
        more = ("## Deep\n\n### Empty\n\n### Full\n\nText.", "## Limits", "## Sources")
        nb.cells[-1:-1] = [nbformat.v4.new_markdown_cell(text) for text in more]
        (section,) = document_of(nb).sections
        headings = [
            b for p in section.parts if isinstance(p, document.Prose) for b in p.blocks if hasattr(b, "level")
        ]
        assert [(b.level, b.anchor) for b in headings] == [
            (3, "two-reports-of-one-border"),
            (3, "deep"),
            (4, "full"),
        ]
        alone = assemble.normalise(nb)
        assert [section.title for section in alone.sections] == ["", "Two reports of one border", "Deep"]
        assert alone.provenance.tables


class TestProvenance:
    def test_parameters_of_a_section_only_where_they_differ(self, whole):
        assert dict(whole.provenance.parameters)["start"] == "2016"
        ((name, differing),) = whole.provenance.section_parameters
        assert (name, differing) == (
            "Two blocs, two shared members",
            (("bloc_a", "eaeu"), ("bloc_b", "cmhs")),
        )

    def test_tables_by_name_with_their_hash(self, whole):
        assert [(table.name, table.rows) for table in whole.provenance.tables] == [
            ("memberships", 131), ("sources", 150), ("trade", 412),
        ]  # fmt: skip

    def test_a_table_that_changed_in_between_is_refused(self):
        tables = {"sources": {"sha256": "f" * 64, "rows": 151, "title": "Sources"}}
        nb = changed(sample.bloc_notebook(), "references", tables=tables)
        with pytest.raises(BriefingError, match=r"data/sources.csv changed while"):
            document_of(sample.trade_notebook(), nb)


class TestSingle:
    def test_minimal_cover_from_title_and_lead(self):
        doc = assemble.normalise(sample.trade_notebook())
        assert doc.title == "Trade has more than doubled, in current dollars"
        assert doc.subtitle == "How has trade between the two gone?"
        assert [section.title for section in doc.sections] == ["", "Two reports of one border"]
        assert doc.lead.exhibit.label == "Figure 1"
        assert doc.as_of == "2025-12-31"

    def test_the_lead_opens_it_under_whichever_heading_it_stands(self):
        nb = sample.trade_notebook()
        nb.cells.insert(1, nbformat.v4.new_markdown_cell("## Before\n\nText.\n\n## Growth"))
        doc = assemble.normalise(nb)
        assert [section.title for section in doc.sections][:2] == ["Before", "Growth"]
        assert doc.lead.text == assemble.normalise(sample.trade_notebook()).lead.text

    def test_a_plain_notebook_will_do(self):
        nb = sample.notebook(nbformat.v4.new_markdown_cell("# Notes\n\nText.\n\n### Deep\n\nMore."))
        doc = assemble.normalise(nb)
        assert (doc.title, doc.lead, doc.key_figures, doc.summary) == ("Notes", None, (), ())
        assert [b.level for b in doc.sections[0].parts[0].blocks if hasattr(b, "level")] == [2]

    def test_without_title_it_is_refused(self):
        with pytest.raises(BriefingError, match="has no title"):
            assemble.normalise(sample.notebook(nbformat.v4.new_markdown_cell("Text.")))

    def test_written_text_of_ones_own_notebook_is_held(self):
        cells = map(nbformat.v4.new_markdown_cell, ("# Notes", "Text\n\nof 2023 and since."))
        with pytest.raises(BriefingError) as refused:
            assemble.normalise(sample.notebook(*cells))
        typed, since = refused.value.problems
        assert typed.startswith("notebook, cell 2, line 3: ") and "a typed number, '2023'" in typed
        assert since.startswith("notebook, cell 2, line 3: ") and "'since'" in since


def prose(section):
    """The paragraphs of a section as text, pointers included."""
    return [
        markdown.plain(block.children)
        for part in section.parts
        if isinstance(part, document.Prose)
        for block in part.blocks
        if isinstance(block, document.Paragraph)
    ]


def spoken_of(doc):
    """The anchors of exhibits that the text of a document points to."""
    statements = [part for part in doc.parts() if isinstance(part, document.Statement)]
    links = [
        inline.url.removeprefix("#")
        for part in doc.parts()
        if isinstance(part, document.Prose)
        for block in part.blocks
        if isinstance(block, document.Paragraph)
        for inline in block.children
        if isinstance(inline, document.Link)
    ]
    return [*(s.exhibit.anchor for s in statements if s.exhibit), *links]


class TestMentions:
    def test_every_exhibit_is_spoken_of(self, whole):
        assert {e.anchor for e in whole.exhibits} <= set(spoken_of(whole))

    def test_where_no_finding_does_the_prose_above_points_to_it(self, whole):
        trade, blocs = whole.sections
        assert prose(trade)[-1] == "See the compilers’ manual for the rest (Figure\u00a02)."
        assert prose(blocs)[0].endswith("Observers are shown and not counted (Table\u00a02).")
        assert prose(blocs)[-1] == "The index is one when two blocs have the same members (Table\u00a03)."

    def test_what_a_finding_speaks_of_is_not_pointed_to_twice(self, whole):
        assert "Figure\u00a01" not in " ".join(prose(whole.sections[0]))
        assert len([anchor for anchor in spoken_of(whole) if anchor == "mirror-table"]) == 1

    @pytest.mark.parametrize(
        ("second", "said"),
        [("Figure", "Look (Figure\u00a01, Figure\u00a02)."), ("Table", "Look (Table\u00a01).")],
    )
    def test_no_figure_is_named_before_one_that_stands_above_it(self, second, said):
        def exhibit(kind, number):
            reference = document.Reference(f"{kind} {number}", f"{kind}-{number}")
            shared = (
                reference.anchor,
                number,
                reference.label,
                "",
                "",
                "",
                "",
                (),
                (),
                (),
                "",
                None,
                reference,
            )
            if kind == "Table":
                return document.Table(*shared, None)
            return document.Figure(*shared, "", 1.0, 1.0, None, "top")

        first, other = exhibit("Figure", 1), exhibit(second, 2 if second == "Figure" else 1)
        look = document.Prose((document.Paragraph((document.Text("Look."),)),))
        told = document.Statement("told", "text", "Told.", exhibit=first.reference)
        section = document.Section("s", 1, "", "", (look, told, first, other))
        assert prose(mentions.added([section], {})[0]) == [said]

    @pytest.mark.parametrize(
        ("above", "said"),
        [
            ("What does it mean?", ["What does it mean?", "See Table\u00a02."]),
            ("As *written*", ["As written", "See Table\u00a02."]),
            ("## Bare", ["Shown here: Table\u00a02."]),
            ("Text.\n\n- a list", ["Text (Table\u00a02)."]),
        ],
    )
    def test_prose_that_cannot_hold_a_pointer(self, above, said):
        nb = sample.bloc_notebook()
        place = next(n for n, c in enumerate(nb.cells) if "members-table" in str(c.get("outputs", "")))
        nb.cells.insert(place, nbformat.v4.new_markdown_cell(above))
        (section,) = [document_of(nb, title="x").sections[0]]
        assert prose(section)[1 : 1 + len(said)] == [
            text.replace("Table\u00a02", "Table\u00a01") for text in said
        ]


def with_annexes(*annexes, **exhibits):
    notebooks = {"trade": sample.trade_notebook(), "blocs": sample.bloc_notebook()}
    sections = [
        assemble.Executed(name, nb, exhibits=exhibits.get(name), annex=annex)
        for (name, nb), annex in zip(notebooks.items(), annexes, strict=True)
    ]
    return assemble.normalise(assemble.assemble(COVER, sections))


class TestAnnexes:
    def test_single_exhibits_move_behind_the_body(self):
        doc = with_annexes(("mirror-table",), False)
        assert [document.numbered(s) for s in doc.sections] == [
            "1. Trade has more than doubled, in current dollars",
            "2. Who belongs to both blocs?",
            "Annex A. Trade has more than doubled, in current dollars",
        ]
        assert [e.anchor for e in doc.exhibits][-1] == "mirror-table"
        assert doc.exhibits[-1].label == "Table 3"

    def test_a_finding_of_the_body_points_there(self):
        doc = with_annexes(("mirror-table",), False)
        (note,) = [part for part in doc.sections[0].parts if getattr(part, "anchor", "") == "mirror-note"]
        assert note.exhibit == document.Reference("Table 3", "mirror-table")
        assert {e.anchor for e in doc.exhibits} <= set(spoken_of(doc))

    def test_a_whole_section_and_letters_in_order(self):
        doc = with_annexes(("mirror-table", "partner-bars"), True)
        assert [s.annex for s in doc.sections] == ["", "Annex A", "Annex B"]
        assert [s.number for s in doc.sections] == [1, 0, 0]
        assert ("blocs", "Annex B. Who belongs to both blocs?") in doc.contents

    def test_an_unknown_exhibit_is_refused(self):
        with pytest.raises(
            BriefingError, match=r"no exhibit 'mirror-tabel' \(did you mean 'mirror-table'\?\)"
        ):
            with_annexes(("mirror-tabel",), False)

    def test_without_annexes_the_assembled_notebook_is_as_before(self):
        assert all(
            set(told) == {"name", "title"} for told in sample.assembled().metadata["briefing"]["sections"]
        )


class TestLeftOut:
    def test_sentences_of_the_text_go_with_their_exhibit_and_keys_stay(self):
        doc = with_annexes(False, False, trade=("turnover-lines",), blocs=("membership-matrix",))
        said = [part.anchor for part in doc.parts() if isinstance(part, document.Statement)]
        assert "mirror-note" not in said and "no-target" not in said
        assert "turnover-rate" in said and "overlap-jaccard" in said

    def test_a_sentence_of_the_text_is_printed_when_named(self):
        doc = with_annexes(False, False, trade=("turnover-lines", "no-target"))
        said = [part.anchor for part in doc.parts() if isinstance(part, document.Statement)]
        assert "no-target" in said and "mirror-note" not in said

    def test_prose_that_would_introduce_nothing_is_left_out_with_its_heading(self):
        doc = with_annexes(False, False, blocs=("membership-matrix",))
        assert not any("The index is one" in text for text in prose(doc.sections[1]))
        assert not any("How alike" in str(part) for part in doc.sections[1].parts)


class TestManySections:
    def test_the_summary_is_the_leads_of_the_others(self):
        notebooks = [sample.trade_notebook()]
        for n in range(5):
            notebooks.append(
                changed(sample.bloc_notebook(), "overlap-lead", text=f"On day {n} they share two.")
            )
        doc = document_of(*notebooks)
        assert [s.text for s in doc.summary] == [f"On day {n} they share two." for n in range(5)]
        assert len(doc.key_figures) == 4
