"""Adding people, keeping their record, and letting them go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.kit import days
from azimuth.people import policies
from azimuth.people.actions import accounts, grants, lines
from azimuth.people.actions.locks import Lock, hold
from azimuth.people.actions.search_texts import search_text
from azimuth.people.models import Account, Grant, Person, ReportingLine, Unit
from azimuth.people.queries.lines import leads_above
from azimuth.people.states import LineKind

RECORD = frozenset({"name", "email", "employee_id", "job_title", "grade", "location", "unit", "started_on", "attributes"})


@transaction.atomic
def add(facts: Mapping[str, Any], *, lead: Person | None, by: Person, at: datetime) -> Person:
    """Add a person with these facts (keys of RECORD), reporting to `lead` from their first day, else from today."""
    policies.can_add(by).enforce()
    unit: Unit | None = facts.get("unit")
    policies.can_place(by, unit).enforce()
    person = Person(**_known(facts))
    _save(person)
    if lead:
        ReportingLine.objects.create(person=person, lead=lead, starts_on=min(person.started_on or at.date(), at.date()))
    audit.record("people.add", person, by=by, at=at, fields=sorted(key for key, value in facts.items() if value))
    return person


@transaction.atomic
def edit(person: Person, facts: Mapping[str, Any], *, by: Person, at: datetime) -> Person:
    """Change facts (keys of RECORD) of a person; an account follows its person's address. Unchanged facts change nothing."""
    policies.can_edit(by, person).enforce()
    person = Person.objects.select_for_update(of=("self",)).select_related("unit").get(pk=person.pk)
    changed = {key: value for key, value in _known(facts).items() if getattr(person, key) != value}
    if not changed:
        return person
    if "unit" in changed:
        policies.can_place(by, changed["unit"]).enforce()
    if "email" in changed:
        held = Grant.objects.in_force(at.date()).filter(person=person).values_list("role", flat=True)
        policies.can_change_address(by, list(held)).enforce()
        _refuse_locking_out(person, changed["email"])
    for key, value in changed.items():
        setattr(person, key, value)
    _save(person)
    if "email" in changed:
        accounts.follow_addresses([person.pk])
    audit.record("people.edit", person, by=by, at=at, fields=sorted(changed))
    return person


@transaction.atomic
def keep_preferences(person: Person, *, language: str, time_zone: str, by: Person, at: datetime) -> Person:
    """Keep the language and time zone a person chose for themselves."""
    policies.can_keep_preferences(by, person).enforce()
    if Person.objects.filter(pk=person.pk).exclude(language=language, time_zone=time_zone).update(language=language, time_zone=time_zone):
        audit.record("people.keep_preferences", person, by=by, at=at, fields=["language", "time_zone"])
    return person


@transaction.atomic
def end(person: Person, *, on: date, reports_to: Person | None, by: Person, at: datetime) -> Person:
    """Let a person leave: `on` is the first day they no longer work here. Their reports report to `reports_to` from today,
    or from `on` where that is earlier; their grants end with them. Raises Refused when a report would end up above themselves."""
    policies.can_edit(by, person).enforce()
    hold(Lock.LINES)
    if person.started_on and on < person.started_on:
        raise Refused(_("The first day was %(day)s. Choose that day or a later one.") % {"day": days.spelled(person.started_on)})
    grants.refuse_last_to_leave(person, at.date())
    handover = min(on, at.date())
    moved = _hand_over(person, reports_to, handover, at.date())
    lines.close(ReportingLine.objects.current().filter(Q(lead=person) | Q(person=person), kind=LineKind.DOTTED), on=handover)
    Grant.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), person=person, starts_on__lte=on).update(ends_on=on)
    changed = Person.objects.filter(pk=person.pk).exclude(ended_on=on).update(ended_on=on)
    person.ended_on = on
    if changed or moved:
        audit.record("people.end", person, by=by, at=at, on=on.isoformat(), reports_moved=moved)
    return person


@transaction.atomic
def bring_back(person: Person, *, by: Person, at: datetime) -> Person:
    """Take an end date back; old grants stay ended, the lead is as it was."""
    policies.can_edit(by, person).enforce()
    if Person.objects.filter(pk=person.pk).exclude(ended_on=None).update(ended_on=None):
        person.ended_on = None
        audit.record("people.bring_back", person, by=by, at=at)
    return person


def _hand_over(person: Person, lead: Person | None, on: date, today: date) -> int:
    reports = list(ReportingLine.objects.current().solid().filter(lead=person).values_list("person_id", flat=True))
    if not reports:
        return 0
    if lead and lead.pk == person.pk:
        raise Refused(_("The reports of somebody who leaves need another lead."))
    if lead and not Person.objects.present(today).filter(pk=lead.pk).exists():
        raise Refused(_("%(name)s does not work here on that day. Choose somebody else.") % {"name": lead.name})
    below = lead is not None and any(one.pk == person.pk for one in leads_above(lead))
    if lead and below:
        _lift(lead, person, on)
    lines.close(ReportingLine.objects.current().solid().filter(lead=person), on=on)
    if lead:
        ReportingLine.objects.bulk_create(
            [ReportingLine(person_id=key, lead=lead, starts_on=on) for key in reports if key != lead.pk], batch_size=2000
        )
    return len(reports)


def _lift(lead: Person, leaver: Person, on: date) -> None:
    """A successor from below takes the leaver's place, so that no loop closes."""
    above = ReportingLine.objects.current().solid().filter(person=leaver).first()
    lines.close(ReportingLine.objects.current().solid().filter(person=lead), on=on)
    if above:
        ReportingLine.objects.create(person=lead, lead_id=above.lead_id, starts_on=on)


def _refuse_locking_out(person: Person, email: str | None) -> None:
    if not email and Account.objects.filter(person=person).exists():
        raise Refused(_("%(name)s signs in with this address. Put another in its place.") % {"name": person.name})


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in facts.items() if key in RECORD}
    for key in ("email", "employee_id"):
        if key in known:
            known[key] = known[key] or None
    return known


def _save(person: Person) -> None:
    person.search_text = search_text(person.name, person.job_title, person.unit.name if person.unit else "")
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused(_refusal(str(error))) from error


def _refusal(error: str) -> str:
    if "person_email_once" in error or "account_email" in error:
        return _("Somebody else has this e-mail address. Check both records.")
    if "employee_id" in error:
        return _("Somebody else has this employee number. Check both records.")
    if "person_ends_after_start" in error:
        return _("The last day lies before the first day.")
    return _("The record contradicts another one. Check name, address and dates.")
