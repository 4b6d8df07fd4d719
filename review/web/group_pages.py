"""The page of a group: which cases hang together and why, and one decision for those that are chosen."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import page
from brand_registry.web.told import title_of
from review.audit.log import log
from review.decisions.rules import CODES, POLICIES, RULES
from review.errors import AgainstTheRules
from review.groups.deciding import Outcomes, decide_group
from review.groups.showing import group_of
from review.web.asking import ADesk, Desk
from review.web.ruled import ruling_of_form
from review.web.showing import case_of

router = APIRouter(include_in_schema=False)
_CASE = re.compile(r"case\.([0-9]{1,18})")


@router.get("/cases/{number}/group")
def group(desk: ADesk, number: int) -> Response:
    return _page(desk, number)


@router.post("/cases/{number}/group/decide")
def say(desk: ADesk, number: int, typed: Typed) -> Response:
    chosen = {
        int(one[1]): int(value[:18])
        for name, value in typed.items()
        if (one := _CASE.fullmatch(name)) and value[:18].isdigit()
    }
    try:
        came = decide_group(
            desk.database, desk.viewer, chosen, ruling_of_form(typed), token=typed.get("token", ""),
            now=lambda: datetime.now(UTC),
        )  # fmt: skip
    except AgainstTheRules as error:
        return _page(desk, number, error=error, typed=typed)
    return _page(desk, number, came=came, typed=typed if came.refused else None)


def _page(
    desk: Desk, number: int, *,
    came: Outcomes | None = None, error: Exception | None = None, typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    with desk.database.reading() as session:
        about, place = case_of(session, desk.viewer, number)
        group = group_of(session, desk.viewer, number, datetime.now(UTC))
        titles = {one.place.case_id: one.place.title for one in (*group.waiting, *group.decided)}
        answer = page(
            desk.request, "review/group.html", 422 if error else 200, about=about, place=place, group=group,
            came=came, titles=titles, error=str(error or ""), typed=typed or {}, query=desk.query, at=desk.at,
            token=secrets.token_hex(16), title_of=title_of, policies=POLICIES, codes=CODES, rules=RULES,
        )  # fmt: skip
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "saw group", number, cases=sorted(titles))
    return answer
