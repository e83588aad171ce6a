"""The grammar of permission."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Denied, Refused, Verdict, deny


def test_a_verdict_is_truthy_or_carries_its_reason() -> None:
    assert ALLOW
    assert not deny("Not today.")
    assert deny("Not today.") == Verdict(allowed=False, reason="Not today.")


def test_enforcing_raises_with_the_sentence() -> None:
    ALLOW.enforce()
    with pytest.raises(Denied, match=r"^Yes$"):
        deny(_("Yes")).enforce()


def test_a_verdict_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        ALLOW.allowed = False  # type: ignore[misc]


def test_refusals_speak_to_people() -> None:
    assert Denied.for_people
    assert Refused.for_people
