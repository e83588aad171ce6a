"""How far a score would hold with other raters and other items, and how many of each are needed.

A subject's true score has variance `subject`; raters, items and their interactions with it are the error.
Source of all: Brennan 2001; the house's methods A.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from azimuth.statistics.effects import Effects
from azimuth.statistics.refusal import Refusal


@dataclass(frozen=True)
class Facets:
    """Variance components of subject x rater x item, in squared scale points; `residual` is of a single answer."""

    subject: float
    rater: float = 0.0
    subject_rater: float = 0.0
    item: float = 0.0
    subject_item: float = 0.0
    rater_item: float = 0.0
    residual: float = 0.0


def facets(effects: Effects) -> Facets:
    """The components of a fitted model; where rater and interaction were one term, it stands as the interaction."""
    v = effects.variances
    if v.interaction is None:
        return Facets(v.subject, rater=v.rater or 0.0, subject_rater=v.residual)
    return Facets(v.subject, rater=v.rater or 0.0, subject_rater=v.interaction, residual=v.residual)


def relative(components: Facets, raters: float, items: float) -> float:
    """G of the mean over `raters` and `items`: how well it orders subjects that all have the same raters. 0..1."""
    return _share(components.subject, _relative_error(components, raters, items))


def absolute(components: Facets, raters: float, items: float) -> float:
    """Phi of the mean: how near it comes to the true score itself, severity of the same raters included. 0..1."""
    error = _relative_error(components, raters, items) + components.rater / raters
    error += components.item / items + components.rater_item / (raters * items)
    return _share(components.subject, error)


def nested(components: Facets, raters: float, items: float) -> float:
    """G and Phi at once where every subject has raters of their own, as in a 360: severity counts fully. 0..1.

    All subjects are asked the same items, so that an item's own difficulty is no error.
    """
    return _share(
        components.subject, components.subject_item / items + _rater_error(components, items) / raters
    )


def raters_for(components: Facets, wanted: float, items: float) -> int | Refusal:
    """The fewest raters per subject, each with their own, that reach the `wanted` reliability with `items` items.

    .7 is usual for feedback, .8 for decisions. Refuses where no number would do: without subject variance, or because
    too few items leave too much error. Raises ValueError unless 0 < wanted < 1.
    """
    if not 0 < wanted < 1:
        raise ValueError("The wanted reliability lies strictly between 0 and 1.")
    room = components.subject * (1 - wanted) / wanted - components.subject_item / items
    if room <= 0:
        return Refusal("never_enough", nested(components, math.inf, items), wanted)
    return max(1, math.ceil(_rater_error(components, items) / room - 1e-9))


def _relative_error(components: Facets, raters: float, items: float) -> float:
    error = components.subject_item / items + components.subject_rater / raters
    return error + components.residual / (raters * items)


def _rater_error(components: Facets, items: float) -> float:
    """The error variance that each rater of one's own brings."""
    return components.rater + components.subject_rater + (components.rater_item + components.residual) / items


def _share(truth: float, error: float) -> float:
    """Truth over truth and error; 0 without truth."""
    return truth / (truth + error) if truth > 0 else 0.0
