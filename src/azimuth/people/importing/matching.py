"""Who is who: which entry of a file is which person we know, and where keys and addresses contradict that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from azimuth.kit.search import plain
from azimuth.people.importing.entries import Entries, Entry
from azimuth.people.importing.fields import Field
from azimuth.people.importing.present import Known, State

Guard = Callable[[frozenset[str]], bool]  # whether the address of somebody with these roles may be changed


def match(found: Entries, state: State, may_change_address: Guard) -> None:
    """Recognise people by employee number, else by e-mail, and name every contradiction."""
    by_id = {known.employee_id: known for known in state.people.values() if known.employee_id}
    by_email = {known.email.casefold(): known for known in state.people.values() if known.email}
    for entry in found.all:
        known = by_id.get(entry.employee_id) if entry.employee_id else None
        if known is None and entry.email:
            known = _by_email(entry, by_email.get(entry.email.casefold()))
        if known is not None:
            entry.known, entry.person = known, known.id
            _check_identity(found, entry, known, may_change_address)
    _same_person_twice(found)
    check_addresses(found, state)
    for entry in found.all:
        _check_dates(found, entry, state.on)


def _by_email(entry: Entry, holder: Known | None) -> Known | None:
    """The holder of the address, unless their number says it is somebody else."""
    return None if holder is None or (entry.employee_id and holder.employee_id) else holder


def _check_identity(found: Entries, entry: Entry, known: Known, may_change_address: Guard) -> None:
    if not entry.email or entry.email.casefold() == known.email.casefold():
        return
    if entry.name and known.email and not set(plain(entry.name).split()) & set(plain(known.name).split()):
        found.fault(entry, "id_of_another", Field.EMPLOYEE_ID, entry.employee_id, holder=known.called)
    elif known.roles and not may_change_address(known.roles):
        found.fault(entry, "address_guarded", Field.EMAIL, entry.email, holder=known.called)


def _same_person_twice(found: Entries) -> None:
    """Two rows, one with the number and one with only the e-mail, that mean the same person."""
    first: dict[object, Entry] = {}
    for entry in found.all:
        if entry.known is None:
            continue
        other = first.setdefault(entry.known.id, entry)
        if other is not entry and other.employee_id != entry.employee_id:
            for one in (other, entry):
                where = Field.EMPLOYEE_ID if one.employee_id else Field.EMAIL
                found.fault(one, "duplicate_id", where, one.employee_id or one.email, rows=f"{other.row}, {entry.row}")


def check_addresses(found: Entries, state: State) -> bool:
    """An address may be taken over only from somebody to whom this file gives another one, in a row that can be applied.

    To be asked again when more rows were found faulty; says whether it found new faults.
    """
    by_email = {known.email.casefold(): known for known in state.people.values() if known.email}
    count, more = 0, True
    while more:
        given = {entry.known.id: entry.email.casefold() for entry in found.sound() if entry.known and entry.email}
        taken = [(entry, by_email[entry.email.casefold()]) for entry in found.sound() if entry.email and entry.email.casefold() in by_email]
        more = False
        for entry, holder in taken:
            if (entry.known is None or holder.id != entry.known.id) and given.get(holder.id, entry.email.casefold()) == entry.email.casefold():
                found.fault(entry, "email_taken", Field.EMAIL, entry.email, holder=holder.called)
                more, count = True, count + 1
    return count > 0


def _check_dates(found: Entries, entry: Entry, on: date) -> None:
    """Dates of the file together with those we have; people new to us who left already are passed over."""
    ended = entry.values.get(Field.ENDED_ON)
    if not isinstance(ended, date):
        return
    if entry.known is None and ended <= on and not entry.is_faulty:
        found.fault(entry, "left_already", Field.ENDED_ON, ended.isoformat())
        entry.is_passed_over = True
    started = entry.known.values[Field.STARTED_ON] if entry.known else None
    if started and not entry.values.get(Field.STARTED_ON) and ended < started:
        found.fault(entry, "ends_before_start", Field.ENDED_ON, ended.isoformat(), started=started.isoformat())


def recognised(entries: Iterable[Entry]) -> set[object]:
    """Keys of the persons some row speaks of, faulty rows too."""
    return {entry.known.id for entry in entries if entry.known}
