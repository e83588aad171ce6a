"""How reliable the answers are: measured over what is published, rounded, of the whole cycle only."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from azimuth.ballots import vault
from azimuth.ballots.actions import close_box, save_sheet
from azimuth.ballots.counting import count_box, measure_box
from azimuth.ballots.models import Box, CountedGroup, CountedReliability
from azimuth.ballots.opening import SubjectSheets
from azimuth.ballots.publishing import decide, items_of, publish
from azimuth.ballots.reliability import Answers, Measured, measure
from azimuth.ballots.sheets import OpenSheet
from azimuth.people.models import Person
from azimuth.statistics.refusal import Refusal
from tests.ballots.conftest import OPENED, new_box
from tests.ballots.rounds import DECIDES, DRIVE, EXPLAINS, LISTENS, TALK, person, snapshot

Row = tuple[uuid.UUID, str, OpenSheet]
KEYS = (LISTENS, EXPLAINS, DECIDES)


def opened(rater: int, group: str, *scores: int | str | None) -> Row:
    """One sheet of a numbered rater."""
    return uuid.UUID(int=rater), group, OpenSheet(1, {key: score for key, score in zip(KEYS, scores, strict=False) if score is not None}, {})


def answers_of(about: dict[int, list[Row]], *, form: dict[str, Any] | None = None, minimum: int = 3) -> Answers:
    """The answers of a cycle about numbered subjects; everybody asked answered."""
    answers = Answers(form or snapshot(), minimum=minimum)
    for subject, rows in about.items():
        answers.add(uuid.UUID(int=subject), {group: sum(row[1] == group for row in rows) for _, group, _ in rows}, iter(rows))
    return answers


def company(people: int = 12, seed: int = 1, raters: int = 5) -> dict[int, list[Row]]:
    """Everybody is rated by some neighbours who differ in strictness, and rates themselves too high."""
    draw = np.random.default_rng(seed)
    merit, strictness = draw.normal(0, 0.7, people), draw.normal(0, 0.6, people)
    about = {}
    for subject in range(people):
        rows = [opened(100 + subject, "self", 5, 5, 5)]
        for step in range(1, raters + 1):
            rater = (subject + step) % people
            view = 3.2 + merit[subject] + strictness[rater] + draw.normal(0, 0.3)
            rows.append(opened(100 + rater, "peer", *(int(np.clip(np.rint(view + draw.normal(0, 0.5)), 1, 5)) for _ in KEYS)))
        about[subject] = rows
    return about


def test_one_row_for_all_items_and_one_for_each_competency() -> None:
    rows = measure(answers_of(company(40)))
    assert [row.of for row in rows] == [None, uuid.UUID(TALK), uuid.UUID(DRIVE)]
    whole = rows[0]
    assert (whole.subjects, whole.forms, whole.raters, whole.items, whole.refusal) == (40, 200, 5, 3.0, "")
    assert 0.25 < (whole.subject or 0) < 0.9
    assert 0.15 < (whole.rater or 0) < 0.7


def test_figures_have_two_digits() -> None:
    for row in measure(answers_of(company(40))):
        for figure in (row.subject, row.rater, row.interaction, row.residual, row.items):
            assert figure is None or figure == float(f"{figure:.2g}")


def test_the_order_of_arrival_changes_nothing() -> None:
    about = company(16)
    wanted = measure(answers_of(about))
    draw = random.Random(3)
    mixed = {subject: draw.sample(about[subject], len(about[subject])) for subject in draw.sample(sorted(about), len(about))}
    assert measure(answers_of(mixed)) == wanted


def test_what_people_say_of_themselves_is_left_out() -> None:
    about = company(16)
    others = {subject: [row for row in rows if row[1] != "self"] for subject, rows in about.items()}
    assert measure(answers_of(about)) == measure(answers_of(others))


def test_what_is_hidden_of_a_report_is_hidden_here() -> None:
    about = company(16)
    wanted = measure(answers_of(about))
    few = {99: [opened(101, "peer", 1, 1, 1), opened(102, "peer", 1, 1, 1)]}
    assert measure(answers_of(about | few)) == wanted, "two colleagues are not shown"
    third = {subject: [*rows, opened(900 + subject, "report", 1)] for subject, rows in about.items()}
    merged = measure(answers_of(third))
    assert merged[1] != wanted[1], "merged with the peers they are"
    assert replace(merged[2], raters=5) == wanted[2], "of a question they skipped nothing is taken in"


def test_a_question_few_answered_stays_out() -> None:
    about = company(16)
    shy = {subject: [(r, g, OpenSheet(1, {k: v for k, v in s.scores.items() if k != EXPLAINS or n < 2}, {})) for n, (r, g, s) in enumerate(rows)]
           for subject, rows in about.items()}
    without = {subject: [(r, g, OpenSheet(1, {k: v for k, v in s.scores.items() if k != EXPLAINS}, {})) for r, g, s in rows] for subject, rows in about.items()}
    assert measure(answers_of(shy)) == measure(answers_of(without))


@pytest.mark.parametrize("minimum", [3, 4])
def test_it_takes_in_exactly_what_is_published(minimum: int) -> None:
    draw = random.Random(minimum)
    for _ in range(50):
        groups = {
            group: [OpenSheet(1, {key: draw.choice([1, 3, 5, 9, "not_observed"]) for key in KEYS if draw.random() < 0.8}, {}) for _ in range(draw.randrange(most))]
            for group, most in (("manager", 2), ("peer", 6), ("report", 5))
        }
        invited = {group: len(sheets) for group, sheets in groups.items()}
        found = publish(groups, invited, snapshot(), minimum=minimum, comment_minimum=5)
        what = decide(groups, invited, snapshot(), minimum=minimum)
        taken = sorted(
            (what.rolled.shown_as[group], item["key"], int(score)) for group, sheets in groups.items() for sheet, item in product(sheets, items_of(snapshot()))
            if (score := what.score(group, sheet, item)) == score
        )
        assert taken == sorted((answer.shown_as, answer.question, answer.score) for answer in found.answers if answer.score is not None)


def test_leads_come_in_with_a_mean_of_their_own() -> None:
    """Lenient leads make neither peers strict nor their people better."""
    about = company(30)
    with_leads = {subject: [*rows, opened(500 + subject // 5, "manager", 5, 5, 5)] for subject, rows in about.items()}
    whole, wanted = measure(answers_of(with_leads))[0], measure(answers_of(about))[0]
    assert whole.rater == pytest.approx(wanted.rater, abs=0.15)


# ---- refusals (methods A.6)


def of_all(about: dict[int, list[Row]]) -> Measured:
    return measure(answers_of(about))[0]


def test_one_rater_for_each_subject_tells_nothing() -> None:
    leads = {subject: [opened(100 + subject // 5, "manager", 1 + subject % 5, 3, 3)] for subject in range(40)}
    found = of_all(leads)
    assert (found.refusal, found.subject, found.raters) == ("one_rater_per_subject", None, 1)


def test_too_few_people_tell_nothing() -> None:
    assert of_all(company(7)).refusal == "too_few_raters"
    three = {subject: [opened(100 + rater, "peer", 1 + (subject + rater) % 5, 3, 3) for rater in range(10)] for subject in range(3)}
    assert of_all(three).refusal == "too_few_subjects"


def test_answers_all_alike_tell_nothing() -> None:
    alike = {subject: [opened(100 + (subject + step) % 12, "peer", 4, 4, 4) for step in range(1, 5)] for subject in range(12)}
    assert of_all(alike).refusal == "no_variance"


def test_nothing_published_tells_nothing() -> None:
    assert of_all({}).refusal == "no_answers"
    assert measure(Answers({"scale": {"points": []}, "sections": []}, minimum=3)) == [Measured(None, 0, 0, 0, refusal="no_answers")]


def test_a_model_that_breaks_never_holds_up_a_count() -> None:
    def broken(*_: object, **__: object) -> Refusal:
        raise np.linalg.LinAlgError("did not converge")

    answers = Answers(snapshot(), minimum=3, fit=broken)
    for subject, rows in company(10).items():
        answers.add(uuid.UUID(int=subject), {"self": 1, "peer": 5}, rows)
    assert {row.refusal for row in measure(answers)} == {"not_settled"}


def test_parts_without_a_common_rater_are_noted() -> None:
    two = company(12) | {100 + subject: [(uuid.UUID(int=rater.int + 1000), group, sheet) for rater, group, sheet in rows] for subject, rows in company(12, 2).items()}
    found = of_all(two)
    assert "disconnected" in found.notes
    assert found.connected == 0.5


def test_raters_of_one_subject_each_are_noted() -> None:
    draw = np.random.default_rng(1)
    own = {subject: [opened(100 + 10 * subject + n, "peer", *(int(draw.integers(1, 6)) for _ in KEYS)) for n in range(4)] for subject in range(20)}
    found = of_all(own)
    assert found.rater is None
    assert "raters_of_one_subject" in found.notes


def test_a_crowded_option_is_noted() -> None:
    draw = np.random.default_rng(2)
    crowded = {
        subject: [opened(100 + (subject + step) % 20, "peer", *(int(draw.choice([4, 4, 4, 4, 4, 3])) for _ in KEYS)) for step in range(1, 6)] for subject in range(20)
    }
    assert "one_option" in of_all(crowded).notes


# ---- kept once


def filled(box: Box, about: dict[int, list[Row]], order: Iterable[int] | None = None) -> tuple[list[SubjectSheets], dict[int, Person]]:
    """These sheets in the box, closed; the plan to count them."""
    people = {number: person(f"person {number}") for number in {*about, *(row[0].int for rows in about.values() for row in rows)}}
    plan = []
    for subject in order or about:
        asked = []
        for rater, group, sheet in about[subject]:
            ticket = uuid.uuid4()
            save_sheet(box, ticket, sheet.content, by=people[rater.int], seen=None)
            asked.append((group, ticket, True))
        plan.append(SubjectSheets.gather(people[subject].pk, asked))
    close_box(box, by=None, on=OPENED)
    return plan, people


def kept(box: Box) -> list[tuple[Any, ...]]:
    fields = [field.name for field in CountedReliability._meta.get_fields() if field.name not in ("id", "box")]
    return sorted(CountedReliability.objects.filter(box=box).values_list(*fields), key=str)


def test_a_count_measures_first_and_keeps_it(box: Box) -> None:
    plan, _ = filled(box, company(10))
    seen: list[tuple[str, int]] = []
    count_box(box, plan, snapshot=snapshot(), on=OPENED, before=lambda done: seen.append(("measured", done)), progress=lambda done: seen.append(("counted", done)))
    assert seen == [("measured", n) for n in range(1, 11)] + [("counted", n) for n in range(1, 11)]
    assert len(kept(box)) == 3
    assert CountedReliability.objects.get(box=box, of=None).forms == 50


def test_measuring_again_changes_nothing(box: Box) -> None:
    plan, _ = filled(box, company(10))
    measure_box(box, plan, snapshot(), key=vault.read(box))
    before = kept(box)
    measure_box(box, plan[:3], snapshot(), key=vault.read(box))
    assert kept(box) == before
    count_box(box, plan, snapshot=snapshot(), on=OPENED)
    assert kept(box) == before


def test_a_half_counted_box_is_not_measured(box: Box) -> None:
    """What is left of it would pass for the whole."""
    plan, people = filled(box, company(10))
    CountedGroup.objects.create(box=box, about=people[0], group="peer", invited=1)
    measure_box(box, plan[1:], snapshot(), key=vault.read(box))
    assert not CountedReliability.objects.exists()


def test_every_box_measures_the_same_answers_alike(db: None) -> None:
    first, second = new_box(), new_box()
    about = company(10)
    count_box(first, filled(first, about)[0], snapshot=snapshot(), on=OPENED)
    count_box(second, filled(second, about, order=sorted(about, reverse=True))[0], snapshot=snapshot(), on=OPENED)
    assert kept(first) == kept(second)


def test_it_has_no_place_for_a_rater_or_a_subject() -> None:
    assert {field.name for field in CountedReliability._meta.get_fields()} == {
        "id", "box", "of", "subjects", "forms", "raters", "refusal", "notes", "connected", "items", "subject", "rater", "interaction", "residual",
    }
    assert "0x" in repr(Answers(snapshot(), minimum=3)), "what is in memory does not print itself"


def test_the_database_keeps_it_once_and_for_good(box: Box) -> None:
    row = {"box": box, "of": None, "subjects": 1, "forms": 1, "raters": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedReliability.objects.create(**row)
    close_box(box, by=None, on=OPENED)
    CountedReliability.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedReliability.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ballots_countedreliability set rater = 1")
    Box.objects.filter(pk=box.pk).update(counted_on=OPENED)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedReliability.objects.create(**row | {"of": uuid.UUID(TALK)})


def test_a_sheet_of_everything_skipped_is_no_form(box: Box) -> None:
    about = company(10)
    about[0].append(opened(777, "peer"))
    assert of_all(about).forms == 50


def test_the_usual_number_of_raters_is_that_of_reports_with_colleagues() -> None:
    about = company(10) | {50 + n: [opened(100 + n, "manager", 3, 3, 3)] for n in range(30)}
    assert of_all(about).raters == 5
