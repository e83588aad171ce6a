"""What stops a command: said in one sentence, without a traceback."""

from __future__ import annotations


class Trouble(Exception):
    """The command cannot do its work; the message says why and how to mend it."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
