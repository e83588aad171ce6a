"""Who may do what to persons, units, grants and accounts. Right person first, right state second."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Policy, Rule
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people.disclosure import Relation
from azimuth.people.models import Grant, PeopleImport, Person, PersonQuerySet, Unit
from azimuth.people.states import Role

HR_ROLES = frozenset({Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR})

NOT_HR = _("Only HR administrators, and HR partners within their units, do this.")
NOT_ONESELF = _("Nobody uses a role on their own record. Ask another HR administrator.")
NOT_HR_ADMIN = _("Only HR administrators do this.")


def _holding(role: Role, on: date) -> PersonQuerySet:
    """Who holds a role on a day, and can use it."""
    held = Grant.objects.in_force(on).filter(role=role, person__account__is_active=True)
    return Person.objects.present(on).filter(pk__in=held.values("person"))


def hr_admins(_thing: object, on: date) -> PersonQuerySet:
    """Who administers HR."""
    return _holding(Role.HR_ADMIN, on)


def system_admins(_thing: object, on: date) -> PersonQuerySet:
    """Who runs the installation."""
    return _holding(Role.SYSTEM_ADMIN, on)


def auditors(_thing: object, on: date) -> PersonQuerySet:
    """Who audits."""
    return _holding(Role.AUDITOR, on)


def partners_of(unit: Unit | None, on: date) -> PersonQuerySet:
    """Who is HR partner of a unit, by a grant for it or one above it."""
    above = [unit.path[: place + 1] for place, sign in enumerate(unit.path) if sign == "/"] if unit else []
    held = Grant.objects.in_force(on).filter(role=Role.HR_PARTNER, unit__path__in=above, person__account__is_active=True)
    return Person.objects.present(on).filter(pk__in=held.values("person"))


READ_RECORD: Policy[Person] = Policy(
    Rule("self", _("it is their own record"), lambda viewer, person: viewer.pk == person.pk, lambda person, on: [person]),
    Rule("hr_admin", _("administers HR"), lambda viewer, _person: viewer.has_role(Role.HR_ADMIN), hr_admins),
    Rule(
        "hr_partner", _("is HR partner of their unit"),
        lambda viewer, person: person.unit is not None and viewer.has_role(Role.HR_PARTNER, person.unit),
        lambda person, on: partners_of(person.unit, on),
    ),
    otherwise=_("Grade, dates, number and attributes are for the person and their HR; the rest of the page is open to everybody inside."),
)


def looks_after(viewer: Person, person: Person) -> bool:
    """Whether the viewer is HR of this person: an HR administrator, or the HR partner of the person's unit."""
    if viewer.has_role(Role.HR_ADMIN):
        return True
    return person.unit is not None and viewer.has_role(Role.HR_PARTNER, person.unit)


def relation(viewer: Person, person: Person) -> Relation:
    """What the viewer is to this person, for disclosure."""
    if viewer.pk == person.pk:
        return Relation.SELF
    return Relation.HR if READ_RECORD(viewer, person) else Relation.COLLEAGUE


def can_edit(viewer: Person, person: Person) -> Verdict:
    """May the viewer change this person's record, lead, unit or end date?"""
    if not looks_after(viewer, person):
        return deny(NOT_HR)
    return deny(NOT_ONESELF) if viewer.pk == person.pk else ALLOW


def can_add(viewer: Person, unit: Unit | None = None) -> Verdict:
    """May the viewer add a person (to this unit)? An HR partner only within their units; without a unit: whether at all."""
    if viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.HR_PARTNER, unit):
        return ALLOW
    return deny(NOT_HR)


def can_place(viewer: Person, unit: Unit | None) -> Verdict:
    """May the viewer put somebody into this unit? A partner cannot send people out of their own sight."""
    if viewer.has_role(Role.HR_ADMIN) or (unit is not None and viewer.has_role(Role.HR_PARTNER, unit)):
        return ALLOW
    return deny(_("You may place people only into the units you are HR partner of."))


def can_change_address(viewer: Person, roles_held: Collection[str]) -> Verdict:
    """May the viewer change the address of somebody who holds these roles? Whoever changes an address could sign in by it."""
    if all(_gives(viewer, Role(role)) for role in roles_held):
        return ALLOW
    return deny(_("This person holds a role you do not give, and an address opens an account. Ask somebody who gives that role."))


def can_keep_preferences(viewer: Person, person: Person) -> Verdict:
    """May the viewer choose this person's language and time zone?"""
    return ALLOW if viewer.pk == person.pk else deny(_("Everybody chooses their own language and time zone."))


def can_arrange_units(viewer: Person) -> Verdict:
    """May the viewer create, rename, move, merge and close units?"""
    return ALLOW if viewer.has_role(Role.HR_ADMIN) else deny(NOT_HR_ADMIN)


def can_declare_attributes(viewer: Person) -> Verdict:
    """May the viewer declare custom attributes?"""
    return ALLOW if viewer.has_role(Role.HR_ADMIN) else deny(NOT_HR_ADMIN)


def can_see_grants(viewer: Person) -> Verdict:
    """May the viewer read who holds which role?"""
    roles = (Role.HR_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)
    return ALLOW if any(viewer.has_role(role) for role in roles) else deny(_("Only administrators and auditors see the grants."))


def can_give(viewer: Person, role: Role, person: Person | None = None, *, is_held: bool = True) -> Verdict:
    """May the viewer give this role (to this person)?

    HR administrators give the HR roles, system administrators their own; so neither can make themselves the other. Only while
    nobody at all holds HR or system administration (`is_held` false) may the other kind of administrator give it, so that
    an organisation cannot lock itself out.
    """
    if person is not None and viewer.pk == person.pk:
        return deny(_("Nobody gives a role to themselves. Ask another administrator."))
    if _gives(viewer, role):
        return ALLOW
    if not is_held and role in {Role.HR_ADMIN, Role.SYSTEM_ADMIN} and (viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.SYSTEM_ADMIN)):
        return ALLOW
    if role == Role.SYSTEM_ADMIN:
        return deny(_("Only a system administrator gives this role."))
    return deny(_("Only an HR administrator gives this role."))


def can_withdraw(viewer: Person, grant: Grant, *, is_last: bool = False) -> Verdict:
    """May the viewer end this grant? Those who give the role may, and everybody may lay down their own; the last administrator stays."""
    if viewer.pk != grant.person_id and not _gives(viewer, Role(grant.role)):
        return deny(_("You do not give this role, so you cannot end it either."))
    if is_last:
        return deny(_("This is the last administrator of this kind. Give the role to somebody else first."))
    return ALLOW


def can_invite(viewer: Person, person: Person | None = None) -> Verdict:
    """May the viewer give this person an account? HR for the people they look after, system administrators for all."""
    if viewer.has_role(Role.SYSTEM_ADMIN) or (viewer.has_role(Role.HR_ADMIN) if person is None else looks_after(viewer, person)):
        return ALLOW
    return deny(_("Only administrators, and HR partners within their units, give out accounts."))


def can_block(viewer: Person, person: Person) -> Verdict:
    """May the viewer stop this person from signing in, or let them in again?"""
    if not (viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.SYSTEM_ADMIN)):
        return deny(_("Only administrators do this."))
    return deny(_("Nobody locks themselves out. Ask another administrator.")) if viewer.pk == person.pk else ALLOW


def can_reset_factors(viewer: Person, person: Person) -> Verdict:
    """May the viewer take this person's lost second factors away? Whoever may stop them from signing in; never their own."""
    return can_block(viewer, person)


def can_sign_out(viewer: Person, person: Person) -> Verdict:
    """May the viewer end this person's sessions? Everybody their own; administrators block instead."""
    return ALLOW if viewer.pk == person.pk else deny(_("Everybody ends their own sessions."))


def can_export(viewer: Person) -> Verdict:
    """May the viewer take the directory away as a file?"""
    return ALLOW if viewer.has_role(Role.HR_ADMIN) else deny(NOT_HR_ADMIN)


def _gives(viewer: Person, role: Role) -> bool:
    return viewer.has_role(Role.HR_ADMIN) if role in HR_ROLES else viewer.has_role(Role.SYSTEM_ADMIN)


def can_import(viewer: Person) -> Verdict:
    """May the viewer import people from files?"""
    return ALLOW if viewer.has_role(Role.HR_ADMIN) else deny(NOT_HR_ADMIN)


def can_apply(viewer: Person, imported: PeopleImport, *, set_aside: bool = False) -> Verdict:
    """May the viewer apply this import as it was checked? Faulty rows keep it back unless they are to be set aside."""
    if not viewer.has_role(Role.HR_ADMIN):
        return deny(NOT_HR_ADMIN)
    found = imported.summary
    if found.get("blocking"):
        return deny(_("Something stands in the way of the whole file. It is named above."))
    if found.get("set_aside") and not set_aside:
        return deny(_("Some rows have faults. Set them aside, or mend the file and upload it again."))
    return deny(_("This file changes nothing.")) if found.get("does_nothing") else ALLOW
