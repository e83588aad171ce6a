"""Answers about imports: the steps, the tabs of the preview, the rows of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.jobs.models import Job
from azimuth.people.importing import fields
from azimuth.people.importing.comparing import Kind
from azimuth.people.importing.problems import Problem
from azimuth.people.models import ImportedProblem, ImportedRow, PeopleImport
from azimuth.people.states import ImportState

PROBLEMS = "problems"
KINDS: dict[Kind, Any] = {
    Kind.NEW: gettext_lazy("New"), Kind.CHANGED: gettext_lazy("Changed"), Kind.MOVED: gettext_lazy("Moved"), Kind.LEAVING: gettext_lazy("Leaving"),
    Kind.BACK: gettext_lazy("Back"), Kind.UNCHANGED: gettext_lazy("Unchanged"), Kind.SET_ASIDE: gettext_lazy("Set aside"),
    Kind.PASSED_OVER: gettext_lazy("Passed over"),
}
_TABS = (Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.LEAVING, Kind.BACK, Kind.UNCHANGED)


@dataclass(frozen=True)
class Tab:
    """One tab of the preview."""

    code: str
    label: object
    count: int


def tabs(imported: PeopleImport) -> list[Tab]:
    """The tabs of a preview, problems first if there are any; only the five kinds of change always show."""
    found = imported.summary
    made = [Tab(PROBLEMS, _("Problems"), found["problems"])] if found.get("problems") else []
    return made + [Tab(kind.value, KINDS[kind], found["counts"][kind.value]) for kind in _TABS]


def open_tab(made: Sequence[Tab], wanted: str) -> Tab:
    """The tab asked for, else the first with something in it."""
    return next((tab for tab in made if tab.code == wanted), next((tab for tab in made if tab.count), made[0]))


def steps(imported: PeopleImport | None) -> tuple[list[tuple[str, object, str | None]], str]:
    """The steps of the wizard with their addresses, and the one an import stands at."""
    key = imported.pk if imported else None
    state = imported.state if imported else None
    is_open = state in {ImportState.UPLOADED, ImportState.MAPPED, ImportState.CHECKED}
    made: list[tuple[str, object, str | None]] = [
        ("file", _("File"), reverse("people:imports") if key else None),
        ("columns", _("Columns"), reverse("people:import-columns", args=[key]) if key and is_open else None),
        ("look", _("Look"), reverse("people:import", args=[key]) if state == ImportState.CHECKED else None),
        ("done", _("Done"), None),
    ]
    places = {None: "file", ImportState.UPLOADED: "columns", ImportState.APPLYING: "done", ImportState.APPLIED: "done"}
    return made, places.get(ImportState(state) if state else None, "look")


def asks(imported: PeopleImport) -> bool:
    """Whether an import waits for a decision besides applying: half the company, or two spellings."""
    return bool(imported.summary.get("ends_half") or imported.summary.get("alike"))


def job_key(task: str, imported: PeopleImport) -> str:
    """The key of the job that checks or applies an import in its present round."""
    return f"{task}:{imported.pk}:{imported.round}"


def job_of(imported: PeopleImport) -> Job | None:
    """The job at work on an import, or the last one."""
    tasks = ("people.check_import", "people.apply_import")
    return Job.objects.filter(key__in=[job_key(task, imported) for task in tasks]).first()


def problem_of(row: ImportedProblem) -> Problem:
    """The problem a row keeps, with its words in the language of whoever reads."""
    return Problem(row.code, row.number, row.column or None, row.value, row.says)


def in_words(changes: Sequence[Sequence[str]]) -> list[tuple[object, str, str]]:
    """Changes with their fields named: (field, before, after) each."""
    return [(fields.label(code), before, after) for code, before, after in changes]


def report(imported: PeopleImport) -> Iterator[list[object]]:
    """The report to take away: a row per person with what was done and what was wrong, headings first. Two queries."""
    wrong: dict[int | None, list[str]] = defaultdict(list)
    for problem in ImportedProblem.objects.filter(of=imported).order_by("id").iterator(chunk_size=5000):
        found = problem_of(problem)
        wrong[problem.number].append(f"{found.column}: {found.remedy}" if found.column else found.remedy)
    yield [_("Row"), _("Employee number"), _("Name"), _("Outcome"), _("Changes"), _("Problems")]
    for text in wrong.pop(None, []):
        yield ["", "", "", _("The whole file"), "", text]
    for row in ImportedRow.objects.filter(of=imported).order_by("id").iterator(chunk_size=5000):
        done = ", ".join(str(KINDS[Kind(kind)]) for kind in row.kinds)
        changes = "; ".join(f"{name}: {before or '–'} → {after or '–'}" for name, before, after in in_words(row.changes))
        yield [row.number, row.employee_id, row.name, done, changes, " ".join(wrong.get(row.number, [])) if row.number else ""]
