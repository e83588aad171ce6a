"""What waits for somebody: one list over all domains, and the first steps of a young installation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.notifications import queries as mail
from azimuth.notifications.models import Notice
from azimuth.people.models import Person
from azimuth.people.states import Role
from azimuth.reviews import queries as reviews
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState, CycleState, Releaser

SHOWN = 50
NAMED = 4
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: what, about whom or what, where, by when, about how many minutes it takes."""

    title: str
    text: str
    url: str
    icon: str = "circle-dot"
    due_on: date | None = None
    due_at: datetime | None = None
    zone: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps: what, why, where, and whether it is done."""

    title: str
    text: str
    url: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The home page of one person. `finished` counts what was done lately; `steps` are empty once the first cycle is out;
    `is_reminded` where mails remind of some of it."""

    tasks: Sequence[Task]
    finished: int
    steps: Sequence[Step]
    is_reminded: bool

    @property
    def minutes(self) -> int:
        """About how long everything takes together."""
        return sum(task.minutes or 0 for task in self.tasks)

    @property
    def next_step(self) -> Step | None:
        """The first step that is not done."""
        return next((step for step in self.steps if not step.is_done), None)


def home(viewer: Person, at: datetime) -> Home:
    """What waits for this viewer, soonest first. A constant number of queries."""
    cycles, forms = _under_way(viewer), list(_forms(viewer, at))
    tasks = [*forms, *_lists(viewer, cycles, at), *_notices(viewer), *_steering(viewer, cycles), *_releases(viewer, cycles, at.date()), *_mail_trouble(viewer, at)]
    tasks.sort(key=lambda task: (task.due_at.date() if task.due_at else task.due_on) or date.max)
    finished = 0 if tasks else Notice.objects.filter(person=viewer, done_on__gte=at.date() - LATELY).count()
    return Home(tasks, finished, first_steps(viewer, at.date()) if viewer.has_role(Role.HR_ADMIN) and not cycles else [], bool(forms))


def first_steps(viewer: Person, on: date) -> Sequence[Step]:
    """From an empty installation to a first cycle; nothing once one is launched. Two queries."""
    states = set(ReviewCycle.objects.order_by().values_list("state", flat=True).distinct())
    if states - {CycleState.DRAFT}:
        return []
    has_people, has_draft = Person.objects.present(on).exclude(pk=viewer.pk).exists(), CycleState.DRAFT in states
    cycles = "/reviews/cycles/"
    return [
        Step(_("Bring in your people"), _("A spreadsheet with names, addresses and leads; we find the columns and show every problem first."), "/people/import/", has_people),
        Step(_("Choose a 360 template"), _("Start from a questionnaire of the library; the wizard proposes everything else."), f"{cycles}new/", has_draft),
        Step(_("Launch"), _("The summary shows how many forms, for whom, and who is overloaded, before anything is sent."), cycles, is_done=False),
    ]


def _forms(viewer: Person, at: datetime) -> Iterator[Task]:
    """The rating forms that wait, a row per cycle."""
    for waiting in reviews.waiting_for(viewer, at):
        if not waiting.left:
            continue
        left = [assignment.subject.person.name for assignment in waiting.assignments if assignment.state != AssignmentState.SUBMITTED]
        names = ", ".join(left[:NAMED]) + (" …" if len(left) > NAMED else "")
        text = ngettext("%(many)s form left, of %(all)s: %(names)s", "%(many)s forms left, of %(all)s: %(names)s", waiting.left)
        yield Task(
            title=_("Give feedback: %(cycle)s") % {"cycle": waiting.cycle.name}, icon="message-square-quote", url="/reviews/",
            text=text % {"many": waiting.left, "all": len(waiting.assignments), "names": names},
            due_at=waiting.closes_at, zone=waiting.cycle.time_zone, minutes=waiting.minutes_left or None,
        )


def _lists(viewer: Person, cycles: Sequence[ReviewCycle], at: datetime) -> Iterator[Task]:
    """Lists of raters to propose or to approve, a row per cycle. Whoever runs all cycles sees from them whether there can be any."""
    if viewer.has_role(Role.HR_ADMIN) and not any(cycle.state == CycleState.NOMINATING for cycle in cycles):
        return
    for waiting in reviews.lists_waiting(viewer, at):
        url = f"/reviews/lists/{waiting.own}/" if waiting.own else "/reviews/lists/?state=proposed" if waiting.is_approval else "/reviews/lists/"
        if waiting.own:
            title, text, minutes = _("Propose who gives you feedback: %(cycle)s"), _("Suggestions are there; handing it in takes a click."), 5
        elif waiting.is_approval:
            title, minutes = _("Approve lists of raters: %(cycle)s"), 2 * waiting.many
            text = ngettext("%(n)d list waits for you.", "%(n)d lists wait for you.", waiting.many) % {"n": waiting.many}
        else:
            title, minutes = _("Propose raters: %(cycle)s"), 5 * waiting.many
            text = ngettext("For %(n)d person.", "For %(n)d people.", waiting.many) % {"n": waiting.many}
        yield Task(
            title=title % {"cycle": waiting.cycle_name}, text=text, url=url, icon="users", due_at=waiting.closes_at, zone=waiting.time_zone, minutes=minutes,
        )


SHOWN_OTHERWISE = ("reviews.invite:", "reviews.lists:", "reviews.declined:")


def _notices(viewer: Person) -> Iterator[Task]:
    """What people were told and have not done; forms, lists of raters and declines are shown as they stand now instead."""
    rows = Notice.objects.open_for(viewer)
    for key in SHOWN_OTHERWISE:
        rows = rows.exclude(key__startswith=key)
    for notice in rows[:SHOWN]:
        yield Task(notice.title, notice.text, notice.url, icon="bell", due_on=notice.due_on, minutes=notice.minutes)


def _mail_trouble(viewer: Person, at: datetime) -> Iterator[Task]:
    """Mail that does not leave, for those who can mend it."""
    if viewer.has_role(Role.SYSTEM_ADMIN) and (trouble := mail.trouble(at)):
        text = ngettext("%(many)s mail waits that should have left.", "%(many)s mails wait that should have left.", trouble.waiting)
        yield Task(title=_("Mail does not leave"), text=text % {"many": trouble.waiting}, url="/notifications/mails/", icon="mail-warning", due_on=at.date())


def _under_way(viewer: Person) -> Sequence[ReviewCycle]:
    """The cycles this viewer runs that may want something of them, those that close first first. One query, none for others."""
    if not (viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.HR_PARTNER)):
        return []
    rows = reviews.with_declines(ReviewCycle.objects.run_by(viewer)).filter(state__in=(CycleState.NOMINATING, CycleState.OPEN, CycleState.COUNTED))
    return list(rows.only("name", "state", "releaser", "closes_at", "nominations_close_at", "time_zone").order_by("closes_at", "pk"))


def _steering(viewer: Person, cycles: Sequence[ReviewCycle]) -> Iterator[Task]:
    """What waits for those who run cycles while raters are asked: lists that are complete, declines."""
    ready, declined = reviews.ready_to_begin(cycles), reviews.declines_waiting(cycles, viewer)
    for cycle in cycles:
        url = f"/reviews/cycles/{cycle.pk}/"
        if cycle.pk in ready:
            title, text = _("All lists are approved: %(cycle)s"), _("You can ask the raters before the deadline.")
            yield Task(title % {"cycle": cycle.name}, text, url, icon="send", due_at=cycle.nominations_close_at, zone=cycle.time_zone, minutes=1)
        if many := declined.get(cycle.pk):
            text = ngettext("%(n)d rater: ask somebody else, or let it be.", "%(n)d raters: ask somebody else, or let it be.", many) % {"n": many}
            yield Task(_("Raters declined: %(cycle)s") % {"cycle": cycle.name}, text, f"{url}#declined", icon="user-x", minutes=many)


def _releases(viewer: Person, cycles: Sequence[ReviewCycle], on: date) -> Iterator[Task]:
    """Counted cycles whose reports wait for those who run them: to be released, or for somebody to release them."""
    counted = [cycle for cycle in cycles if cycle.state == CycleState.COUNTED][:SHOWN]
    of_others = [cycle.pk for cycle in counted if cycle.releaser in {Releaser.COACH, Releaser.LEAD}]
    stuck = _without_releaser(of_others, viewer, on) if of_others else set()
    for cycle in counted:
        if cycle.releaser == Releaser.HR or cycle.pk in stuck:
            yield _release(cycle)


def _without_releaser(cycles: Sequence[UUID], viewer: Person, on: date) -> set[UUID]:
    """Those of these cycles with a report that waits for a coach or a lead who is not there."""
    waiting = Subject.objects.filter(cycle__in=cycles, released_on=None, report__isnull=False).exclude(person=viewer)
    nobody = Q(cycle__releaser=Releaser.COACH) & (Q(coach=None) | Q(coach__ended_on__lte=on))
    nobody |= Q(cycle__releaser=Releaser.LEAD) & (Q(lead=None) | Q(lead__ended_on__lte=on))
    return set(waiting.filter(nobody).values_list("cycle", flat=True))


def _release(cycle: ReviewCycle) -> Task:
    url = f"/reviews/cycles/{cycle.pk}/"
    if cycle.releaser == Releaser.COACH:
        text = _("Reports are counted, and some subjects have no coach to read and release theirs.")
        return Task(title=_("Name coaches: %(cycle)s") % {"cycle": cycle.name}, text=text, url=f"{url}coaches/?coached=no", icon="users")
    text = _("They are counted and wait for you.") if cycle.releaser == Releaser.HR else _("Some subjects have no lead to release theirs.")
    return Task(title=_("Release the reports: %(cycle)s") % {"cycle": cycle.name}, text=text, url=url, icon="send")
