"""The table of commands and the functions behind it agree."""

from __future__ import annotations

import ast
import importlib
import inspect

import pytest

from azimuth import cli


def test_every_command_is_written() -> None:
    assert [command.name for command in cli.COMMANDS if not cli._exists(command)] == []


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_a_command_is_given_every_argument_it_reads(command: cli.Command) -> None:
    """Functions of one module hand `args` on to each other, so the whole module counts, less what its other commands read."""
    module_name, _sign, function = command.work.partition(":")
    module = importlib.import_module(f"azimuth.operations.{module_name}")
    siblings = [other for other in cli.COMMANDS if other.work.startswith(f"{module_name}:")]
    offered = set[str]()
    for other in siblings:
        offered |= {_destination(names) for names, _how in other.arguments}
    read = {node.attr for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "args"}

    assert callable(getattr(module, function))
    assert read <= offered, f"azimuth {command.name} reads what its line in cli.COMMANDS does not offer"


def _destination(names: tuple[str, ...]) -> str:
    return names[-1].lstrip("-").replace("-", "_")
