"""Arranging the tree of units."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people import policies
from azimuth.people.actions.locks import Lock, hold
from azimuth.people.actions.search_texts import refresh
from azimuth.people.models import Grant, Person, Unit


@transaction.atomic
def create(name: str, *, parent: Unit | None, by: Person, at: datetime) -> Unit:
    """Make a unit under another, or a new root."""
    policies.can_arrange_units(by).enforce()
    hold(Lock.LINES)
    unit = Unit(name=_tidy(name), parent=_fresh(parent))
    unit.path = (unit.parent.path if unit.parent else "") + unit.step
    _save(unit)
    audit.record("people.create_unit", unit, by=by, at=at)
    return unit


@transaction.atomic
def rename(unit: Unit, *, name: str, by: Person, at: datetime) -> Unit:
    """Give a unit another name; its people are found by the new one."""
    policies.can_arrange_units(by).enforce()
    before, unit.name = unit.name, _tidy(name)
    if unit.name == before:
        return unit
    _save(unit)
    refresh(Person.objects.filter(unit=unit))
    audit.record("people.rename_unit", unit, by=by, at=at, before=before)
    return unit


@transaction.atomic
def move(unit: Unit, *, parent: Unit | None, by: Person, at: datetime) -> Unit:
    """Put a unit, with all below it, under another or at the top. Raises Refused where it would lie below itself."""
    policies.can_arrange_units(by).enforce()
    hold(Lock.LINES)
    unit.refresh_from_db()
    parent = _fresh(parent)
    if parent and parent.path.startswith(unit.path):
        raise Refused(_("%(parent)s lies inside %(unit)s. Choose a unit outside it.") % {"parent": parent.name, "unit": unit.name})
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    before, unit.parent = unit.path, parent
    unit.path = (parent.path if parent else "") + unit.step
    _save(unit)
    _carry(before, unit.path)
    audit.record("people.move_unit", unit, by=by, at=at, parent=parent.name if parent else "")
    return unit


@transaction.atomic
def close(unit: Unit, *, by: Person, at: datetime) -> Unit:
    """End a unit today. Raises Refused while people, open units or HR partners hang on it."""
    policies.can_arrange_units(by).enforce()
    hold(Lock.LINES)
    today = at.date()
    if Person.objects.present(today).filter(unit=unit).exists():
        raise Refused(_("People work in %(unit)s. Move them first, or merge the unit into another.") % {"unit": unit.name})
    if unit.children.filter(ended_on=None).exists():
        raise Refused(_("%(unit)s has units below it. Close or move those first.") % {"unit": unit.name})
    if Grant.objects.in_force(today).filter(unit=unit).exists():
        raise Refused(_("Somebody is HR partner of %(unit)s. End that role first.") % {"unit": unit.name})
    if Unit.objects.filter(pk=unit.pk, ended_on=None).update(ended_on=today):
        unit.ended_on = today
        audit.record("people.close_unit", unit, by=by, at=at)
    return unit


@transaction.atomic
def reopen(unit: Unit, *, by: Person, at: datetime) -> Unit:
    """Take the end of a unit back."""
    policies.can_arrange_units(by).enforce()
    if unit.parent and unit.parent.ended_on:
        raise Refused(_("%(parent)s is closed. Reopen it first.") % {"parent": unit.parent.name})
    if Unit.objects.filter(pk=unit.pk).exclude(ended_on=None).update(ended_on=None):
        unit.ended_on = None
        audit.record("people.reopen_unit", unit, by=by, at=at)
    return unit


@transaction.atomic
def merge(unit: Unit, *, into: Unit, by: Person, at: datetime) -> Unit:
    """Make two spellings one: people, units below and HR partners of `unit` go to `into`, and `unit` is closed. Returns `into`."""
    policies.can_arrange_units(by).enforce()
    hold(Lock.LINES)
    unit.refresh_from_db()
    into.refresh_from_db()
    if into.path.startswith(unit.path):
        raise Refused(_("%(into)s lies inside %(unit)s. Merge the other way round.") % {"into": into.name, "unit": unit.name})
    _refuse_namesakes(unit, into)
    children = list(unit.children.all())
    for child in children:  # a handful; each carries its subtree by one UPDATE
        before, child.parent = child.path, into
        child.path = into.path + child.step
        _save(child)
        _carry(before, child.path)
    moved = Person.objects.filter(unit=unit).update(unit=into)
    refresh(Person.objects.filter(unit=into))
    granted = Grant.objects.filter(unit=unit).update(unit=into)
    closed = Unit.objects.filter(pk=unit.pk, ended_on=None).update(ended_on=at.date())
    if closed or moved or granted or children:
        audit.record("people.merge_unit", unit, by=by, at=at, into=into.name, people=moved)
    return into


def _carry(before: str, after: str) -> None:
    """Let all units below follow to the new path: one UPDATE."""
    below = Unit.objects.filter(path__startswith=before)
    below.update(path=Concat(Value(after), Substr(F("path"), len(before) + 1)))


def _refuse_namesakes(unit: Unit, into: Unit) -> None:
    names = {name.lower() for name in into.children.exclude(pk=unit.pk).values_list("name", flat=True)}
    both = [name for name in unit.children.values_list("name", flat=True) if name.lower() in names]
    if both:
        raise Refused(_("Both have a unit named %(name)s. Merge those first.") % {"name": both[0]})


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise Refused(_("A unit needs a name."))
    return tidy


def _fresh(parent: Unit | None) -> Unit | None:
    if parent is None:
        return None
    parent = Unit.objects.get(pk=parent.pk)
    if parent.ended_on:
        raise Refused(_("%(unit)s is closed. Reopen it first, or choose another.") % {"unit": parent.name})
    return parent


def _save(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise Refused(_("There is a unit named %(name)s there already, perhaps a closed one.") % {"name": unit.name}) from error
