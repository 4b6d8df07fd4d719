"""Versions over HTTP (RFC 9110, section 13): what one read is what one changes, or one is told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Header
from starlette.exceptions import HTTPException

from storage.errors import ChangedMeanwhile

_TAG = re.compile(r'(?:W/)?"([0-9a-z]{1,40})"')


def etag(version: int | str) -> dict[str, str]:
    """The header that tells a version."""
    return {"ETag": f'"{version}"'}


async def _asked(
    if_match: Annotated[
        str | None, Header(description="The `ETag` of what is to be changed, or `*` for whatever is there")
    ] = None,
) -> str | None:
    if if_match is None:
        raise HTTPException(428, "say by If-Match which version is to be changed: the ETag that came with it")
    if if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise HTTPException(412, "If-Match is no ETag that was given here; read it again")
    return found[1]


IfMatch = Annotated[str | None, Depends(_asked)]
"""The version that is asked to be changed; None for whatever is there."""


def number_of(version: str | None) -> int | None:
    """Of a brand. One that no brand has is answered as one that is no longer."""
    if version is None:
        return None
    return int(version) if version.isdecimal() and len(version) < 12 else -1


@contextmanager
def matching() -> Iterator[None]:
    """Answers 412 where what is there is no longer what was read."""
    try:
        yield
    except ChangedMeanwhile as changed:
        raise HTTPException(412, str(changed)) from None
