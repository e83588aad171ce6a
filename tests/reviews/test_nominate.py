"""Choosing raters: who may be put on a list and who cannot, handing it in, taking it back; whoever clicks, however often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person, ReportingLine
from azimuth.reviews import actions, queries
from azimuth.reviews.models import Assignment, ExternalRater, Nomination, ReviewCycle, Subject
from azimuth.reviews.states import LIST_TRANSITIONS, ListState
from tests.cast import Cast
from tests.cast import person as somebody
from tests.reviews.conftest import call_for_lists

SignIn = Callable[[Person], Client]


def names(subject: Subject) -> list[str]:
    return [entry.name for entry in queries.list_of(Subject.objects.select_related("cycle", "person").get(pk=subject.pk)).entries]


def nominate(subject: Subject, *people: Person, by: Person | None = None, at: datetime) -> None:
    for rater in people:
        actions.nominate(subject, rater=rater, by=by or subject.person, at=at)


def named(*first: str) -> list[Person]:
    return [Person.objects.get(name__startswith=f"{name} ") for name in first]


def seen(subject: Subject) -> str:
    return queries.list_of(Subject.objects.select_related("cycle", "person").get(pk=subject.pk)).seen


def hand_in(subject: Subject, at: datetime, *, by: Person | None = None) -> Subject:
    """Three peers, proposed."""
    nominate(subject, *named("Cleo", "Per", "Quim"), by=by, at=at)
    return actions.propose(subject, seen=seen(subject), by=by or subject.person, at=at)


# ---- who can be chosen


def test_somebody_is_put_on_the_list_in_the_group_the_reporting_line_says(her_list: Subject, workshop: Cast, now: datetime) -> None:
    nominate(her_list, workshop.cleo, at=now)

    row = Nomination.objects.get()
    assert (row.rater, row.group, row.is_added, row.proposed_by) == (workshop.cleo, "peer", True, workshop.ada)
    assert Entry.objects.filter(action="reviews.nominate").count() == 1


def test_twice_is_once_and_off_is_undone(her_list: Subject, workshop: Cast, now: datetime) -> None:
    nominate(her_list, workshop.cleo, workshop.cleo, at=now)
    assert names(her_list) == ["Cleo Brandt"]

    for _again in range(2):
        actions.take_off(her_list, asked=workshop.cleo.pk, by=workshop.ada, at=now)
    assert not Nomination.objects.exists()
    nominate(her_list, workshop.cleo, at=now)
    assert names(her_list) == ["Cleo Brandt"]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("Ada", "answers the self form"), ("Bo", "asked as Manager"), ("Tor", "asked anyway, as a direct report"), ("Gus", "does not work here"),
    ],
)
def test_some_are_asked_anyway_or_cannot_be(her_list: Subject, now: datetime, who: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        nominate(her_list, *named(who), at=now)
    assert not Nomination.objects.exists()


def test_no_more_than_the_most(her_list: Subject, now: datetime) -> None:
    nominate(her_list, *named("Cleo", "Per", "Quim", "Rut", "Sol"), at=now)
    with pytest.raises(Refused, match="is full with 5"):
        nominate(her_list, *named("Dan"), at=now)


def test_nobody_is_chosen_for_more_forms_than_the_limit(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = call_for_lists(draft, now, by=workshop.eve, rater_limit=1)
    mine, his = (Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=who) for who in (workshop.ada, workshop.bo))
    nominate(his, workshop.dan, at=now)

    with pytest.raises(Refused, match="chosen for 1 form already"):
        nominate(mine, workshop.dan, at=now)
    actions.take_off(his, asked=workshop.dan.pk, by=workshop.bo, at=now)
    nominate(mine, workshop.dan, at=now)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_never_pass_a_limit_together(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = call_for_lists(draft, now, by=workshop.eve, rater_limit=1)
    mine, his = (Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=who) for who in (workshop.ada, workshop.bo))
    refusals: list[str] = []

    def in_another_process() -> None:
        try:
            nominate(mine, workshop.dan, at=now)
        except Refused as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    other = threading.Thread(target=in_another_process)
    with transaction.atomic():
        nominate(his, workshop.dan, at=now)
        other.start()
        while other.is_alive() and not somebody_waits():
            pass
    other.join()
    assert refusals == ["Dan Moreau cannot be chosen: has been chosen for 1 form already, the most there may be."]
    assert Nomination.objects.count() == 1


def somebody_waits() -> bool:
    """Whether a session of this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())")
        return cursor.fetchone()[0]


def test_pairs_who_only_rate_each_other_are_few(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.add_subjects(draft, people=[workshop.cleo.pk, *(one.pk for one in named("Per"))], by=workshop.eve, at=now)
    cycle = call_for_lists(draft, now, by=workshop.eve, mutual_limit=1)
    lists = {subject.person.name.split()[0]: subject for subject in cycle.subjects.select_related("cycle__scope", "person")}
    for name in ("Cleo", "Per"):
        nominate(lists[name], workshop.ada, at=now)
    nominate(lists["Ada"], workshop.cleo, at=now)

    with pytest.raises(Refused, match="chosen Ada Novak too"):
        nominate(lists["Ada"], *named("Per"), at=now)
    nominate(lists["Ada"], *named("Quim"), at=now)


def test_where_direct_reports_are_proposed_only_they_stand_there(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = call_for_lists(draft, now, by=workshop.eve, nominated=["report"], sizes={"peer": [0, 8], "report": [5, 8], "external": [0, 2]})
    mine = Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=workshop.ada)
    with pytest.raises(Refused, match="not proposed by hand"):
        nominate(mine, workshop.cleo, at=now)
    nominate(mine, *named("Tor", "Una", "Vic"), at=now)
    assert actions.propose(mine, seen=seen(mine), by=workshop.ada, at=now).list_state == ListState.PROPOSED  # five are wanted, but she has three


def test_somebody_from_outside_is_named_by_address_once(her_list: Subject, workshop: Cast, now: datetime) -> None:
    for name, email in (("Hana Sato", "hana@client.example"), ("Hana", "HANA@client.example")):
        actions.nominate_external(her_list, name=name, email=email, language="de", by=workshop.ada, at=now)
    assert names(her_list) == ["Hana Sato"]
    assert ExternalRater.objects.get().language == "de"

    actions.nominate_external(her_list, name="Ivo", email="ivo@client.example", language="en", by=workshop.ada, at=now)
    with pytest.raises(Refused, match="2 people from outside"):
        actions.nominate_external(her_list, name="Jo", email="jo@client.example", language="en", by=workshop.ada, at=now)


def test_somebody_from_outside_who_is_taken_off_is_forgotten(her_list: Subject, workshop: Cast, now: datetime) -> None:
    actions.nominate_external(her_list, name="Hana Sato", email="hana@client.example", language="en", by=workshop.ada, at=now)
    actions.take_off(her_list, asked=ExternalRater.objects.get().pk, by=workshop.ada, at=now)
    assert not ExternalRater.objects.exists()


def test_an_address_of_somebody_inside_is_refused(her_list: Subject, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="Dan Moreau works here"):
        actions.nominate_external(her_list, name="D. M.", email="Dan@example.org", language="en", by=workshop.ada, at=now)


def test_nobody_from_outside_where_the_cycle_asks_none(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = call_for_lists(draft, now, by=workshop.eve, groups=["self", "manager", "peer"], nominated=["peer"])
    mine = Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=workshop.ada)
    with pytest.raises(Refused, match="Nobody from outside"):
        actions.nominate_external(mine, name="Hana", email="hana@client.example", language="en", by=workshop.ada, at=now)


# ---- handing in


def test_it_is_handed_in_and_the_lead_is_told(her_list: Subject, workshop: Cast, now: datetime) -> None:
    subject = hand_in(her_list, now)

    assert subject.list_state == ListState.PROPOSED
    assert not Notice.objects.filter(person=workshop.ada, done_on=None).exists()
    assert Notice.objects.filter(person=workshop.bo, done_on=None, key__contains=":approve:").count() == 1
    assert Entry.objects.get(action="reviews.propose").detail == {"raters": 3}
    assert "Cleo" not in " ".join(Mail.objects.values_list("text", flat=True)) + " ".join(Notice.objects.values_list("text", flat=True))
    assert actions.propose(her_list, seen="whatever", by=workshop.ada, at=now).list_state == ListState.PROPOSED  # twice


def test_a_list_too_short_stays(her_list: Subject, workshop: Cast, now: datetime) -> None:
    nominate(her_list, *named("Cleo", "Per"), at=now)
    with pytest.raises(Refused, match="Peers: 1 more"):
        actions.propose(her_list, seen=seen(her_list), by=workshop.ada, at=now)


def test_a_stale_page_hands_nothing_in(her_list: Subject, workshop: Cast, now: datetime) -> None:
    nominate(her_list, *named("Cleo", "Per", "Quim"), at=now)
    before = seen(her_list)
    nominate(her_list, *named("Rut"), at=now)  # in another tab
    with pytest.raises(actions.StaleList):
        actions.propose(her_list, seen=before, by=workshop.ada, at=now)


def test_it_is_taken_back_and_changed(her_list: Subject, workshop: Cast, now: datetime) -> None:
    hand_in(her_list, now)
    with pytest.raises(Denied, match="Take it back"):
        nominate(her_list, *named("Rut"), at=now)

    actions.take_list_back(her_list, by=workshop.ada, at=now)

    assert not Notice.objects.filter(person=workshop.bo, done_on=None, key__contains=":approve:").exists()
    nominate(her_list, *named("Rut"), at=now)


def test_without_an_approver_a_list_is_final_and_can_be_opened_again(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = call_for_lists(draft, now, by=workshop.eve, approver="nobody")
    mine = Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=workshop.ada)
    assert hand_in(mine, now).list_state == ListState.APPROVED
    assert actions.take_list_back(mine, by=workshop.ada, at=now).list_state == ListState.CHOOSING


@pytest.mark.parametrize("who", ["bo", "cleo", "dan", "finn", "jon"])
def test_nobody_else_hands_a_list_in(her_list: Subject, workshop: Cast, now: datetime, who: str) -> None:
    nominate(her_list, *named("Cleo", "Per", "Quim"), at=now)
    with pytest.raises(Denied):
        actions.propose(her_list, seen=seen(her_list), by=getattr(workshop, who), at=now)


@pytest.mark.parametrize("who", ["cleo", "dan", "finn", "jon"])
def test_nobody_else_changes_a_list(her_list: Subject, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        nominate(her_list, workshop.cleo, by=getattr(workshop, who), at=now)


def test_hr_may_step_in_but_not_for_themselves(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Person.objects.filter(pk=workshop.eve.pk).update(unit=workshop.workshop)
    actions.add_subjects(draft, people=[workshop.eve.pk], by=workshop.iris, at=now)
    cycle = call_for_lists(draft, now, by=workshop.iris, nominator="hr", approver="nobody")
    mine, hers = (Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=who) for who in (workshop.eve, workshop.ada))
    nominate(hers, workshop.cleo, by=workshop.eve, at=now)
    with pytest.raises(Denied):
        nominate(mine, workshop.cleo, at=now)


def test_after_the_deadline_nothing_changes_even_when_no_worker_ran(her_list: Subject, workshop: Cast, now: datetime) -> None:
    late = now + timedelta(weeks=1)
    for deed in (
        lambda: nominate(her_list, workshop.cleo, at=late), lambda: actions.propose(her_list, seen=seen(her_list), by=workshop.ada, at=late),
        lambda: actions.take_off(her_list, asked=workshop.cleo.pk, by=workshop.bo, at=late), lambda: actions.take_list_back(her_list, by=workshop.ada, at=late),
    ):
        with pytest.raises(Denied, match="The time to propose raters is over"):
            deed()


def test_lists_move_as_the_table_of_states_says() -> None:
    assert {state for after in LIST_TRANSITIONS.values() for state in after} == set(LIST_TRANSITIONS) == set(ListState)


# ---- suggestions


def test_suggestions_say_why_and_leave_out_who_is_asked_anyway(her_list: Subject, workshop: Cast, now: datetime) -> None:
    ReportingLine.objects.create(person=workshop.ada, lead=workshop.dan, kind="dotted", starts_on=now.date())
    nominate(her_list, *named("Per"), at=now)

    suggested = queries.candidates_for(queries.list_of(her_list), "", workshop.ada, on=now.date()).suggested

    reasons = {candidate.person.name: candidate.reason for candidate in suggested}
    assert reasons["Cleo Brandt"] == "reports to Bo Lindqvist too · works in Workshop too"
    assert reasons["Dan Moreau"] == "dotted line"
    assert not {"Ada Novak", "Bo Lindqvist", "Tor Lund", "Per Holm", "Gus Petrov"} & set(reasons)


def test_an_earlier_cycle_suggests_only_what_the_viewer_knows_already(nominating: ReviewCycle, her_list: Subject, workshop: Cast, now: datetime) -> None:
    earlier = actions.create(name="Autumn 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=nominating.questionnaire)
    old = Subject.objects.create(cycle=earlier, person=workshop.ada, list_state="approved")
    far = [somebody(name, workshop.harbour, "Pilot", workshop.dan) for name in ("Xia Ode", "Yan Pol", "Zoe Ruh", "Wim Tas")]
    Nomination.objects.create(subject=old, rater=far[0], group="peer", is_added=True, proposed_by=workshop.ada, proposed_on=now.date())
    Nomination.objects.create(subject=old, rater=far[1], group="peer", is_added=True, proposed_by=workshop.bo, proposed_on=now.date())
    other = Subject.objects.create(cycle=earlier, person=far[2])
    Assignment.objects.create(subject=other, rater=workshop.ada, group="peer", state="counted", ticket=None)
    Assignment.objects.create(subject=old, rater=far[3], group="peer", state="counted", ticket=None)
    ReviewCycle.objects.filter(pk=earlier.pk).update(nominator="subject", launched_on=now.date())

    def suggested(viewer: Person) -> dict[str, str]:
        return {one.person.name: one.reason for one in queries.candidates_for(queries.list_of(her_list), "", viewer, on=now.date()).suggested}

    mine = suggested(workshop.ada)
    assert mine["Xia Ode"] == "on the list of Autumn 360"
    assert mine["Zoe Ruh"] == "you were asked about them in Autumn 360"
    assert not {"Yan Pol", "Wim Tas"} & set(mine)
    assert {"Xia Ode", "Yan Pol"} <= set(suggested(workshop.eve))
    assert "Zoe Ruh" not in suggested(workshop.eve)


# ---- pages


@pytest.fixture
def running(draft: ReviewCycle, workshop: Cast) -> Subject:
    """Ada's list by the clock on the wall: pages ask it."""
    cycle = call_for_lists(draft, timezone.now(), by=workshop.eve)
    return Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=workshop.ada)


def test_without_script_a_list_is_chosen_and_handed_in(running: Subject, workshop: Cast, as_person: SignIn) -> None:
    ada, url = as_person(workshop.ada), reverse("reviews:list", args=[running.pk])
    home = ada.get("/").text
    assert "Propose who gives you feedback: Spring 360" in home
    assert url in home

    for rater in named("Cleo", "Per", "Quim"):
        page = ada.get(url, {"q": rater.name})
        assert f"Add {rater.name}" in page.text
        back = ada.post(reverse("reviews:nominate", args=[running.pk]), {"rater": rater.pk, "q": rater.name})
        assert back.url.startswith(url)
    done = ada.post(reverse("reviews:propose", args=[running.pk]), {"seen": seen(running)}, follow=True)

    assert "The list is handed in" in done.text
    assert "Propose who gives you feedback" not in ada.get("/").text
    assert "Approve lists of raters: Spring 360" in as_person(workshop.bo).get("/").text


def test_why_somebody_cannot_be_chosen_stands_beside_the_name(running: Subject, workshop: Cast, as_person: SignIn) -> None:
    page = as_person(workshop.ada).get(reverse("reviews:list", args=[running.pk]), {"q": "lindqvist"})
    assert "is the lead, and is asked as Manager" in page.text
    assert "Add Bo Lindqvist" not in page.text


def test_a_search_answers_script_with_its_part_alone(running: Subject, workshop: Cast, as_person: SignIn) -> None:
    part = as_person(workshop.ada).get(reverse("reviews:list", args=[running.pk]), {"q": "dan"}, headers={"HX-Request": "true"})
    assert "Add Dan Moreau" in part.text
    assert "<html" not in part.text


def test_a_refusal_comes_back_as_the_list_with_the_reason(running: Subject, workshop: Cast, as_person: SignIn) -> None:
    ada = as_person(workshop.ada)
    refused = ada.post(reverse("reviews:nominate", args=[running.pk]), {"rater": workshop.bo.pk})
    stale = ada.post(reverse("reviews:propose", args=[running.pk]), {"seen": "an old one"})

    assert refused.status_code == stale.status_code == 409
    assert "Bo Lindqvist cannot be chosen: is the lead, and is asked as Manager." in refused.text
    assert "has changed since you opened it" in stale.text


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 201}, {"email": "no address"}, {"email": "a@b"}, {"email": ""}, {"language": "xx"}, {"email": "dan@example.org"}],
)
def test_bad_words_about_somebody_outside_are_named_and_kept(running: Subject, workshop: Cast, as_person: SignIn, wrong: dict[str, str]) -> None:
    typed = {"name": "Hana Sato", "email": "hana@client.example", "language": "en", **wrong}
    page = as_person(workshop.ada).post(reverse("reviews:nominate-external", args=[running.pk]), typed)
    assert page.status_code in {409, 422}
    assert (typed["name"] or typed["email"]) in page.text
    assert not ExternalRater.objects.exists()


@pytest.mark.parametrize("name", ["Ha\u202ena", "<b>Hana</b>", "=HYPERLINK(1)", "🦊 Hana", "**Hana**", "هناء"])
def test_odd_names_are_kept_harmless(running: Subject, workshop: Cast, as_person: SignIn, name: str) -> None:
    ada = as_person(workshop.ada)
    ada.post(reverse("reviews:nominate-external", args=[running.pk]), {"name": name, "email": "hana@client.example", "language": "en"})
    assert ExternalRater.objects.get().name == name.replace("\u202e", "")
    page = ada.get(reverse("reviews:list", args=[running.pk])).text
    assert "<b>Hana" not in page


def test_a_rater_nobody_sent_is_a_bad_request(running: Subject, workshop: Cast, as_person: SignIn) -> None:
    assert as_person(workshop.ada).post(reverse("reviews:nominate", args=[running.pk]), {"rater": "'; drop table"}).status_code == 400


def test_a_list_page_asks_a_constant_number_of_questions(running: Subject, workshop: Cast, as_person: SignIn, django_assert_max_num_queries: Callable[..., object]) -> None:
    now = timezone.now()
    nominate(running, *named("Cleo", "Per", "Quim", "Rut", "Sol"), at=now)
    ada, url = as_person(workshop.ada), reverse("reviews:list", args=[running.pk])
    ada.get(url)
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        ada.get(url, {"q": "a"})
