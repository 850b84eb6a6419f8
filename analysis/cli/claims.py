"""The verbs that check claims: `briefing claims` those of the source documents, `briefing ask` those of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.asked import as_of_option, known_by_option
from analysis.cli.output import Folder, Progress, columns, json_option, refuse_together, say_json, shown
from analysis.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.claims import Checked

DOCUMENT = "doc-"


@click.command()
@click.option("--document", metavar="ID", help="Only the claims of this document, as 004b.")
@click.option("--claim", "ident", metavar="ID", help="Only this claim, as c004b-07.")
@as_of_option
@known_by_option
@click.option("--kinds", is_flag=True, help="List the kinds of test, with their rules, instead.")
@json_option
def claims(
    document: str | None,
    ident: str | None,
    as_of: str | None,
    known_by: str | None,
    kinds: bool,
    as_json: bool,
) -> None:
    """Check the claims of the source documents by the tables.

    Of each: verdict, value found, reason.

    \b
    Example: briefing claims --document 001 --json
    """
    from analysis import tables

    if kinds:
        others = {"--document": document, "--claim": ident, "--as-of": as_of, "--known-by": known_by}
        refuse_together("briefing claims", {"--kinds": kinds, **others})
        frame = tables.read("claim_kinds")
        if as_json:
            say_json({"kinds": frame.astype(object).where(frame.notna(), None).to_dict("records")})
        else:
            columns([(row.kind, row.title, row.rule) for row in frame.itertuples()])
        return
    _say(_checked({"documents": _documents(document), "as_of": as_of, "known_by": known_by}, ident), as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_of_option
@known_by_option
@click.option("--formats", metavar="LIST", help="Any of html, pdf, email, card (default: html,pdf).")
@click.option("--out", type=Folder(), metavar="DIR", help="Write here instead of reports/build/.")
@json_option
def ask(
    file: Path, as_of: str | None, known_by: str | None, formats: str | None, out: Path | None, as_json: bool
) -> None:
    """Check your own claims and write a fact-check sheet.

    FILE is YAML, as reports/examples/article.yml. The sheet is HTML and PDF; with --json the verdicts are printed alone.

    \b
    Example: briefing ask reports/examples/article.yml
    """
    from analysis.briefings import asking

    dates = {key: value for key, value in (("as_of", as_of), ("known_by", known_by)) if value is not None}
    chosen = None if formats is None else tuple(part.strip() for part in formats.split(",") if part.strip())
    for option, value in (("--formats", formats), ("--out", out)):
        refuse_together("briefing ask", {"--json": as_json, option: value})
    if as_json:
        _say(_checked({"file": str(file.absolute()), **dates}, None), as_json)
        return
    with Progress(quiet=False) as progress:
        built = asking.build(file, dates, formats=chosen, out=out, progress=progress)
    for path in built.paths:
        click.echo(shown(path))


def _checked(given: dict[str, Any], ident: str | None) -> Sequence[Checked]:
    """The claims asked about with their verdicts, by the contract of the notebook that reviews them."""
    from analysis import claims as measures
    from analysis import review, tables
    from analysis.execution import contract

    agreed = contract.read(tables.root() / "notebooks" / "claims_review.ipynb")
    raw = {name: value for name, value in given.items() if value is not None}
    p = agreed.namespace(agreed.coerce(raw, where="briefing claims"))
    asked = review.asked(p.file, p.documents, p.as_of)
    if ident is not None:
        known = list(tables.read("claims")["claim"])
        if ident not in known:
            near = did_you_mean(ident, known) or "; `briefing claims` lists them"
            raise UsageError(f"briefing claims: there is no claim '{ident}'{near}")
        if ident not in set(asked.claims["claim"]):
            raise UsageError(
                f"briefing claims: '{ident}' is no claim of that document and day; "
                "leave out --document or choose a later --as-of"
            )
        asked = review.only(asked, ident)
    evidence = review.evidence(asked, p.as_of, p.known_by)
    return measures.check(asked.claims, asked.tests, review.kinds(None), evidence)


def _documents(document: str | None) -> list[str] | None:
    """The id of a document with or without its head: 004b, doc-004b."""
    if document is None:
        return None
    from analysis import tables

    asked = document.removeprefix(DOCUMENT)
    known = sorted({source.removeprefix(DOCUMENT) for source in tables.read("claims")["source"]})
    if asked not in known:
        near = did_you_mean(asked, known) or f"; choose one of {', '.join(known)}"
        raise UsageError(f"briefing claims: there is no document '{document}'{near}")
    return [f"{DOCUMENT}{asked}"]


def _say(checked: Sequence[Checked], as_json: bool) -> None:
    from analysis.exhibits.review import told

    if as_json:
        say_json({"claims": [_record(each) for each in checked]})
        return
    if not checked:
        click.echo("No claim had been made by this day.")
    for each in checked:
        click.echo(f"{each.claim}  {told.verdict(each)}: {each.text}")
        click.echo(f"    stated {told.stated(each)}; found {told.found(each)}")
        if why := told.reason(each):
            click.echo(f"    {why}")


def _record(checked: Checked) -> dict[str, Any]:
    from analysis.exhibits import wording
    from analysis.exhibits.review import told

    found = told.found(checked)
    return {
        "claim_id": checked.claim,
        "verdict": checked.verdict,
        "stated": checked.stated,
        "recomputed": None if found == wording.DASH else found,
        "rows": list(checked.rows),
        "sources": list(checked.sources),
        "reason": told.reason(checked),
    }
