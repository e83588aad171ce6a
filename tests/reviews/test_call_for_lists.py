"""A launch that calls for lists of raters: promises are frozen, those who propose are told, nobody is asked yet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from azimuth.access.verdict import Refused
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Account
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.reviews.states import CycleState
from tests.cast import Cast
from tests.reviews.conftest import call_for_lists


def test_a_launch_calls_for_lists_and_asks_nobody_yet(nominating: ReviewCycle, workshop: Cast) -> None:
    assert nominating.state == CycleState.NOMINATING
    assert nominating.box is not None
    assert nominating.snapshot
    assert not Assignment.objects.exists()
    assert set(nominating.subjects.values_list("list_state", flat=True)) == {"choosing"}
    assert set(Notice.objects.values_list("person__name", flat=True)) == {workshop.ada.name, workshop.bo.name}
    assert Mail.objects.count() == 2


def test_whoever_proposes_can_sign_in(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Account.objects.filter(person=workshop.ada).delete()
    call_for_lists(draft, now, by=workshop.eve)
    assert Account.objects.filter(person=workshop.ada).exists()


@pytest.mark.parametrize(("nominator", "approver", "told"), [("lead", "hr", {"Bo Lindqvist", "Iris Okafor"}), ("hr", "nobody", {"Eve Castellano"})])
def test_leads_or_hr_are_told_once_for_all_their_people(draft: ReviewCycle, workshop: Cast, now: datetime, nominator: str, approver: str, told: set[str]) -> None:
    call_for_lists(draft, now, by=workshop.eve, nominator=nominator, approver=approver)
    assert sorted(Notice.objects.values_list("person__name", flat=True)) == sorted(told)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"nominations_close_at": None}, "until which raters are proposed"), ({"nominations_close_at": timedelta(days=-1)}, "until which raters are proposed"),
        ({"nominations_close_at": timedelta(weeks=4)}, "before the cycle opens"), ({"opens_at": timedelta(days=3)}, "before the cycle opens"),
        ({"nominated": ["external"], "groups": ["self", "peer"]}, "at least one rater group"),
    ],
)
def test_a_draft_whose_days_do_not_fit_is_not_launched(draft: ReviewCycle, workshop: Cast, now: datetime, wrong: dict[str, object], sentence: str) -> None:
    rules = {name: now + value if isinstance(value, timedelta) else value for name, value in wrong.items()}
    with pytest.raises(Refused, match=sentence):
        call_for_lists(draft, now, by=workshop.eve, **rules)
