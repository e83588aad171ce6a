"""Raters from outside are entered by name and address, and get their link by mail: fresh each time, revoked when it went astray."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.composing import compose
from azimuth.notifications.models import Mail
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ExternalRater, Nomination, RaterLink, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState
from tests.cast import Cast
from tests.reviews.conftest import GROUPS
from tests.reviews.outside import LINK, fields, form_url, latest, open_cycle

SignIn = Callable[[Person], Client]


# ---- entering


def test_hr_enters_somebody_by_name_and_address_and_takes_them_off(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, groups=GROUPS)
    subject = Subject.objects.select_related("cycle").get(cycle=draft, person=workshop.ada)
    before = ReviewCycle.objects.get().version
    for _again in range(2):
        hana = actions.add_external(subject, name="Hana Sato", email="hana@client.example", language="de", by=workshop.eve, at=now)
    assert (Nomination.objects.count(), ExternalRater.objects.count()) == (1, 1)
    assert ReviewCycle.objects.get().version > before  # a summary seen before is stale

    actions.remove_external(subject, external=hana, by=workshop.eve, at=now)
    assert not ExternalRater.objects.exists()


def test_only_hr_in_charge_enters_and_never_for_themselves(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    subject = Subject.objects.select_related("cycle").get(cycle=draft, person=workshop.ada)
    typed = {"name": "Hana", "email": "hana@client.example", "language": "en", "at": now}
    for who in (workshop.ada, workshop.bo, workshop.dan, workshop.finn, workshop.jon):
        with pytest.raises(Denied):
            actions.add_external(subject, by=who, **typed)
    with pytest.raises(Refused, match="Nobody from outside"):
        actions.add_external(subject, by=workshop.eve, **typed)
    mine = Subject.objects.create(cycle=draft, person=workshop.eve)
    with pytest.raises(Refused, match="who is asked about them"):
        actions.add_external(mine, by=workshop.eve, **typed)


def test_the_raters_page_takes_them_and_names_what_is_wrong(draft: ReviewCycle, workshop: Cast, as_person: SignIn, now: datetime) -> None:
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, groups=GROUPS)
    subject, eve = Subject.objects.get(cycle=draft, person=workshop.ada), as_person(workshop.eve)
    add = reverse("reviews:add-external", args=[draft.pk, subject.pk])

    wrong = eve.post(add, {"name": "Hana Sato", "email": "no address", "language": "en"})
    inside = eve.post(add, {"name": "Hana Sato", "email": "dan@example.org", "language": "en"})
    eve.post(add, {"name": "Hana Sato", "email": "hana@client.example", "language": "en"})

    assert (wrong.status_code, inside.status_code) == (422, 422)
    assert "no address" in wrong.text
    assert "Dan Moreau works here" in inside.text
    page = eve.get(reverse("reviews:raters", args=[draft.pk, subject.pk])).text
    assert "Remove Hana Sato" in page
    assert "Send a fresh link" not in page
    eve.post(reverse("reviews:remove-external", args=[draft.pk, subject.pk, ExternalRater.objects.get().pk]))
    assert not ExternalRater.objects.exists()


# ---- the mail and its link


def test_one_mail_for_all_forms_in_their_language(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    open_cycle(draft, workshop, now, about=(workshop.ada, workshop.bo))
    mail = Mail.objects.get(to="hana@client.example")

    said = " ".join(mail.text.split())
    assert "Hello Hana Sato," in said
    assert "Meridian would like your view of people you work with: - Ada Novak - Bo Lindqvist" in said
    assert "23 March 2026, 09:00 (UTC)" in said
    assert "no account" in said
    assert "Questions? Eve Castellano eve@example.org" in said
    assert "I cannot answer about this person" in said
    letter = compose(mail)
    assert f'href="{LINK.search(mail.text)[0]}"' in letter.html  # type: ignore[index]
    actions.invite(ReviewCycle.objects.get(), at=now)  # again
    assert Mail.objects.filter(to="hana@client.example").count() == 1


def test_a_deadline_at_midnight_is_the_end_of_the_day_before(asked: Assignment, workshop: Cast) -> None:
    zone = asked.subject.cycle.time_zone
    closes = (timezone.now() + timedelta(days=60)).astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    Assignment.objects.filter(pk=asked.pk).update(until=closes)
    Mail.objects.all().delete()
    actions.send_link_again(asked.external, by=workshop.eve, at=timezone.now())
    said = " ".join(Mail.objects.get().text.split())
    assert f"Please answer by {date_format(closes - timedelta(days=1), 'l j F Y')}, 23:59 ({zone})" in said
    assert "Your view is still missing" in said


def test_only_the_hash_of_a_long_random_token_is_kept(asked: Assignment) -> None:
    """A44: 256 bits, and not in the database."""
    token = latest().split("/")[3]
    assert len(token) == 43
    assert RaterLink.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()
    Mail.objects.update(text="", state="sent")  # as after sending
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(t::text, ' ') from reviews_raterlink t")
        assert token not in cursor.fetchone()[0]


def test_each_mail_carries_a_fresh_link_and_the_old_ones_stay_good(asked: Assignment, workshop: Cast) -> None:
    first = latest()
    actions.send_link_again(asked.external, by=workshop.eve, at=timezone.now())
    second = latest()

    assert first != second
    assert [Client().get(form_url(link, asked)).status_code for link in (first, second)] == [200, 200]


def test_links_are_sent_three_times_a_day_and_by_hr_in_charge_alone(asked: Assignment, workshop: Cast) -> None:
    now = timezone.now()
    for who in (workshop.ada, workshop.bo, workshop.dan, workshop.finn, workshop.jon):
        for deed in (actions.send_link_again, actions.revoke_links):
            with pytest.raises(Denied):
                deed(asked.external, by=who, at=now)
    for _time in range(2):
        actions.send_link_again(asked.external, by=workshop.eve, at=now)
    with pytest.raises(Refused, match="Try again tomorrow"):
        actions.send_link_again(asked.external, by=workshop.eve, at=now)
    actions.send_link_again(asked.external, by=workshop.eve, at=now + timedelta(days=1))
    assert Entry.objects.filter(action="reviews.send_link").count() == 3
    assert "Hana" not in str([entry.__dict__ for entry in Entry.objects.filter(action="reviews.send_link")])


def test_sending_again_tells_hr_nothing_about_who_has_answered(asked: Assignment, workshop: Cast, as_person: SignIn) -> None:
    eve, send = as_person(workshop.eve), reverse("reviews:send-link", args=[asked.subject.cycle_id, asked.subject_id, asked.external_id])
    raters = reverse("reviews:raters", args=[asked.subject.cycle_id, asked.subject_id])

    def said() -> str:
        return re.sub(r'(name="csrfmiddlewaretoken" value|data-(?:idle|whole))="[^"]*"', "", eve.post(send, follow=True).text)

    before, entries = said(), Entry.objects.count()
    Client().post(form_url(latest(), asked), {**fields(asked), "submit": "1"})
    assert Assignment.objects.get(pk=asked.pk).state == AssignmentState.SUBMITTED
    mails = Mail.objects.count()

    assert said() == before
    assert Entry.objects.count() == entries + 1
    assert Mail.objects.count() == mails, "a mail about nothing would only confuse"
    assert RaterLink.objects.count() == 3, "the limit of a day counts on as before"
    assert "Three links went to Hana Sato today" in said()
    assert "Hana Sato" in eve.get(raters).text


def test_revoked_links_are_dead_and_a_fresh_one_lives(asked: Assignment, workshop: Cast, as_person: SignIn) -> None:
    first, eve = latest(), as_person(workshop.eve)
    where = [asked.subject.cycle_id, asked.subject_id, asked.external_id]
    eve.post(reverse("reviews:revoke-links", args=where))
    assert Client().get(form_url(first, asked)).status_code == 404
    eve.post(reverse("reviews:send-link", args=where))
    assert Client().get(form_url(latest(), asked)).status_code == 200
    assert Client().get(form_url(first, asked)).status_code == 404
