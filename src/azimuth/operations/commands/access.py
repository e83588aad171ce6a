"""`azimuth access explain`."""

from __future__ import annotations

import argparse
import json

from azimuth.operations.trouble import Trouble
from azimuth.people.models import Person
from azimuth.people.queries.directory import found_by
from azimuth.workspace import seeing


def explain(args: argparse.Namespace) -> int:
    """Print, for everything personal about somebody, whether somebody else may see it and by which rule; exit 1 when nothing may be."""
    answers = seeing.explain(_person(args.viewer), _person(args.about), only=args.only or "")
    if args.json:
        print(json.dumps([_row(answer) for answer in answers], indent=1, ensure_ascii=False))
    else:
        for answer in answers:
            print(f"{'yes' if answer.is_allowed else ' no'}  {answer.kind.label}: {answer.name}\n     {answer.because}")
            if args.steps:
                print("".join(f"       {step.outcome:>3}  {step.code}: {step.says}\n" for step in answer.steps), end="")
    return 0 if any(answer.is_allowed for answer in answers) else 1


def _row(answer: seeing.Answer) -> dict[str, object]:
    return {
        "kind": answer.kind.code, "name": answer.name, "key": str(answer.key), "allowed": answer.is_allowed, "because": answer.because,
        "steps": [{"code": step.code, "says": str(step.says), "outcome": step.outcome} for step in answer.steps],
    }


def _person(words: str) -> Person:
    found = found_by(Person.objects.all(), words)
    if len(found) != 1:
        raise Trouble(f"{'Nobody' if not found else 'More than one person'} is known by {words!r}. Name an address or an employee number.")
    return found[0]
