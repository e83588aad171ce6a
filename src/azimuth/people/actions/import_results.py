"""Keeping what a plan says for the preview and the report: a row per person, a row per problem, a summary above them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from azimuth.kit.search import plain
from azimuth.people.importing.comparing import Outcome
from azimuth.people.importing.mapping import MERGE_SIGN
from azimuth.people.importing.planning import Plan
from azimuth.people.models import ImportedProblem, ImportedRow, PeopleImport
from azimuth.people.models.imports import ImportQuerySet

_GAINS_KEPT = 500
_UNITS_KEPT = 500
_ROWS = "COPY people_importedrow (of_id, number, kinds, employee_id, name, changes, search_text) FROM STDIN"
_PROBLEMS = "COPY people_importedproblem (of_id, number, \"column\", value, code, says, is_fault) FROM STDIN"


def keep(now: PeopleImport, plan: Plan) -> None:
    """Replace what is kept of an import by this plan; the summary is put on the row, which the caller saves."""
    ImportedRow.objects.filter(of=now).delete()
    ImportedProblem.objects.filter(of=now).delete()
    _copy(_ROWS, _rows(now, plan.outcomes))
    _copy(_PROBLEMS, _problems(now, plan))
    now.summary = summary(plan)
    now.save(update_fields=["summary"])


def forget(old: ImportQuerySet) -> None:
    """Forget rows and problems of these imports; that they happened stays, with their counts."""
    ImportedRow.objects.filter(of__in=old).delete()
    ImportedProblem.objects.filter(of__in=old).delete()


def summary(plan: Plan) -> dict[str, Any]:
    """What stands above the tabs: counts, who gains power, units, what is asked. JSON values."""
    codes = Counter(problem.code for problem in plan.problems)
    return {
        "rows": plan.rows, "counts": plan.counts, "set_aside": plan.set_aside, "ignored": plan.ignored, "reach": plan.reach.value,
        "leaving": plan.leaving, "spoken_for": plan.spoken_for, "ends_half": plan.ends_half, "blocking": [problem.code for problem in plan.blocking],
        "problems": len(plan.problems), "faults": sum(problem.is_fault for problem in plan.problems), "codes": dict(codes.most_common()),
        "gains": [gain.as_json() for gain in plan.gains[:_GAINS_KEPT]], "gains_in_all": len(plan.gains),
        "units": [MERGE_SIGN.join(path) for path in plan.created_units[:_UNITS_KEPT]], "opened_units": len(plan.opened_units),
        "alike": [[MERGE_SIGN.join(rare), MERGE_SIGN.join(usual)] for rare, usual in plan.alike], "does_nothing": plan.does_nothing,
    }


def _rows(now: PeopleImport, outcomes: Sequence[Outcome]) -> Iterator[tuple[Any, ...]]:
    for outcome in outcomes:
        entry, known = outcome.entry, outcome.known
        number = (entry.employee_id if entry else "") or (known.employee_id if known else "")
        name, title = outcome.name[:200], str(outcome.values.get("job_title", ""))
        yield (
            now.pk, entry.row if entry else None, [kind.value for kind in outcome.kinds], _storable(number[:100]), _storable(name),
            json.dumps([[change.field, change.before, change.after] for change in outcome.changes]),
            plain(f"{name} {number} {title} {' '.join(change.after for change in outcome.changes)}"),
        )


def _problems(now: PeopleImport, plan: Plan) -> Iterator[tuple[Any, ...]]:
    for problem in plan.problems:
        says = {key: value if isinstance(value, int) else _storable(str(value)) for key, value in problem.says.items()}
        yield (now.pk, problem.row, _storable((problem.column or "")[:400]), problem.value[:200], problem.code, json.dumps(says), problem.is_fault)


def _storable(text: str) -> str:
    """Broken letters are shown, not stored as they are: PostgreSQL takes neither zero bytes nor halves of letters."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _copy(query: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for row in rows:
            copy.write_row(row)
