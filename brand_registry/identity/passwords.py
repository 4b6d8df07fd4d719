"""Passwords: what they must be, and how they are kept (argon2id, the library's own costs)."""

from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from brand_registry.identity.errors import WeakPassword

SHORTEST, LONGEST = 12, 200
"""In characters. Length is what counts (NIST SP 800-63B); the upper bound keeps hashing cheap."""

_hasher = PasswordHasher()


def hash_of(password: str, *about: str) -> str:
    """The hash to keep. `about` is what others know of the person: a name, an address.

    Raises `WeakPassword` with one sentence for the person.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(f"a password needs {SHORTEST} characters or more; several words together do well")
    if len(password) > LONGEST:
        raise WeakPassword(f"a password may have {LONGEST} characters at most")
    plain = password.casefold()
    if len(set(plain)) < 5:
        raise WeakPassword("a password needs more than the same few characters over and over")
    if plain.rstrip("0123456789!.?") in _common() or plain in _common():
        raise WeakPassword("this password is among those that are tried first; take one that nobody else has")
    known = {
        part for text in about for part in (text.casefold(), *text.casefold().split("@")) if len(part) > 3
    }
    if any(plain.startswith(part) and len(plain) - len(part) < 8 for part in known):
        raise WeakPassword("this password is hardly more than your name or address; take another one")
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Takes as long where there is no such person (`kept` is None) as where the password is wrong."""
    try:
        _hasher.verify(kept or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    listed = (files("brand_registry.identity") / "common_passwords.txt").read_text("utf-8")
    return frozenset(listed.split())
