"""Every command and every setting our texts name exists as they name it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from azimuth import cli, environment
from tests.docs.texts import ROOT, TEXTS, code, name

PLACE = re.compile(r"^[A-Z][A-Z_]*$|…|\.\.\.")  # FILE, CYCLE: to be filled in
TESTS_ONLY = {"AZIMUTH_WRITE_SCREENSHOTS", "AZIMUTH_SHARED"}
NAMES = {command.name for command in cli.COMMANDS}  # named in a sentence, without what it needs
OURS = {name.split()[0] for name in NAMES} | {"manage"}


def commands(text: str) -> list[list[str]]:
    """The command lines of ours in a text, as words after `azimuth`."""
    found = []
    for line in code(text):
        words = re.split(r"(?:^|[/\s])azimuth\s+(?=[a-z-])", line.removeprefix("$ "), maxsplit=1)
        if len(words) == 2 and re.match(r"^(sudo\s.*|\S*=\S*\s*|\S*/?|python3? -m|\$ ?)*$", words[0].strip()):
            found.append(shlex.split(re.split(r"\s[#|>&;]|\s\.\.\.$| …$", words[1])[0]))
    return [words for words in found if words]


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_commands_exist(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_exists", lambda command: True)  # whether all are written is test_commands of the house
    parser = cli._parser()
    for words in commands(path.read_text("utf-8")):
        assert words[0] in OURS or words[0].startswith("--"), f"{name(path)}: there is no `azimuth {words[0]}`"
        if words[0] == "manage" or words[-1] in {"--help", "--version"} or " ".join(words) in NAMES:
            continue
        try:
            parsed = parser.parse_args(words)
        except SystemExit:
            said = capsys.readouterr().err
            if "arguments are required" in said:  # in a sentence, without the file or cycle it is for
                continue
            pytest.fail(f"{name(path)}: `azimuth {' '.join(words)}` is not understood: {said}")
        assert parsed


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_make_knows_its_targets(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in code(path.read_text("utf-8")):
        if found := re.match(r"(?:\$ )?make ([a-z]+)\b", line):
            assert found[1] in targets, f"{name(path)}: there is no `make {found[1]}`"


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_settings_exist(path: Path) -> None:
    known = {setting.name for setting in environment.SETTINGS} | TESTS_ONLY
    named = set(re.findall(r"\b(?:AZIMUTH_[A-Z_]*[A-Z]|DATABASE_URL)\b", path.read_text("utf-8")))
    assert named <= known, f"{name(path)}: no such setting"


def test_commands_are_found_where_they_stand() -> None:
    text = "Run `azimuth doctor --json` or\n\n```\n$ sudo -u azimuth .venv/bin/azimuth backup FILE  # nightly\nAZIMUTH_DEMO=yes azimuth up\nps aux\n```\nIn azimuth words."
    assert commands(text) == [["backup", "FILE"], ["up"], ["doctor", "--json"]]
