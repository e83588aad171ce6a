"""Rater effects: how much of a score is the subject, how much the rater, and what the subject's score is without the latter.

y = mean + source + subject + rater + rest, subjects and raters random and crossed, fitted by REML. Self-ratings stay out:
they have a gap of their own (`intervals.self_gap`). A subject's adjusted score is shrunk towards the mean the more, the
less its raters tell; never a z-score per rater, which is worse than raw means where raters hardly differ.

What the numbers cannot know: when subjects choose their raters, who was chosen is part of the score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from azimuth.statistics import dense, montecarlo
from azimuth.statistics.crossed import Floats, Ints, Ratings, Solution, components
from azimuth.statistics.moments import moments
from azimuth.statistics.pairs import Pairs, reduce
from azimuth.statistics.refusal import Refusal

LEAST_RATERS = 8
LEAST_SUBJECTS = 8
DENSE_LEVELS = 2000
ENOUGH_RELIABILITY = 0.3
CROWDED_OPTION = 0.7

Method = Literal["auto", "moments", "dense", "monte_carlo"]
Note = Literal[
    "disconnected", "no_subject_variance", "no_rater_variance", "raters_of_one_subject", "one_option"
]
Labels = npt.NDArray


@dataclass(frozen=True)
class Variances:
    """Where the variance of one rating lies; squared scale points.

    `interaction` (subject x rater: this rater's own view of this subject) is None where single answers were not given:
    it then is inside `residual`, which otherwise is the variance of one answer to one item. `rater` is None where every
    rater rated one subject only: it then is inside the interaction, or the residual.
    """

    subject: float
    rater: float | None
    interaction: float | None
    residual: float


@dataclass(frozen=True)
class Effects:
    """A fitted crossed model. Arrays follow `subjects` (S,) or `raters` (R,), which hold the caller's labels.

    `mean`: the general level, averaged over sources as they occur. `effects` are deviations from it, `pev` their prediction
    error variances. `component`: which connected part of the graph a subject lies in; scores compare within a part, and
    between parts only if both were rated by equally severe people. `criterion`: the REML criterion (dense only).
    `items`: items behind a usual rating. `notes`: what a reader must be told.
    """

    variances: Variances
    mean: float
    sources: dict[object, float]
    subjects: Labels
    subject_effects: Floats
    subject_pev: Floats
    raters: Labels
    rater_effects: Floats
    rater_pev: Floats
    component: Ints
    criterion: float | None
    method: Method
    notes: tuple[Note, ...]
    items: float = 1.0

    @property
    def adjusted(self) -> Floats:
        """The subjects' scores on the scale of the answers, rater severity taken out, shrunk to the mean. (S,)."""
        return self.mean + self.subject_effects

    def interval(self, *, z: float = 1.96) -> tuple[Floats, Floats]:
        """The bounds of the adjusted scores: plus and minus `z` roots of the prediction error variance. (S,) each."""
        half = z * np.sqrt(self.subject_pev)
        return self.adjusted - half, self.adjusted + half

    @property
    def reliability(self) -> Floats:
        """Of each adjusted score, 0..1: 1 - error variance / subject variance; 0 without subject variance. (S,)."""
        if not self.variances.subject:
            return np.zeros(len(self.subjects))
        return np.clip(1 - self.subject_pev / self.variances.subject, 0.0, 1.0)

    @property
    def is_enough(self) -> npt.NDArray[np.bool_]:
        """Whether a subject's own score may be shown; below a reliability of .3 say "not enough evidence". (S,)."""
        return self.reliability >= ENOUGH_RELIABILITY

    @property
    def connected_share(self) -> float:
        """The share of subjects in the largest connected part of the graph."""
        return float(np.bincount(self.component).max() / len(self.component))

    @property
    def shares(self) -> dict[str, float]:
        """The share of the variance of one usual rating by where it lies; they sum to one."""
        v = self.variances
        parts = {
            "subject": v.subject,
            "rater": v.rater,
            "interaction": v.interaction,
            "residual": v.residual / self.items,
        }
        known = {name: value for name, value in parts.items() if value is not None}
        return {name: value / sum(known.values()) for name, value in known.items()}

    @property
    def one_rater(self) -> float:
        """The reliability of the raw score of a single rater; `agreement.raters_needed` takes it further."""
        return self.shares["subject"]


def fit(
    subject: npt.ArrayLike,
    rater: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    source: npt.ArrayLike | None = None,
    method: Method = "auto",
    seed: int = 0,
) -> Effects | Refusal:
    """Fit ratings of one number per (subject, rater) pair.

    All (N,): `subject` and `rater` are labels, `y` finite scores, `weights` relative precisions (default 1), `source` labels
    of groups with a mean of their own (peer, report, manager). "auto" is exact REML when subjects or raters number 2,000
    or less, Monte-Carlo REML above; "moments" takes variances by moments, a quick look. `seed` serves the draws.
    Refuses with one rater per subject (severity and merit cannot be told apart), below 8 raters or 8 subjects with two,
    without variance, and where the fit does not settle. Raises ValueError for a weight or score that is none.
    Source: the house's methods A.2, A.6 and B.4.
    """
    values = np.asarray(y, dtype=np.float64)
    precision = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not np.isfinite(values).all() or not (np.isfinite(precision) & (precision > 0)).all():
        raise ValueError("Scores are finite, weights positive.")
    subjects, subject_codes = _codes(subject)
    raters, rater_codes = _codes(rater)
    refusal = _refusal(subject_codes, rater_codes, values)
    if refusal:
        return refusal
    return _fitted(
        (subjects, subject_codes),
        (raters, rater_codes),
        values,
        precision,
        _fixed(source, len(values)),
        method,
        seed,
    )


def fit_items(
    subject: npt.ArrayLike,
    rater: npt.ArrayLike,
    item: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    source: npt.ArrayLike | None = None,
    method: Method = "auto",
    seed: int = 0,
) -> Effects | Refusal:
    """Fit single answers to items: reduced to pair means, items taken out, then `fit`.

    All (N,), nan in `y` for no answer. Exact when every pair answered the same items; otherwise pairs weigh by
    1/(interaction + error/items) as estimated, once more if the first fit moves these weights by more than 5 %. Refuses
    like `fit`, and without any answer. Source: the house's methods A.2.
    """
    values = np.asarray(y, dtype=np.float64)
    if not np.isfinite(values).any():
        return Refusal("no_answers", 0, 1)
    (subjects, subject_codes), (raters, rater_codes), (_, items) = (
        _codes(subject),
        _codes(rater),
        _codes(item),
    )
    pairs = reduce(subject_codes, rater_codes, items, values)
    groups = None if source is None else np.asarray(source)[pairs.rows]
    names = subjects[pairs.subject], raters[pairs.rater]
    usual = len(pairs.answered) / float((1 / pairs.answered).sum())
    weights = _weights(pairs, usual, _guess(pairs))
    found = fit(*names, pairs.mean, weights=weights, source=groups, method=method, seed=seed)
    if isinstance(found, Effects) and pairs.error is not None:
        again = _weights(pairs, usual, found.variances.residual)
        if np.abs(again / weights - 1).max() > 0.05:
            found = fit(*names, pairs.mean, weights=again, source=groups, method=method, seed=seed)
    if isinstance(found, Refusal):
        return found
    return _with_items(found, pairs, usual, crowded=_crowded(values[np.isfinite(values)]))


def _fitted(
    subject: tuple[Labels, Ints],
    rater: tuple[Labels, Ints],
    values: Floats,
    weights: Floats,
    fixed: tuple[Floats, list[object]],
    method: Method,
    seed: int,
) -> Effects | Refusal:
    """The model fitted to data that allow it; raters of one subject each are no factor of their own."""
    centre = float(values.mean())
    nested = int(_distinct(rater[1], subject[1]).max()) == 1
    factors = (subject[1],) if nested else (subject[1], rater[1])
    try:
        used, solution = _solve(Ratings(values - centre, fixed[0], factors, weights), method, seed)
    except ArithmeticError:
        return Refusal("not_settled")
    variances = [*(solution.gammas * solution.residual).tolist(), None][:2]
    component = components(subject[1], rater[1])
    nothing = np.zeros(len(rater[0]))
    return Effects(
        variances=Variances(variances[0], variances[1], None, solution.residual),
        mean=centre + float((fixed[0] @ solution.coefficients).mean()),
        sources=dict(zip(fixed[1], (centre + solution.coefficients).tolist(), strict=True)),
        subjects=subject[0],
        subject_effects=solution.effects[0],
        subject_pev=solution.pev[0],
        raters=rater[0],
        rater_effects=(*solution.effects, nothing)[1],
        rater_pev=(*solution.pev, nothing)[1],
        component=component,
        criterion=solution.deviance,
        method=used,
        notes=_notes(variances, component, values),
    )


def _with_items(found: Effects, pairs: Pairs, usual: float, *, crowded: bool) -> Effects:
    """The same fit, its residual split into interaction and error where single answers allow it."""
    notes: list[Note] = [note for note in found.notes if note != "one_option"]
    notes += ["one_option"] if crowded else []
    if pairs.error is None:
        return replace(found, notes=tuple(notes))
    interaction = max(0.0, found.variances.residual - pairs.error / usual)
    variances = replace(found.variances, interaction=interaction, residual=pairs.error)
    return replace(found, variances=variances, items=usual, notes=tuple(notes))


def _guess(pairs: Pairs) -> float:
    """The residual variance of a usual pair, by moments."""
    ratings = Ratings(
        pairs.mean,
        np.ones((len(pairs.mean), 1)),
        (_codes(pairs.subject)[1], _codes(pairs.rater)[1]),
        np.ones(len(pairs.mean)),
    )
    return moments(ratings)[2]


def _weights(pairs: Pairs, usual: float, residual: float) -> Floats:
    """How precise each pair is beside one of `usual` items, whose residual variance is given."""
    if pairs.error is None or pairs.answered.min() == pairs.answered.max():
        return np.ones(len(pairs.answered))
    interaction = max(0.0, residual - pairs.error / usual)
    total = interaction + pairs.error / usual
    return (
        np.ones(len(pairs.answered)) if total == 0 else total / (interaction + pairs.error / pairs.answered)
    )


def _solve(ratings: Ratings, method: Method, seed: int) -> tuple[Method, Solution]:
    """Fit with the larger factor first, and put the factors back in the caller's order."""
    order = np.argsort([-size for size in ratings.sizes], kind="stable").tolist()
    turned = replace(ratings, factors=tuple(ratings.factors[place] for place in order))
    start = _start(turned)
    small = len(order) == 1 or turned.sizes[1] <= DENSE_LEVELS
    chosen: Method = ("dense" if small else "monte_carlo") if method == "auto" else method
    if chosen == "dense":
        found = dense.reml(turned, start)
    elif chosen == "monte_carlo":
        found = montecarlo.reml(turned, start, seed=seed)
    else:
        found = dense.predict(turned, start) if small else montecarlo.predict(turned, start, seed=seed)
    back = np.argsort(order).tolist()
    return chosen, replace(
        found,
        gammas=found.gammas[back],
        effects=tuple(found.effects[place] for place in back),
        pev=tuple(found.pev[place] for place in back),
    )


def _start(ratings: Ratings) -> Floats:
    """Variance ratios to start from: by moments where there are two factors."""
    if len(ratings.factors) == 1:
        return np.array([0.25])
    one, other, rest = moments(ratings)
    return np.clip(np.array([one, other]) / max(rest, 1e-12), 0.01, 100.0)


def _refusal(subjects: Ints, raters: Ints, values: Floats) -> Refusal | None:
    """Why nothing can be said, if so."""
    per_subject = _distinct(subjects, raters)
    if per_subject.max() == 1:
        return Refusal("one_rater_per_subject", 1, 2)
    if raters.max() + 1 < LEAST_RATERS:
        return Refusal("too_few_raters", int(raters.max()) + 1, LEAST_RATERS)
    if (per_subject >= 2).sum() < LEAST_SUBJECTS:
        return Refusal("too_few_subjects", int((per_subject >= 2).sum()), LEAST_SUBJECTS)
    if values.min() == values.max():
        return Refusal("no_variance")
    return None


def _notes(variances: list[Any], component: Ints, values: Floats) -> tuple[Note, ...]:
    """What a reader must be told about this fit."""
    told: dict[Note, bool] = {
        "disconnected": int(component.max()) > 0,
        "no_subject_variance": variances[0] == 0,
        "no_rater_variance": variances[1] == 0,
        "raters_of_one_subject": variances[1] is None,
        "one_option": _crowded(values),
    }
    return tuple(note for note, holds in told.items() if holds)


def _crowded(values: Floats) -> bool:
    """Whether more than 70 % of the ratings are the same."""
    _, counts = np.unique(values, return_counts=True)
    return bool(counts.max() > CROWDED_OPTION * len(values))


def _distinct(these: Ints, others: Ints) -> Ints:
    """For each level of one factor, the number of different levels of the other it meets."""
    width = int(others.max()) + 1
    return np.bincount(np.unique(these * width + others) // width)


def _fixed(source: npt.ArrayLike | None, n: int) -> tuple[Floats, list[object]]:
    """One column per source, or a constant."""
    if source is None:
        return np.ones((n, 1)), [""]
    names, codes = _codes(source)
    return np.eye(len(names))[codes], names.tolist()


def _codes(labels: npt.ArrayLike) -> tuple[Labels, Ints]:
    """The distinct labels in order, and the position of each row's among them."""
    found = np.asarray(labels)
    if found.dtype.kind in "iu" and len(found) and found.min() >= 0 and found.max() < 4 * len(found):
        present = np.bincount(found) > 0
        return np.flatnonzero(present), (np.cumsum(present) - 1)[found]
    names, codes = np.unique(found, return_inverse=True)
    return names, codes.astype(np.int64)
