"""The list of mails."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from azimuth.kit import signs
from azimuth.kit.tables import Column, Filter, Rows, Table
from azimuth.notifications.models import Mail

STATES: Sequence[tuple[str, object]] = ((Mail.State.WAITING, _("Waits")), (Mail.State.SENT, _("Went out")), (Mail.State.FAILED, _("Failed")))
TONES = {Mail.State.WAITING: "neutral", Mail.State.SENT: "good", Mail.State.FAILED: "bad"}


class MailTable(Table):
    """Mails of the last month, the latest first: to whom, how it went; never their words."""

    key, caption, order = "mails", _("Mails"), ("-queued_at",)
    search_label = _("To whom")
    empty_title = _("No mail yet")
    empty_text = _("When a cycle is launched or somebody asks for a sign-in code, the mails stand here with how they went.")
    columns = (
        Column("to", _("To"), cell=lambda mail: signs.face(mail.person.name, mail.to) if mail.person else mail.to),
        Column("what", _("What"), lambda mail: _("Signing in") if mail.has_own_words else _("Something waits"), drops=True),
        Column("state", _("State"), cell="notifications/_mail_state.html"),
        Column("queued_at", _("Written"), cell=lambda mail: signs.moment(mail.queued_at), sort=("queued_at", "pk")),
        Column("again", _("Try again"), cell="notifications/_mail_again.html"),
    )
    filters = (Filter("state", _("State"), STATES, lambda rows, code: rows.filter(state=code)),)

    def search(self, rows: Rows, words: str) -> Rows:
        """By address or name."""
        return rows.filter(to__icontains=words) | rows.filter(person__name__icontains=words)
