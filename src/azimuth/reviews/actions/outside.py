"""Raters from outside the organisation: entered by name and address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies
from azimuth.reviews.models import ExternalRater, Nomination, ReviewCycle, Subject


@transaction.atomic
def enter_external(cycle: ReviewCycle, *, name: str, email: str, language: str, by: Person, at: datetime) -> ExternalRater:
    """The external rater of this address in a cycle, entered if new; asks no policy: the deed that calls it does.

    Refused for an address of somebody inside, who is asked as a person.
    """
    inside = Person.objects.present(at.date()).filter(email__iexact=email).first()
    if inside:
        raise Refused(_("%(name)s works here: choose them from the list of people.") % {"name": inside.name})
    known = ExternalRater.objects.filter(cycle=cycle, email__iexact=email).first()
    if known:
        return known
    return ExternalRater.objects.create(cycle=cycle, name=name, email=email, language=language, added_by=by, added_on=at.date())


@transaction.atomic
def add_external(subject: Subject, *, name: str, email: str, language: str, by: Person, at: datetime) -> ExternalRater:
    """HR puts somebody from outside on a subject's list, in a draft or while raters are nominated; the same address twice is one rater."""
    cycle = _changeable(subject, by)
    if RaterGroup.EXTERNAL not in cycle.groups:
        raise Refused(_("Nobody from outside is asked in this cycle."))
    external = enter_external(cycle, name=name, email=email, language=language, by=by, at=at)
    entry = {"group": RaterGroup.EXTERNAL, "is_added": True, "proposed_by": by, "proposed_on": at.date()}
    Nomination.objects.get_or_create(subject=subject, external=external, defaults=entry)
    audit.record("reviews.add_rater", cycle, by=by, at=at, group=RaterGroup.EXTERNAL.value)
    return external


@transaction.atomic
def remove_external(subject: Subject, *, external: ExternalRater, by: Person, at: datetime) -> None:
    """HR takes somebody from outside off a subject's list; whoever is then on no list is forgotten."""
    cycle = _changeable(subject, by)
    Nomination.objects.filter(subject=subject, external=external).delete()
    forget_unasked(cycle)
    audit.record("reviews.remove_rater", cycle, by=by, at=at)


def forget_unasked(cycle: ReviewCycle) -> None:
    """Names and addresses of people on no list are not kept."""
    ExternalRater.objects.filter(cycle=cycle, nominations=None, assignments=None).delete()


def _changeable(subject: Subject, by: Person) -> ReviewCycle:
    """The cycle, held, with its version moved on: a summary seen before is stale now."""
    cycle = ReviewCycle.objects.select_for_update(of=("self",), no_key=True).select_related("scope").get(pk=subject.cycle_id)
    policies.can_change_raters(by, cycle).enforce()
    if subject.person_id == by.pk:
        raise Refused(_("Nobody changes who is asked about them. Ask another HR person."))
    ReviewCycle.objects.filter(pk=cycle.pk).update(version=F("version") + 1)
    return cycle
