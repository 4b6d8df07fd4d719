"""The notice that a brand files with a marketplace, to be taken away as text, PDF or JSON."""

from datetime import UTC, datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from brand_registry.access import NotThere
from brand_registry.web.asking import Asking, TheDatabase
from review.audit.log import log
from review.takedown.writing import takedown_of

router = APIRouter(tags=["notices"])
_SORTS = {"txt": "text/plain; charset=utf-8", "pdf": "application/pdf", "json": "application/json"}


@router.get("/v1/cases/{number}/notice.{kind}", summary="Write the notice that a brand files elsewhere")
def notice(
    viewer: Asking, database: TheDatabase, number: int, kind: str,
    language: Annotated[str, Query(max_length=10)] = "en",
) -> Response:  # fmt: skip
    """Of a confirmed case of a brand that you may see; `kind` is txt, pdf or json, `language` one of en, de,
    fr, es, it, pl. Whoever gives it fills in who they are, and signs.
    """
    if kind not in _SORTS:
        raise NotThere(f"a notice is written as {', '.join(_SORTS)}; end the address with one of them")
    with database.reading() as session:
        written = takedown_of(session, viewer, number)
        if kind == "json":
            whole = orjson.dumps(written.fields(language), option=orjson.OPT_INDENT_2)
        else:
            whole = written.pdf(language) if kind == "pdf" else written.text(language).encode()
    with database.writing(viewer.name) as session:
        log(session, datetime.now(UTC), viewer.name, "took notice away", number, kind=kind, language=language)
    named = {"Content-Disposition": f'attachment; filename="notice-{number}-{language}.{kind}"'}
    return Response(whole, media_type=_SORTS[kind], headers=named)
