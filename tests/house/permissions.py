"""Reads the permission table and walks the addresses of the site."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

ROOT = Path(__file__).parents[2]
FILE = ROOT / "src" / "azimuth" / "access" / "permissions.toml"
INSIDE = ("ada", "bo", "cleo", "dan", "eve", "finn", "iris", "jon")
OUTSIDE = ("nobody", "gus")
ACTORS = (*OUTSIDE, *INSIDE)
GROUPS = {"all": INSIDE, "everybody": ACTORS, "none": ()}
METHODS = ("get", "post")
GUARDS = {"signed_in", "open_to_all", "with_link", "allauth"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One method of one address: who may, and who is told 403 (they see the thing); other people inside get 404."""

    may: frozenset[str]
    told: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One address of the table."""

    name: str
    guard: str
    object: str
    cells: dict[str, Cell]
    parameters: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the site as Django resolves it."""

    name: str
    route: str
    view: Callable[..., Any]
    parameters: tuple[str, ...]
    is_typed: bool

    @property
    def guard(self) -> str:
        """The mark a guard left, or allauth's views taken as guarded by allauth."""
        inner = getattr(self.view, "view_class", self.view)
        return getattr(self.view, "guard", "") or ("allauth" if inner.__module__.startswith("allauth.") else "")


def _people(words: str) -> frozenset[str]:
    found: set[str] = set()
    for word in words.split():
        found.update(GROUPS.get(word, (word,)))
    unknown = found - set(ACTORS)
    assert not unknown, f"permissions.toml: nobody in the cast is called {', '.join(sorted(unknown))}"
    return frozenset(found)


def _row(name: str, data: dict[str, Any]) -> Row:
    extra = set(data) - {"guard", "object", "with", "query", "form", *METHODS, *(f"{method}_403" for method in METHODS)}
    assert not extra, f"permissions.toml: {name} has unknown keys {sorted(extra)}"
    cells = {
        method: Cell(_people(data[method]), _people(data.get(f"{method}_403", ""))) for method in METHODS if method in data
    }
    return Row(name, data["guard"], data["object"], cells, data.get("with", {}), data.get("query", {}), data.get("form", {}))


def rows() -> dict[str, Row]:
    """The table, by name of the address."""
    return {name: _row(name, data) for name, data in tomllib.loads(FILE.read_text()).items()}


def addresses() -> dict[str, Address]:
    """Every address of the site, by name."""
    return {address.name: address for address in _walk(get_resolver(), "", "")}


def _walk(resolver: URLResolver, space: str, before: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space, route)
        elif isinstance(pattern, URLPattern):
            typed = isinstance(pattern.pattern, RoutePattern) and not re.search(r"<(str:)?\w+>", route)
            yield Address(f"{space}{pattern.name}", route, pattern.callback, tuple(pattern.pattern.regex.groupindex), typed)
