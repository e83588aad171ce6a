"""Every address is in the permission table, and the table is true for every member of the cast."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from azimuth.people.models import Person
from tests.cast import Cast
from tests.house.permissions import ACTORS, GUARDS, METHODS, OUTSIDE, Address, Row, addresses, rows
from tests.house.stage import Stage
from tests.house.visits import path_of, visit, words_of

SignIn = Callable[[Person], Client]
ROWS = rows()
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEBAB = re.compile(r"^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?/?|<[a-z]+:[a-z_]+>(\.[a-z]+)?/?)*$")

PASTE = """
["{name}"]
guard = "{guard}"
object = "what it shows or changes"
get = "all"                      # who may: names of the cast, all (inside), everybody, none; leave the line out when GET is refused
post = "iris eve"                # the same for POST
post_403 = "jon"                 # who may see the thing but not do this; all others inside get 404
"""


def test_every_address_is_in_the_table() -> None:
    missing = [address for name, address in addresses().items() if name not in ROWS]
    paste = "".join(PASTE.format(name=address.name, guard=address.guard or "signed_in") for address in missing)
    assert not missing, f"Add to src/azimuth/access/permissions.toml (and a prop per new parameter to tests/house/props):\n{paste}"


def test_the_table_has_no_row_too_many() -> None:
    assert not set(ROWS) - set(addresses()), "permissions.toml: these addresses are gone, take their rows out"


@pytest.mark.parametrize("address", addresses().values(), ids=lambda address: address.name)
def test_an_address_is_guarded_typed_and_kebab_case(address: Address) -> None:
    assert not address.name.endswith("None"), f"{address.route}: give the path a name"
    assert address.guard in GUARDS, f"{address.name}: the view wears no guard: @signed_in, @open_to_all or @with_link"
    if address.name in ROWS:
        assert address.guard == ROWS[address.name].guard, f"{address.name}: the view wears {address.guard}, permissions.toml says otherwise"
    if address.guard != "allauth":
        assert address.is_typed, f"{address.route}: type every parameter, as <uuid:person>"
        assert KEBAB.match(address.route), f"{address.route}: write addresses in kebab-case"


def expected(row: Row, method: str, actor: str) -> str:
    """What an actor must get: may, login, 403, 404 or 405; nothing where it does not matter."""
    if method not in row.cells:
        may_otherwise = any(actor in cell.may for cell in row.cells.values())
        return "405" if may_otherwise and row.guard != "allauth" else ""
    cell = row.cells[method]
    if actor in cell.may:
        return "may"
    if actor in OUTSIDE and row.guard != "open_to_all":
        return "login"
    return "403" if actor in cell.told else "404"


def outcome(response: HttpResponse) -> str:
    """What an actor got, in the same words."""
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "login"
    if response.status_code in {403, 404, 405}:
        return str(response.status_code)
    return "may" if response.status_code < 500 or response.status_code == 503 else str(response.status_code)


def client_of(actor: str, cast: Cast, as_person: SignIn) -> Client:
    return Client() if actor == "nobody" else as_person(getattr(cast, actor))


@pytest.mark.parametrize("row", ROWS.values(), ids=str)
def test_the_table_is_true(row: Row, cast: Cast, now: datetime, as_person: SignIn) -> None:
    """A30: every address as everybody; what is forbidden looks like what does not exist."""
    stage = Stage(cast, now)
    path, absent = path_of(row, stage), absent_of(row, stage)
    faults, compared = [], set()
    for actor in ACTORS:
        client = client_of(actor, cast, as_person)
        for method in METHODS:
            want = expected(row, method, actor)
            if not want:
                continue
            with transaction.atomic():
                response = visit(client, row, method, path)
                got = outcome(response)
                if got == want == "404" and absent and method not in compared and row.guard == "signed_in":
                    compared.add(method)  # once is enough: it is the same page for everybody
                    missing = visit(client, row, method, absent)
                    if (_body(response, path), 404) != (_body(missing, absent), missing.status_code):
                        faults.append(f"{method.upper()} {path} as {actor}: what is forbidden looks different from what does not exist")
                transaction.set_rollback(True)
            if got == "login" and row.guard == "open_to_all":
                got = "may"  # a step of signing in that leads back to its beginning
            if got != want:
                faults.append(f"{method.upper()} {path} as {actor}: {got}, but permissions.toml says {want}")
    remedy = "Mend the view or policy; if the view is right, mend the row (who may; NAME_403 for those who see but may not)."
    assert not faults, "\n".join([*faults, remedy])


def absent_of(row: Row, stage: Stage) -> str:
    """The same address with keys nothing has; empty where no parameter is a key."""
    keys = {name: stage.key(word) for name, word in words_of(row).items()}
    others = {name: str(uuid.uuid4()) if UUID.fullmatch(key) else key for name, key in keys.items()}
    return reverse(row.name, kwargs=others) if others != keys else ""


def _body(response: Any, path: str) -> bytes:
    """The body without the address itself and the token of forms, which differ by nature."""
    body = response.content.replace(path.encode(), b"PATH")
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", body)
