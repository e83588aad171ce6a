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
from tests.house.permissions import ACTORS, GUARDS, INSIDE, METHODS, OUTSIDE, Address, Row, addresses, rows
from tests.house.stage import Stage

SignIn = Callable[[Person], Client]
ROWS = rows()
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
    assert not missing, f"Add to src/azimuth/access/permissions.toml (and a prop per new parameter to tests/house/stage.py):\n{paste}"


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


def visit(client: Client, row: Row, method: str, path: str) -> HttpResponse:
    if method == "get":
        return client.get(path, row.query)
    return client.post(path, row.form)


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


def path_of(row: Row, stage: Stage) -> str:
    words = {name: row.parameters.get(name, name) for name in addresses()[row.name].parameters}
    return reverse(row.name, kwargs={name: stage.key(word) for name, word in words.items()})


def client_of(actor: str, cast: Cast, as_person: SignIn) -> Client:
    return Client() if actor == "nobody" else as_person(getattr(cast, actor))


@pytest.mark.parametrize("row", ROWS.values(), ids=str)
def test_the_table_is_true(row: Row, cast: Cast, now: datetime, as_person: SignIn) -> None:
    path = path_of(row, Stage(cast, now))
    clients = {actor: client_of(actor, cast, as_person) for actor in ACTORS}
    faults = []
    for method in METHODS:
        for actor, client in clients.items():
            want = expected(row, method, actor)
            if not want:
                continue
            with transaction.atomic():
                got = outcome(visit(client, row, method, path))
                transaction.set_rollback(True)
            if got == "login" and row.guard == "open_to_all":
                got = "may"  # a step of signing in that leads back to its beginning
            if got != want:
                faults.append(f"{method.upper()} {path} as {actor}: {got}, but permissions.toml says {want}")
    remedy = "Mend the view or policy; if the view is right, mend the row (who may; NAME_403 for those who see but may not)."
    assert not faults, "\n".join([*faults, remedy])


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.guard == "signed_in"], ids=str)
def test_the_forbidden_looks_like_the_absent(row: Row, cast: Cast, now: datetime, as_person: SignIn) -> None:
    stage = Stage(cast, now)
    path, address = path_of(row, stage), addresses()[row.name]
    words = {name: row.parameters.get(name, name) for name in address.parameters}
    absent = {name: str(uuid.uuid4()) if _is_uuid(stage.key(word)) else stage.key(word) for name, word in words.items()}
    if absent == {name: stage.key(word) for name, word in words.items()}:
        return
    elsewhere = reverse(row.name, kwargs=absent)
    for method, cell in row.cells.items():
        for actor in set(INSIDE) - cell.may - cell.told:
            client = as_person(getattr(cast, actor))
            forbidden, missing = visit(client, row, method, path), visit(client, row, method, elsewhere)
            assert (forbidden.status_code, _body(forbidden, path)) == (missing.status_code, _body(missing, elsewhere)), (
                f"{method.upper()} {path} as {actor}: what is forbidden must look like what does not exist (fetch through visible_to)"
            )


def _is_uuid(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))


def _body(response: Any, path: str) -> bytes:
    """The body without the address itself and the token of forms, which differ by nature."""
    body = response.content.replace(path.encode(), b"PATH")
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", body)
