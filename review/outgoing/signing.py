"""How what is sent is signed, so that whoever gets it knows that it is ours and not an old one.

The header `Detector-Signature` is `t=<seconds since 1970>,v1=<hex>`: the HMAC-SHA256, by the hook's secret,
of the time, a dot, and the body as it was sent.
"""

import hashlib
import hmac
import re

HEADER = "Detector-Signature"
TOO_OLD = 300
"""Seconds after which a receiver had better refuse a message."""
_WRITTEN = re.compile("t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def signature(secret: str, body: bytes, at: int) -> str:
    """The header's value."""
    return f"t={at},v1={_mac(secret, body, at)}"


def is_signed(secret: str, body: bytes, header: str, now: int) -> bool:
    """Whether a message is ours, and no older than five minutes: what a receiver has to check."""
    written = _WRITTEN.fullmatch(header)
    if written is None or abs(now - int(written[1])) > TOO_OLD:
        return False
    return hmac.compare_digest(_mac(secret, body, int(written[1])), written[2])


def _mac(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
