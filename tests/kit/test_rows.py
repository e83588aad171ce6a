"""Many rows at once: as they were given, and none in the place of one that is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DataError

from azimuth.audit.models import Entry
from azimuth.kit import rows
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Account, Person, ReportingLine
from tests.cast import Cast

DAY = date(2026, 3, 2)


def test_rows_arrive_as_they_were_given(cast: Cast) -> None:
    new = [Person(name="Ünal “Q” O'Neil, \\N", email=None, started_on=DAY, attributes={"shoe": [44, None, "x'"]}, search_text="unal"), Person(name="{},\n\t", attributes={})]
    rows.insert(new)
    for person in new:
        assert vars_of(Person.objects.get(pk=person.pk)) == vars_of(person)
    assert list(Person.objects.matching("unal")) == [new[0]], "generated columns are left to the database"


def vars_of(person: Person) -> dict[str, object]:
    return {field.attname: getattr(person, field.attname) for field in Person._meta.concrete_fields if not field.generated}


def test_the_database_gives_its_own_keys_and_defaults(cast: Cast) -> None:
    rows.insert([ReportingLine(person=cast.iris, lead=cast.dan, kind="dotted", starts_on=DAY), ReportingLine(person=cast.jon, lead=cast.dan, kind="dotted", starts_on=DAY)])
    assert ReportingLine.objects.filter(lead=cast.dan, kind="dotted", starts_on=DAY).count() == 2
    rows.insert([Mail(key="one", to="a@example.org", message_id="<one>", created_on=DAY)])
    mail = Mail.objects.get(key="one")
    assert mail.queued_at is not None
    assert (mail.state, mail.things, mail.person_id, mail.due_on) == ("waiting", 1, None, None)
    rows.insert([Account(email="somebody@example.org", password="!")])
    assert Account.objects.get(email="somebody@example.org").created_at is not None


def test_one_that_is_there_stays(cast: Cast) -> None:
    Notice.objects.create(person=cast.ada, key="k", kind="reviews", title="First", url="/", told_on=DAY)
    rows.insert([Notice(person=person, key="k", kind="reviews", title="Second", url="/", told_on=DAY) for person in (cast.ada, cast.bo)])
    assert dict(Notice.objects.filter(key="k").values_list("person__name", "title")) == {"Ada Novak": "First", "Bo Lindqvist": "Second"}


def test_what_is_too_long_is_refused_and_not_cut_off(cast: Cast) -> None:
    with pytest.raises(DataError):
        rows.insert([Notice(person=cast.ada, key="k" * 151, kind="reviews", title="Too long", url="/", told_on=DAY)])


def test_nothing_is_no_question_and_many_are_few(cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        rows.insert([])
    monkeypatch.setattr(rows, "BATCH", 4)
    with django_assert_num_queries(3):
        rows.insert([Notice(person=cast.ada, key=f"k{n}", kind="reviews", title="Many", url="/", told_on=DAY) for n in range(9)])
    assert Notice.objects.filter(title="Many").count() == 9
    assert not Entry.objects.filter(action__startswith="notifications").exists()
