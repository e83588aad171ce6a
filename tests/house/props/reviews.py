"""Cycles, their subjects, lists, forms and reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from azimuth.people.models import Person
from azimuth.reviews import actions as reviews
from azimuth.reviews.actions.links import hash_of
from azimuth.reviews.counting import count as count_cycle
from azimuth.reviews.models import (
    Assignment,
    CohortReport,
    ExternalRater,
    RaterLink,
    Report,
    ReportPdf,
    ReviewCycle,
    Subject,
)
from azimuth.reviews.queries import list_of
from tests.house.props import prop
from tests.reviews.conftest import GROUPS

if TYPE_CHECKING:
    from tests.house.stage import Stage


@prop("cycle_id")
def cycle_id(stage: Stage) -> object:
    """A draft."""
    cycle = reviews.create(
        name="Spring 360", scope=stage.cast.workshop, by=stage.cast.eve, at=stage.now, questionnaire=stage["questionnaire"],
        closes_at=timezone.now() + timedelta(weeks=3), opens_at=stage.now,
    )
    reviews.add_subjects(cycle, people=[stage.cast.ada.pk], by=stage.cast.eve, at=stage.now)
    cycle.refresh_from_db()
    return cycle


@prop("remedy")
def remedy(stage: Stage) -> object:
    return "without_lead"


@prop("subject_id")
def subject_id(stage: Stage) -> object:
    """Ada, in the draft."""
    return Subject.objects.get(cycle=stage["cycle_id"])


@prop("open cycle")
def open_cycle(stage: Stage) -> object:
    stage["colleagues"]
    cycle = ReviewCycle.objects.get(pk=stage.key("cycle_id"))
    reviews.launch(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now)
    reviews.carry_out_launch(cycle, at=stage.now, step=lambda done, total, note: None)
    return ReviewCycle.objects.get(pk=cycle.pk)


@prop("assignment_id")
def assignment_id(stage: Stage) -> object:
    """Cleo's form about Ada."""
    return Assignment.objects.get(subject__cycle=stage["open cycle"], rater=stage.cast.cleo)


@prop("counted subject")
def counted_subject(stage: Stage) -> object:
    cycle = ReviewCycle.objects.get(pk=stage.key("open cycle"))
    reviews.close(cycle, by=None, at=stage.now)
    count_cycle(ReviewCycle.objects.select_related("box").get(pk=cycle.pk), at=stage.now, step=lambda done, total, note: None)
    return Subject.objects.get(cycle=cycle)


@prop("released subject")
def released_subject(stage: Stage) -> object:
    subject = Subject.objects.get(pk=stage.key("counted subject"))
    reviews.release(subject.cycle, subjects=None, by=stage.cast.eve, at=stage.now)
    ReportPdf.objects.create(report=Report.objects.get(subject=subject), language="en", file=b"%PDF-1.7")
    return Subject.objects.get(pk=subject.pk)


# ---- reviews: raters are proposed for Ada, who has chosen Cleo; and Hana is asked about her from outside


@prop("nominating cycle")
def nominating_cycle(stage: Stage) -> object:
    stage["colleagues"]
    cycle, ends = ReviewCycle.objects.get(pk=stage.key("cycle_id")), timezone.now() + timedelta(weeks=1)
    rules = {"nominator": "subject", "approver": "lead", "groups": GROUPS, "nominated": ["peer", "external"], "opens_at": None, "nominations_close_at": ends}
    reviews.update(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now, **rules)
    cycle.refresh_from_db()
    reviews.launch(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now)
    reviews.carry_out_launch(cycle, at=stage.now, step=lambda done, total, note: None)
    return ReviewCycle.objects.get(pk=cycle.pk)


@prop("list being chosen")
def list_being_chosen(stage: Stage) -> object:
    subject = Subject.objects.select_related("cycle__scope", "person").get(cycle=stage["nominating cycle"])
    for name in ("Cleo Brandt", "Per Holm", "Quim Sala"):
        reviews.nominate(subject, rater=Person.objects.get(name=name), by=stage.cast.ada, at=stage.now)
    return subject


@prop("proposed list")
def proposed_list(stage: Stage) -> object:
    subject = Subject.objects.select_related("cycle", "person").get(pk=stage.key("list being chosen"))
    return reviews.propose(subject, seen=list_of(subject).seen, by=stage.cast.ada, at=stage.now)


@prop("asked_id")
def asked_id(stage: Stage) -> object:
    return stage.cast.cleo


@prop("declined form")
def declined_form(stage: Stage) -> object:
    form = Assignment.objects.get(subject__cycle=stage["open cycle"], rater=stage.cast.cleo)
    reviews.decline(form, reason="No time.", replacement=stage.cast.dan, by=stage.cast.cleo, at=timezone.now())
    return form


@prop("outside cycle")
def outside_cycle(stage: Stage) -> object:
    cycle = ReviewCycle.objects.get(pk=stage.key("cycle_id"))
    reviews.update(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now, groups=GROUPS)
    subject = Subject.objects.select_related("cycle").get(cycle=cycle)
    reviews.add_external(subject, name="Hana Sato", email="hana@client.example", language="en", by=stage.cast.eve, at=stage.now)
    cycle.refresh_from_db()
    reviews.launch(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now)
    reviews.carry_out_launch(cycle, at=stage.now, step=lambda done, total, note: None)
    return ReviewCycle.objects.get(pk=cycle.pk)


@prop("outside form")
def outside_form(stage: Stage) -> object:
    return Assignment.objects.get(subject__cycle=stage["outside cycle"], group="external")


@prop("external_id")
def external_id(stage: Stage) -> object:
    return ExternalRater.objects.get(cycle=stage["outside cycle"])


@prop("token")
def token(stage: Stage) -> object:
    """What Hana's link holds."""
    word = "hanas-own-link"
    RaterLink.objects.create(external=stage["external_id"], token_hash=hash_of(word), made_on=stage.now.date())
    return word
@prop("counted cycle")
def counted_cycle(stage: Stage) -> object:
    cycle = Subject.objects.select_related("cycle").get(pk=stage.key("counted subject")).cycle
    CohortReport.objects.filter(cycle=cycle).update(pdf=b"%PDF-1.7")
    return cycle


@prop("unopened subject")
def unopened_subject(stage: Stage) -> object:
    """Ada, whose report waits until she opens it."""
    cycle = ReviewCycle.objects.get(pk=stage.key("cycle_id"))
    reviews.update(cycle, seen=cycle.version, by=stage.cast.eve, at=stage.now, releaser="subject")
    return stage["counted subject"]


@prop("shared subject")
def shared_subject(stage: Stage) -> object:
    """Ada, who shows her report to Bo."""
    stage["share"]
    return Subject.objects.get(pk=stage.key("released subject"))


@prop("share")
def share(stage: Stage) -> object:
    subject = Subject.objects.select_related("cycle__scope").get(pk=stage.key("released subject"))
    return reviews.share(subject, with_=stage.cast.bo, by=stage.cast.ada, at=stage.now)
