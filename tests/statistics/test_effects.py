"""The fit: oracles on real data, truth on made data, and every refusal."""

from __future__ import annotations

import time

import numpy as np
import pytest

from azimuth.operations.bench.ratings import Made, ratings
from azimuth.statistics import dense, effects
from azimuth.statistics.crossed import Ratings
from azimuth.statistics.effects import Effects, Variances
from azimuth.statistics.refusal import Refusal
from tests.statistics.real import columns


def fitted(found: Effects | Refusal) -> Effects:
    assert isinstance(found, Effects)
    return found


def of(made: Made, **options: object) -> Effects:
    return fitted(effects.fit_items(made.subject, made.rater, made.item, made.y, **options))  # type: ignore[arg-type]


def raw(made: Made) -> np.ndarray:
    """Plain means per subject, items taken out (all forms are complete)."""
    return np.bincount(made.subject, made.y) / np.bincount(made.subject)


def off(scores: np.ndarray, made: Made) -> float:
    """Root mean squared distance from true merit, both centred."""
    return float(np.sqrt(np.mean((scores - scores.mean() - made.merit + made.merit.mean()) ** 2)))


@pytest.mark.slow
def test_ratings_of_lecturers() -> None:
    data = columns("insteval")
    y = data["y"].astype(float)
    lecturer, student = data["d"].astype(int), data["s"].astype(int)
    started = time.process_time()
    found = fitted(effects.fit(lecturer, student, y))
    assert time.process_time() - started < 4  # 0.5 s undisturbed; the bench holds it to 2 s
    assert found.method == "dense"
    assert found.criterion == pytest.approx(237783.880387981, abs=1e-6)
    variances = found.variances
    assert variances.interaction is None
    assert (variances.rater, variances.subject, variances.residual) == pytest.approx(
        (0.10621471, 0.27373442, 1.38717967), rel=1e-6
    )
    assert found.mean == pytest.approx(3.254158281, abs=1e-8)
    assert found.one_rater == pytest.approx(0.155, abs=5e-4)
    assert (len(found.subjects), len(found.raters)) == (1128, 2972)
    sampled = fitted(effects.fit(lecturer, student, y, method="monte_carlo"))
    assert sampled.variances.subject == pytest.approx(variances.subject, rel=0.03)
    assert np.abs(sampled.adjusted - found.adjusted).max() < 0.02


@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_made_data_give_their_variances_back(missing: float) -> None:
    found = of(ratings(1000, missing=missing, seed=1))
    v = found.variances
    assert v.rater is not None
    assert v.interaction is not None
    assert (v.subject, v.rater, v.interaction, v.residual) == pytest.approx(
        (0.25, 0.20, 0.15, 0.40), rel=0.12
    )
    assert sum(found.shares.values()) == pytest.approx(1)
    assert found.items == pytest.approx(10 if not missing else 5.5, abs=0.3)


@pytest.mark.parametrize("seed", [3, 4, 10])
def test_pair_means_say_what_the_full_model_of_single_answers_says(seed: int) -> None:
    """Forms two thirds empty, so that weights matter: against exact REML with the pair as a third factor, items fixed."""
    made = ratings(60, variances=(0.25, 0.6, 0.1, 0.8), missing=0.6, seed=seed)
    found, kept = of(made), np.isfinite(made.y)
    labels = made.subject * 60 + made.rater, made.subject, made.rater
    factors = tuple(np.unique(codes[kept], return_inverse=True)[1] for codes in labels)
    full = dense.reml(
        Ratings(made.y[kept], np.eye(10)[made.item[kept]], factors, np.ones(kept.sum())), np.full(3, 0.3)
    )
    interaction, subject, rater = full.gammas * full.residual
    v = found.variances
    assert (v.subject, v.rater, v.interaction, v.residual) == pytest.approx(
        (subject, rater, interaction, full.residual), abs=0.01
    )
    assert found.subject_effects == pytest.approx(full.effects[1], abs=0.025)
    assert found.subject_pev == pytest.approx(full.pev[1], rel=0.05)


def test_intervals_hold_the_truth_and_reliability_is_the_squared_correlation() -> None:
    made = ratings(900, seed=2)
    found = of(made)
    low, high = found.interval()
    true = found.mean + made.merit - made.merit.mean()
    assert 0.93 < ((low <= true) & (true <= high)).mean() < 0.97
    assert np.corrcoef(found.adjusted, made.merit)[0, 1] ** 2 == pytest.approx(
        found.reliability.mean(), abs=0.03
    )
    assert np.corrcoef(found.rater_effects, made.severity[found.raters])[0, 1] > 0.75
    assert found.is_enough.mean() > 0.99


@pytest.mark.parametrize("severity", [0.35, 0.20, 0.05, 0.01, 0.0])
def test_adjusted_is_closer_to_the_truth_than_raw_however_little_raters_differ(severity: float) -> None:
    for seed in range(4):
        made = ratings(300, raters=4, variances=(0.25, severity, 0.15, 0.40), seed=seed)
        assert off(of(made).adjusted, made) < off(raw(made), made)


def test_adjusted_beats_centring_each_rater_where_raters_hardly_differ() -> None:
    """What calibration sheets do, and why we do not."""
    made = ratings(600, raters=3, variances=(0.25, 0.05, 0.15, 0.40), seed=5)
    centred = made.y - (np.bincount(made.rater, made.y) / np.maximum(np.bincount(made.rater), 1))[made.rater]
    zscored = np.bincount(made.subject, centred) / np.bincount(made.subject)
    order = [np.corrcoef(scores, made.merit)[0, 1] for scores in (zscored, raw(made), of(made).adjusted)]
    assert order == sorted(order)


def test_sources_have_means_of_their_own() -> None:
    made = ratings(500, seed=3)
    leads = (made.subject + made.rater) % 3 == 0
    found = of(Made(**(vars(made) | {"y": made.y - 0.5 * leads})), source=np.where(leads, "manager", "peer"))
    assert list(found.sources) == ["manager", "peer"]
    assert found.sources["peer"] - found.sources["manager"] == pytest.approx(0.5, abs=0.06)
    assert found.mean == pytest.approx(3.5 - 0.5 * leads.mean(), abs=0.06)
    assert off(found.adjusted, made) == pytest.approx(off(of(made).adjusted, made), abs=0.01)


def test_labels_of_any_kind_and_any_order_come_back() -> None:
    made = ratings(60, seed=4)
    names = np.array([f"person {number:03}" for number in range(60)])
    turned = slice(None, None, -1)
    found = effects.fit_items(
        names[made.subject][turned], -made.rater[turned], made.item[turned], made.y[turned]
    )
    plain = of(made)
    assert fitted(found).subjects.tolist() == names.tolist()
    assert fitted(found).adjusted == pytest.approx(plain.adjusted, abs=1e-6)
    assert fitted(found).rater_effects[::-1] == pytest.approx(plain.rater_effects, abs=1e-6)


def test_methods_agree() -> None:
    made = ratings(500, seed=6)
    exact, sampled, quick = (of(made, method=method) for method in ("dense", "monte_carlo", "moments"))
    assert (exact.method, sampled.method, quick.method) == ("dense", "monte_carlo", "moments")
    assert sampled.criterion is None
    assert sampled.variances.subject == pytest.approx(exact.variances.subject, rel=0.05)
    assert sampled.adjusted == pytest.approx(exact.adjusted, abs=0.03)
    assert quick.variances.subject == pytest.approx(exact.variances.subject, rel=0.15)
    assert np.corrcoef(quick.adjusted, exact.adjusted)[0, 1] > 0.999


def test_more_levels_than_a_dense_fit_takes_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ratings(150, seed=7)
    exact = of(made)
    monkeypatch.setattr(effects, "DENSE_LEVELS", 100)
    assert of(made).method == "monte_carlo"
    assert of(made, method="moments").adjusted == pytest.approx(exact.adjusted, abs=0.1)


def test_weights_count_like_repeated_ratings() -> None:
    made = ratings(80, items=1, seed=8)
    heavy = np.where(made.subject % 2, 4.0, 1.0)
    found = fitted(effects.fit(made.subject, made.rater, made.y, weights=heavy))
    even = fitted(effects.fit(made.subject, made.rater, made.y))
    assert (found.reliability[1::2] > found.reliability[::2].mean()).mean() > 0.8
    assert (
        fitted(effects.fit(made.subject, made.rater, made.y, weights=heavy * 0 + 3)).adjusted - even.adjusted
    ).max() < 1e-6


def test_single_items_leave_interaction_and_error_together() -> None:
    found = of(ratings(200, items=1, seed=9))
    assert found.variances.interaction is None
    assert found.items == 1
    assert set(found.shares) == {"subject", "rater", "residual"}


def test_raters_of_one_subject_are_one_term_with_their_view() -> None:
    made = ratings(100, seed=10)
    own = made.subject * 1000 + made.rater
    found = fitted(effects.fit_items(made.subject, own, made.item, made.y))
    assert found.variances.rater is None
    assert found.variances.interaction == pytest.approx(0.35, rel=0.2)
    assert "raters_of_one_subject" in found.notes
    assert not found.rater_effects.any()
    assert int(found.component.max()) == 99


def test_one_rater_is_not_enough_beside_many() -> None:
    """Extreme shrinkage: those whom one rater rated keep no score of their own, those with ten do."""
    made = ratings(100, raters=10, items=1, variances=(0.25, 0.25, 0.5, 0.5), seed=16)
    few = made.subject < 20
    first = np.concatenate([[True], np.diff(made.subject) > 0])
    kept = ~few | first
    found = fitted(effects.fit(made.subject[kept], made.rater[kept], made.y[kept]))
    assert found.reliability[:20].max() < 0.3 < found.reliability[20:].min()
    assert found.is_enough.tolist() == [False] * 20 + [True] * 80
    low, high = found.interval()
    assert (high - low)[:20].min() > (high - low)[20:].max()


def test_separate_departments_are_told_apart() -> None:
    one, other = ratings(60, seed=11), ratings(30, seed=12)
    found = fitted(
        effects.fit_items(
            np.concatenate([one.subject, other.subject + 60]),
            np.concatenate([one.rater, other.rater + 60]),
            np.concatenate([one.item, other.item]),
            np.concatenate([one.y, other.y]),
        )
    )
    assert "disconnected" in found.notes
    assert found.component.tolist() == [0] * 60 + [1] * 30
    assert found.connected_share == pytest.approx(2 / 3)


def test_without_subject_variance_nobody_is_told_apart() -> None:
    random = np.random.default_rng(3)
    subject, rater = np.repeat(np.arange(20), 10), np.tile(np.arange(10), 20)
    y = random.normal(size=200)
    y -= (np.bincount(subject, y) / 10)[subject]
    y -= (np.bincount(rater, y) / 20)[rater]
    found = fitted(effects.fit(subject, rater, y))
    assert found.notes == ("no_subject_variance", "no_rater_variance")
    assert not found.reliability.any()
    assert not found.is_enough.any()


def test_a_crowded_option_is_told() -> None:
    made = ratings(60, seed=13)
    crowded = np.where(np.random.default_rng(1).random(len(made.y)) < 0.75, 4.0, np.round(made.y))
    found = fitted(effects.fit_items(made.subject, made.rater, made.item, crowded))
    assert "one_option" in found.notes
    assert (
        "one_option"
        in fitted(
            effects.fit_items(made.subject, made.rater, made.item * 0, np.where(crowded == 4, 4, 3))
        ).notes
    )


def test_answers_without_error_weigh_alike() -> None:
    """Forms whose items all agree: nothing within pairs, gaps or not."""
    made = ratings(60, items=3, variances=(0.25, 0.2, 0.15, 0.0), missing=0.2, seed=14)
    found = fitted(effects.fit_items(made.subject, made.rater, made.item, made.y))
    assert found.variances.residual == pytest.approx(0, abs=1e-20)
    assert found.variances.interaction == pytest.approx(0.15, rel=0.3)


def long(table: list[list[float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Subject, rater and score of the entries of a table that are not nan."""
    values = np.array(table, dtype=float)
    subject, rater = np.nonzero(np.isfinite(values))
    return subject, rater, values[subject, rater]


def test_one_rater_each_allows_no_correction() -> None:
    people = np.arange(50)
    assert effects.fit(people, people // 5, np.sin(people)) == Refusal("one_rater_per_subject", 1, 2)


def test_few_raters_and_few_subjects_are_refused() -> None:
    random = np.random.default_rng(1)
    assert effects.fit(*long(random.normal(size=(20, 7)).tolist())) == Refusal("too_few_raters", 7, 8)
    assert effects.fit(*long(random.normal(size=(7, 20)).tolist())) == Refusal("too_few_subjects", 7, 8)


def test_equal_ratings_are_refused() -> None:
    assert effects.fit(*long(np.full((10, 10), 4.0).tolist())) == Refusal("no_variance")


def test_ratings_without_any_rest_do_not_settle() -> None:
    exact = np.arange(10.0)[:, None] + np.arange(12.0) / 3
    assert effects.fit(*long(exact.tolist())) == Refusal("not_settled")


def test_no_answers_are_refused_and_refusals_pass_through_items() -> None:
    assert effects.fit_items([1], [1], [1], [np.nan]) == Refusal("no_answers", 0, 1)
    assert effects.fit_items([1, 2], [1, 1], [1, 1], [3.0, 4.0]) == Refusal("one_rater_per_subject", 1, 2)


@pytest.mark.parametrize(
    ("y", "weights"), [([1.0, np.nan], None), ([1.0, 2.0], [1.0, 0.0]), ([1.0, 2.0], [1.0, np.inf])]
)
def test_nonsense_is_an_error(y: list[float], weights: list[float] | None) -> None:
    with pytest.raises(ValueError, match="finite"):
        effects.fit([1, 2], [1, 2], y, weights=weights)


@pytest.mark.slow
def test_a_million_answers_in_seconds() -> None:
    made = ratings(20_000, seed=15)
    started = time.process_time()
    found = of(made)
    assert time.process_time() - started < 6  # 0.7 s undisturbed; the bench holds it to 3 s
    v = found.variances
    assert found.method == "monte_carlo"
    assert v == Variances(*(pytest.approx(value, rel=0.03) for value in (0.25, 0.20, 0.15, 0.40)))
    assert np.mean((found.subject_effects - made.merit) ** 2) == pytest.approx(
        found.subject_pev.mean(), rel=0.04
    )
