"""Addresses that were sent to us: is this one of ours to lead somebody to?"""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(url: str) -> str:
    """The address when it is a path of this site, else nothing."""
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""
