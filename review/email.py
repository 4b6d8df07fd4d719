"""What strangers may give as an e-mail address; whether it is theirs nobody knows until it is written to."""

import re

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}")


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None
