"""A report shown to lead or coach and taken back: page and PDF open and close at once."""

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
from azimuth.people.models import Person, ReportingLine
from azimuth.reviews import actions
from azimuth.reviews.models import Report, ReportPdf, ReportShare, ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.finished import finished, subject_of
from tests.reviews.test_pages import _bare
from tests.reviews.test_release import who_reads

SignIn = Callable[[Person], Client]


@pytest.fixture
def subject(draft: ReviewCycle, workshop: Cast, now: datetime) -> Subject:
    """Ada, who alone reads her report; Dan is her coach."""
    cycle = finished(draft, workshop, now, coach=workshop.dan)
    actions.release(cycle, subjects=None, by=workshop.eve, at=now)
    ReportPdf.objects.bulk_create(ReportPdf(report=report, language="en", file=b"%PDF-1.7") for report in Report.objects.all())
    return subject_of(cycle, workshop.ada)


def opens(client: Client, subject: Subject) -> list[int]:
    return [client.get(reverse(f"reviews:{name}", args=[subject.pk])).status_code for name in ("report", "report-pdf", "guide")]


@pytest.mark.parametrize("who", ["bo", "dan"])
def test_the_other_reads_page_pdf_and_guide_until_it_is_taken_back(subject: Subject, workshop: Cast, as_person: SignIn, who: str) -> None:
    other, ada = getattr(workshop, who), as_person(workshop.ada)
    assert opens(as_person(other), subject) == [404, 404, 404]

    ada.post(reverse("reviews:share", args=[subject.pk, other.pk]))
    assert opens(as_person(other), subject) == [200, 200, 200]
    assert who_reads(subject, workshop) == {"ada", who}
    assert f"{other.name}, to whom the subject shows it" in ada.get(reverse("reviews:report", args=[subject.pk])).text

    ada.post(reverse("reviews:take-back", args=[subject.pk, ReportShare.objects.get().pk]))
    gone = as_person(other).get(reverse("reviews:report", args=[subject.pk]))
    absent = as_person(other).get(reverse("reviews:report", args=[other.pk]))
    assert opens(as_person(other), subject) == [404, 404, 404]
    assert _bare(gone.content).replace(str(subject.pk).encode(), b"") == _bare(absent.content).replace(str(other.pk).encode(), b"")


def test_the_other_is_told_once_and_the_notice_goes_when_it_is_taken_back(subject: Subject, workshop: Cast, now: datetime) -> None:
    first = actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now)
    assert actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now) == first
    assert Notice.objects.filter(person=workshop.bo, key__startswith="reviews.shared").count() == 1
    assert Mail.objects.filter(person=workshop.bo, key__startswith="reviews.shared").count() == 1

    actions.take_back(first, by=workshop.ada, at=now)
    actions.take_back(first, by=workshop.ada, at=now + timedelta(days=1))
    assert not Notice.objects.filter(key__startswith="reviews.shared").exists()
    assert ReportShare.objects.get().taken_back_on == now.date()

    actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now)
    assert Notice.objects.filter(person=workshop.bo, key__startswith="reviews.shared").count() == 1
    assert list(Entry.objects.filter(action__in=["reviews.share", "reviews.take_back"]).order_by("number").values_list("action", "detail")) == [
        ("reviews.share", {"role": "lead"}), ("reviews.take_back", {"role": "lead"}), ("reviews.share", {"role": "lead"}),
    ]


@pytest.mark.parametrize("who", ["cleo", "eve", "ada"])
def test_only_lead_and_coach_are_shown_a_report(subject: Subject, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Refused):
        actions.share(subject, with_=getattr(workshop, who), by=workshop.ada, at=now)
    assert not ReportShare.objects.exists()


@pytest.mark.parametrize("who", ["bo", "dan", "eve", "iris"])
def test_only_the_subject_shares_and_takes_back(subject: Subject, workshop: Cast, now: datetime, who: str) -> None:
    share = actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now)
    with pytest.raises(Denied):
        actions.share(subject, with_=workshop.dan, by=getattr(workshop, who), at=now)
    with pytest.raises(Denied):
        actions.take_back(share, by=getattr(workshop, who), at=now)


def test_a_report_is_not_shown_before_it_is_released(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    subject = subject_of(finished(draft, workshop, now, coach=workshop.dan), workshop.ada)
    with pytest.raises(Denied, match="not released"):
        actions.share(subject, with_=workshop.dan, by=workshop.ada, at=now)


def test_whoever_reads_it_anyway_need_not_be_shown(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    cycle = finished(draft, workshop, now, readers=["subject", "lead"])
    actions.release(cycle, subjects=None, by=workshop.eve, at=now)
    subject = subject_of(cycle, workshop.ada)
    with pytest.raises(Refused, match="can read it already"):
        actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now)
    assert "can read it: the cycle says so" in as_person(workshop.ada).get(reverse("reviews:report", args=[subject.pk])).text


def test_a_share_ends_when_the_other_no_longer_leads(subject: Subject, workshop: Cast, now: datetime) -> None:
    actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now)
    ReportingLine.objects.filter(person=workshop.ada).update(ends_on=now.date())
    ReportingLine.objects.create(person=workshop.ada, lead=workshop.dan, starts_on=now.date())

    assert who_reads(subject, workshop) == {"ada"}
    actions.share(subject, with_=workshop.dan, by=workshop.ada, at=now)
    assert who_reads(subject, workshop) == {"ada", "dan"}


def test_a_share_ends_when_the_other_no_longer_coaches(subject: Subject, workshop: Cast, now: datetime) -> None:
    actions.share(subject, with_=workshop.dan, by=workshop.ada, at=now)
    assert who_reads(subject, workshop) == {"ada", "dan"}

    actions.assign_coach(subject.cycle, subjects=[subject.pk], coach=workshop.finn, by=workshop.eve, at=now)
    assert who_reads(subject_of(subject.cycle, workshop.ada), workshop) == {"ada"}


def test_the_database_keeps_a_share_as_it_was(subject: Subject, workshop: Cast, now: datetime) -> None:
    share = actions.share(subject, with_=workshop.bo, by=workshop.ada, at=now)
    rows = ReportShare.objects.filter(pk=share.pk)
    with pytest.raises(IntegrityError, match="share_once_at_a_time"), transaction.atomic():
        ReportShare.objects.create(subject=subject, shared_with=workshop.bo, role="lead", shared_on=now.date())
    with pytest.raises(IntegrityError, match="taken back"), transaction.atomic():
        rows.update(shared_with=workshop.cleo)
    actions.take_back(share, by=workshop.ada, at=now)
    with pytest.raises(IntegrityError, match="taken back"), transaction.atomic():
        rows.update(taken_back_on=None)
