"""Who may do what with a notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.notifications.models import Notice
from azimuth.people.models import Person


def can_settle(viewer: Person, notice: Notice) -> Verdict:
    """Only the person who was told."""
    return ALLOW if notice.person_id == viewer.pk else deny(_("This is somebody else's inbox."))
