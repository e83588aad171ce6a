"""`azimuth cycle list|launch|count|report`: cycles from the command line, by whoever holds the shell (recorded as the installation)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import slugify

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.actions import record
from azimuth.people.models import Grant
from azimuth.people.states import Role
from azimuth.reviews import actions, counting, printing, queries, reading
from azimuth.reviews.models import Report, ReviewCycle
from azimuth.reviews.rehearsing import Row
from azimuth.reviews.states import CycleState


def list_cycles(args: argparse.Namespace) -> int:
    """Every cycle and how far it is."""
    return _answer(args, lambda: [_shown(cycle) for cycle in ReviewCycle.objects.order_by("created_on", "name")])


def launch(args: argparse.Namespace) -> int:
    """Launch a draft in this process, as the person who drafted it; launching twice is launching once."""
    return _answer(args, lambda: _launch(_find(args.cycle)))


def rehearse(args: argparse.Namespace) -> int:
    """Run a draft dry and print what a launch would ask of whom; changes nothing."""
    return _answer(args, lambda: _rehearse(_find(args.cycle), in_full=args.json))


def count(args: argparse.Namespace) -> int:
    """Close a cycle whose deadline has passed (with --close-now any open one) and count it in this process."""
    return _answer(args, lambda: _count(_find(args.cycle), close_now=args.close_now))


def report(args: argparse.Namespace) -> int:
    """Released reports: one PDF each into --to, else their contents."""
    return _answer(args, lambda: _report(_find(args.cycle), about=args.about, to=args.to))


def _answer(args: argparse.Namespace, deed: Callable[[], Any]) -> int:
    """Do it and print; exit 1 with the reason when the cycle refuses, 2 when there is no such cycle."""
    try:
        result = deed()
    except ReviewCycle.DoesNotExist:
        print(f"There is no cycle {args.cycle!r}, or several have this name. `azimuth cycle list` names them.", file=sys.stderr)
        return 2
    except (Denied, Refused) as refusal:
        print(str(refusal), file=sys.stderr)
        return 1
    print(json.dumps(result, indent=2) if args.json else _lines(result))
    return 0


def _lines(result: Any) -> str:
    rows = result if isinstance(result, list) else [result]
    return "\n".join("  ".join(f"{key}: {value}" for key, value in row.items()) for row in rows) or "No cycle yet."


def _find(name: str) -> ReviewCycle:
    """By key, or by name when only one has it; raises ReviewCycle.DoesNotExist."""
    rows = ReviewCycle.objects.select_related("box", "scope", "questionnaire", "created_by")
    found = list(rows.filter(name__iexact=name)[:2])
    if len(found) == 1:
        return found[0]
    try:
        return rows.get(pk=UUID(name))
    except ValueError:
        raise ReviewCycle.DoesNotExist from None


def _shown(cycle: ReviewCycle) -> dict[str, Any]:
    return {
        "id": str(cycle.pk), "name": cycle.name, "state": cycle.state, "purpose": cycle.purpose, "subjects": cycle.subjects.count(),
        "closes_at": cycle.closes_at.isoformat() if cycle.closes_at else None,
    }


def _launch(cycle: ReviewCycle) -> dict[str, Any]:
    now = timezone.now()
    grant = Grant.objects.in_force(now.date()).filter(role=Role.HR_ADMIN).select_related("person").first()
    by = cycle.created_by or (grant.person if grant else None)
    if by is None:
        raise Refused("Nobody administers HR here: make the first administrator in the browser.")
    actions.launch(cycle, seen=cycle.version, by=by, at=now)
    actions.carry_out_launch(cycle, at=now, step=_quiet)
    return _shown(_find(str(cycle.pk)))


def _rehearse(cycle: ReviewCycle, *, in_full: bool) -> dict[str, Any]:
    if cycle.state != CycleState.DRAFT:
        raise Refused("Only a draft is rehearsed; this cycle is launched.")
    what = queries.rehearse(cycle, timezone.now())
    if not in_full:
        sums = {key: what.content[key] for key in ("subjects", "forms", "raters")}
        return {**sums, **{problem["code"]: problem["count"] for problem in what.content["problems"]}}
    return {"cycle": cycle.name, "digest": what.digest, **what.content, "people": [_rehearsed(cycle, what, row) for row in what.rows]}


def _rehearsed(cycle: ReviewCycle, what: queries.Rehearsed, row: Row) -> dict[str, Any]:
    fact = what.facts[row.key]
    seen_by = queries.visibility(cycle, name=fact.name, lead=row.lead) if row.is_subject else None
    return {"name": fact.name, "unit": fact.unit, "own": row.own, "others": row.others, "minutes": row.minutes, "report_seen_by": seen_by}


def _count(cycle: ReviewCycle, *, close_now: bool) -> dict[str, Any]:
    now = timezone.now()
    if cycle.state == CycleState.OPEN:
        if cycle.closes_at and cycle.closes_at > now and not close_now:
            raise Refused("This cycle is still open. Wait for its deadline, or say --close-now.")
        actions.close(cycle, by=None, at=now)
    counting.count(_find(str(cycle.pk)), at=now, step=_quiet)
    return _shown(_find(str(cycle.pk)))


def _report(cycle: ReviewCycle, *, about: str | None, to: str | None) -> Any:
    rows = Report.objects.filter(subject__cycle=cycle).exclude(subject__released_on=None).select_related("subject__person", "subject__cycle")
    if about:
        rows = rows.filter(Q(subject__person__email__iexact=about) | Q(subject__person__employee_id=about))
    record("operations.write_reports", cycle, by=None, at=timezone.now(), written=rows.count())
    if to is None:
        return [row.content for row in rows]
    folder = Path(to)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for row in rows.iterator():
        person = row.subject.person
        language = person.language or "en"
        with translation.override(language):
            content = reading.in_language(row.subject.cycle.snapshot, row.content, language)
            (folder / f"{slugify(person.name)}-{str(person.pk)[:8]}.pdf").write_bytes(printing.pdf(content))
    return {"cycle": cycle.name, "written": rows.count(), "directory": str(folder)}


def _quiet(done: int, total: int, note: str) -> None:
    """A command prints its result only."""
