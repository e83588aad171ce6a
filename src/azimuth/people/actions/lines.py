"""Moving people under other leads, from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.kit import days
from azimuth.people import policies
from azimuth.people.actions.locks import Lock, hold
from azimuth.people.models import LineQuerySet, Person, ReportingLine
from azimuth.people.queries.lines import loop_through
from azimuth.people.states import LineKind


@transaction.atomic
def move(person: Person, *, lead: Person | None, on: date, by: Person, at: datetime) -> Person:
    """Let the person report to this lead from a day on, today or earlier; `lead=None` makes them a head.

    Raises Refused when that would close a loop (naming all of it), when the lead has left, or when the day does not fit the
    lines there are.
    """
    policies.can_edit(by, person).enforce()
    hold(Lock.LINES)
    current = ReportingLine.objects.current().solid().filter(person=person).first()
    if (current.lead_id if current else None) == (lead.pk if lead else None):
        return person
    _refuse_wrong_day(on, current, at.date())
    if lead:
        _refuse_absent(lead, at.date())
        _refuse_loop(person, lead)
    close(ReportingLine.objects.filter(pk=current.pk) if current else ReportingLine.objects.none(), on=on)
    if lead:
        ReportingLine.objects.create(person=person, lead=lead, starts_on=on)
    audit.record("people.move", person, by=by, at=at, lead=str(lead.pk) if lead else "", on=on.isoformat())
    return person


@transaction.atomic
def add_dotted(person: Person, *, lead: Person, on: date, by: Person, at: datetime) -> ReportingLine:
    """Let the person also work for this lead (dotted line) from a day on."""
    policies.can_edit(by, person).enforce()
    if lead.pk == person.pk:
        raise Refused(_("Nobody works for themselves. Choose somebody else."))
    _refuse_absent(lead, at.date())
    found = ReportingLine.objects.current().filter(person=person, lead=lead, kind=LineKind.DOTTED).first()
    if found:
        return found
    line = ReportingLine.objects.create(person=person, lead=lead, kind=LineKind.DOTTED, starts_on=on)
    audit.record("people.add_dotted", person, by=by, at=at, lead=str(lead.pk), on=on.isoformat())
    return line


@transaction.atomic
def end_dotted(line: ReportingLine, *, on: date, by: Person, at: datetime) -> ReportingLine:
    """End a dotted line on a day; ended twice is ended once."""
    policies.can_edit(by, line.person).enforce()
    if close(ReportingLine.objects.current().filter(pk=line.pk, kind=LineKind.DOTTED), on=on):
        audit.record("people.end_dotted", line.person, by=by, at=at, lead=str(line.lead_id), on=on.isoformat())
    return line


def close(lines: LineQuerySet, *, on: date) -> int:
    """End these lines on a day, set-based; a line that had not begun by then vanishes. Returns how many there were."""
    ended, _rows = lines.filter(starts_on__gte=on).delete()
    return ended + lines.filter(starts_on__lt=on).update(ends_on=on)


def _refuse_loop(person: Person, lead: Person) -> None:
    loop = loop_through(person, lead)
    if loop:
        names = " → ".join(one.name for one in loop)
        raise Refused(_("That would close a loop: %(names)s. Move one of the others first.") % {"names": names})


def _refuse_absent(lead: Person, today: date) -> None:
    if not Person.objects.present(today).filter(pk=lead.pk).exists():
        raise Refused(_("%(name)s does not work here on that day. Choose somebody else.") % {"name": lead.name})


def _refuse_wrong_day(on: date, current: ReportingLine | None, today: date) -> None:
    if on > today:
        raise Refused(_("A move begins today or earlier. Come back on the day, or import it then."))
    if current and on < current.starts_on:
        raise Refused(_("The present reporting line began on %(day)s. Choose that day or a later one.") % {"day": days.spelled(current.starts_on)})
