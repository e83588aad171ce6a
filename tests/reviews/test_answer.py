"""Answering: saved sealed, submitted when complete, refused after the close; nothing recorded, told or dated."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.ballots.actions import StaleSheet
from azimuth.ballots.models import SealedSheet
from azimuth.ballots.queries import read_sheet
from azimuth.notifications.models import Mail, Notice
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle
from tests.cast import Cast


@pytest.fixture
def form(launched: ReviewCycle, workshop: Cast) -> Assignment:
    """Cleo's form about Ada."""
    return Assignment.objects.select_related("subject__cycle__box").get(rater=workshop.cleo, subject__person=workshop.ada)


def sheet_of(form: Assignment, score: int = 4, text: str = "Keeps calm.") -> dict[str, dict[str, object]]:
    sections = form.subject.cycle.snapshot["sections"]
    items = [q["key"] for s in sections for q in s["questions"] if q["kind"] == "item"]
    prompts = [q["key"] for s in sections for q in s["questions"] if q["kind"] == "prompt"]
    return {"scores": dict.fromkeys(items, score), "texts": dict.fromkeys(prompts, text)}


def test_it_is_kept_sealed_and_only_the_rater_reads_it_again(form: Assignment, workshop: Cast, now: datetime) -> None:
    actions.save(form, sheet_of(form), seen=None, by=workshop.cleo, at=now)

    again = read_sheet(form.subject.cycle.box, form.ticket, by=workshop.cleo)
    assert again is not None
    assert again.content == sheet_of(form)
    assert read_sheet(form.subject.cycle.box, form.ticket, by=workshop.ada) is None


def test_submitting_leaves_no_trace_but_the_state(form: Assignment, workshop: Cast, now: datetime) -> None:
    """A05: no mail, no notice, no row in the log."""
    entries, mails, notices = Entry.objects.count(), Mail.objects.count(), Notice.objects.count()

    actions.save(form, sheet_of(form), seen=None, by=workshop.cleo, at=now)
    actions.submit([form], by=workshop.cleo, at=now)

    form.refresh_from_db()
    assert form.state == "submitted"
    assert (Entry.objects.count(), Mail.objects.count(), Notice.objects.count()) == (entries, mails, notices)


def test_when_all_forms_are_in_the_task_leaves_the_home_page(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    forms = list(Assignment.objects.filter(rater=workshop.cleo).select_related("subject__cycle__box"))
    for form in forms:
        actions.save(form, sheet_of(form), seen=None, by=workshop.cleo, at=now)

    actions.submit(forms, by=workshop.cleo, at=now)

    assert not Notice.objects.filter(person=workshop.cleo, done_on=None).exists()


def test_an_empty_form_is_not_submitted(form: Assignment, workshop: Cast, now: datetime) -> None:
    with pytest.raises(actions.Incomplete, match="empty"):
        actions.submit([form], by=workshop.cleo, at=now)


def test_two_tabs_lose_nothing(form: Assignment, workshop: Cast, now: datetime) -> None:
    """A48: the second tab is told, and both texts are there."""
    actions.save(form, sheet_of(form, text="First tab"), seen=None, by=workshop.cleo, at=now)

    with pytest.raises(StaleSheet) as stale:
        actions.save(form, sheet_of(form, text="Second tab"), seen=None, by=workshop.cleo, at=now)

    assert list(stale.value.current.texts.values()) == ["First tab"]


@pytest.mark.parametrize("who", ["ada", "bo", "eve", "iris", "finn"])
def test_nobody_answers_for_somebody_else(form: Assignment, workshop: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        actions.save(form, sheet_of(form), seen=None, by=getattr(workshop, who), at=now)
    assert not SealedSheet.objects.exists()


def test_after_the_deadline_answers_are_refused_even_when_nothing_closed_the_cycle(form: Assignment, workshop: Cast, now: datetime) -> None:
    with pytest.raises(Denied, match="closed"):
        actions.save(form, sheet_of(form), seen=None, by=workshop.cleo, at=now + timedelta(weeks=4))
