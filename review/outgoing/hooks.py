"""Hooks are made, looked at and ended: an owner's by their own people, the house's by administrators."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session, selectinload

from brand_registry.access import Deed, NotThere, Viewer, refuse_unless
from review.errors import AgainstTheRules
from review.outgoing.tables import REFERENCE, Hook, Sending, SendState

MOST = 10
"""Hooks an owner may have."""
_LONGEST, _SHOWN = 2_000, 100


def visible_hooks(viewer: Viewer) -> Select[Hook]:
    """Those that a viewer may see: all of the house for one who may anywhere."""
    owners = viewer.owners_where(Deed.KEEP_HOOKS)
    hooks = select(Hook).where(Hook.ended.is_(None))
    if owners is None:
        return hooks
    return hooks.where(Hook.owner_id.in_(owners) if owners else false())


def make_hook(session: Session, viewer: Viewer, url: str, owner: int | None, at: datetime) -> Hook:
    """Raises `NotAllowed`, `AgainstTheRules`. Where an address leads is checked with each message."""
    if owner is None:
        if viewer.owners_where(Deed.KEEP_HOOKS) is not None:
            raise NotThere("name the owner whose decisions are to be sent")
    else:
        refuse_unless(viewer, Deed.KEEP_HOOKS, owner)
    address = url.strip()
    if (
        not address.startswith("https://")
        or len(address) > _LONGEST
        or " " in address
        or not address.isprintable()
    ):
        raise AgainstTheRules("a hook's address begins with https:// and has no blanks in it; correct it")
    theirs = select(Hook).where(
        Hook.ended.is_(None), Hook.owner_id.is_(None) if owner is None else Hook.owner_id == owner
    )
    if len(session.scalars(theirs.limit(MOST)).all()) == MOST:
        raise AgainstTheRules(f"there are {MOST} hooks already; end one first")
    hook = Hook(
        owner_id=owner,
        url=address,
        secret=f"{REFERENCE}{secrets.token_hex(16)}",
        made=at,
        made_by=viewer.name,
    )
    session.add(hook)
    session.flush()
    return hook


def hook_of(session: Session, viewer: Viewer, number: int) -> Hook:
    """Raises `NotThere`."""
    hook = session.scalar(visible_hooks(viewer).where(Hook.id == number))
    if hook is None:
        raise NotThere(f"there is no hook {number}")
    return hook


def end_hook(session: Session, viewer: Viewer, number: int, at: datetime) -> None:
    """What waits for it is sent no more. Raises `NotThere`."""
    hook_of(session, viewer, number).ended = at


def sendings_of(session: Session, viewer: Viewer, number: int) -> Sequence[Sending]:
    """The log of a hook, the newest first. Raises `NotThere`."""
    hook = hook_of(session, viewer, number)
    log = select(Sending).where(Sending.hook_id == hook.id).options(selectinload(Sending.hook))
    return session.scalars(log.order_by(Sending.id.desc()).limit(_SHOWN)).all()


def send_again(session: Session, viewer: Viewer, number: int, at: datetime) -> Sending:
    """Tries a message anew that failed, or that got lost at the other side. Raises `NotThere`."""
    sending = session.get(Sending, number)
    if sending is None:
        raise NotThere(f"there is no message {number}")
    hook_of(session, viewer, sending.hook_id)
    sending.state, sending.attempts, sending.due = SendState.WAITING, 0, at
    return sending
