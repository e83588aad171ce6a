"""Lists of raters: chosen, handed in, approved or returned. Each deed holds the cycle's row, so that two people never pass a limit together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies, queries
from azimuth.reviews.actions import telling
from azimuth.reviews.actions.outside import enter_external, forget_unasked
from azimuth.reviews.models import Nomination, ReviewCycle, Subject
from azimuth.reviews.states import LIST_TRANSITIONS, OPEN_LISTS, Approver, ListState


class StaleList(Refused):
    """The list changed since the page was opened."""

    def __init__(self) -> None:
        super().__init__(_("This list has changed since you opened it. Look again: it is shown as it stands now."))


@transaction.atomic
def nominate(subject: Subject, *, rater: Person, by: Person, at: datetime) -> None:
    """Put somebody on the list, in the group the reporting line says; somebody who stands on it stays. Refused with the reason why they cannot be chosen."""
    subject = _changeable(subject, by, at)
    listed = queries.list_of(subject)
    if any(entry.key == rater.pk for entry in listed.entries):
        return
    choice = queries.Choice(listed, [rater], by=by, on=at.date())
    if obstacle := choice.obstacle(rater):
        raise Refused(_("%(name)s cannot be chosen: %(reason)s.") % {"name": rater.name, "reason": obstacle})
    group = choice.group_of(rater.pk)
    entry = {"group": group, "is_added": True, "proposed_by": by, "proposed_on": at.date()}
    Nomination.objects.update_or_create(subject=subject, rater=rater, defaults=entry)
    audit.record("reviews.nominate", subject.cycle, by=by, at=at, group=group)


@transaction.atomic
def nominate_external(subject: Subject, *, name: str, email: str, language: str, by: Person, at: datetime) -> None:
    """Put somebody from outside on the list, by name and address; the same address twice is one rater."""
    subject = _changeable(subject, by, at)
    need = queries.list_of(subject).need_of(RaterGroup.EXTERNAL)
    if need is None:
        raise Refused(_("Nobody from outside is asked in this cycle."))
    external = enter_external(subject.cycle, name=name, email=email, language=language, by=by, at=at)
    if Nomination.objects.filter(subject=subject, external=external).exists():
        return
    if need.is_full:
        raise Refused(ngettext(
            "There is %(n)d person from outside on the list, the most there may be.", "There are %(n)d people from outside on the list, the most there may be.", need.most,
        ) % {"n": need.most})
    Nomination.objects.create(subject=subject, external=external, group=RaterGroup.EXTERNAL, is_added=True, proposed_by=by, proposed_on=at.date())
    audit.record("reviews.nominate", subject.cycle, by=by, at=at, group=RaterGroup.EXTERNAL.value)


@transaction.atomic
def take_off(subject: Subject, *, asked: UUID, by: Person, at: datetime) -> None:
    """Take somebody off the list. Whom an approver takes off is not put there again by anybody else, nor by the deadline."""
    subject = _changeable(subject, by, at)
    rows = Nomination.objects.filter(subject=subject, is_added=True)
    if rows.filter(external=asked).delete()[0]:
        forget_unasked(subject.cycle)
    elif not _take_off(rows.filter(rater=asked), for_good=bool(policies.approves(by, subject)), by=by, at=at):
        return
    audit.record("reviews.take_off", subject.cycle, by=by, at=at)


def _take_off(rows: QuerySet[Nomination], *, for_good: bool, by: Person, at: datetime) -> int:
    """How many were taken off: none who does not stand on the list."""
    return rows.update(is_added=False, proposed_by=by, proposed_on=at.date()) if for_good else rows.delete()[0]


@transaction.atomic
def propose(subject: Subject, *, seen: str, by: Person, at: datetime) -> Subject:
    """Hand the list in; where nobody approves, it is approved by that. Handing in twice is handing in once.

    Refused when it changed meanwhile, or when a group is short of its least number.
    """
    subject = _locked(subject)
    policies.can_propose(by, subject, at).enforce()
    if subject.list_state not in OPEN_LISTS:
        return subject
    listed = _as_seen(subject, seen)
    if listed.is_short:
        short = ", ".join(_("%(group)s: %(n)d more") % {"group": need.label, "n": need.missing} for need in listed.needs if need.missing)
        raise Refused(_("The list is not long enough yet. %(short)s.") % {"short": short})
    is_final = subject.cycle.approver == Approver.NOBODY
    _move(subject, ListState.APPROVED if is_final else ListState.PROPOSED)
    audit.record("reviews.propose", subject, by=by, at=at, raters=len(listed.entries))
    telling.list_is_proposed(subject, at=at)
    return subject


@transaction.atomic
def take_list_back(subject: Subject, *, by: Person, at: datetime) -> Subject:
    """Open a list again that was handed in, to change it."""
    subject = _locked(subject)
    policies.can_take_list_back(by, subject, at).enforce()
    if subject.list_state not in OPEN_LISTS:
        _move(subject, ListState.CHOOSING)
        audit.record("reviews.take_list_back", subject, by=by, at=at)
        telling.list_is_settled(subject, at=at)
    return subject


@transaction.atomic
def approve(subject: Subject, *, seen: str, by: Person, at: datetime) -> Subject:
    """Approve a list as it was seen; approving twice is approving once. Refused when it changed meanwhile, or is not handed in."""
    subject = _locked(subject)
    policies.can_approve(by, subject, at).enforce()
    if subject.list_state == ListState.APPROVED:
        return subject
    listed = _as_seen(subject, seen)
    if subject.list_state in OPEN_LISTS:
        raise Refused(_("This list is still being chosen."))
    _move(subject, ListState.APPROVED)
    audit.record("reviews.approve", subject, by=by, at=at, raters=len(listed.entries))
    telling.list_is_settled(subject, at=at)
    return subject


@transaction.atomic
def return_list(subject: Subject, *, note: str, seen: str, by: Person, at: datetime) -> Subject:
    """Give a list back with a note, an approved one too; whoever proposed it is told."""
    subject = _locked(subject)
    policies.can_approve(by, subject, at).enforce()
    if subject.list_state == ListState.RETURNED and subject.list_note == note:
        return subject
    _as_seen(subject, seen)
    if subject.list_state in OPEN_LISTS:
        raise Refused(_("This list is still being chosen."))
    _move(subject, ListState.RETURNED, note=note)
    audit.record("reviews.return_list", subject, by=by, at=at)
    telling.list_is_settled(subject, at=at)
    telling.list_is_returned(subject, at=at)
    return subject


def _changeable(subject: Subject, by: Person, at: datetime) -> Subject:
    locked = _locked(subject)
    policies.can_change_list(by, locked, at).enforce()
    return locked


def _locked(subject: Subject) -> Subject:
    """The subject with its cycle, both as they are now and held: the cycle first, as whoever begins or closes it does."""
    cycle = ReviewCycle.objects.select_for_update(of=("self",), no_key=True).select_related("scope").get(pk=subject.cycle_id)
    locked = Subject.objects.select_for_update(of=("self",), no_key=True).select_related("person__unit", "lead").get(pk=subject.pk)
    locked.cycle = cycle
    return locked


def _as_seen(subject: Subject, seen: str) -> queries.RaterList:
    listed = queries.list_of(subject)
    if listed.seen != seen:
        raise StaleList
    return listed


def _move(subject: Subject, state: ListState, *, note: str = "") -> None:
    if state not in LIST_TRANSITIONS[ListState(subject.list_state)]:
        raise ValueError(f"a list does not go from {subject.list_state} to {state}")
    subject.list_state, subject.list_note = state, note
    subject.save(update_fields=["list_state", "list_note"])
