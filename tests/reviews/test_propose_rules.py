"""Step 3 of the wizard: who proposes raters. Hidden and harmless until somebody is chosen; every field with bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.people.models import Person
from azimuth.reviews.models import ReviewCycle
from tests.cast import Cast

SignIn = Callable[[Person], Client]
BERLIN = ZoneInfo("Europe/Berlin")


def typed(**more: Any) -> dict[str, Any]:
    """The form as a browser sends it, with nominations."""
    today = timezone.now().astimezone(BERLIN).date()
    return {
        "groups": ["self", "manager", "peer", "report", "external"], "peers_most": "8", "reports_most": "8", "minimum": "3", "comment_minimum": "5", "releaser": "hr", "overlap_minimum": "80", "subject_minimum": "5",
        "opens_on": "", "closes_on": str(today + timedelta(days=28)), "time_zone": "Europe/Berlin", "nominator": "subject", "nominated": ["peer", "external"],
        "peers_least": "3", "reports_least": "0", "external_least": "1", "external_most": "4", "approver": "lead", "nominations_close_on": str(today + timedelta(days=7)),
        "shows_list": "on", "rater_limit": "6", "mutual_limit": "", **more,
    }


@pytest.fixture
def post(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> Callable[..., Any]:
    """Sends the form as Eve."""

    def send(**more: Any) -> Any:
        url = reverse("reviews:rules", args=[draft.pk])
        return as_person(workshop.eve).post(url, {**typed(**more), "seen": ReviewCycle.objects.get().version})

    return send


def test_what_is_chosen_is_kept_and_the_deadline_is_the_end_of_its_day(post: Callable[..., Any]) -> None:
    assert post().status_code == 302

    cycle = ReviewCycle.objects.get()
    assert (cycle.nominator, cycle.approver, cycle.nominated, cycle.shows_list, cycle.rater_limit, cycle.mutual_limit) == ("subject", "lead", ["peer", "external"], True, 6, None)
    assert cycle.sizes == {"peer": [3, 8], "report": [0, 8], "external": [1, 4]}
    assert cycle.nominations_close_at is not None
    local = cycle.nominations_close_at.astimezone(BERLIN)
    assert (local.date(), local.hour) == (timezone.now().astimezone(BERLIN).date() + timedelta(days=8), 0)


def test_it_shows_again_what_was_kept(post: Callable[..., Any], draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    post()
    page = as_person(workshop.eve).get(reverse("reviews:rules", args=[draft.pk]))
    form = page.context["proposals"]
    assert form.initial["external_most"] == 4
    assert form.initial["nominations_close_on"] == timezone.now().astimezone(BERLIN).date() + timedelta(days=7)


def test_without_a_proposer_nothing_of_it_counts_not_even_nonsense(post: Callable[..., Any]) -> None:
    assert post(nominator="nobody", peers_least="x", nominations_close_on="31.31.", external_most="", rater_limit="-1").status_code == 302
    cycle = ReviewCycle.objects.get()
    assert (cycle.nominator, cycle.nominations_close_at) == ("nobody", None)


def test_a_page_from_before_this_rule_means_nobody(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    data = {name: value for name, value in typed().items() if name in {"groups", "peers_most", "reports_most", "minimum", "comment_minimum", "releaser", "overlap_minimum", "subject_minimum", "opens_on", "closes_on", "time_zone"}}
    sent = as_person(workshop.eve).post(reverse("reviews:rules", args=[draft.pk]), {**data, "seen": ReviewCycle.objects.get().version})
    assert sent.status_code == 302
    assert ReviewCycle.objects.get().nominator == "nobody"


def day(days: int) -> str:
    return str(timezone.now().astimezone(BERLIN).date() + timedelta(days=days))


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("nominator", {"nominator": "the boss"}, "valid choice"),
        ("nominated", {"nominated": []}, "at least one group"),
        ("nominated", {"nominated": ["manager"]}, "valid choice"),
        ("nominated", {"nominated": ["external"], "groups": ["self", "peer"]}, "at least one group that is asked"),
        ("peers_least", {"peers_least": ""}, "required"),
        ("peers_least", {"peers_least": "x"}, "whole number"),
        ("peers_least", {"peers_least": "-1"}, "greater than or equal to 0"),
        ("peers_least", {"peers_least": "9"}, "cannot be more than the most"),
        ("reports_least", {"reports_least": "31"}, "less than or equal to 30"),
        ("external_least", {"external_least": "5"}, "cannot be more than the most"),
        ("external_most", {"external_most": "0"}, "greater than or equal to 1"),
        ("approver", {"approver": ""}, "required"),
        ("approver", {"nominator": "lead", "approver": "lead"}, "Nobody approves their own lists"),
        ("approver", {"nominator": "hr", "approver": "hr"}, "Nobody approves their own lists"),
        ("nominations_close_on", {"nominations_close_on": ""}, "required"),
        ("nominations_close_on", {"nominations_close_on": "soon"}, "valid date"),
        ("nominations_close_on", {"nominations_close_on": -2}, "This day is over"),
        ("nominations_close_on", {"nominations_close_on": 28}, "before the cycle closes"),
        ("nominations_close_on", {"nominations_close_on": 7, "opens_on": 7}, "before the cycle opens"),
        ("rater_limit", {"rater_limit": "0"}, "greater than or equal to 1"),
        ("mutual_limit", {"mutual_limit": "-1"}, "greater than or equal to 0"),
    ],
)
def test_bad_input_is_named_beside_its_field(post: Callable[..., Any], field: str, wrong: dict[str, Any], sentence: str) -> None:
    page = post(**{name: day(value) if isinstance(value, int) else value for name, value in wrong.items()})
    assert page.status_code == 200
    assert sentence in " ".join(page.context["proposals"].errors[field])
    assert ReviewCycle.objects.get().nominator == "nobody"


def test_a_wrong_zone_is_named_and_breaks_nothing(post: Callable[..., Any]) -> None:
    page = post(time_zone="Mars/Olympus")
    assert page.status_code == 200
    assert page.context["form"].errors["time_zone"]
