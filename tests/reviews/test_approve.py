"""Approving lists of raters: changed, approved, returned; never one's own, never twice, never as it was a while ago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.models import Nomination, ReviewCycle, Subject
from azimuth.reviews.states import ListState
from tests.cast import Cast
from tests.reviews.conftest import call_for_lists
from tests.reviews.test_nominate import hand_in, named, names, nominate, seen

SignIn = Callable[[Person], Client]


@pytest.fixture
def proposed(her_list: Subject, now: datetime) -> Subject:
    """Ada's list, handed in."""
    return hand_in(her_list, now)


def test_the_lead_approves_and_is_done(proposed: Subject, workshop: Cast, now: datetime) -> None:
    subject = actions.approve(proposed, seen=seen(proposed), by=workshop.bo, at=now)

    assert subject.list_state == ListState.APPROVED
    assert not Notice.objects.filter(person=workshop.bo, done_on=None, key__contains=":approve:").exists()
    assert Entry.objects.get(action="reviews.approve").detail == {"raters": 3}
    assert actions.approve(proposed, seen="", by=workshop.bo, at=now).list_state == ListState.APPROVED  # twice, from an old page


@pytest.mark.parametrize("who", ["ada", "cleo", "dan", "finn", "jon"])
def test_nobody_else_approves_least_of_all_the_subject(proposed: Subject, workshop: Cast, now: datetime, who: str) -> None:
    """A26: a subject cannot choose one rater and wait."""
    for deed in (
        lambda: actions.approve(proposed, seen=seen(proposed), by=getattr(workshop, who), at=now),
        lambda: actions.return_list(proposed, note="No.", seen=seen(proposed), by=getattr(workshop, who), at=now),
    ):
        with pytest.raises(Denied):
            deed()


def test_hr_in_charge_never_approves_their_own(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Person.objects.filter(pk=workshop.eve.pk).update(unit=workshop.workshop)
    actions.add_subjects(draft, people=[workshop.eve.pk], by=workshop.iris, at=now)
    cycle = call_for_lists(draft, now, by=workshop.iris, approver="hr")
    mine = Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle, person=workshop.eve)
    hand_in(mine, now)
    with pytest.raises(Denied):
        actions.approve(mine, seen=seen(mine), by=workshop.eve, at=now)
    assert actions.approve(mine, seen=seen(mine), by=workshop.iris, at=now).list_state == ListState.APPROVED


def test_an_approver_changes_the_list_and_what_they_take_off_stays_off(proposed: Subject, workshop: Cast, now: datetime) -> None:
    actions.take_off(proposed, asked=workshop.cleo.pk, by=workshop.bo, at=now)
    nominate(proposed, *named("Rut"), by=workshop.bo, at=now)
    assert names(proposed) == ["Per Holm", "Quim Sala", "Rut Vik"]

    actions.return_list(proposed, note="Rut has seen more of it.", seen=seen(proposed), by=workshop.bo, at=now)
    with pytest.raises(Refused, match="taken off by whoever approves"):
        nominate(proposed, workshop.cleo, at=now)
    nominate(proposed, workshop.cleo, by=workshop.bo, at=now)  # they may think better of it


def test_a_list_that_changed_meanwhile_is_not_approved(proposed: Subject, workshop: Cast, now: datetime) -> None:
    before = seen(proposed)
    actions.take_list_back(proposed, by=workshop.ada, at=now)
    nominate(proposed, *named("Rut"), at=now)
    actions.propose(proposed, seen=seen(proposed), by=workshop.ada, at=now)

    with pytest.raises(actions.StaleList):
        actions.approve(proposed, seen=before, by=workshop.bo, at=now)


def test_a_list_still_being_chosen_is_not_approved(her_list: Subject, workshop: Cast, now: datetime) -> None:
    for deed in (
        lambda: actions.approve(her_list, seen=seen(her_list), by=workshop.bo, at=now),
        lambda: actions.return_list(her_list, note="Hm.", seen=seen(her_list), by=workshop.bo, at=now),
    ):
        with pytest.raises(Refused, match="still being chosen"):
            deed()


def test_it_is_returned_with_a_note_that_no_mail_carries(proposed: Subject, workshop: Cast, now: datetime) -> None:
    subject = actions.return_list(proposed, note="Somebody from the harbour, please.", seen=seen(proposed), by=workshop.bo, at=now)

    assert (subject.list_state, subject.list_note) == (ListState.RETURNED, "Somebody from the harbour, please.")
    told = Notice.objects.get(person=workshop.ada, done_on=None)
    assert "came back" in told.title
    assert "harbour" not in " ".join([told.title, told.text, *Mail.objects.values_list("text", flat=True)])
    actions.return_list(proposed, note="Somebody from the harbour, please.", seen="", by=workshop.bo, at=now)  # a second click
    assert Entry.objects.filter(action="reviews.return_list").count() == 1

    actions.propose(proposed, seen=seen(proposed), by=workshop.ada, at=now)
    assert not Notice.objects.filter(person=workshop.ada, done_on=None).exists()
    assert Subject.objects.get(pk=proposed.pk).list_note == ""


def test_an_approved_list_can_be_moved_back(proposed: Subject, workshop: Cast, now: datetime) -> None:
    actions.approve(proposed, seen=seen(proposed), by=workshop.bo, at=now)
    with pytest.raises(Denied, match="can return it"):
        actions.take_list_back(proposed, by=workshop.ada, at=now)
    assert actions.return_list(proposed, note="One more.", seen=seen(proposed), by=workshop.eve, at=now).list_state == ListState.RETURNED


def test_where_nobody_leads_hr_in_charge_is_told(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.add_subjects(draft, people=[workshop.iris.pk], by=workshop.iris, at=now)
    ReviewCycle.objects.filter(pk=draft.pk).update(scope=None)
    Subject.objects.create(cycle=draft, person=workshop.iris, lead=None)
    cycle = call_for_lists(ReviewCycle.objects.get(pk=draft.pk), now, by=workshop.iris)
    ReviewCycle.objects.filter(pk=cycle.pk).update(created_by=workshop.iris)
    head = Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle, person=workshop.iris)
    Subject.objects.filter(person=workshop.ada).update(lead=None)
    hers = Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle, person=workshop.ada)
    hand_in(hers, now)
    assert Notice.objects.filter(person=workshop.iris, key__contains=":approve:", done_on=None).exists()
    assert [row.many for row in queries.lists_waiting(workshop.iris, now) if row.is_approval] == [1]
    assert not policies.approves(workshop.iris, head)


# ---- what the subject goes on seeing


@pytest.mark.parametrize(("shows", "sees"), [(True, True), (False, False)])
def test_after_approval_the_subject_sees_the_list_only_if_the_cycle_promised_it(draft: ReviewCycle, workshop: Cast, as_person: SignIn, *, shows: bool, sees: bool) -> None:
    now = timezone.now()
    cycle = call_for_lists(draft, now, by=workshop.eve, shows_list=shows)
    mine = Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle, person=workshop.ada)
    hand_in(mine, now)
    url = reverse("reviews:list", args=[mine.pk])
    assert "Cleo Brandt" in as_person(workshop.ada).get(url).text
    actions.approve(mine, seen=seen(mine), by=workshop.bo, at=now)

    assert ("Cleo Brandt" in as_person(workshop.ada).get(url).text) is sees
    assert "Cleo Brandt" in as_person(workshop.bo).get(url).text


# ---- pages


@pytest.fixture
def waiting(draft: ReviewCycle, workshop: Cast) -> Subject:
    """Ada's list, handed in, by the clock on the wall."""
    now = timezone.now()
    cycle = call_for_lists(draft, now, by=workshop.eve)
    return hand_in(Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle, person=workshop.ada), now)


def test_without_script_a_lead_finds_changes_and_approves(waiting: Subject, workshop: Cast, as_person: SignIn) -> None:
    bo, url = as_person(workshop.bo), reverse("reviews:list", args=[waiting.pk])
    assert "Approve lists of raters: Spring 360" in bo.get("/").text
    assert url in bo.get(reverse("reviews:lists")).text

    bo.post(reverse("reviews:take-off", args=[waiting.pk, workshop.cleo.pk]))
    bo.post(reverse("reviews:nominate", args=[waiting.pk]), {"rater": named("Rut")[0].pk})
    done = bo.post(reverse("reviews:approve", args=[waiting.pk]), {"seen": seen(waiting)}, follow=True)

    assert "The list is approved." in done.text
    assert "Approve lists of raters" not in bo.get("/").text


def test_a_note_that_came_too_late_is_still_there(waiting: Subject, workshop: Cast, as_person: SignIn) -> None:
    page = as_person(workshop.bo).post(reverse("reviews:return-list", args=[waiting.pk]), {"note": "Two from the harbour, please.", "seen": "an old one"})
    assert page.status_code == 409
    assert "Two from the harbour, please." in page.text
    assert "has changed since you opened it" in page.text


@pytest.mark.parametrize("note", ["", "   ", "x" * 1001])
def test_a_note_is_needed_and_short(waiting: Subject, workshop: Cast, as_person: SignIn, note: str) -> None:
    page = as_person(workshop.bo).post(reverse("reviews:return-list", args=[waiting.pk]), {"note": note, "seen": seen(waiting)})
    assert page.status_code == 422
    assert Subject.objects.get(pk=waiting.pk).list_state == ListState.PROPOSED


@pytest.mark.parametrize("note", ["<script>alert(1)</script>", "**bold**", "=1+1", "🦊", "\u202eabc", "a\x00b"])
def test_odd_notes_are_shown_harmless(waiting: Subject, workshop: Cast, as_person: SignIn, note: str) -> None:
    as_person(workshop.bo).post(reverse("reviews:return-list", args=[waiting.pk]), {"note": note, "seen": seen(waiting)})
    page = as_person(workshop.ada).get(reverse("reviews:list", args=[waiting.pk])).text
    assert "Returned with a note" in page
    assert "<script>alert" not in page
    assert "\u202e" not in Subject.objects.get(pk=waiting.pk).list_note


def test_a_subject_sees_neither_another_list_nor_a_button_to_approve(waiting: Subject, workshop: Cast, as_person: SignIn) -> None:
    other = Subject.objects.get(cycle=waiting.cycle, person=workshop.bo)
    ada = as_person(workshop.ada)
    assert ada.get(reverse("reviews:list", args=[other.pk])).status_code == 404
    page = ada.get(reverse("reviews:list", args=[waiting.pk])).text
    assert "Approve the list" not in page
    assert "Take it back and change it" in page
    refused = ada.post(reverse("reviews:approve", args=[waiting.pk]), {"seen": seen(waiting)})
    assert refused.status_code == 403


def test_a_subject_takes_a_list_back_on_its_page(waiting: Subject, workshop: Cast, as_person: SignIn) -> None:
    done = as_person(workshop.ada).post(reverse("reviews:take-list-back", args=[waiting.pk]), follow=True)
    assert "The list is open again" in done.text
    assert "Propose who gives you feedback: Spring 360" in as_person(workshop.ada).get("/").text


def test_leads_and_hr_find_what_they_propose(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    call_for_lists(draft, timezone.now(), by=workshop.eve, nominator="lead", approver="hr")
    bo = as_person(workshop.bo)
    assert "Propose raters: Spring 360" in bo.get("/").text
    assert "Propose raters for 1 person" in bo.get("/reviews/").text
    assert "Propose" not in as_person(workshop.ada).get("/").text


@pytest.mark.parametrize("who", ["iris", "eve"])
def test_hr_finds_what_they_approve(draft: ReviewCycle, workshop: Cast, as_person: SignIn, who: str) -> None:
    now, viewer = timezone.now(), as_person(getattr(workshop, who))
    assert "Approve lists of raters" not in viewer.get("/").text
    cycle = call_for_lists(draft, now, by=workshop.eve, approver="hr")
    hand_in(Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle, person=workshop.ada), now)
    assert "Approve lists of raters: Spring 360" in viewer.get("/").text


def test_hr_sees_how_far_the_lists_are(waiting: Subject, workshop: Cast, as_person: SignIn) -> None:
    page = as_person(workshop.eve).get(reverse("reviews:cycle", args=[waiting.cycle_id])).text
    assert "Waits for approval" in page
    assert "Possible before the deadline once every list is approved." in page
    assert Nomination.objects.count() == 3
