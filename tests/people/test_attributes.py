"""Declaring custom attributes."""

from __future__ import annotations

from datetime import datetime

import pytest

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import attributes
from azimuth.people.models import Attribute, Person
from tests.cast import Cast


def shift(cast: Cast, now: datetime) -> Attribute:
    return attributes.declare(key="shift", label="Shift", kind="choice", choices=["Day", "Night"], may_cut=False, by=cast.iris, at=now)


def test_an_attribute_is_declared_amended_and_dropped(cast: Cast, now: datetime) -> None:
    one = shift(cast, now)
    attributes.amend(one, label="Shift plan", choices=["Day", "Late", "Night"], may_cut=True, by=cast.iris, at=now)
    assert Attribute.objects.get().may_cut
    attributes.drop(one, by=cast.iris, at=now)
    assert not Attribute.objects.exists()
    assert list(Entry.objects.values_list("action", flat=True)) == ["people.declare_attribute", "people.amend_attribute", "people.drop_attribute"]


def test_values_people_have_keep_their_attribute(cast: Cast, now: datetime) -> None:
    one = shift(cast, now)
    Person.objects.filter(pk=cast.ada.pk).update(attributes={"shift": "Night"})
    with pytest.raises(Refused, match="Night"):
        attributes.amend(one, label="Shift", choices=["Day", "Late"], may_cut=False, by=cast.iris, at=now)
    with pytest.raises(Refused, match="People have values"):
        attributes.drop(one, by=cast.iris, at=now)


def test_a_key_is_used_once_and_a_choice_has_choices(cast: Cast, now: datetime) -> None:
    shift(cast, now)
    with pytest.raises(Refused, match="key"):
        shift(cast, now)
    with pytest.raises(Refused, match="two choices"):
        attributes.declare(key="other", label="Other", kind="choice", choices=["One"], may_cut=False, by=cast.iris, at=now)


@pytest.mark.parametrize("who", ["ada", "eve", "finn", "jon"])
def test_only_hr_administrators_declare(cast: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        attributes.declare(key="k", label="K", kind="text", choices=[], may_cut=False, by=getattr(cast, who), at=now)
