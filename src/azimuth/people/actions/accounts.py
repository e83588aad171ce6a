"""Accounts: how people sign in. Made set-based; mails about them are written further up (workspace)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Lower

from azimuth.audit import actions as audit
from azimuth.kit import rows
from azimuth.people import policies
from azimuth.people.models import Account, Person, PersonQuerySet

_FOLLOW = """
UPDATE people_account AS account SET email = {value}
FROM people_person AS person
WHERE account.person_id = person.id AND person.id = ANY(%s) AND person.email IS NOT NULL AND account.email <> lower(person.email)
"""


def open_for(people: PersonQuerySet, *, at: datetime) -> list[Account]:
    """Give an account without a password to each of these people who works here, has an address and has none; set-based.

    Returns the new accounts with their persons. Asks no policy and writes no audit row: the deed that calls it does (invite,
    import, launch).
    """
    wanting = people.present(at.date()).filter(account=None).exclude(email=None)
    new = [
        Account(person=person, email=address, password=make_password(None))
        for person, address in ((person, person.lower_email) for person in wanting.annotate(lower_email=Lower("email")))
    ]
    rows.insert(new)
    return list(Account.objects.filter(pk__in=[account.pk for account in new]).select_related("person"))


def follow_addresses(person_ids: Collection[UUID]) -> None:
    """Let accounts follow the addresses of their persons, set-based; two people who swapped addresses are fine. Old addresses
    sign nobody in any more."""
    ids = list(person_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT account.id FROM people_account AS account JOIN people_person AS person ON person.id = account.person_id "
                       "WHERE person.id = ANY(%s) AND person.email IS NOT NULL AND account.email <> lower(person.email)", [ids])
        changed = [row[0] for row in cursor.fetchall()]
        if changed:
            cursor.execute(_FOLLOW.format(value="account.id::text || '@changing.invalid'"), [ids])
            cursor.execute(_FOLLOW.format(value="lower(person.email)"), [ids])
            EmailAddress.objects.filter(user_id__in=changed).delete()


@transaction.atomic
def block(person: Person, *, by: Person, at: datetime) -> None:
    """Stop a person from signing in, and end their sessions; holds from the next request on."""
    policies.can_block(by, person).enforce()
    if Account.objects.filter(person=person, is_active=True).update(is_active=False):
        end_sessions(person)
        audit.record("people.block", person, by=by, at=at)


@transaction.atomic
def unblock(person: Person, *, by: Person, at: datetime) -> None:
    """Let a person sign in again."""
    policies.can_block(by, person).enforce()
    if Account.objects.filter(person=person, is_active=False).update(is_active=True):
        audit.record("people.unblock", person, by=by, at=at)


@transaction.atomic
def sign_out_everywhere(person: Person, *, by: Person, at: datetime) -> None:
    """End every session of one's own, in every browser."""
    policies.can_sign_out(by, person).enforce()
    end_sessions(person)
    audit.record("people.sign_out_everywhere", person, by=by, at=at)


@transaction.atomic
def end_session(session: UserSession, *, by: Person, at: datetime) -> None:
    """End one session of one's own; holds from the next request on."""
    person = session.user.person
    policies.can_sign_out(by, person).enforce()
    Session.objects.filter(session_key=session.session_key).delete()
    UserSession.objects.filter(pk=session.pk).delete()
    audit.record("people.end_session", person, by=by, at=at)


def end_sessions(person: Person) -> None:
    """Let no session of a person's account count any more, known or not; holds from the next request on."""
    Account.objects.filter(person=person).update(session_round=F("session_round") + 1)
    known = UserSession.objects.filter(user__person=person)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()


def shut(person_ids: Collection[UUID]) -> None:
    """Let nobody of these people sign in any more, and end their sessions; set-based, for the import of leavers."""
    ids = list(person_ids)
    Account.objects.filter(person_id__in=ids).update(is_active=False, session_round=F("session_round") + 1)
    known = UserSession.objects.filter(user__person_id__in=ids)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()


def let_in(person_ids: Collection[UUID]) -> None:
    """Let these people sign in again who came back; set-based. Their grants stay ended."""
    Account.objects.filter(person_id__in=list(person_ids), is_active=False).update(is_active=True)
