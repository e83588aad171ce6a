"""The one command: `azimuth`. What it can do is the table below; each entry imports its work only when it is run."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from azimuth import __version__, environment
from azimuth.operations.trouble import Trouble

WORKED, FAILED, MISUSED = 0, 1, 2


@dataclass(frozen=True)
class Command:
    """One command: its words, the function that does it, and what must be ready before."""

    name: str
    does: str
    work: str                       # "module:function" under azimuth.operations; function(args) -> exit code
    needs: str = "database"         # "nothing", "settings" (safe to start), or "database" (running, migrated, Django set up)
    about: str = ""
    arguments: list[tuple[tuple[str, ...], dict[str, object]]] = field(default_factory=list)


def _argument(*names: str, **how: object) -> tuple[tuple[str, ...], dict[str, object]]:
    return names, how


def _number(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


_JSON = _argument("--json", action="store_true", help="print the result as JSON, and nothing else, to standard output")
_SEED = _argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same company (default: 1)")
_PORT = _argument("--port", type=_number, help="port to listen on (default: AZIMUTH_PORT, 8000)")
_CYCLE = _argument("cycle", metavar="CYCLE", help="the cycle's name, or its key from `azimuth cycle list`")

COMMANDS = (
    Command("up", "run all of it: database, web and worker; Ctrl-C stops everything", "supervisor:up", "settings",
            "Starts the embedded PostgreSQL (unless DATABASE_URL names a server), brings the database up to this version, and serves "
            "web pages and background work until it is stopped. When the port is taken on this machine, the next free one is used.",
            [_PORT, _argument("--demo", action="store_true", help="with the demo company: one-click sign-in and a mailbox page; never for real use"),
             _argument("--stop-with-parent", action="store_true", help=argparse.SUPPRESS)]),
    Command("web", "serve web pages only", "commands.serve:web", "settings",
            "For installations where another supervisor (systemd, Kubernetes) looks after the processes.",
            [_PORT, _argument("--port-held", action="store_true", help=argparse.SUPPRESS)]),
    Command("worker", "do background work only", "commands.serve:worker", "database",
            "Takes jobs until it is stopped. Several workers may run side by side; jobs of a killed one are taken over."),
    Command("migrate", "bring the database up to this version", "commands.migrate:migrate", "settings",
            "Creates the tables in an empty database, or upgrades an older one. Make a backup first.",
            [_argument("--check", action="store_true", help="change nothing; exit 1 when something would change")]),
    Command("demo", "load the demo company", "commands.demo:demo", "database",
            "A believable company of about 120 in the middle of a 360. Only into a database without people.", [_JSON]),
    Command("simulate", "make a company of any size, with known truth", "commands.simulate:simulate", "database",
            "For tests, training and measuring. Only into a database without people, unless --answer is given.",
            [_argument("--people", type=_number, metavar="N", default=1000, help="how many people (default: 1000)"), _SEED,
             _argument("--answer", metavar="CYCLE", help="answer the forms of an open cycle, as the simulated people would"), _JSON]),
    Command("people import", "import people from a spreadsheet", "commands.people:import_file", "database",
            "Reads CSV or XLSX with any column names. When a row is faulty nothing is applied and the exit code is 1, unless --set-aside is given. "
            "The same file again changes nothing. Who has left: people missing from a file leave if it names anybody who is here; where it has "
            "organisations above its units, only people of those. --complete and --partial say otherwise.",
            [_argument("file", metavar="FILE", help="a CSV or XLSX file"),
             _argument("--map", action="append", default=[], metavar="FIELD=COLUMN",
                       help="which column holds a field; repeat it (for unit: from the top of the tree down); FIELD= unmaps it; the rest is guessed"),
             _argument("--rehearse", action="store_true", help="say what would change, and change nothing"),
             _argument("--set-aside", action="store_true", help="leave faulty rows out and apply all others"),
             _argument("--complete", action="store_true", help="the file names everybody: whoever is not in it has left"),
             _argument("--partial", action="store_true", help="the file names only some of the people: nobody leaves"),
             _argument("--confirm-ending", action="store_true", help="yes, half the company or more leaves"),
             _argument("--known-units", action="store_true", help="create no units: a row with an unknown one is faulty"), _JSON]),
    Command("people reset-factors", "take somebody's lost second factors away", "commands.people:reset_factors", "database",
            "For when no administrator can do it on the person's page: the last one lost their own. They are signed out everywhere, told by mail, and it is "
            "in the log.", [_argument("address", metavar="ADDRESS", help="the address they sign in with")]),
    Command("cycle list", "list review cycles and how far they are", "commands.cycle:list_cycles", "database", "", [_JSON]),
    Command("cycle rehearse", "run a drafted cycle dry", "commands.cycle:rehearse", "database",
            "Says who would be asked for what, the mails by day and every problem, on the organisation of today. Changes nothing.", [_CYCLE, _JSON]),
    Command("cycle launch", "launch a drafted cycle", "commands.cycle:launch", "database",
            "Launching twice is launching once. Waits until the launch is done.", [_CYCLE, _JSON]),
    Command("cycle count", "close a cycle's box and count it", "commands.cycle:count", "database",
            "Counts a cycle whose close date has passed; --close-now closes one that is still open. After the count nobody can tell who wrote what.",
            [_CYCLE, _argument("--close-now", action="store_true", help="close it now instead of at its close date"), _JSON]),
    Command("cycle report", "write released reports as PDF or JSON", "commands.cycle:report", "database", "",
            [_CYCLE, _argument("--about", metavar="PERSON", help="e-mail or employee id of one subject (default: all)"),
             _argument("--to", metavar="DIRECTORY", help="write one PDF per subject into this directory"), _JSON]),
    Command("access explain", "say why somebody can, or cannot, see what is about somebody", "commands.access:explain", "database",
            "Asks the policies that decide, and prints the rule that lets in or the first that keeps out. Exit code 1 when nothing may be seen.",
            [_argument("--viewer", required=True, metavar="PERSON", help="who looks: an address, employee number or name"),
             _argument("--about", required=True, metavar="PERSON", help="at what is about whom"),
             _argument("--only", metavar="KIND", choices=["record", "report", "growth", "raters"], help="one kind of thing: record, report, growth, raters"),
             _argument("--steps", action="store_true", help="print every rule asked on the way"), _JSON]),
    Command("attack linking", "try to find out who wrote what, and say how well it went", "commands.attack:linking", "nothing",
            "Builds a scratch company in a scratch database, runs a whole cycle, and attacks full copies of the database at four moments. "
            "Prints the attacker's accuracy beside chance and beside a deliberately weak control.",
            [_argument("--people", type=_number, metavar="N", default=40, help="size of the scratch company (default: 40)"), _SEED, _JSON]),
    Command("attack derivability", "try to find out about few people from all that is published together", "commands.attack:derivability", "nothing",
            "Invents small organisations with one cycle or more within 120 days, has the real build decide what it publishes of them, and solves for "
            "groups below the minimum. The same organisations under a bare minimum are the control. Needs no database. Exit code 1 when anything "
            "follows, or when the control is not caught.",
            [_argument("--organisations", type=_number, metavar="N", default=1000, help="how many organisations (default: 1000)"), _SEED, _JSON]),
    Command("backup", "write the database and the vault into files", "commands.backup:backup", "settings",
            "The database goes into FILE. The keys of open cycles go into FILE.vault, which is to be kept apart and deleted once those "
            "cycles are counted (see the manual, Backup). Both are checksummed.",
            [_argument("file", metavar="FILE", help="where to write it; an existing file is not overwritten"),
             _argument("--without-vault", action="store_true", help="leave the keys of open cycles out")]),
    Command("restore", "bring back what `azimuth backup` wrote", "commands.backup:restore", "settings",
            "Checks every checksum first. Refuses when the database is in use or not empty, unless told to replace it; when anything fails, the old state stays.",
            [_argument("file", metavar="FILE", help="a file written by `azimuth backup`"),
             _argument("--replace", action="store_true", help="replace what is in the database and in the vault"),
             _argument("--vault", metavar="FILE", help="the vault's file, when it is not FILE.vault"),
             _argument("--without-vault", action="store_true", help="bring back the database only; cycles that were open then cannot be counted")]),
    Command("doctor", "look whether all is well, and say how to mend what is not", "commands.doctor:doctor", "nothing", "",
            [_JSON]),
    Command("bench", "measure speed beside a floor in the same run", "commands.bench:bench", "nothing",
            "Builds organisations in scratch databases and measures pages, launch, submitting, PDFs, reminders and a steady load; and fits rater effects beside mixedlm "
            "(where it is installed) and suppresses figures. What is measured is kept in bench/ of a checkout; the other group keeps what it had.",
            [_argument("group", nargs="?", choices=["pages", "statistics"], help="measure one group only (default: both)"),
             _argument("--people", metavar="N,N", default="1000,10000", help="sizes of the organisations for pages (default: 1000,10000)"),
             _argument("--seconds", type=_number, metavar="N", default=30, help="how long requests are sent at a steady rate (default: 30)"),
             _argument("--only", metavar="NAME", help="measure what begins with this name only"), _JSON]),
)

WITHOUT_DATABASE = {"", "check", "collectstatic", "compilemessages", "help", "makemessages"}
GROUPS = {"people": "the organisation's people", "access": "who may see what", "cycle": "review cycles", "attack": "attacks on our own promises"}


def main(words: list[str] | None = None) -> None:
    """Run the command line: exit 0 when it worked, 1 when it did not, 2 when it was not understood or may not start."""
    words = sys.argv[1:] if words is None else words
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azimuth.settings")
    if words[:1] == ["manage"] or _is_for_django(words[:1]):
        sys.exit(_manage(words[words[0] == "manage":]))
    args = _parser().parse_args(words)
    if not hasattr(args, "command"):
        args.parser.print_help()
        sys.exit(MISUSED if words else WORKED)
    sys.exit(_run(args.command, args))


def _run(command: Command, args: argparse.Namespace) -> int:
    try:
        with _ready(command.needs):
            module, function = command.work.split(":")
            return int(getattr(importlib.import_module(f"azimuth.operations.{module}"), function)(args))
    except Trouble as trouble:
        print(f"azimuth: {trouble}", file=sys.stderr)
        return trouble.code
    except KeyboardInterrupt:
        return 130


@contextlib.contextmanager
def _ready(needs: str) -> Iterator[None]:
    """Make sure of what a command needs before it begins; raises Trouble."""
    refusals = [] if needs == "nothing" else environment.refusals()
    if refusals:
        raise Trouble("not started.\n" + "\n".join(f"  - {sentence}" for sentence in refusals), code=MISUSED)
    if needs != "database":
        yield
        return
    from azimuth.operations import postgres
    from azimuth.operations.migrating import set_up

    with postgres.running():
        set_up()
        yield


def _is_for_django(first: list[str]) -> bool:
    """Whether a word is none of ours but one of Django's core commands, typed without `manage` by those used to it."""
    if not first or first[0].startswith("-") or any(command.name.split()[0] == first[0] for command in COMMANDS):
        return False
    from django.core import management

    return first[0] in management.find_commands(management.__path__[0])


def _manage(words: list[str]) -> int:
    """`azimuth manage ...`: Django's own commands, with the database running."""
    from django.core.management import execute_from_command_line

    from azimuth.operations import postgres

    try:
        with _ready("settings"), contextlib.nullcontext() if "".join(words[:1]) in WITHOUT_DATABASE else postgres.running():
            execute_from_command_line(["azimuth manage", *words])
    except Trouble as trouble:
        print(f"azimuth: {trouble}", file=sys.stderr)
        return trouble.code
    return WORKED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azimuth", description="Azimuth: the open, self-hosted performance-management platform.",
        epilog="`azimuth COMMAND --help` tells more. `azimuth manage ...` runs a command of Django.",
    )
    parser.add_argument("--version", action="version", version=f"azimuth {__version__}")
    parser.set_defaults(parser=parser)
    top = parser.add_subparsers(title="commands", metavar="COMMAND")
    groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}
    for command in COMMANDS:
        if not _exists(command):
            continue
        *group, name = command.name.split()
        if group and group[0] not in groups:
            middle = top.add_parser(group[0], help=GROUPS[group[0]], description=GROUPS[group[0]].capitalize() + ".")
            middle.set_defaults(parser=middle)
            groups[group[0]] = middle.add_subparsers(title="commands", metavar="COMMAND")
        _add(groups[group[0]] if group else top, name, command)
    return parser


def _add(parsers: argparse._SubParsersAction[argparse.ArgumentParser], name: str, command: Command) -> None:
    parser = parsers.add_parser(name, help=command.does, description=f"{command.does[0].upper()}{command.does[1:]}. {command.about}")
    for names, how in command.arguments:
        add: Callable[..., object] = parser.add_argument
        add(*names, **how)
    parser.set_defaults(command=command)


def _exists(command: Command) -> bool:
    """A command whose module has not been written yet is not offered."""
    return importlib.util.find_spec(f"azimuth.operations.{command.work.partition(':')[0]}") is not None
