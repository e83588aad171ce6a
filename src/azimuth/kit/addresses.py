"""Addresses of this site: those that were sent to us, and those of pages about things, as lists need them."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(url: str) -> str:
    """The address when it is a path of this site, else nothing."""
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def address(name: str, *keys: UUID) -> str:
    """The address of the page of this name about the things with these keys, in their order. Django's reverse() takes long for every row."""
    return _shape(name, len(keys)).format(*keys)


@cache
def _shape(name: str, keys: int) -> str:
    places = [UUID(int=number) for number in range(keys)]
    shape = reverse(name, args=places)
    for place in places:
        shape = shape.replace(str(place), "{}", 1)
    return shape
