"""What a column can mean: the fields of a person, the words headers use for them, and how long they may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from azimuth.kit.search import plain

Words = str | Promise
ATTRIBUTE = "attribute."  # prefix of the fields of custom attributes


class Field(StrEnum):
    """A fact of a person a column can hold."""

    EMPLOYEE_ID = "employee_id"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    JOB_TITLE = "job_title"
    GRADE = "grade"
    LOCATION = "location"
    UNIT = "unit"
    LEAD = "lead"
    DOTTED_LEAD = "dotted_lead"
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"
    STARTED_ON = "started_on"
    ENDED_ON = "ended_on"


LABELS: dict[str, Words] = {
    Field.EMPLOYEE_ID: _("Employee number"),
    Field.NAME: _("Name"),
    Field.FIRST_NAME: _("First name"),
    Field.LAST_NAME: _("Last name"),
    Field.EMAIL: _("E-mail"),
    Field.JOB_TITLE: _("Job title"),
    Field.GRADE: _("Grade"),
    Field.LOCATION: _("Location"),
    Field.UNIT: _("Unit"),
    Field.LEAD: _("Reports to"),
    Field.DOTTED_LEAD: _("Also works for"),
    Field.LANGUAGE: _("Language"),
    Field.TIME_ZONE: _("Time zone"),
    Field.STARTED_ON: _("Started on"),
    Field.ENDED_ON: _("Left on"),
}

HINTS: dict[str, Words] = {
    Field.EMPLOYEE_ID: _("the key of your HR system: people are recognised by it, or else by their e-mail"),
    Field.UNIT: _("several columns make a path, from the whole down to the team"),
    Field.LEAD: _("the lead's employee number, e-mail or name"),
    Field.DOTTED_LEAD: _("numbers, e-mails or names, separated by semicolons"),
    Field.ENDED_ON: _("the first day on which the person no longer works here"),
}

LONGEST = {
    Field.EMPLOYEE_ID: 100, Field.NAME: 200, Field.EMAIL: 254, Field.JOB_TITLE: 200, Field.GRADE: 60,
    Field.LOCATION: 120, Field.UNIT: 200,
}
LONGEST_ATTRIBUTE = 200

MANY = frozenset({Field.UNIT, Field.DOTTED_LEAD})  # fields that may take several columns
TEXTS = frozenset({Field.JOB_TITLE, Field.GRADE, Field.LOCATION})  # an empty cell empties them
KEPT_WHEN_EMPTY = frozenset({Field.EMPLOYEE_ID, Field.EMAIL, Field.LANGUAGE, Field.TIME_ZONE, Field.STARTED_ON})

# Headers as people write them, already in `plain` form: English, German, French, Spanish, Italian, Dutch, Portuguese; and those of our own exports.
SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.EMPLOYEE_ID: (
        "employee id", "employee number", "employee no", "employee nr", "employee code", "emp id", "emp no", "id", "staff id", "staff number",
        "person id", "personnel number", "payroll number", "payroll id", "worker id", "user id", "post unique reference", "hris id",
        "personalnummer", "personal nr", "personalnr", "pers nr", "persnr", "mitarbeiternummer", "mitarbeiter nr", "mitarbeiternr",
        "mitarbeiter id", "matricule", "numero employe", "numero d employe", "id employe", "identifiant", "no employe",
        "numero de empleado", "id empleado", "matricola", "id dipendente", "personeelsnummer", "medewerkernummer", "numero do funcionario",
    ),
    Field.NAME: (
        "name", "full name", "employee name", "display name", "person", "employee", "preferred name", "vollstandiger name",
        "mitarbeiter", "mitarbeitername", "nom complet", "nom et prenom", "nom prenom", "prenom et nom", "collaborateur", "nombre completo",
        "nome completo", "naam", "nome e cognome", "الاسم",
    ),
    Field.FIRST_NAME: ("first name", "firstname", "given name", "forename", "vorname", "prenom", "nombre", "nome", "voornaam"),
    Field.LAST_NAME: (
        "last name", "lastname", "surname", "family name", "nachname", "familienname", "nom", "nom de famille", "apellido", "apellidos",
        "cognome", "achternaam", "sobrenome",
    ),
    Field.EMAIL: (
        "email", "e mail", "mail", "work e mail", "geschaftliche e mail adresse", "email address", "e mail address", "mail address", "work email", "business email", "emailadresse",
        "e mail adresse", "mailadresse", "courriel", "adresse mail", "adresse e mail", "adresse email", "adresse electronique",
        "correo", "correo electronico", "posta elettronica", "e mailadres", "بريد العمل الالكتروني",
    ),
    Field.JOB_TITLE: (
        "job title", "title", "job", "position", "position title", "role", "job role", "business title", "stelle", "stellenbezeichnung",
        "berufsbezeichnung", "funktion", "tatigkeit", "poste", "intitule du poste", "intitule de poste", "fonction", "emploi", "puesto",
        "cargo", "qualifica", "mansione", "ruolo", "functie",
    ),
    Field.GRADE: (
        "grade", "job grade", "pay grade", "level", "job level", "band", "pay band", "salary band", "stufe", "tarifstufe", "entgeltgruppe",
        "besoldungsgruppe", "gehaltsgruppe", "niveau", "echelon", "classe", "categorie", "nivel", "livello", "schaal", "الدرجة الوظيفية",
    ),
    Field.LOCATION: (
        "location", "office", "site", "work location", "workplace", "city", "place", "standort", "arbeitsort", "ort", "buro", "lieu",
        "lieu de travail", "bureau", "ville", "ubicacion", "sede", "locatie", "localizacao", "الموقع",
    ),
    Field.UNIT: (
        "unit", "org unit", "organisational unit", "organizational unit", "organisation", "organization", "company", "department", "dept",
        "division", "team", "group", "business unit", "directorate", "section", "area", "function", "cost center name", "unit path",
        "einheit", "abteilung", "bereich", "organisationseinheit", "org einheit", "gruppe", "referat", "firma", "gesellschaft", "unternehmen",
        "geschaftsbereich", "unite", "service", "departement", "direction", "equipe", "societe", "entreprise", "pole", "entite",
        "departamento", "empresa", "dipartimento", "reparto", "afdeling", "الوحدة",
    ),
    Field.LEAD: (
        "reports to", "lead s employee number", "lead s e mail", "e mail fuhrungskraft", "manager", "manager id", "manager email", "manager name", "line manager", "line manager id", "line manager email",
        "supervisor", "supervisor id", "supervisor email", "lead", "team lead", "boss", "reporting senior post", "reporting to", "manager number",
        "manager employee id", "manager employee number", "reports to id", "reports to email", "direct manager", "vorgesetzter", "vorgesetzte",
        "vorgesetzte r", "vorgesetzten nr", "vorgesetztennummer", "fuhrungskraft", "personalnummer vorgesetzter", "personalnummer fuhrungskraft",
        "berichtet an", "leitung", "responsable", "manager matricule", "matricule manager", "matricule responsable", "superieur",
        "superieur hierarchique", "n 1", "rattache a", "jefe", "superior", "leidinggevende", "gestor", "capo",
    ),
    Field.DOTTED_LEAD: (
        "dotted line", "dotted lead", "dotted line manager", "matrix manager", "functional manager", "functional lead", "secondary manager",
        "second manager", "also reports to", "also works for", "fachliche fuhrungskraft", "fachlicher vorgesetzter", "fachvorgesetzter",
        "fachliche leitung", "responsable fonctionnel", "manager fonctionnel",
    ),
    Field.LANGUAGE: ("language", "locale", "preferred language", "sprache", "langue", "idioma", "lingua", "taal"),
    Field.TIME_ZONE: ("time zone", "timezone", "tz", "zeitzone", "fuseau horaire", "fuseau", "zona horaria", "fuso orario", "tijdzone"),
    Field.STARTED_ON: (
        "started on", "first day", "start date", "hire date", "hired on", "date of hire", "joined", "joined on", "join date", "joining date", "entry date",
        "eintritt", "eintrittsdatum", "eintritt am", "beginn", "date d entree", "date d embauche", "date embauche", "date de debut",
        "entree", "fecha de alta", "fecha de inicio", "data di assunzione", "in dienst", "datum in dienst",
    ),
    Field.ENDED_ON: (
        "ended on", "leaves", "end date", "leaving date", "leave date", "left on", "termination date", "last day", "exit date", "date left", "austritt",
        "austrittsdatum", "austritt am", "ende", "date de sortie", "date de depart", "date de fin", "sortie", "fecha de baja",
        "data di cessazione", "uit dienst", "datum uit dienst",
    ),
}

# Where a column of units stands in a path, from the whole down; columns of equal rank keep their order in the file.
UNIT_RANKS: tuple[tuple[str, ...], ...] = (
    ("company", "organisation", "organization", "firma", "gesellschaft", "unternehmen", "societe", "entreprise", "entite", "empresa"),
    ("division", "directorate", "business unit", "area", "bereich", "geschaftsbereich", "direction", "pole"),
    ("department", "dept", "function", "abteilung", "departement", "departamento", "dipartimento", "afdeling"),
    ("unit", "org unit", "section", "referat", "unite", "service", "organisationseinheit", "einheit", "reparto"),
    ("team", "group", "gruppe", "equipe"),
)

_BY_WORD: dict[str, Field] = {word: field for field, words in SYNONYMS.items() for word in words}


@dataclass(frozen=True, slots=True)
class AttributeField:
    """A custom attribute a column can be mapped to: what planning must know of people.Attribute."""

    key: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The field's name in a mapping."""
        return ATTRIBUTE + self.key


def meaning(header: str) -> Field | None:
    """The field a header names, if it is a word we know."""
    return _BY_WORD.get(plain(header).replace("_", " "))


def unit_rank(header: str) -> int:
    """How high in the tree a unit column with this header usually stands, 0 at the top."""
    words = plain(header).replace("_", " ")
    return next((rank for rank, names in enumerate(UNIT_RANKS) if words in names), 3)


def label(code: str, attributes: Iterable[AttributeField] = ()) -> Words:
    """What a field is called on the page."""
    return LABELS.get(code) or next((item.label for item in attributes if item.code == code), code)
