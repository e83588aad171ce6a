"""Rating scales: every point has an anchor; a used scale is copied, not changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.questionnaires import actions, queries
from azimuth.questionnaires.forms import ScaleForm
from azimuth.questionnaires.models import Questionnaire, RatingScale
from azimuth.questionnaires.outlines import ScaleOutline, fingerprint
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
TWO = {"language": "en", "name": "Yes or no", "not_observed": "Do not know", "label_1": "No", "anchor_1": "Never saw it.", "label_2": "Yes", "anchor_2": "Saw it."}


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


def test_the_page_shows_every_anchor(iris: Client, small: Questionnaire) -> None:
    page = iris.get(reverse("questionnaires:scales")).content.decode()
    for point in small.scale.points.all():
        assert point.label in page
        assert point.anchor in page
    assert "Could not see it" in page


def test_a_scale_is_made(iris: Client, cast: Cast) -> None:
    assert iris.get(reverse("questionnaires:new-scale")).status_code == 200
    assert iris.post(reverse("questionnaires:new-scale"), TWO).status_code == 302
    scale = RatingScale.objects.get(name="Yes or no")
    assert scale.code == "yes-or-no"
    assert list(scale.points.values_list("value", "label", "anchor")) == [(1, "No", "Never saw it."), (2, "Yes", "Saw it.")]
    assert Entry.objects.get(action="questionnaires.add_scale").detail == {"points": 2}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"anchor_1": ""}, "anchor_1"),
        ({"label_1": ""}, "label_1"),
        ({"label_2": "no"}, "label_2"),
        ({"label_2": "", "anchor_2": ""}, "label_2"),
        ({"label_4": "Often", "anchor_4": "x"}, "label_3"),
        ({"anchor_2": "x" * 301}, "anchor_2"),
        ({"not_observed": "\x00"}, "not_observed"),
    ],
)
def test_faults_stay_beside_the_field(changes: dict[str, str], field: str) -> None:
    form = ScaleForm({**TWO, **changes})
    assert not form.is_valid()
    assert field in form.errors


def test_a_name_is_taken_once_and_typing_survives(iris: Client, small: Questionnaire) -> None:
    answer = iris.post(reverse("questionnaires:new-scale"), {**TWO, "name": "how OFTEN"})
    assert answer.status_code == 422
    assert "already" in answer.content.decode()
    assert "Saw it." in answer.content.decode()


def test_an_unused_scale_is_changed(iris: Client, small: Questionnaire) -> None:
    address = reverse("questionnaires:edit-scale", args=[small.scale_id])
    assert "Rarely" in iris.get(address).content.decode()
    seen = fingerprint(queries.scale_outline(small.scale))
    assert iris.post(address, {**TWO, "seen": seen}).status_code == 302
    assert list(small.scale.points.values_list("label", flat=True)) == ["No", "Yes"]
    stale = iris.post(address, {**TWO, "name": "Mine", "seen": seen})
    assert stale.status_code == 422
    assert "Saved meanwhile" in stale.content.decode()
    assert "Mine" in stale.content.decode()


def test_a_used_scale_is_copied(cast: Cast, iris: Client, small: Questionnaire, now: datetime) -> None:
    actions.mark_used(small, on=now.date())
    assert iris.get(reverse("questionnaires:edit-scale", args=[small.scale_id])).status_code == 403
    with pytest.raises(Denied, match="Copy it"):
        actions.edit_scale(small.scale, ScaleOutline("", "x", "y", ()), seen="", by=cast.iris, at=now)
    address = reverse("questionnaires:copy-scale", args=[small.scale_id])
    assert "Copy of How often" in iris.get(address).content.decode()
    iris.post(address, {**TWO, "name": "Copy of How often"})
    assert RatingScale.objects.get(code="copy-of-how-often").points.count() == 2
    assert small.scale.points.count() == 3


def test_retired_and_back(cast: Cast, iris: Client, small: Questionnaire, now: datetime) -> None:
    iris.post(reverse("questionnaires:retire-scale", args=[small.scale_id]))
    assert not RatingScale.objects.on_offer().exists()
    with pytest.raises(Denied):
        actions.retire_scale(small.scale, by=cast.iris, at=now)
    with pytest.raises(Denied):
        actions.edit_scale(small.scale, ScaleOutline("", "x", "y", ()), seen="", by=cast.iris, at=now)
    page = iris.get(reverse("questionnaires:edit", args=[small.pk])).content.decode()
    assert "How often" in page
    iris.post(reverse("questionnaires:restore-scale", args=[small.scale_id]))
    assert RatingScale.objects.on_offer().exists()
    with pytest.raises(Denied):
        actions.restore_scale(small.scale, by=cast.iris, at=now)


def test_scales_are_for_hr_administrators(cast: Cast, small: Questionnaire, now: datetime) -> None:
    outline = queries.scale_outline(small.scale)
    for who in (cast.ada, cast.eve, cast.jon):
        with pytest.raises(Denied):
            actions.add_scale(outline, by=who, at=now)
        with pytest.raises(Denied):
            actions.copy_scale(small.scale, outline, by=who, at=now)
    with pytest.raises(Refused, match="already"):
        actions.add_scale(outline, by=cast.iris, at=now)
