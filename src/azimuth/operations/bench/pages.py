"""Pages beside a floor: through every middleware, signed in, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from azimuth.operations.bench.measuring import Result, beside
from azimuth.people.models import Person
from azimuth.reviews.models import Assignment, ReviewCycle, Subject

MOST, QUERIES = 3.0, 12


def measure(cycle: ReviewCycle, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """Every page of the list, as somebody who may open it."""
    people = Person.objects.count()
    with override_settings(ROOT_URLCONF="azimuth.operations.bench.urls", ALLOWED_HOSTS=["testserver"]):
        for name, who, url in _pages(cycle):
            if wanted(name):
                yield _measured(name, people, _signed_in(who), url)


def _pages(cycle: ReviewCycle) -> list[tuple[str, Person, str]]:
    head = cycle.created_by or Person.objects.earliest("employee_id")
    form = Assignment.objects.filter(subject__cycle=cycle, group="peer").select_related("rater").first()
    read = Subject.objects.exclude(released_on=None).select_related("person").first()
    middle = Person.objects.order_by("employee_id")[Person.objects.count() // 20]
    pages = [
        ("home", middle, "/"), ("home of HR", head, "/"), ("directory", middle, "/people/"), ("directory, searched", middle, "/people/?q=head"),
        ("person", head, f"/people/{middle.pk}/"), ("chart", middle, "/people/chart/"), ("chart node", middle, f"/people/chart/?open={middle.pk}"),
        ("cycle overview", head, reverse("reviews:cycle", args=[cycle.pk])),
    ]
    if form and form.rater:
        pages.append(("form", form.rater, reverse("reviews:answer", args=[form.pk])))
    if read:
        pages.append(("report page", read.person, reverse("reviews:report", args=[read.pk])))
    return pages


def _signed_in(who: Person) -> Client:
    client = Client()
    client.force_login(who.account)
    return client


def _measured(name: str, people: int, client: Client, url: str) -> Result:
    client.get(url)  # the first request of a session also notes that it has begun
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    queries = len(captured)  # now: later requests begin the log anew
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}: the bench cannot measure {name}.")
    floor_url = f"/bench/floor/{len(response.content)}/"
    value, floor = beside(lambda: client.get(url), lambda: client.get(floor_url))
    ratio = value / floor
    return Result(name, people, round(value, 2), "ms", round(floor, 2), round(ratio, 2), queries, f"at most {MOST:g}x the floor, {QUERIES} queries",
                  ratio <= MOST and queries <= QUERIES)


