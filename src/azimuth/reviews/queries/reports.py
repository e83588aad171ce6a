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
    rows = Subject.objects.readable_by(person).released().select_related("person__unit", "cycle").order_by("-released_on", "person__name")[:200]
    return sorted(rows, key=lambda subject: subject.person_id != person.pk)


def reports_to_hand_over(person: Person) -> list[Subject]:
    """Counted reports that wait for this person to release them: as coach, after reading, or as lead."""
    return list(Subject.objects.to_hand_over(person).select_related("person", "cycle").order_by("person__name"))


def reports_to_open(person: Person) -> list[Subject]:
    """One's own counted reports that wait to be opened."""
    return list(Subject.objects.opened_by(person).filter(released_on=None).select_related("cycle").order_by("cycle__name"))


def how_released(cycle: ReviewCycle) -> str:
    """How the reports of a counted cycle reach their subjects, where HR does not hand them over, in a sentence."""
    return {
        Releaser.LEAD: _("Leads release the reports of their people, and have been told. You can do it in their stead."),
        Releaser.COACH: _("Coaches read the reports first and release them, and have been told."),
        Releaser.SUBJECT: _("Subjects open their reports themselves, when they are ready, and have been told."),
    }.get(Releaser(cycle.releaser), "")


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
