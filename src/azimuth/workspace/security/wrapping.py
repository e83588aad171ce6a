"""Secrets of second factors, wrapped by a key made from the secret key: a copy of the database alone opens no account."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.utils.crypto import salted_hmac
from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


class Unreadable(Exception):
    """Wrapped under a secret key this installation does not have."""


def wrap(text: str) -> str:
    """The text, readable only with the present secret key."""
    return _box(settings.SECRET_KEY).encrypt(text.encode(), encoder=URLSafeBase64Encoder).decode()


def unwrap(wrapped: str) -> str:
    """The text again, with the present secret key or a former one. Raises Unreadable."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        text = _unwrapped(wrapped, secret)
        if text is not None:
            return text
    raise Unreadable


def is_readable(wrapped: str) -> bool:
    """Whether the present secret key or a former one reads it."""
    with suppress(Unreadable):
        return bool(unwrap(wrapped))
    return False


def is_current(wrapped: str) -> bool:
    """Whether the present secret key alone reads it."""
    return _unwrapped(wrapped, settings.SECRET_KEY) is not None


def _unwrapped(wrapped: str, secret: str) -> str | None:
    with suppress(CryptoError, ValueError):
        return _box(secret).decrypt(wrapped.encode(), encoder=URLSafeBase64Encoder).decode()
    return None


def _box(secret: str) -> SecretBox:
    return SecretBox(salted_hmac("azimuth.second-factors", "", secret=secret, algorithm="sha256").digest())
