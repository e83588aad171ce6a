"""Who may do what with notices and mails."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.notifications.models import Notice
from azimuth.people.models import Person
from azimuth.people.states import Role


def can_settle(viewer: Person, notice: Notice) -> Verdict:
    """Only the person who was told."""
    return ALLOW if notice.person_id == viewer.pk else deny(_("This is somebody else's inbox."))


def can_choose(viewer: Person, person: Person) -> Verdict:
    """Everybody decides for themselves how they are reminded."""
    return ALLOW if viewer.pk == person.pk else deny(_("Everybody chooses for themselves how they are reminded."))


def can_retry(viewer: Person) -> Verdict:
    """System administrators look after mail."""
    return ALLOW if viewer.has_role(Role.SYSTEM_ADMIN) else deny(_("System administrators look after mail."))
