"""Visiting every address of the permission table."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.house.permissions import INSIDE, Row, addresses
from tests.house.stage import Stage


def words_of(row: Row) -> dict[str, str]:
    """The prop that stands for each parameter of the address."""
    return {name: row.parameters.get(name, name) for name in addresses()[row.name].parameters}


def path_of(row: Row, stage: Stage) -> str:
    """The address with the keys of the stage in it."""
    return reverse(row.name, kwargs={name: stage.key(word) for name, word in words_of(row).items()})


def visit(client: Client, row: Row, method: str, path: str) -> HttpResponse:
    """One request with what the row says is sent along."""
    return client.get(path, row.query) if method == "get" else client.post(path, row.form)


def first_who_may(row: Row, method: str) -> str | None:
    """Somebody inside who may, HR first; None when nobody inside may."""
    cell = row.cells.get(method)
    return next((actor for actor in ("iris", *INSIDE) if cell and actor in cell.may), None)
