"""The lists of the workspace's own pages: the log, the jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from azimuth.audit import table
from azimuth.audit.models import Entry
from azimuth.jobs.models import Job
from azimuth.kit import signs
from azimuth.kit.tables import Column, Filter, Rows, Table

DAYS = (("1", _("Last 24 hours")), ("7", _("Last 7 days")), ("30", _("Last 30 days")), ("365", _("Last 12 months")))
TONES = {Job.State.WAITING: "neutral", Job.State.RUNNING: "info", Job.State.DONE: "good", Job.State.FAILED: "bad"}
OPENINGS = "openings"
STATES: Sequence[tuple[str, object]] = (
    (Job.State.WAITING, _("Waiting")), (Job.State.RUNNING, _("Running")), (Job.State.DONE, _("Done")), (Job.State.FAILED, _("Failed")),
)


def _meanings() -> dict[str, str]:
    return {action.name: gettext(action.meaning) for action in table.actions().values()}


def _meaning(entry: Entry) -> str:
    action = table.actions().get(entry.action)
    return gettext(action.meaning) if action else entry.action


def _details(entry: Entry) -> str:
    return ", ".join(f"{key.replace('_', ' ')}: {_in_words(value)}" for key, value in entry.detail.items())


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(map(_in_words, value)) if isinstance(value, list) else str(value).replace("_", " ")


def _of_action(rows: Rows, code: str) -> Rows:
    return rows.filter(action__in=table.openings()) if code == OPENINGS else rows.filter(action=code)


def _within(rows: Rows, days: str) -> Rows:
    return rows.filter(at__gte=Now() - timedelta(days=int(days)))


class LogTable(Table):
    """What happened, newest first."""

    key, caption, order, beside = "log", _("Audit log"), ("-number",), "log-download"
    search_label = _("Who, or about what")
    empty_title = _("Nothing is recorded yet")
    empty_text = _("Here stands what people did: launches, releases, imports, downloads. Never what anybody answered.")
    columns = (
        Column("action", _("What"), value=_meaning),
        Column("actor_name", _("Who"), value=lambda entry: entry.actor_name or _("Azimuth itself")),
        Column("object_name", _("About")),
        Column("at", _("When"), cell=lambda entry: signs.moment(entry.at)),
        Column("detail", _("Details"), value=_details, drops=True),
        Column("number", _("No."), align="end", drops=True),
    )
    filters = (
        Filter("action", _("What"), (), _of_action),
        Filter("days", _("When"), DAYS, _within),
    )

    def search(self, rows: Rows, words: str) -> Rows:
        """Entries by or about somebody or something of this name."""
        return rows.filter(Q(actor_name__icontains=words) | Q(object_name__icontains=words))

    def choices_of(self, item: Filter) -> Sequence[tuple[str, object]]:
        """All actions of the log, in words; first, all by which somebody saw or took away what is about others."""
        if item.key != "action":
            return item.choices
        each = sorted((meaning, name) for name, meaning in _meanings().items())
        return [(OPENINGS, gettext("Whatever was opened or taken away")), *((name, meaning) for meaning, name in each)]


class JobTable(Table):
    """Long work, newest first."""

    key, caption, order = "jobs", _("Jobs"), ("-created_at",)
    empty_title = _("No long work yet")
    empty_text = _("Imports, launches, counts and other long work can be watched here.")
    columns = (
        Column("title", _("What"), url=lambda job: job.get_absolute_url()),
        Column("state", _("State"), cell=lambda job: signs.badge(dict(STATES)[job.state], TONES[job.state])),
        Column("percent", _("Done"), cell=lambda job: f"{job.percent} %" if job.percent is not None else "", align="end", drops=True),
        Column("created_at", _("Started"), cell=lambda job: signs.moment(job.created_at)),
        Column("finished_at", _("Ended"), cell=lambda job: signs.moment(job.finished_at), drops=True),
    )
    filters = (Filter("state", _("State"), STATES, lambda rows, code: rows.filter(state=code)),)
