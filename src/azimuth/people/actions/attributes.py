"""Declaring custom attributes of people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people import policies
from azimuth.people.models import Attribute, Person


@transaction.atomic
def declare(*, key: str, label: str, kind: str, choices: list[str], may_cut: bool, by: Person, at: datetime) -> Attribute:
    """Declare an attribute: its key in files, its label on pages, its kind, and whether results may ever be cut by it."""
    policies.can_declare_attributes(by).enforce()
    if Attribute.objects.filter(key=key).exists():
        raise Refused(_("There is an attribute with this key already."))
    _refuse_choices(kind, choices)
    attribute = Attribute.objects.create(key=key, label=label, kind=kind, choices=choices, may_cut=may_cut)
    audit.record("people.declare_attribute", attribute, by=by, at=at, key=key, kind=kind, may_cut=may_cut)
    return attribute


@transaction.atomic
def amend(attribute: Attribute, *, label: str, choices: list[str], may_cut: bool, by: Person, at: datetime) -> Attribute:
    """Change label, choices or whether results may be cut by it; key and kind stay, since values hang on them."""
    policies.can_declare_attributes(by).enforce()
    _refuse_choices(attribute.kind, choices)
    dropped = [choice for choice in attribute.choices if choice not in choices]
    used = Person.objects.alias(value=KeyTextTransform(attribute.key, "attributes")).filter(value__in=dropped)
    if dropped and used.exists():
        raise Refused(_("People have the value %(value)s. Change them first.") % {"value": dropped[0]})
    if (attribute.label, attribute.choices, attribute.may_cut) == (label, choices, may_cut):
        return attribute
    before = attribute.may_cut
    attribute.label, attribute.choices, attribute.may_cut = label, choices, may_cut
    attribute.save(update_fields=["label", "choices", "may_cut"])
    audit.record("people.amend_attribute", attribute, by=by, at=at, key=attribute.key, may_cut=may_cut, could_cut_before=before)
    return attribute


@transaction.atomic
def drop(attribute: Attribute, *, by: Person, at: datetime) -> None:
    """Take an attribute away. Raises Refused while anybody has a value of it."""
    policies.can_declare_attributes(by).enforce()
    if Person.objects.filter(attributes__has_key=attribute.key).exists():
        raise Refused(_("People have values of %(label)s. It can go when nobody has one.") % {"label": attribute.label})
    audit.record("people.drop_attribute", attribute, by=by, at=at, key=attribute.key)
    attribute.delete()


def _refuse_choices(kind: str, choices: list[str]) -> None:
    if kind == Attribute.Kind.CHOICE and len(choices) < 2:
        raise Refused(_("Name at least two choices, one on each line."))
