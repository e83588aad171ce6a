"""Handing reports to those they are for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.notifications import actions as notifications
from azimuth.notifications.models import Notice
from azimuth.people.actions import accounts
from azimuth.people.models import Person
from azimuth.reviews import policies
from azimuth.reviews.models import GrowthArea, ReviewCycle, Subject, SubjectQuerySet
from azimuth.reviews.states import CycleState, Releaser

GROWTH_AREAS = 2


@transaction.atomic
def release(cycle: ReviewCycle, *, subjects: Iterable[UUID] | None, by: Person | None, at: datetime) -> int:
    """Release reports (all that may be, or those named) and tell their subjects; `by=None` is a cycle that releases by itself.

    Reports this person may not release are left as they are when all are meant, and refused when named. Returns how many.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).select_related("scope").get(pk=cycle.pk)
    rows = cycle.subjects.filter(released_on=None, report__isnull=False).select_related("person", "cycle__scope")
    chosen = list(rows.filter(pk__in=list(subjects)) if subjects is not None else rows)
    if by is not None:
        verdicts = [(subject, policies.can_release(by, subject)) for subject in chosen]
        if subjects is not None:
            for _subject, verdict in verdicts:
                verdict.enforce()
        chosen = [subject for subject, verdict in verdicts if verdict]
    if chosen:
        _let_out(cycle, chosen, at)
        notifications.tell([_released(subject) for subject in chosen], on=at.date())
        audit.record("reviews.release", cycle, by=by, at=at, released=len(chosen))
    return len(chosen)


@transaction.atomic
def open_own(subject: Subject, *, by: Person, at: datetime) -> None:
    """Open one's own report where the cycle leaves that to the subject; the moment counts as its release. Twice is once."""
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=subject.cycle_id)
    subject = Subject.objects.select_related("person", "cycle").get(pk=subject.pk)
    policies.can_open(by, subject).enforce()
    if subject.released_on is None:
        _let_out(cycle, [subject], at)
        Subject.objects.filter(pk=subject.pk).update(opened_on=at.date())
        audit.record("reviews.open", subject, by=by, at=at)


def announce(cycle: ReviewCycle, *, at: datetime) -> None:
    """After the count: release what releases itself, and tell everybody else whom the cycle names that reports wait for them."""
    if cycle.releaser == Releaser.AUTOMATIC:
        release(cycle, subjects=None, by=None, at=at)
    tell_waiting(cycle.subjects.filter(released_on=None, report__isnull=False), at=at)


def tell_waiting(subjects: SubjectQuerySet, *, at: datetime) -> None:
    """Tell coaches, leads and subjects, as the cycle says, which of these counted reports they hand over or open. HR sees it at home."""
    messages = [message for subject in subjects.select_related("person", "lead", "coach", "cycle").defer("cycle__snapshot") if (message := _waiting(subject))]
    accounts.open_for(Person.objects.filter(pk__in=[message.person.pk for message in messages]), at=at)
    notifications.tell(messages, on=at.date())


def _let_out(cycle: ReviewCycle, subjects: Sequence[Subject], at: datetime) -> None:
    """From now on these are released; what waited for somebody because of them is done; after the last one the cycle is."""
    Subject.objects.filter(pk__in=[subject.pk for subject in subjects]).update(released_on=at.date())
    accounts.open_for(Person.objects.filter(pk__in=[subject.person_id for subject in subjects]), at=at)
    Notice.objects.filter(key__in=[waiting_key(subject) for subject in subjects], done_on=None).update(done_on=at.date())
    if subjects and not cycle.subjects.filter(released_on=None, report__isnull=False).exists():
        ReviewCycle.objects.filter(pk=cycle.pk, state=CycleState.COUNTED).update(state=CycleState.RELEASED, released_on=at.date())


def waiting_key(subject: Subject) -> str:
    """Under which key somebody is told that this report waits for them."""
    return f"reviews.waiting:{subject.pk}"


def _waiting(subject: Subject) -> notifications.Message | None:
    """What coach, lead or subject is told of a counted report; nothing where nobody is named."""
    match subject.cycle.releaser:
        case Releaser.COACH:
            return _to_read_first(subject, subject.coach) if subject.coach else None
        case Releaser.LEAD:
            return _to_release(subject, subject.lead) if subject.lead else None
        case Releaser.SUBJECT:
            return _to_open(subject, subject.person)
    return None


def _to_read_first(subject: Subject, coach: Person) -> notifications.Message:
    with translation.override(coach.language or "en"):
        return notifications.Message(
            person=coach, key=waiting_key(subject), kind="report", url=f"/reviews/reports/{subject.pk}/", minutes=20,
            title=_("Read %(name)s's report, then release it: %(cycle)s") % {"name": subject.person.name, "cycle": subject.cycle.name},
            text=_("You read it first, as coach. Agree on a time to talk it over, and release it then."),
        )


def _to_release(subject: Subject, lead: Person) -> notifications.Message:
    with translation.override(lead.language or "en"):
        return notifications.Message(
            person=lead, key=waiting_key(subject), kind="report", url="/reviews/#to-release", minutes=2,
            title=_("Release %(name)s's report: %(cycle)s") % {"name": subject.person.name, "cycle": subject.cycle.name},
            text=_("It is counted. Agree on a time to talk, and release it shortly before."),
        )


def _to_open(subject: Subject, person: Person) -> notifications.Message:
    with translation.override(person.language or "en"):
        return notifications.Message(
            person=person, key=waiting_key(subject), kind="report", url=f"/reviews/reports/{subject.pk}/open/", minutes=30,
            title=_("Ready when you are: %(cycle)s") % {"cycle": subject.cycle.name},
            text=_("Your report is counted. You open it yourself, when you have half an hour and a quiet place."),
        )


def _released(subject: Subject) -> notifications.Message:
    with translation.override(subject.person.language or "en"):
        return notifications.Message(
            person=subject.person, key=f"reviews.released:{subject.pk}", kind="report",
            title=_("Your feedback report is ready: %(cycle)s") % {"cycle": subject.cycle.name},
            text=_("Take half an hour and a quiet place to read it."), url=f"/reviews/reports/{subject.pk}/", minutes=30,
        )


def open_report(subject: Subject, *, by: Person, at: datetime) -> None:
    """Note the first opening by the subject, and every opening by somebody else, who must account for it."""
    policies.can_read_report(by, subject).enforce()
    if subject.person_id != by.pk or subject.opened_on is None:
        _note_opening(subject, by=by, at=at)


@transaction.atomic
def _note_opening(subject: Subject, *, by: Person, at: datetime) -> None:
    if subject.person_id != by.pk:
        audit.record("reviews.read_report", subject, by=by, at=at)
    else:
        Subject.objects.filter(pk=subject.pk, opened_on=None).update(opened_on=at.date())
        notifications.settle(by, f"reviews.released:{subject.pk}", on=at.date())


@transaction.atomic
def choose_growth(subject: Subject, *, sections: dict[UUID, str], by: Person, at: datetime) -> None:
    """Keep up to two growth areas (section key -> note) the subject wants to work on; replaces an earlier choice."""
    policies.can_choose_growth(by, subject).enforce()
    titles = {UUID(section["key"]): section["title"] for section in subject.cycle.snapshot["sections"]}
    if len(sections) > GROWTH_AREAS:
        raise Refused(_("Choose two areas at most: one can work on two things, not on five."))
    if set(sections) - set(titles):
        raise Refused(_("Choose areas from the report."))
    chosen = GrowthArea.objects.filter(subject=subject)
    if dict(chosen.values_list("section", "note")) == sections:
        return
    chosen.delete()
    GrowthArea.objects.bulk_create(
        [GrowthArea(subject=subject, section=key, title=titles[key], note=note, chosen_on=at.date()) for key, note in sections.items()]
    )
    audit.record("reviews.choose_growth", subject, by=by, at=at, chosen=len(sections))


@transaction.atomic
def make_pdf(subject: Subject, *, language: str, by: Person, at: datetime, next_url: str) -> Job:
    """Have the PDF of a report made in a language, in the background; asking twice is asking once."""
    policies.can_read_report(by, subject).enforce()
    return jobs.start(
        "reviews.make_pdf", key=f"reviews.pdf:{subject.pk}:{language}:{by.pk}", title=_("Making the PDF of the report"), by=by, at=at,
        next_url=next_url, subject_id=str(subject.pk), language=language,
    )
