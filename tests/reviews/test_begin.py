"""From nominating to open: at the deadline or when all lists are approved; lists as they stand, filled up; once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.jobs.models import Job
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ExternalRater, Nomination, ReviewCycle, Subject
from azimuth.reviews.states import CycleState, ListState
from tests.cast import Cast
from tests.reviews.conftest import call_for_lists
from tests.reviews.test_launch import quiet
from tests.reviews.test_nominate import hand_in, named, nominate, seen

SignIn = Callable[[Person], Client]


def approve_all(cycle: ReviewCycle, workshop: Cast, at: datetime) -> None:
    for subject in cycle.subjects.select_related("cycle__scope", "person", "lead"):
        nominate(subject, workshop.dan, workshop.finn, workshop.cleo if subject.person_id == workshop.ada.pk else workshop.jon, at=at)
        actions.propose(subject, seen=seen(subject), by=subject.person, at=at)
        actions.approve(subject, seen=seen(subject), by=workshop.eve, at=at)


def groups_about(person: Person) -> Counter[str]:
    return Counter(Assignment.objects.filter(subject__person=person).values_list("group", flat=True))


def raters_about(person: Person, group: str) -> set[str]:
    rows = Assignment.objects.filter(subject__person=person, group=group).values_list("rater__name", "external__name")
    return {inside or outside for inside, outside in rows}


def test_at_the_deadline_lists_are_taken_as_they_stand_and_filled_up(her_list: Subject, workshop: Cast, now: datetime, run_jobs: Callable[..., int]) -> None:
    cycle, late = her_list.cycle, now + timedelta(weeks=1)
    nominate(her_list, workshop.dan, at=now)
    actions.nominate_external(her_list, name="Hana Sato", email="hana@client.example", language="en", by=workshop.ada, at=now)
    assert actions.begin_due(at=now + timedelta(days=6)) == 0

    assert actions.begin_due(at=late) == actions.begin_due(at=late) == 1
    actions.carry_out_begin(cycle, at=late, step=quiet)

    cycle.refresh_from_db()
    assert cycle.state == CycleState.OPEN
    assert cycle.opens_at == late
    assert groups_about(workshop.ada) == {"self": 1, "manager": 1, "peer": 3, "report": 3, "external": 1}
    assert workshop.dan.name in raters_about(workshop.ada, "peer")
    assert groups_about(workshop.bo)["peer"] == 3  # nobody was named: all three from the reporting line
    assert set(cycle.subjects.values_list("list_state", flat=True)) == {ListState.APPROVED}
    assert Nomination.objects.filter(proposed_by=None, subject=her_list).count() == 2
    assert Job.objects.filter(task="reviews.begin").count() == 1


def test_raters_are_told_when_it_begins_not_before(her_list: Subject, workshop: Cast, now: datetime) -> None:
    late = now + timedelta(weeks=1)
    actions.nominate_external(her_list, name="Hana Sato", email="hana@client.example", language="de", by=workshop.ada, at=now)
    assert not Mail.objects.filter(to="hana@client.example").exists()

    actions.carry_out_begin(her_list.cycle, at=late, step=quiet)

    raters = set(Assignment.objects.exclude(rater=None).values_list("rater_id", flat=True))
    assert set(Notice.objects.filter(key=f"reviews.invite:{her_list.cycle_id}").values_list("person_id", flat=True)) == raters
    assert Mail.objects.get(to="hana@client.example").language == "de"
    assert not Notice.objects.filter(key__startswith="reviews.lists:", done_on=None).exists()


def test_an_opening_day_is_waited_for(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    opens = now + timedelta(weeks=2)
    cycle = call_for_lists(draft, now, by=workshop.eve, opens_at=opens)
    actions.carry_out_begin(cycle, at=now + timedelta(weeks=1), step=quiet)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.opens_at, cycle.invited_on) == (CycleState.OPEN, opens, None)
    assert not Assignment.objects.answerable(now + timedelta(weeks=1)).exists()


def test_hr_begins_early_when_all_lists_are_approved(nominating: ReviewCycle, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="2 lists are not approved yet"):
        actions.begin(nominating, by=workshop.eve, at=now)
    approve_all(nominating, workshop, now)

    first, second = (actions.begin(nominating, by=who, at=now) for who in (workshop.eve, workshop.iris))
    actions.carry_out_begin(nominating, at=now, step=quiet)

    assert first.pk == second.pk
    nominating.refresh_from_db()
    assert (nominating.state, nominating.opens_at) == (CycleState.OPEN, now)
    before = Assignment.objects.count()
    assert actions.carry_out_begin(nominating, at=now, step=quiet) == {}
    assert Assignment.objects.count() == before
    with pytest.raises(Denied):
        actions.begin(nominating, by=workshop.eve, at=now)


def test_a_list_opened_again_meanwhile_stops_an_early_beginning(nominating: ReviewCycle, workshop: Cast, now: datetime) -> None:
    approve_all(nominating, workshop, now)
    actions.begin(nominating, by=workshop.eve, at=now)
    hers = Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=nominating, person=workshop.ada)
    actions.return_list(hers, note="One more, please.", seen=seen(hers), by=workshop.eve, at=now)

    with pytest.raises(Refused, match="1 list is not approved yet"):
        actions.carry_out_begin(nominating, at=now, step=quiet)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("who", ["ada", "bo", "dan", "finn", "jon"])
def test_only_hr_in_charge_begins(nominating: ReviewCycle, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.begin(nominating, by=getattr(workshop, who), at=now)


def test_whoever_has_left_since_is_not_asked(her_list: Subject, workshop: Cast, now: datetime) -> None:
    hand_in(her_list, now)
    Person.objects.filter(pk=workshop.cleo.pk).update(ended_on=now.date())
    actions.carry_out_begin(her_list.cycle, at=now + timedelta(weeks=1), step=quiet)
    assert "Cleo Brandt" not in raters_about(workshop.ada, "peer")
    assert groups_about(workshop.ada)["peer"] == 3


def test_whom_an_approver_took_off_is_not_filled_in_again(her_list: Subject, workshop: Cast, now: datetime) -> None:
    for rater in named("Cleo", "Per", "Quim"):
        nominate(her_list, rater, at=now)
        actions.take_off(her_list, asked=rater.pk, by=workshop.bo, at=now)
    actions.carry_out_begin(her_list.cycle, at=now + timedelta(weeks=1), step=quiet)
    assert raters_about(workshop.ada, "peer") == {"Rut Vik", "Sol Marin"}


def test_somebody_from_outside_on_no_list_is_forgotten(her_list: Subject, workshop: Cast, now: datetime) -> None:
    ExternalRater.objects.create(cycle=her_list.cycle, name="Hana", email="hana@client.example", added_on=now.date())
    actions.carry_out_begin(her_list.cycle, at=now + timedelta(weeks=1), step=quiet)
    assert not ExternalRater.objects.exists()


def test_it_is_recorded_without_names(her_list: Subject, workshop: Cast, now: datetime) -> None:
    hand_in(her_list, now)
    actions.carry_out_begin(her_list.cycle, at=now + timedelta(weeks=1), step=quiet)
    detail = Entry.objects.get(action="reviews.begun").detail
    assert detail == {"forms": Assignment.objects.count(), "raters": Assignment.objects.values("rater").distinct().count(), "filled": 3}


def test_who_proposes_and_approves_is_frozen_at_launch(nominating: ReviewCycle) -> None:
    for change in ("nominator = 'hr'", "approver = 'nobody'", "nominated = '[]'", "shows_list = true"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update reviews_reviewcycle set {change}")


@pytest.mark.parametrize("after", list(CycleState))
def test_nominating_ends_in_open_or_cancelled(nominating: ReviewCycle, after: CycleState) -> None:
    allowed = {CycleState.NOMINATING, CycleState.OPEN, CycleState.CANCELLED}
    try:
        with transaction.atomic():
            ReviewCycle.objects.filter(pk=nominating.pk).update(state=after)
    except IntegrityError:
        assert after not in allowed
    else:
        assert after in allowed


def test_the_clock_begins_what_is_due_and_a_page_begins_early(draft: ReviewCycle, workshop: Cast, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    now = timezone.now()
    cycle = call_for_lists(draft, now, by=workshop.eve)
    approve_all(cycle, workshop, now)
    eve = as_person(workshop.eve)
    assert "All lists are approved: Spring 360" in eve.get("/").text
    assert "Ask the raters now" in eve.get(reverse("reviews:cycle", args=[cycle.pk])).text

    sent = eve.post(reverse("reviews:begin", args=[cycle.pk]))

    assert sent.url == reverse("workspace:job", args=[Job.objects.get(task="reviews.begin").pk])
    run_jobs()
    cycle.refresh_from_db()
    assert cycle.state == CycleState.OPEN
    assert "All lists are approved" not in eve.get("/").text
    assert "Give feedback: Spring 360" in as_person(workshop.cleo).get("/").text


def test_the_promise_says_who_chose_the_raters(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    now = timezone.now()
    cycle = call_for_lists(draft, now, by=workshop.eve)
    approve_all(cycle, workshop, now)
    actions.carry_out_begin(cycle, at=now, step=quiet)
    form = Assignment.objects.get(subject__person=workshop.ada, rater=workshop.cleo)
    page = as_person(workshop.cleo).get(reverse("reviews:answer", args=[form.pk])).text
    assert "Ada Novak proposed whom to ask. The lead of Ada Novak approved the list. Ada Novak does not see the final list, and never learns who answered." in page
    derived = Assignment.objects.get(subject__person=workshop.ada, group="report", rater__name="Tor Lund")
    assert "proposed whom to ask" not in as_person(derived.rater).get(reverse("reviews:answer", args=[derived.pk])).text
