"""The count: once, whole, and nothing left that knows a rater."""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from nacl.public import PrivateKey

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.ballots import publishing, vault
from azimuth.ballots.actions import close_box, save_sheet
from azimuth.ballots.counting import _insert as count_rows
from azimuth.ballots.counting import count_box, finish
from azimuth.ballots.models import (
    Box,
    CountedAnswer,
    CountedFigure,
    CountedGroup,
    CountedReliability,
    SealedSheet,
)
from azimuth.ballots.opening import LostSheets
from azimuth.ballots.row_security import as_holder, counting
from tests.ballots.conftest import OPENED, new_box
from tests.ballots.rounds import KEEP, LISTENS, Round, answered, person, sheet_of, snapshot
from tests.dying import dies_before

GROUPS = {
    "self": [sheet_of(5, "I listen")], "manager": [sheet_of(4, "She listens")],
    "peer": [sheet_of(score, f"peer says {score}") for score in (2, 3, 4, 5)], "report": [sheet_of(1), sheet_of(2), None],
}


@pytest.fixture
def held(box: Box) -> Round:
    """A round that was answered and closed."""
    done = answered(box, GROUPS, drafts=1)
    close_box(box, by=None, on=OPENED)
    return done


def end_state(box: Box) -> dict[str, Any]:
    """All a count leaves, without its random keys and order."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('azimuth.backup', 'on', false)")
        cursor.execute("select count(*) from ballots_sealedsheet")
        sheets = cursor.fetchone()[0]
        cursor.execute("select set_config('azimuth.backup', '', false)")
    return {
        "sheets": sheets,
        "key": vault.has(box),
        "box": Box.objects.values_list("closed_on", "counted_on", "key_destroyed_on").get(pk=box.pk),
        "groups": Counter(CountedGroup.objects.values_list("about", "group", "invited", "answered", "shown_as")),
        "answers": Counter(CountedAnswer.objects.values_list("about", "shown_as", "question", "score", "text", "counted_on")),
        "figures": Counter(CountedFigure.objects.values_list("about", "shown_as", "of", "n", "mean", "low", "high", "agreement")),
        "reliabilities": Counter(CountedReliability.objects.filter(box=box).values_list("of", "subjects", "forms", "raters", "refusal")),
        "audit": Counter(Entry.objects.values_list("action", flat=True)),
    }


def test_a_count_leaves_what_may_be_shown_and_nothing_else(box: Box, held: Round) -> None:
    seen: list[object] = []
    assert count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED, after_subject=seen.append, progress=seen.append) == 1
    assert seen == [held.about.pk, 1]
    left = end_state(box)
    assert (left["sheets"], left["key"], left["box"]) == (0, False, (OPENED, OPENED, OPENED))
    assert CountedAnswer.objects.filter(question=LISTENS, shown_as="colleagues").count() == 6
    assert set(CountedAnswer.objects.exclude(text="").values_list("shown_as", flat=True)) == {"self", "manager", "colleagues"}
    assert CountedFigure.objects.get(of=LISTENS, shown_as="all").n == 7
    assert left["audit"]["ballots.key_destroyed"] == 1


def test_what_was_only_begun_does_not_count(box: Box, held: Round) -> None:
    """A26: the minimum counts answers, not invitations."""
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    group = CountedGroup.objects.get(group="colleagues")
    assert (group.invited, group.answered) == (8, 6)


def test_counting_twice_is_counting_once(box: Box, held: Round) -> None:
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    once = end_state(box)
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    assert end_state(box) == once


def test_an_open_box_is_not_counted(box: Box) -> None:
    with pytest.raises(Refused, match="close the round"):
        count_box(box, [], snapshot=snapshot(), on=OPENED)
    assert vault.has(box)


def test_late_answers_are_refused_after_the_count(box: Box, held: Round) -> None:
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    rater, _, ticket, _ = held.asked[0]
    with pytest.raises(Denied, match="closed"):
        save_sheet(box, ticket, sheet_of(1), by=rater, seen=1)


def test_without_the_key_nothing_is_counted(box: Box, held: Round) -> None:
    vault.destroy(box)
    with pytest.raises(vault.KeyMissing, match="vault"):
        count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    assert end_state(box)["sheets"] == 9


def remove(box: Box, held: Round) -> None:
    with counting(box):
        SealedSheet.objects.filter(ticket=held.asked[2][2]).delete()


def swap(box: Box, held: Round) -> None:
    """A damaged row: made under another key, put in while the triggers' owner could."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table ballots_sealedsheet no force row level security")
        cursor.execute("update ballots_sealedsheet set blob = %s where ticket = %s", [os.urandom(64), held.asked[2][2]])
        cursor.execute("alter table ballots_sealedsheet force row level security")


@pytest.mark.parametrize("harm", [remove, swap])
def test_a_lost_sheet_is_said_and_nothing_is_destroyed(box: Box, held: Round, harm: Callable[[Box, Round], None]) -> None:
    harm(box, held)
    with pytest.raises(LostSheets, match="1 submitted answer sheet is missing or damaged"):
        count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    assert vault.has(box)
    assert not CountedAnswer.objects.exists()
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED, accept_lost=True)
    assert CountedGroup.objects.get(group="colleagues").answered == 5
    assert not vault.has(box)


def test_a_plan_with_holes_destroys_nothing(box: Box, held: Round) -> None:
    with pytest.raises(LostSheets, match="9 sheets in the box belong to nobody"):
        count_box(box, [], snapshot=snapshot(), on=OPENED)
    assert vault.has(box)
    count_box(box, [], snapshot=snapshot(), on=OPENED, accept_lost=True)
    assert end_state(box)["sheets"] == 0


def test_the_minimums_are_the_boxs(db: None) -> None:
    strict = new_box(minimum=7, comment_minimum=7)
    held = answered(strict, GROUPS)
    close_box(strict, by=None, on=OPENED)
    strict.minimum = 1  # what somebody holds in memory counts for nothing
    count_box(strict, [held.sheets], snapshot=snapshot(), on=OPENED)
    assert set(CountedAnswer.objects.values_list("shown_as", flat=True)) == {"self", "manager"}


def test_other_boxes_are_left_alone(box: Box, held: Round) -> None:
    other = new_box()
    rater, ticket = person("elsewhere"), uuid.uuid4()
    save_sheet(other, ticket, sheet_of(3), by=rater, seen=None)
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    assert vault.has(other)
    with as_holder(rater):
        assert SealedSheet.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_key_never_goes_inside_somebodys_transaction() -> None:
    box = close_box(new_box(), by=None, on=OPENED)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        finish(box, on=OPENED)
    assert vault.has(box)


@pytest.mark.django_db(transaction=True)
def test_queries_grow_with_subjects_not_with_sheets() -> None:
    def queries(raters: int) -> int:
        box = new_box(minimum=3)
        held = answered(box, {"peer": [sheet_of(3)] * raters})
        close_box(box, by=None, on=OPENED)
        with CountQueries() as counter:
            count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
        return counter.number

    assert queries(3) == queries(30)


class CountQueries:
    """How many statements ran inside."""

    def __enter__(self) -> CountQueries:
        self.number = 0
        self._wrapper = connection.execute_wrapper(self._count)
        self._wrapper.__enter__()
        return self

    def _count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)

    def __exit__(self, *error: object) -> None:
        self._wrapper.__exit__(*error)


# ---- killed at every step, then run again


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_and_run_again_it_ends_the_same() -> None:
    def state_of(box: Box, rounds: list[Round]) -> dict[str, Any]:
        whole = end_state(box)
        order = {held.about.pk: n for n, held in enumerate(rounds)}
        for part in ("groups", "answers", "figures"):
            whole[part] = Counter({(order[row[0]], *row[1:]): n for row, n in whole[part].items() if row[0] in order})
        whole["audit"] = Entry.objects.filter(object_id=box.pk, action="ballots.key_destroyed").count()
        return whole

    def fresh() -> tuple[Box, list[Round]]:
        box = new_box()
        rounds = [answered(box, GROUPS), answered(box, {"peer": [sheet_of(3)] * 3})]
        close_box(box, by=None, on=OPENED)
        return box, rounds

    box, rounds = fresh()
    count_box(box, [held.sheets for held in rounds], snapshot=snapshot(), on=OPENED)
    wanted = state_of(box, rounds)
    killed = 0
    for step in range(1, 100):
        box, rounds = fresh()
        plan = [held.sheets for held in rounds]
        if not dies_before(step, partial(count_box, box, plan, snapshot=snapshot(), on=OPENED)):
            break
        killed += 1
        count_box(box, plan, snapshot=snapshot(), on=OPENED)
        assert state_of(box, rounds) == wanted, f"killed at step {step}"
    assert killed > 15


@pytest.mark.django_db(transaction=True)
def test_a_failing_callback_leaves_the_subject_uncounted() -> None:
    box = new_box()
    held = answered(box, GROUPS)
    close_box(box, by=None, on=OPENED)

    def fail(about: object) -> None:
        raise OSError("the owner could not forget")

    with pytest.raises(OSError, match="forget"):
        count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED, after_subject=fail)
    assert (end_state(box)["sheets"], CountedGroup.objects.count()) == (8, 0)


# ---- no side channel in what is stored


def test_the_order_of_answers_tells_nothing(box: Box) -> None:
    """Answers stored and listed in the order raters came would be the plainest leak of all."""
    held = answered(box, {"peer": [{"scores": {}, "texts": {KEEP: f"{n:02}"}} for n in range(40)]})
    close_box(box, by=None, on=OPENED)
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    came = [f"{n:02}" for n in range(40)]
    with connection.cursor() as cursor:
        cursor.execute("select text from ballots_countedanswer order by ctid")
        stored = [row[0] for row in cursor.fetchall()]
    listed = list(CountedAnswer.objects.order_by("id").values_list("text", flat=True))
    for order in (stored, listed):
        assert sorted(order) == came
        assert order != came
        assert order != came[::-1]
    assert stored != listed


def ranks_agree(order: list[int]) -> float:
    """Spearman's correlation between when something came and where it stands."""
    n = len(order)
    return 1 - 6 * sum((place - came) ** 2 for place, came in enumerate(order)) / (n * (n * n - 1))


def test_neither_keys_nor_places_follow_arrival_over_twenty_counts(box: Box) -> None:
    """A02, A03, A28: two hundred answers, mixed twenty times: rank by key (the order of every list) and by place on the disk stay at chance."""
    close_box(box, by=None, on=OPENED)
    rows = [publishing.AnswerRow("peer", KEEP, text=str(number)) for number in range(200)]
    agreeing: dict[str, list[float]] = {"id": [], "ctid": []}
    for seed in range(20):
        about = person(f"Subject {seed}")
        with transaction.atomic(), counting(box):
            count_rows(Box.objects.get(pk=box.pk), about.pk, publishing.Published(answers=list(rows)))
        for order, found in agreeing.items():
            with connection.cursor() as cursor:
                cursor.execute(f"select text from ballots_countedanswer where about_id = %s order by {order}", [about.pk])
                found.append(ranks_agree([int(row[0]) for row in cursor.fetchall()]))
    for found in agreeing.values():
        assert abs(sum(found) / len(found)) < 0.075, found  # 4.7 standard deviations of chance
        assert max(map(abs, found)) < 0.36, found
    assert ranks_agree(list(range(200))) == 1, "the control: as they came"


def test_one_transaction_wrote_all_answers_of_a_subject(box: Box, held: Round) -> None:
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct xmin::text), count(distinct counted_on), bool_and(counted_on = %s) from ballots_countedanswer", [OPENED])
        assert cursor.fetchone() == (1, 1, True)
        cursor.execute("select id from ballots_countedanswer union all select id from ballots_countedgroup union all select id from ballots_countedfigure")
        assert {row[0].version for row in cursor.fetchall()} == {4}


def test_a_key_of_another_box_opens_nothing(box: Box, held: Round, vault_directory: Any) -> None:
    (vault_directory / f"{box.pk}.key").write_bytes(bytes(PrivateKey.generate()))
    with pytest.raises(LostSheets):
        count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    assert vault.has(box)
