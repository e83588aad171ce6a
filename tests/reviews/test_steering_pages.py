"""The pages of steering, without JavaScript: what HR does there, what it is told, what it never sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.people.actions import persons
from azimuth.people.models import Person
from azimuth.reviews import actions, progress_bands
from azimuth.reviews.models import Assignment, LeftAsIs, Nudge, ProgressDay, ReviewCycle, Subject
from tests.cast import Cast
from tests.queries import assert_constant_queries
from tests.reviews.test_count import answer_all
from tests.reviews.test_pages import running  # noqa: F401  a fixture

SignIn = Callable[[Person], Client]
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": ?"[^"]*"|data-(idle|whole)="\d+"')


@pytest.fixture
def eve(workshop: Cast, as_person: SignIn) -> Client:
    return as_person(workshop.eve)


@pytest.fixture
def ada(running: ReviewCycle, workshop: Cast) -> Subject:  # noqa: F811
    return Subject.objects.select_related("cycle").get(cycle=running, person=workshop.ada)


def at(cycle: ReviewCycle, page: str, subject: Subject | None = None, rater: Person | None = None) -> str:
    keys = [key.pk for key in (cycle, subject, rater) if key]
    return reverse(f"reviews:{page}", args=keys)


def shown(response: object) -> str:
    return TOKENS.sub("", response.content.decode())  # type: ignore[attr-defined]


def test_more_time_for_everybody(ada: Subject, eve: Client) -> None:
    cycle = ada.cycle
    page = eve.get(at(cycle, "extend"))
    assert "Time zone: UTC" in page.text
    day = page.context["form"].initial["closes_on"]
    done = eve.post(at(cycle, "extend"), {"closes_on": day.isoformat()}, follow=True)
    assert "Open until the end of" in done.text
    cycle.refresh_from_db()
    assert cycle.closes_at == datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("UTC")) + timedelta(days=1)


@pytest.mark.parametrize(("typed", "says"), [("2020-01-01", "only moves later"), ("2999-01-01", "more than a year"), ("soon", "valid date"), ("", "required")])
def test_what_is_no_later_day_is_refused_beside_the_field(ada: Subject, eve: Client, typed: str, says: str) -> None:
    page = eve.post(at(ada.cycle, "extend"), {"closes_on": typed})
    assert says in page.text
    assert typed in page.text


def test_more_time_for_one_rater_or_all_of_a_subject(ada: Subject, workshop: Cast, eve: Client) -> None:
    day = (timezone.now() + timedelta(weeks=5)).date().isoformat()
    assert "Cleo Brandt, all their forms" in eve.get(at(ada.cycle, "extend"), {"rater": workshop.cleo.pk}).text
    eve.post(at(ada.cycle, "extend"), {"closes_on": day, "rater": workshop.cleo.pk})
    assert Assignment.objects.exclude(until=None).values("rater").distinct().count() == 1
    assert "everybody who is asked about Ada Novak" in eve.get(at(ada.cycle, "extend"), {"subject": ada.pk}).text
    done = eve.post(at(ada.cycle, "extend"), {"closes_on": day, "subject": ada.pk})
    assert done.url == at(ada.cycle, "raters", ada)
    assert not Assignment.objects.filter(subject=ada, until=None).exists()


@pytest.mark.parametrize("data", [{"rater": "nobody"}, {"subject": "'; drop table"}])
def test_keys_no_page_sent_are_a_bad_request(ada: Subject, eve: Client, data: dict[str, str]) -> None:
    assert eve.post(at(ada.cycle, "extend"), {"closes_on": "2030-01-01", **data}).status_code == 400
    assert eve.post(at(ada.cycle, "nudge"), data).status_code == 400
    assert eve.post(at(ada.cycle, "nudge"), {"group": "friends"}).status_code == 400


def test_somebody_who_is_not_asked_is_absent(ada: Subject, workshop: Cast, eve: Client) -> None:
    assert eve.get(at(ada.cycle, "extend"), {"rater": workshop.gus.pk}).status_code == 404
    assert eve.post(at(ada.cycle, "nudge"), {"rater": workshop.gus.pk}).status_code == 404
    assert eve.get(at(ada.cycle, "replace-rater", ada, workshop.gus)).status_code == 404


@pytest.mark.parametrize("has_answered", [True, False])
def test_the_answer_to_a_nudge_never_tells(ada: Subject, workshop: Cast, eve: Client, has_answered: bool) -> None:
    if has_answered:
        answer_all(ada.cycle, workshop.ada, {"peer"}, timezone.now())
        answer_all(ada.cycle, workshop.bo, {"report"}, timezone.now())
    done = eve.post(at(ada.cycle, "nudge"), {"rater": workshop.cleo.pk, "subject": ada.pk}, follow=True)
    assert "Nudged. Whoever still has forms gets one mail" in done.text
    assert not re.search(r"Nudged[^<]*\d", done.text)
    assert Nudge.objects.get().person == workshop.cleo
    assert "Was nudged within the last three days" in done.text


def test_a_nudge_for_a_row_of_the_table(ada: Subject, workshop: Cast, eve: Client) -> None:
    done = eve.post(at(ada.cycle, "nudge"), {"unit": workshop.workshop.pk, "group": "report", "back": "progress"})
    assert done.url == at(ada.cycle, "progress")
    assert set(Nudge.objects.values_list("person__name", flat=True)) >= {"Tor Lund", "Una Frey", "Vic Stone"}


def test_the_page_of_raters_looks_the_same_whoever_has_answered(ada: Subject, workshop: Cast, eve: Client) -> None:
    """A12: byte by byte."""
    urls = [at(ada.cycle, "raters", ada), at(ada.cycle, "cycle"), at(ada.cycle, "progress"), at(ada.cycle, "changes"), at(ada.cycle, "cancel")]
    progress_bands.write(at=timezone.now())
    before = [shown(eve.get(url)) for url in urls]
    answer_all(ada.cycle, workshop.ada, {"peer", "report", "self"}, timezone.now())
    assert [shown(eve.get(url)) for url in urls] == before


def test_a_rater_is_asked_replaced_and_taken_off(ada: Subject, workshop: Cast, eve: Client) -> None:
    eve.post(at(ada.cycle, "ask", ada), {"person": "dan@example.org", "group": "peer"})
    assert "Dan Moreau" in eve.get(at(ada.cycle, "raters", ada)).text
    eve.post(at(ada.cycle, "replace-rater", ada, workshop.dan), {"person": "finn@example.org"})
    assert "Dan Moreau" not in eve.get(at(ada.cycle, "raters", ada)).text.split("<aside")[0].split('id="content"')[1]
    gone = eve.post(at(ada.cycle, "stop-asking", ada, workshop.finn), follow=True)
    assert "No longer asked" in gone.text
    assert not Assignment.objects.asked().filter(subject=ada, rater__in=[workshop.dan, workshop.finn]).exists()


def test_a_refusal_stays_beside_what_was_typed(ada: Subject, eve: Client) -> None:
    page = eve.post(at(ada.cycle, "ask", ada), {"person": "cleo@example.org", "group": "report"})
    assert "asked as “Peers”" in page.text
    assert "cleo@example.org" in page.text
    assert "Nobody of this name" in eve.post(at(ada.cycle, "ask", ada), {"person": "Nobody At All", "group": "peer"}).text


def test_a_lead_is_replaced(ada: Subject, workshop: Cast, eve: Client) -> None:
    assert "Bo Lindqvist" in eve.get(at(ada.cycle, "replace-lead", ada)).text
    eve.post(at(ada.cycle, "replace-lead", ada), {"person": "dan@example.org", "form": "moves"})
    ada.refresh_from_db()
    assert ada.lead == workshop.dan


def test_subjects_come_and_go(ada: Subject, workshop: Cast, eve: Client) -> None:
    added = eve.post(at(ada.cycle, "add-subject"), {"person": "cleo@example.org"}, follow=True)
    assert "Feedback about Cleo Brandt is gathered" in added.text
    eve.post(at(ada.cycle, "remove-subject", ada))
    ada.refresh_from_db()
    assert ada.withdrawn_on is not None
    assert "Taken out" in eve.get(at(ada.cycle, "raters", ada)).text
    assert "taken out" in eve.get(at(ada.cycle, "cycle")).text


@pytest.mark.parametrize(("typed", "days"), [("7, 2, 0", [7, 2, 0]), ("0;3 3", [3, 0]), ("", [])])
def test_reminders_are_kept(ada: Subject, eve: Client, typed: str, days: list[int]) -> None:
    eve.post(at(ada.cycle, "reminders"), {"reminders": typed})
    ada.cycle.refresh_from_db()
    assert ada.cycle.reminders == days


@pytest.mark.parametrize("typed", ["a week", "-1", "91", "1,2,3,4,5,6,7,8,9", "٣", "1.5"])
def test_what_is_no_day_is_refused(ada: Subject, eve: Client, typed: str) -> None:
    page = eve.post(at(ada.cycle, "reminders"), {"reminders": typed})
    assert page.status_code == 200
    assert page.context["form"].errors


def test_changes_are_followed_or_left(ada: Subject, workshop: Cast, eve: Client, as_person: SignIn) -> None:
    now = timezone.now()
    for who in (workshop.cleo, Person.objects.get(name="Per Holm")):
        persons.end(who, on=(now + timedelta(days=2)).date(), reports_to=None, by=workshop.iris, at=now)
    page = eve.get(at(ada.cycle, "changes"))
    keys = {change.person.name: change.key for _kind, found in page.context["kinds"] for change in found}
    assert set(keys) == {"Cleo Brandt", "Per Holm"}
    eve.post(at(ada.cycle, "changes"), {"change": keys["Cleo Brandt"], "decision": "follow"})
    eve.post(at(ada.cycle, "changes"), {"change": keys["Per Holm"], "decision": "leave"})
    assert not Assignment.objects.of(workshop.cleo).exists()
    assert Assignment.objects.filter(rater__name="Per Holm").exists()
    assert LeftAsIs.objects.get().key == keys["Per Holm"]
    assert "Nothing to decide" in eve.get(at(ada.cycle, "changes")).text
    assert eve.post(at(ada.cycle, "changes"), {"change": keys["Cleo Brandt"], "decision": "follow"}).status_code == 409
    assert "Stop asking" not in as_person(workshop.jon).get(at(ada.cycle, "changes")).text


def test_a_cycle_is_cancelled_after_it_was_said_what_ends(ada: Subject, eve: Client) -> None:
    page = eve.get(at(ada.cycle, "cancel")).text
    assert "destroyed unread" in page
    assert f"{Assignment.objects.count()} forms are taken back" in page
    done = eve.post(at(ada.cycle, "cancel"), follow=True)
    assert "The cycle is cancelled" in done.text
    assert "Called off" in done.text
    again = eve.post(at(ada.cycle, "cancel"), follow=True)
    assert again.status_code == 200
    assert eve.get(at(ada.cycle, "cancel")).status_code == 403
    assert "Steer" not in done.text


def test_the_progress_page_searches_and_filters(ada: Subject, eve: Client) -> None:
    assert "The first figures come tomorrow morning" in eve.get(at(ada.cycle, "progress")).text
    cell = {"unit_id": "", "unit": "Optics", "group": "peer", "invited": 10, "band": "0-25"}
    ProgressDay.objects.create(cycle=ada.cycle, on=timezone.now().date(), bands=[cell, {**cell, "unit": "Harbour <b>", "band": "75-100"}], totals=[])
    page = eve.get(at(ada.cycle, "progress")).text
    assert "Optics" in page
    assert "Harbour &lt;b&gt;" in page
    assert "Harbour" not in eve.get(at(ada.cycle, "progress"), {"show": "stuck"}).text
    assert "No unit fits" in eve.get(at(ada.cycle, "progress"), {"q": "zzz\x00"}).text


def test_the_cycle_tells_of_changes_found_last_night(ada: Subject, eve: Client) -> None:
    ProgressDay.objects.create(cycle=ada.cycle, on=timezone.now().date(), bands=[], totals=[], changes=2)
    assert "2 changes in the organisation concern this cycle" in eve.get(at(ada.cycle, "cycle")).text


def test_long_lists_ask_as_little_as_short_ones(ada: Subject, workshop: Cast, eve: Client) -> None:
    def more() -> None:
        for name in ("Dan Moreau", "Finn Aaltonen", "Jon Abara"):
            actions.ask(ada, who=Person.objects.get(name=name), group="peer", by=workshop.iris, at=timezone.now())

    assert_constant_queries(eve, at(ada.cycle, "raters", ada), more)


def test_hr_does_not_steer_what_is_about_themselves(ada: Subject, workshop: Cast, eve: Client) -> None:
    Subject.objects.filter(pk=ada.pk).update(person=workshop.eve)
    assert eve.get(at(ada.cycle, "raters", ada)).status_code == 404
    assert eve.post(at(ada.cycle, "stop-asking", ada, workshop.cleo)).status_code == 404
    assert eve.post(at(ada.cycle, "extend"), {"closes_on": "2030-01-01", "subject": ada.pk}).status_code == 404
