"""From draft to open: what is written, told and frozen; once, whoever clicks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Account, Person
from azimuth.questionnaires.models import Question
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.states import TRANSITIONS, CycleState
from tests.cast import Cast


def quiet(done: int, total: int, note: str) -> None:
    """Nobody watches."""


def test_it_asks_everybody_on_the_reporting_line_and_opens(launched: ReviewCycle, workshop: Cast) -> None:
    groups = Counter(Assignment.objects.filter(subject__person=workshop.ada).values_list("group", flat=True))

    assert launched.state == CycleState.OPEN
    assert groups == {"self": 1, "manager": 1, "peer": 5, "report": 3}
    assert launched.box is not None
    assert launched.box.minimum == 3


def test_it_tells_each_rater_once_and_says_nothing_of_the_content(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.invite(launched, at=now)  # again

    raters = set(Assignment.objects.values_list("rater_id", flat=True))
    assert Notice.objects.filter(kind="reviews").count() == len(raters)
    assert set(Mail.objects.values_list("person_id", flat=True)) == raters
    assert workshop.ada.name not in " ".join(Mail.objects.values_list("text", flat=True))


def test_whoever_is_asked_can_sign_in(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Account.objects.filter(person=workshop.cleo).delete()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    assert Account.objects.filter(person=workshop.cleo, is_active=True).exists()


def test_each_rater_reads_it_in_their_own_language_and_zone(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Person.objects.filter(pk=workshop.cleo.pk).update(time_zone="Asia/Tokyo")
    Person.objects.filter(pk=workshop.bo.pk).update(time_zone="America/Lima")
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    told = {notice.person_id: notice for notice in Notice.objects.filter(kind="reviews")}
    assert "23 March 2026, 18:00 (Asia/Tokyo)" in told[workshop.cleo.pk].text
    assert "23 March 2026, 04:00 (America/Lima)" in told[workshop.bo.pk].text
    assert "23 March 2026, 09:00 (UTC)" in told[workshop.ada.pk].text
    assert {notice.title for notice in told.values()} == {"Your feedback is asked for: Spring 360"}


def test_the_planner_hears_of_many_subjects_at_once(draft: ReviewCycle, workshop: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it checks ninety thousand forms against a table it takes for empty, row by row."""
    monkeypatch.setattr("azimuth.reviews.actions.drafting.MANY", 3)
    people = list(Person.objects.filter(name__in=["Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"]).values_list("pk", flat=True))
    assert actions.add_subjects(draft, people=people, by=workshop.eve, at=now) == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'reviews_subject'")
        assert cursor.fetchone() == (Subject.objects.count(),)


def test_it_is_recorded(launched: ReviewCycle) -> None:
    assert Entry.objects.filter(action__in=["reviews.launch", "reviews.launched"]).count() == 2


def test_two_people_launching_at_once_are_one_launch(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    first = actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    second = actions.launch(draft, seen=draft.version, by=workshop.iris, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    before = Assignment.objects.count()
    again = actions.carry_out_launch(draft, at=now, step=quiet)

    assert first.pk == second.pk
    assert again == {}
    assert Assignment.objects.count() == before


def test_a_draft_changed_since_the_summary_is_not_launched(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.update(draft, seen=draft.version, by=workshop.iris, at=now, minimum=4)

    with pytest.raises(Refused, match="changed this draft"):
        actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)


@pytest.mark.parametrize("who", ["ada", "bo", "dan", "finn", "jon"])
def test_only_hr_in_charge_launches(draft: ReviewCycle, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.launch(draft, seen=draft.version, by=getattr(workshop, who), at=now)


def test_what_was_promised_cannot_be_changed_by_action_shell_or_sql(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """A27: nor by page, action or shell."""
    with pytest.raises(Denied, match="launched"):
        actions.update(launched, seen=launched.version, by=workshop.eve, at=now, minimum=3)
    for change in ("minimum = 3 + 1", "readers = '[\"lead\"]'", "purpose = 'evaluation'", "snapshot = '{}'", "state = 'draft'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update reviews_reviewcycle set {change}")


def test_later_edits_of_the_questionnaire_never_reach_a_launched_cycle(launched: ReviewCycle) -> None:
    Question.objects.update(text="Something else")

    launched.refresh_from_db()
    assert "Something else" not in str(launched.snapshot)


def test_a_draft_without_a_future_deadline_says_so(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, closes_at=now - timedelta(days=1))

    with pytest.raises(Refused, match="lies in the future"):
        actions.launch(draft, seen=draft.version + 1, by=workshop.eve, at=now)


def test_a_partner_takes_subjects_from_her_units_only(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    added = actions.add_subjects(draft, people=[workshop.dan.pk, workshop.cleo.pk, workshop.gus.pk], by=workshop.eve, at=now)

    assert added == 1
    assert not Subject.objects.filter(person__in=[workshop.dan, workshop.gus]).exists()


@pytest.mark.parametrize("before", list(CycleState))
def test_the_database_knows_the_same_steps_as_the_table_of_states(launched: ReviewCycle, before: CycleState) -> None:
    way = [CycleState.OPEN, CycleState.CLOSED, CycleState.COUNTED, CycleState.RELEASED]
    if before not in way:
        return
    for state in way[1 : way.index(before) + 1]:
        ReviewCycle.objects.filter(pk=launched.pk).update(state=state)

    for after in CycleState:
        try:
            with transaction.atomic():
                ReviewCycle.objects.filter(pk=launched.pk).update(state=after)
                transaction.set_rollback(True)
            allowed = True
        except IntegrityError:
            allowed = False
        assert allowed == (after == before or after in TRANSITIONS[before]), f"{before} -> {after}"


def test_a_draft_is_discarded_and_a_launched_cycle_is_not(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.discard(draft, by=workshop.eve, at=now)

    assert not ReviewCycle.objects.exists()
    assert Entry.objects.filter(action="reviews.discard").count() == 1


def test_a_launched_cycle_is_not_discarded(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Denied):
        actions.discard(launched, by=workshop.eve, at=now)
