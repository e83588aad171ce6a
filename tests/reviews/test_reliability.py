"""How reliable a cycle was, and a draft would be: formulas against the statistics they stand for, words, pages, who sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from scipy.stats import f as f_distribution

from azimuth.ballots.models import Box, CountedReliability
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, queries, reliability
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.reliability import Forecast, Reliability, Variances
from azimuth.statistics import agreement, generalizability
from azimuth.statistics.refusal import Refusal
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.reviews.conftest import basic_questionnaire
from tests.reviews.test_count import answer_all, count

SignIn = Callable[[Person], Client]


def row(**figures: Any) -> CountedReliability:
    """What a count kept; variances as in methods B.3 unless told."""
    given = {"subjects": 40, "forms": 300, "raters": 8, "items": 20.0, "subject": 0.25, "rater": 0.2, "interaction": 0.15, "residual": 0.4}
    return CountedReliability(**given | figures)


# ---- formulas, against statistics.generalizability and .agreement


@pytest.mark.parametrize("variances", [(0.25, 0.2, 0.15, 0.4, 20.0), (0.12, 0.31, 0.05, 0.62, 4.5), (0.5, 0.0, 0.3, 0.2, 3.0)])
def test_a_form_and_a_report_agree_with_generalizability_theory(variances: tuple[float, float, float, float, float]) -> None:
    subject, rater, pair, residual, items = variances
    found = Variances(row(subject=subject, rater=rater, interaction=pair, residual=residual, items=items))
    facets = generalizability.Facets(subject, rater=rater, subject_rater=pair, residual=residual)
    assert sum(found.parts.values()) == pytest.approx(1)
    assert found.one == pytest.approx(generalizability.nested(facets, 1, items), abs=0.005)
    assert found.typical == pytest.approx(generalizability.nested(facets, 8, items), abs=0.01)


@pytest.mark.parametrize("one", [0.05, 0.155, 0.3, 0.37, 0.5, 0.9])
@pytest.mark.parametrize("wanted", [0.7, 0.8])
def test_raters_needed_are_those_of_the_statistics(one: float, wanted: float) -> None:
    needed = reliability.needed(one, wanted)
    assert needed == agreement.raters_needed(one, wanted)
    facets = generalizability.Facets(one, subject_rater=1 - one)
    assert needed == generalizability.raters_for(facets, wanted, 1)
    assert needed is not None
    assert reliability.expected(one, needed) >= wanted - 1e-9
    assert needed == 1 or reliability.expected(one, needed - 1) < wanted


def test_no_number_of_raters_makes_up_for_people_who_do_not_differ() -> None:
    assert reliability.needed(0.0, 0.7) is None
    assert isinstance(generalizability.raters_for(generalizability.Facets(0.0, subject_rater=1), 0.7, 1), Refusal)
    assert [raters for _use, _level, raters in reliability.wanted(0.0)] == ["no number would do"] * 2


def test_published_averages_give_the_published_numbers_of_raters() -> None:
    """Methods A.1: for .70 six reports, four peers, three leads; for .80 ten, seven, four."""
    for group, feedback, decision in (("report", 6, 10), ("peer", 4, 7), ("manager", 3, 4)):
        one = reliability.published_average({group: 5.0})
        assert (reliability.needed(one, 0.7), reliability.needed(one, 0.8)) == (feedback, decision)
    mixed = reliability.published_average({"manager": 1.0, "peer": 4.0, "report": 3.0})
    assert 0.30 < mixed < 0.37
    assert reliability.published_average({"external": 2.0}) == pytest.approx(0.37)


@pytest.mark.parametrize(("subjects", "raters"), [(8, 4), (14, 12), (300, 7)])
@pytest.mark.parametrize("reached", [0.4, 0.87])
def test_the_interval_of_a_reliability_is_feldts(subjects: int, raters: int, reached: float) -> None:
    low, high = reliability.likely(reached, raters, subjects)
    degrees = subjects - 1, subjects * (raters - 1)
    assert low == pytest.approx(max(0.0, 1 - (1 - reached) * f_distribution.ppf(0.975, *degrees)), abs=0.01)
    assert high == pytest.approx(1 - (1 - reached) * f_distribution.ppf(0.025, *degrees), abs=0.01)
    assert 0 <= low < reached < high <= 1


# ---- words


def test_every_figure_can_be_computed_again_from_the_page() -> None:
    found = Reliability(Variances(row()))
    assert found.formulas == ["One rater: 0.25 ÷ (0.25 + 0.2 + 0.15 + 0.4 ÷ 20) = 0.40", "8 raters: 8 × 0.40 ÷ (1 + 7 × 0.40) = 0.84"]
    assert round(0.25 / (0.25 + 0.2 + 0.15 + 0.4 / 20), 2) == 0.40
    assert round(8 * 0.4 / (1 + 7 * 0.4), 2) == 0.84
    assert found.wanted == [("Feedback and growth", "0.70", "4 raters"), ("Decisions about people", "0.80", "6 raters")]
    assert found.behind == "likely 0.76–0.91; with 8 raters, as usual here"
    assert "40 %" in found.explained


@pytest.mark.parametrize(("raters", "words"), [(8, "firm enough to support decisions"), (4, "good enough for feedback"), (2, "a start of conversations")])
def test_the_verdict_says_what_it_is_good_for(raters: int, words: str) -> None:
    assert words in Reliability(Variances(row(raters=raters))).verdict


def test_the_chart_and_its_table_say_the_same() -> None:
    found = Reliability(Variances(row()), [("Deciding", Variances(row(of=UUID(int=1), rater=None))), ("Caring", Variances(row(refusal="no_variance", subject=None, residual=None)))])
    assert found.table.headings == ["Over", "Person", "Strictness", "Own view", "Chance", "8 raters"]
    assert found.table.rows[0] == ["All items", "40 %", "32 %", "24 %", "3 %", "0.84"]
    assert found.table.rows[1][2] == "–"
    assert found.table.rows[2][1:] == ["–"] * 5
    for share in ("40 %", "32 %", "24 %", "3 %"):
        assert f">{share}<" in found.chart()
        assert f">{share}<" in found.narrow_chart


@pytest.mark.parametrize("code", [*reliability.REFUSED, "something new"])
def test_every_refusal_has_its_words(code: str) -> None:
    found = Reliability(Variances(row(refusal=code, subject=None, rater=None, interaction=None, residual=None, items=None)))
    assert found.refusal.endswith(".")
    assert code not in found.refusal
    assert found.chart() == ""


def test_notes_are_said_once_and_name_their_competency() -> None:
    found = Reliability(
        Variances(row(notes=["disconnected"], connected=0.83)), [("Deciding", Variances(row(notes=["disconnected", "one_option"]))), ("Caring", Variances(row(refusal="no_variance")))]
    )
    assert [note.split(":")[0] for note in found.notes][1:] == ["Deciding", "Caring"]
    assert found.notes[0] == f"{reliability.TOLD['disconnected']} The largest part holds 83 % of the people."
    assert set(reliability.TOLD) == {"disconnected", "no_subject_variance", "no_rater_variance", "raters_of_one_subject", "one_option"}


def test_the_forecast_names_what_it_rests_on() -> None:
    plain = Forecast(8, 0.35, "development")
    assert plain.sentence == "With 8 raters per subject a report would reach a reliability of about 0.81 if everybody answers."
    assert plain.is_enough
    assert "Conway & Huffcutt 1997" in plain.basis
    assert "with this questionnaire" in Forecast(8, 0.35, "development", "Spring", is_same_questionnaire=True).basis
    assert "same rating scale" in Forecast(8, 0.35, "development", "Spring").basis
    assert not Forecast(5, 0.35, "evaluation").is_enough
    assert ["8", "0.81"] in plain.table.rows


# ---- pages


def measured(cycle: ReviewCycle, **figures: Any) -> None:
    """The cycle as if it had been counted, with these variances."""
    on = date(2026, 4, 1)
    Box.objects.filter(pk=cycle.box_id).update(closed_on=on)
    CountedReliability.objects.filter(box=cycle.box).delete()
    saved = row(box=cycle.box, **figures)
    saved.save(force_insert=True)
    for section in questionnaires.sections_with_items(cycle.snapshot):
        row(box=cycle.box, of=UUID(section["key"]), **figures).save(force_insert=True)
    Box.objects.filter(pk=cycle.box_id).update(counted_on=on)
    for state in ("closed", "counted"):
        ReviewCycle.objects.filter(pk=cycle.pk).update(state=state)
    cycle.refresh_from_db()


@pytest.mark.parametrize("who", ["eve", "iris", "jon"])
def test_who_steers_or_audits_reads_how_reliable_it_was(launched: ReviewCycle, workshop: Cast, as_person: SignIn, who: str) -> None:
    measured(launched)
    shown = as_person(getattr(workshop, who)).get(f"/reviews/cycles/{launched.pk}/").text
    assert "How reliable was this cycle?" in shown
    assert "0.84" in shown
    assert "8 × 0.40 ÷ (1 + 7 × 0.40) = 0.84" in shown


def test_an_open_cycle_says_nothing_of_it(launched: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    assert queries.reliability_of(launched, "en") is None
    assert "How reliable" not in as_person(workshop.eve).get(f"/reviews/cycles/{launched.pk}/").text


def test_a_cycle_counted_without_it_says_nothing(launched: ReviewCycle) -> None:
    launched.state = "counted"
    assert queries.reliability_of(launched, "en") is None


def test_a_small_cycle_says_why_there_is_no_figure(launched: ReviewCycle, workshop: Cast, as_person: SignIn, now: datetime) -> None:
    answer_all(launched, workshop.ada, {"self", "manager", "peer", "report"}, now)
    count(launched, now)
    shown = as_person(workshop.eve).get(f"/reviews/cycles/{launched.pk}/").text
    assert "Fewer than eight people were rated by two others" in shown
    assert "no mean was corrected for strictness" in shown
    assert "Where differences between forms come from" not in shown


def test_a_summary_forecasts_from_published_averages_at_first(draft: ReviewCycle, workshop: Cast, as_person: SignIn, now: datetime) -> None:
    actions.rehearse(draft, by=workshop.eve, at=now)
    shown = as_person(workshop.eve).get(f"/reviews/cycles/{draft.pk}/summary/").text
    assert "How sure would a report be?" in shown
    assert "raters per subject a report would reach a reliability of about" in shown
    assert "Conway &amp; Huffcutt 1997" in shown


def again(launched: ReviewCycle, questionnaire: Questionnaire) -> ReviewCycle:
    """A fresh draft beside a launched cycle."""
    return ReviewCycle(name="Next", questionnaire=questionnaire, scope=launched.scope, created_on=date(2026, 5, 1))


REHEARSED = {"subjects": 10, "by_group": {"self": 10, "manager": 10, "peer": 46, "report": 15}}


def test_a_forecast_rests_on_the_latest_cycle_with_the_same_questionnaire(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire) -> None:
    measured(launched, subject=0.1)
    found = queries.forecast_reliability(again(launched, questionnaire), REHEARSED, viewer=workshop.eve)
    assert found is not None
    assert (found.raters, found.cycle, found.is_same_questionnaire) == (7, "Spring 360", True)
    assert found.one == round(0.1 / (0.1 + 0.2 + 0.15 + 0.02), 2)


def test_else_on_one_with_the_same_scale(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire) -> None:
    measured(launched)
    other = Questionnaire.objects.create(code="other", title="Another", purpose="To learn.", scale=questionnaire.scale)
    found = queries.forecast_reliability(again(launched, other), REHEARSED, viewer=workshop.eve)
    assert found is not None
    assert (found.cycle, found.is_same_questionnaire) == ("Spring 360", False)


@pytest.mark.parametrize("figures", [{"subject": 0.0}, {"refusal": "too_few_raters", "subject": None}])
def test_never_on_one_that_could_not_be_measured(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire, figures: dict[str, Any]) -> None:
    measured(launched, **figures)
    found = queries.forecast_reliability(again(launched, questionnaire), REHEARSED, viewer=workshop.eve)
    assert found is not None
    assert found.cycle == ""


def test_nor_on_one_the_viewer_may_not_see(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire) -> None:
    """Not even its name comes through."""
    measured(launched)
    for viewer in (workshop.dan, workshop.ada):
        found = queries.forecast_reliability(again(launched, questionnaire), REHEARSED, viewer=viewer)
        assert found is not None
        assert found.cycle == ""


def test_without_others_there_is_nothing_to_forecast(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire) -> None:
    assert queries.forecast_reliability(again(launched, questionnaire), {"subjects": 1, "by_group": {"self": 1}}, viewer=workshop.eve) is None
    without = queries.forecast_reliability(ReviewCycle(name="Bare", created_on=date(2026, 5, 1)), REHEARSED, viewer=workshop.eve)
    assert without is not None
    assert without.cycle == ""


def test_another_scale_is_not_compared(launched: ReviewCycle, workshop: Cast, questionnaire: Questionnaire) -> None:
    measured(launched)
    questionnaire.code, questionnaire.scale.code, questionnaire.scale.name = "was", "was", "Was"
    questionnaire.scale.save()
    questionnaire.save()
    other = basic_questionnaire()
    found = queries.forecast_reliability(again(launched, other), REHEARSED, viewer=workshop.eve)
    assert found is not None
    assert found.cycle == ""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("narrow", [False, True])
def test_its_section_can_be_read_by_everybody(launched: ReviewCycle, workshop: Cast, page: Page, site: str, *, narrow: bool) -> None:
    measured(launched, notes=["one_option"])
    if narrow:
        page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/{launched.pk}/")
    section = page.locator("#reliability")
    section.get_by_text("How this is computed").click()
    expect(section.get_by_text("8 × 0.40 ÷ (1 + 7 × 0.40) = 0.84")).to_be_visible()
    section.get_by_text("The numbers behind this").click()
    expect(section.get_by_text("All items")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_forecast_can_be_read_by_everybody(draft: ReviewCycle, workshop: Cast, page: Page, site: str, now: datetime) -> None:
    actions.rehearse(draft, by=workshop.eve, at=now)
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/{draft.pk}/summary/")
    page.get_by_text("How this is computed").click()
    expect(page.get_by_role("columnheader", name="Raters who answer")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)
