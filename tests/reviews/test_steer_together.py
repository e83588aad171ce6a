"""Several at once: two HR people on one list, HR and a rater on one form. One after the other, nothing twice, nobody locked out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, Nudge, ReviewCycle, Subject
from azimuth.reviews.states import CycleState
from tests.cast import Cast
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_launch import quiet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def ada(draft: ReviewCycle, workshop: Cast) -> Subject:
    now = timezone.now()
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    return Subject.objects.select_related("cycle__box", "cycle__scope", "person").get(cycle=draft, person=workshop.ada)


def at_once(*deeds: Callable[[], object]) -> Sequence[Exception]:
    """Run these beside each other; returns what went wrong besides refusals."""
    gate, wrong = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            deed()
        except (Denied, Refused):
            pass
        except Exception as error:  # noqa: BLE001  handed to the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_a_rater_is_asked_once_however_many_ask(ada: Subject, workshop: Cast) -> None:
    Mail.objects.all().delete()
    now = timezone.now()
    assert not at_once(*[lambda by=by: actions.ask(ada, who=workshop.dan, group="peer", by=by, at=now) for by in (workshop.eve, workshop.iris) * 3])
    assert Assignment.objects.filter(subject=ada, rater=workshop.dan).count() == 1
    assert Entry.objects.filter(action="reviews.ask").count() == 1
    assert Mail.objects.count() == 1


def test_a_subject_is_added_once_and_nobody_is_nudged_twice(ada: Subject, workshop: Cast) -> None:
    now = timezone.now()
    deeds = [lambda by=by: actions.add_subject(ada.cycle, person=workshop.cleo, by=by, at=now) for by in (workshop.eve, workshop.iris)]
    deeds += [lambda by=by: actions.nudge(ada.cycle, by=by, at=now) for by in (workshop.eve, workshop.iris)]
    assert not at_once(*deeds)
    assert Subject.objects.filter(person=workshop.cleo).count() == 1
    assert Entry.objects.filter(action="reviews.add_subject").count() == 1
    assert Nudge.objects.filter(person=workshop.cleo).count() == 1


def test_a_cycle_is_closed_or_cancelled_never_both(ada: Subject, workshop: Cast) -> None:
    now = timezone.now()
    assert not at_once(
        lambda: actions.close(ada.cycle, by=workshop.eve, at=now), lambda: actions.cancel(ada.cycle, by=workshop.iris, at=now),
        lambda: actions.extend(ada.cycle, until=ada.cycle.closes_at + timedelta(days=1), by=workshop.eve, at=now),
    )
    ada.cycle.refresh_from_db()
    assert ada.cycle.state in {CycleState.CLOSED, CycleState.CANCELLED}
    assert Entry.objects.filter(action__in=["reviews.close", "reviews.cancel"]).count() == 1


def test_a_rater_who_submits_while_being_taken_off(ada: Subject, workshop: Cast) -> None:
    now, forms = timezone.now(), list(Assignment.objects.filter(rater=workshop.cleo).select_related("subject__cycle__box"))
    for form in forms:
        actions.save(form, sheet_of(form, 4, "Fine."), seen=None, by=workshop.cleo, at=now)

    def steer() -> None:
        for _turn in range(6):
            actions.stop_asking_everywhere(ada.cycle, rater=workshop.cleo, by=workshop.eve, at=now)
            actions.ask(ada, who=workshop.cleo, group="peer", by=workshop.eve, at=now)

    def submit() -> None:
        for _turn in range(12):
            try:
                actions.submit(reversed(forms), by=workshop.cleo, at=now)
            except Denied:
                pass

    assert not at_once(steer, submit)
    assert Assignment.objects.get(subject=ada, rater=workshop.cleo).state in {"draft", "submitted"}
