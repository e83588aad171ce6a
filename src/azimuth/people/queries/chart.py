"""The organisation chart, a node at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.people.models import Person, PersonQuerySet
from azimuth.people.queries.lines import counts_of_reports, leads_above


@cache
def chart_url() -> str:
    """The address of the chart; asked once, since reverse() takes long for every node."""
    return reverse("people:chart")


@dataclass(frozen=True, slots=True)
class Node:
    """A person on the chart, and how many report to them."""

    person: Person
    reports: int

    @property
    def url(self) -> str:
        """The chart with this node open."""
        return f"{chart_url()}?open={self.person.pk}"

    @property
    def label(self) -> str:
        """What the toggle is called for readers."""
        return _("Team of %(name)s") % {"name": self.person.name}

    @property
    def words(self) -> str:
        """How many report, in words."""
        return ngettext("%(many)s report", "%(many)s reports", self.reports) % {"many": self.reports}


def heads(on: date) -> PersonQuerySet:
    """Those at the top: nobody leads them, and they lead somebody. Finding them takes a look at all lines."""
    return Person.objects.present(on).without_lead().leading()


def path_to(person: Person) -> list[Person]:
    """From the head down to the person, both included. One query."""
    return [*leads_above(person)[::-1], person]


def nodes(people: Iterable[Person], on: date) -> Sequence[Node]:
    """These people with the numbers of their reports. One query."""
    people = list(people)
    counts = counts_of_reports([person.pk for person in people], on)
    return [Node(person, counts.get(person.pk, 0)) for person in people]
