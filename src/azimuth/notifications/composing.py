"""Puts a mail into words, in the language and zone of the person: that something waits, by when, and a link. Never content."""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language_info, ngettext, override

from azimuth.kit import days
from azimuth.notifications.links import reminders_url
from azimuth.notifications.models import Mail
from azimuth.notifications.quiet import zone_of

WIRE = policy.SMTP.clone(cte_type="7bit")  # every server takes it
BOUNDARY = "=_azimuth"  # quoted-printable text cannot hold it
NAME, CHOICES = "\ue000", "\ue001"  # signs no template writes: what differs from person to person takes their place


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail: subject, plain part and HTML part."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Said:
    """All that the words of a mail depend on, but the person's name and link: thousands of reminders share one."""

    language: str
    kind: str
    site: str
    link: str
    things: int
    by: str
    minutes: int | None
    has_name: bool
    subject: str
    text: str


def compose(mail: Mail) -> Letter:
    """The words of a mail. Reads the person of the mail, so fetch it along."""
    language = _language(mail)
    with override(language):
        said = _said(mail, language)
        letter = _render(said) if mail.has_own_words else _frequent(said)
    name, choices = _personal(mail)
    safe = escape(name)
    return Letter(
        letter.subject, letter.text.replace(NAME, name).replace(CHOICES, choices), letter.html.replace(NAME, safe).replace(CHOICES, choices),
    )


def inside(mail: Mail) -> str:
    """The inside of the HTML part, for a page that shows the mail."""
    language = _language(mail)
    with override(language):
        return _body(_said(mail, language), *_personal(mail))


def _language(mail: Mail) -> str:
    language = mail.person.language if mail.person else mail.language
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _said(mail: Mail, language: str) -> _Said:
    return _Said(
        language=language, kind="own" if mail.has_own_words else "digest" if mail.is_digest else "waiting", site=settings.PUBLIC_URL,
        link=settings.PUBLIC_URL.rstrip("/") + (mail.url or "/"), things=mail.things, by=_by(mail), minutes=mail.minutes,
        has_name=mail.person is not None, subject=mail.subject, text=mail.text,
    )


def _personal(mail: Mail) -> tuple[str, str]:
    """What differs from person to person: the name, and the link to their choices."""
    if mail.person is None:
        return "", ""
    return mail.person.name, reminders_url(mail.person.pk) if mail.is_digest else ""


def _by(mail: Mail) -> str:
    """Until when, in words: a day, or a moment in the person's zone, which is named."""
    if mail.due_at is None:
        return days.in_full(mail.due_on) if mail.due_on else ""
    return days.deadline(mail.due_at, zone_of(mail.person.time_zone if mail.person else ""))


def _render(said: _Said) -> Letter:
    subject = said.subject or ngettext("Something waits for you", "%(things)s things wait for you", said.things) % {"things": said.things}
    context = {"said": said, "name": NAME, "choices": CHOICES, "site": said.site}
    frame = {"said": said, "subject": subject, "is_bidi": get_language_info(said.language)["bidi"], "body": _body(said, NAME, CHOICES)}
    return Letter(
        subject, render_to_string(f"notifications/mail/{said.kind}.txt", context).strip() + "\n", render_to_string("notifications/mail/frame.html", frame),
    )


_frequent = lru_cache(maxsize=1024)(_render)


def _body(said: _Said, name: str, choices: str) -> str:
    return render_to_string(f"notifications/mail/_{said.kind}.html", {"said": said, "name": name, "choices": choices, "site": said.site})


def envelope(mail: Mail, *, at: datetime) -> EmailMessage:
    """The mail as it goes over the wire. Raises ValueError for names, addresses or subjects that would break its head."""
    letter = compose(mail)
    message = EmailMessage(policy=WIRE)
    message["From"] = _sender(settings.MAIL_FROM)
    message["To"] = Address(mail.person.name if mail.person else "", addr_spec=mail.to)
    message["Subject"] = _subject(letter.subject)
    lines = {"Date": format_datetime(at), "Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if mail.is_digest and mail.person:  # RFC 8058: the mail program's own button
        lines |= {"List-Unsubscribe": f"<{reminders_url(mail.person.pk)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    lines |= {"MIME-Version": "1.0", "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"'}
    _write(message, lines)
    message.set_payload([_part("plain", letter.text), _part("html", letter.html)])
    return message


class _Line(str):
    """A line of the head that is written as it stands; a class because the library asks for `name` and `fold`.

    The library would read each of them first, which takes longer than everything else about a reminder.
    """

    name: str

    def fold(self, *, policy: Policy) -> str:
        """The whole line."""
        return f"{self.name}: {self}{policy.linesep}"


def _write(message: EmailMessage, lines: Mapping[str, str]) -> None:
    """Put lines of plain signs into the head. Raises ValueError for one that would break it."""
    for name, value in lines.items():
        if not value.isascii() or not value.isprintable():
            raise ValueError(f"{name} cannot be written into the head of a mail.")
        line = _Line(value)
        line.name = name
        message[name] = line


def _part(kind: str, text: str) -> EmailMessage:
    """The plain or the HTML part."""
    part = EmailMessage(policy=WIRE)
    _write(part, {"Content-Type": f'text/{kind}; charset="utf-8"', "Content-Transfer-Encoding": "quoted-printable"})
    part.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part


@lru_cache(maxsize=8)
def _sender(words: str) -> BaseHeader:
    name, address = parseaddr(words)
    return WIRE.header_factory("From", Address(name, addr_spec=address))


@lru_cache(maxsize=256)
def _subject(words: str) -> BaseHeader:
    """A subject thousands of mails may share."""
    if "\r" in words or "\n" in words:
        raise ValueError("A subject has one line.")
    return WIRE.header_factory("Subject", words)
