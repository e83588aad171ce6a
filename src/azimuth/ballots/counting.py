"""The count: what may be shown is kept, everything that could link it to a rater is not.

Worker only. One transaction measures (ballots.reliability), then one per subject counts; killed at any point and run again it ends the same: a subject that was counted is
skipped, the key goes only after the last subject is safely on the disk, and destroying it twice is destroying it once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from random import SystemRandom
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from nacl.public import PrivateKey

from azimuth.access.verdict import Refused
from azimuth.audit.actions import record
from azimuth.ballots import vault
from azimuth.ballots.actions import start_of
from azimuth.ballots.models import (
    Box,
    CountedAnswer,
    CountedFigure,
    CountedGroup,
    CountedReliability,
    SealedSheet,
)
from azimuth.ballots.opening import LostSheets, SubjectSheets, opened
from azimuth.ballots.publishing import Published, publish
from azimuth.ballots.reliability import Answers, measure
from azimuth.ballots.row_security import counting
from azimuth.ballots.sheets import OpenSheet
from azimuth.questionnaires.queries import Snapshot

_shuffle = SystemRandom().shuffle


def count_box(
    box: Box, plan: Iterable[SubjectSheets], *, snapshot: Snapshot, on: date,
    after_subject: Callable[[UUID], None] | None = None, progress: Callable[[int], None] | None = None,
    before: Callable[[int], None] | None = None, accept_lost: bool = False,
) -> int:
    """Measure how reliable the answers are, count every subject of the plan, then destroy the key; returns how many subjects are counted.

    The plan is gone through twice. `after_subject(about)` runs inside each subject's transaction: there the owner forgets
    states and tickets of the raters. `progress(done)` runs outside; `before(done)` while measuring. Raises Refused while the
    box is open, vault.KeyMissing, and LostSheets unless `accept_lost`, which counts what is left.
    """
    done = 0
    if not Box.objects.get(pk=box.pk).is_counted:
        key = vault.read(box)
        measure_box(box, plan, snapshot, key=key, progress=before, accept_lost=accept_lost)
        for done, subject in enumerate(plan, 1):
            count_subject(box, subject, snapshot, key=key, after_subject=after_subject, accept_lost=accept_lost)
            if progress:
                progress(done)
    finish(box, on=on, accept_lost=accept_lost)
    return done


def measure_box(
    box: Box, plan: Iterable[SubjectSheets], snapshot: Snapshot, *, key: PrivateKey,
    progress: Callable[[int], None] | None = None, accept_lost: bool = False,
) -> None:
    """Keep, in one transaction, how reliable the answers of a box are; what was measured, or is half counted, stays as it is.

    Before the first subject is counted, since afterwards nobody can tell which answers came from one rater.
    """
    with transaction.atomic(durable=True), counting(box):
        fresh = _locked(box)
        if CountedReliability.objects.filter(box=fresh).exists() or CountedGroup.objects.filter(box=fresh).exists():
            return
        answers = Answers(snapshot, minimum=fresh.minimum)
        for done, subject in enumerate(plan, 1):
            answers.add(subject.about, subject.invited, opened(fresh, subject, key, accept_lost=accept_lost), subject.past)
            if progress:
                progress(done)
        CountedReliability.objects.bulk_create(CountedReliability(box=fresh, **vars(found)) for found in measure(answers))


def count_subject(
    box: Box, subject: SubjectSheets, snapshot: Snapshot, *, key: PrivateKey,
    after_subject: Callable[[UUID], None] | None = None, accept_lost: bool = False,
) -> None:
    """Count one subject in one transaction; a subject that was counted before stays as it is."""
    with transaction.atomic(durable=True), counting(box):
        fresh = _locked(box)
        if CountedGroup.objects.filter(box=fresh, about_id=subject.about).exists():
            return
        sheets = _by_group(fresh, subject, key, accept_lost=accept_lost)
        published = publish(sheets, subject.invited, snapshot, minimum=fresh.minimum, comment_minimum=fresh.comment_minimum, past=subject.past)
        _insert(fresh, subject.about, published)
        SealedSheet.objects.filter(box=fresh, ticket__in=subject.tickets).delete()
        if after_subject:
            after_subject(subject.about)


@contextmanager
def alone() -> Iterator[None]:
    """Counts run one after the other: what one shows is shown already for the next."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended('azimuth.count', 0))")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtextextended('azimuth.count', 0))")


def finish(box: Box, *, on: date, accept_lost: bool = False) -> None:
    """End the count for good: nothing is left in the box, the key is destroyed, and the audit says so. Safe to repeat.

    Refuses to run inside somebody's transaction (RuntimeError): the key would be gone before the answers are there.
    """
    with transaction.atomic(durable=True), counting(box):
        fresh = _locked(box)
        if not fresh.is_counted:
            _empty(fresh, accept_lost=accept_lost)
            fresh.counted_on = on
            fresh.save(update_fields=["counted_on"])
            record("ballots.count", fresh, by=None, at=start_of(on))
            make_durable()
    destroy_key(fresh, on=on)


def destroy_key(box: Box, *, on: date) -> None:
    """Destroy the key of a box that is counted or discarded, and say so in the audit; safe to repeat."""
    vault.destroy(box)
    with transaction.atomic():
        fresh = Box.objects.select_for_update().get(pk=box.pk)
        if fresh.key_destroyed_on is None:
            fresh.key_destroyed_on = on
            fresh.save(update_fields=["key_destroyed_on"])
            record("ballots.key_destroyed", fresh, by=None, at=start_of(on))


def _locked(box: Box) -> Box:
    """The box as it is now, held so that two workers count one after the other."""
    fresh = Box.objects.select_for_update(no_key=True).get(pk=box.pk)
    if fresh.is_open:
        raise Refused(_("Answers are still being taken: close the round first."))
    if fresh.is_discarded:
        raise Refused(_("This round was cancelled: its answers were destroyed unread."))
    return fresh


def _by_group(box: Box, subject: SubjectSheets, key: PrivateKey, *, accept_lost: bool) -> dict[str, list[OpenSheet]]:
    """The submitted sheets by group, in no order."""
    groups: dict[str, list[OpenSheet]] = {}
    for _holder, group, sheet in opened(box, subject, key, accept_lost=accept_lost):
        groups.setdefault(group, []).append(sheet)
    for sheets in groups.values():
        _shuffle(sheets)
    return groups


def _insert(box: Box, about: UUID, published: Published) -> None:
    """Write what may be shown: fresh random keys, shuffled rows, the closing day the only date."""
    CountedGroup.objects.bulk_create(
        CountedGroup(box=box, about_id=about, group=g.group, invited=g.invited, answered=g.answered, shown_as=g.shown_as, why=g.why)
        for g in published.groups
    )
    answers = list(published.answers)
    _shuffle(answers)
    _copy(
        CountedAnswer._meta.db_table,
        ("id", "box_id", "about_id", "shown_as", "question", "score", "text", "counted_on"),
        ((uuid.uuid4(), box.pk, about, a.shown_as, a.question, a.score, a.text, box.closed_on) for a in answers),
    )
    _copy(
        CountedFigure._meta.db_table,
        ("id", "box_id", "about_id", "shown_as", "of", "n", "mean", "low", "high", "agreement"),
        ((uuid.uuid4(), box.pk, about, f.shown_as, f.of, f.n, f.mean, f.low, f.high, f.agreement) for f in published.figures),
    )


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'copy "{table}" ({names}) from stdin') as stream:
        for row in rows:
            stream.write_row(row)


def _empty(box: Box, *, accept_lost: bool) -> None:
    """Nothing may be left; a sheet nobody spoke for means a plan with holes."""
    left = SealedSheet.objects.filter(box=box)
    number = left.count()
    if number and not accept_lost:
        raise LostSheets(
            ngettext(
                "%(left)d sheet in the box belongs to nobody who was asked. Nothing was destroyed; the count goes on once it is explained, or without it.",
                "%(left)d sheets in the box belong to nobody who was asked. Nothing was destroyed; the count goes on once they are explained, or without them.",
                number,
            ) % {"left": number}
        )
    left.delete()


def make_durable() -> None:
    """The key must not go before what replaces the sheets is on the disk, however the server is tuned."""
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = on")
