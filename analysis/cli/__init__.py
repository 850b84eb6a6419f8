"""The `briefing` command: a thin door over the rooms, each imported only when a verb needs it."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.cli.building import build, sweep_text
from analysis.cli.claims import ask, claims
from analysis.cli.completing import parametrised_names, table_names
from analysis.cli.messages import messages
from analysis.cli.output import WIDTH, Folder, columns, json_option, named, say_json, shown
from analysis.cli.runs import runs
from analysis.cli.status import status
from analysis.cli.why import why
from analysis.errors import BriefingError

if TYPE_CHECKING:
    from analysis.briefings.definition import Definition

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": WIDTH}


@click.group(context_settings=CONTEXT)
@click.option(
    "--root",
    type=Folder(),
    help="The folder that holds data/ and reports/ (default: the nearest one upwards, else the checkout).",
)
@click.version_option(package_name="central-asia-briefings", prog_name="briefing")
def briefing(root: Path | None) -> None:
    """Sourced briefings on Central Asian trade and blocs, as one HTML file and one PDF.

    \b
    Example: briefing build uzbekistan-kazakhstan -p partner=KGZ
    Completion: eval "$(_BRIEFING_COMPLETE=bash_source briefing)"   (zsh_source, fish_source)
    """
    if root is not None:
        from analysis import tables

        tables.use_root(root)


@briefing.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the briefings that can be built, and the notebooks.

    \b
    Example: briefing list --json
    """
    from analysis.briefings import definition

    definitions = [definition.load(name) for name in definition.names()]
    notebooks = definition.notebook_titles()
    if as_json:
        say_json(
            {
                "briefings": [
                    {
                        "name": d.name,
                        "title": d.title,
                        "notebooks": [section.notebook for section in d.sections],
                        "formats": list(d.formats),
                        "default": d.name == definition.DEFAULT,
                        **({"for_each": list(d.for_each)} if d.for_each else {}),
                    }
                    for d in definitions
                ],
                "notebooks": [{"name": name, "title": title} for name, title in notebooks.items()],
            }
        )
        return
    click.echo("Briefings (briefing build NAME)")
    named([(d.name, _contents(d)) for d in definitions])
    click.echo("Notebooks (make lab)")
    named(list(notebooks.items()))


def _contents(definition: Definition) -> str:
    """The notebooks that a briefing prints, and which briefing it is."""
    from analysis.briefings.definition import DEFAULT

    which = "default" if definition.name == DEFAULT else sweep_text(definition.for_each)
    notebooks = ", ".join(section.notebook for section in definition.sections)
    return f"{notebooks}  {which}".rstrip()


@briefing.command("tables")
@click.argument("name", required=False, shell_complete=table_names)
@json_option
def tables_(name: str | None, as_json: bool) -> None:
    """List the tables, or describe one.

    Of one table: its columns, units, sources and revisions.

    \b
    Example: briefing tables memberships
    """
    from analysis import tables

    if name is None:
        described = [tables.describe(each) for each in tables.names()]
        if as_json:
            say_json([{"name": d.name, "title": d.title, "rows": d.rows} for d in described])
        else:
            columns([(d.name, f"{d.rows:>6}", d.title) for d in described])
        return
    described = tables.describe(name)
    if as_json:
        say_json(described.as_dict())
    else:
        click.echo(described.text())


@briefing.command()
@json_option
def check(as_json: bool) -> None:
    """Check every table, notebook and definition.

    All problems are printed at once.

    \b
    Example: briefing check
    """
    from analysis import tables
    from analysis.briefings import definition, prose
    from analysis.execution import contract

    problems: list[str] = []
    for verb in (
        tables.check,
        *(lambda path=path: contract.read(path) for path in definition.notebook_paths()),
        *(lambda path=path: prose.check(path) for path in definition.notebook_paths()),
        *(lambda name=name: definition.load(name) for name in definition.names()),
    ):
        try:
            verb()
        except BriefingError as error:
            # A definition repeats, after its own name, what is wrong with a notebook it uses.
            problems.extend(
                problem for problem in error.problems if not any(problem.endswith(told) for told in problems)
            )
    counts = {
        "tables": len(tables.names()),
        "notebooks": len(definition.notebook_paths()),
        "definitions": len(definition.names()),
    }
    if as_json:
        say_json({"problems": problems, "checked": counts})
        sys.exit(1 if problems else 0)
    if problems:
        raise BriefingError(*problems)
    click.echo(
        "No problems in {tables} tables, {notebooks} notebooks, {definitions} definitions.".format(**counts)
    )


@briefing.command()
@click.argument("name", shell_complete=parametrised_names)
@json_option
def params(name: str, as_json: bool) -> None:
    """Show the parameters of a notebook or a briefing.

    Of each its type, default, domain and meaning; of a notebook also the names of what it shows, by which a definition
    chooses.

    \b
    Example: briefing params bilateral_trade --json
    """
    from analysis.briefings import definition

    agreed = definition.parameters_of(name)
    combinations = definition.load(name).for_each if name in definition.names() else ()
    shows = definition.shown_by(name)
    if as_json:
        more = {"for_each": list(combinations), "x-shows": list(shows)}
        say_json({**agreed.json_schema(), **{key: value for key, value in more.items() if value}})
        return
    columns(
        [
            (
                parameter.name,
                parameter.type_text,
                "-" if parameter.default is None else json.dumps(parameter.default, ensure_ascii=False),
                parameter.domain_text,
                parameter.help,
            )
            for parameter in agreed.parameters
        ]
    )
    if shows:
        click.echo(textwrap.fill(f"Shows {', '.join(shows)}", WIDTH, break_on_hyphens=False))
    if combinations:
        from analysis.briefings import for_each

        click.echo(f"One briefing for each of {len(combinations)} combinations (-p chooses among them)")
        columns([(f"  {for_each.said(one)}",) for one in combinations])


@briefing.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail if a notebook is not tidy.")
def tidy(files: tuple[Path, ...], only_check: bool) -> None:
    """Clear outputs and stray metadata of notebooks.

    As they are kept in git: sources and tags, each cell under the name of what it has shown. Without FILES it is all of
    notebooks/.

    \b
    Example: briefing tidy notebooks/bilateral_trade.ipynb
    """
    from analysis.briefings import definition
    from analysis.execution import tidy as room

    paths = list(files) or definition.notebook_paths()
    untidy = [path for path in paths if not room.is_tidy(path)]
    if only_check:
        if untidy:
            raise BriefingError(
                *(
                    f"{shown(path)}: has outputs, counts or stray metadata; run: briefing tidy"
                    for path in untidy
                )
            )
        click.echo(f"{len(paths)} notebooks are tidy.")
        return
    for path in untidy:
        room.clean(path)
        click.echo(f"tidied {shown(path)}")
    if not untidy:
        click.echo(f"{len(paths)} notebooks were tidy already.")


briefing.add_command(build)
briefing.add_command(messages)
briefing.add_command(claims)
briefing.add_command(ask)
briefing.add_command(runs)
briefing.add_command(status)
briefing.add_command(why)


def _as_sentence(error: click.ClickException) -> str:
    """What click found wrong with the line typed: where, what, and where the help is."""
    context = getattr(error, "ctx", None)
    # an option without its value has no context: the word typed names the command
    named = (f"briefing {word}" for word in sys.argv[1:] if word in briefing.commands)
    place = context.command_path if context else next(named, "briefing")
    said = error.format_message().rstrip(".")
    said = re.sub(r"\.? \(?Did you mean (?:one of: )?(.*?)\??\)?$", r" (did you mean \1?)", said)
    return f"{place}: {said[:1].lower()}{said[1:]}; see '{place} --help'"


def main() -> None:
    """Run the command; every failure is a sentence and an exit code, never a traceback."""
    # jsonschema takes more than a second to load a grammar of web addresses that nothing here needs.
    sys.modules.setdefault("rfc3987_syntax", None)
    try:
        briefing(prog_name="briefing", standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(_as_sentence(error), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; no file is half-written.", err=True)
        sys.exit(130)
    except BriefingError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if os.environ.get("BRIEFING_DEBUG"):
            raise
        said = next(
            (line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), "no words"
        )
        click.echo(
            f"{type(error).__name__}: {said}; this is a fault of the program, not of your input; "
            "run again with BRIEFING_DEBUG=1 to see where, and report it.",
            err=True,
        )
        sys.exit(1)
