"""From single answers to one number per rater and subject: all the crossed model needs, and a tenth of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from azimuth.statistics.crossed import Floats, Ints


@dataclass(frozen=True)
class Pairs:
    """One row per (subject, rater) pair that has an answer.

    `rows`: position of a first answer of each pair in the input; `mean`: mean over the pair's items of answer minus item
    effect; `answered`: number of items. `items`: effect of each item code, summing to zero over those answered. `error`:
    variance of one answer around its pair and item (the subject x item terms are in it), None when no pair has two items.
    """

    rows: Ints
    subject: Ints
    rater: Ints
    mean: Floats
    answered: Ints
    items: Floats
    error: float | None


def reduce(subject: npt.ArrayLike, rater: npt.ArrayLike, item: npt.ArrayLike, y: npt.ArrayLike) -> Pairs:
    """Reduce answers to pair means, items taken out by least squares within pairs.

    All (N,), codes 0.. for the three labels; answers that are nan are left out. Exact for complete forms; otherwise pairs
    weigh differently (`answered`). O(N) but for an items x items system. Raises ValueError without any answer.
    Source: the house's methods A.2.
    """
    values = np.asarray(y, dtype=np.float64)
    kept = np.flatnonzero(np.isfinite(values))
    if not len(kept):
        raise ValueError("There is no answer.")
    subjects, raters, items = (np.asarray(codes, dtype=np.int64) for codes in (subject, rater, item))
    if len(kept) < len(values):
        subjects, raters, items, values = subjects[kept], raters[kept], items[kept], values[kept]
    rows, pair = _runs(subjects * (int(raters.max()) + 1) + raters)
    answered = np.bincount(pair)
    effects = _item_effects(pair, items, values, answered)
    adjusted = values - effects[items]
    means = np.bincount(pair, adjusted) / answered
    freedom = len(values) - len(rows) - (len(np.unique(items)) - 1)
    adjusted -= means[pair]
    error = float(adjusted @ adjusted) / freedom if freedom > 0 and len(values) > len(rows) else None
    return Pairs(kept[rows], subjects[rows], raters[rows], means, answered, effects, error)


def _runs(key: Ints) -> tuple[Ints, Ints]:
    """The first row of every distinct key, and which of them each row belongs to."""
    steps = np.diff(key)
    if (steps >= 0).all():
        fresh = np.concatenate([[True], steps > 0])
        return np.flatnonzero(fresh), np.cumsum(fresh) - 1
    _, first, pair = np.unique(key, return_index=True, return_inverse=True)
    return first, pair


def _item_effects(pair: Ints, items: Ints, values: Floats, answered: Ints) -> Floats:
    """The least squares effects of items beside pairs, centred over the items answered."""
    levels = int(items.max()) + 1
    sums = np.bincount(items, values, minlength=levels)
    counts = np.bincount(items, minlength=levels)
    present = counts > 0
    if (answered == present.sum()).all() and (counts[present] == len(answered)).all():
        effects = np.divide(sums, counts, out=np.zeros(levels), where=present)
    else:
        shares = sparse.csr_array((1 / answered[pair], (pair, items)), shape=(len(answered), levels))
        within = (
            np.diag(counts)
            - (sparse.csr_array((np.ones(len(pair)), (pair, items)), shape=shares.shape).T @ shares).toarray()
        )
        pair_means = np.bincount(pair, values) / answered
        left = sums - np.bincount(items, pair_means[pair], minlength=levels)
        effects = np.linalg.lstsq(within, left)[0]
    effects[present] -= effects[present].mean()
    return effects
