"""Where the exhibits of a PDF go, found out by laying the pages out.

An exhibit stands where it is spoken of if the rest of its page holds it; otherwise it waits for the head of the next
page and the text runs on before it, so that no page is left half empty and no exhibit overtakes another. What is left
of a page is known only when it is laid out: so the pages are laid out, the first thing that is wrong is put right,
and again until nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

PAGE_HEAD_MM = 24.0
PAGE_BOTTOM_MM = 275.0  # of A4, less the foot
GAP_MM = 6.4  # below an exhibit that floats
SHARE_KEPT_WHOLE = 0.6  # a table taller than this share of a page runs over pages
LEAST_START_MM = 60.0  # a table that runs over pages does not start with less than this left
# What opens waits for the exhibits that still float if that leaves no more blank than this: else they would drift away
# from the text that speaks of them.
LARGEST_BLANK_MM = {"section": 75.0, "heading": 50.0}

Plan = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What is to be placed. `kind`: figure, table, section or heading; `heading_mm`: of a heading right above an exhibit,
    which goes where it goes."""

    anchor: str
    kind: str
    heading_mm: float = 0.0


@dataclass(frozen=True)
class Spot:
    """Where it came in the text (page counted from 1, mm from the head of the sheet), how tall it is (mm), and the page
    it stands on (0 for a section or heading)."""

    page: int
    y_mm: float
    height_mm: float = 0.0
    stands_on: int = 0


def settle(
    asked: Sequence[Asked], lay_out: Callable[[Plan], Mapping[str, Spot]], foot_mm: float = 0.0
) -> Plan:
    """The plan whose own pages need no change; `foot_mm` is what footnotes take of page 1.

    A plan says of an anchor: "float" to the head of the next page, "runs" over pages, "break" the page before it and
    run, "wait" for what still floats and run, "flush" what still floats before this opens; what is "here" or not
    named stays where it comes. Nothing is changed more than twice, so there is an end; heights are taken from the
    first round.
    """
    plan: dict[str, str] = {}
    heights: dict[str, float] = {}
    for _ in range(2 * len(asked)):
        spots = lay_out(plan)
        heights = heights or {anchor: spot.height_mm for anchor, spot in spots.items()}
        spots = {anchor: replace(spot, height_mm=heights[anchor]) for anchor, spot in spots.items()}
        change = first_change(asked, spots, plan, foot_mm)
        if change is None:
            break
        plan[change[0]] = change[1]
    return plan


def first_change(
    asked: Sequence[Asked], spots: Mapping[str, Spot], plan: Plan, foot_mm: float = 0.0
) -> tuple[str, str] | None:
    """The first anchor in reading order that should go elsewhere, and where; None when all is well.

    >>> one, two = Asked("one", "figure"), Asked("two", "figure")
    >>> first_change([one, two], {"one": Spot(1, 200, 60, 1), "two": Spot(2, 24, 90, 2)}, {})
    ('two', 'float')
    >>> first_change([one, two], {"one": Spot(1, 200, 90, 2), "two": Spot(1, 210, 40, 1)}, {"one": "float"})
    ('two', 'float')
    """
    heads: dict[int, float] = {}  # where the text of a page starts, below what floated there
    floats_until = 0  # the last page with an exhibit that floated so far
    for one in asked:
        spot = spots[one.anchor]
        left = PAGE_BOTTOM_MM - spot.y_mm - (foot_mm if spot.page == 1 else 0)
        if one.anchor not in plan:
            head = heads.get(spot.page, PAGE_HEAD_MM) + one.heading_mm
            choice = _choice(one, spot, left, head, behind=floats_until - spot.page)
            if choice:
                return one.anchor, choice
        elif plan[one.anchor] == "float":
            floats_until = max(floats_until, spot.stands_on)
            heads[spot.stands_on] = heads.get(spot.stands_on, PAGE_HEAD_MM) + spot.height_mm + GAP_MM
    # Where a heading alone opens a page, what floats from below it would stand above it.
    above = (
        one.anchor
        for one in asked
        if one.heading_mm
        and plan.get(one.anchor) == "float"
        and spots[one.anchor].page == spots[one.anchor].stands_on
    )
    return next(((anchor, "here") for anchor in above), None)


def _choice(one: Asked, spot: Spot, left: float, head: float, behind: int) -> str:
    """Where it should go other than here; `behind` are the pages over which exhibits still float."""
    is_behind = behind > 0
    if one.kind in LARGEST_BLANK_MM:
        # a heading that waited for exhibits of several pages would leave a blank on each of them
        waits = is_behind and (one.kind == "section" or behind == 1)
        return "flush" if waits and left <= LARGEST_BLANK_MM[one.kind] else ""
    page = PAGE_BOTTOM_MM - PAGE_HEAD_MM
    if spot.height_mm > page or (one.kind == "table" and spot.height_mm > SHARE_KEPT_WHOLE * page):
        return "wait" if is_behind else "runs" if left >= LEAST_START_MM else "break"
    came_to_a_page_head = spot.y_mm <= head + 1
    return "float" if is_behind or came_to_a_page_head else ""
