"""What goes out of a confirmed decision: the statement of reasons, and the text to the seller."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from brand_registry.access import Deed
from brand_registry.web.asking import Asking, TheDatabase, needs
from brand_registry.web.rendering import page, public_url
from review.appeals.links import OPEN_FOR, path_of
from review.audit.log import log
from review.notices.filing import gave_notice
from review.platform import Platform, configured_platform
from review.statements.confirmed import Confirmed, confirmed
from review.statements.schema import BadStatement, Source
from review.statements.wording import LANGUAGES, seller_text
from review.statements.writing import restriction_of, statement_of
from review.web.asking import ADesk

router = APIRouter(dependencies=[needs(Deed.TELL)])
Language = Annotated[str, Query(max_length=10)]
_ENGLISH = "en"


class SellerTold(BaseModel):
    """What the seller is to be told, in one language. `appeal` is the address on which they object."""

    language: str
    text: str
    appeal: str


@router.get("/decisions/{number}", include_in_schema=False)
def decision_page(desk: ADesk, number: int, language: Language = _ENGLISH) -> Response:
    with desk.database.reading() as session:
        about = confirmed(session, number)
        platform = configured_platform()
        wrong, statement, text = "", None, ""
        try:
            statement = statement_of(about, platform, source_of(session, about)).to_json()
            text = told(session, desk.request, about, platform, language).text
        except BadStatement as error:
            wrong = str(error)
        answer = page(
            desk.request, "review/decision.html", about=about, statement=statement, text=text, wrong=wrong,
            language=language, languages=LANGUAGES, link=_link(session, desk.request, about),
            until=about.decision.at + OPEN_FOR,
        )  # fmt: skip
    with desk.writing() as session:
        log(session, desk.at, desk.viewer.name, "saw", about.case.id, decision=number)
    return answer


@router.get("/v1/decisions/{number}/statement", tags=["decisions"], summary="Read a statement of reasons")
def read_statement(viewer: Asking, database: TheDatabase, number: int) -> dict[str, Any]:
    """In the fields of the Transparency Database's API, ready to be sent there; without personal data."""
    with database.reading() as session:
        about = confirmed(session, number)
        return statement_of(about, configured_platform(), source_of(session, about)).to_json()


@router.get("/v1/decisions/{number}/seller-text", tags=["decisions"], summary="Read what a seller is told")
def read_seller_text(
    request: Request, viewer: Asking, database: TheDatabase, number: int, language: Language = _ENGLISH
) -> SellerTold:
    with database.reading() as session:
        return told(session, request, confirmed(session, number), configured_platform(), language)


def told(
    session: Session, request: Request, about: Confirmed, platform: Platform | None, language: str
) -> SellerTold:
    """Raises `BadStatement`, `UnknownLanguage`."""
    known, restriction = restriction_of(platform, about.policy)
    link = _link(session, request, about)
    text = seller_text(
        about, known, restriction, language=language, until=about.decision.at + OPEN_FOR, link=link,
        noticed=source_of(session, about) is not Source.VOLUNTARY,
    )  # fmt: skip
    return SellerTold(language=language, text=text, appeal=link)


def source_of(session: Session, about: Confirmed) -> Source:
    """Why the platform looked: because somebody had given notice, or of its own accord."""
    return Source.NOTICE if gave_notice(session, about.case.id, about.decision.at) else Source.VOLUNTARY


def _link(session: Session, request: Request, about: Confirmed) -> str:
    return public_url(request) + path_of(session, about.decision.id)
