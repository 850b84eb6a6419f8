"""Where the exhibits of a PDF go: planned from the heights of all that is to be placed, then held against the pages.

An exhibit stands where it is spoken of if the rest of its page holds it; otherwise it floats to the head of the next
page and the text runs on before it. Text that ran on too far would leave later pages half empty, as figures cannot be
cut: so text may also wait for what floats, and a table run over two pages where much would stay blank. What is best is
chosen over the whole briefing, for the least blank and the shortest way from a sentence to its exhibit. Heights are
measured once; what they do not tell, such as how tall a table comes out that runs over pages, is learned from the pages,
which are planned again until they come out as planned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

PAGE_HEAD_MM = 24.0
PAGE_BOTTOM_MM = 275.0  # of A4, less the foot
PAGE_MM = PAGE_BOTTOM_MM - PAGE_HEAD_MM
GAP_MM = 6.4  # above and below an exhibit
PARAGRAPH_GAP_MM = 3.4
LINE_MM, LEADING_MM = 4.55, 2.2  # from line to line, and what of it is blank
# What of a text has to stand on a page: two lines, behind what opens it.
LEAST_TEXT_MM = {"text": 7.2, "heading": 11.8, "section": 20.3}
BLANK_MM = {"heading": 5.3, "section": 7.8}  # above it, where it is more than PARAGRAPH_GAP_MM
SHARE_KEPT_WHOLE = (
    0.6  # a table taller than this share of a page runs over pages, a figure only if taller than one
)
LEAST_START_MM = 60.0  # a table that runs over pages does not start with less than this left
LEAST_REST_MM = 25.0  # nor is less of a shorter one carried over
TURN_MM = 8.5  # what a table that runs takes at each page: its head again, and what is blank below its last row there

# What a plan is judged by. A page left blank to a share of s costs s²; the others are worth as much.
PAGE_COST = 0.04
APART_COST = (
    0.012  # of an exhibit a page behind the text that speaks of it; two pages cost four times as much
)
ASTRAY_COST = 0.15  # of an exhibit that stands in a later section
WAIT_COST = 0.002
CUT_COST = 0.06  # of a table that runs over pages though one would hold it: as much as a quarter of a page left blank
KEPT_PLANS = 24
MOST_ROUNDS = 5

Plan = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What is to be placed. `kind`: figure, table, section, heading or text."""

    anchor: str
    kind: str
    opens_page: bool = False

    @property
    def is_exhibit(self) -> bool:
        return self.kind in ("figure", "table")


@dataclass(frozen=True)
class Spot:
    """Where it came in the text (page counted from 1, mm from the head of the sheet), and the page it stands on (0 for
    text)."""

    page: int
    y_mm: float
    stands_on: int = 0


@dataclass(frozen=True)
class Pages:
    """What the pages tell: where everything came, "end" included, and how tall the exhibits are, where that is told."""

    spots: Mapping[str, Spot]
    heights: Mapping[str, float] = field(default_factory=dict)


class Piece(NamedTuple):
    """One thing asked for, with the exhibit's height (0 of a text) and the height of the text up to the next thing;
    whether the pages have shown that the exhibit fits where it is asked for; and how much of the text is the blank at its
    end, which a page foot swallows."""

    asked: Asked
    exhibit_mm: float
    text_mm: float
    fits: bool = False
    blank_mm: float = PARAGRAPH_GAP_MM

    @property
    def is_bare(self) -> bool:
        """Whether it is the heading of a section with no text of its own, as that of an annex."""
        return self.asked.kind == "section" and self.text_mm < LEAST_TEXT_MM["section"]


class State(NamedTuple):
    """A plan half made: the page, what is left of it, the exhibits that float (height, page asked for), what it cost."""

    page: int
    left_mm: float
    floating: tuple[tuple[float, int], ...] = ()
    cost: float = 0.0
    chosen: tuple[str, ...] = ()  # of each piece so far
    stands_on: tuple[int, ...] = ()  # the page of each exhibit that is placed: none overtakes another
    is_headed: bool = False  # by a bare heading, from which its exhibit should not part


def settle(asked: Sequence[Asked], lay_out: Callable[[Plan | None], Pages], foot_mm: float = 0.0) -> Plan:
    """The plan that its own pages confirm; `foot_mm` is what footnotes take of page 1.

    A plan says of an anchor: "float" to the head of the next page, "runs" over pages, "break" the page before it and
    run (a heading stands there), "wait" for what still floats and run, "flush" what still floats before this; what is not named stays where it
    comes. `lay_out(None)` is the text alone, with the heights of the exhibits.
    """
    if not any(one.is_exhibit for one in asked):
        return {}
    pages = lay_out(None)
    heights, texts = pages.heights, _texts(asked, pages, {}, foot_mm)
    opening = State(*_opening(pages.spots[asked[0].anchor], foot_mm))
    fitting: set[str] = set()
    tried: list[Plan] = []
    plan: Plan = {}
    while len(tried) < MOST_ROUNDS:
        best = best_state(opening, _pieces(asked, heights, texts, fitting))
        plan = {one.anchor: what for one, what in zip(asked, best.chosen, strict=True) if what != "here"}
        if plan in tried:
            break
        tried.append(plan)
        pages = Pages(lay_out(plan).spots, heights)
        learned = _texts(asked, pages, plan, foot_mm, texts)
        if tuple(pages.spots[one.anchor].stands_on for one in asked if one.is_exhibit) == best.stands_on:
            runs = {one.anchor for one in asked if _has_to_run(one, heights.get(one.anchor, 0.0))}
            texts |= {anchor: learned[anchor] for anchor in runs}
        else:
            texts = learned
            fitting |= _risen(pages, plan)
    return plan


def _pieces(
    asked: Sequence[Asked], heights: Mapping[str, float], texts: Mapping[str, float], fitting: Set[str]
) -> list[Piece]:
    blanks = [BLANK_MM.get(after.kind, PARAGRAPH_GAP_MM) for after in asked[1:]]
    return [
        Piece(one, heights.get(one.anchor, 0.0), texts[one.anchor], one.anchor in fitting, blank)
        for one, blank in zip(asked, [*blanks, PARAGRAPH_GAP_MM], strict=True)
    ]


# --- heights ---------------------------------------------------------------------------------------------------------


def _opening(first: Spot, foot_mm: float) -> tuple[int, float]:
    """The page on which what is to be placed starts, and what is left of it."""
    return first.page, PAGE_BOTTOM_MM - first.y_mm - (foot_mm if first.page == 1 else 0)


def _texts(
    asked: Sequence[Asked],
    pages: Pages,
    plan: Plan,
    foot_mm: float,
    known: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """How tall the text between each thing asked for and the next is, by pages laid out to a plan."""
    heads = _heads(pages, plan)
    out: dict[str, float] = {}
    for one, after in zip(asked, [*(one.anchor for one in asked[1:]), "end"], strict=True):
        here, there = pages.spots[one.anchor], pages.spots[after]
        stands_here = bool(here.stands_on) and plan.get(one.anchor) != "float"
        taken = _taken(pages.heights.get(one.anchor, 0.0))
        if plan.get(one.anchor) in ("runs", "break", "wait"):
            taken += TURN_MM * (there.page - here.stands_on)
        apart = _apart(here, there, heads, foot_mm) - stands_here * taken
        out[one.anchor] = max(0.0, apart)
        came_to_a_head = there.page > here.page and there.y_mm < heads.get(there.page, PAGE_HEAD_MM) + 1
        if known and came_to_a_head:  # then what is blank behind the text looks like text
            out[one.anchor] = min(known[one.anchor], out[one.anchor])
    return out


def _heads(pages: Pages, plan: Plan) -> dict[int, float]:
    """Where the text of each page starts, below what floated there."""
    heads: dict[int, float] = {}
    for anchor in (anchor for anchor, what in plan.items() if what == "float"):
        on = pages.spots[anchor].stands_on
        heads[on] = heads.get(on, PAGE_HEAD_MM) + pages.heights[anchor] + GAP_MM
    return heads


def _risen(pages: Pages, plan: Plan) -> set[str]:
    """Exhibits that floated above the very text that asks for them, and above others on the page: there was room."""
    heads = _heads(pages, plan)
    spots = {anchor: pages.spots[anchor] for anchor, what in plan.items() if what == "float"}
    return {
        a for a, spot in spots.items() if spot.stands_on == spot.page and spot.y_mm > heads[spot.page] + 1
    }


def _apart(here: Spot, there: Spot, heads: Mapping[int, float], foot_mm: float) -> float:
    """How much of the height of the text lies between two spots."""
    if here.page == there.page:
        return there.y_mm - here.y_mm
    _, rest = _opening(here, foot_mm)
    between = sum(PAGE_BOTTOM_MM - heads.get(p, PAGE_HEAD_MM) for p in range(here.page + 1, there.page))
    return max(0.0, rest) + between + there.y_mm - heads.get(there.page, PAGE_HEAD_MM)


def _taken(height_mm: float) -> float:
    """What an exhibit takes between two texts: its gaps are wider than the one between the texts alone."""
    return height_mm + 2 * GAP_MM - PARAGRAPH_GAP_MM


# --- planning --------------------------------------------------------------------------------------------------------


def best_state(opening: State, pieces: Sequence[Piece]) -> State:
    """The cheapest way to place all pieces, of the plans worth keeping after each."""
    states = [opening]
    for piece in pieces:
        cheapest: dict[tuple, State] = {}
        for state in (after for before in states for after in _placed(before, piece)):
            alike = (state.page, round(state.left_mm), state.floating)
            if alike not in cheapest or state.cost < cheapest[alike].cost:
                cheapest[alike] = state
        states = sorted(cheapest.values(), key=lambda state: state.cost)[:KEPT_PLANS]
    return min(map(_flushed, states), key=lambda state: state.cost)


def _placed(state: State, piece: Piece) -> Iterator[State]:
    """The state after each way to place a piece and the text behind it."""
    one, height = piece.asked, piece.exhibit_mm
    if one.opens_page:
        yield _written(_turned(_flushed(state), is_blank=False), piece, "here")
    elif not one.is_exhibit:
        astray = ASTRAY_COST * len(state.floating) if one.kind == "section" else 0.0
        yield _written(state._replace(cost=state.cost + astray), piece, "here")
        if state.floating:
            waited = _flushed(state)
            yield _written(waited._replace(cost=waited.cost + WAIT_COST), piece, "flush")
        elif piece.is_bare:
            yield _written(_turned(state), piece, "break")
    elif _has_to_run(one, height):
        yield _run(state, piece)
    elif state.floating or (height + GAP_MM - PARAGRAPH_GAP_MM > state.left_mm and not piece.fits):
        astray = ASTRAY_COST if state.is_headed else 0.0
        floating = (*state.floating, (height, state.page))
        yield _written(state._replace(floating=floating, cost=state.cost + astray), piece, "float")
        if one.kind == "table" and not state.floating and _may_be_cut(height, state.left_mm):
            yield _run(state._replace(cost=state.cost + CUT_COST), piece)
    else:
        yield _written(_stood(state, _taken(height)), piece, "here")


def _has_to_run(one: Asked, height_mm: float) -> bool:
    """Over pages; how tall such an exhibit comes out, its pages alone tell."""
    return height_mm > PAGE_MM * (SHARE_KEPT_WHOLE if one.kind == "table" else 1)


def _may_be_cut(height_mm: float, left_mm: float) -> bool:
    return left_mm >= LEAST_START_MM and height_mm - left_mm >= LEAST_REST_MM


def _run(state: State, piece: Piece) -> State:
    """An exhibit that runs over pages, behind what still floats."""
    choice = "wait" if state.floating else "runs" if state.left_mm >= LEAST_START_MM else "break"
    state = _flushed(state)
    if choice == "break":
        state = _turned(state)
    state, rest = _stood(state, 0.0), _taken(piece.exhibit_mm)
    while rest > state.left_mm:
        rest -= state.left_mm - TURN_MM
        state = _turned(state, is_blank=False)
    return _written(state._replace(left_mm=state.left_mm - rest), piece, choice)


def _stood(state: State, taken_mm: float) -> State:
    """The state when an exhibit stands on this page."""
    return state._replace(left_mm=state.left_mm - taken_mm, stands_on=(*state.stands_on, state.page))


def _written(state: State, piece: Piece, choice: str) -> State:
    """The state when the text behind a piece is set."""
    text, least = piece.text_mm, LEAST_TEXT_MM.get(piece.asked.kind, LEAST_TEXT_MM["text"])
    starts = min(text - piece.blank_mm, least)  # so much of it has to stand where it starts
    if not piece.asked.is_exhibit and state.left_mm < starts:
        state = _turned(state)
    while (height := text - piece.blank_mm) > state.left_mm:
        most = min(state.left_mm, height - 2 * LINE_MM)  # two lines have to stand on the next page, too
        is_split = most >= least
        if is_split:
            text -= least + int((most - least) / LINE_MM + 0.1) * LINE_MM + LEADING_MM
            least = LEAST_TEXT_MM["text"]
        elif state.left_mm >= PAGE_MM:
            break
        state = _turned(state, is_blank=not is_split)
    chosen = (*state.chosen, choice)
    return state._replace(left_mm=state.left_mm - text, chosen=chosen, is_headed=piece.is_bare)


def _flushed(state: State) -> State:
    """The state when all that floats is placed."""
    while state.floating:
        state = _turned(state)
    return state


def _turned(state: State, is_blank: bool = True) -> State:
    """The state at the next page's head, below what floats there; `is_blank`: what is left of this page is a loss."""
    cost = state.cost + PAGE_COST
    if is_blank:
        cost += (max(0.0, state.left_mm) / PAGE_MM) ** 2
    after = state._replace(page=state.page + 1, left_mm=PAGE_MM, cost=cost)
    while after.floating and after.floating[0][0] <= after.left_mm:
        (height, asked_on), *rest = after.floating
        apart = APART_COST * (after.page - asked_on) ** 2
        after = _stood(after, height + GAP_MM)._replace(floating=tuple(rest), cost=after.cost + apart)
    return after
