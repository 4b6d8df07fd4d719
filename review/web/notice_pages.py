"""Notices of others: a page for anybody, the same by the API, and for owners what became of theirs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from brand_registry.access import Viewer
from brand_registry.identity.errors import TooManyAttempts
from brand_registry.identity.sessions import Known
from brand_registry.web.asking import Asking, TheDatabase
from brand_registry.web.asking_brand import Typed
from brand_registry.web.problems import waiting
from brand_registry.web.rate_limits import refuse_held_off
from brand_registry.web.rendering import page
from review.decisions.rules import POLICIES
from review.errors import AgainstTheRules
from review.notices.complete import LONGEST, SHORTEST, Given
from review.notices.filing import Incomplete, file_notice, notices_of
from review.notices.tables import Notice
from storage.database import Database

router = APIRouter()
_SOMEBODY = "somebody who gives notice"
Line = Annotated[str, Field(max_length=2_000)]


class NoticeGiven(BaseModel):
    """A notice by Article 16(2). `where` is the listing's address, `brand` the brand's id or its name."""

    where: Line = ""
    brand: Line = ""
    policy: Line = ""
    explanation: Annotated[str, Field(max_length=20_000)] = ""
    name: Line = ""
    email: Line = ""
    good_faith: bool = False


class NoticeTold(BaseModel):
    """That a notice came in. `unplaced` says that the listing or the brand is not known here yet."""

    number: int
    state: str
    filed: str
    where: str
    brand: str


@router.post("/v1/notices", status_code=201, tags=["notices"], summary="Give notice of a listing")
def give(request: Request, database: TheDatabase, given: NoticeGiven) -> NoticeTold:
    """Anybody may, with a key or without. What is missing is named, all of it at once. With an owner's key
    the notice counts among theirs: how many they may give depends on how many were right.
    """
    return _told(_file(database, Given(**given.model_dump()), _viewer(request)))


@router.get("/v1/notices", tags=["notices"], summary="Read what became of your notices")
def read(viewer: Asking, database: TheDatabase) -> list[NoticeTold]:
    with database.reading() as session:
        return [_told(one) for one in notices_of(session, viewer)]


@router.get("/notice", include_in_schema=False)
def form(request: Request) -> Response:
    return _page(request)


@router.post("/notice", include_in_schema=False)
def send(request: Request, database: TheDatabase, typed: Typed) -> Response:
    names = ("where", "brand", "policy", "explanation", "name", "email")
    given = Given(**{name: typed.get(name, "") for name in names}, good_faith=bool(typed.get("good_faith")))
    try:
        refuse_held_off(request)
        kept = _file(database, given, _viewer(request))
    except TooManyAttempts as error:
        return _page(request, 429, waiting(error), typed=typed, error=str(error))
    except Incomplete as error:
        return _page(request, 422, typed=typed, lacking=error.lacking)
    except AgainstTheRules as error:
        return _page(request, 422, typed=typed, error=str(error))
    return _page(request, 201, kept=_told(kept))


def _file(database: Database, given: Given, viewer: Viewer | None) -> Notice:
    with database.writing(viewer.name if viewer else _SOMEBODY) as session:
        notice = file_notice(session, given, viewer, datetime.now(UTC))
        session.flush()
        session.expunge(notice)
    return notice


def _viewer(request: Request) -> Viewer | None:
    known: Known | None = request.state.known
    return known.viewer if known else None


def _page(
    request: Request, status: int = 200, headers: Mapping[str, str] | None = None, *,
    typed: Typed | None = None, error: str = "",
    lacking: dict[str, str] | None = None, kept: NoticeTold | None = None,
) -> Response:  # fmt: skip
    return page(
        request, "review/notice_form.html", status, headers, typed=typed or {}, error=error,
        lacking=lacking or {}, kept=kept, policies=[(name, words) for name, (words, _) in POLICIES.items()],
        shortest=SHORTEST, longest=LONGEST,
    )  # fmt: skip


def _told(one: Notice) -> NoticeTold:
    return NoticeTold(
        number=one.id, state=one.state, filed=one.filed.isoformat(), where=one.where, brand=one.brand
    )
