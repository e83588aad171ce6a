"""A policy one can read: rules that let people in and gates that keep everybody out, in order. What decides is what explains.

    READ_REPORT = Policy(
        Rule("coach", _("is their coach, who reads it first"), holds=lambda viewer, subject: ..., people=lambda subject, on: ...),
        Gate("released", _("This report is not released."), is_open=lambda subject: subject.released_on is not None),
        Rule("subject", _("it is about them"), ...),
        otherwise=_("This report is for others."),
    )

A policy answers `policy(viewer, thing)` with a Verdict, `policy.trace(viewer, thing)` with the way to it, and
`policy.audience(thing, on=)` with everybody it lets in, by rule. A house test holds `people` to `holds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from azimuth.access.verdict import ALLOW, Verdict, deny

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Thing]):
    """Lets in whom it holds for. `says` goes on from a name: "Ada: it is about them". `people` names them all, on a day."""

    code: str
    says: str | _StrPromise
    holds: Callable[[Any, Thing], bool]
    people: Callable[[Thing, date], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Gate(Generic[Thing]):
    """Keeps everybody out who is not in yet, unless it is open; `says` why, as a sentence."""

    code: str
    says: str | _StrPromise
    is_open: Callable[[Thing], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to a verdict: passed on, let in, or kept out."""

    code: str
    says: str | _StrPromise
    outcome: str  # "in", "out", "on"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom one rule lets in."""

    code: str
    says: str | _StrPromise
    people: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """Everybody a policy lets in: audiences by rule, and the sentence of the gate that keeps later ones out, if one is shut."""

    audiences: Sequence[Audience]
    shut: str | _StrPromise = ""


class Policy(Generic[Thing]):
    """Rules and gates in the order they are asked; whoever passes them all is refused with `otherwise`."""

    def __init__(self, *steps: Rule[Thing] | Gate[Thing], otherwise: str | _StrPromise) -> None:
        self.steps, self.otherwise = steps, otherwise

    def __call__(self, viewer: Any, thing: Thing) -> Verdict:
        """May this viewer see or do it?"""
        for step in self.steps:
            if isinstance(step, Gate):
                if not step.is_open(thing):
                    return deny(step.says)
            elif step.holds(viewer, thing):
                return ALLOW
        return deny(self.otherwise)

    def trace(self, viewer: Any, thing: Thing) -> list[Step]:
        """Every step asked, the last one with the outcome."""
        passed: list[Step] = []
        for step in self.steps:
            if isinstance(step, Gate):
                if not step.is_open(thing):
                    return [*passed, Step(step.code, step.says, "out")]
            elif step.holds(viewer, thing):
                return [*passed, Step(step.code, step.says, "in")]
            else:
                passed.append(Step(step.code, step.says, "on"))
        return [*passed, Step("otherwise", self.otherwise, "out")]

    def audience(self, thing: Thing, *, on: date) -> Seen:
        """Who is let in, by rule, each person under the first rule that holds."""
        audiences: list[Audience] = []
        named: set[Any] = set()
        for step in self.steps:
            if isinstance(step, Gate):
                if not step.is_open(thing):
                    return Seen(audiences, step.says)
                continue
            people = [person for person in step.people(thing, on) if person.pk not in named]
            named |= {person.pk for person in people}
            if people:
                audiences.append(Audience(step.code, step.says, people))
        return Seen(audiences)
