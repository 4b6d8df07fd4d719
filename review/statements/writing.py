"""Writes the statement of reasons of a confirmed decision (Article 17 of Regulation (EU) 2022/2065)."""

from collections.abc import Mapping
from typing import Any

from brand_registry.gtin import gtin14
from review.decisions.rules import Policy
from review.platform import Platform, Restriction
from review.statements.confirmed import Confirmed
from review.statements.schema import (
    LONGEST_EXPLANATION,
    LONGEST_FACTS,
    Automation,
    BadStatement,
    Category,
    Content,
    Ground,
    Keyword,
    Source,
    Statement,
    checked,
)
from review.statements.wording import facts, ground_of, words

_KEYWORD: Mapping[Policy, Keyword] = {
    Policy.COUNTERFEIT: Keyword.TRADEMARK,
    Policy.TRADEMARK: Keyword.TRADEMARK,
    Policy.COPYRIGHT: Keyword.COPYRIGHT,
    Policy.DESIGN: Keyword.DESIGN,
}
_NUMBERS = ("gtin", "ean", "ean13", "gtin13")


def restriction_of(platform: Platform | None, policy: Policy) -> tuple[Platform, Restriction]:
    """What the platform does. Raises `BadStatement` where it has not said so: nothing is made up."""
    if platform is None:
        raise BadStatement(
            "nobody has said what the platform does with confirmed listings; name a file that does by "
            "DETECTOR_PLATFORM"
        )
    if policy not in platform.restrictions:
        raise BadStatement(
            f"the file of DETECTOR_PLATFORM does not say what happens to a listing for {policy}; add it there"
        )
    return platform, platform.restrictions[policy]


def statement_of(about: Confirmed, platform: Platform | None, source: Source = Source.VOLUNTARY) -> Statement:
    """Raises `BadStatement`."""
    known, restriction = restriction_of(platform, about.policy)
    explanation = words("en")["policy"][about.policy].format(brand=about.brand)
    said: dict[str, Any] = {
        "decision_visibility": restriction.visibility,
        "decision_provision": restriction.provision,
        "decision_account": restriction.account,
        "category": Category.INTELLECTUAL_PROPERTY,
        "category_specification": [_KEYWORD[about.policy]],
        "content_type": _content_types(about),
        "content_date": about.first_seen.date(),
        "territorial_scope": known.territorial_scope,
        "application_date": about.decision.at.date(),
        "decision_facts": _facts(about),
        "source_type": source,
        "automated_detection": "Yes" if about.found_by_program else "No",
        "automated_decision": Automation.NOT,
        "puid": f"decision-{about.decision.id}",
    }
    ground = {"ground": ground_of(about, restriction)[:500], "explanation": explanation[:LONGEST_EXPLANATION]}
    if restriction.terms:
        said |= {
            "decision_ground": Ground.INCOMPATIBLE,
            "incompatible_content_ground": ground["ground"],
            "incompatible_content_explanation": ground["explanation"],
            "decision_ground_reference_url": known.terms_url,
        }
    else:
        said |= {
            "decision_ground": Ground.ILLEGAL,
            "illegal_content_legal_ground": ground["ground"],
            "illegal_content_explanation": ground["explanation"],
        }
    language = about.listing.attributes.get("language", "")
    if len(language) == 2 and language.isascii() and language.isalpha():
        said["content_language"] = language.upper()
    if (number := _ean(about)) is not None:
        said["content_id"] = {"EAN-13": number}
    return checked(said)


def _facts(about: Confirmed) -> str:
    title = about.plain(about.listing.title, 300)
    lines = [f"The listing \u201c{title}\u201d was found to show:", *(f"- {line}" for line in facts(about))]
    lines.append("A person looked at the listing with what was found, and decided.")
    return "\n".join(lines)[:LONGEST_FACTS]


def _content_types(about: Confirmed) -> list[Content]:
    places = [str(one["where"]) for one in about.evidence]
    pictures = any(place.startswith("image:") for place in places)
    texts = any(not place.startswith("image:") for place in places)
    return [Content.PRODUCT, *([Content.IMAGE] if pictures else []), *([Content.TEXT] if texts else [])]


def _ean(about: Confirmed) -> str | None:
    """Of thirteen digits that are right; others name nothing."""
    for name, value in about.listing.attributes.items():
        if name.casefold().replace("-", "") in _NUMBERS:
            try:
                number = gtin14(value)
            except ValueError:
                continue
            if number.startswith("0"):
                return number[1:]
    return None
