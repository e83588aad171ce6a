"""`azimuth cycle list|launch|count|report`: cycles from the command line, by whoever holds the shell (recorded as the installation)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from azimuth.access.verdict import Denied, Refused
from azimuth.people.models import Grant, Person
from azimuth.people.states import Role
from azimuth.reviews import actions, counting, printing
from azimuth.reviews.models import Report, ReviewCycle
from azimuth.reviews.states import CycleState


def run(args: argparse.Namespace) -> int:
    """Dispatch; exit 1 with the reason when a cycle refuses, 2 when there is no such cycle."""
    deeds = {"list": _list, "launch": _launch, "count": _count, "report": _report}
    try:
        result = deeds[args.deed](args)
    except ReviewCycle.DoesNotExist:
        print(f"There is no cycle {args.cycle!r}. `azimuth cycle list` names them.")
        return 2
    except (Denied, Refused) as refusal:
        print(str(refusal))
        return 1
    print(json.dumps(result, indent=2) if args.json else _lines(result))
    return 0


def _lines(result: Any) -> str:
    rows = result if isinstance(result, list) else [result]
    return "\n".join("  ".join(f"{key}: {value}" for key, value in row.items()) for row in rows) or "No cycle yet."


def _find(name: str) -> ReviewCycle:
    """By key, or by name when only one has it."""
    rows = ReviewCycle.objects.select_related("box", "scope", "questionnaire")
    found = rows.filter(name__iexact=name)
    return found[0] if found.count() == 1 else rows.get(pk=name) if len(name) == 36 else rows.get(pk=None)


def _shown(cycle: ReviewCycle) -> dict[str, Any]:
    return {
        "id": str(cycle.pk), "name": cycle.name, "state": cycle.state, "purpose": cycle.purpose, "subjects": cycle.subjects.count(),
        "closes_at": cycle.closes_at.isoformat() if cycle.closes_at else None,
    }


def _list(args: argparse.Namespace) -> list[dict[str, Any]]:
    return [_shown(cycle) for cycle in ReviewCycle.objects.order_by("created_on", "name")]


def _launch(args: argparse.Namespace) -> dict[str, Any]:
    """Launch a draft in this process, as one of the HR administrators would."""
    cycle, now = _find(args.cycle), timezone.now()
    grant = Grant.objects.in_force(now.date()).filter(role=Role.HR_ADMIN).select_related("person").first()
    by: Person | None = cycle.created_by or (grant.person if grant else None)
    if by is None:
        raise Refused("Nobody administers HR here: make the first administrator in the browser.")
    actions.launch(cycle, seen=cycle.version, by=by, at=now)
    actions.carry_out_launch(cycle, at=now, step=_quiet)
    return _shown(_find(str(cycle.pk)))


def _count(args: argparse.Namespace) -> dict[str, Any]:
    """Close a cycle whose deadline has passed (or with --close-now any open one) and count it in this process."""
    cycle, now = _find(args.cycle), timezone.now()
    if cycle.state == CycleState.OPEN:
        if cycle.closes_at and cycle.closes_at > now and not args.close_now:
            raise Refused("This cycle is still open. Wait for its deadline, or say --close-now.")
        actions.close(cycle, by=None, at=now)
    counting.count(_find(str(cycle.pk)), at=now, step=_quiet)
    return _shown(_find(str(cycle.pk)))


def _report(args: argparse.Namespace) -> dict[str, Any]:
    """Write the PDFs of released reports into a directory."""
    cycle, folder = _find(args.cycle), Path(args.out)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = 0
    for report in Report.objects.filter(subject__cycle=cycle).exclude(subject__released_on=None).select_related("subject__person").iterator():
        with translation.override(report.subject.person.language or "en"):
            (folder / f"{report.subject.person.employee_id or report.subject.person_id}.pdf").write_bytes(printing.pdf(report.content))
        written += 1
    return {"cycle": cycle.name, "written": written, "directory": str(folder)}


def _quiet(done: int, total: int, note: str) -> None:
    """A command prints its result only."""
