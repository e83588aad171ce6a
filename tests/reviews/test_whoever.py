"""Raters of every kind: from outside, no longer asked, with more time than the others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from azimuth.access.verdict import Denied
from azimuth.ballots.actions import extend_box
from azimuth.ballots.models import CountedGroup, SealedSheet
from azimuth.ballots.queries import read_sheet
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState
from tests.cast import Cast
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import answer_all, count


@pytest.fixture
def hana(launched: ReviewCycle, workshop: Cast, now: datetime) -> Assignment:
    """A client, asked about Ada."""
    outside = ExternalRater.objects.create(cycle=launched, name="Hana Sato", email="hana@client.example", added_by=workshop.eve, added_on=now.date())
    subject = Subject.objects.get(cycle=launched, person=workshop.ada)
    made = Assignment.objects.create(subject=subject, external=outside, group="external")
    return Assignment.objects.select_related("subject__cycle__box", "external").get(pk=made.pk)


def test_somebody_from_outside_answers_into_the_same_box_and_only_they_read_it(hana: Assignment, workshop: Cast, now: datetime) -> None:
    actions.save(hana, sheet_of(hana, 5, "A pleasure to work with."), seen=None, by=hana.who, at=now)
    actions.submit([hana], by=hana.who, at=now)

    mine = read_sheet(*hana.place, by=hana.who)
    assert mine is not None
    assert "A pleasure" in str(mine.texts)
    assert read_sheet(*hana.place, by=workshop.ada) is None
    with pytest.raises(Denied, match="somebody else"):
        actions.save(hana, {"scores": {}, "texts": {}}, seen=None, by=workshop.ada, at=now)


def test_a_single_voice_from_outside_is_counted_among_colleagues(launched: ReviewCycle, hana: Assignment, workshop: Cast, now: datetime) -> None:
    answer_all(launched, workshop.ada, {"peer"}, now)
    actions.save(hana, sheet_of(hana, 5), seen=None, by=hana.who, at=now)
    actions.submit([hana], by=hana.who, at=now)
    count(launched, now + timedelta(weeks=3))

    row = CountedGroup.objects.get(about=workshop.ada, group="external")
    assert (row.invited, row.answered, row.shown_as) == (1, None, "colleagues")
    assert Assignment.objects.filter(external=hana.external, state=AssignmentState.COUNTED, ticket=None).count() == 1


def test_what_somebody_saved_who_is_no_longer_asked_is_destroyed_unopened(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    answer_all(launched, workshop.ada, {"peer", "report"}, now)
    form = Assignment.objects.get(subject__cycle=launched, subject__person=workshop.ada, rater=workshop.cleo)
    Assignment.objects.filter(pk=form.pk).update(state=AssignmentState.WITHDRAWN)
    with pytest.raises(Denied):
        actions.save(form, {"scores": {}, "texts": {}}, seen=None, by=workshop.cleo, at=now)
    assert not Assignment.objects.of(workshop.cleo).filter(pk=form.pk).exists()

    count(launched, now + timedelta(weeks=3))

    row = CountedGroup.objects.get(about=workshop.ada, group="peer")
    assert (row.invited, row.answered) == (4, 4)
    assert not SealedSheet.objects.exists()
    assert not Assignment.objects.filter(subject__person=workshop.ada, rater=workshop.cleo).exists()


def test_an_extension_counts_for_its_form_alone_and_the_box_waits_for_it(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    late, general = now + timedelta(weeks=4), launched.closes_at
    assert launched.box is not None
    assert general is not None
    forms = Assignment.objects.filter(subject__cycle=launched, subject__person=workshop.ada)
    forms.filter(rater=workshop.cleo).update(until=late)
    extend_box(launched.box, closes_at=late, by=workshop.eve, on=now.date())
    after = general + timedelta(hours=1)

    assert [row.rater for row in Assignment.objects.answerable(after)] == [workshop.cleo]
    assert actions.close_due(at=after) == 0
    extended = forms.select_related("subject__cycle__box").get(rater=workshop.cleo)
    actions.save(extended, sheet_of(extended, 4), seen=None, by=workshop.cleo, at=after)
    others = forms.select_related("subject__cycle__box").get(rater=workshop.bo)
    with pytest.raises(Denied, match="closed"):
        actions.save(others, sheet_of(others, 4), seen=None, by=workshop.bo, at=after)
    assert actions.close_due(at=late) == 1


def test_an_assignment_is_of_one_somebody(launched: ReviewCycle, hana: Assignment, workshop: Cast) -> None:
    for wrong in ({"rater": workshop.dan, "external": hana.external, "group": "external"}, {"group": "peer"}, {"rater": workshop.dan, "group": "external"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(subject=hana.subject, **wrong)
