"""Personal links of raters from outside: made, mailed, sent again, revoked. Of a link the database keeps only its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.kit import days
from azimuth.notifications import actions as notifications
from azimuth.people.models import Person, Unit
from azimuth.reviews import policies, queries
from azimuth.reviews.actions.telling import hr_of
from azimuth.reviews.models import Assignment, ExternalRater, RaterLink, ReviewCycle

A_DAY = 3  # links sent to one rater by hand in a day


@transaction.atomic
def send_links(outside: Iterable[ExternalRater], *, at: datetime, again: bool = False) -> int:
    """Mail each of these raters a fresh link to all forms that wait for them; links sent before stay good. Set-based, all or nothing.

    A link is made for everybody, a mail written only where a form waits: what is stored looks the same for whoever has answered.
    Returns how many raters there were.
    """
    raters = list(outside)
    if not raters:
        return 0
    tokens = {rater.pk: secrets.token_urlsafe(32) for rater in raters}
    links = [RaterLink(external=rater, token_hash=hash_of(tokens[rater.pk]), made_on=at.date()) for rater in raters]
    RaterLink.objects.bulk_create(links, batch_size=2000)
    waiting = _waiting(raters, at)
    organisation = _organisation()
    notifications.queue_all(
        [_mail(rater, tokens[rater.pk], waiting[rater.pk], organisation=organisation, again=again) for rater in raters if rater.pk in waiting], on=at.date()
    )
    return len(raters)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def send_link_again(outside: ExternalRater, *, by: Person, at: datetime) -> None:
    """Mail a rater a fresh link because HR asks for it; a few times a day at most. The same happens, and is said, whether they have answered or not."""
    outside = _locked(outside)
    policies.can_send_links(by, outside.cycle).enforce()
    if outside.links.filter(made_on=at.date()).count() >= A_DAY:
        raise Refused(_("Three links went to %(name)s today. Try again tomorrow.") % {"name": outside.name})
    send_links([outside], at=at, again=True)
    audit.record("reviews.send_link", outside.cycle, by=by, at=at)


@transaction.atomic
def revoke_links(outside: ExternalRater, *, by: Person, at: datetime) -> None:
    """Make every link of a rater dead, as when a mail went astray; a fresh one can be sent after that."""
    outside = _locked(outside)
    policies.can_send_links(by, outside.cycle).enforce()
    if outside.links.filter(revoked_on=None).update(revoked_on=at.date()):
        audit.record("reviews.revoke_links", outside.cycle, by=by, at=at)


def _locked(outside: ExternalRater) -> ExternalRater:
    return ExternalRater.objects.select_for_update(of=("self",), no_key=True).select_related("cycle__scope", "cycle__created_by").get(pk=outside.pk)


def _waiting(raters: Sequence[ExternalRater], at: datetime) -> dict[UUID, list[Assignment]]:
    rows = Assignment.objects.filter(external__in=raters).answerable(at).unsubmitted()
    found: dict[UUID, list[Assignment]] = defaultdict(list)
    for row in rows.select_related("subject__person", "subject__cycle__created_by").order_by("subject__person__name", "pk"):
        found[row.asked_key].append(row)
    return found


def _organisation() -> str:
    """The name of the company, where the tree of units has one root."""
    roots = list(Unit.objects.open().filter(parent=None)[:2])
    return roots[0].name if len(roots) == 1 else ""


def _mail(rater: ExternalRater, token: str, forms: Sequence[Assignment], *, organisation: str, again: bool) -> notifications.OwnMail:
    cycle = forms[0].subject.cycle
    language = rater.language if rater.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        names = [form.subject.person.name for form in forms]
        context = {
            "name": rater.name, "organisation": organisation, "subjects": names, "contact": hr_of(cycle), "again": again, "until": _until(forms, cycle),
            "minutes": sum(queries.minutes(cycle).get(form.group, 0) for form in forms), "purpose": cycle.get_purpose_display(),
            "link": settings.PUBLIC_URL.rstrip("/") + reverse("reviews:outside", args=[token]),
        }
        about = names[0] if len(names) == 1 else ngettext("%(n)d person", "%(n)d people", len(names)) % {"n": len(names)}
        subject = _("Your view of %(name)s is asked for") % {"name": about}
        text = render_to_string("reviews/mail/outside.txt", context).strip() + "\n"
    return notifications.OwnMail(to=rater.email, subject=subject, text=text, language=language)


def _until(forms: Sequence[Assignment], cycle: ReviewCycle) -> str:
    """The last moment forms are taken, in words."""
    moment = max(form.closes_at for form in forms if form.closes_at)
    return days.deadline(moment, ZoneInfo(cycle.time_zone))
