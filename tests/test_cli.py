"""The command as a person or a machine meets it: help, answers, completion, exit codes, the same bytes again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis import cli

from .conftest import CLOSING, LEAD, ROOT, SETUP

COMMANDS = sorted(cli.briefing.commands)
BRIEFING = [sys.executable, "-m", "analysis.cli"]


def shell(*words: object, **options) -> subprocess.CompletedProcess:
    """`briefing WORDS` in a process of its own."""
    return subprocess.run(
        [*BRIEFING, *map(str, words)], capture_output=True, text=True, check=False, **options
    )


# --- help and documents -----------------------------------------------------------------------------------------------


def test_there_are_the_commands_promised():
    assert COMMANDS == [
        "ask",
        "build",
        "check",
        "claims",
        "list",
        "messages",
        "params",
        "runs",
        "status",
        "tables",
        "tidy",
        "why",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_with_an_example(command, name):
    ended = command(name, "--help")
    assert (ended.code, ended.err) == (0, "")
    example = re.search(r"Example: briefing (\w+)(.*)", ended.out)
    assert example and example[1] == name
    for option in re.findall(r"(?<!\S)-{1,2}[a-z][\w-]*", example[2]):
        assert option in {each for p in cli.briefing.commands[name].params for each in p.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name):
    for parameter in cli.briefing.commands[name].params:
        assert parameter.param_type_name == "argument" or parameter.help, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`briefing {name}" in readme


def test_every_option_of_build_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    own = {
        option for p in cli.briefing.commands["build"].params for option in p.opts if option.startswith("-")
    }
    assert {option for option in own - {"--json"} if option not in readme} == set()


def test_the_help_of_all_shows_completion_and_every_command(command):
    ended = command("--help")
    assert "_BRIEFING_COMPLETE=bash_source" in ended.out and "--root" in ended.out
    assert all(re.search(rf"^  {name} ", ended.out, flags=re.M) for name in COMMANDS)


def test_what_each_command_does_is_said_whole(command):
    """click cuts a line that is too long for a terminal of eighty columns."""
    assert "..." not in command("--help").out.partition("Commands:")[2]


def test_help_loads_no_room():
    """Help must answer at once: no table, no plot, no notebook machinery is loaded for it."""
    code = (
        "import sys; from analysis import cli; sys.argv = ['briefing', '--help']\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "sys.exit([m for m in ('pandas', 'matplotlib', 'nbformat', 'papermill') if m in sys.modules] or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_version(command):
    assert re.fullmatch(r"briefing, version \d+\.\d+\.\d+\n", command("--version").out)


def test_without_a_command_the_help_is_shown_and_the_code_is_2(command):
    ended = command()
    assert ended.code == 2 and "Usage: briefing" in ended.err


# --- answers ----------------------------------------------------------------------------------------------------------


def test_a_list_of_the_project_is_as_narrow_as_its_help(command):
    text = command("list", root=ROOT).out
    assert max(map(len, text.splitlines())) <= cli.output.WIDTH
    assert re.search(r"^  uzbekistan-kazakhstan +bilateral_trade, bloc_overlap  default$", text, flags=re.M)


def test_list(small, command):
    text = command("list", root=small.root).out
    assert re.search(r"^  pair +rows$", text, flags=re.M)
    assert re.search(r"^  rows +How many rows are there\?$", text, flags=re.M)
    assert command("list", "--json", root=small.root).json == {
        "briefings": [
            {
                "name": "pair",
                "title": "{reporter} and {partner}",
                "notebooks": ["rows"],
                "formats": ["html", "pdf"],
                "default": False,
            }
        ],
        "notebooks": [{"name": "rows", "title": "How many rows are there?"}],
    }


def test_list_of_the_project_names_the_default(command):
    briefings = command("list", "--json", root=ROOT).json["briefings"]
    assert [each["name"] for each in briefings if each["default"]] == ["uzbekistan-kazakhstan"]


def test_tables(small, command):
    said = command("tables", "--json", root=small.root).json
    files = sorted(path.stem for path in (small.root / "data").glob("*.csv"))
    assert [each["name"] for each in said] == files
    lines = (small.root / "data/flags.csv").read_text(encoding="utf-8").count("\n")
    assert next(each for each in said if each["name"] == "flags")["rows"] == lines - 1
    text = command("tables", root=small.root).out
    assert [line.split()[0] for line in text.splitlines()] == files


def test_a_table_is_described(small, command):
    text = command("tables", "memberships", root=small.root).out
    rows = len((small.root / "data/memberships.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert text.startswith(f"memberships: Memberships, {rows} rows in data/memberships.csv\n")
    assert re.search(r"^  start +string +First day.*\[required, YYYY, YYYY-MM or YYYY-MM-DD\]$", text, re.M)
    assert "\nKey: bloc, country, status, start\n" in text
    assert "bloc, in data/blocs.csv" in text and "\nLicence: " in text and "\nRevised 20" in text
    said = command("tables", "memberships", "--json", root=small.root).json
    header = (small.root / "data/memberships.csv").read_text(encoding="utf-8").split("\n")[0]
    assert [column["name"] for column in said["columns"]] == header.split(",")
    assert (said["rows"], said["primary_key"]) == (rows, ["bloc", "country", "status", "start"])


@pytest.mark.parametrize("table", sorted(path.stem for path in (ROOT / "data").glob("*.yml")))
def test_every_table_can_be_described(command, table):
    ended = command("tables", table, root=ROOT)
    assert (ended.code, ended.err) == (0, "") and ended.out.startswith(f"{table}: ")


@pytest.mark.parametrize("name", ["rows", "pair"])
def test_params(small, command, name):
    text = command("params", name, root=small.root).out
    assert re.search(r'^partner +str +"KAZ" +countries\.country +country it trades with$', text, re.M)
    schema = command("params", name, "--json", root=small.root).json
    partner, end = (schema["properties"][key] for key in ("partner", "end"))
    assert (partner["default"], partner["description"]) == ("KAZ", "country it trades with")
    assert "KGZ" in partner["enum"]
    assert (end["type"], end["default"], end["minimum"] < 2000) == ("integer", 2023, True)
    assert schema["additionalProperties"] is False
    # what the definition does not pass on cannot be set through it
    assert ("bloc" in schema["properties"]) is (name == "rows")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bild"], "briefing: no such command 'bild' (did you mean 'build'?); see 'briefing --help'"),
        (
            ["build", "--format", "pdf"],
            "briefing build: no such option '--format' (did you mean '--formats', '--out'?); see 'briefing build --help'",
        ),
        (["params"], "briefing params: missing argument 'NAME'; see 'briefing params --help'"),
        (
            ["tables", "membership"],
            "there is no table 'membership' in data/ (did you mean 'memberships'?); see 'briefing tables'",
        ),
        (["params", "row"], "there is no briefing and no notebook 'row' (did you mean 'rows'?)"),
        (["params", "zzz"], "there is no briefing and no notebook 'zzz'; choose one of pair, rows"),
        (["build", "pear"], "there is no briefing 'pear' in reports/ (did you mean 'pair'?)"),
        (["build", "zzz"], "there is no briefing 'zzz' in reports/; choose one of pair"),
        (
            ["build", "rows"],
            "'rows' is a notebook, not a briefing; build a briefing that uses it: pair",
        ),
        (
            ["build", "pair", "--formats", "htm"],
            "--formats: there is no format 'htm' (did you mean 'html'?); choose from html, pdf, email, card",
        ),
        (["build", "pair", "--formats", ""], "--formats names none; choose from html, pdf, email, card"),
        (
            ["build", "pair", "-p", "partner"],
            "-p 'partner': not of the form name=value; write for example -p partner=KGZ",
        ),
        (
            ["build", "pair", "-p", "end=2020", "-p", "end=2021"],
            "-p end: given twice; give it once",
        ),
        (
            ["build", "pair", "-p", "as_of=2020-01-01", "--as-of", "2020-01-01"],
            "-p as_of and --as-of both given; give one of them",
        ),
        (["build", ""], "there is no briefing '' in reports/; choose one of pair"),
        (["build", "-p"], "briefing build: option '-p' requires an argument; see 'briefing build --help'"),
        (
            ["build", "pair", "--out", ""],
            "briefing build: invalid value for '--out': names no folder; see 'briefing build --help'",
        ),
        (
            ["claims", "--document", "999"],
            "briefing claims: there is no document '999'; "
            "choose one of 000, 001, 002, 003, 004a, 004b, 004c, 004d",
        ),
        (
            ["claims", "--document", "04b"],
            "briefing claims: there is no document '04b' (did you mean '004b'?)",
        ),
        (
            ["claims", "--kinds", "--claim", "c001-01"],
            "briefing claims: --kinds and --claim do not go together; give one of them",
        ),
        (
            ["ask", "article.yml", "--json", "--out", "x"],
            "briefing ask: --json and --out do not go together; give one of them",
        ),
        (
            ["messages", "--check", "--missing", "ru"],
            "briefing messages: --check and --missing do not go together; give one of them",
        ),
    ],
)
def test_a_wrong_request_gets_one_sentence_and_code_2(small, command, words, sentence):
    ended = command(*words, root=small.root)
    assert (ended.code, ended.out, ended.sentences) == (2, "", [sentence])


def test_another_root_changes_what_is_answered(small, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("params", "rows", root=small.root).code == 0
    inside = small.root / "notebooks"
    monkeypatch.chdir(inside)  # the nearest folder upwards with data/ and reports/
    assert "pair" in command("list").out


def test_a_root_without_tables_is_refused(command, tmp_path):
    ended = command("list", root=tmp_path)
    assert ended.code == 2
    assert ended.sentences == [f"{tmp_path} holds no folder data/; give the root folder of the project"]


# --- completion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (["ti"], ["tidy"]),
        (["build", ""], ["pair"]),
        (["build", "pair", "-p", "par"], ["partner="]),
        (["build", "pair", "-p", "partner=KA"], ["partner=KAZ"]),
        (["build", "pair", "-p", "nothing="], []),
        (["build", "--kn"], ["--known-by"]),
        (["why", ""], ["pair"]),
        (["why", "pair", "-p", "partner=KA"], ["partner=KAZ"]),
        (["params", ""], ["pair", "rows"]),
        (["tables", "memb"], ["memberships"]),
    ],
)
def test_completion(small, command, monkeypatch, words, candidates):
    typed = ["briefing", "--root", str(small.root).replace(" ", "\\ "), *words]
    monkeypatch.setenv("_BRIEFING_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(typed))
    monkeypatch.setenv("COMP_CWORD", str(len(typed) - 1))
    ended = command()
    assert [line.split(",")[1] for line in ended.out.split()] == candidates
    assert ended.err == ""


def test_completion_in_a_broken_project_offers_nothing_and_says_nothing(small, command, monkeypatch):
    small.put("reports/pair.yml", "title: [")
    monkeypatch.setenv("_BRIEFING_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "briefing build pair -p par")
    monkeypatch.setenv("COMP_CWORD", "4")
    monkeypatch.chdir(small.root)
    ended = command()
    assert (ended.out.strip(), ended.err) == ("", "")


# --- no traceback -----------------------------------------------------------------------------------------------------


@pytest.fixture
def failing(monkeypatch):
    """Make the first thing that `briefing list` does raise an error."""
    from analysis.briefings import definition

    def fail_with(error: BaseException) -> None:
        def fail():
            raise error

        monkeypatch.setattr(definition, "names", fail)

    return fail_with


def test_a_fault_of_the_program_is_said_in_one_sentence(command, failing):
    failing(ZeroDivisionError("one\nand two"))
    ended = command("list", root=ROOT)
    assert (ended.code, ended.out, len(ended.sentences)) == (1, "", 1)
    assert ended.err.startswith("ZeroDivisionError: one; this is a fault of the program, not of your input")
    assert "BRIEFING_DEBUG=1" in ended.err


def test_an_error_without_words_is_said_all_the_same(command, failing):
    failing(StopIteration())
    assert command("list", root=ROOT).err.startswith("StopIteration: no words; this is a fault")


def test_who_asks_for_it_gets_the_traceback(command, failing, monkeypatch):
    failing(ZeroDivisionError("one"))
    monkeypatch.setenv("BRIEFING_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        command("list", root=ROOT)


def test_interrupted(command, failing):
    failing(KeyboardInterrupt())
    ended = command("list", root=ROOT)
    assert (ended.code, ended.err.strip()) == (130, "Interrupted; no file is half-written.")


def test_interrupted_while_a_notebook_runs(small):
    small.notebook(SETUP, "import time; time.sleep(300)")
    before = small.outputs()
    process = subprocess.Popen(
        [*BRIEFING, "--root", str(small.root), "build", "pair"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stderr.readline() == "Running rows\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert re.fullmatch(r"notebook rows.*: interrupted by SIGINT; run it again\n", err)
    assert small.outputs() == before


def test_a_reader_that_leaves_early_is_no_fault():
    ended = subprocess.run(
        f"'{sys.executable}' -m analysis.cli tables trade | head -n 1",
        shell=True, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert ended.stdout.startswith("trade: ") and ended.stderr == ""


# --- build ------------------------------------------------------------------------------------------------------------


def test_build_prints_steps_and_paths_and_gives_the_same_bytes_anywhere(small, command, tmp_path):
    """Once here; once from another folder, in a bare environment without HOME, as under cron; once more here."""
    ended = command("build", "pair", root=small.root)
    assert ended.code == 0
    assert [Path(line).resolve() for line in ended.out.splitlines()] == [
        small.built / "pair.html",
        small.built / "pair.pdf",
    ]
    assert ended.sentences == ["Running rows", "Writing HTML", "Writing PDF"]
    first = {path.name: path.read_bytes() for path in small.built.iterdir()}
    assert sorted(first) == ["pair.facts.json", "pair.html", "pair.ipynb", "pair.pdf", "pair.run.json"]
    assert b"Uzbekistan and Kazakhstan" in first["pair.html"] and first["pair.pdf"].startswith(b"%PDF")

    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TZ": "Asia/Tashkent", "PYTHONHASHSEED": "7"}
    there = shell("--root", small.root, "build", "pair", "--fresh", "--json", cwd=tmp_path, env=bare)
    assert (there.returncode, there.stderr) == (0, "")
    assert json.loads(there.stdout) == {
        "name": "pair",
        "paths": [str(small.built / "pair.html"), str(small.built / "pair.pdf")],
    }
    assert different(first, small.built) == []

    command("build", "pair", "--fresh", root=small.root)
    assert different(first, small.built) == []
    assert list(tmp_path.iterdir()) == []


def different(first: dict[str, bytes], folder: Path) -> list[str]:
    """Names of the results that are no longer the same; the record of the run holds times."""
    return [
        name
        for name, content in first.items()
        if name != "pair.run.json" and (folder / name).read_bytes() != content
    ]


def test_options_of_build_reach_the_page(small, command, tmp_path):
    before = small.outputs()
    words = ["-p", "partner=KGZ", "--formats", "html", "--as-of", "2024-12-31", "--out", tmp_path / "my out"]
    ended = command("build", "pair", *words, root=small.root)
    stem = "pair--partner-KGZ--as_of-2024-12-31"
    assert ended.code == 0 and Path(ended.out.strip()).resolve() == tmp_path / "my out" / f"{stem}.html"
    page = (tmp_path / "my out" / f"{stem}.html").read_text(encoding="utf-8")
    assert "Uzbekistan and Kyrgyz" in page and "31 December 2024" in page
    assert "briefing build pair -p partner=KGZ --as-of 2024-12-31" in page
    assert not (tmp_path / "my out" / f"{stem}.pdf").exists()
    after = small.outputs()
    assert {name: after[name] for name in before} == before


# --- tidy and check ---------------------------------------------------------------------------------------------------


def test_tidy_tells_and_mends(small, command):
    path = small.root / "notebooks/rows.ipynb"
    sound = path.read_bytes()
    assert command("tidy", "--check", root=small.root).out == "1 notebooks are tidy.\n"
    notebook = json.loads(sound)
    notebook["cells"][2]["execution_count"] = 7
    notebook["metadata"]["widgets"] = {}
    small.put("notebooks/rows.ipynb", json.dumps(notebook))
    untidy = path.read_bytes()

    ended = command("tidy", "--check", root=small.root)
    assert (ended.code, ended.out, len(ended.sentences)) == (1, "", 1)
    assert "rows.ipynb: has outputs, counts or stray metadata; run: briefing tidy" in ended.err
    assert path.read_bytes() == untidy

    ended = command("tidy", root=small.root)
    assert ended.code == 0 and ended.out.startswith("tidied ") and "rows.ipynb" in ended.out
    assert path.read_bytes() == sound
    assert command("tidy", path, root=small.root).out == "1 notebooks were tidy already.\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("notebooks/row.ipynb", "there is no such notebook (did you mean 'rows'?); name a file that exists"),
        ("notebooks", "cannot be read (Is a directory); make it a readable file"),
        ("reports/pair.yml", "is not a notebook"),
    ],
)
def test_tidy_refuses_what_is_no_notebook(small, command, name, sentence):
    ended = command("tidy", small.root / name, root=small.root)
    assert (ended.code, len(ended.sentences)) == (2, 1)
    assert ended.err.startswith(f"{small.root / name}: {sentence}")


def test_the_project_passes_its_own_check(command):
    ended = command("check", root=ROOT)
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"No problems in \d+ tables, \d+ notebooks, \d+ definitions\.\n", ended.out)


def test_the_notebooks_of_the_project_are_tidy(command):
    ended = command("tidy", "--check", root=ROOT)
    assert (ended.code, ended.err) == (0, "")


def test_check_tells_all_problems_at_once_and_each_once(small, command):
    small.change("data/flags.csv", "\n", "\n\n")
    small.change("data/countries.csv", "country,iso2,", "country,iso3,")
    small.notebook(SETUP, LEAD, CLOSING, parameters=None, name="untagged")
    small.put("reports/second.yml", "titel: x\n")
    ended = command("check", root=small.root)
    assert (ended.code, ended.out) == (1, "")
    places = [
        "data/countries.csv line 1: column 'iso3'",
        "data/flags.csv line 2: the line is empty",
        "notebook untagged: no cell is tagged 'parameters'",
        "reports/second.yml: unknown key 'titel' (did you mean 'title'?)",
    ]
    for place in places:
        assert sum(sentence.startswith(place) for sentence in ended.sentences) == 1, ended.err
    said = command("check", "--json", root=small.root)
    assert (said.code, said.err) == (1, "")
    assert said.json["problems"] == ended.sentences
    assert said.json["checked"]["notebooks"] == 2
