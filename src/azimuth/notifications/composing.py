"""Puts a mail into words, in the language of the person: that something waits, for whom, by when, and a link. Never content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language_info, ngettext, override

from azimuth.notifications.models import Mail


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail: subject, plain part, the inside of the HTML part and the HTML part."""

    subject: str
    text: str
    body: str
    html: str


def compose(mail: Mail) -> Letter:
    """The words of a mail. Reads the person of the mail, so fetch it along."""
    language = mail.person.language if mail.person else mail.language
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(language):
        subject = mail.subject or ngettext("Something waits for you", "%(things)s things wait for you", mail.things) % {"things": mail.things}
        context = {
            "mail": mail, "name": mail.person.name if mail.person else "", "subject": subject, "site": settings.PUBLIC_URL,
            "link": settings.PUBLIC_URL.rstrip("/") + (mail.url or "/"), "is_bidi": get_language_info(language)["bidi"], "language": language,
        }
        kind = "own" if mail.text else "waiting"
        body = render_to_string(f"notifications/mail/_{kind}.html", context)
        return Letter(
            subject=subject,
            text=render_to_string(f"notifications/mail/{kind}.txt", context).strip() + "\n",
            body=body,
            html=render_to_string("notifications/mail/frame.html", {**context, "body": body}),
        )


def envelope(mail: Mail, *, at: datetime) -> EmailMessage:
    """The mail as it goes over the wire. Raises ValueError for names, addresses or subjects that would break its head."""
    letter = compose(mail)
    message = EmailMessage()
    sender_name, sender = parseaddr(settings.MAIL_FROM)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(mail.person.name if mail.person else "", addr_spec=mail.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


