"""Who hands a report over, who reads it when, and who is told: coach, lead, HR, the subject alone, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import Releaser
from azimuth.workspace.home_queries import home
from tests.cast import Cast
from tests.conftest import NOW
from tests.reviews.finished import finished, subject_of

SignIn = Callable[[Person], Client]
COACHED = {"releaser": "coach", "readers": ["subject", "coach", "lead", "hr_partner"]}
CAST = ["ada", "bo", "cleo", "dan", "eve", "finn", "iris", "jon"]


def who_may_release(subject: Subject, cast: Cast) -> set[str]:
    return {who for who in CAST if policies.can_release(getattr(cast, who), subject)}


def who_reads(subject: Subject, cast: Cast) -> set[str]:
    """By policy, by query and by the audience that explains it, which must agree for everybody."""
    asked = {who for who in CAST if policies.can_read_report(getattr(cast, who), subject)}
    found = {who for who in CAST if Subject.objects.readable_by(getattr(cast, who)).filter(pk=subject.pk).exists()}
    named = {person.pk for audience in policies.READ_REPORT.audience(subject, on=NOW.date()).audiences for person in audience.people}
    assert asked == found == {who for who in CAST if getattr(cast, who).pk in named}
    return asked


@pytest.mark.parametrize(("rules", "may"), [
    ({"releaser": "hr"}, {"eve", "iris"}), ({"releaser": "lead"}, {"bo", "eve", "iris"}), (COACHED, {"dan"}), ({"releaser": "subject"}, set()),
])
def test_whom_the_cycle_names_releases(draft: ReviewCycle, workshop: Cast, now: datetime, rules: dict[str, object], may: set[str]) -> None:
    subject = subject_of(finished(draft, workshop, now, coach=workshop.dan, **rules), workshop.ada)

    assert who_may_release(subject, workshop) == may
    for who in set(CAST) - may:
        with pytest.raises(Denied):
            actions.release(subject.cycle, subjects=[subject.pk], by=getattr(workshop, who), at=now)


def test_the_coach_reads_first_then_the_subject_with_the_other_readers(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = finished(draft, workshop, now, coach=workshop.dan, **COACHED)
    assert who_reads(subject_of(cycle, workshop.ada), workshop) == {"dan"}

    actions.open_report(subject_of(cycle, workshop.ada), by=workshop.dan, at=now)
    actions.release(cycle, subjects=[subject_of(cycle, workshop.ada).pk], by=workshop.dan, at=now)

    assert who_reads(subject_of(cycle, workshop.ada), workshop) == {"dan", "ada", "bo", "eve", "iris"}
    assert Entry.objects.filter(action="reviews.read_report", actor_name=workshop.dan.name).count() == 1


def test_a_coach_who_only_reads_waits_for_the_release(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = finished(draft, workshop, now, coach=workshop.dan, readers=["subject", "coach"])
    assert who_reads(subject_of(cycle, workshop.ada), workshop) == set()

    actions.release(cycle, subjects=None, by=workshop.eve, at=now)

    assert who_reads(subject_of(cycle, workshop.ada), workshop) == {"ada", "dan"}


def test_a_coach_nobody_was_told_of_reads_nothing(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = finished(draft, workshop, now, coach=workshop.dan)
    actions.release(cycle, subjects=None, by=workshop.eve, at=now)

    assert who_reads(subject_of(cycle, workshop.ada), workshop) == {"ada"}


def test_raters_are_told_who_reads_when(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, **COACHED)
    draft.refresh_from_db()

    assert queries.readers_in_words(draft) == [
        "the subject's coach (before the subject)", "the subject", "the subject's lead (after the subject)", "the HR partner (after the subject)",
    ]


def test_a_coach_who_releases_must_be_a_reader_in_form_action_and_database(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    with pytest.raises(Refused, match="one of the readers"):
        actions.update(draft, seen=draft.version, by=workshop.eve, at=now, releaser="coach")
    with pytest.raises(IntegrityError, match="cycle_coach_who_releases_reads"), transaction.atomic():
        ReviewCycle.objects.filter(pk=draft.pk).update(releaser="coach")

    eve, url = as_person(workshop.eve), reverse("reviews:rules", args=[draft.pk])
    form = eve.get(url).context["form"]
    data = {name: value for name, field in form.fields.items() if (value := form.get_initial_for_field(field, name))}
    page = eve.post(url, {**data, "closes_on": "2030-01-01", "seen": draft.version, "releaser": "coach"})

    assert "tick the coach here too" in page.text


@pytest.mark.parametrize(("rules", "told", "url"), [
    (COACHED, "dan", "/reviews/reports/"), ({"releaser": "lead"}, "bo", "/reviews/#to-release"), ({"releaser": "subject"}, "ada", "/open/"),
])
def test_whoever_is_named_is_told_by_the_count_and_finds_it_at_home(
    draft: ReviewCycle, workshop: Cast, now: datetime, rules: dict[str, object], told: str, url: str
) -> None:
    cycle = finished(draft, workshop, now, coach=workshop.dan, **rules)
    person = getattr(workshop, told)

    waiting = [task for task in home(person, now).tasks if url in task.url]
    assert any(cycle.name in task.title for task in waiting)
    assert Mail.objects.filter(person=person, key__startswith="reviews.waiting").count() == 1

    subject = subject_of(cycle, workshop.ada)
    if told == "ada":
        actions.open_own(subject, by=person, at=now)
    else:
        actions.release(cycle, subjects=[subject.pk], by=person, at=now)
    assert not Notice.objects.filter(key=f"reviews.waiting:{subject.pk}", done_on=None).exists()


def test_hr_is_told_by_nobody_but_finds_it_at_home(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = finished(draft, workshop, now)

    assert not Notice.objects.filter(key__startswith="reviews.waiting").exists()
    assert [task.url for task in home(workshop.eve, now).tasks] == [f"/reviews/cycles/{cycle.pk}/"]


def test_hr_is_shown_what_has_no_lead_to_release_it(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = finished(draft, workshop, now, releaser="lead")
    assert home(workshop.eve, now).tasks == []

    Subject.objects.filter(person=workshop.bo).update(lead=None)
    assert [task.url for task in home(workshop.eve, now).tasks] == [f"/reviews/cycles/{cycle.pk}/"]
    actions.release(cycle, subjects=[subject_of(cycle, workshop.bo).pk], by=workshop.eve, at=now)
    assert home(workshop.eve, now).tasks == []


def test_what_releases_itself_is_out_when_it_is_counted(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    cycle = finished(draft, workshop, now, releaser="automatic")

    assert cycle.state == "released"
    assert not Subject.objects.filter(cycle=cycle, released_on=None).exists()
    assert list(Entry.objects.filter(action__in=["reviews.counted", "reviews.release"]).order_by("number").values_list("action", flat=True)) == ["reviews.counted", "reviews.release"]


# ---- the subject alone


@pytest.fixture
def alone(draft: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """Counted, and left to its subjects."""
    return finished(draft, workshop, now, releaser="subject", readers=["subject", "lead"])


def test_opening_is_the_release(alone: ReviewCycle, workshop: Cast, now: datetime) -> None:
    later = now + timedelta(days=9)
    assert who_reads(subject_of(alone, workshop.ada), workshop) == set()

    actions.open_own(subject_of(alone, workshop.ada), by=workshop.ada, at=later)
    actions.open_own(subject_of(alone, workshop.ada), by=workshop.ada, at=later + timedelta(days=1))

    subject = subject_of(alone, workshop.ada)
    assert (subject.released_on, subject.opened_on) == (later.date(), later.date())
    assert who_reads(subject, workshop) == {"ada", "bo"}
    assert Entry.objects.filter(action="reviews.open").count() == 1
    assert subject.cycle.state == "counted"  # Bo's still waits

    actions.open_own(subject_of(alone, workshop.bo), by=workshop.bo, at=later)
    assert ReviewCycle.objects.get(pk=alone.pk).state == "released"


@pytest.mark.parametrize("who", ["bo", "cleo", "eve", "iris"])
def test_nobody_else_opens_it(alone: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn, who: str) -> None:
    subject = subject_of(alone, workshop.ada)
    with pytest.raises(Denied):
        actions.open_own(subject, by=getattr(workshop, who), at=now)
    assert as_person(getattr(workshop, who)).post(reverse("reviews:open-report", args=[subject.pk])).status_code == 404


def test_where_others_release_nobody_opens_their_own(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    subject = subject_of(finished(draft, workshop, now), workshop.ada)
    with pytest.raises(Denied):
        actions.open_own(subject, by=workshop.ada, at=now)
    assert as_person(workshop.ada).post(reverse("reviews:open-report", args=[subject.pk])).status_code == 404


def test_the_page_says_what_opening_means_and_changes_nothing_by_itself(alone: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    subject, ada = subject_of(alone, workshop.ada), as_person(workshop.ada)
    url = reverse("reviews:open-report", args=[subject.pk])

    page = ada.get(url)
    assert "from then on it can be read by: the subject&#x27;s lead." in page.text
    assert "counts as its release" in page.text
    assert subject_of(alone, workshop.ada).released_on is None
    assert ada.get(reverse("reviews:report", args=[subject.pk])).status_code == 404

    assert ada.post(url).url == reverse("reviews:report", args=[subject.pk])
    assert ada.get(url).url == reverse("reviews:report", args=[subject.pk])
    assert ada.get(reverse("reviews:report", args=[subject.pk])).status_code == 200


# ---- pages


def test_a_coach_reads_and_releases_from_the_page(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    cycle = finished(draft, workshop, now, coach=workshop.dan, **COACHED)
    subject, dan = subject_of(cycle, workshop.ada), as_person(workshop.dan)

    mine = dan.get(reverse("reviews:mine")).text
    page = dan.get(reverse("reviews:report", args=[subject.pk])).text
    assert reverse("reviews:report", args=[subject.pk]) in mine
    assert "You read this first" in page
    assert reverse("reviews:release-one", args=[subject.pk]) in page
    assert "I want to grow in" not in page

    dan.post(reverse("reviews:release-one", args=[subject.pk]))
    assert "You read this first" not in dan.get(reverse("reviews:report", args=[subject.pk])).text
    assert Mail.objects.filter(key__startswith=f"reviews.released:{subject.pk}").count() == 1


@pytest.mark.parametrize(("rules", "shown"), [
    ({"releaser": "hr"}, "Release 2 reports"), ({"releaser": "lead"}, "in their stead"), (COACHED, "Coaches read the reports first"),
    ({"releaser": "subject"}, "open their reports themselves"),
])
def test_the_cycle_says_how_reports_reach_their_subjects(
    draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn, rules: dict[str, object], shown: str
) -> None:
    cycle = finished(draft, workshop, now, coach=workshop.dan, **rules)
    page = as_person(workshop.eve).get(reverse("reviews:cycle", args=[cycle.pk])).text
    assert shown in page
    assert ("Release 2 reports" in page) == (rules["releaser"] in {"hr", "lead"})


def test_every_releaser_has_words_that_say_what_follows(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    form = as_person(workshop.eve).get(reverse("reviews:rules", args=[draft.pk])).context["form"]
    assert {code for code, _words in form.fields["releaser"].choices} == set(Releaser.values)
    assert all(len(str(words)) > 40 for _code, words in form.fields["releaser"].choices)
