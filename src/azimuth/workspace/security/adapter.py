"""How allauth meets our second factors: wrapped at rest, in our words, in our name."""

from __future__ import annotations

from typing import ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from azimuth.workspace.security import wrapping


class FactorAdapter(DefaultMFAAdapter):
    """Second factors of our accounts."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages, "incorrect_code": _("This code is not right, or was used already. Wait for the next one and type that."),
    }

    def encrypt(self, text: str) -> str:
        """Wrap a secret before it is stored."""
        return wrapping.wrap(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read a stored secret. Raises Unreadable."""
        return wrapping.unwrap(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkey it is, as the browser names us."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Azimuth"}
