"""A security key made of Python: makes passkeys and uses them as a browser would, or wrongly where a test asks for it."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftKey:
    """One key with one passkey, for one site."""

    def __init__(self, origin: str = "https://testserver", *, verifies: bool = True) -> None:
        self.origin, self.flags = origin, PRESENT | (VERIFIED if verifies else 0)
        self.key, self.id, self.owner = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32), b""

    def make(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.owner = websafe_decode(asked["user"]["id"])
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        head = self._head(asked["rp"]["id"], self.flags | ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": head})
        said = self._client_data("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=said, attestationObject=attestation)

    def use(self, options: dict[str, Any], *, spoils: bool = False, owner: bytes | None = None) -> str:
        """The answer to `navigator.credentials.get`; `spoils` breaks the signature, `owner` claims to be somebody else's."""
        asked = options["publicKey"]
        head = self._head(asked["rpId"], self.flags)
        said = self._client_data("webauthn.get", asked["challenge"])
        signature = self.key.sign(head + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        if spoils:
            signature = self.key.sign(b"something else", ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=head, signature=signature, userHandle=self.owner if owner is None else owner)

    def _head(self, site: str, flags: int) -> bytes:
        return sha256(site.encode()).digest() + bytes([flags]) + (0).to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        name = websafe_encode(self.id)
        parts = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": parts})
