"""`azimuth doctor`."""

from __future__ import annotations

import argparse
import contextlib
import json
from dataclasses import asdict

from azimuth.operations import doctor as examination
from azimuth.operations import postgres
from azimuth.operations.trouble import Trouble

SIGNS = {"good": "  ok", "warning": "look", "bad": "MEND"}


def doctor(args: argparse.Namespace) -> int:
    """Print what was found; exit 1 when something is wrong."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(postgres.running())
            findings = examination.examine()
        except Trouble as trouble:
            findings = [*examination.settings(), *examination.files(), *examination.disk(),
                        examination.Finding("database", "bad", "The embedded server does not start.", str(trouble))]
    is_well = all(finding.state != "bad" for finding in findings)
    if args.json:
        print(json.dumps({"well": is_well, "findings": [asdict(finding) for finding in findings]}, indent=1))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.state]}  {finding.name:<11}{finding.says}" + (f"\n{'':17}-> {finding.remedy}" if finding.remedy else ""))
        print("All is well." if is_well else "Something is wrong; the arrows say how to mend it.")
    return 0 if is_well else 1
