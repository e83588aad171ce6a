"""Persons, units, reporting lines, grants, accounts: the dated facts of the organisation."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, prefetch_related_objects
from django.db.models.functions import Length, Lower
from django.urls import reverse
from django.utils.crypto import salted_hmac

from azimuth.kit.search import prefix_query
from azimuth.people.states import LineKind, Role


class UnitQuerySet(models.QuerySet["Unit"]):
    """Sets of units."""

    def within(self, unit: Unit) -> UnitQuerySet:
        """This unit and all below it."""
        return self.filter(path__startswith=unit.path)

    def open(self) -> UnitQuerySet:
        """Units that have not ended."""
        return self.filter(ended_on=None)

    def placeable_by(self, viewer: Person) -> UnitQuerySet:
        """Units this HR person may put people into (policies.can_place, for a set)."""
        if viewer.has_role(Role.HR_ADMIN):
            return self
        inside = Q(pk__in=[])
        for unit in viewer.units_partnered:
            inside |= Q(path__startswith=unit.path)
        return self.filter(inside)


class Unit(models.Model):
    """A node of the organisation tree. `path` lists the keys from the root, so that a subtree is a prefix."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.TextField(editable=False, help_text="short keys from the root, each ended by a slash")
    ended_on = models.DateField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "parent", name="unit_named_once_under_a_parent", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_under_itself"),
        ]
        indexes = [
            models.Index(fields=["path"], name="unit_by_path", opclasses=["text_pattern_ops"]),
            models.Index(Length("path"), name="unit_open_by_depth", condition=Q(ended_on=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def step(self) -> str:
        """This unit's own part of the path."""
        return f"{self.id.hex[:12]}/"


@cache
def _people_url() -> str:
    """Where pages about people begin; asked once, since reverse() takes long for every row of a list."""
    return reverse("people:directory")


# GrantQuerySet.in_force, written out: every page asks it, and to put it together takes longer than to answer it.
_GRANTS_IN_FORCE = "SELECT * FROM people_grant WHERE person_id = %s AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)"


class PersonQuerySet(models.QuerySet["Person"]):
    """Sets of persons."""

    def present(self, on: date) -> PersonQuerySet:
        """People who work here on this day."""
        return self.filter(Q(started_on=None) | Q(started_on__lte=on), Q(ended_on=None) | Q(ended_on__gt=on))

    def of_unit(self, unit: Unit) -> PersonQuerySet:
        """People of this unit and all below it."""
        return self.filter(unit__path__startswith=unit.path)

    def reports_of(self, lead: Person) -> PersonQuerySet:
        """People who report to this lead today (solid line)."""
        return self.filter(lines__lead=lead, lines__kind=LineKind.SOLID, lines__ends_on=None)

    def reports_of_any(self, leads: Collection[uuid.UUID]) -> PersonQuerySet:
        """People who report to one of these leads today (solid line)."""
        return self.filter(lines__lead__in=leads, lines__kind=LineKind.SOLID, lines__ends_on=None)

    def matching(self, words: str) -> PersonQuerySet:
        """People whose name, role or unit contain a word beginning with each of `words`; accents and order forgiven."""
        query = prefix_query(words)
        return self.filter(search=SearchQuery(query, search_type="raw", config="simple")) if query else self

    def left(self, on: date) -> PersonQuerySet:
        """People who no longer work here on this day."""
        return self.filter(ended_on__lte=on)

    def leading(self) -> PersonQuerySet:
        """People somebody reports to (solid line)."""
        return self.filter(Exists(ReportingLine.objects.current().solid().filter(lead=OuterRef("pk"))))

    def without_lead(self) -> PersonQuerySet:
        """People who report to nobody: heads of the organisation, and people whose lead is not known."""
        return self.filter(~Exists(ReportingLine.objects.current().solid().filter(person=OuterRef("pk"))))

    def visible_to(self, viewer: Person) -> PersonQuerySet:
        """The directory is open to everybody inside; people who left are seen by administrators, their HR partner, and themselves."""
        if viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.SYSTEM_ADMIN):
            return self
        seen = Q(ended_on=None) | Q(ended_on__gt=date.today()) | Q(pk=viewer.pk)  # noqa: DTZ011 a day, not a moment
        for unit in viewer.units_partnered:
            seen |= Q(unit__path__startswith=unit.path)
        return self.filter(seen)

    def looked_after_by(self, viewer: Person) -> PersonQuerySet:
        """People whose HR the viewer is (policies.looks_after, for a set), the viewer's own record excepted."""
        rows = self.exclude(pk=viewer.pk)
        if viewer.has_role(Role.HR_ADMIN):
            return rows
        inside = Q(pk__in=[])
        for unit in viewer.units_partnered:
            inside |= Q(unit__path__startswith=unit.path)
        return rows.filter(inside)


class Person(models.Model):
    """Somebody who works here, or did; may exist without an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee_id = models.CharField(max_length=100, null=True, blank=True, unique=True, help_text="the key of your HR system")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, null=True, blank=True)  # noqa: DJ001 unique where known
    job_title = models.CharField(max_length=200, blank=True)
    grade = models.CharField(max_length=60, blank=True)
    location = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="first day on which the person no longer works here")
    attributes = models.JSONField(default=dict, blank=True, help_text="custom attributes, by key")
    search_text = models.TextField(editable=False, default="", help_text="name, role and unit without accents, kept by actions")
    search = models.GeneratedField(
        expression=SearchVector("search_text", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")), name="person_ends_after_start"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="person_search"),
            models.Index(fields=["search_text", "id"], name="person_by_search_text"),
            models.Index(fields=["unit", "search_text", "id"], name="person_by_unit_and_text"),
            models.Index(fields=["location", "search_text", "id"], name="person_by_location"),
            models.Index(fields=["job_title", "search_text", "id"], name="person_by_job_title"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The person's page."""
        return f"{_people_url()}{self.pk}/"

    def has_role(self, role: Role, unit: Unit | None = None) -> bool:
        """Whether a grant in force gives this role (over this unit, when one is named). Read once per request."""
        return any(
            grant.role == role and (grant.unit is None or unit is None or unit.path.startswith(grant.unit.path))
            for grant in self.grants_in_force
        )

    @property
    def units_partnered(self) -> list[Unit]:
        """The units this person is HR partner of, each with all below it."""
        return [grant.unit for grant in self.grants_in_force if grant.role == Role.HR_PARTNER and grant.unit is not None]

    @property
    def grants_in_force(self) -> list[Grant]:
        """Grants that hold today, kept on the instance for the length of a request."""
        if not hasattr(self, "_grants"):
            today = date.today()  # noqa: DTZ011 a day, not a moment
            self._grants = list(Grant.objects.raw(_GRANTS_IN_FORCE, [self.pk, today, today]))
            prefetch_related_objects([grant for grant in self._grants if grant.unit_id], "unit")
        return self._grants


class LineQuerySet(models.QuerySet["ReportingLine"]):
    """Sets of reporting lines."""

    def current(self) -> LineQuerySet:
        """Lines that have not ended."""
        return self.filter(ends_on=None)

    def solid(self) -> LineQuerySet:
        """The lines evaluations follow."""
        return self.filter(kind=LineKind.SOLID)


class ReportingLine(models.Model):
    """Who reports to whom, from when to when. A head of the organisation has none."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="lines")
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="led_lines")
    kind = models.CharField(max_length=6, choices=LineKind, default=LineKind.SOLID)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(kind="solid", ends_on=None), name="line_one_solid_at_a_time"),
            models.UniqueConstraint(fields=["person", "lead"], condition=Q(kind="dotted", ends_on=None), name="line_dotted_once"),
            models.CheckConstraint(condition=~Q(person=F("lead")), name="line_not_to_oneself"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="line_ends_after_start"),
        ]
        indexes = [models.Index(fields=["lead"], condition=Q(ends_on=None), name="line_current_by_lead")]


class GrantQuerySet(models.QuerySet["Grant"]):
    """Sets of grants."""

    def in_force(self, on: date) -> GrantQuerySet:
        """Grants that hold on this day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)

    def visible_to(self, viewer: Person) -> GrantQuerySet:
        """Administrators and auditors see all grants, everybody else their own."""
        if any(viewer.has_role(role) for role in (Role.HR_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)):
            return self
        return self.filter(person=viewer)


class Grant(models.Model):
    """A role with a scope, dated: Eve is HR partner of Sales from March."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, help_text="an HR partner's units: this one and below")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="grants_given")

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("granted_by")), name="grant_not_to_oneself"),
            models.CheckConstraint(condition=Q(role="hr_partner", unit__isnull=False) | (~Q(role="hr_partner") & Q(unit=None)), name="grant_scope_fits_role"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="grant_ends_after_start"),
        ]


class Attribute(models.Model):
    """A custom attribute of persons, declared by HR."""

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        DATE = "date"
        CHOICE = "choice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    may_cut = models.BooleanField(default=False, help_text="whether results may ever be cut by it")

    def __str__(self) -> str:
        return self.label


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, person: Person | None = None) -> Account:
        """An account for an address; without a password it signs in by e-mailed code only."""
        account = self.model(email=self.normalize_email(email).lower(), person=person)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """How a person signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account")
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    session_round = models.PositiveIntegerField(default=0, help_text="raised to end every session begun before")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """What a session must carry to count: changes with the password and with every sign-out everywhere."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under former secrets, while they are being replaced."""
        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes | None) -> str:
        return salted_hmac("azimuth.people.Account", f"{self.password}:{self.session_round}", secret=secret, algorithm="sha256").hexdigest()
