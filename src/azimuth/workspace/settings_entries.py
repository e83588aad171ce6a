"""What the page of settings leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from azimuth.people.models import Person
from azimuth.people.states import Role


@dataclass(frozen=True)
class SettingsEntry:
    """One place of the settings."""

    label: object
    text: object
    icon: str
    url: str
    roles: Sequence[Role]


_BOTH = (Role.HR_ADMIN, Role.SYSTEM_ADMIN)
ENTRIES: Sequence[SettingsEntry] = (
    SettingsEntry(_("Import people"), _("Bring your organisation in from a spreadsheet, and keep it up to date."), "file-up", "/people/import/", (Role.HR_ADMIN,)),
    SettingsEntry(_("Units"), _("The tree people belong to: rename, move, merge two spellings."), "network", "/people/units/", (Role.HR_ADMIN,)),
    SettingsEntry(_("Custom attributes"), _("What you keep about people besides the common record."), "tags", "/people/attributes/", (Role.HR_ADMIN,)),
    SettingsEntry(_("Roles"), _("Who may do what, given by whom, from when to when."), "key-round", "/people/grants/", _BOTH),
    SettingsEntry(_("Who can see what"), _("Why can somebody see this? Choose two people and read the rule that decides."), "eye", "/access/why/", (Role.HR_ADMIN,)),
    SettingsEntry(_("Invite people"), _("Give everybody an account and mail them the way in."), "mail", "/people/invite/", _BOTH),
    SettingsEntry(_("Work in the background"), _("Imports, launches and counts: how far, and how they ended."), "activity", "/jobs/", _BOTH),
    SettingsEntry(_("Mails"), _("What waits, what went out, what failed."), "mails", "/notifications/mails/", (Role.SYSTEM_ADMIN,)),
    SettingsEntry(_("Log"), _("Who did what and when, in a chain nobody can change unseen."), "scroll-text", "/audit/", _BOTH),
)


def entries_for(viewer: Person) -> list[SettingsEntry]:
    """The places this viewer has a use for."""
    return [entry for entry in ENTRIES if any(viewer.has_role(role) for role in entry.roles)]
