"""The cast: Ada works; Bo leads her; Cleo sits beside her; Dan leads elsewhere; Eve is HR partner of Ada's unit;
Finn runs the installation; Gus has left; Hana is a client outside the company. Iris administers HR; Jon audits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from azimuth.kit.search import plain
from azimuth.people.models import Account, Grant, Person, ReportingLine, Unit
from azimuth.people.states import Role

LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True)
class Cast:
    """Everybody a test needs, in two units under one company."""

    ada: Person
    bo: Person
    cleo: Person
    dan: Person
    eve: Person
    finn: Person
    gus: Person
    iris: Person
    jon: Person
    company: Unit
    workshop: Unit
    harbour: Unit


def unit(name: str, parent: Unit | None = None) -> Unit:
    """A unit with its path in order."""
    new = Unit(name=name, parent=parent)
    new.path = (parent.path if parent else "") + new.step
    new.save()
    return new


def person(name: str, in_unit: Unit, title: str, lead: Person | None = None, **more: object) -> Person:
    """A person with an account, a lead and an address made of the first name."""
    first = plain(name).split()[0]
    new = Person.objects.create(
        name=name, employee_id=first, email=f"{first}@example.org", unit=in_unit, job_title=title,
        started_on=LONG_AGO, search_text=plain(f"{name} {title} {in_unit.name}"), **more,
    )
    Account.objects.create_user(new.email, person=new)
    if lead:
        ReportingLine.objects.create(person=new, lead=lead, starts_on=LONG_AGO)
    return new


def assemble() -> Cast:
    """Put the cast on stage."""
    company = unit("Meridian")
    workshop, harbour = unit("Workshop", company), unit("Harbour", company)
    iris = person("Iris Okafor", company, "Head of People")
    bo = person("Bo Lindqvist", workshop, "Workshop Lead", iris)
    dan = person("Dan Moreau", harbour, "Harbour Lead", iris)
    stage = Cast(
        ada=person("Ada Novak", workshop, "Instrument Maker", bo),
        bo=bo,
        cleo=person("Cleo Brandt", workshop, "Instrument Maker", bo),
        dan=dan,
        eve=person("Eve Castellano", company, "HR Partner", iris),
        finn=person("Finn Aaltonen", company, "Systems Engineer", iris),
        gus=person("Gus Petrov", workshop, "Instrument Maker", bo, ended_on=date(2024, 6, 1)),
        iris=iris,
        jon=person("Jon Abara", company, "Internal Auditor", iris),
        company=company, workshop=workshop, harbour=harbour,
    )
    for who, role, scope in (
        (stage.eve, Role.HR_PARTNER, workshop), (stage.finn, Role.SYSTEM_ADMIN, None),
        (stage.iris, Role.HR_ADMIN, None), (stage.jon, Role.AUDITOR, None),
    ):
        Grant.objects.create(person=who, role=role, unit=scope, starts_on=LONG_AGO)
    return stage
