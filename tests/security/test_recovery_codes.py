"""Recovery codes: read for ten minutes after they were made, made anew, kept wrapped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from azimuth.access.verdict import Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import actions
from tests.cast import Cast
from tests.security.conftest import codes_of

SignIn = Callable[[Person], Client]
URL = "/accounts/security/recovery-codes/"


def shown(page: str) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r"<li>(\d{4} \d{4})</li>", page)]


def grow_old(account: Account) -> None:
    Authenticator.objects.filter(user=account, type="recovery_codes").update(created_at=timezone.now() - timedelta(minutes=11))


def test_they_are_read_for_ten_minutes_and_never_again(ada_with_app: Account, cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    for _reload in range(2):
        assert shown(client.get(URL).content.decode()) == codes_of(ada_with_app)
    grow_old(ada_with_app)
    page = client.get(URL).content.decode()
    assert shown(page) == []
    assert not any(code in page.replace(" ", "") for code in codes_of(ada_with_app))
    assert "10 codes are left" in page


def test_the_file_to_keep_holds_them_all(ada_with_app: Account, cast: Cast, proven: SignIn) -> None:
    page = proven(cast.ada).get(URL).content.decode()
    text = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page)[1])  # type: ignore[index]
    assert [line.replace(" ", "") for line in text.splitlines()[3:]] == codes_of(ada_with_app)
    assert "ada@example.org" in text


def test_made_anew_the_old_ones_are_worth_nothing(ada_with_app: Account, cast: Cast, proven: SignIn) -> None:
    client, before = proven(cast.ada), codes_of(ada_with_app)
    grow_old(ada_with_app)
    page = client.post(URL, follow=True).content.decode()
    assert shown(page) == codes_of(ada_with_app)
    assert not set(before) & set(codes_of(ada_with_app))
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1
    assert Entry.objects.filter(action="workspace.make_codes").count() == 1
    assert "New recovery codes were made" in Mail.objects.get().text


def test_without_a_factor_there_are_none(cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    assert client.get(URL)["Location"] == "/accounts/security/"
    with pytest.raises(Refused):
        actions.make_codes(cast.ada.account, by=cast.ada, at=timezone.now())
    assert client.post(URL).status_code == 409


def test_the_page_says_when_few_are_left(ada_with_app: Account, cast: Cast, proven: SignIn) -> None:
    for code in codes_of(ada_with_app)[:9]:
        assert Authenticator.objects.get(type="recovery_codes").wrap().validate_code(code)
    page = proven(cast.ada).get("/accounts/security/").content.decode()
    assert "1 is left" in page
    assert ">few<" in page


def test_where_one_comes_from_is_gone_back_to_only_within_the_house(ada_with_app: Account, cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    assert 'href="/people/"' in client.get(f"{URL}?next=/people/").content.decode()
    assert 'href="//evil' not in client.get(f"{URL}?next=//evil.example/").content.decode()
