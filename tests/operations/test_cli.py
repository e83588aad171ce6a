"""The command `azimuth`: help that helps, exit codes that mean something."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from azimuth import cli
from tests.operations.installation import Installation

THERE = [command for command in cli.COMMANDS if cli._exists(command)]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(list(words))
    out = capsys.readouterr()
    return end.value.code, out.out, out.err


@pytest.mark.parametrize("command", THERE, ids=lambda command: command.name)
def test_every_command_explains_itself(command: cli.Command, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, *command.name.split(), "--help")
    assert code == 0
    assert f"usage: azimuth {command.name}" in out
    assert command.does.split(";")[0][1:20] in " ".join(out.split())


@pytest.mark.parametrize("command", THERE, ids=lambda command: command.name)
def test_every_command_has_its_function(command: cli.Command) -> None:
    module, function = command.work.split(":")
    assert callable(getattr(importlib.import_module(f"azimuth.operations.{module}"), function))


def test_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys)
    assert code == 0
    for command in THERE:
        assert command.name.split()[0] in out


@pytest.mark.parametrize("words", [["nonsense"], ["up", "--nonsense"], ["people"], ["cycle"], ["backup"], ["up", "--port", "no"], ["simulate", "--people", "0"]])
def test_what_is_not_understood_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *words)[0] == 2


def test_help_is_quick_because_it_loads_nothing() -> None:
    loaded = "import sys; from azimuth.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint([m for m in ('django', 'psycopg', 'granian', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2] / "src")
    assert done.stdout.endswith("[]\n")


def test_a_command_on_an_empty_installation_migrates_it_and_leaves_no_server(installation: Installation) -> None:
    done = installation.run("cycle", "list", "--json")
    assert done.returncode == 0, done.stderr
    assert not installation.processes()
    assert installation.run("migrate", "--check").returncode == 0


def test_an_older_database_is_not_touched_without_being_asked(migrated: Installation) -> None:
    done = migrated.run("manage", "migrate", "audit", "0001", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    refused = migrated.run("cycle", "list")
    assert (refused.returncode, "azimuth migrate" in refused.stderr) == (1, True)
    assert migrated.run("migrate", "--check").returncode == 1
    assert migrated.run("migrate").returncode == 0
    assert migrated.run("cycle", "list").returncode == 0


def test_a_database_that_does_not_answer_is_said_in_words(installation: Installation) -> None:
    for words in (["migrate"], ["cycle", "list"], ["up", "--port", "1024"]):
        done = installation.run(*words, DATABASE_URL="postgresql://azimuth@127.0.0.1:1/azimuth")
        assert done.returncode == 1, done.stderr
        assert "DATABASE_URL" in done.stderr
        assert "Traceback" not in done.stderr
