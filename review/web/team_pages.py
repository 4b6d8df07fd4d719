"""Teams: which cases go to which group of people."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Response

from brand_registry.access import Deed, refuse_unless
from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import page
from detector.harms import NO_HARM, harms
from review.audit.log import log
from review.errors import AgainstTheRules
from review.queue.brand_harms import said, say
from review.queue.language import LANGUAGES
from review.queue.teams import Wanted, put, remove, teams
from review.web.asking import ADesk, Desk

router = APIRouter(include_in_schema=False)
_BETWEEN = re.compile(r"[\s,;]+")
_RULES = ("brands", "harms", "sources", "languages")


@router.get("/teams")
def listed(desk: ADesk) -> Response:
    return _page(desk)


@router.post("/teams")
def save(desk: ADesk, typed: Typed) -> Response:
    try:
        rules = {name: _words(typed, name) for name in _RULES}
        _refuse_unknown(rules)
        wanted = Wanted(typed.get("name", ""), _words(typed, "members", lower=True), **rules)
        with desk.writing() as session:
            team = put(session, desk.viewer, wanted)
            log(session, desk.at, desk.viewer.name, "set team", team=team.name, rules=rules)
    except AgainstTheRules as error:
        return _page(desk, error, typed)
    return desk.to("/teams")


@router.post("/teams/{number}/remove")
def take_out(desk: ADesk, number: int) -> Response:
    with desk.writing() as session:
        name = remove(session, desk.viewer, number)
        if name is not None:
            log(session, desk.at, desk.viewer.name, "removed team", team=name)
    return desk.to("/teams")


@router.post("/teams/harm")
def harm(desk: ADesk, typed: Typed) -> Response:
    """What fakes of a brand do to people; it decides what comes first, and to whom it goes."""
    try:
        with desk.writing() as session:
            say(session, desk.viewer, typed.get("brand", ""), typed.get("harm", ""), desk.at)
    except AgainstTheRules as error:
        return _page(desk, error, typed)
    return desk.to("/teams")


def _words(typed: Mapping[str, str], name: str, lower: bool = False) -> list[str]:
    words = [word for word in _BETWEEN.split(typed.get(name, "")) if word]
    return [word.lower() for word in words] if lower else words


def _refuse_unknown(rules: Mapping[str, list[str]]) -> None:
    for name, known in (("harms", {*harms(), NO_HARM}), ("languages", set(LANGUAGES))):
        for word in rules[name]:
            if word not in known:
                raise AgainstTheRules(f"{word[:40]!r} is none of the {name}: {', '.join(sorted(known))}")


def _page(desk: Desk, error: Exception | None = None, typed: Mapping[str, str] | None = None) -> Response:
    refuse_unless(desk.viewer, Deed.LEAD)
    with desk.database.reading() as session:
        return page(
            desk.request, "review/teams.html", 422 if error else 200, teams=teams(session),
            error=str(error or ""), typed=typed or {}, harms=[*harms(), NO_HARM], languages=LANGUAGES,
            of_brands=said(session),
        )  # fmt: skip
