"""Questions about accounts."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from azimuth.people.models import Person


def has_second_factor(person: Person) -> bool:
    """Whether this person's account has an authenticator app or a passkey; recovery codes alone are no factor. One query."""
    return Authenticator.objects.filter(user__person=person).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
