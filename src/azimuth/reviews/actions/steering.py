"""What HR may still change while answers are gathered: time, subjects, raters, leads. Nothing here looks at who has answered.

Each deed holds the cycle, so that two people at once come one after the other, and does nothing the second time. A rater who
is taken off keeps their row, withdrawn, until the count destroys unread what lies under its ticket.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.ballots import actions as ballots
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies, queries
from azimuth.reviews.actions import announcing
from azimuth.reviews.actions.inviting import invite_too
from azimuth.reviews.actions.links import send_links
from azimuth.reviews.actions.locking import locked
from azimuth.reviews.models import (
    Assignment,
    AssignmentQuerySet,
    Decline,
    ExternalRater,
    ReviewCycle,
    Subject,
)
from azimuth.reviews.states import AssignmentState

Rater = Person | ExternalRater


# ---- time


@transaction.atomic
def extend(cycle: ReviewCycle, *, until: datetime, by: Person, at: datetime) -> None:
    """Give everybody more time. The same deadline twice is once; an earlier one is refused."""
    cycle = locked(cycle)
    policies.can_extend(by, cycle).enforce()
    if cycle.closes_at == until:
        return
    _refuse_earlier(cycle, until, at)
    ReviewCycle.objects.filter(pk=cycle.pk).update(closes_at=until)
    _extend_box(cycle, until, by, at)
    announcing.move_invitations(cycle, until)
    audit.record("reviews.extend", cycle, by=by, at=at, whom="all", closes_on=until.date().isoformat())


@transaction.atomic
def extend_rater(cycle: ReviewCycle, *, rater: UUID, until: datetime, by: Person, at: datetime) -> None:
    """Give one rater more time for all their forms. Whether they have answered plays no part."""
    cycle = locked(cycle)
    policies.can_extend(by, cycle).enforce()
    _extend_forms(cycle, _asked(cycle).filter(Q(rater=rater) | Q(external=rater)), until, whom="rater", by=by, at=at)


@transaction.atomic
def extend_subject(subject: Subject, *, until: datetime, by: Person, at: datetime) -> None:
    """Give all raters of one subject more time."""
    subject = _locked_subject(subject)
    policies.can_steer_raters(by, subject).enforce()
    _extend_forms(subject.cycle, _asked(subject.cycle).filter(subject=subject), until, whom="subject", by=by, at=at)


def _extend_forms(cycle: ReviewCycle, forms: AssignmentQuerySet, until: datetime, *, whom: str, by: Person, at: datetime) -> None:
    _refuse_earlier(cycle, until, at)
    later = list(forms.filter(Q(until=None) | Q(until__lt=until)).values_list("pk", "rater_id", "external_id"))
    if not later:
        return
    Assignment.objects.filter(pk__in=[key for key, _rater, _external in later]).update(until=until)
    _extend_box(cycle, until, by, at)
    announcing.more_time(cycle, {rater for _key, rater, _external in later if rater}, until, at=at)
    send_links(ExternalRater.objects.filter(pk__in=[external for _key, _rater, external in later if external]), at=at, again=True)
    audit.record("reviews.extend", cycle, by=by, at=at, whom=whom, closes_on=until.date().isoformat())


def _refuse_earlier(cycle: ReviewCycle, until: datetime, at: datetime) -> None:
    if until <= at or (cycle.closes_at and until < cycle.closes_at):
        raise Refused(_("A deadline only moves later: what raters were promised is kept. Choose a day after the present one."))


def _extend_box(cycle: ReviewCycle, until: datetime, by: Person, at: datetime) -> None:
    """The box stays open for the last of them."""
    if cycle.box and cycle.box.closes_at < until:
        ballots.extend_box(cycle.box, closes_at=until, by=by, on=at.date())


# ---- subjects


@transaction.atomic
def add_subject(cycle: ReviewCycle, *, person: Person, by: Person, at: datetime) -> Subject:
    """Gather feedback about one more person, from raters derived as at the launch; who takes part already, or again, is one subject."""
    cycle = locked(cycle)
    policies.can_add_subject(by, cycle).enforce()
    if not Person.objects.present(at.date()).filter(pk=person.pk).exists():
        raise Refused(_("%(name)s does not work here.") % {"name": person.name})
    if cycle.scope and not Person.objects.of_unit(cycle.scope).filter(pk=person.pk).exists():
        raise Refused(_("This cycle is for %(unit)s. %(name)s does not belong to it.") % {"unit": cycle.scope.name, "name": person.name})
    derived = queries.derived_raters(cycle, person, at.date())
    subject, is_new = Subject.objects.get_or_create(cycle=cycle, person=person, defaults={"lead_id": derived.lead})
    if not is_new and subject.withdrawn_on is None:
        return subject
    Subject.objects.filter(pk=subject.pk).update(withdrawn_on=None, lead_id=derived.lead)
    invited = _ask_all(subject, derived.raters)
    invite_too(cycle, raters=invited, at=at)
    audit.record("reviews.add_subject", subject, by=by, at=at, raters=len(invited))
    return subject


@transaction.atomic
def remove_subject(subject: Subject, *, by: Person, at: datetime) -> None:
    """Gather no more feedback about somebody: there will be no report, and what was written is destroyed unread at the count."""
    subject = _locked_subject(subject)
    if subject.withdrawn_on:
        policies.can_extend(by, subject.cycle).enforce()
        return
    policies.can_remove_subject(by, subject).enforce()
    raters = _withdraw(Assignment.objects.filter(subject=subject))
    Subject.objects.filter(pk=subject.pk).update(withdrawn_on=at.date())
    announcing.taken_out(subject, at=at)
    announcing.not_asked_any_more(subject, raters - {subject.person_id}, at=at)
    audit.record("reviews.remove_subject", subject, by=by, at=at)


# ---- raters


@transaction.atomic
def ask(subject: Subject, *, who: Rater, group: str, by: Person, at: datetime) -> None:
    """Ask one more rater about a subject, from inside or outside. Asked already, nothing changes; in another group it is refused."""
    subject = _locked_subject(subject)
    policies.can_steer_raters(by, subject).enforce()
    _refuse_unfit(subject, who, group, at)
    if _ask(subject, who, group):
        _invite(subject.cycle, who, at=at)
        audit.record("reviews.ask", subject, by=by, at=at, group=group)


@transaction.atomic
def stop_asking(subject: Subject, *, rater: UUID, by: Person, at: datetime) -> None:
    """Take a rater off a subject's list. What they may have written is destroyed unread at the count."""
    subject = _locked_subject(subject)
    policies.can_steer_raters(by, subject).enforce()
    if _stop_asking(subject, rater, at=at):
        audit.record("reviews.stop_asking", subject, by=by, at=at)


@transaction.atomic
def replace_rater(subject: Subject, *, rater: UUID, who: Rater, by: Person, at: datetime) -> None:
    """Ask somebody else in a rater's place, in the same group."""
    subject = _locked_subject(subject)
    policies.can_steer_raters(by, subject).enforce()
    row = Assignment.objects.filter(Q(rater=rater) | Q(external=rater), subject=subject).first()
    if row is None:
        raise Refused(_("This person is not asked. Look at the list again."))
    ask(subject, who=who, group=row.group, by=by, at=at)
    stop_asking(subject, rater=rater, by=by, at=at)


@transaction.atomic
def stop_asking_everywhere(cycle: ReviewCycle, *, rater: Person, by: Person, at: datetime) -> None:
    """Take somebody who leaves off all lists of a cycle, except those about `by` and their own form about themselves."""
    cycle = locked(cycle)
    policies.can_extend(by, cycle).enforce()
    rows = _asked(cycle).filter(rater=rater).exclude(group=RaterGroup.SELF).exclude(subject__person=by).select_related("subject__person", "subject__cycle")
    for row in list(rows.order_by("pk")):  # as many as one person has forms; locked in the order in which submitting does
        if _stop_asking(row.subject, rater.pk, at=at):
            audit.record("reviews.stop_asking", row.subject, by=by, at=at)


@transaction.atomic
def replace_lead(subject: Subject, *, lead: Person, form_stays: bool, by: Person, at: datetime) -> None:
    """Let another lead read, release and, unless the form stays with the former one, answer as manager.

    Whoever gives feedback about the subject as something else already was promised that it stays confidential: their form
    cannot become a manager's, which is shown with the name.
    """
    subject = _locked_subject(subject)
    policies.can_replace_lead(by, subject).enforce()
    if lead.pk == subject.person_id:
        raise Refused(_("Nobody is their own lead."))
    if not Person.objects.present(at.date()).filter(pk=lead.pk).exists():
        raise Refused(_("%(name)s does not work here.") % {"name": lead.name})
    moves_form = not form_stays and RaterGroup.MANAGER in subject.cycle.groups
    managers = set(Assignment.objects.asked().filter(subject=subject, group=RaterGroup.MANAGER).values_list("rater_id", flat=True))
    if subject.lead_id == lead.pk and (not moves_form or managers == {lead.pk}):
        return
    if moves_form:
        _move_manager_form(subject, lead, managers - {lead.pk}, at)
    Subject.objects.filter(pk=subject.pk).update(lead=lead)
    audit.record("reviews.replace_lead", subject, by=by, at=at, form="moves" if moves_form else "stays")


def _move_manager_form(subject: Subject, lead: Person, former: Iterable[UUID | None], at: datetime) -> None:
    if _ask(subject, lead, RaterGroup.MANAGER):
        _invite(subject.cycle, lead, at=at)
    for rater in former:
        if rater:
            _stop_asking(subject, rater, at=at)


# ---- what these deeds are made of


def _locked_subject(subject: Subject) -> Subject:
    """The subject as it is now, with its cycle held."""
    cycle = locked(subject.cycle)
    fresh = Subject.objects.select_related("person", "lead").get(pk=subject.pk)
    fresh.cycle = cycle
    return fresh


def _invite(cycle: ReviewCycle, who: Rater, *, at: datetime) -> None:
    if isinstance(who, Person):
        invite_too(cycle, raters=[who.pk], at=at)
    else:
        invite_too(cycle, outside=[who.pk], at=at)


def _asked(cycle: ReviewCycle) -> AssignmentQuerySet:
    return Assignment.objects.asked().filter(subject__cycle=cycle)


def _ask(subject: Subject, who: Rater, group: str) -> bool:
    """Have a row for this rater; one that was withdrawn is given back as it was. False when they are asked already."""
    mine = {"rater": who} if isinstance(who, Person) else {"external": who}
    row = Assignment.objects.select_for_update().filter(subject=subject, **mine).first()
    if row is None:
        Assignment.objects.create(id=uuid4(), subject=subject, group=group, ticket=uuid4(), **mine)
        return True
    if row.group != group:
        label = RaterGroup(row.group).label
        raise Refused(
            _("%(name)s is, or was, asked as “%(group)s”. That cannot be changed: what they wrote was promised to be treated as such.") % {"name": who.name, "group": label}
        )
    if row.state != AssignmentState.WITHDRAWN:
        return False
    _give_back(Assignment.objects.filter(pk=row.pk))
    return True


def _ask_all(subject: Subject, raters: Iterable[tuple[UUID, str]]) -> list[UUID]:
    """Have rows for derived raters (person, group); returns who is asked now and was not before."""
    known = dict(Assignment.objects.filter(subject=subject).values_list("rater_id", "state"))
    wanted = dict(raters)
    fresh = [rater for rater in wanted if rater not in known]
    rows = [Assignment(id=uuid4(), subject=subject, rater_id=rater, group=wanted[rater], ticket=uuid4()) for rater in fresh]
    Assignment.objects.bulk_create(sorted(rows, key=lambda row: row.id))
    back = [rater for rater in wanted if known.get(rater) == AssignmentState.WITHDRAWN]
    _give_back(Assignment.objects.filter(subject=subject, rater__in=back))
    return [*fresh, *back]


def _give_back(rows: AssignmentQuerySet) -> None:
    Decline.objects.filter(assignment__in=rows).delete()
    rows.filter(state_before="").update(state=AssignmentState.WAITING)
    rows.exclude(state_before="").update(state=F("state_before"), state_before="")


def _withdraw(rows: AssignmentQuerySet) -> set[UUID]:
    """Take back forms, remembering how far they were; returns the persons who are no longer asked."""
    asked = list(rows.asked().select_for_update().order_by("pk"))
    Assignment.objects.filter(pk__in=[row.pk for row in asked]).update(state_before=F("state"), state=AssignmentState.WITHDRAWN)
    return {row.rater_id for row in asked if row.rater_id}


def _stop_asking(subject: Subject, rater: UUID, *, at: datetime) -> bool:
    rows = Assignment.objects.filter(Q(rater=rater) | Q(external=rater), subject=subject)
    if rows.filter(group=RaterGroup.SELF).exists():
        raise Refused(_("The form about oneself belongs to the subject. Take the subject out instead."))
    was_asked = rows.asked().exists()
    people = _withdraw(rows)
    announcing.not_asked_any_more(subject, people, at=at)
    return was_asked


def _refuse_unfit(subject: Subject, who: Rater, group: str, at: datetime) -> None:
    if who.pk == subject.person_id:
        raise Refused(_("The subject answers the self form already."))
    if isinstance(who, ExternalRater):
        if group != RaterGroup.EXTERNAL or who.cycle_id != subject.cycle_id:
            raise Refused(_("Somebody from outside is asked as “External”."))
        return
    if group not in {RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.MANAGER}:
        raise Refused(_("Choose a rater group for people inside."))
    if not Person.objects.present(at.date()).filter(pk=who.pk).exists():
        raise Refused(_("%(name)s does not work here.") % {"name": who.name})
    others = Assignment.objects.asked().filter(subject=subject, group=RaterGroup.MANAGER).exclude(rater=who)
    if group == RaterGroup.MANAGER and others.exists():
        raise Refused(_("Somebody answers as manager already. Replace the lead instead."))
