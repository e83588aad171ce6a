"""Who holds which role, and which roles somebody gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from azimuth.access.verdict import Verdict
from azimuth.people import policies
from azimuth.people.models import Grant, Person
from azimuth.people.states import Role

ADMINISTRATORS = (Role.HR_ADMIN, Role.SYSTEM_ADMIN)


@dataclass(frozen=True)
class Holding:
    """A grant as a page lists it."""

    grant: Grant
    state: str  # "now", "to come", "past"
    may_withdraw: Verdict


def holders(viewer: Person, *, on: date, with_past: bool = False) -> Sequence[Holding]:
    """All grants by role and name, those that ended on demand. One query, and one for each kind of administrator."""
    rows = Grant.objects.visible_to(viewer).select_related("person", "unit", "granted_by").order_by("role", "person__search_text", "starts_on")
    if not with_past:
        rows = rows.exclude(ends_on__lte=on)
    last = {holders[0] for holders in (_holders_of(role, on) for role in ADMINISTRATORS) if len(holders) == 1}
    return [Holding(grant, _state(grant, on), policies.can_withdraw(viewer, grant, is_last=grant.pk in last)) for grant in rows]


def roles_to_give(viewer: Person, *, on: date) -> list[Role]:
    """The roles this viewer may give somebody."""
    held = {role: bool(_holders_of(role, on)) for role in ADMINISTRATORS}
    return [role for role in Role if policies.can_give(viewer, role, is_held=held.get(role, True))]


def is_held(role: Role, *, on: date, besides: Grant | None = None) -> bool:
    """Whether somebody who works here and can sign in holds this role (by another grant than `besides`)."""
    return any(pk != (besides.pk if besides else None) for pk in _holders_of(role, on))


def _holders_of(role: Role, on: date) -> list[object]:
    """Keys of the first two grants in force of a role, held by people who can sign in."""
    held = Grant.objects.in_force(on).filter(role=role, person__account__is_active=True, person__in=Person.objects.present(on))
    return list(held.values_list("pk", flat=True)[:2])


def _state(grant: Grant, on: date) -> str:
    if grant.ends_on and grant.ends_on <= on:
        return "past"
    return "to come" if grant.starts_on > on else "now"
