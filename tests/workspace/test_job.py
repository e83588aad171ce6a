"""Watching long work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from azimuth.jobs import actions
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]


@pytest.fixture
def job(cast: Cast, now: datetime) -> Job:
    """Ada counts stars."""
    return actions.start("tests.nothing", key="stars", title="Counting stars", by=cast.ada, at=now, next_url="/stars/")


def become(job: Job, **values: Any) -> None:
    Job.objects.filter(pk=job.pk).update(**values)


def test_it_says_how_far_the_work_is_and_asks_again(cast: Cast, job: Job, as_person: SignIn) -> None:
    become(job, state="running", done=3, total=12, note="Looking north")
    page = as_person(cast.ada).get(job.get_absolute_url()).content.decode()
    assert 'value="3" max="12"' in page
    assert "Looking north" in page
    assert 'hx-trigger="every 2s' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page


def test_asked_again_only_the_part_comes(cast: Cast, job: Job, as_person: SignIn) -> None:
    part = as_person(cast.ada).get(job.get_absolute_url(), headers={"HX-Request": "true"})
    assert part.content.strip().startswith(b'<section id="how-far"')
    assert "HX-Redirect" not in part


def test_without_a_worker_it_says_so(cast: Cast, job: Job, as_person: SignIn) -> None:
    assert "Nobody is working" in as_person(cast.ada).get(job.get_absolute_url()).content.decode()


def test_with_a_worker_it_waits(cast: Cast, job: Job, as_person: SignIn) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now()])
    page = as_person(cast.ada).get(job.get_absolute_url()).content.decode()
    assert "Nobody is working" not in page
    assert "Waiting for its turn" in page


def test_done_it_leads_on(cast: Cast, job: Job, as_person: SignIn) -> None:
    become(job, state="done", note="12 stars")
    ada = as_person(cast.ada)
    assert ada.get(job.get_absolute_url(), headers={"HX-Request": "true"})["HX-Redirect"] == "/stars/"
    page = ada.get(job.get_absolute_url()).content.decode()
    assert 'href="/stars/"' in page
    assert "12 stars" in page
    assert "http-equiv" not in page
    assert "hx-trigger" not in page


def test_failed_it_says_why_and_can_be_started_again(cast: Cast, job: Job, as_person: SignIn) -> None:
    become(job, state="failed", note="The sky is cloudy.")
    ada = as_person(cast.ada)
    page = ada.get(job.get_absolute_url()).content.decode()
    assert "The sky is cloudy." in page
    assert "Start again" in page
    response = ada.post(f"{job.get_absolute_url()}start-again/")
    assert response["Location"] == job.get_absolute_url()
    job.refresh_from_db()
    assert job.state == Job.State.WAITING


def test_an_administrator_reads_but_does_not_start_it(cast: Cast, job: Job, as_person: SignIn) -> None:
    become(job, state="failed", note="The sky is cloudy.")
    iris = as_person(cast.iris)
    assert "Only the person who started this" in iris.get(job.get_absolute_url()).content.decode()
    assert iris.post(f"{job.get_absolute_url()}start-again/").status_code == 403


def test_what_has_not_failed_is_not_started_again(cast: Cast, job: Job, as_person: SignIn) -> None:
    response = as_person(cast.ada).post(f"{job.get_absolute_url()}start-again/")
    assert response.status_code == 403
    assert "has not failed" in response.content.decode()


def test_others_find_nothing(cast: Cast, job: Job, as_person: SignIn) -> None:
    assert as_person(cast.bo).get(job.get_absolute_url()).status_code == 404
    assert as_person(cast.bo).post(f"{job.get_absolute_url()}start-again/").status_code == 404


def test_the_list_shows_ones_own(cast: Cast, job: Job, as_person: SignIn) -> None:
    assert "Counting stars" in as_person(cast.ada).get("/jobs/").content.decode()
    assert "Counting stars" not in as_person(cast.bo).get("/jobs/").content.decode()
    assert "Counting stars" in as_person(cast.finn).get("/jobs/", {"state": "waiting"}).content.decode()
    assert "Counting stars" not in as_person(cast.finn).get("/jobs/", {"state": "done"}).content.decode()
