"""Work beside a target: launch, submitting, counting, PDF."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from azimuth.operations.bench.measuring import Result, median_ms, seconds
from azimuth.operations.simulation import establishing
from azimuth.people.models import Person
from azimuth.reviews import actions, counting, invented, printing
from azimuth.reviews.models import Assignment, ReviewCycle

LAUNCH_SECONDS, SUBMIT_MS, PDFS_A_SECOND = 15.0, 40.0, 10.0
SUBJECTS_AT_MOST = 10_000  # of one launch, however large the organisation
QUIET: Callable[..., None] = lambda *_: None  # noqa: E731


def launched(now: datetime) -> tuple[ReviewCycle, Result]:
    """A cycle about everybody, or ten thousand of them, launched against the clock."""
    head = Person.objects.earliest("employee_id")
    cycle = establishing.draft_about_everybody(head, now, limit=SUBJECTS_AT_MOST)
    actions.launch(cycle, seen=cycle.version, by=head, at=now)
    with CaptureQueriesContext(connection) as captured:
        taken = seconds(lambda: actions.carry_out_launch(cycle, at=now, step=QUIET))
    cycle = ReviewCycle.objects.select_related("box", "created_by").get(pk=cycle.pk)
    forms, people = Assignment.objects.filter(subject__cycle=cycle).count(), Person.objects.count()
    return cycle, Result(f"launch ({forms} forms)", people, round(taken, 2), "s", None, None, len(captured), f"at most {LAUNCH_SECONDS:g} s", taken <= LAUNCH_SECONDS)


def submitting(cycle: ReviewCycle, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """Saving and submitting a whole form through the actions a page calls, each another rater's."""
    if not wanted("submit a form"):
        return
    forms = list(Assignment.objects.filter(subject__cycle=cycle, group="peer").select_related("subject__cycle__box", "rater")[:40])
    items = [q["key"] for s in cycle.snapshot["sections"] for q in s["questions"] if q["kind"] == "item"]
    sheet: dict[str, Any] = {"scores": dict.fromkeys(items, 4), "texts": {}}

    def submit(number: int) -> None:
        form, now = forms[number], timezone.now()
        actions.save(form, sheet, seen=None, by=form.who, at=now)
        actions.submit([form], by=form.who, at=now)

    submit(0)
    value = median_ms(lambda n: submit(n + 1), len(forms) - 1)
    yield Result(f"submit a form ({len(items)} items)", Person.objects.count(), round(value, 2), "ms", None, None, None, f"at most {SUBMIT_MS:g} ms", value <= SUBMIT_MS)


def counted(cycle: ReviewCycle, now: datetime) -> Result:
    """Close, count and release what was answered; so that there is a report to open."""
    actions.close(cycle, by=None, at=now)
    taken = seconds(lambda: counting.count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk), at=now, step=QUIET))
    actions.release(cycle, subjects=None, by=None, at=now)
    reports = cycle.subjects.count()
    return Result(f"count ({reports} reports)", Person.objects.count(), round(taken, 2), "s", None, None, None, "reported, no target yet", met=True)


def printed(cycle: ReviewCycle, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """Reports a second on one core, warm, by processor time as well as by the clock."""
    if not wanted("pdf"):
        return
    content = invented.content(cycle.snapshot, subject="Robin Example", cycle=cycle.name, purpose=cycle.purpose, minimum=3, comment_minimum=5, comments=["A comment."] * 3)
    printing.pdf(content)
    begun, used = time.perf_counter(), os.times()
    number = 20
    for _ in range(number):
        printing.pdf(content)
    spent = os.times()
    cpu = (spent.user + spent.system) - (used.user + used.system)
    rate = number / max(time.perf_counter() - begun, cpu)
    yield Result("pdf", Person.objects.count(), round(rate, 1), "per second and core", None, None, None, f"at least {PDFS_A_SECOND:g}", rate >= PDFS_A_SECOND)
