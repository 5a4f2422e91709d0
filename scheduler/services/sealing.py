"""Keeping secrets in the database so that the database alone does not give them away.

Knows the installation's secret key and Fernet. Knows nothing of what is sealed, and never logs or shows it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.errors import OrdskifteError
from scheduler.settings import Secret

#: Each purpose has a key of its own: what was sealed for one cannot be opened for another.
CHANNEL_CREDENTIALS = "ordskifte/channel-credentials/1"


class CannotOpen(OrdskifteError):
    """What was sealed cannot be opened: the secret key has been changed, or the stored text was damaged."""


class Sealer:
    """Seals and opens texts for one purpose. The first key seals; every key given may open, so that a key can be changed."""

    def __init__(self, secret_key: Secret, *older_keys: Secret, purpose: str = CHANNEL_CREDENTIALS) -> None:
        if not secret_key:
            raise ValueError("a secret key is needed")
        self._fernet = MultiFernet([_fernet(key, purpose) for key in (secret_key, *older_keys)])

    def seal(self, plain: Mapping[str, str]) -> str:
        """The values as one sealed text."""
        return self._fernet.encrypt(json.dumps(dict(plain), sort_keys=True).encode()).decode("ascii")

    def open(self, sealed: str) -> dict[str, str]:
        """The values that were sealed ("" holds none). Raises CannotOpen."""
        if not sealed:
            return {}
        try:
            opened = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            raise CannotOpen("sealed text cannot be opened with this secret key") from None
        return {str(name): str(value) for name, value in opened.items()}


def _fernet(key: Secret, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.reveal().encode())
    return Fernet(base64.urlsafe_b64encode(derived))
