"""Where somebody lands who is signed in, and the answer to whoever asks whether the server is up."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from brand_registry.web.asking import SignedIn, TheDatabase
from brand_registry.web.rendering import Link, Part, notices_for, page

router = APIRouter(include_in_schema=False)
PART = Part(router, links=(Link("Home", "/"),))


@router.get("/")
def home(request: Request, database: TheDatabase, known: SignedIn) -> Response:
    with database.reading() as session:
        notices = notices_for(request, session, known.viewer)
    return page(request, "home.html", roles=sorted(known.viewer.roles), notices=notices)


@router.get("/health")
def health(database: TheDatabase) -> dict[str, str]:
    """Answers as long as the database does."""
    with database.reading() as session:
        session.execute(text("SELECT 1"))
    return {"status": "up"}
