"""The dry run: what a launch of a draft would ask of whom, when, and what stands in its way. Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from azimuth.jobs.models import Job
from azimuth.notifications.quiet import quiet, zone_of
from azimuth.people.models import Person
from azimuth.reviews import planning, rehearsing, schedule
from azimuth.reviews.models import ExternalRater, Rehearsal, ReviewCycle
from azimuth.reviews.queries.coaches import without_coach
from azimuth.reviews.queries.near import people_near
from azimuth.reviews.queries.plans import Plan, plan
from azimuth.reviews.queries.rating import minutes
from azimuth.reviews.states import Reader, Releaser

SMALL = 500  # subjects a page may rehearse itself; more are rehearsed by a job


@dataclass(frozen=True)
class Rehearsed:
    """A dry run in full: who is asked for what, and the page's sums."""

    plan: Plan
    rows: Sequence[rehearsing.Row]
    facts: Mapping[UUID, rehearsing.Fact]
    problems: Sequence[rehearsing.Problem]
    content: dict[str, Any]
    digest: str

    def touched_by(self, code: str) -> list[UUID]:
        """The people one kind of problem touches."""
        return [key for problem in self.problems if problem.code == code for key in problem.people]


def rehearse(cycle: ReviewCycle, at: datetime) -> Rehearsed:
    """Run a draft dry, on today's organisation. A handful of queries whatever its size."""
    derived = plan(cycle, at.date())
    keys = {ask.rater for ask in derived.asked} | set(derived.subjects)
    facts = _facts(cycle, keys | {lead for key in derived.subjects if (lead := derived.organisation.lead_of.get(key))})
    rows = rehearsing.rows(derived.asked, derived.subjects, derived.organisation, facts, minutes(cycle))
    ends_on = (cycle.closes_at or at).date()
    found = [*rehearsing.problems(derived.asked, derived.subjects, derived.forecast, facts, ends_on=ends_on), *_without_coach(cycle, at.date()), *_near(cycle)]
    return Rehearsed(derived, rows, facts, found, _content(cycle, derived, rows, found, facts, at), rehearsing.digest(derived.asked))


def _without_coach(cycle: ReviewCycle, on: date) -> list[rehearsing.Problem]:
    people = list(without_coach(cycle, on).order_by("person__search_text", "person_id").values_list("person_id", flat=True))
    return [rehearsing.Problem("without_coach", people)] if people else []


def _near(cycle: ReviewCycle) -> list[rehearsing.Problem]:
    people = people_near(cycle)
    return [rehearsing.Problem("near_earlier", people)] if people else []


def _facts(cycle: ReviewCycle, keys: set[UUID]) -> dict[UUID, rehearsing.Fact]:
    inside = Person.objects.filter(pk__in=keys).values_list("pk", "name", "search_text", "unit__name", "email", "ended_on")
    outside = ExternalRater.objects.filter(cycle=cycle, pk__in=keys).values_list("pk", "name")
    return {
        key: rehearsing.Fact(name, text, unit or "", bool(email), ended_on) for key, name, text, unit, email, ended_on in inside.order_by("search_text", "pk")
    } | {key: rehearsing.Fact(name, name.lower(), "", has_address=True, leaves_on=None, is_external=True) for key, name in outside}


def _content(
    cycle: ReviewCycle, derived: Plan, rows: Sequence[rehearsing.Row], found: Sequence[rehearsing.Problem], facts: Mapping[UUID, rehearsing.Fact], at: datetime
) -> dict[str, Any]:
    each = sorted(row.minutes for row in rows if row.minutes)
    by_group = Counter(ask.group for ask in derived.asked)
    return {
        "subjects": len(derived.subjects), "forms": len(derived.asked), "raters": derived.forecast.raters,
        "by_group": {group: by_group[group] for group in planning.ORDER if by_group[group]},
        "minutes": {"form": dict(minutes(cycle)), "median": each[len(each) // 2] if each else 0, "most": each[-1] if each else 0, "all": sum(each)},
        "mails": [
            {"on": on.isoformat(), "kind": kind, "people": len(derived.subjects) if kind == "call" else derived.forecast.raters} for on, kind in mail_days(cycle, at)
        ],
        "problems": [problem.shown(facts) for problem in found],
    }


def mail_days(cycle: ReviewCycle, at: datetime) -> list[tuple[date, str]]:
    """The days on which people get a mail, in the cycle's time zone: the call for lists, the invitation, then reminders for whoever is not done."""
    if cycle.closes_at is None:
        return []
    zone = zone_of(cycle.time_zone)
    asked_at = max(filter(None, (cycle.opens_at or at, cycle.nominations_close_at if cycle.has_nominations else None)))
    opens = asked_at.astimezone(zone).date()
    call = [(at.astimezone(zone).date(), "call")] if cycle.has_nominations else []
    reminders = schedule.moments(cycle.closes_at, cycle.reminders, zone, quiet())
    return [*call, (opens, "invitation"), *((moment.day, "reminder") for moment in reminders if moment.day > opens)]


MAIL_KINDS = {
    "call": gettext_lazy("Call for lists of raters"), "invitation": gettext_lazy("Invitation to answer"), "reminder": gettext_lazy("Reminder, to those who are not done"),
}


def rehearsal_of(cycle: ReviewCycle) -> Rehearsal | None:
    """The dry run of this version of the draft, or the one that was launched; None when there is none."""
    found = Rehearsal.objects.filter(cycle=cycle).first()
    return found if found and (cycle.has_begun or found.version == cycle.version) else None


def rehearsal_under_way(cycle: ReviewCycle) -> Job | None:
    """The job that rehearses this version now."""
    return Job.objects.filter(key=rehearsal_key(cycle)).exclude(state=Job.State.DONE).first()


def rehearsal_key(cycle: ReviewCycle) -> str:
    """One dry run for each version of a draft."""
    return f"reviews.rehearse:{cycle.pk}:{cycle.version}"


@dataclass(frozen=True)
class ProblemCard:
    """One kind of problem in words: what, why it matters, whom it touches, what one click does about it."""

    code: str
    title: str
    why: str
    remedy: str
    count: int
    people: Sequence[Mapping[str, str]]
    is_serious: bool

    @property
    def shown(self) -> Sequence[Mapping[str, str]]:
        """The first dozen."""
        return self.people[:12]


SERIOUS = {"hidden", "leaving_subjects", "unreachable"}


def problem_cards(cycle: ReviewCycle, content: Mapping[str, Any]) -> list[ProblemCard]:
    """The problems of a dry run, for its page."""
    return [_card(cycle, problem) for problem in content["problems"]]


def _card(cycle: ReviewCycle, problem: Mapping[str, Any]) -> ProblemCard:
    title, why, remedy = _words(cycle, problem["code"], problem["count"])
    return ProblemCard(problem["code"], title, why, remedy, problem["count"], problem["people"], problem["code"] in SERIOUS)


def _words(cycle: ReviewCycle, code: str, n: int) -> tuple[str, str, str]:
    values = {"n": n, "k": cycle.minimum, "most": planning.HEAVY}
    title, why, remedy = {
        "hidden": (
            ngettext("%(n)d subject has too few colleagues", "%(n)d subjects have too few colleagues", n),
            _("With fewer than %(k)d colleagues asked no rating of theirs can ever be shown: only self and manager would be in the report."),
            _("Ask more colleagues of their units"),
        ),
        "small_groups": (
            ngettext("%(n)d subject has a group below the minimum", "%(n)d subjects have a group below the minimum", n),
            _("A group with fewer than %(k)d answers is shown together with other colleagues. That is safe; with a few more raters it could stand by itself."),
            _("Ask more colleagues of their units"),
        ),
        "overloaded": (
            ngettext("%(n)d rater has more than %(most)d forms", "%(n)d raters have more than %(most)d forms", n),
            _("Long lists are answered late and alike."),
            _("Share their peers out among others"),
        ),
        "without_lead": (
            ngettext("%(n)d subject has no lead", "%(n)d subjects have no lead", n),
            _("Nobody answers as their manager. That is right for the head of the organisation; for others the reporting line may be wrong."),
            _("Take them off the list"),
        ),
        "leaving_subjects": (
            ngettext("%(n)d subject leaves before the close", "%(n)d subjects leave before the close", n),
            _("They would not read their report."),
            _("Take them off the list"),
        ),
        "leaving_raters": (
            ngettext("%(n)d rater leaves before the close", "%(n)d raters leave before the close", n),
            _("They may be gone before they answer."),
            _("Do not ask them"),
        ),
        "without_coach": (
            ngettext("%(n)d subject has no coach", "%(n)d subjects have no coach", n),
            _("The coach is to read their report, and nobody is named. Where the coach releases it, nobody else can. It can also be done after the launch."),
            _("Name the HR partner nearest to each"),
        ),
        "near_earlier": (
            ngettext("%(n)d subject is in another cycle shortly before or after", "%(n)d subjects are in another cycle shortly before or after", n),
            _("Another cycle asks some of the same questions and closes less than 120 days away. Where its raters differ from these by fewer than %(k)d people, colleagues are shown together or not at all. Close this one later, or ask about them another time."),
            _("Take them off the list"),
        ),
        "unreachable": (
            ngettext("%(n)d rater has no e-mail address", "%(n)d raters have no e-mail address", n),
            _("They cannot sign in and are not told. Add an address to their record, or do without them."),
            _("Do not ask them"),
        ),
    }[code]
    return title % values, why % values, remedy


def visibility(cycle: ReviewCycle, *, name: str, lead: str) -> str:
    """Who would read this subject's report, in the order of reading."""
    named = {Reader.COACH: _("the coach"), Reader.LEAD: lead or _("the lead"), Reader.HR_PARTNER: _("HR")}
    readers = [Reader(code) for code in named if code in cycle.readers]
    first = [Reader.COACH] if cycle.releaser == Releaser.COACH else []
    in_order = [*(named[reader] for reader in first), name, ", ".join(named[reader] for reader in readers if reader not in first)]
    if readers:
        return _(", then ").join(part for part in in_order if part)
    shared = lead or _("others")
    return _("%(name)s, then %(others)s if it is shared") % {"name": name, "others": shared}


def mails_in_words(content: Mapping[str, Any]) -> list[tuple[date, str, int]]:
    """(day, what for, people at most)."""
    return [(date.fromisoformat(mail["on"]), str(MAIL_KINDS[mail["kind"]]), mail["people"]) for mail in content["mails"]]


def group_labels(content: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """(group in words, forms, minutes of one form), in the planner's order: stored JSON keeps none."""
    forms, each = content["by_group"], content["minutes"]["form"]
    return [(str(group.label), forms[group], each.get(group, 0)) for group in planning.ORDER if group in forms]
