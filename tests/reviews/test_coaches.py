"""Coaches are named by those who run the cycle: one by one, or for all on a list; before the launch and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Notice
from azimuth.people.models import Grant, Person
from azimuth.people.states import Role
from azimuth.reviews import actions, queries
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.workspace.home_queries import home
from tests.cast import Cast
from tests.reviews.finished import finished, subject_of
from tests.reviews.test_release import COACHED, who_reads

SignIn = Callable[[Person], Client]


def coaches(cycle: ReviewCycle) -> dict[str, str | None]:
    return dict(cycle.subjects.values_list("person__name", "coach__name"))


def keys(cycle: ReviewCycle) -> list[object]:
    return list(cycle.subjects.values_list("pk", flat=True))


def test_one_coach_for_many_and_never_for_themselves(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    assert actions.assign_coach(draft, subjects=keys(draft), coach=workshop.bo, by=workshop.eve, at=now) == 1
    assert coaches(draft) == {"Ada Novak": "Bo Lindqvist", "Bo Lindqvist": None}
    assert actions.assign_coach(draft, subjects=keys(draft), coach=workshop.dan, by=workshop.eve, at=now) == 2
    assert actions.assign_coach(draft, subjects=keys(draft), coach=workshop.dan, by=workshop.eve, at=now) == 0
    assert actions.assign_coach(draft, subjects=keys(draft)[:1], coach=None, by=workshop.eve, at=now) == 1
    assert Entry.objects.filter(action="reviews.assign_coach").count() == 3
    with pytest.raises(IntegrityError, match="subject_not_their_own_coach"), transaction.atomic():
        Subject.objects.filter(person=workshop.ada).update(coach=workshop.ada)


def test_a_page_seen_before_no_longer_launches(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.assign_coach(draft, subjects=keys(draft), coach=workshop.dan, by=workshop.eve, at=now)
    with pytest.raises(Refused, match="changed this draft"):
        actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)


@pytest.mark.parametrize("who", ["ada", "bo", "dan", "finn", "jon"])
def test_others_name_no_coaches(draft: ReviewCycle, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.assign_coach(draft, subjects=keys(draft), coach=workshop.dan, by=getattr(workshop, who), at=now)


def test_somebody_who_left_is_no_coach(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="does not work here"):
        actions.assign_coach(draft, subjects=keys(draft), coach=workshop.gus, by=workshop.eve, at=now)


def test_nobody_opens_reports_to_themselves_after_the_launch(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="Ask another HR person"):
        actions.assign_coach(launched, subjects=keys(launched), coach=workshop.eve, by=workshop.eve, at=now)
    assert actions.assign_partners(launched, subjects=keys(launched), by=workshop.eve, at=now) == 0
    assert actions.assign_partners(launched, subjects=keys(launched), by=workshop.iris, at=now) == 2


def test_nobody_names_the_coach_of_their_own_report(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Person.objects.filter(pk=workshop.iris.pk).update(unit=workshop.workshop)
    actions.add_subjects(draft, people=[workshop.iris.pk], by=workshop.eve, at=now)
    actions.assign_coach(draft, subjects=keys(draft), coach=workshop.dan, by=workshop.iris, at=now)
    assert coaches(draft) == {"Ada Novak": "Dan Moreau", "Bo Lindqvist": "Dan Moreau", "Iris Okafor": None}


def test_the_nearest_hr_partner_is_proposed(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Grant.objects.create(person=workshop.finn, role=Role.HR_PARTNER, unit=workshop.company, starts_on=now.date())
    partners = queries.partners_of(draft.subjects.all(), now.date())
    assert {partner.name for partner in partners.values()} == {"Eve Castellano"}

    Grant.objects.filter(person=workshop.eve).update(ends_on=now.date())
    partners = queries.partners_of(draft.subjects.all(), now.date())
    assert {partner.name for partner in partners.values()} == {"Finn Aaltonen"}


def test_without_a_coach_is_said_before_the_launch_and_mended_after_the_count(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, **COACHED)
    draft.refresh_from_db()
    eve = as_person(workshop.eve)
    eve.post(reverse("reviews:rehearse", args=[draft.pk]))
    assert "2 subjects have no coach" in eve.get(reverse("reviews:summary", args=[draft.pk])).text

    cycle = finished(draft, workshop, now)
    assert "2 reports wait for a coach" in as_person(workshop.eve).get(reverse("reviews:cycle", args=[cycle.pk])).text
    assert [task.url for task in home(workshop.eve, now).tasks] == [f"/reviews/cycles/{cycle.pk}/coaches/?coached=no"]
    assert not Notice.objects.filter(key__startswith="reviews.waiting").exists()

    actions.assign_coach(cycle, subjects=keys(cycle), coach=workshop.dan, by=workshop.eve, at=now)
    assert Notice.objects.filter(key__startswith="reviews.waiting", person=workshop.dan, done_on=None).count() == 2
    assert who_reads(subject_of(cycle, workshop.ada), workshop) == {"dan"}

    actions.assign_coach(cycle, subjects=keys(cycle), coach=workshop.finn, by=workshop.eve, at=now)
    assert not Notice.objects.filter(key__startswith="reviews.waiting", person=workshop.dan).exists()
    assert who_reads(subject_of(cycle, workshop.ada), workshop) == {"finn"}
    assert home(workshop.eve, now).tasks == []


def test_one_click_of_the_rehearsal_names_the_hr_partners(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    draft = actions.update(draft, seen=draft.version, by=workshop.eve, at=now, **COACHED)
    assert [problem.code for problem in queries.rehearse(draft, now).problems if problem.code == "without_coach"] == ["without_coach"]

    assert actions.remedy(draft, "without_coach", seen=draft.version, by=workshop.iris, at=now) == 2

    assert set(coaches(draft).values()) == {"Eve Castellano"}
    draft.refresh_from_db()
    assert queries.rehearsal_of(draft) is not None
    assert "without_coach" not in [problem.code for problem in queries.rehearse(draft, now).problems]


@pytest.mark.parametrize(("rules", "seen"), [
    (COACHED, "the coach, then Ada, then Bo, HR"), ({"readers": ["subject", "coach"]}, "Ada, then the coach"), ({"readers": ["subject"]}, "Ada, then Bo if it is shared"),
])
def test_the_rehearsal_says_who_reads_in_which_order(draft: ReviewCycle, workshop: Cast, now: datetime, rules: dict[str, object], seen: str) -> None:
    draft = actions.update(draft, seen=draft.version, by=workshop.eve, at=now, **rules)
    assert queries.visibility(draft, name="Ada", lead="Bo") == seen


def test_ticked_or_all_on_the_list(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    eve, url = as_person(workshop.eve), reverse("reviews:assign-coach", args=[draft.pk])
    ada, bo = (str(subject_of(draft, person).pk) for person in (workshop.ada, workshop.bo))

    eve.post(url, {"as": "coach", "coach": str(workshop.dan.pk), "subject": [ada]})
    assert coaches(draft) == {"Ada Novak": "Dan Moreau", "Bo Lindqvist": None}

    eve.post(f"{url}?coached=no", {"as": "coach", "coach": str(workshop.finn.pk), "whom": "listed"})
    assert coaches(draft) == {"Ada Novak": "Dan Moreau", "Bo Lindqvist": "Finn Aaltonen"}

    eve.post(url, {"as": "partners", "subject": [ada]})
    eve.post(url, {"as": "nobody", "subject": [bo]})
    assert coaches(draft) == {"Ada Novak": "Eve Castellano", "Bo Lindqvist": None}


@pytest.mark.parametrize("data", [{"as": "coach", "coach": "x"}, {"as": "coach"}, {"as": "nobody", "subject": "1; drop table"}])
def test_what_no_page_of_ours_sends_is_a_bad_request(draft: ReviewCycle, workshop: Cast, as_person: SignIn, data: dict[str, str]) -> None:
    assert as_person(workshop.eve).post(reverse("reviews:assign-coach", args=[draft.pk]), data).status_code == 400


def test_a_coach_is_found_by_name(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    eve, url = as_person(workshop.eve), reverse("reviews:coaches", args=[draft.pk])
    assert "Choose Dan Moreau" in eve.get(url, {"who": "moreau"}).text
    assert "Nobody matches" in eve.get(url, {"who": "zz\x00z"}).text
    assert "Dan Moreau is to be the coach" in eve.get(url, {"coach": str(workshop.dan.pk)}).text
    assert eve.get(url, {"coach": "nonsense"}).status_code == 400
