"""What a seller is told, in their language. `texts.json` has the words: no machine translates."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from detector.errors import DetectorError
from review.decisions.rules import BY_PEOPLE
from review.platform import Platform, Restriction
from review.statements.confirmed import Confirmed

LANGUAGES: Mapping[str, str] = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "it": "Italiano", "pl": "Polski"
}  # fmt: skip
"""What there are words in, and what it is called there."""
LEGAL_GROUND: Mapping[str, str] = {
    "counterfeit": "Article 9(2)(a) and (b) of Regulation (EU) 2017/1001 on the European Union trade mark",
    "trademark": "Article 9(2) of Regulation (EU) 2017/1001 on the European Union trade mark",
    "copyright": "Articles 2 to 4 of Directive 2001/29/EC on copyright in the information society",
    "design": "Article 19 of Regulation (EC) No 6/2002 on European Union designs",
}
"""By policy: what is named where the platform doesn't rely on its own terms."""
_PICTURE = "image:"
_MOST_TOLD = 12
_PLAIN_PLACES = frozenset({"title", "description", "brand", "category", "seller"})


class UnknownLanguage(DetectorError):
    """A language that there are no words in."""


@cache
def _texts() -> Mapping[str, Any]:
    read: Mapping[str, Any] = orjson.loads((files("review.statements") / "texts.json").read_bytes())
    return read


def words(language: str) -> Mapping[str, Any]:
    """Raises `UnknownLanguage`."""
    if language not in LANGUAGES:
        raise UnknownLanguage(f"there is no text in {language[:20]!r}; choose one of {', '.join(LANGUAGES)}")
    said: Mapping[str, Any] = _texts()[language]
    return said


def ground_of(about: Confirmed, restriction: Restriction) -> str:
    """The law, or the platform's own rule, that a decision stands on."""
    return restriction.terms or LEGAL_GROUND[about.policy]


def facts(about: Confirmed, language: str = "en") -> list[str]:
    """What was found, a line each, the strongest first; without personal data."""
    said, lines = words(language), []
    for one in about.evidence:
        reason = said["reason"].get(one["kind"], one["kind"].replace("_", " "))
        where = _where(str(one["where"]), said["where"])
        # Who sells is never written down, whatever was found in their name.
        found = "" if str(one["where"]).startswith("seller") else about.plain(str(one.get("found") or ""))
        line = said["found" if found else "found_there"].format(reason=reason, found=found, where=where)
        if one["kind"] in BY_PEOPLE:  # is nowhere in the listing
            line = reason
        if line not in lines:
            lines.append(line)
    return lines[:_MOST_TOLD]


def seller_text(
    about: Confirmed, platform: Platform, restriction: Restriction, *, language: str, noticed: bool,
    until: datetime, link: str | None,
) -> str:  # fmt: skip
    """The whole text to the seller: what was decided, why, and what they can do (Article 17(3)).

    `link` is where they object until `until`, None where no address of ours is known.
    """
    said = words(language)
    title = about.plain(about.listing.title, 120)
    acts = (*restriction.visibility, restriction.provision, restriction.account)
    done = "; ".join(said["restriction"][act] for act in acts if act)
    scope, last = ", ".join(platform.territorial_scope), until.date().isoformat()
    lines = [
        said["subject"].format(title=title),
        "",
        said["greeting"],
        "",
        said["decided"].format(
            date=about.decision.at.date().isoformat(), listing=about.listing.id, title=title,
            platform=platform.name, restriction=done,
        ),
        said["scope"].format(scope=scope) if scope else said["everywhere"],
        said["policy"][about.policy].format(brand=about.brand),
        said["terms" if restriction.terms else "law"].format(ground=ground_of(about, restriction)),
        "",
        said["facts"],
        *(f"- {line}" for line in facts(about, language)),
        "",
        said["notice" if noticed else "own"],
        said["machine" if about.found_by_program else "people"],
        "",
        said["appeal" if link else "appeal_without"].format(until=last, contact=platform.contact),
        *([link] if link else []),
        said["elsewhere"],
        said["contact"].format(contact=platform.contact),
    ]  # fmt: skip
    return "\n".join(lines)


def _where(place: str, names: Mapping[str, str]) -> str:
    if place.startswith(_PICTURE) and place.removeprefix(_PICTURE).isdigit():
        return names["image"].format(number=int(place.removeprefix(_PICTURE)) + 1)
    return names[place] if place in _PLAIN_PLACES else names["other"]
