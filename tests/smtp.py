"""A real SMTP server inside the test process."""

from __future__ import annotations

import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Callable[[str], str]


def accept(address: str) -> str:
    """Takes every recipient."""
    return "250 OK"


class Office:
    """Keeps the mails it was given; `answer` decides about each recipient, `on_mail` hears of each mail before it is taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.sessions = 0
        self.answer: Answer = accept
        self.reply = "250 OK"
        self.url = ""

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        said = self.answer(address)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.reply.startswith("250"):
            content: Any = envelope.content
            mail = message_from_bytes(content, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.reply


@contextmanager
def office(**options: Any) -> Iterator[Office]:
    """A server on a free port of this machine; options go to aiosmtpd."""
    keeper = Office()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(keeper, hostname="127.0.0.1", port=port, **options)
    controller.start()
    keeper.url = f"smtp://127.0.0.1:{port}"
    try:
        yield keeper
    finally:
        controller.stop()
