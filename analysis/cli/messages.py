"""The verb that keeps the catalogues of other languages in step with what the briefings say in English."""

from __future__ import annotations

from collections.abc import Iterable

import click

from analysis.cli.output import columns, json_option, refuse_together, say_json, shown
from analysis.errors import BriefingError, UsageError, did_you_mean

NEXT = (
    "Made {path}: fill in its msgstr lines, and give data/country_names.csv and data/bloc_names.csv rows in '{code}'\n"
    "where a sentence asks for a case; `briefing messages --check` tells what is wrong, --missing {code} what is left."
)


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail where a catalogue is behind.")
@click.option("--missing", metavar="CODE", help="List what this language lacks, as ru.")
@click.option("--add", metavar="CODE", help="Begin the catalogue of a language, as kk.")
@json_option
def messages(only_check: bool, missing: str | None, add: str | None, as_json: bool) -> None:
    """Bring the catalogues of the other languages up to date.

    Every message of code, tables, notebooks and definitions is collected into them. A catalogue is analysis/exhibits/catalogues/CODE.po; with that file the language is one of those that
    `briefing build -p language=CODE` takes.

    \b
    Example: briefing messages --missing ru
    """
    from analysis.briefings import messages as room
    from analysis.exhibits import language

    refuse_together("briefing messages", {"--check": only_check, "--missing": missing, "--add": add})
    codes = language.known()[1:]
    if missing is not None and missing not in codes:
        near = did_you_mean(missing, codes) or f"; choose one of {', '.join(codes) or 'none yet'}"
        raise UsageError(f"briefing messages: there is no catalogue '{missing}'{near}")
    if add is not None:
        codes = (_begun(add, codes),)
    told = room.found()
    if missing is not None:
        lacking = room.missing(missing, told)
        if as_json:
            say_json([{"context": context, "message": message} for context, message in lacking])
        else:
            columns([(context, message) for context, message in lacking])
        return
    if only_check:
        _say_faults([fault for code in codes for fault in room.problems(code, told)], as_json)
        return
    counts = {code: room.update(code, told) for code in codes}
    if as_json:
        say_json({code: {"messages": count, "missing": lack} for code, (count, lack) in counts.items()})
    else:
        columns([(code, f"{count} messages", f"{lack} missing") for code, (count, lack) in counts.items()])
        if add is not None:
            click.echo(NEXT.format(path=shown(language.CATALOGUES / f"{add}.po"), code=add))
    if faults := [fault for code in codes for fault in room.broken(code)]:
        raise BriefingError(*faults)


def _begun(code: str, codes: Iterable[str]) -> str:
    from analysis.exhibits import language

    if code in (*codes, language.SOURCE):
        raise UsageError(f"briefing messages: the language '{code}' is there already; leave out --add")
    try:
        if not code:
            raise ValueError
        language.locale(code)
    except ValueError:
        raise UsageError(
            f"briefing messages: the CLDR has no language '{code}'; give --add a code of it, such as kk"
        ) from None
    return code


def _say_faults(faults: list[str], as_json: bool) -> None:
    if as_json:
        say_json({"problems": faults})
    elif not faults:
        click.echo("The catalogues are in step.")
    if faults:
        raise BriefingError(*faults)
