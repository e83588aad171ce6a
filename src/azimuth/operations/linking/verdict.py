"""From findings to figures: accuracy beside chance at every moment, and how well the control was linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azimuth.operations.linking.campaign import COUNTED, MOMENTS, Findings, Site, attack, attack_weak
from azimuth.operations.linking.scoring import Score, score
from azimuth.operations.trouble import Trouble

CONTROL = "control: a weak build, after its count"


def judge(site: Site, *, people: int, seeds: Sequence[int], through_pages: bool = True) -> dict[str, Any]:
    """Attack one company per seed and score them together: `{"moments": [...], "control": {...}}`.

    The p-value of a moment is that of the best strategy, corrected for the number of strategies (by permutation) and for there
    being four moments (Bonferroni): an honest build is accused in one run of a hundred. So an accusation is tried again on a
    second company; only what is repeated is reported. A leak repeats itself, luck does not.
    """
    moments = _moments(site, people, seeds, through_pages=through_pages)
    if any(moment["p_value"] <= 0.01 for moment in moments):
        moments = _moments(site, people, [seed + 1_000_003 for seed in seeds], through_pages=through_pages)
    controls = [attack_weak(site, people=people, seed=seed) for seed in seeds[:3]]
    return {"moments": moments, "control": _entry(CONTROL, _pooled(controls, COUNTED, seeds[0]), tries=1)}


def _moments(site: Site, people: int, seeds: Sequence[int], *, through_pages: bool) -> list[dict[str, Any]]:
    found = [attack(site, people=people, seed=seed, through_pages=through_pages) for seed in seeds]
    if leaked := sorted({place for findings in found for place in findings.in_clear}):
        raise Trouble(f"Comments lie in clear: {'; '.join(leaked)}.")
    return [_entry(moment, _pooled(found, moment, seeds[0]), tries=len(MOMENTS)) for moment in MOMENTS]


def _pooled(found: Sequence[Findings], moment: str, seed: int) -> Score:
    """One score over several companies: a strategy is judged by how it does in all of them."""
    shared = [name for name in found[0].guesses[moment][0] if all(name in findings.guesses[moment][0] for findings in found)]
    columns = []
    for findings in found:
        names, guesses = findings.guesses[moment]
        place = {name: number for number, name in enumerate(names)}
        columns.append(guesses[[place[name] for name in shared]])
    return score([unit for findings in found for unit in findings.units], shared, np.hstack(columns), seed=seed)


def _entry(name: str, result: Score, *, tries: int) -> dict[str, Any]:
    return {
        "name": name, "accuracy": round(result.accuracy, 4), "chance": round(result.chance, 4),
        "p_value": round(min(1.0, tries * result.p_value), 4),
    }
