"""What the tests of all notebooks share: a notebook run here without a kernel, and what must never be printed."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from analysis import tables
from analysis.exhibits import blocks

ROOT = Path(__file__).resolve().parents[1]


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def column(block: dict[str, Any], label: str) -> dict[str, str]:
    """One column of the table of an exhibit, by the first."""
    place = [each["label"] for each in block["table"]["columns"]].index(label)
    return {row[0]: plain(row[place]) for row in block["table"]["rows"]}


# The only words that look like an ISO date or a code and are none: releases are named by their id.
RELEASE = re.compile(r"\b[a-z0-9]+(?:-[a-z0-9]+)+\b")
KEY = re.compile(r"\bCodes: [^.]*\.")  # the codes of a drawing, each with its name


def shown(notebook: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """What the cells of a notebook show, run here and without a kernel; each cell has the name of what it shows."""
    space: dict[str, Any] = {}
    found = []
    for cell in json.loads((ROOT / f"notebooks/{notebook}.ipynb").read_text())["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook, "exec"), space)
        if last is not None:
            found.append(eval(compile(ast.Expression(last.value), notebook, "eval"), space).block())
            assert cell["id"] == found[-1]["id"], (
                "run the notebook and briefing tidy: definitions use the name"
            )
        if "parameters" in cell["metadata"].get("tags", []):
            space.update({name: value for name, value in parameters.items() if value is not None})
    return found


@cache
def codes() -> re.Pattern:
    known = "|".join(tables.read("countries")["country"])
    return re.compile(rf"\b(?:{known})\b")


def sentences(block: dict[str, Any]) -> list[str]:
    keys = ("text", "label", "figure", "change", "title", "subtitle", "alt", "note", "reason")
    return [block[key] for key in keys if block.get(key)]


def problems(found: list[dict[str, Any]]) -> list[str]:
    told = [problem for block in found for problem in blocks.check(block)]
    for block in found:
        for text in sentences(block):
            bare_text = RELEASE.sub("R", KEY.sub("", text).strip())
            for what, pattern in (
                ("a missing value", re.compile(r"(?i)\b(nan|none|nat|<na>|inf)\b(?! of| in)")),
                ("a code", codes()),
                ("an ISO date", re.compile(r"\b\d{4}-\d{2}(-\d{2})?\b")),
                ("a column", re.compile(r"\b[a-z]+_[a-z_]+\b")),
                ("a doubled mark", re.compile(r"[.,;:]{2}| [.,;:]|\(\)|  ")),
            ):
                if pattern.search(bare_text) and not ("none" in text and what == "a missing value"):
                    told.append(f"{block['id']}: {what} in {text!r}")
        head = block.get("text") or block.get("title", "")
        told += [f"{block['id']}: a small start in {head!r}"] if head[:1].islower() else []
        told += [f"{block['id']}: {each}" for each in _contradictions(block)]
    ids = [block["id"] for block in found]
    return told + [f"{ident} is shown twice" for ident in set(ids) if ids.count(ident) > 1]


def _contradictions(block: dict[str, Any]) -> list[str]:
    """Direction words that do not agree with the printed change of a key figure."""
    change, text = block.get("figure", "") + block.get("change", ""), block.get("text", "")
    if block["id"] == "growth-rate" and block.get("figure"):
        return (
            ["rose, but negative"]
            if " rose " in text.split(";")[0] and block["figure"].startswith("−")
            else []
        )
    if block["id"] == "partner-share" and " fell " in text and "+" in change:
        return ["fell, but positive"]
    return []
