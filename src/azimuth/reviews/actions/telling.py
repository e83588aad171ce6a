"""Who is told what about lists of raters. Mails say that something waits; who is on a list stands on the page alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from azimuth.kit import days
from azimuth.notifications import actions as notifications
from azimuth.people.actions import accounts
from azimuth.people.models import Person
from azimuth.reviews import policies
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import OPEN_LISTS, Approver, ListState, Nominator

MINUTES_TO_PROPOSE = 5
MINUTES_TO_APPROVE = 2


def call_for_lists(cycle: ReviewCycle, *, at: datetime) -> int:
    """Tell everybody who proposes raters that they may; returns how many are told."""
    messages = [_call(cycle, person, key, url) for person, key, url in _proposers(cycle)]
    accounts.open_for(Person.objects.filter(pk__in=[message.person.pk for message in messages]), at=at)
    notifications.tell(messages, on=at.date())
    return len(messages)


def _proposers(cycle: ReviewCycle) -> Iterator[tuple[Person, str, str]]:
    """(person, key of the notice, where to go): every subject for their own list; leads and HR once for all of theirs."""
    subjects = list(cycle.subjects.select_related("person", "lead"))
    if cycle.nominator == Nominator.SUBJECT:
        for subject in subjects:
            yield subject.person, f"propose:{subject.pk}", f"/reviews/lists/{subject.pk}/"
        return
    people = {person.pk: person for subject in subjects if (person := proposer_of(subject, cycle))}
    for person in people.values():
        yield person, "propose", "/reviews/lists/"


def proposer_of(subject: Subject, cycle: ReviewCycle) -> Person | None:
    """Who is told to propose this list; where a lead is missing, HR in charge."""
    if cycle.nominator == Nominator.SUBJECT:
        return subject.person
    return (subject.lead if cycle.nominator == Nominator.LEAD else None) or hr_of(cycle)


def approver_of(subject: Subject, cycle: ReviewCycle) -> Person | None:
    """Who is told to approve this list; where a lead is missing, HR in charge."""
    if cycle.approver == Approver.NOBODY:
        return None
    return (subject.lead if cycle.approver == Approver.LEAD else None) or hr_of(cycle)


def hr_of(cycle: ReviewCycle) -> Person | None:
    """Whoever made the cycle, as long as they run it; the others see it on their pages."""
    maker = cycle.created_by
    return maker if maker and policies.can_run(maker, cycle) else None


def list_is_proposed(subject: Subject, *, at: datetime) -> None:
    """The proposer is done; whoever approves is told, once a day and cycle."""
    cycle = subject.cycle
    _done(cycle, f"propose:{subject.pk}", at)
    _done(cycle, f"returned:{subject.pk}", at)
    proposer, approver = proposer_of(subject, cycle), approver_of(subject, cycle)
    if proposer and cycle.nominator != Nominator.SUBJECT and not _waits_for(proposer, cycle, OPEN_LISTS, is_lead=cycle.nominator == Nominator.LEAD):
        _done(cycle, "propose", at, person=proposer)
    if approver and subject.list_state == ListState.PROPOSED:
        accounts.open_for(Person.objects.filter(pk=approver.pk), at=at)
        notifications.tell([_approval(cycle, approver, at)], on=at.date())


def list_is_settled(subject: Subject, *, at: datetime) -> None:
    """A list needs no approval any more: when it was the last one, its approver is done."""
    cycle = subject.cycle
    approver = approver_of(subject, cycle)
    if approver and not _waits_for(approver, cycle, (ListState.PROPOSED,), is_lead=cycle.approver == Approver.LEAD):
        _done(cycle, "approve", at, person=approver)


def list_is_returned(subject: Subject, *, at: datetime) -> None:
    """Whoever proposes is told that a list came back."""
    cycle = subject.cycle
    if proposer := proposer_of(subject, cycle):
        notifications.tell([_returned(subject, proposer, at)], on=at.date())


def lists_are_over(cycle: ReviewCycle, *, at: datetime) -> None:
    """Raters are asked: no list waits for anybody any more."""
    notifications.settle_all(lists_key(cycle), on=at.date())


def somebody_declined(subject: Subject, *, at: datetime) -> None:
    """HR in charge is told, once a day and cycle; not who, about whom, or why, and never about themselves."""
    cycle = subject.cycle
    person = hr_of(cycle)
    if person and person.pk != subject.person_id:
        with translation.override(person.language or "en"):
            message = notifications.Message(
                person=person, key=f"{declined_key(cycle)}:{at.date()}", kind="reviews", title=_("A rater declined: %(cycle)s") % {"cycle": cycle.name},
                text=_("Ask somebody else with one click, or let it be."), url=f"/reviews/cycles/{cycle.pk}/#declined", minutes=1,
            )
        notifications.tell([message], on=at.date())


def declines_are_settled(cycle: ReviewCycle, *, at: datetime) -> None:
    """No declined form waits for HR any more."""
    notifications.settle_all(declined_key(cycle), on=at.date())


def lists_key(cycle: ReviewCycle) -> str:
    """The key everything about lists goes on from."""
    return f"reviews.lists:{cycle.pk}"


def declined_key(cycle: ReviewCycle) -> str:
    """The key under which HR is told that somebody declined."""
    return f"reviews.declined:{cycle.pk}"


def _waits_for(person: Person, cycle: ReviewCycle, states: tuple[ListState, ...], *, is_lead: bool) -> bool:
    """Whether a list that is this person's to propose or approve still stands in one of these states."""
    rows = cycle.subjects.filter(list_state__in=states)
    theirs = Q(lead=person) | (Q(lead=None) if hr_of(cycle) == person else Q(pk__in=[]))
    return (rows.filter(theirs) if is_lead else rows).exists()


def _done(cycle: ReviewCycle, what: str, at: datetime, *, person: Person | None = None) -> None:
    if person:
        notifications.settle(person, _key(cycle, what), on=at.date())
    else:
        notifications.settle_all(_key(cycle, what), on=at.date())


def _key(cycle: ReviewCycle, what: str) -> str:
    return f"{lists_key(cycle)}:{what}"


def _by(cycle: ReviewCycle, person: Person) -> tuple[datetime, str]:
    """Until when lists are taken, in the person's zone, and in words."""
    if cycle.nominations_close_at is None:
        raise LookupError("A cycle without nominations.")
    zone = ZoneInfo(person.time_zone or cycle.time_zone)
    return cycle.nominations_close_at.astimezone(zone), days.deadline(cycle.nominations_close_at, zone)


def _call(cycle: ReviewCycle, person: Person, what: str, url: str) -> notifications.Message:
    with translation.override(person.language or "en"):
        local, by = _by(cycle, person)
        title = _("Propose who gives you feedback: %(cycle)s") if cycle.nominator == Nominator.SUBJECT else _("Propose who gives feedback: %(cycle)s")
        return notifications.Message(
            person=person, key=_key(cycle, what), kind="reviews", title=title % {"cycle": cycle.name}, text=_("Until %(day)s.") % {"day": by}, url=url,
            due_on=local.date(), minutes=MINUTES_TO_PROPOSE,
        )


def _approval(cycle: ReviewCycle, person: Person, at: datetime) -> notifications.Message:
    with translation.override(person.language or "en"):
        local, by = _by(cycle, person)
        return notifications.Message(
            person=person, key=_key(cycle, f"approve:{at.date()}"), kind="reviews", title=_("Lists of raters wait for you: %(cycle)s") % {"cycle": cycle.name},
            text=_("Approve, change or return them until %(day)s.") % {"day": by}, url="/reviews/lists/", due_on=local.date(), minutes=MINUTES_TO_APPROVE,
        )


def _returned(subject: Subject, person: Person, at: datetime) -> notifications.Message:
    cycle = subject.cycle
    with translation.override(person.language or "en"):
        local, by = _by(cycle, person)
        return notifications.Message(
            person=person, key=_key(cycle, f"returned:{subject.pk}:{at.date()}"), kind="reviews", title=_("A list of raters came back to you: %(cycle)s") % {"cycle": cycle.name},
            text=_("Read the note, change the list, and hand it in again until %(day)s.") % {"day": by}, url=f"/reviews/lists/{subject.pk}/", due_on=local.date(),
            minutes=MINUTES_TO_APPROVE,
        )
