"""`azimuth attack`: outsiders and CI try to find out who wrote what (linking), and what follows about few people (derivability)."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azimuth import environment
from azimuth.operations import postgres

if TYPE_CHECKING:
    from azimuth.operations.linking.campaign import Site

ENOUGH = 0.01   # a p-value above this is chance
CAUGHT = 0.9    # the control must be linked at least so well


def linking(args: argparse.Namespace) -> int:
    """Attack a scratch company; exit 0 only when every moment is at chance and the control is caught."""
    with scratch_site() as site:
        from azimuth.operations.linking.verdict import judge

        result = judge(site, people=args.people, seeds=[args.seed])
    if args.json:
        print(json.dumps(result, indent=2))
    else:
        print(_in_words(result))
    return 0 if holds(result) else 1


def holds(result: dict[str, Any]) -> bool:
    """Whether the promise stands, and the attack would have seen it broken."""
    control = result["control"]
    is_caught = control["accuracy"] >= CAUGHT and control["p_value"] <= ENOUGH
    return is_caught and all(moment["p_value"] > ENOUGH for moment in result["moments"])


def derivability(args: argparse.Namespace) -> int:
    """Solve for small groups in all that is published of invented organisations; exit 0 only when none is found and the control is caught."""
    import django

    django.setup()
    from azimuth.operations.derivability.verdict import judge

    result = judge(args.organisations, seed=args.seed, progress=lambda done: _say(done, args.organisations))
    stands = nothing_follows(result)
    if args.json:
        print(json.dumps(result, indent=2))
    else:
        print(
            f"{result['cells_shown']} figures of {result['organisations']} organisations: {result['derivable']} groups below the minimum follow from them.\n"
            f"With a bare minimum, of the same organisations: {result['control']['derivable']}.\n"
            + ("Nothing follows, and the control was caught." if stands else "The promise does not hold, or the attack is blind: see above.")
        )
    return 0 if stands else 1


def nothing_follows(result: dict[str, Any]) -> bool:
    """Whether the promise stands, and the attack would have seen it broken."""
    return result["derivable"] == 0 and result["control"]["derivable"] > 0


def _say(done: int, of: int) -> None:
    if done % 50 == 0 or done == of:
        print(f"{done} of {of} organisations", file=sys.stderr)


@contextmanager
def scratch_site() -> Iterator[Site]:
    """An embedded server and a migrated database in a directory that vanishes; Django is set up on it, once per process."""
    parent = environment.data_directory()
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="attack-", dir=parent) as folder:
        for name in [name for name in os.environ if name.startswith("AZIMUTH_")] + ["DATABASE_URL"]:
            os.environ.pop(name, None)
        os.environ["AZIMUTH_DATA"] = folder
        data = Path(folder)
        with postgres.running(data):
            from azimuth.operations.linking.evidence import prepare

            log = data / "application.log"
            _set_up_django(log)
            prepare(data / "postgres")
            from azimuth.operations.linking.campaign import Site

            yield Site(data / "postgres", [log, data / "postgres" / "server.log"])


def _set_up_django(log: Path) -> None:
    import django
    from django.conf import settings

    from azimuth.operations import migrating
    from azimuth.operations.logs import Lines

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    django.setup()
    root = logging.getLogger()
    root.handlers = [logging.FileHandler(log)]
    root.handlers[0].setFormatter(Lines())
    root.setLevel(logging.INFO)
    migrating.migrate()


def _in_words(result: dict[str, Any]) -> str:
    return "\n".join([
        "How many answers the best of all strategies gave to the right person:",
        *(
            f"  {entry['name']:<42} {entry['accuracy']:7.1%}   chance {entry['chance']:6.1%}   p = {entry['p_value']:.3f}"
            for entry in [*result["moments"], result["control"]]
        ),
        "Every moment is at chance, and the control was caught." if holds(result) else "The promise does not hold, or the attack is blind: see above.",
    ])


