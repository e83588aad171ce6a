"""`azimuth simulate`: an invented organisation of any size, with known truth."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime

from django.utils import timezone

from azimuth.operations.simulation import answering, establishing, world
from azimuth.people.models import Person
from azimuth.reviews.models import ReviewCycle

SHARE = 0.8  # of the forms are submitted


def simulate(args: argparse.Namespace) -> int:
    """Write the organisation into an empty installation, or with --answer answer an open cycle as its people would. Exit 1 when neither can be."""
    made, now = world.make(args.people, args.seed), timezone.now()
    if args.answer:
        return _answer(args, made, now)
    if Person.objects.exists():
        print("This installation has people: a simulated organisation is written into an empty one only.", file=sys.stderr)
        return 1
    establishing.establish(made, now)
    _say(args, {"people": len(made.people), "units": len(made.units), "seed": args.seed})
    return 0


def _answer(args: argparse.Namespace, made: world.World, now: datetime) -> int:
    """The organisation must be the simulated one, of as many people and the same seed, or its truth is another's."""
    cycle = ReviewCycle.objects.filter(state="open", name__iexact=args.answer).select_related("box").first()
    size = Person.objects.filter(employee_id__startswith="S").count()
    if cycle is None or not size:
        print("There is no open cycle of that name, or the people here are not simulated.", file=sys.stderr)
        return 1
    _say(args, {"cycle": cycle.name, "submitted": answering.answer(cycle, world.make(size, args.seed), share=SHARE, at=now)})
    return 0


def _say(args: argparse.Namespace, result: dict[str, object]) -> None:
    print(json.dumps(result) if args.json else "  ".join(f"{key}: {value}" for key, value in result.items()))
