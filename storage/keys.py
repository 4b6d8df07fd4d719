"""The installation's own key, for what a copy of the database alone must not give away.

It is the setting DETECTOR_SECRET, or a file in the home that nobody else may read, made when it is first
asked for. Whoever loses it loses what it hides: hooks need new secrets, contact details of groups can't be
read any more.
"""

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from storage.errors import StorageError
from storage.settings import settings

_SEALED = "sealed:"


def derived(purpose: str, of: str) -> bytes:
    """32 bytes that only who has the key can tell of this, and that are always the same."""
    return hmac.new(_key(), f"{purpose}\0{of}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def sealed(text: str) -> str:
    """The text, encrypted (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _SEALED + _fernet().encrypt(text.encode("utf-8", "surrogatepass")).decode()


def opened(text: str) -> str:
    """What was sealed; what never was is returned as it is. '' where the key is another one by now."""
    if not text.startswith(_SEALED):
        return text
    try:
        return _fernet().decrypt(text.removeprefix(_SEALED)).decode("utf-8", "surrogatepass")
    except (InvalidToken, ValueError):
        return ""


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived("seal", "")))


def _key() -> bytes:
    if (given := settings().secret) is not None:
        return given.get_secret_value().encode()
    file = settings().home / "secret.key"
    try:
        if not file.exists():
            _make(file)
        return file.read_bytes()
    except OSError as error:
        raise StorageError(f"{file}: the key cannot be read or made ({error.strerror})") from None


def _make(file: Path) -> None:
    """Of several that make it at once the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(name, file)
    finally:
        Path(name).unlink(missing_ok=True)
