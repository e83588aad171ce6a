"""Reminders and nudges: one digest a person, to those with open forms only, in their morning; told once, whatever is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.jobs import actions as jobs
from azimuth.jobs.queries import worker_health
from azimuth.notifications import actions as notifications
from azimuth.notifications import sending, smtp
from azimuth.notifications import tasks as mail_tasks
from azimuth.notifications.models import Mail, MailChoice
from azimuth.people.models import Person
from azimuth.reviews import actions, queries
from azimuth.reviews.actions.outside import enter_external
from azimuth.reviews.models import Assignment, Nudge, RaterLink, ReviewCycle, Subject
from tests.cast import Cast
from tests.jobs import kill
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import count
from tests.smtp import Office

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LAST_DAY = datetime(2026, 3, 20, 8, 30, tzinfo=STOCKHOLM)  # a Friday; the cycle is open until midnight


@pytest.fixture
def running(draft: ReviewCycle, workshop: Cast, now: datetime, settings: Settings) -> ReviewCycle:
    """About Ada and Bo, open to the end of 20 March in Stockholm, where everybody lives; mail from 8:00 to 18:00 on working days."""
    settings.QUIET_HOURS, settings.QUIET_DAYS = (time(18), time(8)), frozenset({5, 6})
    Person.objects.update(time_zone="Europe/Stockholm")
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, time_zone="Europe/Stockholm", closes_at=datetime(2026, 3, 21, tzinfo=STOCKHOLM))
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=lambda done, total, note: None)
    Mail.objects.all().delete()  # the invitations
    return ReviewCycle.objects.select_related("box").get(pk=draft.pk)


def digests() -> dict[str, Mail]:
    return {mail.person.name.split()[0]: mail for mail in Mail.objects.exclude(digest_on=None).select_related("person")}


def answer(cycle: ReviewCycle, rater: Person, at: datetime) -> None:
    """This rater submits everything."""
    for form in Assignment.objects.of(rater).filter(subject__cycle=cycle).select_related("subject__cycle__box"):
        actions.save(form, sheet_of(form, 4, "Fine."), seen=None, by=rater, at=at)
        actions.submit([form], by=rater, at=at)


def test_each_rater_gets_one_digest_for_all_forms(running: ReviewCycle, workshop: Cast) -> None:
    actions.remind(at=LAST_DAY)
    actions.remind(at=LAST_DAY + timedelta(minutes=15))

    found = digests()
    assert set(found) == {name.split()[0] for name in Assignment.objects.values_list("rater__name", flat=True)}
    assert (found["Cleo"].things, found["Cleo"].minutes, found["Cleo"].url) == (2, sum(queries.minutes(running)[g] for g in ("peer", "report")), "/reviews/")
    assert (found["Cleo"].due_at, found["Cleo"].digest_on) == (running.closes_at, date(2026, 3, 20))
    assert Mail.objects.count() == len(found)


def test_all_cycles_together_make_one_digest(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    other = actions.create(
        name="Second 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=running.questionnaire,
        closes_at=datetime(2026, 3, 25, tzinfo=STOCKHOLM), opens_at=now, reminders=[2],
    )
    actions.add_subjects(other, people=[workshop.ada.pk], by=workshop.eve, at=now)
    other.refresh_from_db()
    actions.launch(other, seen=other.version, by=workshop.eve, at=now)
    actions.carry_out_launch(other, at=now, step=lambda done, total, note: None)

    actions.remind(at=LAST_DAY)

    assert digests()["Cleo"].things == 3
    assert digests()["Cleo"].due_at == running.closes_at
    assert Mail.objects.filter(person=workshop.cleo).exclude(digest_on=None).count() == 1


def test_they_come_on_the_days_the_cycle_names(running: ReviewCycle) -> None:
    told = []
    for day in range(5, 21):
        for hour in (3, 8, 12, 20):
            Mail.objects.update(state="sent")
            actions.remind(at=datetime(2026, 3, day, hour, 5, tzinfo=STOCKHOLM))
            if Mail.objects.filter(state="waiting").exists():
                told.append((day, hour))
    assert told == [(13, 8), (18, 8), (20, 8)]


def test_whoever_is_done_hears_nothing_more(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    answer(running, workshop.cleo, now)
    actions.remind(at=LAST_DAY)
    assert "Cleo" not in digests()
    assert "Per" in digests()


def test_everybody_is_told_in_their_own_morning(running: ReviewCycle, workshop: Cast) -> None:
    Person.objects.filter(pk=workshop.cleo.pk).update(time_zone="America/New_York")
    Person.objects.filter(pk=workshop.ada.pk).update(time_zone="Asia/Kathmandu")
    actions.remind(at=datetime(2026, 3, 20, 2, 30, tzinfo=ZoneInfo("UTC")))  # 8:15 in Kathmandu, 3:30 in Stockholm
    assert set(digests()) == {"Ada"}
    actions.remind(at=LAST_DAY)
    assert "Per" in digests()
    assert "Cleo" not in digests()
    actions.remind(at=datetime(2026, 3, 20, 12, 0, tzinfo=ZoneInfo("UTC")))
    assert "Cleo" in digests()


@pytest.mark.parametrize("what", ["left", "without an address"])
def test_whom_no_mail_can_reach_gets_none(running: ReviewCycle, workshop: Cast, what: str) -> None:
    changes = {"ended_on": LAST_DAY.date()} if what == "left" else {"email": None}
    Person.objects.filter(pk=workshop.cleo.pk).update(**changes)
    actions.remind(at=LAST_DAY)
    assert "Cleo" not in digests()


def test_a_closed_cycle_reminds_nobody(running: ReviewCycle, workshop: Cast) -> None:
    count(running, LAST_DAY - timedelta(hours=1))
    actions.remind(at=LAST_DAY)
    assert not digests()


def test_more_time_is_reminded_of_by_its_own_deadline(running: ReviewCycle, workshop: Cast) -> None:
    later = datetime(2026, 3, 31, tzinfo=STOCKHOLM)
    Assignment.objects.filter(rater=workshop.cleo).update(until=later)
    running.box.closes_at = later
    running.box.save()

    actions.remind(at=LAST_DAY)
    assert "Per" in digests()
    assert "Cleo" not in digests()
    actions.remind(at=LAST_DAY + timedelta(days=3))
    assert (digests()["Cleo"].digest_on, digests()["Cleo"].due_at) == (date(2026, 3, 23), later)
    assert digests()["Per"].digest_on == date(2026, 3, 20), "his time is over"


def test_the_days_can_be_changed_while_it_runs(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.set_reminders(running, days=[1, 1], by=workshop.eve, at=now)
    actions.set_reminders(running, days=[1], by=workshop.eve, at=now)
    actions.remind(at=LAST_DAY - timedelta(days=1))

    running.refresh_from_db()
    assert running.reminders == [1]
    assert digests()
    assert Entry.objects.filter(action="reviews.set_reminders").count() == 1
    with pytest.raises(Denied):
        actions.set_reminders(running, days=[2], by=workshop.dan, at=now)


def test_without_days_nobody_is_reminded(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.set_reminders(running, days=[], by=workshop.eve, at=now)
    actions.remind(at=LAST_DAY)
    assert not digests()


# ---- what raters choose


def test_who_said_no_is_left_alone_but_still_finds_the_forms(running: ReviewCycle, workshop: Cast) -> None:
    notifications.choose_reminders(workshop.cleo, wanted=False, by=workshop.cleo, on=LAST_DAY.date())
    actions.remind(at=LAST_DAY)
    assert "Cleo" not in digests()
    assert queries.waiting_for(workshop.cleo, LAST_DAY)[0].left == 2


def test_a_snooze_holds_until_its_day_and_never_beyond_the_last_reminder(running: ReviewCycle, workshop: Cast) -> None:
    notifications.snooze(workshop.cleo, until=date(2026, 3, 19), by=workshop.cleo)
    notifications.snooze(workshop.ada, until=date(2026, 4, 19), by=workshop.ada)

    actions.remind(at=datetime(2026, 3, 18, 8, 5, tzinfo=STOCKHOLM))
    assert {"Cleo", "Ada"}.isdisjoint(digests())
    actions.remind(at=datetime(2026, 3, 19, 8, 5, tzinfo=STOCKHOLM))
    assert "Cleo" in digests(), "she asked for it"
    assert "Ada" not in digests()
    actions.remind(at=LAST_DAY)
    assert "Ada" in digests(), "none follows: it comes in any case"
    assert MailChoice.objects.get(person=workshop.ada).snoozed_until is None


def test_a_snooze_of_somebody_who_is_done_wakes_nobody(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    notifications.snooze(workshop.cleo, until=date(2026, 3, 10), by=workshop.cleo)
    answer(running, workshop.cleo, now)
    actions.remind(at=datetime(2026, 3, 10, 9, 0, tzinfo=STOCKHOLM))
    assert not digests()


# ---- nudges


def nudge_all(cycle: ReviewCycle, by: Person, at: datetime) -> None:
    actions.nudge(cycle, by=by, at=at)
    actions.remind(at=at)


def test_a_nudge_reaches_who_still_has_forms(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    answer(running, workshop.cleo, now)
    nudge_all(running, workshop.eve, now)
    assert "Per" in digests()
    assert "Cleo" not in digests()


def test_it_is_noted_for_everybody_alike(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    answer(running, workshop.cleo, now)
    nudge_all(running, workshop.eve, now)
    assert set(Nudge.objects.values_list("nudged_on", "is_pending")) == {(now.date(), False)}
    assert Nudge.objects.filter(person__in=[workshop.cleo, workshop.ada]).count() == 2
    assert Entry.objects.get(action="reviews.nudge").detail == {"whom": "all"}


def test_a_unit_a_group_or_one_person_can_be_meant(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.nudge(running, unit=workshop.harbour, by=workshop.eve, at=now)
    assert not Nudge.objects.exists()
    actions.nudge(running, unit=workshop.workshop, group="manager", by=workshop.eve, at=now)
    assert set(Nudge.objects.values_list("person__name", flat=True)) == {workshop.bo.name, workshop.iris.name}
    actions.nudge(running, rater=workshop.cleo, by=workshop.eve, at=now)
    assert Nudge.objects.count() == 3


def test_once_in_three_days(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    for day in (0, 1, 2, 3):
        nudge_all(running, workshop.eve, now + timedelta(days=day))
        Mail.objects.update(state="sent")
    assert sorted(Mail.objects.filter(person=workshop.cleo).values_list("digest_on", flat=True)) == [date(2026, 3, 2), date(2026, 3, 5)]


def test_at_night_it_waits_for_the_morning_and_for_nobody_who_is_done_by_then(running: ReviewCycle, workshop: Cast) -> None:
    evening = datetime(2026, 3, 2, 21, 0, tzinfo=STOCKHOLM)
    nudge_all(running, workshop.eve, evening)
    assert not digests()
    answer(running, workshop.cleo, evening)
    actions.remind(at=datetime(2026, 3, 3, 8, 0, tzinfo=STOCKHOLM))
    assert "Per" in digests()
    assert "Cleo" not in digests()


def test_a_day_with_a_reminder_needs_no_nudge(running: ReviewCycle, workshop: Cast) -> None:
    actions.remind(at=LAST_DAY)
    nudge_all(running, workshop.eve, LAST_DAY + timedelta(hours=2))
    assert Mail.objects.filter(person=workshop.cleo).count() == 1


def test_a_newer_reminder_takes_the_place_of_one_that_still_waits(running: ReviewCycle, workshop: Cast) -> None:
    for day in (13, 18):
        actions.remind(at=datetime(2026, 3, day, 9, 0, tzinfo=STOCKHOLM))
    assert list(Mail.objects.filter(person=workshop.cleo).values_list("digest_on", flat=True)) == [date(2026, 3, 18)]


def test_it_wakes_the_worker(running: ReviewCycle, workshop: Cast, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.nudge(running, by=workshop.eve, at=now)
    assert worker_health().waiting >= 1


@pytest.mark.parametrize("who", ["ada", "bo", "dan", "finn", "jon"])
def test_others_nudge_nobody(running: ReviewCycle, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.nudge(running, by=getattr(workshop, who), at=now)


def test_a_closed_cycle_is_not_nudged(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.close(running, by=None, at=now)
    with pytest.raises(Denied, match="while answers are gathered"):
        actions.nudge(running, by=workshop.eve, at=now)


# ---- raters from outside, by the clock of their cycle


def test_raters_from_outside_are_due_once_a_day_whoever_has_answered(running: ReviewCycle, workshop: Cast, now: datetime) -> None:
    hana = enter_external(running, name="Hana", email="hana@client.example", language="en", by=workshop.eve, at=now)
    ada = Subject.objects.select_related("cycle").get(cycle=running, person=workshop.ada)
    actions.ask(ada, who=hana, group="external", by=workshop.eve, at=now)
    assert queries.outside_due(datetime(2026, 3, 19, 9, 0, tzinfo=STOCKHOLM)) == [hana], "what was due on the 18th"
    assert queries.outside_due(datetime(2026, 3, 20, 7, 0, tzinfo=STOCKHOLM)) == []
    Assignment.objects.filter(external=hana).update(state="submitted")
    assert queries.outside_due(LAST_DAY) == [hana]
    RaterLink.objects.create(external=hana, token_hash="x", made_on=LAST_DAY.date())
    assert queries.outside_due(LAST_DAY + timedelta(hours=1)) == []
    RaterLink.objects.all().delete()
    actions.extend_rater(running, rater=hana.pk, until=datetime(2026, 3, 31, tzinfo=STOCKHOLM), by=workshop.eve, at=now)
    assert queries.outside_due(LAST_DAY) == [], "seven days before 30 March is the 23rd"
    assert queries.outside_due(LAST_DAY + timedelta(days=3)) == [hana]
    actions.stop_asking(ada, rater=hana.pk, by=workshop.eve, at=now)
    assert queries.outside_due(LAST_DAY + timedelta(days=3)) == []


# ---- many at once, and killed


def test_reminding_many_asks_no_more_than_reminding_few(running: ReviewCycle, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    everybody = set(Assignment.objects.values_list("rater", flat=True))
    Person.objects.filter(pk__in=everybody).exclude(name="Cleo Brandt").update(email=None)
    with django_assert_num_queries(16):
        actions.remind(at=datetime(2026, 3, 13, 9, 0, tzinfo=STOCKHOLM))
    for number, person in enumerate(Person.objects.filter(pk__in=everybody, email=None)):
        Person.objects.filter(pk=person.pk).update(email=f"p{number}@example.org")
    with django_assert_num_queries(16):
        actions.remind(at=datetime(2026, 3, 18, 9, 0, tzinfo=STOCKHOLM))
    assert len(digests()) == len(everybody)


def test_a_morning_without_reminders_looks_at_no_form(running: ReviewCycle, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(8):
        actions.remind(at=datetime(2026, 3, 10, 9, 0, tzinfo=STOCKHOLM))


@pytest.fixture
def launched_now(draft: ReviewCycle, workshop: Cast) -> ReviewCycle:
    """Open since three days ago by the clock on the wall, until tonight."""
    now = timezone.now()
    opened = now - timedelta(days=3)
    actions.update(draft, seen=draft.version, by=workshop.eve, at=opened, opens_at=opened, closes_at=now + timedelta(hours=20), reminders=[0, 1])
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=opened)
    actions.carry_out_launch(draft, at=opened, step=lambda done, total, note: None)
    Mail.objects.all().delete()
    return draft


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_step", [2, 5, 8, 10])
def test_a_killed_worker_reminds_everybody_once(launched_now: ReviewCycle, workshop: Cast, at_step: int) -> None:
    actions.nudge(launched_now, by=workshop.eve, at=timezone.now())
    kill.run_and_kill("reviews.remind", at_step)
    kill.finish()
    jobs.nudge("reviews.remind")
    kill.finish()
    assert len(digests()) == Mail.objects.count() == Assignment.objects.values("rater").distinct().count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_step", [3, 7, 12])
def test_killed_while_sending_each_reminder_arrives_and_only_one_twice(launched_now: ReviewCycle, workshop: Cast, smtp: Office, at_step: int) -> None:
    actions.nudge(launched_now, by=workshop.eve, at=timezone.now())
    actions.remind(at=timezone.now())
    kill.run_and_kill("notifications.send", at_step, settings={"SMTP_URL": smtp.url})
    kill.finish()
    ids = [mail["Message-ID"] for mail in smtp.mails]
    assert set(ids) == set(Mail.objects.values_list("message_id", flat=True))
    assert len(ids) - len(set(ids)) <= 1
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_the_outbox_keeps_quiet_too(running: ReviewCycle, workshop: Cast, smtp: Office, run_jobs: Callable[..., int]) -> None:
    actions.remind(at=LAST_DAY)
    evening = datetime(2026, 3, 19, 19, 0, tzinfo=STOCKHOLM)
    notifications.queue(to="ada@example.org", subject="Your code", text="123", on=evening.date())
    with _post(smtp) as post:
        while sending.send_batch(post, at=evening):
            pass
        assert [mail["Subject"] for mail in smtp.mails] == ["Your code"]
        assert set(Mail.objects.exclude(digest_on=None).values_list("next_try_at", flat=True)) == {datetime(2026, 3, 20, 8, 0, tzinfo=STOCKHOLM)}
        while sending.send_batch(post, at=LAST_DAY):
            pass
    assert len(smtp.mails) == 1 + len(digests())
    assert timedelta(days=2) < mail_tasks.DIGESTS_KEPT, "what was sent is known for longer than a reminder may be late"


def _post(office: Office) -> smtp.Post:
    return smtp.Post(smtp.server(office.url))
