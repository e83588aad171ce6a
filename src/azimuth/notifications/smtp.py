"""The mail server: where it is (AZIMUTH_SMTP_URL), and one connection to it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from urllib.parse import unquote, urlsplit

TIMEOUT = 20  # seconds
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Unreachable(Exception):
    """The server cannot be spoken to now: nothing is wrong with the mail, try all later."""


class Postponed(Exception):
    """The server does not take this mail now; try it later."""


class Rejected(Exception):
    """The server will never take this mail."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `security` is "tls" from the first byte, "starttls" before anything else, or "none"."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = "starttls"


def server(url: str) -> Server:
    """The server of a URL: smtps:// speaks TLS at once, smtp:// by STARTTLS; only to this machine itself without.

    Raises ValueError with the line to mend.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("AZIMUTH_SMTP_URL reads smtp://user:password@host:587 or smtps://user:password@host:465.")
    if parts.scheme == "smtps":
        security, port = "tls", 465
    else:
        security, port = ("none", 25) if parts.hostname in LOOPBACK else ("starttls", 587)
    return Server(parts.hostname, parts.port or port, unquote(parts.username or ""), unquote(parts.password or ""), security)


class Post:
    """One connection, opened at the first mail and used for those after it."""

    def __init__(self, to: Server) -> None:
        self._server = to
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._hang_up()

    def knock(self) -> smtplib.SMTP:
        """Open the connection unless it is; raises Unreachable with the server's words."""
        try:
            return self._line or self._call()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_words(error)) from error

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over. Raises Unreachable, Postponed or Rejected with the server's words."""
        line = self.knock()
        try:
            line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _refusal(code)(_decode(words)) from error
        except smtplib.SMTPNotSupportedError as error:  # an address with letters this server does not know
            raise Rejected(_words(error)) from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code == 421:  # the server says good-bye
                self._hang_up()
                raise Unreachable(_decode(error.smtp_error)) from error
            raise _refusal(error.smtp_code)(_decode(error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Unreachable(_words(error)) from error

    def _call(self) -> smtplib.SMTP:
        where = self._server
        if where.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(where.host, where.port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            line = smtplib.SMTP(where.host, where.port, timeout=TIMEOUT)
        self._line = line
        try:
            if where.security == "starttls":
                line.starttls(context=ssl.create_default_context())
            if where.user:
                line.login(where.user, where.password)
        except BaseException:
            self._hang_up()
            raise
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            try:
                line.quit()
            except (OSError, smtplib.SMTPException):
                line.close()


def _refusal(code: int) -> type[Postponed | Rejected]:
    return Rejected if 500 <= code < 600 else Postponed


def _decode(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
