"""Hooks and digests: where decisions are sent to, and what became of each message."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry.access import Deed, NotThere, Viewer, owner_of, visible_owners
from brand_registry.people import Owner
from brand_registry.web.asking import Asking, InPerson, TheDatabase, needs
from brand_registry.web.asking_brand import Typed
from brand_registry.web.rendering import page
from review.errors import AgainstTheRules
from review.outgoing.digests import EVERY, Digest, want
from review.outgoing.hooks import end_hook, hook_of, make_hook, send_again, sendings_of, visible_hooks
from review.outgoing.tables import Hook, Sending
from storage.database import Database

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/v1/hooks", tags=["hooks"], dependencies=[needs(Deed.KEEP_HOOKS)])
Number = Annotated[int, Path(ge=1, lt=2**31)]


class HookAsked(BaseModel):
    """`owner` is the key of the owner whose decisions are wanted, null for those of the whole house."""

    url: str
    owner: str | None = None


class HookTold(BaseModel):
    number: int
    url: str
    owner: str | None
    made: str
    secret: str | None = None
    """Told once, when the hook is made."""


class SendingTold(BaseModel):
    number: int
    decision: int
    state: str
    attempts: int
    status: int | None
    why: str | None
    sent: str | None


@api.get("", summary="List hooks")
def list_hooks(viewer: Asking, database: TheDatabase) -> list[HookTold]:
    with database.reading() as session:
        owners = dict(session.execute(select(Owner.id, Owner.key)).all())
        return [
            HookTold(
                number=one.id, url=one.url, owner=owners.get(one.owner_id or 0), made=one.made.isoformat()
            )
            for one in session.scalars(visible_hooks(viewer))
        ]


@api.post("", status_code=201, summary="Make a hook")
def add_hook(viewer: Asking, database: TheDatabase, asked: HookAsked) -> HookTold:
    """Decisions that can no longer be taken back are posted to it, signed with the secret told here."""
    with database.writing(viewer.name) as session:
        owner = owner_of(session, viewer, asked.owner) if asked.owner is not None else None
        hook = make_hook(session, viewer, asked.url, owner.id if owner else None, datetime.now(UTC))
        return HookTold(
            number=hook.id, url=hook.url, owner=asked.owner, made=hook.made.isoformat(), secret=hook.signs
        )


@api.delete("/{number}", status_code=204, summary="End a hook")
def delete_hook(viewer: Asking, database: TheDatabase, number: Number) -> None:
    with database.writing(viewer.name) as session:
        end_hook(session, viewer, number, datetime.now(UTC))


@api.get("/{number}/messages", summary="Read what was sent to a hook")
def list_messages(viewer: Asking, database: TheDatabase, number: Number) -> list[SendingTold]:
    with database.reading() as session:
        return [_told(one) for one in sendings_of(session, viewer, number)]


@router.get("/notifications")
def notifications(request: Request, known: InPerson, database: TheDatabase) -> Response:
    return _page(request, known, database)


@router.post("/notifications/hooks")
def make(request: Request, known: InPerson, database: TheDatabase, typed: Typed) -> Response:
    viewer = known.viewer
    try:
        with database.writing(viewer.name) as session:
            key = typed.get("owner", "")
            owner = owner_of(session, viewer, key) if key else None
            hook = make_hook(
                session, viewer, typed.get("url", ""), owner.id if owner else None, datetime.now(UTC)
            )
            secret = hook.signs
    except (AgainstTheRules, NotThere) as error:
        return _page(request, known, database, 422, error=str(error))
    return _page(request, known, database, secret=secret)


@router.get("/notifications/hooks/{number}")
def messages(request: Request, known: InPerson, database: TheDatabase, number: Number) -> Response:
    with database.reading() as session:
        hook = hook_of(session, known.viewer, number)
        return page(request, "review/hook.html", hook=hook, rows=sendings_of(session, known.viewer, number))


@router.post("/notifications/hooks/{number}/end")
def end(known: InPerson, database: TheDatabase, number: Number) -> Response:
    with database.writing(known.viewer.name) as session:
        end_hook(session, known.viewer, number, datetime.now(UTC))
    return RedirectResponse("/notifications", 303)


@router.post("/notifications/messages/{number}/again")
def again(known: InPerson, database: TheDatabase, number: Number) -> Response:
    with database.writing(known.viewer.name) as session:
        hook = send_again(session, known.viewer, number, datetime.now(UTC)).hook_id
    return RedirectResponse(f"/notifications/hooks/{hook}", 303)


@router.post("/notifications/digest")
def digest(request: Request, known: InPerson, database: TheDatabase, typed: Typed) -> Response:
    days = typed.get("days", "")
    try:
        with database.writing(known.viewer.name) as session:
            want(
                session,
                known.person,
                int(days) if days.isdecimal() and len(days) < 3 else -1,
                datetime.now(UTC),
            )
    except AgainstTheRules as error:
        return _page(request, known, database, 422, error=str(error))
    return RedirectResponse("/notifications", 303)


def _page(
    request: Request,
    known: InPerson,
    database: Database,
    status: int = 200,
    *,
    error: str = "",
    secret: str = "",
) -> Response:
    viewer = known.viewer
    with database.reading() as session:
        there = session.get(Digest, known.person)
        hooks = (
            list(session.scalars(visible_hooks(viewer))) if viewer.may_somewhere(Deed.KEEP_HOOKS) else None
        )
        return page(
            request, "review/notifications.html", status, hooks=hooks, error=error, secret=secret,
            days=there.days if there else 0, every=EVERY, offered=_offered(session, viewer),
            owners=_owners_of(session, hooks or []),
        )  # fmt: skip


def _owners_of(session: Session, hooks: Sequence[Hook]) -> dict[int, str]:
    """Their names."""
    ids = {one.owner_id for one in hooks if one.owner_id is not None}
    return dict(session.execute(select(Owner.id, Owner.name).where(Owner.id.in_(ids))).all())


def _offered(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    whole = [("", "all brands")] if viewer.owners_where(Deed.KEEP_HOOKS) is None else []
    owners = session.scalars(visible_owners(viewer).order_by(Owner.name))
    return whole + [(one.key, one.name) for one in owners if viewer.may(Deed.KEEP_HOOKS, one.id)]


def _told(one: Sending) -> SendingTold:
    return SendingTold(
        number=one.id, decision=one.decision_id, state=one.state, attempts=one.attempts, status=one.status,
        why=one.why, sent=one.sent.isoformat() if one.sent else None,
    )  # fmt: skip
