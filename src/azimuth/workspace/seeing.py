"""What can be asked about seeing: the kinds of personal things, each with the policy that decides about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Policy, Seen, Step
from azimuth.people import policies as people
from azimuth.people.models import Person
from azimuth.people.states import Role
from azimuth.reviews import policies as reviews
from azimuth.reviews.models import ReviewCycle, Subject


@dataclass(frozen=True)
class Kind:
    """One kind of personal thing. `open_to`: things of it whose audience this viewer may read; `about`: those of a person."""

    code: str
    label: object
    policy: Policy[Any]
    open_to: Callable[[Person], QuerySet[Any]]
    about: Callable[[Person], QuerySet[Any]]
    name: Callable[[Any], str] = str


def _is_told_all(viewer: Person) -> bool:
    return viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.AUDITOR)


def _records(viewer: Person) -> QuerySet[Person]:
    everybody = Person.objects.select_related("unit")
    return everybody if _is_told_all(viewer) else everybody.looked_after_by(viewer) | everybody.filter(pk=viewer.pk)


def _subjects(viewer: Person) -> QuerySet[Subject]:
    rows = Subject.objects.select_related("person", "lead", "coach", "cycle__scope").exclude(cycle__launched_on=None)
    return rows.filter(person=viewer) | rows.filter(cycle__in=ReviewCycle.objects.visible_to(viewer))


def _subjects_about(person: Person) -> QuerySet[Subject]:
    rows = Subject.objects.filter(person=person).exclude(cycle__launched_on=None)
    return rows.select_related("person", "lead", "coach", "cycle__scope").order_by("-cycle__launched_on", "pk")


def _cycle_name(subject: Subject) -> str:
    return subject.cycle.name


KINDS: Sequence[Kind] = (
    Kind("record", _("Record"), people.READ_RECORD, _records, lambda person: Person.objects.select_related("unit").filter(pk=person.pk), lambda person: person.name),
    Kind("report", _("360 report"), reviews.READ_REPORT, _subjects, _subjects_about, _cycle_name),
    Kind("growth", _("Growth areas"), reviews.SEE_GROWTH, _subjects, _subjects_about, _cycle_name),
    Kind("raters", _("List of raters"), reviews.SEE_RATERS, _subjects, _subjects_about, _cycle_name),
)
BY_CODE = {kind.code: kind for kind in KINDS}


def who_sees(kind: Kind, thing: Any, *, on: date) -> Seen:
    """Everybody who can see a thing, by the rule that lets them in."""
    return kind.policy.audience(thing, on=on)


@dataclass(frozen=True)
class Answer:
    """May somebody see one thing, and the way to that verdict."""

    kind: Kind
    name: str
    key: object
    is_allowed: bool
    steps: Sequence[Step]

    @property
    def because(self) -> str:
        """The rule that let in, or the first that kept out."""
        return str(self.steps[-1].says)


def explain(viewer: Person, about: Person, *, only: str = "") -> list[Answer]:
    """For every personal thing about somebody (of one kind, where named): may `viewer` see it, and by which rule."""
    return [
        _answer(kind, viewer, thing) for kind in KINDS if only in {"", kind.code} for thing in kind.about(about)
    ]


def _answer(kind: Kind, viewer: Person, thing: Any) -> Answer:
    verdict, steps = kind.policy(viewer, thing), kind.policy.trace(viewer, thing)
    return Answer(kind, kind.name(thing), thing.pk, bool(verdict), steps)


def may_explain(viewer: Person, about: Person) -> bool:
    """Auditors and HR administrators about anybody; HR partners about people they look after."""
    return _is_told_all(viewer) or (viewer.pk != about.pk and people.looks_after(viewer, about))
