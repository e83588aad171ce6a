"""All subjects together: each counts once, small groups never show, nothing follows by subtraction, and HR in charge alone reads it."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import datetime
from itertools import combinations
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.reviews import actions, cohort, cohort_in_words, cohort_printing, cohort_report
from azimuth.reviews.cohort import Cell, Unit, Variable
from azimuth.reviews.models import CohortReport, ReviewCycle
from tests.cast import Cast
from tests.reviews.finished import finished

SignIn = Callable[[Person], Client]
ALL = Variable("a", "all")


def people(sizes: dict[str, int]) -> dict[UUID, str]:
    """So many subjects directly in each unit, by its path."""
    return {uuid4(): path for path, size in sizes.items() for _number in range(size)}


def units(*paths: str) -> list[Unit]:
    return [Unit(path, path.strip("/").split("/")[-1], path) for path in paths]


def plan(sizes: dict[str, int], *, minimum: int = 5) -> dict[str, Cell]:
    paths = {path[: path.index("/", start) + 1] for path in sizes for start in range(len(path)) if "/" in path[start:]}
    return {cell.path: cell for cell in cohort.plan(ALL, people(sizes), units(*sorted(paths)), minimum=minimum)}


def shown(cells: dict[str, Cell]) -> dict[str, int]:
    return {path: len(cell.members) for path, cell in cells.items() if cell.is_shown}


# ---- which groups


def test_too_few_subjects_at_all_show_nothing() -> None:
    cells = plan({"m/": 4})
    assert [cell.why for cell in cells.values()] == ["minimum"]
    assert shown(plan({"m/": 5})) == {"": 5}


def test_a_unit_is_shown_from_fifty_subjects_on() -> None:
    cells = plan({"m/a/": 50, "m/b/": 49})
    assert shown(cells) == {"": 99, "m/a/": 50}
    assert cells["m/b/"].why == "few"


def test_a_unit_whose_rest_would_be_too_few_is_not() -> None:
    cells = plan({"m/a/": 60, "m/b/": 4})
    assert shown(cells) == {"": 64}
    assert cells["m/a/"].why == "rest"
    assert shown(plan({"m/a/": 60, "m/b/": 5})) == {"": 65, "m/a/": 60}


def test_of_several_the_smallest_gives_way() -> None:
    cells = plan({"m/a/": 70, "m/b/": 55, "m/c/": 3})
    assert shown(cells) == {"": 128, "m/a/": 70}
    assert {path: cell.why for path, cell in cells.items() if cell.why} == {"m/b/": "rest", "m/c/": "few"}


def test_a_unit_that_holds_everybody_is_passed_through() -> None:
    assert shown(plan({"m/w/a/": 60, "m/w/b/": 60})) == {"": 120, "m/w/a/": 60, "m/w/b/": 60}


def test_a_head_directly_in_a_unit_counts_as_its_rest() -> None:
    assert shown(plan({"m/": 1, "m/a/": 60, "m/b/": 80})) == {"": 141, "m/b/": 80}


def test_small_units_are_named_only_where_one_would_look_for_them() -> None:
    cells = plan({"m/a/x/": 30, "m/a/y/": 30, "m/b/": 60, "m/c/": 6})
    assert {path: cell.why for path, cell in cells.items()} == {"": "", "m/a/": "", "m/b/": "", "m/c/": "few"}
    assert {path: cell.why for path, cell in plan({"m/x/": 30, "m/y/": 30}).items()} == {"": "", "m/x/": "few", "m/y/": "few"}


def test_no_order_of_names_or_figures_changes_what_is_shown() -> None:
    placed = people({"m/a/": 60, "m/b/": 60, "m/c/": 2})
    tree = units("m/", "m/a/", "m/b/", "m/c/")
    first = cohort.plan(ALL, placed, tree, minimum=5)
    again = cohort.plan(ALL, dict(reversed(placed.items())), tree[::-1], minimum=5)
    assert first == again


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, int]:
    """A tree three deep with any number of subjects in each node."""
    sizes = {}
    for top in range(draw(st.integers(1, 3))):
        sizes[f"m/{top}/"] = draw(st.integers(0, 60))
        for low in range(draw(st.integers(0, 3))):
            sizes[f"m/{top}/{low}/"] = draw(st.sampled_from([0, 1, 3, 4, 5, 49, 50, 51, 70]))
    return {path: size for path, size in sizes.items() if size}


@settings(max_examples=150, deadline=None)
@given(organisations())
def test_no_few_subjects_follow_from_what_is_shown(sizes: dict[str, int]) -> None:
    """Exactly: the indicator of a set of fewer than five lies in the row space of the shown cells for no such set."""
    cells = [cell for cell in plan(sizes).values() if cell.is_shown]
    everybody = sorted({member for cell in cells for member in cell.members})
    atoms: dict[tuple[bool, ...], int] = {}
    for who in everybody:
        pattern = tuple(who in cell.members for cell in cells)
        atoms[pattern] = atoms.get(pattern, 0) + 1
    table = np.array([list(pattern) for pattern in atoms], dtype=float).T.reshape(len(cells), len(atoms))
    small = [place for place, size in enumerate(atoms.values()) if size < 5]
    for number in (1, 2, 3, 4):
        for chosen in combinations(small, number):
            if sum(list(atoms.values())[place] for place in chosen) < 5:
                wanted = np.array([float(place in chosen) for place in range(len(atoms))])
                assert np.linalg.matrix_rank(np.vstack([table, wanted])) > np.linalg.matrix_rank(table)


# ---- what is said of them


def figures_of(means: list[float]) -> tuple[list[Cell], dict[Variable, dict[UUID, float]]]:
    keys = [uuid4() for _mean in means]
    return cohort.plan(ALL, dict.fromkeys(keys, ""), [], minimum=5), {ALL: dict(zip(keys, means, strict=True))}


def only(means: list[float]) -> dict[str, object]:
    cells, figures = figures_of(means)
    return cohort.content(cells, figures, low=1, high=5)[0]


def test_each_subject_counts_once_and_the_spread_is_a_standard_deviation() -> None:
    cell = only([2.0, 3.0, 3.0, 4.0, 3.0])
    assert (cell["n"], cell["mean"], cell["edge"]) == (5, 3.0, "")
    assert (cell["low"], cell["high"]) == (pytest.approx(2.2), pytest.approx(3.8))  # 3 ± 0.71, outwards to tenths


def test_subjects_all_alike_still_have_a_spread() -> None:
    cell = only([4.0] * 6)
    assert (cell["low"], cell["high"]) == (pytest.approx(3.8), pytest.approx(4.2))


@pytest.mark.parametrize(("means", "mean", "edge"), [([5.0] * 6, 4.6, "more"), ([4.7] * 6, 4.6, "more"), ([1.0] * 6, 1.4, "less"), ([4.6] * 6, 4.6, "")])
def test_extremes_are_or_more(means: list[float], mean: float, edge: str) -> None:
    cell = only(means)
    assert (cell["mean"], cell["edge"]) == (mean, edge)
    assert edge == "" or (cell["low"], cell["high"]) == (None, None)


def test_a_hidden_cell_holds_no_figure() -> None:
    assert only([4.0] * 4) == {"of": "a", "seen_by": "all", "unit": "", "name": "", "why": "minimum"}


# ---- the cycle


@pytest.fixture
def counted(draft: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """Ada, Bo and four of Ada's colleagues, all answered about."""
    others = Person.objects.filter(name__in=["Cleo Brandt", "Per Holm", "Quim Sala", "Rut Vik"]).values_list("pk", flat=True)
    actions.add_subjects(draft, people=others, by=workshop.eve, at=now)
    draft.refresh_from_db()
    return finished(draft, workshop, now)


def test_it_is_built_by_the_count_from_what_reports_show(counted: ReviewCycle) -> None:
    content = CohortReport.objects.get(cycle=counted).content
    everybody = [cell for cell in content["cells"] if not cell["unit"]]
    assert content["subjects"] == 6
    assert len(everybody) == 2 * 2
    assert {(cell["seen_by"], cell["n"], cell["mean"]) for cell in everybody} == {("all", 6, 4.0), ("self", 6, 4.0)}
    assert not any(name in str(content) for name in Person.objects.values_list("name", flat=True))


def test_only_subjects_whose_colleagues_may_be_shown_enter(counted: ReviewCycle, workshop: Cast) -> None:
    figures = cohort_report.figures_of(counted)
    assert all(set(of_subjects) <= set(figures[Variable(variable.of, "all")]) for variable, of_subjects in figures.items())


def test_building_twice_is_building_once(counted: ReviewCycle, now: datetime) -> None:
    before = CohortReport.objects.values_list("content", "built_on").get()
    cohort_report.build(counted, on=now.date())
    assert CohortReport.objects.values_list("content", "built_on").get() == before
    with pytest.raises(IntegrityError, match="stays as it was built"), transaction.atomic():
        CohortReport.objects.update(content={})


def test_page_and_file_say_the_same_and_taking_it_away_is_recorded(counted: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    eve, url = as_person(workshop.eve), reverse("reviews:cohort", args=[counted.pk])
    page = eve.get(url).text
    assert "All subjects together" in page
    assert url in eve.get(reverse("reviews:cycle", args=[counted.pk])).text

    rows = list(csv.reader(io.StringIO(eve.get(url, {"export": "csv"}).content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["Unit", "Competency", "Seen by", "Subjects", "Mean of subjects"]
    assert rows[1][:5] == ["All subjects", "Clear words", "All raters", "6", "4.0"]
    assert eve.get(url, {"export": "xlsx"}).content.startswith(b"PK")
    assert list(Entry.objects.filter(action="reviews.take_cohort").order_by("number").values_list("detail", flat=True)) == [{"form": "csv"}, {"form": "xlsx"}]


def test_the_pdf_is_made_once(counted: ReviewCycle, workshop: Cast, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    eve, url = as_person(workshop.eve), reverse("reviews:cohort-pdf", args=[counted.pk])
    assert "/jobs/" in eve.get(url).url
    run_jobs()
    assert eve.get(url).content.startswith(b"%PDF")
    kept = CohortReport.objects.get().pdf
    assert bytes(kept or b"") == cohort_printing.pdf(CohortReport.objects.get().content)


@pytest.mark.parametrize("who", ["ada", "bo", "dan", "finn", "jon"])
def test_others_do_not_find_it(counted: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn, who: str) -> None:
    assert as_person(getattr(workshop, who)).get(reverse("reviews:cohort", args=[counted.pk])).status_code == 404
    with pytest.raises(Denied):
        actions.take_cohort(counted, form="csv", by=getattr(workshop, who), at=now)
    with pytest.raises(Denied):
        actions.make_cohort_pdf(counted, by=getattr(workshop, who), at=now, next_url="/")


def test_before_the_count_there_is_none(launched: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    assert as_person(workshop.eve).get(reverse("reviews:cohort", args=[launched.pk])).status_code == 404
    assert "All subjects together" not in as_person(workshop.eve).get(reverse("reviews:cycle", args=[launched.pk])).text


def test_with_too_few_subjects_it_says_so(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    cycle = finished(draft, workshop, now)
    page = as_person(workshop.eve).get(reverse("reviews:cohort", args=[cycle.pk])).text
    assert "Too few to speak of all together" in page
    assert "4.0" not in page
    assert "export=csv" not in page


def a_large_one() -> dict[str, object]:
    """The content of a cohort of three units, one of them too small and one hidden for its rest."""
    draw = random.Random(3)  # an example
    placed = people({"m/a/": 60, "m/b/": 55, "m/c/": 12, "m/b/x/": 52})
    tree = units("m/", "m/a/", "m/b/", "m/c/", "m/b/x/")
    titles = ["Clear words", "Care for people", "Keeping agreements", "Solving problems", "Exchanging feedback", "Taking ownership"]
    variables = [Variable(key, by) for key in titles for by in ("all", "self")]
    figures = {variable: {who: min(5.0, max(1.0, draw.gauss(3.6, 0.5))) for who in placed} for variable in variables}
    cells = [cell for variable in variables for cell in cohort.plan(variable, placed, tree, minimum=5)]
    return {
        "cycle": "A large one", "purpose": "development", "minimum": 5, "least_in_a_unit": 50, "subjects": len(placed),
        "scale": {"low": 1, "high": 5, "points": [{"value": n, "label": f"Point {n}"} for n in range(1, 6)]},
        "competencies": [{"key": title, "title": title} for title in titles],
        "cells": cohort.content(cells, figures, low=1, high=5),
    }


def test_units_stand_in_the_order_of_the_organisation_and_hidden_ones_say_why() -> None:
    page = cohort_in_words.page(a_large_one())
    assert [unit.name for unit in page.units] == ["a", "b", "x"]
    assert page.hidden_units == [("c", "fewer than 50 subjects in this unit")]
    assert all(cell and cell.n and cell.mean for unit in page.units for cell in unit.cells)
    assert cohort_printing.pdf(a_large_one()).startswith(b"%PDF")


def test_a_reason_this_version_does_not_know_hides_as_well() -> None:
    content = a_large_one()
    content["cells"] = [{**cell, "why": "other"} if cell["unit"] else cell for cell in content["cells"]]  # type: ignore[attr-defined]
    page = cohort_in_words.page(content)
    assert not page.units
    assert {why for _name, why in page.hidden_units} == {"with the other figures it would tell about too few people"}


def test_extremes_and_reasons_stand_in_chart_and_file_too() -> None:
    content = a_large_one()
    for cell in content["cells"]:  # type: ignore[attr-defined]
        if not cell["unit"] and cell["seen_by"] == "all":
            cell.update(mean=4.6, edge="more", low=None, high=None)
    page = cohort_in_words.page(content)
    assert "4.6 or more, 179 subjects" in page.overview
    rows = list(cohort_in_words.sheet(content))
    assert ["All subjects", "Clear words", "All raters", 179, 4.6, None, None, "4.6 or more"] in rows
    assert ["c", "Clear words", "All raters", None, None, None, None, "fewer than 50 subjects in this unit"] in rows
