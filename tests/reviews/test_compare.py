"""Since last time: the same items only, from what both reports print, with how sure it is; and only where it was declared before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Refused
from azimuth.people.models import Person
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires import queries as questionnaire_queries
from azimuth.questionnaires.models import Question, Questionnaire
from azimuth.reviews import (
    actions,
    changes_in_words,
    comparing,
    overlap,
    printing,
    queries,
)
from azimuth.reviews.figures import signed
from azimuth.reviews.models import Report, ReviewCycle, Subject
from tests.cast import Cast, person
from tests.reviews.finished import finished, subject_of

SignIn = Callable[[Person], Client]


def figure(mean: float, half: float | None = 0.3, n: int = 6) -> dict[str, Any]:
    return {"n": n, "mean": mean, "low": None if half is None else mean - half, "high": None if half is None else mean + half, "agreement": 0.8}


def content(competencies: dict[str, dict[str, float | None]], *, half: float | None = 0.3, groups: tuple[str, ...] = ("manager", "peer")) -> dict[str, Any]:
    """A report: competency -> item -> mean of all raters, None where it is not shown."""
    parts = []
    for title, items in competencies.items():
        shown = [mean for mean in items.values() if mean is not None]
        parts.append({
            "key": title, "title": title, "figures": {"all": figure(sum(shown) / len(shown), half)} if shown else {},
            "items": [{"key": key, "text": key, "figures": {} if mean is None else {"all": figure(mean, half)}} for key, mean in items.items()],
        })
    return {"cycle": "Last spring", "competencies": parts, "asked": [{"group": g, "shown_as": g} for g in ("self", *groups)]}


def same(*keys: str, asked: int = 4) -> overlap.Overlap:
    return overlap.Overlap({key: key for key in keys}, asked, is_same_scale=True)


def since(now: dict[str, Any], then: dict[str, Any], found: overlap.Overlap, **more: Any) -> dict[str, Any]:
    return comparing.since(now, then, found, **{"minimum": 75, "raters_now": {1, 2, 3, 4}, "raters_then": {1, 2, 9}, **more})


def rows(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["title"]: row for row in result["competencies"]}


# ---- the arithmetic


def test_a_competency_of_the_same_items_is_compared_by_its_own_figures() -> None:
    found = rows(since(content({"A": {"a": 4.0, "b": 4.4}}), content({"A": {"a": 3.0, "b": 3.2}}), same("a", "b", asked=2)))["A"]
    assert (found["now"], found["then"], found["change"], found["direction"]) == (4.2, 3.1, 1.1, "up")
    assert found["low"] == pytest.approx(0.6)  # 1.1 - sqrt(0.3² + 0.3²), outwards to a tenth
    assert found["high"] == pytest.approx(1.6)


def test_with_some_new_items_only_the_same_ones_count() -> None:
    found = rows(since(content({"A": {"a": 4.0, "b": 4.0, "c": 4.0, "new": 1.0}}), content({"A": {"a": 4.0, "b": 4.0, "c": 4.0, "old": 5.0}}), same("a", "b", "c")))["A"]
    assert (found["now"], found["then"], found["direction"]) == (4.0, 4.0, "none")
    assert (found["same"], found["asked"]) == (3, 4)


def test_below_the_declared_overlap_nothing_is_compared() -> None:
    now, then = content({"A": {"a": 5.0, "b": 5.0, "c": 5.0, "d": 5.0}}), content({"A": {"a": 1.0, "b": 1.0}})
    found = rows(since(now, then, same("a", "b")))["A"]
    assert found["why"] == "items"
    assert not {"now", "then", "change"} & set(found)
    assert "now" in rows(since(now, then, same("a", "b"), minimum=50))["A"]


@pytest.mark.parametrize(("now", "then"), [({"a": None, "b": 4.0}, {"a": 4.0, "b": 4.0}), ({"a": 4.0, "b": 4.0}, {"a": 4.0, "b": None}), ({"a": None, "b": None}, {"a": None, "b": None})])
def test_what_one_of_the_reports_does_not_show_is_not_compared(now: dict[str, float | None], then: dict[str, float | None]) -> None:
    found = rows(since(content({"A": now}), content({"A": then}), same("a", "b", asked=2)))["A"]
    assert found["why"] == "not_shown"


def test_without_an_interval_there_is_no_clear_change() -> None:
    found = rows(since(content({"A": {"a": 5.0}}, half=None), content({"A": {"a": 1.0}}), same("a", asked=1)))["A"]
    assert (found["change"], found["low"], found["direction"]) == (4.0, None, "none")


def test_of_raters_only_a_quarter_is_told_and_of_groups_whether_they_differ() -> None:
    one = content({"A": {"a": 4.0}})
    found = since(one, one, same("a", asked=1))
    assert (found["raters"], found["is_same_mix"], found["same"], found["asked"]) == ("50-75", True, 1, 1)
    assert not since(one, content({"A": {"a": 4.0}}, groups=("manager",)), same("a", asked=1))["is_same_mix"]
    assert since(one, one, same("a", asked=1), raters_now=set())["raters"] == ""


# ---- what is the same


def test_an_item_is_the_same_by_key_or_by_words_and_groups(questionnaire: Questionnaire, workshop: Cast, now: datetime) -> None:
    first = questionnaire_queries.snapshot(questionnaire)
    assert len(overlap.of(first, first).same) == 4
    questionnaires.mark_used(questionnaire, on=now.date())
    second = questionnaires.next_version(questionnaire, by=workshop.iris, at=now)
    items = list(Question.objects.filter(section__questionnaire=second, kind="item").order_by("section__position", "position"))
    Question.objects.filter(pk=items[0].pk).update(text="  clear WORDS,   behaviour 1. ")
    Question.objects.filter(pk=items[1].pk).update(text="Something else.")
    Question.objects.filter(pk=items[2].pk).update(asked_of=["peer"])

    found = overlap.of(questionnaire_queries.snapshot(second), first)
    assert set(found.same) == {str(items[0].pk), str(items[3].pk)}
    assert (found.asked, found.can_compare) == (4, True)


def test_nothing_is_the_same_on_another_scale(questionnaire: Questionnaire) -> None:
    first = questionnaire_queries.snapshot(questionnaire)
    other = {**first, "scale": {**first["scale"], "points": first["scale"]["points"][:4]}}
    assert not overlap.of(other, first).can_compare


# ---- the cycle declares it


def again(cast: Cast, questionnaire: Questionnaire, at: datetime, **rules: Any) -> ReviewCycle:
    """A second draft about Ada and Bo."""
    cycle = actions.create(
        name="Autumn 360", scope=cast.workshop, by=cast.eve, at=at, questionnaire=questionnaire, opens_at=at, closes_at=at + timedelta(weeks=3), **rules,
    )
    actions.add_subjects(cycle, people=[cast.ada.pk, cast.bo.pk], by=cast.eve, at=at)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def spring(draft: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """Counted with middling answers; Ada's report is out, Bo's is not."""
    cycle = finished(draft, workshop, now, score=2, readers=["subject", "lead"])
    actions.release(cycle, subjects=[subject_of(cycle, workshop.ada).pk], by=workshop.eve, at=now)
    return cycle


def test_the_wizard_offers_what_overlaps_and_says_how_much(spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime, as_person: SignIn) -> None:
    draft = again(workshop, questionnaire, now)
    assert [offer.label for offer in queries.comparable(draft, workshop.eve)] == ["Spring 360: 4 of 4 items are the same"]
    assert queries.comparable(draft, workshop.dan) == []

    eve, url = as_person(workshop.eve), reverse("reviews:rules", args=[draft.pk])
    form = eve.get(url).context["form"]
    data = {name: value for name, field in form.fields.items() if (value := form.get_initial_for_field(field, name))}
    sent = eve.post(url, {**data, "closes_on": "2030-01-01", "seen": draft.version, "compares_to": str(spring.pk), "overlap_minimum": "60"})

    draft.refresh_from_db()
    assert sent.status_code == 302
    assert (draft.compares_to, draft.overlap_minimum) == (spring, 60)
    assert "Spring 360: 4 of 4 items are the same" in eve.get(reverse("reviews:summary", args=[draft.pk])).text


@pytest.mark.parametrize(("rules", "why"), [({"readers": ["subject", "hr_partner"]}, "other readers"), ({"purpose": "evaluation"}, "for development")])
def test_a_comparison_shows_nobody_what_they_were_not_to_read(
    spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime, as_person: SignIn, rules: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        again(workshop, questionnaire, now, compares_to=spring, **rules)
    draft = again(workshop, questionnaire, now, **rules)
    eve, url = as_person(workshop.eve), reverse("reviews:rules", args=[draft.pk])
    form = eve.get(url).context["form"]
    data = {name: value for name, field in form.fields.items() if (value := form.get_initial_for_field(field, name))}
    page = eve.post(url, {**data, "closes_on": "2030-01-01", "seen": draft.version, "compares_to": str(spring.pk)})
    assert why in page.text


def test_a_cycle_still_open_is_not_compared_with(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    with pytest.raises(Refused, match="not counted"):
        again(workshop, questionnaire, now, compares_to=launched)


def test_a_questionnaire_chosen_since_that_shares_nothing_stands_in_the_way(spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    draft = again(workshop, questionnaire, now, compares_to=spring)
    other = questionnaires.duplicate(questionnaire, "Another", by=workshop.iris, at=now)
    Question.objects.filter(section__questionnaire=other).update(text="Something else.")
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, questionnaire=other)
    assert "No item is the same" in " ".join(queries.obstacles(ReviewCycle.objects.get(pk=draft.pk), now, has_subjects=True))


def test_the_report_says_what_changed_to_whoever_has_an_earlier_one(
    spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime, as_person: SignIn
) -> None:
    autumn = finished(again(workshop, questionnaire, now, compares_to=spring), workshop, now, score=5)
    actions.release(autumn, subjects=None, by=workshop.eve, at=now)

    kept = Report.objects.get(subject=subject_of(autumn, workshop.ada)).content["since"]
    assert {(row["then"], row["now"], row["direction"]) for row in kept["competencies"]} == {(2.0, 5.0, "up")}
    assert kept["raters"] == "75-100"
    page = as_person(workshop.ada).get(reverse("reviews:report", args=[subject_of(autumn, workshop.ada).pk])).text
    assert "Since last time" in page
    assert "clearly higher than then" in page
    assert "4 of 4 items asked now were asked in the same words then." in page

    bo = Report.objects.get(subject=subject_of(autumn, workshop.bo)).content
    assert "since" not in bo  # his was never released
    assert "Since last time" not in as_person(workshop.bo).get(reverse("reviews:report", args=[subject_of(autumn, workshop.bo).pk])).text


def test_without_a_declaration_nothing_is_compared(spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    autumn = finished(again(workshop, questionnaire, now), workshop, now, score=5)
    assert not any("since" in report.content for report in Report.objects.filter(subject__cycle=autumn))


def test_other_raters_are_told_as_a_band_and_never_by_name(spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    for number in range(12):
        person(f"New{number} Comer", workshop.workshop, "Instrument Maker", workshop.bo)
    autumn = finished(again(workshop, questionnaire, now, compares_to=spring), workshop, now, score=2)
    kept = Report.objects.get(subject=subject_of(autumn, workshop.ada)).content["since"]
    assert kept["raters"] in {"25-50", "50-75"}
    assert not any(name in str(kept) for name in Person.objects.values_list("name", flat=True))


def test_what_was_declared_is_frozen(spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    autumn = finished(again(workshop, questionnaire, now, compares_to=spring), workshop, now)
    for change in ("overlap_minimum = 50", "subject_minimum = 6", "compares_to_id = null"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update reviews_reviewcycle set {change} where id = %s", [autumn.pk])


@pytest.mark.parametrize(("field", "value"), [("overlap_minimum", 49), ("overlap_minimum", 101), ("subject_minimum", 4)])
def test_the_database_knows_the_least(draft: ReviewCycle, field: str, value: int) -> None:
    with pytest.raises(IntegrityError, match="cycle_"), transaction.atomic():
        ReviewCycle.objects.filter(pk=draft.pk).update(**{field: value})


def test_a_cycle_is_not_compared_with_itself(draft: ReviewCycle) -> None:
    with pytest.raises(IntegrityError, match="cycle_not_compared_to_itself"), transaction.atomic():
        ReviewCycle.objects.filter(pk=draft.pk).update(compares_to=draft)


def test_the_pdf_says_the_same(spring: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    autumn = finished(again(workshop, questionnaire, now, compares_to=spring), workshop, now, score=5)
    subject = Subject.objects.select_related("report").get(cycle=autumn, person=workshop.ada)
    assert printing.pdf(subject.report.content).startswith(b"%PDF")
    words = printing._since(printing.reading.page(subject.report.content).since)
    assert [row[-1] for row in words["rows"]] == ["clearly higher than then"] * 2


# ---- in words


def words(result: dict[str, Any]) -> dict[str, str]:
    return {row.title: row.words for row in changes_in_words.since(result).rows}


def test_every_outcome_has_words() -> None:
    now = content({"Up": {"a": 4.5}, "Down": {"b": 2.0}, "Same": {"c": 3.0}, "New": {"d": 4.0}, "Hidden": {"e": None}})
    then = content({"Up": {"a": 3.0}, "Down": {"b": 4.0}, "Same": {"c": 3.1}, "Hidden": {"e": 4.0}})
    assert words(since(now, then, same("a", "b", "c", "e", asked=5))) == {
        "Up": "clearly higher than then", "Down": "clearly lower than then", "Same": "no clear change",
        "New": "not compared: 0 of 1 items are the same, and at least 75 % must be", "Hidden": "not compared: too few answers are shown, now or then",
    }
    alone = content({"A": {"a": 5.0}}, half=None)
    assert words(since(alone, content({"A": {"a": 1.0}}), same("a", asked=1))) == {"A": "no clear change: too few raters to say"}


def test_the_overlap_is_told_in_sentences() -> None:
    one = content({"A": {"a": 4.0}})
    told = changes_in_words.since(since(one, content({"A": {"a": 4.0}}, groups=("peer",)), same("a", asked=1), raters_then=set())).overlap
    assert told == [
        "1 of 1 item asked now was asked in the same words then.", "Fewer than a quarter of the raters asked now were asked then too.",
        "The groups behind “all raters” are not the same as then: part of a change may come from that.",
    ]


@pytest.mark.parametrize(("figure", "shown"), [(0.44, "+0.4"), (-0.3, "\u22120.3"), (0.04, "0.0"), (-0.04, "0.0")])
def test_a_difference_has_its_sign_and_nought_has_none(figure: float, shown: str) -> None:
    assert signed(figure) == shown


def test_without_a_questionnaire_nothing_is_offered(workshop: Cast, now: datetime) -> None:
    assert queries.comparable(actions.create(name="Bare", scope=workshop.workshop, by=workshop.eve, at=now), workshop.eve) == []
