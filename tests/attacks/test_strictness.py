"""Can a reader of all reports find out who is strict, and from that who gave which answer?

The attacker knows who was asked about whom, every published mean, and within each group every answer without its author; so does
whoever holds the database after the count. They use the best linear prediction there is. Against the adjusted means we publish they
gain nothing, since these are made of what they have already. The control publishes means corrected with the raters' own answers,
rounded to a tenth, as the textbook would: it must be caught.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from azimuth.operations.simulation import world as worlds
from azimuth.statistics.published import Groups, adjusted, usual
from tests.statistics.test_published import COMPETENCIES, ITEMS, Round, fitted, published_groups, round_of

Array = npt.NDArray[np.float64]
PEOPLE, SEEDS = 64, range(1, 5)


@dataclass(frozen=True)
class Attack:
    """What was published beside the raw means, as linear forms in the raters' own means: (figures, pairs), the figures, their rounding."""

    forms: Array
    figures: Array
    noise: float


class Attacker:
    """Everything known of one round, and what can be made of it."""

    def __init__(self, given: Round, true: Array) -> None:
        self.given, self.true, self.model = given, true[np.unique(given.rater)], fitted(given, None)
        parts = self.model.variances
        self.own = given.answers.mean(axis=(1, 2))
        self.people = _indicator(given.subject)
        self.raters = _indicator(given.rater)
        self.groups = _indicator(given.group)
        self.strictness = parts.rater or 0.0
        error = (parts.interaction or 0) + parts.residual / (COMPETENCIES * ITEMS)
        self.spread = parts.subject * self.people @ self.people.T + self.strictness * self.raters @ self.raters.T + error * np.eye(len(self.own))
        self.cells, _ = published_groups(given)
        self.members = [np.flatnonzero((given.subject == s) & (given.group == g)) for s, g in zip(self.cells.subject, self.cells.source, strict=True)]
        self.means = np.array([np.isin(np.arange(len(self.own)), rows) / len(rows) for rows in self.members])
        self.level = self.groups @ np.linalg.lstsq(self.groups, self.own)[0]

    def predict(self, more: Attack | None = None) -> tuple[Array, Array]:
        """(each rater's own mean of each subject, each rater's strictness) as far as they follow from what is published."""
        forms, figures, noise = self.means, self.means @ self.own, np.full(len(self.means), 1e-9)
        if more is not None:
            forms, figures = np.vstack([forms, more.forms]), np.concatenate([figures, more.figures])
            noise = np.concatenate([noise, np.full(len(more.figures), more.noise)])
        gain = np.linalg.solve(forms @ self.spread @ forms.T + np.diag(noise), figures - forms @ self.level)
        return self.level + self.spread @ forms.T @ gain, self.strictness * self.raters.T @ forms.T @ gain

    def attributed(self, predicted: Array) -> float:
        """The share of single answers given to the right rater when each group's are dealt out in the order of what is predicted."""
        hits = total = 0
        for rows in (rows for rows in self.members if len(rows) > 1):
            answers = self.given.answers[rows].reshape(len(rows), -1)
            dealt = np.empty_like(answers)
            dealt[np.argsort(predicted[rows], kind="stable")] = np.sort(answers, axis=0)
            hits, total = hits + int((dealt == answers).sum()), total + answers.size
        return hits / total

    def by_chance(self) -> float:
        """The same for answers dealt out at random."""
        draw = np.random.default_rng(7)
        return float(np.mean([self.attributed(draw.random(len(self.own))) for _ in range(10)]))


def _indicator(codes: npt.NDArray[np.int64]) -> Array:
    return (codes[:, None] == np.unique(codes)[None, :]).astype(float)


def from_published(attacker: Attacker) -> Attack:
    """The adjusted means of our reports (over all items), and the linear forms they are."""

    def figures(mean: Array) -> Array:
        cells = Groups(attacker.cells.subject, attacker.cells.source, mean - mean.mean(), attacker.cells.n, attacker.cells.asked)
        parts = attacker.model.variances
        error = (parts.interaction or 0) + parts.residual / (COMPETENCIES * ITEMS)
        offset = usual(cells, subject=parts.subject, rater=parts.rater or 0, pair=error)
        weight = np.bincount(cells.subject, cells.n)
        raw, usually = np.bincount(cells.subject, cells.n * mean) / weight, np.bincount(cells.subject, cells.n * offset) / weight
        return adjusted(raw, weight, usually, truth=parts.subject, error=(parts.rater or 0) + error).score

    nothing = figures(np.zeros(len(attacker.means)))
    forms = np.column_stack([figures(column) - nothing for column in np.eye(len(attacker.means))])
    return Attack(forms @ attacker.means, figures(attacker.means @ attacker.own).round(1) - nothing, 0.1**2 / 12)


def from_single_answers(attacker: Attacker) -> Attack:
    """The control: each competency corrected with the raters' own answers, rounded to a tenth."""
    figures = np.mean([fitted(attacker.given, competency).adjusted.round(1) for competency in range(COMPETENCIES)], axis=0)
    parts = [fitted(attacker.given, competency).variances for competency in range(COMPETENCIES)]
    subject, rater = np.mean([p.subject for p in parts]), np.mean([p.rater or 0 for p in parts])
    error = np.mean([(p.interaction or 0) + p.residual / ITEMS for p in parts])
    spread = subject * attacker.people @ attacker.people.T + rater * attacker.raters @ attacker.raters.T + error * np.eye(len(attacker.own))
    precision, fixed = np.linalg.inv(spread), attacker.groups
    source = np.linalg.solve(fixed.T @ precision @ fixed, fixed.T @ precision)
    forms = subject * attacker.people.T @ (precision - precision @ fixed @ source) + (fixed @ source).mean(axis=0)
    return Attack(forms, figures, 0.1**2 / 12 / COMPETENCIES + 0.0004)


@pytest.fixture(scope="module")
def attackers() -> list[Attacker]:
    """One of each seed; the truth about strictness is there to score with."""
    return [Attacker(round_of(PEOPLE, seed, worlds.SEVERITY), worlds.make(PEOPLE, seed).severity) for seed in SEEDS]


def correlation(attacker: Attacker, strictness: Array) -> float:
    """How well the strictness of raters was found."""
    return float(np.corrcoef(strictness, attacker.true)[0, 1])


def test_an_attacker_gains_nothing_from_them(attackers: list[Attacker]) -> None:
    for attacker in attackers:
        own, strictness = attacker.predict()
        own_too, strictness_too = attacker.predict(from_published(attacker))
        np.testing.assert_allclose(own_too, own, atol=1e-3)
        np.testing.assert_allclose(strictness_too, strictness, atol=1e-3)


def test_raw_means_alone_give_little_away(attackers: list[Attacker]) -> None:
    """The least every report with overlapping raters gives away: less than ten points over guessing (methods C.3, R)."""
    gains = [attacker.attributed(attacker.predict()[0]) - attacker.by_chance() for attacker in attackers]
    assert np.mean(gains) < 0.10


def test_the_control_is_caught(attackers: list[Attacker]) -> None:
    """Means corrected with single answers tell who is strict, and with it who wrote what."""
    gains = []
    for attacker in attackers:
        own, strictness = attacker.predict()
        own_too, strictness_too = attacker.predict(from_single_answers(attacker))
        assert correlation(attacker, strictness_too) > 0.8 > correlation(attacker, strictness) + 0.2
        gains.append(attacker.attributed(own_too) - attacker.attributed(own))
    assert min(gains) > 0.05
    assert np.mean(gains) > 0.08
