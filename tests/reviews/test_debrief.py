"""The guide to talk a report over: at most three themes, open questions, an hour, and no figure the report does not print."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.reviews import actions, debrief, findings, printing, reading
from azimuth.reviews.models import Report, ReviewCycle
from tests.cast import Cast
from tests.reviews.finished import finished, subject_of

SignIn = Callable[[Person], Client]
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def figure(mean: float, half: float = 0.2, agreement: float | None = 0.8, n: int = 7) -> dict[str, Any]:
    return {"n": n, "mean": mean, "low": max(1, mean - half), "high": min(5, mean + half), "agreement": agreement}


def report(others: dict[str, float], own: dict[str, float] | None = None, *, agreement: dict[str, float] | None = None, comments: bool = True) -> dict[str, Any]:
    """A report's content from means of all raters and of self by competency."""
    competencies = [
        {
            "key": title, "title": title, "description": "",
            "figures": {"all": figure(mean, agreement=(agreement or {}).get(title, 0.8))} | ({"self": {**figure(own[title]), "n": 1}} if own and title in own else {}),
            "items": [{"key": f"{title}-1", "text": f"Shows {title}.", "figures": {"all": figure(mean)}}],
        }
        for title, mean in others.items()
    ]
    return {
        "subject": "Ada Novak", "cycle": "Spring", "purpose": "development", "minimum": 3, "comment_minimum": 5, "asked": [],
        "scale": {"low": 1, "high": 5, "points": [{"value": n, "label": str(n), "anchor": ""} for n in range(1, 6)]},
        "competencies": competencies, "findings": findings.of(competencies, low=1, high=5),
        "comments": [{"key": "q", "text": "Keep?", "by": {"colleagues": ["A word."]} if comments else {}}],
    }


def kinds(content: dict[str, Any]) -> list[tuple[str, str]]:
    return [(pick.kind, pick.key) for pick in debrief.picks(content)]


def test_a_strength_an_area_to_grow_and_the_widest_gap_elsewhere() -> None:
    content = report({"A": 4.8, "B": 2.0, "C": 3.4, "D": 3.4}, {"A": 4.8, "B": 4.9, "C": 2.0, "D": 4.8})
    assert kinds(content) == [("strength", "A"), ("priority", "B"), ("lower", "C")]


def test_without_a_gap_what_raters_see_differently() -> None:
    content = report({"A": 4.8, "B": 2.0, "C": 3.4}, agreement={"B": 0.1, "C": 0.1})
    assert kinds(content) == [("strength", "A"), ("priority", "B"), ("disagreement", "C")]


def test_ties_stay_ties() -> None:
    content = report({"A": 3.0, "B": 4.6, "C": 4.6, "D": 2.0})
    first = debrief.picks(content)[0]
    assert (first.kind, first.key, first.tied) == ("strength", "B", ["C"])
    guide = debrief.guide(content, reading.page(content))
    assert any("Tied with it: C" in line for line in guide.themes[0].because)


def test_a_gap_about_a_theme_is_told_there() -> None:
    content = report({"A": 4.8, "B": 2.0}, {"A": 4.8, "B": 4.9})
    assert kinds(content) == [("strength", "A"), ("priority", "B")]
    guide = debrief.guide(content, reading.page(content))
    assert any("You rate yourself 4.9, others 2.0" in line for line in guide.themes[1].because)


@pytest.mark.parametrize(("comments", "kind"), [(True, "comments"), (False, "few")])
def test_where_nothing_stands_out_there_still_is_something_to_talk_about(*, comments: bool, kind: str) -> None:
    assert kinds(report({"A": 3.5, "B": 3.5}, comments=comments)) == [(kind, "")]


@st.composite
def reports(draw: st.DrawFn) -> dict[str, Any]:
    titles = ["A", "B", "C", "D", "E"][: draw(st.integers(0, 5))]
    level = st.integers(10, 50).map(lambda tenth: tenth / 10)
    return report(
        {title: draw(level) for title in titles}, {title: draw(level) for title in titles if draw(st.booleans())},
        agreement={title: draw(st.sampled_from([0.1, 0.6, 0.9])) for title in titles}, comments=draw(st.booleans()),
    )


@given(reports())
def test_every_guide_has_an_hour_and_one_to_three_themes_with_open_questions(content: dict[str, Any]) -> None:
    guide = debrief.guide(content, reading.page(content))
    assert 1 <= len(guide.themes) <= 3
    assert guide.minutes == 60
    assert all(2 <= len(theme.questions) <= 3 for theme in guide.themes)
    assert all(question.split()[0] in {"When", "Where", "Which", "What", "Who", "Whom", "With"} for theme in guide.themes for question in theme.questions)
    assert len({theme.title for theme in guide.themes if theme.title}) == len([theme for theme in guide.themes if theme.title])
    assert debrief.guide(content, reading.page(content)) == guide


@given(reports())
def test_it_says_no_figure_the_report_does_not_print(content: dict[str, Any]) -> None:
    page = reading.page(content)
    printed = set(NUMBER.findall(" ".join(
        [finding.evidence for finding in [*page.strengths, *page.priorities]] + [gap.sentence for gap in page.gaps]
        + [item.text for competency in page.competencies for item in competency.items]
    )))
    said = {number for theme in debrief.guide(content, page).themes for line in [theme.title, *theme.because, *theme.questions] for number in NUMBER.findall(line)}
    assert said <= printed


def test_readers_of_the_report_find_it_and_it_is_recorded_like_the_report(draft: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    cycle = finished(draft, workshop, now, readers=["subject", "lead"])
    subject = subject_of(cycle, workshop.ada)
    url = reverse("reviews:guide", args=[subject.pk])
    assert as_person(workshop.ada).get(url).status_code == 404
    actions.release(cycle, subjects=None, by=workshop.eve, at=now)

    assert "Bring this page" in as_person(workshop.ada).get(url).text
    assert "Let the other speak first" in as_person(workshop.bo).get(url).text
    assert as_person(workshop.dan).get(url).status_code == 404
    assert Entry.objects.filter(action="reviews.read_report").count() == 1
    assert url in as_person(workshop.ada).get(reverse("reviews:report", args=[subject.pk])).text


def test_the_pdf_ends_with_it(draft: ReviewCycle, workshop: Cast, now: datetime) -> None:
    finished(draft, workshop, now)
    content = Report.objects.get(subject__person=workshop.ada).content
    words = printing._guide(debrief.guide(content, reading.page(content)))
    assert words["themes"]
    assert printing.pdf(content).startswith(b"%PDF")
