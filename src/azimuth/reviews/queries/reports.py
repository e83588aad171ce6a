"""Which reports wait for whom, and an example of one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import invented
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import Releaser


def readable_reports(person: Person) -> list[Subject]:
    """Released reports this person may read, their own first."""
    rows = Subject.objects.readable_by(person).select_related("person__unit", "cycle").order_by("-released_on", "person__name")[:200]
    return sorted(rows, key=lambda subject: subject.person_id != person.pk)


def releasable_by_lead(person: Person) -> list[Subject]:
    """Counted reports of one's people that wait for their lead to release them."""
    rows = Subject.objects.filter(lead=person, released_on=None, report__isnull=False, cycle__releaser=Releaser.LEAD)
    return list(rows.select_related("person", "cycle").order_by("person__name"))


def invented_content(cycle: ReviewCycle) -> dict[str, Any]:
    """An example report for this cycle's questionnaire."""
    snapshot = cycle.snapshot or (questionnaires.snapshot(cycle.questionnaire) if cycle.questionnaire else {})
    comments = [
        _("She takes time to explain why, not only what. In the March hand-over that saved us a week."),
        _("I would like to hear bad news earlier, even when it is half certain."),
        _("Keeps calm when the customer does not."),
    ]
    return invented.content(
        snapshot, subject=_("Robin Example"), cycle=cycle.name, purpose=cycle.purpose, minimum=cycle.minimum,
        comment_minimum=cycle.comment_minimum, comments=comments,
    )
