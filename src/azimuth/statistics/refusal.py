"""The answer "no": a figure that is not given, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a figure is not given: a short code for the page to word, what was found, and what would be needed.

    Codes: no_answers, too_few_raters, too_few_subjects, too_few_items, too_few_respondents, incomplete, no_variance,
    no_reliability, one_rater_per_subject, not_settled, never_enough.
    """

    code: str
    found: float = 0
    needed: float = 0
