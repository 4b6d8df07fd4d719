"""Links by which a seller objects: signed, so that nobody finds another's by counting."""

from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from brand_registry.access import NotThere
from review.appeals.tables import SigningKey

OPEN_FOR = timedelta(days=184)
"""Six months at the least, whichever they are (Article 20(1) of Regulation (EU) 2022/2065)."""
_NAME = "appeals"
_LONGEST = 200


def path_of(session: Session, decision: int) -> str:
    """The address, without the host, of the page on which a decision is objected to."""
    return f"/appeal/{_signer(session).dumps(decision)}"


def decision_of(session: Session, token: str) -> int:
    """The decision that a link is for. Raises `NotThere` for what we never signed."""
    try:
        number = _signer(session).loads(token) if len(token) <= _LONGEST else None
    except (BadSignature, UnicodeError):
        number = None
    if not isinstance(number, int):
        raise NotThere("this link is none of ours")
    return number


def _signer(session: Session) -> URLSafeSerializer:
    return URLSafeSerializer(session.get_one(SigningKey, _NAME).key, salt="appeal")
