"""Many-facet Rasch: scores with few options, subjects, items and raters on one scale of logits.

log P(x = k) / P(x = k-1) = theta_subject - delta_item - rho_rater - tau_item,k, with theta ~ N(0, v), sum of rho = 0 and the
taus of every item summing to 0. For 2 to 4 options, or when one end is crowded; with five and more, `effects` says the same in
a fraction of the time. Source: Linacre 1989; marginal likelihood as in Robitzsch & Steinfeld 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from azimuth.statistics.crossed import Floats, Ints, indicator
from azimuth.statistics.refusal import Refusal

NODES = np.linspace(-6.0, 6.0, 21)


@dataclass(frozen=True)
class Facets:
    """The fitted model, in logits. `severity` follows `raters` and sums to 0, `difficulty` follows the columns of items;
    `variance` is the subjects', `ability` and `ability_sd` (mean and SD given the scores) follow `subjects`; `deviance` is
    -2 log likelihood."""

    subjects: npt.NDArray
    raters: npt.NDArray
    severity: Floats
    difficulty: Floats
    variance: float
    ability: Floats
    ability_sd: Floats
    deviance: float


def fit(subject: npt.ArrayLike, rater: npt.ArrayLike, scores: npt.ArrayLike) -> Facets | Refusal:
    """Fit by marginal maximum likelihood on 21 nodes from -6 to 6.

    `subject`, `rater`: (N,) labels, one row per form; `scores`: (N, items), whole numbers from the same lowest option up,
    nan for no answer. Refuses below two raters or two subjects and when every answer is the same. A rater who gave only
    the lowest or only the highest scores has no finite severity: the result is then merely large.
    """
    table = np.asarray(scores, dtype=np.float64)
    subjects, subject_codes = np.unique(np.asarray(subject), return_inverse=True)
    raters, rater_codes = np.unique(np.asarray(rater), return_inverse=True)
    if len(raters) < 2 or len(subjects) < 2:
        few = "too_few_raters" if len(raters) < 2 else "too_few_subjects"
        return Refusal(few, min(len(raters), len(subjects)), 2)
    if np.nanmin(table) == np.nanmax(table):
        return Refusal("no_variance")
    model = _Model(subject_codes, rater_codes, table - np.nanmin(table))
    found = minimize(
        model.loss,
        model.start(),
        args=(),
        method="L-BFGS-B",
        jac=True,
        options={"maxiter": 5000, "maxfun": 10_000, "ftol": 1e-14, "gtol": 1e-6},
    )
    severity, thresholds, log_sd = model.split(found.x)
    weight = np.exp(model.posterior(found.x)[0])
    ability = weight @ NODES
    spread = np.sqrt(np.maximum(weight @ NODES**2 - ability**2, 0.0))
    difficulty = _difficulty(thresholds, model.used)
    return Facets(
        subjects,
        raters,
        severity,
        difficulty,
        float(np.exp(2 * log_sd)),
        ability,
        spread,
        2 * float(found.fun),
    )


class _Model:
    """The likelihood and its gradient. Parameters: severities but the last, thresholds summed up per item, log SD.

    With c_ik the sum of the first k thresholds (delta + tau) of item i, log P(x = k) is k (theta - rho) - c_ik but for a
    constant; c needs no constraint. Options nobody chose are left out of an item.
    """

    def __init__(self, subject: Ints, rater: Ints, table: Floats) -> None:
        self.raters, self.items, self.top = int(rater.max()) + 1, table.shape[1], int(np.nanmax(table))
        self.rater = rater
        answered = np.isfinite(table)
        self.totals = np.where(answered, table, 0.0).sum(axis=1)
        chosen = np.where(answered, table, -1)[:, :, None] == np.arange(1, self.top + 1)
        self.counts = chosen.sum(axis=0).astype(np.float64)
        self.used = self.counts > 0
        self.chosen = chosen.reshape(len(rater), -1).astype(np.float64)
        self.of_subject = indicator(subject.astype(np.int64), int(subject.max()) + 1).T.tocsr()
        self.by_item = [
            indicator(rater.astype(np.int64), self.raters).multiply(known[:, None]).T.tocsr()
            for known in answered.T
        ]
        self.answered = answered

    def start(self) -> Floats:
        """Equal raters, thresholds from how often options were chosen, abilities of variance one."""
        lowest = self.answered.sum(axis=0)[:, None] - self.counts.sum(axis=1, keepdims=True)
        thresholds = np.log((lowest + 0.5) / (self.counts + 0.5))
        return np.concatenate([np.zeros(self.raters - 1), thresholds.ravel(), [0.0]])

    def split(self, parameters: Floats) -> tuple[Floats, Floats, float]:
        """Severities summing to zero, thresholds (items, options above the lowest), log SD."""
        free = parameters[: self.raters - 1]
        thresholds = parameters[self.raters - 1 : -1].reshape(self.items, self.top)
        return np.append(free, -free.sum()), np.where(self.used, thresholds, np.inf), float(parameters[-1])

    def posterior(self, parameters: Floats) -> tuple[Floats, Floats, Floats, float]:
        """Log weights of the nodes per subject, log prior of the nodes, option probabilities, and log likelihood.

        Shapes: (subjects, nodes), (nodes,), (items, raters, nodes, options).
        """
        severity, thresholds, log_sd = self.split(parameters)
        prior = -(NODES**2) / 2 * np.exp(-2 * log_sd)
        prior -= logsumexp(prior)
        shift = NODES - severity[:, None]
        padded = np.concatenate([np.zeros((self.items, 1)), thresholds], axis=1)
        terms = np.arange(self.top + 1) * shift[:, :, None] - padded[:, None, None, :]
        norm = logsumexp(terms, axis=3)
        per_form = self.totals[:, None] * shift[self.rater]
        per_form -= (self.chosen @ np.where(self.used, thresholds, 0.0).ravel())[:, None]
        for known, part in zip(self.answered.T, norm, strict=True):
            per_form -= known[:, None] * part[self.rater]
        joint = self.of_subject @ per_form + prior
        likelihood = logsumexp(joint, axis=1)
        return joint - likelihood[:, None], prior, np.exp(terms - norm[..., None]), float(likelihood.sum())

    def loss(self, parameters: Floats) -> tuple[float, Floats]:
        """Minus the log likelihood, and its gradient."""
        log_weight, prior, chances, likelihood = self.posterior(parameters)
        weight = np.exp(log_weight)
        per_form = self.of_subject.T @ weight
        expected = np.zeros(self.raters)
        thresholds = np.zeros((self.items, self.top))
        for item, (rows, chance) in enumerate(zip(self.by_item, chances, strict=True)):
            mass = (rows @ per_form)[:, :, None] * chance
            expected += mass.sum(axis=1) @ np.arange(self.top + 1)
            thresholds[item] = self.counts[item] - mass.sum(axis=(0, 1))[1:]
        severity = np.bincount(self.rater, self.totals, minlength=self.raters) - expected
        spread = NODES**2 * np.exp(-2 * self.split(parameters)[2])
        log_sd = -float((weight @ spread).sum() - len(weight) * (np.exp(prior) @ spread))
        thresholds[~self.used] = 0.0
        return -likelihood, np.concatenate([severity[:-1] - severity[-1], thresholds.ravel(), [log_sd]])


def _difficulty(thresholds: Floats, used: npt.NDArray[np.bool_]) -> Floats:
    """The mean threshold of each item: the sum up to its highest used option, divided by that option."""
    highest = np.array([np.flatnonzero(row)[-1] if row.any() else -1 for row in used])
    return np.array(
        [
            row[place] / (place + 1) if place >= 0 else np.nan
            for row, place in zip(thresholds, highest, strict=True)
        ]
    )
