"""The rater model against another implementation of it: mixedlm fits the same formula by REML, in Rust."""

from __future__ import annotations

import mixedlm
import numpy as np
import pandas
import pytest

from azimuth.operations.bench.ratings import ratings
from azimuth.statistics import effects
from azimuth.statistics.effects import Effects


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_fits_agree(seed: int, weighted: bool) -> None:
    """Criterion, variances, effects of subjects and raters, and the level of each source; with uneven weights too."""
    made = ratings(150, items=1, seed=seed)
    lead = (made.subject + made.rater) % 3 == 0
    weights = np.random.default_rng(seed).uniform(0.5, 2.0, len(made.y)) if weighted else np.ones(len(made.y))
    names = {"s": [f"{code:03}" for code in made.subject], "r": [f"{code:03}" for code in made.rater]}
    frame = pandas.DataFrame({"y": made.y - 0.4 * lead, "g": np.where(lead, "manager", "peer"), **names})
    own = effects.fit(names["s"], names["r"], frame["y"], source=frame["g"], weights=weights)
    other = mixedlm.lmer("y ~ 1 + g + (1|s) + (1|r)", frame, weights=weights)
    assert isinstance(own, Effects)
    assert own.criterion == pytest.approx(other.REMLcrit(), abs=1e-6)
    theirs = other.VarCorr().as_dict()
    assert (own.variances.subject, own.variances.rater, own.variances.residual) == pytest.approx(
        (theirs["s"]["(Intercept)"], theirs["r"]["(Intercept)"], other.VarCorr().residual), rel=1e-4
    )
    guesses = other.ranef()
    assert own.subject_effects == pytest.approx(guesses["s"]["(Intercept)"], abs=1e-4)
    assert own.rater_effects == pytest.approx(guesses["r"]["(Intercept)"], abs=1e-4)
    assert own.sources["peer"] - own.sources["manager"] == pytest.approx(float(other.beta[1]), abs=1e-5)
