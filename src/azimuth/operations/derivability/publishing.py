"""Everything published of an organisation, as rows over people: read off the figures themselves, not off the rules that made them.

Each rater answers with a number of their own, a power of two. So a mean and its n tell who stands behind it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from azimuth.ballots.disclosure import ATTRIBUTED
from azimuth.ballots.earlier import NOTHING, EarlierCell, Past, cells_of
from azimuth.ballots.publishing import Published
from azimuth.ballots.sheets import OpenSheet
from azimuth.operations.derivability.builds import Build
from azimuth.operations.derivability.organisations import SECTIONS, Cycle, Form, Organisation
from azimuth.operations.trouble import Trouble
from azimuth.reviews import cohort, cohort_ledger

Row = frozenset[int]
WHOLE = 1e-3


class Unexplained(Trouble):
    """A figure was published that is not made of answers beside it: it would need a look of its own."""


@dataclass
class Rows:
    """What is published: by (subject, question) rows over raters, by section rows over subjects; and how many figures there were."""

    raters: dict[tuple[int, str], set[Row]] = field(default_factory=lambda: defaultdict(set))
    subjects: dict[str, set[Row]] = field(default_factory=lambda: defaultdict(set))
    cells: int = 0


def published(organisation: Organisation, build: Build) -> Rows:
    """All reports and cohort reports of all cycles, one after the other, each beside what is shown already."""
    rows, told = Rows(), _Told()
    for cycle in organisation.cycles:
        shown = {subject: _report(build, form, organisation.minimum, told.past(subject, organisation.minimum)) for subject, form in cycle.forms.items()}
        for subject, report in shown.items():
            told.add(subject, cycle.forms[subject], report)
            rows.cells += len(report.figures)
            for question, row in report.rows:
                rows.raters[subject, question].add(row)
        for section in SECTIONS:
            _cohort(build, cycle, {subject for subject, report in shown.items() if section in report.sections}, section, organisation, rows)
    return rows


@dataclass(frozen=True)
class _Report:
    """One subject's report: its rows over raters, and the sections that have a figure of all raters."""

    figures: tuple[tuple[str, str, int], ...]
    shown_as: Mapping[str, str]
    rows: tuple[tuple[str, Row], ...]
    sections: frozenset[str]


class _Told:
    """What reports have shown, subject by subject and cycle by cycle."""

    def __init__(self) -> None:
        self._cells: dict[int, list[dict[str, list[EarlierCell]]]] = defaultdict(list)

    def add(self, subject: int, form: Form, report: _Report) -> None:
        """One more report."""
        asked = [(rater.group, UUID(int=rater.place)) for rater in form]
        if cells := cells_of(report.shown_as, asked, [figure for figure in report.figures if figure[0] not in SECTIONS]):
            self._cells[subject].append(cells)

    def past(self, subject: int, minimum: int) -> Past:
        """As the count is told."""
        found: dict[str, list[list[EarlierCell]]] = defaultdict(list)
        for cells in self._cells[subject]:
            for question, of in cells.items():
                found[question].append(of)
        return Past(found, minimum) if found else NOTHING


_KEPT: dict[Any, _Report] = {}


def _report(build: Build, form: Form, minimum: int, past: Past) -> _Report:
    """One report; equal forms with an equal past are published once."""
    key = (build, form, minimum, tuple((question, tuple(map(tuple, then))) for question, then in past.cells.items()))
    if key not in _KEPT:
        _KEPT[key] = _read(_publish(build, form, minimum, past), form)
    return _KEPT[key]


def _publish(build: Build, form: Form, minimum: int, past: Past) -> Published:
    opened: dict[str, list[OpenSheet]] = defaultdict(list)
    invited: dict[str, int] = defaultdict(int)
    for rater in form:
        invited[rater.group] += 1
        if rater.given:
            opened[rater.group].append(OpenSheet(1, dict.fromkeys(rater.given, 1 << rater.place), {}, UUID(int=rater.place)))
    places = tuple(sorted({rater.place for rater in form}))
    return build.publish(opened, invited, _snapshot(places), minimum=minimum, comment_minimum=5, past=past)


@lru_cache
def _snapshot(places: tuple[int, ...]) -> dict[str, Any]:
    sections = [
        {"key": section, "title": section, "questions": [{"key": key, "kind": "item", "asked_of": []} for key in questions]} for section, questions in SECTIONS.items()
    ]
    return {"scale": {"points": [{"value": 1 << place} for place in places]}, "sections": sections}


def _read(report: Published, form: Form) -> _Report:
    """The rows behind the figures, without self and lead, whose answers carry their names."""
    named = frozenset(rater.place for rater in form if rater.group in ATTRIBUTED)
    means = {(figure.shown_as, figure.of): figure.mean for figure in report.figures}
    rows = {(figure.of, _behind(figure.mean * figure.n) - named) for figure in report.figures if figure.of not in SECTIONS}
    singles: dict[tuple[str, str], int] = defaultdict(int)
    for answer in report.answers:
        singles[answer.shown_as, answer.question] += answer.score or 0
    rows |= {(question, _behind(total) - named) for (_name, question), total in singles.items()}
    for (name, of), mean in means.items():
        if of in SECTIONS:
            _explained(mean, [means[name, question] for question in SECTIONS[of] if (name, question) in means])
    return _Report(
        tuple((figure.of, figure.shown_as, figure.n) for figure in report.figures), {group.group: group.shown_as for group in report.groups},
        tuple((question, row) for question, row in rows if row), frozenset(of for name, of in means if name == "all" and of in SECTIONS),
    )


def _behind(total: float) -> Row:
    """Who adds up to a total."""
    whole = round(total)
    if abs(total - whole) > WHOLE:
        raise Unexplained(f"A figure is no mean of as many answers as it says: {total}.")
    return frozenset(place for place in range(whole.bit_length()) if whole >> place & 1)


def _explained(mean: float, questions: list[float]) -> None:
    """A competency's mean is that of the means of its questions, else it tells something of its own."""
    if not questions or not math.isclose(mean, math.fsum(questions) / len(questions), abs_tol=WHOLE):
        raise Unexplained(f"A competency's mean is not made of the questions shown beside it: {mean} from {questions}.")


def _cohort(build: Build, cycle: Cycle, subjects: set[int], section: str, organisation: Organisation, rows: Rows) -> None:
    """The report about all subjects: what is shown of one competency, beside what is shown already."""
    paths = {UUID(int=subject): cycle.paths[subject] for subject in subjects}
    units = [cohort.Unit(path, path, path) for path in sorted(set(_prefixes(cycle)))]
    planned = build.plan(cohort.Variable(section, "all"), paths, units, minimum=organisation.subject_minimum)
    earlier = [frozenset(UUID(int=subject) for subject in row) for row in sorted(rows.subjects[section], key=sorted)]
    decision = build.decide(cohort_ledger.members(planned), earlier=earlier, k=organisation.subject_minimum)
    shown = [cell for cell in cohort_ledger.hidden(planned, decision.shown) if cell.is_shown]
    rows.cells += len(shown)
    rows.subjects[section] |= {frozenset(member.int for member in cell.members) for cell in shown}


def _prefixes(cycle: Cycle) -> Iterator[str]:
    for path in cycle.paths.values():
        steps = path.split("/")[:-1]
        yield from ("/".join(steps[: number + 1]) + "/" for number in range(len(steps)))
