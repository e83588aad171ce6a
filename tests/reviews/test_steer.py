"""What HR changes while answers are gathered: later deadlines, other raters, subjects and leads. Who has answered plays no part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.ballots.models import SealedSheet
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.reviews import actions, queries
from azimuth.reviews.actions.outside import enter_external
from azimuth.reviews.models import Assignment, Report, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState
from tests.cast import Cast, person
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import answer_all, count

LATER = timedelta(days=4)


@pytest.fixture
def ada(launched: ReviewCycle, workshop: Cast) -> Subject:
    """Ada as a subject: five peers, three apprentices, her lead, herself."""
    return Subject.objects.select_related("cycle__box", "cycle__scope", "person").get(cycle=launched, person=workshop.ada)


def groups(subject: Subject) -> Counter[str]:
    return Counter(Assignment.objects.asked().filter(subject=subject).values_list("group", flat=True))


def recorded(action: str) -> list[dict[str, Any]]:
    return list(Entry.objects.filter(action=action).order_by("number").values_list("detail", flat=True))


# ---- time


def test_everybody_gets_more_time_once(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    until = launched.closes_at + LATER
    Mail.objects.all().delete()
    for _time in range(2):
        actions.extend(launched, until=until, by=workshop.eve, at=now)

    launched.refresh_from_db()
    launched.box.refresh_from_db()
    assert launched.closes_at == launched.box.closes_at == until
    assert recorded("reviews.extend") == [{"whom": "all", "closes_on": until.date().isoformat()}]
    assert set(Notice.objects.values_list("due_on", flat=True)) == {(until - timedelta(minutes=1)).date()}
    assert not Mail.objects.exists(), "the next reminder says the new day"


@pytest.mark.parametrize("days", [-1, -400])
def test_no_deadline_moves_earlier(launched: ReviewCycle, ada: Subject, workshop: Cast, now: datetime, days: int) -> None:
    until = launched.closes_at + timedelta(days=days)
    deeds: list[Callable[[], object]] = [
        lambda: actions.extend(launched, until=until, by=workshop.eve, at=now),
        lambda: actions.extend_rater(launched, rater=workshop.cleo.pk, until=until, by=workshop.eve, at=now),
        lambda: actions.extend_subject(ada, until=until, by=workshop.eve, at=now),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="only moves later"):
            deed()


def test_one_rater_gets_more_time_for_all_forms(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    until = launched.closes_at + LATER
    for _time in range(2):
        actions.extend_rater(launched, rater=workshop.cleo.pk, until=until, by=workshop.eve, at=now)

    launched.refresh_from_db()
    launched.box.refresh_from_db()
    assert set(Assignment.objects.of(workshop.cleo).values_list("until", flat=True)) == {until}
    assert Assignment.objects.filter(until=None).exclude(rater=workshop.cleo).count() == Assignment.objects.exclude(rater=workshop.cleo).count()
    assert launched.closes_at < launched.box.closes_at == until
    assert recorded("reviews.extend") == [{"whom": "rater", "closes_on": until.date().isoformat()}], "never for whom"
    assert Notice.objects.get(key__startswith="reviews.more_time").person == workshop.cleo


def test_the_others_are_closed_out_and_the_count_waits_for_the_last(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.extend_rater(launched, rater=workshop.cleo.pk, until=launched.closes_at + LATER, by=workshop.eve, at=now)
    after = launched.closes_at + timedelta(hours=1)
    mine = Assignment.objects.select_related("subject__cycle__box", "rater").filter(rater=workshop.cleo).first()
    theirs = Assignment.objects.select_related("subject__cycle__box", "rater").filter(rater__name="Per Holm").first()

    assert actions.close_due(at=after) == 0
    actions.save(mine, sheet_of(mine, 4, "Late, and in time."), seen=None, by=workshop.cleo, at=after)
    with pytest.raises(Denied):
        actions.save(theirs, sheet_of(theirs, 4, "Too late."), seen=None, by=theirs.rater, at=after)
    assert actions.close_due(at=after + LATER) == 1


def test_whoever_has_more_time_reads_their_own_deadline(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    until = launched.closes_at + LATER
    actions.extend_rater(launched, rater=workshop.cleo.pk, until=until, by=workshop.eve, at=now)
    assert [waiting.closes_at for waiting in queries.waiting_for(workshop.cleo, now)] == [until]
    after = launched.closes_at + timedelta(hours=1)
    assert [waiting.left for waiting in queries.waiting_for(workshop.cleo, after)] == [2]
    assert [waiting.closes_at for waiting in queries.waiting_for(Person.objects.get(name="Per Holm"), now)] == [launched.closes_at]
    assert queries.waiting_for(Person.objects.get(name="Per Holm"), after) == []


def test_all_raters_of_a_subject_get_more_time(ada: Subject, workshop: Cast, now: datetime) -> None:
    until = ada.cycle.closes_at + LATER
    actions.extend_subject(ada, until=until, by=workshop.eve, at=now)
    assert set(Assignment.objects.filter(subject=ada).values_list("until", flat=True)) == {until}
    assert not Assignment.objects.exclude(subject=ada).exclude(until=None).exists()


def test_who_has_answered_gets_the_same_and_is_told_the_same(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """A12: more time is no question about who is done."""
    answer_all(launched, workshop.ada, {"peer"}, now)
    actions.extend_rater(launched, rater=workshop.cleo.pk, until=launched.closes_at + LATER, by=workshop.eve, at=now)
    notice = Notice.objects.get(key__startswith="reviews.more_time")
    assert (notice.person, notice.done_on) == (workshop.cleo, None)


def test_an_extension_reopens_for_everybody_while_the_last_still_answer(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.extend_rater(launched, rater=workshop.cleo.pk, until=launched.closes_at + LATER, by=workshop.eve, at=now)
    after = launched.closes_at + timedelta(hours=1)
    with pytest.raises(Refused):
        actions.extend(launched, until=launched.closes_at + timedelta(minutes=1), by=workshop.eve, at=after)
    actions.extend(launched, until=launched.closes_at + timedelta(days=1), by=workshop.eve, at=after)
    assert Assignment.objects.answerable(after).exclude(rater=workshop.cleo).exists()


# ---- raters


def test_one_more_rater_is_asked_and_told_once(ada: Subject, workshop: Cast, now: datetime) -> None:
    Mail.objects.all().delete()
    for _time in range(2):
        actions.ask(ada, who=workshop.dan, group="peer", by=workshop.eve, at=now)
    assert groups(ada)["peer"] == 6
    assert Mail.objects.get().person == workshop.dan
    assert Notice.objects.filter(person=workshop.dan, key__startswith=f"reviews.invite:{ada.cycle_id}").exists()
    assert recorded("reviews.ask") == [{"group": "peer"}]


@pytest.mark.parametrize(("who", "group", "match"), [
    ("ada", "peer", "self form already"), ("gus", "peer", "does not work here"), ("dan", "manager", "Replace the lead"),
    ("dan", "self", "Choose a rater group"), ("dan", "external", "Choose a rater group"), ("cleo", "report", "asked as “Peers”"), ("bo", "peer", "asked as “Manager”"),
])
def test_whom_one_cannot_ask(ada: Subject, workshop: Cast, now: datetime, who: str, group: str, match: str) -> None:
    with pytest.raises(Refused, match=match):
        actions.ask(ada, who=getattr(workshop, who), group=group, by=workshop.eve, at=now)


def test_somebody_from_outside_is_asked_as_external_only(ada: Subject, workshop: Cast, now: datetime) -> None:
    hana = enter_external(ada.cycle, name="Hana", email="hana@client.example", language="en", by=workshop.eve, at=now)
    with pytest.raises(Refused, match="asked as “External”"):
        actions.ask(ada, who=hana, group="peer", by=workshop.eve, at=now)
    actions.ask(ada, who=hana, group="external", by=workshop.eve, at=now)
    actions.stop_asking(ada, rater=hana.pk, by=workshop.eve, at=now)
    assert Assignment.objects.get(external=hana).state == AssignmentState.WITHDRAWN


@pytest.mark.parametrize("how_far", ["nothing", "draft", "submitted"])
def test_whoever_is_no_longer_asked_is_closed_out_and_counted_for_nothing(ada: Subject, workshop: Cast, now: datetime, how_far: str) -> None:
    form = Assignment.objects.select_related("subject__cycle__box").get(subject=ada, rater=workshop.cleo)
    if how_far != "nothing":
        actions.save(form, sheet_of(form, 1, "Words that nobody will read."), seen=None, by=workshop.cleo, at=now)
    if how_far == "submitted":
        actions.submit([form], by=workshop.cleo, at=now)
    for _time in range(2):
        actions.stop_asking(ada, rater=workshop.cleo.pk, by=workshop.eve, at=now)

    form.refresh_from_db()
    with pytest.raises(Denied, match="no longer asked"):
        actions.save(form, sheet_of(form, 2, "More."), seen=None, by=workshop.cleo, at=now)
    assert workshop.cleo.name not in [rater.name for _group, rater in queries.raters_of(ada, now.date()).raters]
    assert recorded("reviews.stop_asking") == [{}]
    answer_all(ada.cycle, workshop.ada, {"self", "manager", "report"}, now)
    for other in Assignment.objects.asked().filter(subject=ada, group="peer").select_related("subject__cycle__box", "rater"):
        actions.save(other, sheet_of(other, 4, "Fine."), seen=None, by=other.rater, at=now)
        actions.submit([other], by=other.rater, at=now)
    count(ada.cycle, now + timedelta(weeks=4))
    report = Report.objects.get(subject=ada).content
    assert next((a["invited"], a["answered"]) for a in report["asked"] if a["group"] == "peer") == (4, 4)
    assert "Words that nobody" not in str(report)
    assert not SealedSheet.objects.exists()
    assert not Assignment.objects.filter(rater=workshop.cleo, subject=ada).exists()


@pytest.mark.parametrize("how_far", ["draft", "submitted"])
def test_asked_again_a_rater_finds_everything_as_it_was(ada: Subject, workshop: Cast, now: datetime, how_far: str) -> None:
    form = Assignment.objects.select_related("subject__cycle__box").get(subject=ada, rater=workshop.cleo)
    actions.save(form, sheet_of(form, 4, "Fine."), seen=None, by=workshop.cleo, at=now)
    if how_far == "submitted":
        actions.submit([form], by=workshop.cleo, at=now)
    actions.stop_asking(ada, rater=workshop.cleo.pk, by=workshop.eve, at=now)
    with pytest.raises(Refused, match="asked as “Peers”"):
        actions.ask(ada, who=workshop.cleo, group="report", by=workshop.eve, at=now)
    actions.ask(ada, who=workshop.cleo, group="peer", by=workshop.eve, at=now)
    before, form = form.ticket, Assignment.objects.get(pk=form.pk)
    assert (form.state, form.state_before, form.ticket) == (how_far, "", before)


def test_the_invitation_of_whoever_has_nothing_left_is_done(ada: Subject, workshop: Cast, now: datetime) -> None:
    tor = Person.objects.get(name="Tor Lund")
    assert Assignment.objects.of(tor).count() == 1
    actions.stop_asking(ada, rater=tor.pk, by=workshop.eve, at=now)
    assert Notice.objects.get(person=tor, key=f"reviews.invite:{ada.cycle_id}").done_on == now.date()
    actions.stop_asking(ada, rater=workshop.cleo.pk, by=workshop.eve, at=now)
    assert Notice.objects.get(person=workshop.cleo, key=f"reviews.invite:{ada.cycle_id}").done_on is None, "she is asked about Bo too"


def test_the_form_about_oneself_is_not_taken_away(ada: Subject, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="belongs to the subject"):
        actions.stop_asking(ada, rater=workshop.ada.pk, by=workshop.eve, at=now)


def test_a_rater_is_replaced_in_the_same_group(ada: Subject, workshop: Cast, now: datetime) -> None:
    actions.replace_rater(ada, rater=workshop.cleo.pk, who=workshop.dan, by=workshop.eve, at=now)
    assert Assignment.objects.asked().get(subject=ada, rater=workshop.dan).group == "peer"
    assert not Assignment.objects.asked().filter(subject=ada, rater=workshop.cleo).exists()
    with pytest.raises(Refused, match="not asked"):
        actions.replace_rater(ada, rater=workshop.iris.pk, who=workshop.finn, by=workshop.eve, at=now)
    with pytest.raises(Refused, match="asked as"):
        actions.replace_rater(ada, rater=workshop.dan.pk, who=Person.objects.get(name="Tor Lund"), by=workshop.eve, at=now)
    assert Assignment.objects.asked().filter(subject=ada, rater=workshop.dan).exists(), "all of it or nothing"


# ---- subjects


def test_one_more_subject_has_raters_as_at_the_launch(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Mail.objects.all().delete()
    for _time in range(2):
        cleo = actions.add_subject(launched, person=workshop.cleo, by=workshop.eve, at=now)
    assert groups(cleo) == {"self": 1, "manager": 1, "peer": 5}
    assert cleo.lead == workshop.bo
    assert Mail.objects.count() == 7
    assert recorded("reviews.add_subject") == [{"raters": 7}]
    assert len({form.ticket for form in Assignment.objects.filter(subject=cleo)}) == 7


@pytest.mark.parametrize(("who", "match"), [("dan", "does not belong"), ("gus", "does not work here")])
def test_whom_feedback_cannot_be_gathered_about(launched: ReviewCycle, workshop: Cast, now: datetime, who: str, match: str) -> None:
    with pytest.raises(Refused, match=match):
        actions.add_subject(launched, person=getattr(workshop, who), by=workshop.eve, at=now)


def test_a_subject_taken_out_gets_no_report_and_nothing_is_left(ada: Subject, workshop: Cast, now: datetime) -> None:
    answer_all(ada.cycle, workshop.ada, {"peer", "manager"}, now)
    answer_all(ada.cycle, workshop.bo, {"manager"}, now)
    for _time in range(2):
        actions.remove_subject(ada, by=workshop.eve, at=now)
    assert not groups(ada)
    assert Notice.objects.get(key__startswith="reviews.taken_out").person == workshop.ada
    assert recorded("reviews.remove_subject") == [{}]
    count(ada.cycle, now + timedelta(weeks=4))
    assert list(Report.objects.values_list("subject__person__name", flat=True)) == [workshop.bo.name]
    assert not SealedSheet.objects.exists()
    assert not Assignment.objects.filter(subject=ada).exists()
    assert actions.release(ada.cycle, subjects=None, by=workshop.iris, at=now) == 1


def test_a_subject_taken_back_in_has_the_forms_as_they_were(ada: Subject, workshop: Cast, now: datetime) -> None:
    answer_all(ada.cycle, workshop.ada, {"peer"}, now)
    before = sorted(Assignment.objects.filter(subject=ada).values_list("rater", "state", "ticket"))
    actions.remove_subject(ada, by=workshop.eve, at=now)
    with pytest.raises(Denied, match="any more"):
        actions.ask(ada, who=workshop.dan, group="peer", by=workshop.eve, at=now)
    actions.add_subject(ada.cycle, person=workshop.ada, by=workshop.eve, at=now)
    assert sorted(Assignment.objects.filter(subject=ada).values_list("rater", "state", "ticket")) == before
    ada.refresh_from_db()
    assert ada.withdrawn_on is None


# ---- leads


def test_another_lead_reads_releases_and_answers(ada: Subject, workshop: Cast, now: datetime) -> None:
    for _time in range(2):
        actions.replace_lead(ada, lead=workshop.dan, form_stays=False, by=workshop.eve, at=now)
    ada.refresh_from_db()
    assert ada.lead == workshop.dan
    assert Assignment.objects.asked().get(subject=ada, group="manager").rater == workshop.dan
    assert Assignment.objects.get(subject=ada, rater=workshop.bo).state == AssignmentState.WITHDRAWN
    assert recorded("reviews.replace_lead") == [{"form": "moves"}]


def test_the_form_may_stay_with_the_former_lead(ada: Subject, workshop: Cast, now: datetime) -> None:
    actions.replace_lead(ada, lead=workshop.dan, form_stays=True, by=workshop.eve, at=now)
    ada.refresh_from_db()
    assert ada.lead == workshop.dan
    assert Assignment.objects.asked().get(subject=ada, group="manager").rater == workshop.bo


def test_a_colleague_who_becomes_the_lead_stays_confidential(ada: Subject, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="cannot be changed"):
        actions.replace_lead(ada, lead=workshop.cleo, form_stays=False, by=workshop.eve, at=now)
    assert Assignment.objects.asked().get(subject=ada, group="manager").rater == workshop.bo
    actions.replace_lead(ada, lead=workshop.cleo, form_stays=True, by=workshop.eve, at=now)
    assert Assignment.objects.get(subject=ada, rater=workshop.cleo).group == "peer"


@pytest.mark.parametrize(("who", "match"), [("ada", "own lead"), ("gus", "does not work here")])
def test_who_cannot_become_the_lead(ada: Subject, workshop: Cast, now: datetime, who: str, match: str) -> None:
    with pytest.raises(Refused, match=match):
        actions.replace_lead(ada, lead=getattr(workshop, who), form_stays=False, by=workshop.eve, at=now)


# ---- who, and when


def deeds(cycle: ReviewCycle, subject: Subject, cast: Cast, by: Person, at: datetime) -> dict[str, Callable[[], object]]:
    until = cycle.closes_at + LATER
    return {
        "extend": lambda: actions.extend(cycle, until=until, by=by, at=at),
        "extend_rater": lambda: actions.extend_rater(cycle, rater=cast.cleo.pk, until=until, by=by, at=at),
        "extend_subject": lambda: actions.extend_subject(subject, until=until, by=by, at=at),
        "add_subject": lambda: actions.add_subject(cycle, person=cast.cleo, by=by, at=at),
        "remove_subject": lambda: actions.remove_subject(subject, by=by, at=at),
        "ask": lambda: actions.ask(subject, who=cast.dan, group="peer", by=by, at=at),
        "stop_asking": lambda: actions.stop_asking(subject, rater=cast.cleo.pk, by=by, at=at),
        "replace_rater": lambda: actions.replace_rater(subject, rater=cast.cleo.pk, who=cast.dan, by=by, at=at),
        "replace_lead": lambda: actions.replace_lead(subject, lead=cast.dan, form_stays=True, by=by, at=at),
        "cancel": lambda: actions.cancel(cycle, by=by, at=at),
    }


@pytest.mark.parametrize("who", ["ada", "bo", "cleo", "dan", "finn", "jon"])
def test_only_hr_in_charge_steers(ada: Subject, workshop: Cast, now: datetime, who: str) -> None:
    for name, deed in deeds(ada.cycle, ada, workshop, getattr(workshop, who), now).items():
        with pytest.raises(Denied):
            deed()
        assert name


def test_after_the_close_nothing_is_steered(ada: Subject, workshop: Cast, now: datetime) -> None:
    actions.close(ada.cycle, by=workshop.eve, at=now)
    for name, deed in deeds(ada.cycle, ada, workshop, workshop.eve, now).items():
        with pytest.raises(Denied, match="not closed yet" if name == "cancel" else "while answers are gathered"):
            deed()


def test_nobody_steers_what_is_about_themselves(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    iris = actions.add_subject(ReviewCycle.objects.get(pk=launched.pk), person=person("Ines Park", workshop.workshop, "Partner", workshop.bo), by=workshop.eve, at=now)
    Subject.objects.filter(pk=iris.pk).update(person=workshop.eve)
    about_eve = Subject.objects.select_related("cycle__scope", "cycle__box", "person").get(pk=iris.pk)
    for name, deed in deeds(launched, about_eve, workshop, workshop.eve, now).items():
        if name not in {"extend", "extend_rater", "add_subject", "cancel"}:
            with pytest.raises(Denied, match="asked about them"):
                deed()


# ---- what the database itself keeps


@pytest.mark.parametrize("change", [
    "closes_at = closes_at - interval '1 second'", "time_zone = 'Pacific/Auckland'", "opens_at = opens_at - interval '1 day'", "opens_at = null",
])
def test_no_deadline_of_a_launched_cycle_is_loosened_by_sql(launched: ReviewCycle, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update reviews_reviewcycle set {change}")


def test_the_deadline_of_a_closed_cycle_stays(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.close(launched, by=workshop.eve, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewCycle.objects.filter(pk=launched.pk).update(closes_at=launched.closes_at + LATER)


@pytest.mark.parametrize("change", [
    "\"group\" = 'manager'", "ticket = gen_random_uuid()", "rater_id = (select id from people_person where name = 'Dan Moreau')",
    "subject_id = (select id from reviews_subject where id <> subject_id limit 1)",
])
def test_a_form_stays_what_its_rater_was_promised(ada: Subject, workshop: Cast, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update reviews_assignment set {change} where rater_id = %s and subject_id = %s", [workshop.cleo.pk, ada.pk])


@pytest.mark.parametrize("until", ["until - interval '1 hour'", "null"])
def test_time_once_given_is_not_taken_back(launched: ReviewCycle, workshop: Cast, now: datetime, until: str) -> None:
    actions.extend_rater(launched, rater=workshop.cleo.pk, until=launched.closes_at + LATER, by=workshop.eve, at=now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update reviews_assignment set until = {until} where rater_id = %s", [workshop.cleo.pk])
