"""Raters from outside the organisation: entered by name and address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.people.models import Person
from azimuth.reviews.models import ExternalRater, ReviewCycle


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
