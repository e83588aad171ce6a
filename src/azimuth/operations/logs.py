"""What is logged, and what never is: plain lines here, JSON in production, neither keys of things nor contents of rows in either."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

KEY = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
LINK = re.compile(r"(/reviews/outside/)[^/\s\"']+")  # a personal link opens a form: it is a key too
ROW = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|QUERY):.*$", re.MULTILINE)  # how the database words what it was given
MASKED = "(key)"


def scrubbed(text: str) -> str:
    """The text without keys of things (who answered whom stands in an address), without personal links, and without what the database quotes of rows."""
    return ROW.sub(r"\1: (left out)", LINK.sub(rf"\1{MASKED}", KEY.sub(MASKED, text)))


class Lines(logging.Formatter):
    """One line each, for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, scrubbed."""
        return scrubbed(super().format(record))


class Json(logging.Formatter):
    """One JSON object each, for machines."""

    def __init__(self) -> None:
        import structlog

        super().__init__()
        self._render = structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info, _scrub,
                structlog.processors.JSONRenderer(),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        """The object, scrubbed."""
        return self._render.format(record)


def _scrub(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: scrubbed(value) if isinstance(value, str) else value for name, value in event.items()}


def settings(level: str, *, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": Json if as_json else Lines}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "loggers": {"procrastinate": {"level": "WARNING"}, "fido2": {"level": "WARNING"}},  # fido2 would name each passkey as it is used
        "root": {"handlers": ["console"], "level": level},
    }
