"""May this person do it, now? A Verdict answers, with a sentence when the answer is no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Denied(Exception):
    """Somebody tried what a policy does not allow; the message is for the person."""

    for_people: ClassVar[bool] = True


class Refused(Exception):
    """The right person tried what cannot be done as things stand; the message is for the person."""

    for_people: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy, or carries the reason why not."""

    allowed: bool
    reason: str | _StrPromise = ""

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self) -> None:
        """Raise Denied with the reason unless allowed."""
        if not self.allowed:
            raise Denied(str(self.reason))


ALLOW = Verdict(allowed=True)


def deny(reason: str | _StrPromise) -> Verdict:
    """A refusal with the sentence the person will read."""
    return Verdict(allowed=False, reason=reason)
