"""Which rater groups of one report may be shown: a pure function of how many answered, never of what they said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

ATTRIBUTED = frozenset({"self", "manager"})
MERGED = "colleagues"
ALL = "all"
HIDDEN = ""
TOO_FEW, NEAR_EARLIER = "too_few", "near_earlier"
FLOOR = 3
NEAR = timedelta(days=120)  # cycles that close so near to each other are taken to have got the same answers (ADR 0039)


@dataclass(frozen=True)
class RollUp:
    """What becomes of each group of one report.

    `shown_as` maps every group to the name its answers appear under, "" where they appear nowhere; `shown` maps those
    names to the number of raters behind them. `all_of` holds the groups behind "all raters" (everybody shown but self),
    empty when no colleague is shown: then "all" would only repeat the lead. `reason` says why none is: "", TOO_FEW or
    NEAR_EARLIER.
    """

    shown_as: dict[str, str]
    shown: dict[str, int] = field(default_factory=dict)
    all_of: frozenset[str] = frozenset()
    reason: str = ""

    @property
    def colleagues(self) -> list[str]:
        """The names colleagues are shown under."""
        return [name for name in self.shown if name not in ATTRIBUTED]

    def without_colleagues(self, reason: str) -> RollUp:
        """Self and lead alone."""
        shown_as = {code: code if code in ATTRIBUTED else HIDDEN for code in self.shown_as}
        return RollUp(shown_as, {name: number for name, number in self.shown.items() if name in ATTRIBUTED}, reason=reason)


def roll_up(answered: Mapping[str, int], *, minimum: int, unsafe: Collection[str] = ()) -> RollUp:
    """Show, merge or hide the groups of one subject so that nothing shown rests on fewer than `minimum` colleagues.

    `answered` is raters per group code, for the groups that somebody was invited to (leave the others out: a group of
    nought is below the minimum like any small one, otherwise the report would tell that nobody in it answered). Self and
    lead are attributed and stand for themselves. The groups below the minimum are merged with each other and, while
    they are still below it, with the smallest other group (equal sizes: the first code in the alphabet). Groups named
    `unsafe` are merged like small ones. If all
    colleagues together are too few, none is shown. No answer is left out of "all" that was counted elsewhere, so no
    difference of shown totals isolates a group below the minimum. Raises ValueError for a negative number, a
    minimum below three, or a group named like the merged one.
    """
    _demand_sense(answered, minimum)
    named = {code: number for code, number in answered.items() if code in ATTRIBUTED}
    colleagues = {code: number for code, number in answered.items() if code not in ATTRIBUTED}
    shown_as = {code: code for code in answered}
    if sum(colleagues.values()) < minimum:
        return RollUp(shown_as, named).without_colleagues(TOO_FEW)
    pool = _pool(colleagues, minimum, unsafe)
    shown_as |= dict.fromkeys(pool, MERGED)
    shown = named | {code: number for code, number in colleagues.items() if code not in pool}
    if pool:
        shown[MERGED] = sum(colleagues[code] for code in pool)
    return RollUp(shown_as, shown, all_of=frozenset(answered) - {"self"})


def _pool(colleagues: dict[str, int], minimum: int, unsafe: Collection[str]) -> set[str]:
    """The groups that must share one name; together at least the minimum, or none."""
    by_size = sorted(colleagues, key=lambda code: (colleagues[code], code))
    pool = set(colleagues) & set(unsafe)
    total = sum(colleagues[code] for code in pool)
    for code in (code for code in by_size if code not in pool):
        if colleagues[code] >= minimum and (not pool or total >= minimum):
            break
        pool.add(code)
        total += colleagues[code]
    return pool


def _demand_sense(answered: Mapping[str, int], minimum: int) -> None:
    if minimum < FLOOR:
        raise ValueError(f"A reporting minimum of {minimum} protects nobody: {FLOOR} is the least.")
    if MERGED in answered:
        raise ValueError(f"No rater group may be called {MERGED!r}: merged groups are.")
    if any(number < 0 for number in answered.values()):
        raise ValueError("A group cannot have answered a negative number of times.")
