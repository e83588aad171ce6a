"""Nothing about few people follows from all that is published; each rule that keeps it so is missed when it is switched off."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from azimuth.ballots import ledger, publishing
from azimuth.ballots.disclosure import ATTRIBUTED, RollUp
from azimuth.ballots.earlier import NOTHING
from azimuth.operations.commands.attack import nothing_follows
from azimuth.operations.derivability.builds import REAL, Build, bare_decide, bare_plan
from azimuth.operations.derivability.organisations import draw
from azimuth.operations.derivability.publishing import Unexplained
from azimuth.operations.derivability.verdict import attack, judge
from azimuth.reviews import cohort
from tests.attacks.test_linking import attacked, said

MOST = 150  # organisations tried until a missing rule is noticed


def is_caught(build: Build) -> bool:
    """Whether the attack finds anything."""
    return any(attack(seed, build)[0] for seed in range(MOST))


def test_nothing_follows_and_the_control_is_caught() -> None:
    result = judge(60, seed=1)
    assert result["derivable"] == 0
    assert result["cells_shown"] > 10_000
    assert result["control"]["derivable"] > 500
    assert nothing_follows(result)


def test_there_is_enough_to_look_at() -> None:
    """Among the organisations are second and third cycles, units shown by themselves, and questions skipped."""
    drawn = [draw(seed) for seed in range(200)]
    assert {len(organisation.cycles) for organisation in drawn} == {1, 2, 3}
    assert any(len(organisation.cycles[0].forms) > 2 * cohort.LEAST_IN_A_UNIT for organisation in drawn)
    assert any(len(rater.given) == 1 for organisation in drawn for form in organisation.cycles[0].forms.values() for rater in form)
    assert draw(7) == draw(7)


# ---- mutations: every rule switched off


def not_rolled_up(answered: Mapping[str, int], *, minimum: int, unsafe: object = ()) -> RollUp:
    """Every group is shown as it is."""
    return RollUp(dict(zip(answered, answered, strict=True)), dict(answered), all_of=frozenset(answered) - {"self"})


def test_without_roll_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minimum of each question would still hide what small groups said: it is off too."""
    monkeypatch.setattr(publishing, "roll_up", not_rolled_up)
    monkeypatch.setattr(publishing, "_columns", partial(every_question, publishing._columns))
    monkeypatch.setattr(publishing, "_section_figures", lambda *_given: [])  # they are made of the questions' figures
    assert is_caught(replace(REAL, publish=partial(publishing.publish)))


def test_with_all_over_a_hidden_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """"All" is everybody's, and a group below the minimum is hidden: it is what is left."""

    def leaky(columns: Any, raters: Any) -> Any:
        everybody = whole(columns, raters)
        for name in [name for name in columns if name not in ATTRIBUTED and len(raters[name]) < 3]:
            del columns[name]
        return everybody

    whole = publishing._all_raters
    monkeypatch.setattr(publishing, "roll_up", not_rolled_up)
    monkeypatch.setattr(publishing, "_columns", partial(every_question, publishing._columns))
    monkeypatch.setattr(publishing, "_section_figures", lambda *_given: [])  # they are made of the questions' figures
    monkeypatch.setattr(publishing, "_all_raters", leaky)
    assert is_caught(replace(REAL, publish=partial(publishing.publish)))


def every_question(columns: Callable[..., Any], raters: Any, items: Any, scale: Any, _minimum: int) -> Any:
    """A question is shown however few answered it."""
    return columns(raters, items, scale, 1)


def test_without_the_minimum_of_each_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_columns", partial(every_question, publishing._columns))
    monkeypatch.setattr(publishing, "_section_figures", lambda *_given: [])  # they are made of the questions' figures
    assert is_caught(replace(REAL, publish=partial(publishing.publish)))


def test_without_a_look_at_earlier_cycles() -> None:
    """Reports about the same subject, a rater more or fewer."""

    def forgetful(*given: Any, past: Any, **rules: Any) -> Any:
        return publishing.publish(*given, past=NOTHING, **rules)

    assert is_caught(replace(REAL, publish=forgetful))


def test_without_the_ledger() -> None:
    """Reports about all subjects, a subject more or fewer."""

    def forgetful(groups: Sequence[ledger.Group], *, earlier: object, k: int) -> ledger.Decision:
        return ledger.decide(groups, earlier=[], k=k)

    assert is_caught(replace(REAL, decide=forgetful))


def test_without_a_look_at_what_is_left_beside_a_unit() -> None:
    """The plan leaves room beside every unit, and the decision looks again: each would do alone, and with neither it is seen."""
    assert is_caught(replace(REAL, plan=bare_plan, decide=bare_decide))
    assert not any(attack(seed, replace(REAL, plan=bare_plan))[0] for seed in range(40))


def test_a_figure_made_of_more_than_is_shown_is_not_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A competency's mean as the mean of raters' own means, which tells on whoever skipped a question."""
    figures = publishing._section_figures

    def of_raters(columns: Any, snapshot: Any, scale: Any, minimum: int) -> Any:
        rows = figures(columns, snapshot, scale, minimum)
        keys = {section["key"]: [question["key"] for question in section["questions"]] for section in snapshot["sections"]}
        return [replace(row, mean=own_means([columns[row.shown_as][key] for key in keys[row.of] if key in columns[row.shown_as]])) for row in rows]

    monkeypatch.setattr(publishing, "_section_figures", of_raters)
    with pytest.raises(Unexplained):
        is_caught(replace(REAL, publish=partial(publishing.publish)))


def own_means(columns: Sequence[Sequence[float]]) -> float:
    given = [[value for value in rater if value == value] for rater in zip(*columns, strict=True)]
    means = [sum(values) / len(values) for values in given if values]
    return sum(means) / len(means)


# ---- the command


def test_the_command_needs_no_database(tmp_path: Path) -> None:
    run = attacked(tmp_path, "-m", "azimuth", "attack", "derivability", "--organisations", "20", "--seed", "3", "--json")
    result = said(run)
    assert set(result) == {"organisations", "derivable", "cells_shown", "control"}
    assert (run.returncode, result["organisations"], result["derivable"]) == (0, 20, 0)
    assert result["control"]["derivable"] > 0
    assert "20 of 20 organisations" in run.stderr
    assert json.dumps(result, indent=2) == run.stdout.strip(), "nothing else on standard output"


def test_in_words(tmp_path: Path) -> None:
    run = attacked(tmp_path, "-m", "azimuth", "attack", "derivability", "--organisations", "5")
    assert run.stdout.endswith("Nothing follows, and the control was caught.\n"), run.stderr


@pytest.mark.parametrize(("derivable", "control", "stands"), [(0, 900, True), (1, 900, False), (0, 0, False)])
def test_a_blind_attack_proves_nothing(derivable: int, control: int, stands: bool) -> None:
    assert nothing_follows({"derivable": derivable, "control": {"derivable": control}}) is stands
