"""Checked prose at the real door: what is planted in a notebook or a definition is told of, each fault at its place."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.briefings import messages, prose
from analysis.execution import tidy
from analysis.exhibits import language

from .conftest import CLOSING, LEAD, PARAMETERS, SETUP, Project

BUILD = ("build", "pair", "--json")
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
HINT = "let a Finding compute it, or say it without"

# (markdown, the line of the fault and what it holds)
PLANTED = [
    ("## Trade in 2023", 1, "a typed number, '2023'"),
    ("Trade has grown.", 1, "a direction, 'grown'"),
    ("Both sides\nreport a decline.", 2, "a direction, 'decline'"),
    ("The larger partner comes first.", 1, "a comparison, 'larger'"),
    ("It buys less\nthan it sells.", 1, "a comparison, 'less than'"),
    ("It is the **largest** partner.", 1, "a superlative, 'largest'"),
    ("Nothing like it since the founding.", 1, "a count from a date, 'since'"),
    ("A majority of them signed.", 1, "a vague quantity, 'majority'"),
    ("- all twelve members", 1, "a number in words, 'twelve'"),
    ("A rise of ½ is small.", 1, "a direction, 'rise'"),
    ("A part of ½ is small.", 1, "a typed number, '½'"),
    ("Trade peaked early.", 1, "a superlative, 'peaked'"),
    ("It set a record.", 1, "a superlative, 'a record'"),
    ("Record-breaking trade", 1, "a superlative, 'Record-breaking'"),
    ("About half of it is gas.", 1, "a number in words, 'half'"),
    ("Two-thirds of it is gas.", 1, "a number in words, 'thirds'"),
    ("A third goes east.", 1, "a number in words, 'A third'"),
    ("Three quarters go east.", 1, "a number in words, 'quarters'"),
    ("Twenty-three rows", 1, "a number in words, 'Twenty'"),
    ("It rests on a twelve-year plan.", 1, "a number in words, 'twelve'"),
    ("Trade doubled.", 1, "a direction, 'doubled'"),
    ("Imports trebled.", 1, "a direction, 'trebled'"),
    ("Debts halved.", 1, "a direction, 'halved'"),
    ("A fivefold gain", 1, "a direction, 'fivefold'"),
    ("Exports went\nup again.", 1, "a direction, 'went up'"),
    ("Exports went down.", 1, "a direction, 'went down'"),
    ("It is ahead of its neighbour.", 1, "a comparison, 'ahead of'"),
    ("It fell behind.", 1, "a comparison, 'fell behind'"),
    ("It outpaced the rest.", 1, "a comparison, 'outpaced'"),
    ("It overtook the rest.", 1, "a comparison, 'overtook'"),
    ("It is the only member.", 1, "a claim without exception, 'the only'"),
    ("It never joined.", 1, "a claim without exception, 'never'"),
    ("It has no other border.", 1, "a claim without exception, 'no other'"),
    ("It was always a member.", 1, "a claim without exception, 'always'"),
    ("For the first time they met.", 1, "a count from a date, 'For the first time'"),
    ("The two no longer meet.", 1, "a count from a date, 'no longer'"),
    ("In recent years they met.", 1, "a count from a date, 'In recent years'"),
    ("It r<!-- x -->ose.", 1, "what a reader does not see, '<!--'"),
    ("It gr\u00adew.", 1, "what a reader does not see, '\u00ad'"),
    ("It gr&shy;ew.", 1, "what a reader does not see, '&shy;'"),
    ("It [gr](https://example.org)ew.", 1, "what a reader does not see, '(https://example.org)'"),
    ("It r\u043ese.", 1, "what a reader does not see, 'r\u043ese'"),
    ("It \uff47\uff52\uff45\uff57.", 1, "what a reader does not see, '\uff47\uff52\uff45\uff57'"),
    ("A part of\n\n99. percent", 3, "a typed number, '99'"),
    ("## Торговля выросла", 1, "a direction, 'выросла'"),
    ("Пик пройден.", 1, "a superlative, 'Пик'"),
    ("На половину", 1, "a number in words, 'половину'"),
    ("Двадцать три строки", 1, "a number in words, 'Двадцать'"),
    ("Торговля\nудвоилась.", 2, "a direction, 'удвоилась'"),
    ("Она опередила соседа.", 1, "a comparison, 'опередила'"),
    ("Это единственный участник.", 1, "a claim without exception, 'единственный'"),
    ("Она никогда не вступала.", 1, "a claim without exception, 'никогда'"),
    ("Впервые они встретились.", 1, "a count from a date, 'Впервые'"),
    ("Exports are up.", 1, "a direction, 'are up'"),
    ("Exports were down.", 1, "a direction, 'were down'"),
    ("Trade was flat.", 1, "a direction, 'flat'"),
    ("Trade stagnated.", 1, "a direction, 'stagnated'"),
    ("It is unchanged.", 1, "a direction, 'unchanged'"),
    ("A narrower gap", 1, "a comparison, 'narrower'"),
    ("Kazakhstan leads.", 1, "a superlative, 'leads'"),
    ("Gas dominates.", 1, "a superlative, 'dominates'"),
    ("It ranks first.", 1, "a superlative, 'ranks first'"),
    ("Many signed.", 1, "a vague quantity, 'Many'"),
    ("Few signed.", 1, "a vague quantity, 'Few'"),
    ("It is mainly gas.", 1, "a vague quantity, 'mainly'"),
    ("They met until last year.", 1, "a count from a date, 'until last year'"),
    ("Это лидер торговли.", 1, "a superlative, 'лидер'"),
    ("Она прибавила.", 1, "a direction, 'прибавила'"),
    ("Торговля выше прежней.", 1, "a comparison, 'выше прежней'"),
    ("Сауда көлемі ұлғайды.", 1, "a direction, 'ұлғайды'"),
    ("Ең ірі серіктес", 1, "a superlative, 'Ең ірі'"),
    ("Savdo o‘sdi.", 1, "a direction, 'o‘sdi'"),
    ("Eng yirik hamkor", 1, "a superlative, 'Eng yirik'"),
]
CLEAN = """\
## The C5+1, and what it is not

Two sides keep two books; see [the *office*](https://example.org/2023/largest), a record of votes, and a third party.
What is only a plan is never counted.

1. exports
2. imports"""


@pytest.fixture
def with_prose(small: Project):
    """Write the notebook of the project with these markdown cells after its parameters."""

    def write(*texts: str) -> None:
        cells = [
            new_markdown_cell("# How many rows are there?"),
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            *map(new_markdown_cell, texts),
            *map(new_code_cell, (SETUP, LEAD, CLOSING)),
        ]
        small.put("notebooks/rows.ipynb", tidy.tidied(nbformat.writes(new_notebook(cells=cells))))

    return write


class TestWritten:
    def test_every_fault_of_markdown_is_told_at_once_with_its_place(self, small, command, with_prose) -> None:
        with_prose(*(text for text, *_ in PLANTED))
        for words in (BUILD, ("check",)):
            ended = command(*words, root=small.root)
            assert ended.code == 1 and ended.out == ""
            told = [
                sentence for sentence in ended.sentences if sentence.startswith("notebooks/rows.ipynb, cell")
            ]
            assert len(told) == len(ended.sentences)
            for number, (_, line, what) in enumerate(PLANTED, start=3):
                place = f"notebooks/rows.ipynb, cell {number}, line {line}: "
                assert [each for each in told if each.startswith(place) and f"holds {what}; {HINT}" in each]

    def test_every_text_of_a_definition_is_held(self, small, command) -> None:
        title, section = 'title: "{reporter} and {partner}"', "  - notebook: rows\n"
        small.change("reports/pair.yml", title, 'title: "{reporter} since {start}"\nsubtitle: Trade in 2023')
        small.change("reports/pair.yml", "series: Small", "series: The best briefings")
        small.change("reports/pair.yml", section, section + "    title: Trade fell\n")
        expected = [
            f"reports/pair.yml, title: “… since” holds a count from a date, 'since'; {HINT}",
            f"reports/pair.yml, subtitle: “Trade in 2023” holds a typed number, '2023'; {HINT}",
            f"reports/pair.yml, series: “The best briefings” holds a superlative, 'best'; {HINT}",
            f"reports/pair.yml, section rows, title: “Trade fell” holds a direction, 'fell'; {HINT}",
        ]
        for words, code in ((BUILD, 2), (("check",), 1)):
            ended = command(*words, root=small.root)
            assert (ended.code, sorted(ended.sentences)) == (code, sorted(expected))

    def test_names_links_list_marks_and_parameters_are_free(self, small, command, with_prose) -> None:
        with_prose(CLEAN)
        small.change("reports/pair.yml", "{partner}", "{partner}, {start}: the C5+1 and the CPTPP")
        ended = command("check", root=small.root)
        assert (ended.code, ended.err) == (0, "")
        assert command(*BUILD, root=small.root).code == 0

    def test_a_row_makes_a_word_listed(self, small, command, with_prose) -> None:
        with_prose("A splendid year.")
        small.change(
            "data/listed_words.csv", "en,strengthen,up", "en,splendid,superlative,false\nen,strengthen,up"
        )
        assert (
            "cell 3, line 1: “A splendid year.” holds a superlative" in command(*BUILD, root=small.root).err
        )


# --- what a sentence may say of its values ----------------------------------------------------------------------------

VALUES = """\
rows = tuple(f"trade:{each}" for each in trade.index)
current = dict(start=2016, end=2023, price_basis="current", rows=rows)
fell, share = Measured(-0.04, "rate", "cagr", **current), Measured(0.2, "share", "trade_share", rows=rows)
level = Measured(4e9, "usd", "turnover", **current)
constant = Measured(3e9, "usd_constant", "deflate", start=2016, end=2023, price_basis="constant-2016", rows=rows)
short = Measured(-1e9, "usd", "balance", **current)
groundless = Measured(0.1, "rate", "cagr")
missing = Measured.undefined("no row", unit="rate", method="cagr")"""
# (finding, what is said of it)
FINDINGS = {
    "a direction": (
        'Finding("bad", "Trade grew by {rate} a year.", rate=fell)',
        "ValueError: finding 'bad': 'grew' is said of {rate}, which is −4.0%; let direction() choose the word",
    ),
    "a direction past a colon": (
        'Finding("bad", "Exports surged: {rate}", rate=fell)',
        "ValueError: finding 'bad': 'surged' is said of {rate}, which is −4.0%; let direction() choose the word",
    ),
    "a noun of growth": (
        'Finding("bad", "The growth of exports was {rate}.", rate=fell)',
        "ValueError: finding 'bad': 'growth' is said of {rate}, which is −4.0%; let direction() choose the word",
    ),
    "a direction of one level": (
        'Finding("bad", "It doubled, to {level}.", level=level)',
        "ValueError: finding 'bad': 'doubled' is a direction that no value beside it bears out; let direction() choose "
        "the word",
    ),
    "a comparison of one value": (
        'Finding("bad", "It was more than {level}.", level=level)',
        "ValueError: finding 'bad': 'more than' is a comparison that no value beside it bears out; let compare() choose "
        "the word",
    ),
    "a superlative": (
        'Finding("bad", "The largest share is {share}.", share=share)',
        "ValueError: finding 'bad': 'largest' is a superlative that no ranking bears out; give its value as "
        "ranked(value, among)",
    ),
    "a superlative of the other end": (
        'Finding("bad", "The largest share is {share}.", share=ranked(share, [0.1, 0.3]))',
        "ValueError: finding 'bad': 'largest' is said of {share}, not at that end of what it was ranked among; rank "
        "another value",
    ),
    "since": (
        'Finding("bad", "It has been {level} since.", level=level)',
        "ValueError: finding 'bad': 'since' is a count from a date with no day after it; write since {day}, or say it "
        "without",
    ),
    "a surplus": (
        'Finding("bad", "It had a surplus of {short}.", short=short)',
        "ValueError: finding 'bad': 'surplus' is said of {short}, which is −USD\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}"
        "billion; let direction() choose the word",
    ),
    "a unit of no measure": (
        'Finding("bad", "It was {level} tonnes.", level=level)',
        "ValueError: finding 'bad': {level} is measured in 'usd' and prints its own unit, so 'tonnes' cannot stand "
        "beside it",
    ),
    "nominal": (
        'Finding("bad", "Nominal trade was {real}.", real=constant)',
        "ValueError: finding 'bad': 'Nominal' is said of values in constant prices",
    ),
    "a unit after": (
        'Finding("bad", "It took {share} billion.", share=share)',
        "ValueError: finding 'bad': {share} is measured in 'share' and prints its own unit, so 'billion' cannot "
        "stand beside it",
    ),
    "a unit before": (
        'Finding("bad", "It took USD {share}.", share=share)',
        "ValueError: finding 'bad': {share} is measured in 'share' and prints its own unit, so 'USD' cannot "
        "stand beside it",
    ),
    "other prices": (
        'Finding("bad", "In constant dollars it was {level}.", level=level)',
        "ValueError: finding 'bad': 'In constant dollars' is said of values in current prices",
    ),
    "mixed prices": (
        'Finding("bad", "It was {level}, or {real}.", level=level, real=constant)',
        "ValueError: finding 'bad': values in current and in constant prices stand side by side; say constant and "
        "current with {name:prices}",
    ),
    "a typed word": (
        'Finding("bad", "Trade {moved} by {rate}.", rate=fell, moved="rose")',
        "ValueError: finding 'bad': {moved} is 'rose', a direction that was typed; let direction() or compare() choose the "
        "word",
    ),
    "swapped words": (
        'Finding("bad", "It {moved} by {rate}.", rate=fell, moved=direction(fell, up="fell", down="rose"))',
        "ValueError: finding 'bad': 'fell' is to be said of what is above, and 'rose' of what is below: the two "
        "are swapped",
    ),
    "a number of no row": (
        'Finding("bad", "It changed by {rate}.", rate=groundless)',
        "block 'bad': the value 'rate' (cagr) rests on no row of the tables; pass on the rows it was made of",
    ),
    "no value": (
        'Finding("bad", "It was {level}.", level="not reported")',
        "ValueError: finding 'bad': {level} is 'not reported', which is no value; pass the measure, with its reason",
    ),
    "a lead that is undefined": (
        'Finding("bad", "It changed by {rate}.", rate=missing, role="lead")',
        "section rows: nothing to report: no row",
    ),
}


@pytest.mark.parametrize("planted", FINDINGS)
def test_a_sentence_that_contradicts_its_values_fails_the_build(small, command, planted) -> None:
    written, sentence = FINDINGS[planted]
    small.notebook(
        SETUP,
        f"from analysis.exhibits.template import direction, ranked\n\n{VALUES}",
        f"lead = {written}\nlead",
        CLOSING,
    )
    ended = command(*BUILD, root=small.root)
    assert (ended.code, ended.out) == (1, "")
    (told,) = ended.sentences
    assert sentence in told
    assert "rows" in told.partition(":")[0], "the notebook or its section is named"


def test_a_sentence_that_fits_its_values_is_built(small, command) -> None:
    fitting = (
        'lead = Finding("good", "Trade {moved} by {rate} a year to {level}, in {level:prices}; in constant dollars it "'
        '\n    "was {real}, and {share} of all.", rate=fell, moved=direction(fell), level=level, real=constant, '
        'share=share, role="lead")\nlead'
    )
    small.notebook(
        SETUP, f"from analysis.exhibits.template import direction, ranked\n\n{VALUES}", fitting, CLOSING
    )
    ended = command(*BUILD, root=small.root)
    assert ended.code == 0, ended.err


def test_a_translation_of_written_text_is_held_by_the_words_of_its_language(tmp_path, monkeypatch) -> None:
    catalogue = 'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    catalogue += 'msgid "Trade"\nmsgstr "Торговля выросла"\n\nmsgid "It rose"\nmsgstr "Она выросла"\n'
    (tmp_path / "ru.po").write_text(catalogue, encoding="utf-8")
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    told = messages.Found({"Trade": None, "It rose": None}, (), frozenset({"Trade"}))
    (problem,) = messages.problems("ru", told)
    assert problem.endswith(f"ru.po: “Торговля выросла” holds a direction, 'выросла'; {HINT}")
    cell = {"cell_type": "markdown", "source": "## Trade"}
    assert list(prose.of_cell(cell, "cell 1")) == []
    with language.using("ru"):
        (problem,) = prose.of_cell(cell, "cell 1")
    assert problem == f"cell 1, in ru: “## Торговля выросла” holds a direction, 'выросла'; {HINT}"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_a_reader_is_told_speaks_of_no_notebook(path: Path) -> None:
    """The text of a notebook is printed as a section of a briefing."""
    cells = nbformat.read(path, as_version=4).cells
    told = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert told and [text for text in told if "notebook" in text.lower()] == []
