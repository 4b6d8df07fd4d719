"""Whether a notice says all that it must (Article 16(2) of Regulation (EU) 2022/2065).

| letter | what | held here |
| --- | --- | --- |
| a | why the content is illegal, substantiated | a policy, and 30 characters or more |
| b | the exact address of it | an http(s) address |
| c | name and e-mail address of whoever gives it | both |
| d | that it is given in good faith | confirmed |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from review.decisions.rules import Policy
from review.email import is_email

SHORTEST, LONGEST = 30, 5_000
"""Characters of an explanation."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a listing. `where` is its address, `brand` the brand's id or name."""

    where: str
    brand: str
    policy: str
    explanation: str
    name: str
    email: str
    good_faith: bool


def lacks(given: Given) -> Mapping[str, str]:
    """What is missing or wrong, by field, each a clause that says what to do; empty where nothing is."""
    said = {
        "where": _address(given.where),
        "brand": "" if 0 < len(given.brand.strip()) <= 400 else "name the brand",
        "policy": "" if given.policy in set(Policy) else f"choose what it breaks: {', '.join(Policy)}",
        "explanation": ""
        if SHORTEST <= len(given.explanation.strip()) <= LONGEST
        else f"explain in {SHORTEST} to {LONGEST:,} characters why the listing is illegal",
        "name": "" if 0 < len(given.name.strip()) <= 200 else "say who you are",
        "email": "" if is_email(given.email.strip()) else "give an e-mail address",
        "good_faith": ""
        if given.good_faith
        else "confirm that you believe in good faith that all of it is right and complete",
    }
    return {name: clause for name, clause in said.items() if clause}


def _address(text: str) -> str:
    said = "give the exact address of the listing, https:// and all"
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return said
    fine = parts.scheme in {"http", "https"} and parts.hostname and len(text) <= 2_000 and text.isprintable()
    return "" if fine else said
