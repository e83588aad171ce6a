"""The subject says that they have read the report, and may say something to it: once, kept, for its readers."""

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
from azimuth.reviews import actions
from azimuth.reviews.models import Acknowledgement, ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.finished import finished, subject_of

SignIn = Callable[[Person], Client]


@pytest.fixture
def subject(draft: ReviewCycle, workshop: Cast, now: datetime) -> Subject:
    """Ada, whose lead may read her report."""
    cycle = finished(draft, workshop, now, readers=["subject", "lead"])
    actions.release(cycle, subjects=None, by=workshop.eve, at=now)
    return subject_of(cycle, workshop.ada)


def test_a_comment_is_given_at_once_or_once_later(subject: Subject, workshop: Cast, now: datetime) -> None:
    actions.acknowledge(subject, comment="", by=workshop.ada, at=now)
    actions.acknowledge(subject, comment="", by=workshop.ada, at=now + timedelta(days=1))
    actions.acknowledge(subject, comment="The handovers surprise me.", by=workshop.ada, at=now + timedelta(days=3))

    kept = Acknowledgement.objects.get()
    assert (kept.acknowledged_on, kept.comment, kept.commented_on) == (now.date(), "The handovers surprise me.", (now + timedelta(days=3)).date())
    with pytest.raises(Refused, match="kept as you wrote it"):
        actions.acknowledge(subject, comment="Something else.", by=workshop.ada, at=now)
    assert list(Entry.objects.filter(action="reviews.acknowledge").order_by("number").values_list("detail", flat=True)) == [{"commented": False}, {"commented": True}]


def test_what_the_subject_says_stands_nowhere_else(subject: Subject, workshop: Cast, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    actions.acknowledge(subject, comment="Canary in the comment.", by=workshop.ada, at=now)
    told = [f"{mail.subject} {mail.text}" for mail in Mail.objects.all()] + [f"{notice.title} {notice.text}" for notice in Notice.objects.all()]
    logged = [str(entry.detail) + entry.object_name for entry in Entry.objects.all()] + caplog.messages
    assert not any("Canary" in text for text in [*told, *logged])


def test_the_database_keeps_it(subject: Subject, workshop: Cast, now: datetime) -> None:
    actions.acknowledge(subject, comment="As I wrote it.", by=workshop.ada, at=now)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Acknowledgement.objects.update(comment="As I wish I had.")
    with pytest.raises(IntegrityError, match="acknowledgement_comment_has_a_day"), transaction.atomic():
        Acknowledgement.objects.create(subject=subject_of(subject.cycle, workshop.bo), acknowledged_on=now.date(), comment="No day.")


@pytest.mark.parametrize("who", ["bo", "cleo", "eve"])
def test_only_the_subject_acknowledges(subject: Subject, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.acknowledge(subject, comment="", by=getattr(workshop, who), at=now)


def test_nothing_is_acknowledged_before_the_release(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    subject = subject_of(finished(draft, workshop, now), workshop.ada)
    with pytest.raises(Denied):
        actions.acknowledge(subject, comment="", by=workshop.ada, at=now)


def test_readers_of_the_report_read_the_comment_and_hr_only_that_it_was_read(subject: Subject, workshop: Cast, as_person: SignIn) -> None:
    ada, url = as_person(workshop.ada), reverse("reviews:report", args=[subject.pk])
    assert "Besides you it is read by: the subject&#x27;s lead." in ada.get(url).text

    ada.post(reverse("reviews:acknowledge", args=[subject.pk]), {"comment": "I had <b>no</b> idea."})

    assert "I had &lt;b&gt;no&lt;/b&gt; idea." in ada.get(url).text
    assert "I had &lt;b&gt;no&lt;/b&gt; idea." in as_person(workshop.bo).get(url).text
    listed = as_person(workshop.eve).get(reverse("reviews:cycle", args=[subject.cycle_id])).text
    assert "idea" not in listed
    assert "Acknowledged" in listed


@pytest.mark.parametrize("comment", ["x" * 2001, "🪁" * 2001])
def test_too_long_a_comment_is_refused_and_not_lost(subject: Subject, workshop: Cast, as_person: SignIn, comment: str) -> None:
    page = as_person(workshop.ada).post(reverse("reviews:acknowledge", args=[subject.pk]), {"comment": comment})
    assert page.status_code == 422
    assert comment in page.text
    assert not Acknowledgement.objects.exists()


def test_signs_nobody_sees_are_no_comment(subject: Subject, workshop: Cast, as_person: SignIn) -> None:
    as_person(workshop.ada).post(reverse("reviews:acknowledge", args=[subject.pk]), {"comment": " \x00\x07\u202e \n"})
    assert Acknowledgement.objects.get().comment == ""
