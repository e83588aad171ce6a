"""Builds the report about all subjects of a cycle together, once, from what is published in their own reports. Worker only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from azimuth.ballots.models import CountedFigure
from azimuth.people.models import Unit
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import cohort, cohort_ledger
from azimuth.reviews.models import CohortReport, ReviewCycle

Figures = Mapping[cohort.Variable, Mapping[UUID, float]]
SEEN_BY = ("all", "self")


def build(cycle: ReviewCycle, *, on: date) -> CohortReport:
    """Build and keep the cohort report of a counted cycle; one that is kept already stays as it is."""
    return CohortReport.objects.filter(cycle=cycle).first() or CohortReport.objects.create(cycle=cycle, content=content(cycle, on=on), built_on=on)


def content(cycle: ReviewCycle, *, on: date) -> dict[str, Any]:
    """The report in plain values: competencies, and for each figure its groups of subjects, shown or with the reason why not."""
    figures = figures_of(cycle)
    points = cycle.snapshot["scale"]["points"]
    low, high = points[0]["value"], points[-1]["value"]
    return {
        "cycle": cycle.name, "purpose": cycle.purpose, "minimum": cycle.subject_minimum, "least_in_a_unit": cohort.LEAST_IN_A_UNIT,
        "scale": {"low": low, "high": high, "points": points}, "subjects": cycle.subjects.count(),
        "competencies": [{"key": section["key"], "title": section["title"]} for section in questionnaires.sections_with_items(cycle.snapshot)],
        "cells": cohort.content(cells_of(cycle, figures, on=on), figures, low=low, high=high),
    }


def cells_of(cycle: ReviewCycle, figures: Figures, *, on: date) -> list[cohort.Cell]:
    """The cells of every figure, planned, checked against all that was shown before, and kept in the ledger; nothing is computed yet."""
    if cycle.box is None:
        raise LookupError("A cycle without a box has no figures.")
    paths = dict(cycle.subjects.values_list("person_id", "person__unit__path"))
    units = [cohort.Unit(str(key), name, path) for key, name, path in Unit.objects.values_list("pk", "name", "path")]
    planned = {
        variable: cohort.plan(variable, {who: paths[who] or "" for who in of_subjects}, units, minimum=cycle.subject_minimum)
        for variable, of_subjects in figures.items()
    }
    return cohort_ledger.checked(cycle, cycle.box, planned, on=on)


def figures_of(cycle: ReviewCycle) -> Figures:
    """Every competency's mean as all raters see it, and as the subjects do: of those subjects whose "all raters" is shown."""
    sections = [section["key"] for section in questionnaires.sections_with_items(cycle.snapshot)]
    found: dict[tuple[str, str], dict[UUID, float]] = defaultdict(dict)
    rows = CountedFigure.objects.filter(box=cycle.box, shown_as__in=SEEN_BY, of__in=sections)
    for of, seen_by, about, mean in rows.values_list("of", "shown_as", "about_id", "mean"):
        found[str(of), seen_by][about] = mean
    return {
        cohort.Variable(of, seen_by): {who: mean for who, mean in found[of, seen_by].items() if who in found[of, "all"]}
        for of in sections for seen_by in SEEN_BY
    }
