"""Two executed section notebooks made by hand, for the tests of the exporters: every kind of block, no kernel, no table.

The numbers are invented where the tests do not need them; the drawings are small but use the closed set of colours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

MIME = "application/vnd.briefing.block+json"
INK, MUTE, ACCENT, GRID, UZB, KAZ = "#16212E", "#56616E", "#0B5C6B", "#E4E8EC", "#B35C07", "#093C47"
RAMP = ("#E3EFF1", "#B3D2D7", "#7BB0B9", "#2F7883", "#0C5D6C", "#073B45")

UZSTAT = {
    "id": "uzstat-2024",
    "title": "Foreign trade turnover of the Republic of Uzbekistan, 2023",
    "publisher": "Statistics Agency of Uzbekistan",
    "published": "2024-01-25",
    "url": "https://stat.example/uz/2024?lang=en&part=1",
    "licence": "CC BY 4.0",
    "accessed": "2025-11-03",
    "note": "goods and services",
}
KAZSTAT = {
    "id": "kazstat-2024",
    "title": "Foreign trade of the Republic of Kazakhstan",
    "publisher": "Bureau of National Statistics of Kazakhstan",
    "published": "2024-02-15",
    "url": "https://stat.example/kz/trade",
    "licence": "",
    "accessed": "2025-11-03",
    "note": "",
}
CHARTERS = {
    "id": "depositaries",
    "title": "Membership lists of eight organisations",
    "publisher": "Secretariats and depositaries",
    "published": "2025-10",
    "url": "",
    "licence": "",
    "accessed": "2025-11-10",
    "note": "one row a spell",
}
CAGR = {
    "method": "cagr",
    "title": "Compound annual growth rate",
    "formula": "(V_end / V_start)^(1 / years) − 1",
    "definition": "The constant yearly rate that leads from the first value to the last.",
    "reference": "UN ESCAP, Trade Statistics in Policymaking (2009)",
}
MIRROR = {
    "method": "mirror_gap",
    "title": "Mirror gap",
    "formula": "(m − x) / ((m + x) / 2)",
    "definition": "The importer’s figure less the exporter’s, over their mean.",
    "reference": "UN, IMTS Compilers Manual",
}
JACCARD = {
    "method": "jaccard",
    "title": "Jaccard index",
    "formula": "|A ∩ B| / |A ∪ B|",
    "definition": "Shared members over all members of two blocs on one day.",
    "reference": "Jaccard (1912)",
}
SERVICES = {
    "flag": "goods-and-services",
    "note": "Uzbekistan reports goods and services, Kazakhstan goods alone.",
}
NOMINAL = {"flag": "current-prices", "note": "Values are in current US dollars; prices are not taken out."}
COARSE = {
    "flag": "coarse-date",
    "note": "A date known by its month only is an interval; a day inside it is uncertain.",
}


def value(text: str, number: float, **context: Any) -> dict[str, Any]:
    """One VALUE of a finding."""
    blank = dict.fromkeys(("reporter", "partner", "flow", "basis", "coverage", "price_basis"))
    blank |= dict.fromkeys(("start", "end", "since", "on"))
    row = "trade:UZB/KAZ/2016-01-01/2016-12-31/turnover/uzstat-2024"
    trail = {"rows": [row], "sources": ["uzstat-2024"], "tables": ["trade"], "flags": []}
    return {"text": text, "value": number, "unit": "usd", "method": "turnover", **blank, **trail, **context}


def finding(role: str, ident: str, text: str, **more: Any) -> dict[str, Any]:
    """A finding block; `more` overrides any key."""
    spans = [
        {"name": name, "start": text.index(each["text"]), "end": text.index(each["text"]) + len(each["text"])}
        for name, each in more.get("values", {}).items()
        if each["text"] in text
    ]
    return {
        "schema": "briefing-block/1",
        "kind": "finding",
        "id": ident,
        "role": role,
        "rank": 1,
        "text": text,
        "label": "",
        "figure": "",
        "change": "",
        "defined": True,
        "reason": None,
        "values": {},
        "spans": {"text": spans},
        "exhibit": None,
        "sources": [],
        "methods": [],
        "flags": [],
        "notes": [],
        **more,
    }


def grid(labels: list[str], rows: list[list[str]], *, emphasis: list[int] | None = None) -> dict[str, Any]:
    """A TABLE: the first column is the row header, the others are numbers."""
    columns = [
        {"key": f"c{n}", "label": label, "align": "right" if n else "left"} for n, label in enumerate(labels)
    ]
    return {"columns": columns, "rows": rows, "row_header": True, "emphasis": emphasis or []}


def csv(table: dict[str, Any]) -> str:
    lines = [[column["label"] for column in table["columns"]], *table["rows"]]
    return "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) + "\n" for line in lines)


def exhibit(
    kind: str, ident: str, title: str, subtitle: str, alt: str, table: dict[str, Any], **more: Any
) -> dict:
    """A figure (with `svg`) or table block."""
    drawing = {"svg": "", "width_mm": 170, "height_mm": 80, "placement": "top"} if kind == "figure" else {}
    return {
        "schema": "briefing-block/1",
        "kind": kind,
        "id": ident,
        "title": title,
        "subtitle": subtitle,
        "alt": alt,
        "note": None,
        "table": table,
        "sources": [],
        "methods": [],
        "flags": [],
        "data_csv": csv(table),
        **drawing,
        **more,
    }


def svg(ident: str, width: int, height: int, body: str) -> str:
    """A drawing `width` x `height` points, as the exhibits make them: a view box, no script, ids prefixed."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}pt" '
        f'height="{height}pt" viewBox="0 0 {width} {height}" font-family="Inter"><defs><clipPath id="{ident}-clip">'
        f'<rect x="0" y="0" width="{width}" height="{height}"/></clipPath></defs>'
        f'<g clip-path="url(#{ident}-clip)">{body}</g></svg>'
    )


def words(
    x: float, y: float, text: str, colour: str = INK, *, size: float = 8.5, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{text}</text>'
    )


def lines(ident: str, years: range, series: dict[str, tuple[str, list[float]]], top: float) -> str:
    """Lines with end labels, 482 x 220 points."""

    def point(n: int, v: float) -> tuple[float, float]:
        return 26 + n * 360 / (len(years) - 1), 200 - v / top * 180

    ticks = [top * k / 4 for k in range(5)]
    marks = "".join(
        f'<path d="M26 {point(0, t)[1]:.2f}H386" stroke="{GRID}" stroke-width="0.8"/>'
        + words(22, point(0, t)[1] + 3, f"{t:g}", MUTE, anchor="end")
        for t in ticks
    )
    labels = "".join(
        words(point(n, 0)[0], 214, str(year), MUTE, anchor="middle") for n, year in enumerate(years)
    )
    drawn = ""
    for name, (colour, values) in series.items():
        path = "L".join(f"{x:.2f} {y:.2f}" for x, y in (point(n, v) for n, v in enumerate(values)))
        x, y = point(len(values) - 1, values[-1])
        drawn += f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        drawn += f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.4" fill="{colour}"/>'
        drawn += words(x + 8, y + 3, f"{name} {values[-1]:g}", colour)
    return svg(ident, 482, 220, marks + labels + drawn)


def bars(ident: str, rows: list[tuple[str, float]], unit: str) -> str:
    """Horizontal bars with their number, 482 points wide."""
    widest = max(v for _, v in rows)
    body = "".join(
        words(118, 16 + 22 * n, name, anchor="end")
        + f'<rect x="126" y="{6 + 22 * n}" width="{280 * v / widest:.2f}" height="14" fill="{ACCENT}"/>'
        + words(132 + 280 * v / widest, 16 + 22 * n, f"{v:g}{unit}")
        for n, (name, v) in enumerate(rows)
    )
    return svg(ident, 482, 22 * len(rows) + 8, body)


def matrix(ident: str, blocs: list[str], members: dict[str, str]) -> str:
    """Filled, open or small dot: member, observer, none."""
    body = "".join(words(140 + 40 * n, 14, bloc, anchor="middle") for n, bloc in enumerate(blocs))
    for row, (name, marks) in enumerate(members.items()):
        y = 32 + 22 * row
        body += words(110, y + 3, name, anchor="end")
        for n, mark in enumerate(marks):
            style = {
                "m": f'fill="{ACCENT}"',
                "o": f'fill="none" stroke="{ACCENT}" stroke-width="1.6"',
                ".": f'fill="{GRID}"',
            }[mark]
            body += f'<circle cx="{140 + 40 * n}" cy="{y}" r="{5 if mark != "." else 1.8}" {style}/>'
    return svg(ident, 482, 22 * len(members) + 30, body)


def heat(ident: str, names: list[str], cells: dict[tuple[int, int], float]) -> str:
    """The lower triangle of a matrix of shares, the number in the cell."""
    body = ""
    for (row, column), share in cells.items():
        step = min(5, int(share * 6))
        x, y = 130 + 62 * column, 6 + 30 * (row - 1)
        body += f'<rect x="{x}" y="{y}" width="60" height="28" fill="{RAMP[step]}"/>'
        body += words(x + 30, y + 18, f"{share:.2f}", "#FFFFFF" if step > 2 else INK, anchor="middle")
    body += "".join(words(122, 24 + 30 * (n - 1), name, anchor="end") for n, name in enumerate(names) if n)
    body += "".join(
        words(160 + 62 * n, 22 + 30 * (len(names) - 1), name, anchor="middle")
        for n, name in enumerate(names[:-1])
    )
    return svg(ident, 482, 30 * len(names) + 4, body)


YEARS = range(2016, 2024)
UZ = [1.899, 2.063, 2.926, 3.369, 3.006, 3.919, 4.613, 4.486]
KZ = [1.495, 1.982, 2.519, 3.332, 2.892, 3.862, 4.938, 4.418]


def trade_blocks() -> list[dict[str, Any]]:
    numbers = grid(
        ["Year", "Uzbekistan’s report", "Kazakhstan’s report", "Gap"],
        [
            [str(y), f"{a:.2f}", f"{b:.2f}", f"{(a - b) / a:.1%}".replace("-", "−")]
            for y, a, b in zip(YEARS, UZ, KZ, strict=True)
        ],
    )
    partners = [("China", 20.4), ("Russia", 17.3), ("Kazakhstan", 7.2), ("Türkiye", 5.1), ("Korea", 3.8)]
    return [
        finding(
            "title",
            "trade-title",
            "Trade has more than doubled, in current dollars",
        ),
        finding(
            "lead",
            "turnover-lead",
            "Trade between Uzbekistan and Kazakhstan rose from USD 1.90 billion in 2016 to USD 4.49 billion in 2023, "
            "by Uzbekistan’s report: 2.36 times in current dollars, 1.86 times in dollars of 2016.",
            values={"turnover": value("USD 4.49 billion", 4.486e9, start=2016, end=2023)},
            exhibit="turnover-lines",
            sources=[UZSTAT],
            methods=[CAGR],
            flags=[NOMINAL, SERVICES],
        ),
        finding(
            "key",
            "turnover-rate",
            "Turnover grew by 13.1% a year over seven periods.",
            label="Growth of turnover a year",
            figure="+13.1%",
            change="2016–2023, current US dollars",
            values={"rate": value("13.1%", 0.1307, unit="rate", method="cagr")},
            exhibit="turnover-lines",
            sources=[UZSTAT],
            methods=[CAGR],
            flags=[NOMINAL],
        ),
        finding(
            "key",
            "turnover-level",
            "Uzbekistan reported trade of USD 4.49 billion with Kazakhstan in 2023; Kazakhstan reported USD 4.42 billion.",
            rank=2,
            label="Turnover by Uzbekistan’s report",
            figure="4.49 bn",
            change="2023, US dollars; 1.90 in 2016",
            sources=[UZSTAT, KAZSTAT],
            flags=[SERVICES],
        ),
        exhibit(
            "figure",
            "turnover-lines",
            "Both statistical offices show the same climb, and the same dip in 2020",
            "Turnover of Uzbekistan and Kazakhstan, billions of current US dollars, 2016–2023",
            "Two lines rise together from below two billion dollars in 2016; Uzbekistan’s report ends at 4.49, "
            "Kazakhstan’s at 4.42 in 2023, after a peak in 2022.",
            numbers,
            svg=lines(
                "turnover-lines", YEARS, {"Uzbekistan": (UZB, UZ), "Kazakhstan": (KAZ, [*KZ[:-1], 4.1])}, 6
            ),
            height_mm=77.6,
            sources=[UZSTAT, KAZSTAT],
            flags=[SERVICES, NOMINAL],
        ),
        finding(
            "text",
            "mirror-note",
            "In 2022 the two reports differ by USD 0.33 billion, 6.8% of their mean.",
            exhibit="mirror-table",
            sources=[KAZSTAT, UZSTAT],
            methods=[MIRROR],
        ),
        exhibit(
            "table",
            "mirror-table",
            "The gap between the two reports is small and changes sign",
            "Turnover, billions of current US dollars; gap as share of Uzbekistan’s report",
            "Eight years; the gap runs from 21.3% in 2016 to 1.5% in 2023.",
            {**numbers, "emphasis": [7]},
            note="A positive gap: Uzbekistan reports more.",
            sources=[UZSTAT, KAZSTAT],
            methods=[MIRROR],
            flags=[SERVICES],
        ),
        exhibit(
            "figure",
            "partner-bars",
            "Kazakhstan is Uzbekistan’s third partner",
            "Share of Uzbekistan’s turnover, 2023",
            "Bars: China 20.4%, Russia 17.3%, Kazakhstan 7.2%, Türkiye 5.1%, Korea 3.8%.",
            grid(["Partner", "Share"], [[name, f"{v}%"] for name, v in partners]),
            svg=bars("partner-bars", partners, "%"),
            height_mm=41.6,
            placement="none",
            sources=[UZSTAT],
            flags=[NOMINAL],
        ),
        finding(
            "text",
            "no-target",
            "No target for 2024 was announced by either side.",
            defined=False,
            reason="targets has no row for UZB and KAZ with target year 2024",
        ),
        finding(
            "limit",
            "services-limit",
            "The two reports do not cover the same: Uzbekistan counts services, Kazakhstan does not.",
            sources=[UZSTAT],
            flags=[SERVICES],
        ),
    ]


def bloc_blocks() -> list[dict[str, Any]]:
    blocs = ["CIS", "EAEU", "CSTO", "SCO", "OTS", "ECO", "OIC", "WTO"]
    members = {
        "Kazakhstan": "mmmmmmmm",
        "Kyrgyzstan": "mmmmmmmm",
        "Tajikistan": "m.mm.mmm",
        "Uzbekistan": "mo.mmmmo",
        "Turkmenistan": "o...ommo",
    }
    said = {"m": "member", "o": "observer", ".": "–"}
    jaccard = {(1, 0): 0.22, (2, 0): 0.31, (2, 1): 0.09, (3, 0): 0.56, (3, 1): 0.18, (3, 2): 0.42}
    names = ["EAEU", "CMHS", "OTS", "SCO"]
    return [
        finding(
            "lead",
            "overlap-lead",
            "On 31 December 2025 the two blocs share exactly Kazakhstan and Kyrgyzstan: two of nine countries.",
            exhibit="membership-matrix",
            sources=[CHARTERS],
            methods=[JACCARD],
            flags=[COARSE],
        ),
        finding(
            "key",
            "overlap-jaccard",
            "The Jaccard index of the EAEU and the CMHS is 0.22.",
            label="Jaccard index, EAEU and CMHS",
            figure="0.22",
            change="31 December 2025; 0.25 on 15 November",
            exhibit="jaccard-heat",
            sources=[CHARTERS],
            methods=[JACCARD],
        ),
        finding(
            "key",
            "overlap-count",
            "Kazakhstan and Kyrgyzstan belong to all eight blocs.",
            rank=2,
            label="Blocs that Kazakhstan belongs to, of eight",
            figure="8",
            change="unchanged since 2015",
            exhibit="membership-matrix",
            sources=[CHARTERS],
        ),
        exhibit(
            "figure",
            "membership-matrix",
            "Two countries belong to everything, one to almost nothing",
            "Membership on 31 December 2025, eight blocs",
            "A matrix of five countries and eight blocs: Kazakhstan and Kyrgyzstan are members of all eight, "
            "Turkmenistan of two.",
            grid(
                ["Country", *blocs],
                [[name, *(said[mark] for mark in marks)] for name, marks in members.items()],
            ),
            svg=matrix("membership-matrix", blocs, members),
            height_mm=49.4,
            note="Filled: member; open: observer or acceding.",
            sources=[CHARTERS],
            flags=[COARSE],
        ),
        exhibit(
            "table",
            "members-table",
            "Who belongs where",
            "Full members on 31 December 2025",
            "Five countries with the number of blocs of eight each belongs to.",
            grid(
                ["Country", "Full", "Observer"],
                [[name, str(marks.count("m")), str(marks.count("o"))] for name, marks in members.items()],
            ),
            sources=[CHARTERS],
        ),
        exhibit(
            "figure",
            "jaccard-heat",
            "The EAEU overlaps most with the SCO",
            "Jaccard index of full members, 31 December 2025",
            "Six cells: EAEU and SCO 0.56, OTS and SCO 0.42, EAEU and OTS 0.31, EAEU and CMHS 0.22, "
            "CMHS and SCO 0.18, CMHS and OTS 0.09.",
            grid(
                ["Pair", "Jaccard index"],
                [[f"{names[c]}, {names[r]}", f"{v:.2f}"] for (r, c), v in jaccard.items()],
            ),
            svg=heat("jaccard-heat", names, jaccard),
            height_mm=43.7,
            sources=[CHARTERS],
            methods=[JACCARD],
        ),
        exhibit(
            "table",
            "accession-table",
            "Who joined when",
            "First day of full membership",
            "Four accessions, from 1991 to 2015.",
            grid(
                ["Country", "CIS", "EAEU"],
                [
                    ["Kazakhstan", "21 December 1991", "1 January 2015"],
                    ["Kyrgyzstan", "21 December 1991", "12 August 2015"],
                ],
            ),
            sources=[CHARTERS],
            flags=[COARSE],
        ),
        finding(
            "limit",
            "coarse-limit",
            "Membership rows are as curated: a change after the cut-off is not in them.",
            sources=[CHARTERS],
        ),
    ]


def references(tables: dict[str, dict[str, Any]], citations: list[dict], **parameters: Any) -> dict[str, Any]:
    return {
        "schema": "briefing-block/1",
        "kind": "references",
        "id": "references",
        "citations": citations,
        "tables": tables,
        "packages": {"matplotlib": "3.11.2", "pandas": "3.1.1", "python": "3.11.7"},
        "parameters": {"as_of": "2025-12-31", "known_by": "2025-12-31", "language": "en", **parameters},
    }


TRADE_TABLE = {"trade": {"sha256": "a369aa1ef4f72be1" * 4, "rows": 412, "title": "Bilateral trade"}}
SOURCES_TABLE = {"sources": {"sha256": "77d0df0c81f735ff" * 4, "rows": 150, "title": "Sources"}}
BLOC_TABLE = {"memberships": {"sha256": "0c81f735ffb1277d" * 4, "rows": 131, "title": "Membership spells"}}


def output(block: dict[str, Any]) -> nbformat.NotebookNode:
    """The display of a block: the custom MIME type beside its fall-back."""
    title = block.get("text") or block.get("title") or block["kind"]
    data: dict[str, Any] = {MIME: block, "text/plain": title}
    if block.get("svg"):
        data["image/svg+xml"] = block["svg"]
    elif block["kind"] == "table":
        data["text/html"] = "<table><tr><td>fall-back</td></tr></table>"
    else:
        data["text/markdown"] = title
    return new_output("display_data", data=data)


def shown(block: dict[str, Any], count: int) -> nbformat.NotebookNode:
    return new_code_cell(f"show_{count}()", execution_count=count, outputs=[output(block)])


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An executed notebook whose cell ids are fixed."""
    nb = new_notebook(cells=list(cells))
    nb.metadata.update(kernelspec={"name": "python3", "display_name": "Python 3", "language": "python"})
    nb.metadata.update(language_info={"name": "python"})
    for n, cell in enumerate(nb.cells):
        cell["id"] = f"cell-{n}"
    return nb


def trade_notebook() -> nbformat.NotebookNode:
    blocks = trade_blocks()
    parameters = new_code_cell("reporter: str = 'UZB'", execution_count=1, metadata={"tags": ["parameters"]})
    closing = references(
        {**TRADE_TABLE, **SOURCES_TABLE},
        [UZSTAT, KAZSTAT],
        reporter="UZB",
        partner="KAZ",
        start=2016,
        end=2023,
    )
    return notebook(
        new_markdown_cell("# How has trade between the two gone?"),
        parameters,
        new_markdown_cell(
            "The first question is how large the trade is. Both offices count it; *each* by its **own rules**, "
            "so both are shown and never averaged."
        ),
        *(shown(block, n + 2) for n, block in enumerate(blocks[:5])),
        new_markdown_cell(
            "## Two reports of one border\n\nWhat one side exports the other imports. Three things part the two figures:\n\n"
            "1. the *price* at which goods are counted (`fob` or `cif`);\n2. the country goods are said to come from;\n"
            "3. what is counted at all.\n\nSee the [compilers’ manual](https://unstats.example/imts) for the rest."
        ),
        *(shown(block, n + 20) for n, block in enumerate(blocks[5:])),
        shown(closing, 40),
    )


def bloc_notebook() -> nbformat.NotebookNode:
    blocks = bloc_blocks()
    closing = references(
        {**BLOC_TABLE, **SOURCES_TABLE}, [CHARTERS], bloc_a="eaeu", bloc_b="cmhs", as_of="2025-12-31"
    )
    return notebook(
        new_markdown_cell("# Who belongs to both blocs?"),
        new_markdown_cell(
            "A country counts as a member of a bloc on a day when a spell of full standing covers that day. "
            "Observers are shown and not counted.\n\n> Names keep their own letters: Қазақстан, Oʻzbekiston, "
            "Кыргызстан, Тоҷикистон, Türkmenistan."
        ),
        *(shown(block, n + 2) for n, block in enumerate(blocks[:5])),
        new_markdown_cell(
            "## How alike the blocs are\n\nThe index is one when two blocs have the same members."
        ),
        *(shown(block, n + 20) for n, block in enumerate(blocks[5:])),
        shown(closing, 40),
    )


def write_parameters(path: Path, source: str, *cells: nbformat.NotebookNode) -> None:
    """A bare notebook with a cell of parameters, and what follows it."""
    tagged = new_code_cell(source, metadata={"tags": ["parameters"]})
    nbformat.write(notebook(new_markdown_cell("# What is asked?"), tagged, *cells), path)


def showing(executed: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Bare cells that show the blocks of an executed notebook again when they run."""
    cells = []
    for cell in executed.cells[1:]:
        if cell.cell_type == "markdown":
            cells.append(new_markdown_cell(cell.source))
        for shown in cell.get("outputs", []):
            cells.append(
                new_code_cell(f"from IPython.display import display\ndisplay({dict(shown.data)!r}, raw=True)")
            )
    return cells


TRADE = """\
reporter: str = "UZB"  # whose trade [countries.country]
partner: str = "KAZ"  # with whom [countries.country]
start: int = 2016  # first year [2000-2025]
end: int = 2023  # last year [2000-2025]
further: list[str] = ["RUS"]  # drawn beside [countries.country]
as_of: "date" = None  # state of the world
"""
BLOCS = """\
bloc_a: str = "eaeu"  # one bloc [blocs.bloc]
bloc_b: str = "cmhs"  # the other [blocs.bloc]
"""
DEFINITION = """\
title: "{reporter} and {partner}: trade and blocs"
subtitle: Bilateral trade, and who belongs where
series: Central Asia Briefings
parameters:
  reporter: UZB
  partner: KAZ
  start: 2016
  end: 2023
sections:
  - notebook: bilateral_trade
    parameters:
      reporter: ${reporter}
      partner: ${partner}
      start: ${start}
      end: ${end}
  - notebook: bloc_overlap
    title: Two blocs, two shared members
formats: [html, pdf]
"""

HOSTILE = '<script>alert("1")</script> & #set page() *x* _y_ $z$ \\ @ref “—” {{ 7*7 }} {% raw %} </style>'


def assembled(**changes: Any) -> nbformat.NotebookNode:
    """The assembled notebook of both sections: what the exporters of a briefing are given."""
    from analysis.briefings import assemble

    cover = {
        "title": "Uzbekistan and Kazakhstan: trade and blocs",
        "subtitle": "Bilateral trade, and who belongs where",
        "series": "Central Asia Briefings",
        "parameters": {"reporter": "UZB", "partner": "KAZ", "start": 2016, "end": 2023},
        "as_of": "2025-12-31",
        "known_by": "2025-12-31",
        "rebuild": "briefing build uzbekistan-kazakhstan",
        **changes,
    }
    sections = [
        assemble.Executed("trade", trade_notebook()),
        assemble.Executed("blocs", bloc_notebook(), title="Two blocs, two shared members"),
    ]
    return assemble.assemble(assemble.Cover(**cover), sections)
