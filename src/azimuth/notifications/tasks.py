"""Mail leaves here."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from azimuth.jobs.tasks import Progress, every, task
from azimuth.notifications import actions, sending, smtp

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
DIGESTS_KEPT = timedelta(days=3)


@every("* * * * *")
@task(actions.SEND)
def send(progress: Progress) -> None:
    """Send all mails that are due; without a mail server they wait, and in the demo they stay in its mailbox."""
    if not settings.SMTP_URL or settings.DEMO:
        return
    with smtp.Post(smtp.server(settings.SMTP_URL)) as post, sending.without_waiting_for_the_disk():
        try:
            while sending.send_batch(post, at=timezone.now(), step=progress.advance):
                pass
        except smtp.Unreachable as error:
            logger.warning("The mail server cannot be reached, mails wait: %s", error)


@every("41 3 * * *")
@task("notifications.forget_old")
def forget_old(progress: Progress) -> None:
    """Forget mails sent or given up long ago."""
    now = timezone.now()
    actions.forget_old(before=now - KEPT, digests_before=(now - DIGESTS_KEPT).date())
