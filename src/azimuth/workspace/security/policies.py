"""Who must have a second factor, and who may change whose."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people.models import Account, Person


def must_have_factor(person: Person) -> bool:
    """Whether this installation asks this person for a second factor. Holders of a role count by the grants in force today."""
    asked_of = settings.REQUIRE_SECOND_FACTOR
    return asked_of == "everybody" or (asked_of == "privileged" and bool(person.grants_in_force))


def can_change(viewer: Person, account: Account) -> Verdict:
    """May the viewer add factors to this account, name them, and make its recovery codes? Everybody their own."""
    return ALLOW if viewer.pk == account.person_id else deny(_("Everybody arranges their own second factors."))


def can_remove(viewer: Person, account: Account, *, is_last: bool) -> Verdict:
    """May the viewer take a factor off this account? The last one stays where one is required."""
    own = can_change(viewer, account)
    if own and is_last and must_have_factor(viewer):
        return deny(_("You must sign in with a second factor, and this is your last. Add another one before you remove it."))
    return own
