"""What a subject does with a report they have read: say so, show it, take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.notifications import actions as notifications
from azimuth.people.models import Person
from azimuth.reviews import policies, queries
from azimuth.reviews.models import Acknowledgement, ReportShare, Subject

COMMENT_LIMIT = 2000


@transaction.atomic
def acknowledge(subject: Subject, *, comment: str, by: Person, at: datetime) -> Acknowledgement:
    """Keep that the subject has read the report, with a comment or without; called again it adds the comment, once."""
    policies.can_acknowledge(by, subject).enforce()
    _lock(subject)
    if len(comment) > COMMENT_LIMIT:
        raise Refused(ngettext("A comment has %(n)d character at most.", "A comment has %(n)d characters at most.", COMMENT_LIMIT) % {"n": COMMENT_LIMIT})
    made, is_new = Acknowledgement.objects.get_or_create(subject=subject, defaults={"acknowledged_on": at.date()})
    if comment and made.comment:
        raise Refused(_("Your comment is kept as you wrote it. It cannot be changed or added to."))
    if comment:
        made.comment, made.commented_on = comment, at.date()
        made.save(update_fields=["comment", "commented_on"])
    if is_new or comment:
        audit.record("reviews.acknowledge", subject, by=by, at=at, commented=bool(comment))
    return made


@transaction.atomic
def share(subject: Subject, *, with_: Person, by: Person, at: datetime) -> ReportShare:
    """Show a report to one's lead or coach, who is told; sharing twice is sharing once.

    Refused for anybody else, and for somebody who can read it anyway.
    """
    policies.can_share(by, subject).enforce()
    _lock(subject)
    choice = next((choice for choice in queries.share_choices(subject) if choice.person.pk == with_.pk), None)
    if choice is None:
        raise Refused(_("A report is shown to your lead or your coach."))
    if choice.reads_anyway:
        raise Refused(_("%(name)s can read it already: the cycle says so.") % {"name": with_.name})
    standing = ReportShare.objects.filter(subject=subject, shared_with=with_, taken_back_on=None)
    made = standing.filter(role=choice.role).first()
    if made is None:
        standing.update(taken_back_on=at.date())  # shown as what they no longer are
        made = ReportShare.objects.create(subject=subject, shared_with=with_, role=choice.role, shared_on=at.date())
        notifications.tell([_shown(made, subject)], on=at.date())
        audit.record("reviews.share", subject, by=by, at=at, role=made.role)
    return made


@transaction.atomic
def take_back(share: ReportShare, *, by: Person, at: datetime) -> None:
    """End a share at once: from now on the other finds no report, as if there were none. Twice is once."""
    policies.can_take_back(by, share).enforce()
    if ReportShare.objects.filter(pk=share.pk, taken_back_on=None).update(taken_back_on=at.date()):
        notifications.take_back(_key(share))
        audit.record("reviews.take_back", share.subject, by=by, at=at, role=share.role)


def _lock(subject: Subject) -> None:
    Subject.objects.select_for_update().get(pk=subject.pk)


def _key(share: ReportShare) -> str:
    return f"reviews.shared:{share.pk}"


def _shown(share: ReportShare, subject: Subject) -> notifications.Message:
    with translation.override(share.shared_with.language or "en"):
        return notifications.Message(
            person=share.shared_with, key=_key(share), kind="report",
            title=_("%(name)s shows you their feedback report") % {"name": subject.person.name},
            text=_("It is theirs: read it, and let them speak first when you talk about it."), url=f"/reviews/reports/{subject.pk}/", minutes=20,
        )
