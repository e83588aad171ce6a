"""The inbox, and the outbox of mail."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from azimuth.people.models import Person
from azimuth.people.states import Role


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def visible_to(self, viewer: Person) -> NoticeQuerySet:
        """One's own; nobody reads another's inbox."""
        return self.filter(person=viewer)

    def open_for(self, person: Person) -> NoticeQuerySet:
        """What waits for this person: what is due first, then what was told first."""
        return self.filter(person=person, done_on=None).order_by("due_on", "told_on", "id")  # PostgreSQL puts what is not due last

    def under(self, key: str) -> NoticeQuerySet:
        """What was told under this key, or one that goes on from it."""
        return self.filter(Q(key=key) | Q(key__startswith=f"{key}:"))

    def done_by(self, person: Person) -> NoticeQuerySet:
        """What this person has done, the latest first."""
        return self.filter(person=person).exclude(done_on=None).order_by("-done_on", "id")


class Notice(models.Model):
    """Something a person should know or do, shown on their home page until done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=150, help_text="same person and key: told once")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300)
    told_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_told_once")]

    def __str__(self) -> str:
        return self.title


class MailQuerySet(models.QuerySet["Mail"]):
    """Sets of mails."""

    def visible_to(self, viewer: Person) -> MailQuerySet:
        """System administrators see which mails went to whom. Reminders are left out: to whom they still go would tell who has finished."""
        return self.filter(digest_on=None) if viewer.has_role(Role.SYSTEM_ADMIN) else self.none()

    def due(self, at: datetime) -> MailQuerySet:
        """Mails to send now, the oldest first."""
        return self.filter(Q(next_try_at=None) | Q(next_try_at__lte=at), state=Mail.State.WAITING).order_by("queued_at", "id")

    def overdue(self, at: datetime) -> MailQuerySet:
        """Mails that should have left before this moment and have not; what rests over night is not among them.

        Nothing is tried before it was queued: said so, the index leaves out what was queued just now, ten thousand mails after a launch.
        """
        return self.filter(Q(next_try_at=None) | Q(next_try_at__lt=at), state=Mail.State.WAITING, queued_at__lt=at)

    def given_up(self) -> MailQuerySet:
        """Mails that never arrived and could be tried again: words of their own are not kept, and a reminder's day is over."""
        return self.filter(state=Mail.State.FAILED, digest_on=None, subject="")


class Mail(models.Model):
    """One mail in the outbox; written in the transaction of the deed, sent by the worker.

    A mail says that something waits and is put into words when it is sent (composing.py); only mails of the sign-in
    machinery come with a subject and a text of their own.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="mails")
    to = models.CharField(max_length=320)
    things = models.PositiveSmallIntegerField(default=1, help_text="how many things wait")
    url = models.CharField(max_length=300, blank=True, help_text="where the link leads, on this site")
    due_on = models.DateField(null=True, blank=True, help_text="the first day on which one of them is due")
    due_at = models.DateTimeField(null=True, blank=True, help_text="the moment the first of them is due, where it is known")
    digest_on = models.DateField(null=True, blank=True, help_text="the person's day a reminder is for; empty for other mails")
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="of a mail to somebody who is no person here")
    message_id = models.CharField(max_length=320, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_on = models.DateField()
    queued_at = models.DateTimeField(db_default=Now())
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest_on"], condition=Q(digest_on__isnull=False), name="mail_one_digest_a_day")]
        indexes = [models.Index(fields=["queued_at", "id"], condition=Q(state="waiting"), name="mail_waiting")]

    def __str__(self) -> str:
        return self.to

    @property
    def is_digest(self) -> bool:
        """Whether it reminds of what waits; people may say no to these."""
        return self.digest_on is not None

    @property
    def has_own_words(self) -> bool:
        """Whether it belongs to the sign-in machinery: sent at any hour, and its words are not kept."""
        return bool(self.subject)


class MailChoice(models.Model):
    """How somebody wants to be reminded. Without a row: by mail, when it is time."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="mail_choice")
    no_reminders_since = models.DateField(null=True, blank=True, help_text="the day they said no to reminders; what waits stays on the home page")
    snoozed_until = models.DateField(null=True, blank=True, help_text="the day, in their zone, on which they want to be reminded again")
