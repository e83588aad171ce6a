"""The clock is put back: what has ended stays ended. The vault is gone: it is said before anything is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.access.verdict import Denied
from azimuth.audit import actions as audit
from azimuth.audit.models import Entry
from azimuth.audit.queries import verify_chain
from azimuth.notifications.models import Mail
from azimuth.people.models import Person
from azimuth.reviews import actions, policies
from azimuth.reviews.actions.links import hash_of
from azimuth.reviews.models import Assignment, RaterLink, ReviewCycle
from azimuth.reviews.queries import let_in_by
from azimuth.reviews.tasks import keep_time
from tests.cast import Cast

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


def put_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """From now on it is that moment."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def test_what_closed_does_not_open_again(asked: Assignment, workshop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cycle, before = asked.subject.cycle, timezone.now()
    link = RaterLink.objects.create(external=asked.external, token_hash=hash_of("hanas"), made_on=before.date())
    form = Assignment.objects.filter(subject__cycle=cycle, subject__person=workshop.ada, rater=workshop.cleo).select_related("subject__cycle__box", "subject__person").get()
    assert policies.can_answer(workshop.cleo, form, before)
    assert let_in_by(link.token_hash, before)
    actions.close(cycle, by=workshop.eve, at=before + 2 * DAY)
    mails = Mail.objects.count()

    put_clock(monkeypatch, before - DAY)
    keep_time(None)

    cycle.refresh_from_db()
    form = Assignment.objects.select_related("subject__cycle__box", "subject__person").get(pk=form.pk)
    assert cycle.state == "closed"
    assert not policies.can_answer(workshop.cleo, form, timezone.now())
    assert let_in_by(link.token_hash, timezone.now()) is None
    assert Mail.objects.count() == mails
    with pytest.raises(Denied):
        actions.save(form, {"scores": {}, "texts": {}}, seen=None, by=workshop.cleo, at=timezone.now())


def test_a_session_used_in_what_is_now_the_future_is_over(cast: Cast, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client, other, now = as_person(cast.ada), as_person(cast.bo), timezone.now()
    assert client.get("/notifications/").status_code == other.get("/notifications/").status_code == 200
    put_clock(monkeypatch, now - timedelta(minutes=2))
    assert client.get("/notifications/").status_code == 200, "clocks of machines differ by a little"
    put_clock(monkeypatch, now - timedelta(hours=3))
    assert client.get("/notifications/").status_code == 302
    put_clock(monkeypatch, now)
    assert client.get("/notifications/").status_code == 302, "once over, it stays over"
    assert other.get("/notifications/").status_code == 200


def test_the_log_goes_on_in_order(cast: Cast, now: datetime) -> None:
    for shift in (0, -3, 1):
        audit.record("reviews.create", by=cast.eve, at=now + shift * DAY)
    assert verify_chain().is_whole
    assert list(Entry.objects.order_by("number").values_list("at", flat=True))[-3:] == [now, now - 3 * DAY, now + DAY]


@pytest.mark.parametrize("is_emptied", [True, False], ids=["empty vault", "no vault"])
def test_without_the_vault_it_is_said_before_anything_is_typed(asked: Assignment, workshop: Cast, as_person: SignIn, vault_directory: Path, is_emptied: bool) -> None:
    cycle: ReviewCycle = asked.subject.cycle
    form = Assignment.objects.get(subject__cycle=cycle, subject__person=workshop.ada, rater=workshop.cleo)
    address, steered = reverse("reviews:answer", args=[form.pk]), reverse("reviews:cycle", args=[cycle.pk])
    cleo, eve = as_person(workshop.cleo), as_person(workshop.eve)
    assert "cannot answer now" not in eve.get(steered).content.decode()
    for key in vault_directory.iterdir():
        key.unlink()
    if not is_emptied:
        vault_directory.rmdir()

    page, overview = cleo.get(address), eve.get(steered).content.decode()

    assert page.status_code == 409
    assert b"cannot be kept safely" in page.content
    assert b"<textarea" not in page.content
    assert "Raters cannot answer now" in overview
    saved = cleo.post(address, {"seen": ""}, headers={"X-Autosave": "1"})
    assert (saved.status_code, "cannot be kept safely" in saved.json()["problem"]) == (409, True)
