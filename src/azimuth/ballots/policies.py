"""Who may do what with a box. Whose ticket is whose is known one floor up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.ballots import vault
from azimuth.ballots.models import Box


def can_answer(box: Box) -> Verdict:
    """Whether sheets can be opened and saved now; ask before anybody types."""
    if not box.is_open:
        return deny(_("This round is closed. What you saved before is counted; nothing can be added."))
    if not vault.has(box):
        return deny(
            _("Answers cannot be kept safely at the moment: the key of this round is not where it should be. Nothing is lost; please tell your system administrator.")
        )
    return ALLOW
