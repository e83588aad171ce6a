"""Adjusted means in reports: nearer the truth, rounded, only beside a raw mean, and made of nothing but what is published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import transaction
from django.test import Client
from scipy.stats import spearmanr

from azimuth.ballots import vault
from azimuth.ballots.models import CountedReliability
from azimuth.operations.simulation import world as worlds
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import actions, adjusting, printing, reading
from azimuth.reviews.models import Assignment, Report, ReviewCycle, Subject
from tests.cast import Cast, person
from tests.reviews import simulated
from tests.reviews.test_count import answer_all, count

Content = dict[str, Any]


def reports(cycle: ReviewCycle) -> dict[Person, Content]:
    """The content of every report, by person."""
    rows = Report.objects.filter(subject__cycle=cycle).select_related("subject__person").order_by("subject__person__employee_id")
    return {row.subject.person: row.content for row in rows}


@pytest.fixture
def company(db: None, now: datetime) -> tuple[ReviewCycle, worlds.World]:
    """Forty people, everybody answered, counted."""
    made = simulated.founded(40, now)
    cycle = simulated.launched(now)
    simulated.answer(cycle, made, now)
    count(cycle, simulated.later(now))
    return cycle, made


@pytest.mark.slow
def test_adjusted_means_of_a_real_cycle_are_nearer_the_truth(company: tuple[ReviewCycle, worlds.World]) -> None:
    cycle, made = company
    raw, better, low, high, truth = [], [], [], [], []
    for who, content in reports(cycle).items():
        known = worlds.truth(made, number_of(who), len(content["competencies"]), 5)
        for competency, true in zip(content["competencies"], known, strict=True):
            if "all" not in competency["figures"]:
                assert competency["adjusted"] is None
                continue
            adjusted = competency["adjusted"]
            assert adjusted["low"] <= adjusted["mean"] <= adjusted["high"]
            assert all(value * 10 == pytest.approx(round(value * 10), abs=1e-9) for value in adjusted.values()), "tenths, nothing finer"
            assert adjusted["low"] >= 1
            assert adjusted["high"] <= 5
            raw.append(competency["figures"]["all"]["mean"])
            better.append(adjusted["mean"])
            low.append(adjusted["low"])
            high.append(adjusted["high"])
            truth.append(true)
    assert len(raw) > 280

    def error(which: list[float]) -> float:
        return float(np.sqrt(np.mean((np.array(which) - truth) ** 2)))

    assert error(better) < 0.95 * error(raw)
    assert spearmanr(better, truth)[0] > spearmanr(raw, truth)[0]
    inside = np.mean((np.array(low) <= truth) & (np.array(high) >= truth))
    assert 0.9 < inside < 0.999


@contextmanager
def undone(cycle: ReviewCycle) -> Iterator[None]:
    """What happens inside is taken back, in the database and in the vault. By hand: the count insists on transactions of its own."""
    assert cycle.box
    key, savepoint = vault.read(cycle.box), transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
    vault.destroy(cycle.box)
    vault.store(cycle.box.pk, key)


def answer_swapped(cycle: ReviewCycle, at: datetime, *, swap: bool) -> None:
    """Everybody answers by a rule; with `swap`, two of every subject's group have written each other's sheets."""
    rows = list(Assignment.objects.filter(subject__cycle=cycle).select_related("subject__person", "subject__cycle__box", "rater").order_by("rater__employee_id"))
    members: dict[tuple[Any, str], list[int]] = defaultdict(list)
    for row in rows:
        members[row.subject_id, row.group].append(number_of(row.who))
    for row in rows:
        authors = list(members[row.subject_id, row.group])
        if swap and len(authors) > 1:
            authors[:2] = authors[1::-1]
        author = authors[members[row.subject_id, row.group].index(number_of(row.who))]
        actions.save(row, sheet_of(row, author), seen=None, by=row.who, at=at)
        actions.submit([row], by=row.who, at=at)


def number_of(who: Any) -> int:
    """The number of a simulated person."""
    return int(who.employee_id[1:])


def sheet_of(row: Assignment, author: int) -> Content:
    """What this author says of the subject: people differ, authors differ in strictness."""
    subject = number_of(row.subject.person)
    merit, strictness = np.random.default_rng([1, subject]).normal(0, 0.8), np.random.default_rng([2, author]).normal(0, 0.7)
    draw = np.random.default_rng([3, subject, author])
    items = [q.key for section in questionnaires.form_for(row.subject.cycle.snapshot, row.group) for q in section.questions if q.is_item]
    return {"scores": {key: int(np.clip(np.rint(3.2 + merit + strictness + draw.normal(0, 0.6)), 1, 5)) for key in items}, "texts": {}}


@pytest.mark.slow
def test_who_wrote_which_sheet_of_a_group_makes_no_difference(db: None, now: datetime) -> None:
    """The oracle for strictness: with the same variances of the cycle, the reports do not know who of a group answered what."""
    simulated.founded(20, now)
    cycle = simulated.launched(now)
    seen, variances = [], []
    for swap in (False, True):
        with undone(cycle):
            answer_swapped(cycle, now, swap=swap)
            count(ReviewCycle.objects.get(pk=cycle.pk), simulated.later(now))
            variances.append({row.of: row for row in CountedReliability.objects.filter(box=cycle.box)})
            found = adjusting.corrected(cycle, variances[0])
            sections = [section["key"] for section in questionnaires.sections_with_items(cycle.snapshot)]
            seen.append({
                who.name: (content["asked"], [c["figures"] for c in content["competencies"]], found.about(who.pk, sections))
                for who, content in reports(cycle).items()
            })
    assert any("mean" in one for _asked, _figures, adjusted in seen[0].values() for one in adjusted.values())
    assert seen[0] == seen[1]
    whole, swapped = variances[0][None], variances[1][None]
    assert (whole.rater, whole.interaction) != (swapped.rater, swapped.interaction), "the control: single answers would have told"


# ---- not enough evidence


def whys(cycle: ReviewCycle) -> Counter[str]:
    """Why competencies have no adjusted mean; "" where they have one."""
    found = [c["adjusted"] for content in reports(cycle).values() for c in content["competencies"] if c["adjusted"]]
    return Counter(one.get("why", "") for one in found)


def test_a_cycle_about_two_people_is_too_small(launched: ReviewCycle, workshop: Cast, now: datetime, as_person: Callable[[Person], Client]) -> None:
    for who in (workshop.ada, workshop.bo):
        answer_all(launched, who, {"self", "manager", "peer", "report"}, now)
    count(launched, simulated.later(now))
    assert set(whys(launched)) == {"too_few_subjects"}
    page = reading.page(reports(launched)[workshop.ada])
    assert page.none_adjusted == (
        "Not enough evidence for a mean corrected for how strict your raters usually are: too few people took part to tell how strict raters usually are."
    )
    assert not page.has_adjusted
    actions.release(launched, subjects=None, by=workshop.eve, at=simulated.later(now))
    subject = Subject.objects.get(person=workshop.ada)
    assert as_person(workshop.ada).get(f"/reviews/reports/{subject.pk}/").text.count("Not enough evidence") == 1, "said once, not under each competency"
    assert printing.pdf(reports(launched)[workshop.ada]).startswith(b"%PDF")


def test_where_no_colleagues_are_shown_nothing_is_corrected(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    answer_all(launched, workshop.ada, {"self", "manager"}, now)
    count(launched, simulated.later(now))
    assert {c["adjusted"] for c in reports(launched)[workshop.ada]["competencies"]} == {None}


@pytest.mark.slow
def test_a_team_apart_is_not_compared(db: None, now: datetime) -> None:
    made = simulated.founded(20, now)
    apart = [person(name, Person.objects.get(employee_id="S000000").unit, "Guest", None) for name in ("Xan", "Ylva", "Zed", "Quin")]

    def add(cycle: ReviewCycle, by: Person) -> None:
        actions.add_subjects(cycle, people=[apart[0].pk], by=by, at=now)
        for rater in apart[1:]:
            actions.add_rater(Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=apart[0]), rater=rater, group="peer", by=by, at=now)

    cycle = simulated.launched(now, add)
    answer_all(cycle, apart[0], {"peer"}, now)
    Assignment.objects.filter(subject__cycle=cycle, rater=apart[0]).delete()  # the simulator does not know them
    simulated.answer(cycle, made, now)
    count(cycle, simulated.later(now))
    found = reports(cycle)
    assert {c["adjusted"]["why"] for c in found.pop(apart[0])["competencies"]} == {"disconnected"}
    assert whys(cycle)[""] > 100


@pytest.mark.slow
def test_where_nearly_all_answers_are_one_point_nothing_is_corrected(db: None, now: datetime) -> None:
    simulated.founded(16, now)
    cycle = simulated.launched(now)
    rows = Assignment.objects.filter(subject__cycle=cycle).select_related("subject__cycle__box", "rater").order_by("rater__employee_id", "subject__person__employee_id")
    for number, row in enumerate(rows):
        items = [q.key for section in questionnaires.form_for(cycle.snapshot, row.group) for q in section.questions if q.is_item]
        sheet = {"scores": {key: 5 if (number + place) % 7 else 3 + number % 2 for place, key in enumerate(items)}, "texts": {}}
        actions.save(row, sheet, seen=None, by=row.who, at=now)
        actions.submit([row], by=row.who, at=now)
    count(cycle, simulated.later(now))
    assert set(whys(cycle)) == {"one_option"}


@pytest.mark.parametrize(("score", "half", "shown"), [
    (3.84, 0.52, {"mean": 3.8, "low": 3.3, "high": 4.4, "reliability": 0.7}),
    (4.9, 0.52, {"mean": 4.9, "low": 4.3, "high": 5, "reliability": 0.7}),
    (5.3, 0.1, {"mean": 5.0, "low": 5.0, "high": 5, "reliability": 0.7}),
])
def test_figures_are_rounded_outwards_and_stay_on_the_scale(score: float, half: float, shown: dict[str, float]) -> None:
    found = adjusting._shown(score, half, 0.789, (1, 5))
    assert {**found, "low": min(found["low"], found["mean"])} == {**shown, "low": min(shown["low"], shown["mean"])}


def test_a_figure_too_unsure_is_not_given() -> None:
    assert adjusting._shown(3.8, 1.4, 0.29, (1, 5)) == {"why": "unsure"}


def test_equations_without_an_answer_leave_reports_as_they_were() -> None:
    who = uuid4()
    cells = adjusting._Cells([(who, "all")], np.array([[3.7]]), np.array([[7.0]]))
    assert adjusting._section(cells, 0, "key", None, "", CountedReliability(), (1, 5)) == {(who, "key"): {"why": "not_settled"}}


def test_a_cycle_counted_before_there_was_a_measure_has_none(launched: ReviewCycle) -> None:
    assert adjusting.corrected(launched, {}) == adjusting.Adjustments()


# ---- in words


def content_with(adjusted: dict[str, Any] | None) -> Content:
    """One competency of a report."""
    figures = {"all": {"n": 7, "mean": 3.7, "low": 3.2, "high": 4.1, "agreement": 0.8}}
    return {"key": "k", "title": "Deciding", "description": "", "figures": figures, "items": [], "adjusted": adjusted}


def test_the_sentence_beside_the_raw_mean() -> None:
    found = reading._competency(content_with({"mean": 3.9, "low": 3.4, "high": 4.4, "reliability": 0.7}), "Ada")
    assert found.adjusted is not None
    assert found.adjusted.sentence == "Corrected for how strict your raters usually are: 3.9, likely between 3.4 and 4.4."
    assert [dot.group for dot in found.dots] == ["all", "adjusted"]


@pytest.mark.parametrize("code", [*reading.NOT_ADJUSTED, "something new"])
def test_every_reason_has_its_words(code: str) -> None:
    found = reading._competency(content_with({"why": code}), "Ada")
    assert found.adjusted is not None
    assert found.adjusted.sentence.startswith("Not enough evidence for a mean corrected")
    assert code not in found.adjusted.sentence
    assert [dot.group for dot in found.dots] == ["all"]


def test_reports_from_before_have_none() -> None:
    old = content_with(None)
    del old["adjusted"]
    assert reading._competency(old, "Ada").adjusted is None
