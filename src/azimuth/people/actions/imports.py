"""Deeds on imports: upload, check, apply, discard. Checking and applying are jobs; applying is one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.people import policies
from azimuth.people.actions import import_results, import_writing
from azimuth.people.actions.locks import Lock, hold
from azimuth.people.importing import guessing, mapping, planning, present, reading
from azimuth.people.importing.mapping import ColumnMap, Options
from azimuth.people.importing.planning import Asked, Plan
from azimuth.people.importing.problems import Unreadable, shown
from azimuth.people.importing.reading import Sheet
from azimuth.people.models import ImportFile, ImportMapping, PeopleImport, Person
from azimuth.people.queries.imports import job_key
from azimuth.people.states import IMPORT_TRANSITIONS, ImportState

_SAMPLED = 5
KEPT = timedelta(days=90)  # rows and problems of imports that ended
ABANDONED = timedelta(days=7)  # files nobody went on with


@transaction.atomic
def upload(*, name: str, content: bytes, by: Person, at: datetime) -> PeopleImport:
    """Take a file in: read it, keep it, and guess its columns, as they were mapped last time if such a file came before.

    Raises Refused, with the remedy, for a file that cannot be read at all.
    """
    policies.can_import(by).enforce()
    try:
        sheet = reading.read(content)
    except Unreadable as unreadable:
        raise Refused(unreadable.problem.remedy) from None
    columns, options = remembered(sheet, content)
    new = _row(name, content, sheet, columns, options, by=by, at=at)
    ImportFile.objects.create(of=new, content=content)
    audit.record("people.upload_import", new, by=by, at=at, rows=new.row_count, sha256=new.file_hash)
    return new


@transaction.atomic
def check(wanted: PeopleImport, *, columns: ColumnMap, options: Options, by: Person, at: datetime) -> Job:
    """Have a job compare the file with the people we have, read with these columns and decisions."""
    policies.can_import(by).enforce()
    faults = mapping.faults(columns)
    if faults:
        raise Refused(faults[0].remedy)
    now = _move(wanted, ImportState.MAPPED)
    now.columns, now.options, now.round, now.has_gone_stale = columns.as_json(), options.as_json(), now.round + 1, False
    now.save(update_fields=["state", "columns", "options", "round", "has_gone_stale"])
    title = _("Checking %(file)s") % {"file": now.file_name}
    return _job("people.check_import", now, title, reverse("people:import", args=[now.pk]), by=by, at=at)


@transaction.atomic
def examine(pk: UUID, *, at: datetime) -> PeopleImport:
    """Make the plan of an import and keep it for the preview; found made already, it is left alone."""
    now = PeopleImport.objects.select_for_update(of=("self",)).get(pk=pk)
    if now.state != ImportState.MAPPED:
        return now
    plan, _state = make_plan(now, at.date())
    _keep(now, plan, at=at)
    return now


@transaction.atomic
def order(wanted: PeopleImport, *, set_aside: bool, by: Person, at: datetime) -> Job:
    """Have a job apply what was checked; faulty rows are left out only with `set_aside`."""
    policies.can_import(by).enforce()
    now = _move(wanted, ImportState.APPLYING)
    policies.can_apply(by, now, set_aside=set_aside).enforce()
    now.sets_aside, now.round = set_aside, now.round + 1
    now.save(update_fields=["state", "sets_aside", "round"])
    title = _("Importing %(file)s") % {"file": now.file_name}
    return _job("people.apply_import", now, title, reverse("people:import", args=[now.pk]), by=by, at=at)


@transaction.atomic
def apply(pk: UUID, *, at: datetime, report: import_writing.Report = lambda _done: None) -> PeopleImport:
    """Apply an ordered import, all of it or nothing; found applied already, it is left alone.

    When people changed since the person looked and the plan is another now, nothing is applied: the import goes back to be
    looked at, with the new plan and `has_gone_stale`.
    """
    _hold_everything()
    now = PeopleImport.objects.select_for_update(of=("self",)).get(pk=pk)
    if now.state != ImportState.APPLYING:
        return now
    plan, state = make_plan(now, at.date())
    if plan.digest != now.digest:
        now.has_gone_stale = True
        _keep(now, plan, at=at)
        return now
    import_writing.apply(plan, state, report)
    _finish(now, plan, ImportState.APPLIED, at=at)
    return now


@transaction.atomic
def discard(wanted: PeopleImport, *, by: Person, at: datetime) -> PeopleImport:
    """Drop an import that was not applied, its file with it."""
    policies.can_import(by).enforce()
    now = _move(wanted, ImportState.DISCARDED)
    _let_go_of_file(now, ImportState.DISCARDED, at=at)
    audit.record("people.discard_import", now, by=by, at=at)
    return now


def forget_old(*, at: datetime) -> int:
    """Discard files nobody went on with and forget the rows of imports that ended long ago; returns how many imports it concerned."""
    stale = list(PeopleImport.objects.unfinished().exclude(state=ImportState.APPLYING).filter(created_at__lt=at - ABANDONED))
    for one in stale:
        with transaction.atomic():
            _let_go_of_file(one, ImportState.DISCARDED, at=at)
            audit.record("people.discard_import", one, by=None, at=at)
    old = PeopleImport.objects.filter(ended_at__lt=at - KEPT)
    import_results.forget(old)
    return len(stale)


@dataclass(frozen=True)
class Done:
    """What the command line did or would do: the plan, and the import if it was applied."""

    plan: Plan
    applied: PeopleImport | None


@transaction.atomic
def apply_now(*, name: str, content: bytes, sheet: Sheet, columns: ColumnMap, options: Options, set_aside: bool, rehearse: bool, at: datetime) -> Done:
    """Plan and apply a file here and now, for whoever runs the installation; with faults only if they may be set aside."""
    _hold_everything()
    asked = Asked(sheet, columns, options, present.attributes())
    state = present.load(at.date())
    plan = planning.make(asked, state)
    if rehearse or plan.blocking or (plan.set_aside and not set_aside):
        return Done(plan, None)
    kept = replace(options, reach=plan.reach) if plan.ends_half else options
    new = _row(name, content, sheet, columns, kept, by=None, at=at)
    new.sets_aside = set_aside
    import_writing.apply(plan, state)
    import_results.keep(new, plan)
    _finish(new, plan, ImportState.APPLIED, at=at)
    return Done(plan, new)


def make_plan(now: PeopleImport, on: date) -> tuple[Plan, present.State]:
    """The plan of an import as people are now, and the state it was made from."""
    sheet = reading.read(bytes(now.file.content))
    state = present.load(on)
    by = now.created_by
    asked = Asked(
        sheet, ColumnMap.from_json(now.columns), Options.from_json(now.options), present.attributes(), by.pk if by else None,
        lambda roles: by is None or bool(policies.can_change_address(by, roles)),
    )
    return planning.make(asked, state), state


def remembered(sheet: Sheet, content: bytes) -> tuple[ColumnMap, Options]:
    """What columns like these meant last time, and spellings that were joined; else our guess. The very same file is read as
    it was, and speaks for whom somebody said it did."""
    memory = ImportMapping.objects.filter(signature=sheet.signature).first()
    same = PeopleImport.objects.filter(file_hash=_hash(content), state=ImportState.APPLIED).order_by("-ended_at").first()
    merges = memory.merges if memory else {}
    if same:
        return ColumnMap.from_json(same.columns), Options(reach=Options.from_json(same.options).reach, merges=merges)
    guess = guessing.guess(sheet, present.attributes())
    known = ColumnMap.from_json({**guess.as_json(), **memory.columns}) if memory else guess
    return known if known.fits(sheet.header) else guess, Options(merges=merges)


def _against(guess: ColumnMap, chosen: ColumnMap) -> dict[str, Any]:
    """What is worth remembering: the columns, and of the ways to read them those somebody chose against our guess. The next
    file with these columns may come from elsewhere."""
    guessed, kept = guess.as_json(), chosen.as_json()
    return {key: value for key, value in kept.items() if key == "columns" or value != guessed[key]}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _row(name: str, content: bytes, sheet: Sheet, columns: ColumnMap, options: Options, *, by: Person | None, at: datetime) -> PeopleImport:
    return PeopleImport.objects.create(
        file_name=name[-200:], file_hash=_hash(content), size=len(content), signature=sheet.signature, header=list(sheet.header),
        sample=[[shown(cell) for cell in cells[: len(sheet.header)]] for _number, cells in sheet.rows[:_SAMPLED]], row_count=len(sheet.rows),
        source={"kind": sheet.kind, "encoding": sheet.encoding, "separator": sheet.separator, "sheet": sheet.sheet,
                "guess": guessing.guess(sheet, present.attributes()).as_json()},
        columns=columns.as_json(), options=options.as_json(), created_by=by, created_at=at,
    )


def _move(wanted: PeopleImport, to: ImportState) -> PeopleImport:
    """The row, locked and in the new state (not yet saved). Raises Refused where the state does not lead there."""
    now = PeopleImport.objects.select_for_update(of=("self",)).get(pk=wanted.pk)
    if now.state not in IMPORT_TRANSITIONS[to]:
        raise Refused(_("This import is in another state by now: %(state)s. Open it again.") % {"state": now.get_state_display()})
    now.state = to
    return now


def _job(task: str, now: PeopleImport, title: str, next_url: str, *, by: Person, at: datetime) -> Job:
    return jobs.start(task, key=job_key(task, now), title=title[:200], by=by, at=at, next_url=next_url, imported=str(now.pk))


def _keep(now: PeopleImport, plan: Plan, *, at: datetime) -> None:
    import_results.keep(now, plan)
    now.state, now.digest, now.checked_at = ImportState.CHECKED, plan.digest, at
    now.save(update_fields=["state", "digest", "checked_at", "summary", "has_gone_stale"])


def _finish(now: PeopleImport, plan: Plan, state: ImportState, *, at: datetime) -> None:
    """Close the books: remember the mapping, let the file go, write the audit row last (the chain is locked from there on)."""
    chosen, options = ColumnMap.from_json(now.columns), Options.from_json(now.options)
    memory = _against(ColumnMap.from_json(now.source["guess"]), chosen)
    ImportMapping.objects.update_or_create(signature=now.signature, defaults={"columns": memory, "merges": dict(options.merges), "used_at": at})
    _let_go_of_file(now, state, at=at)
    audit.record(
        "people.import", now, by=now.created_by, at=at, rows=plan.rows, set_aside=plan.set_aside, reach=plan.reach.value, sha256=now.file_hash,
        own_record=_concerns(plan, now.created_by_id), gains=len(plan.gains), **plan.counts,
    )


def _concerns(plan: Plan, person: UUID | None) -> bool:
    return person is not None and any(outcome.person == person and outcome.does_something for outcome in plan.outcomes)


def _let_go_of_file(now: PeopleImport, state: ImportState, *, at: datetime) -> None:
    ImportFile.objects.filter(of=now).delete()
    now.state, now.sample, now.ended_at = state, [], at
    now.save(update_fields=["state", "sample", "ended_at", "sets_aside"])


def _hold_everything() -> None:
    hold(Lock.LINES)
    hold(Lock.GRANTS)
    import_writing.hold_still()
