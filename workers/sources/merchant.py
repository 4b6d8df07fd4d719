"""Google Merchant feeds, XML or TSV, from the web or from a disk."""

from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, ClassVar, Self

import orjson
from pydantic import BeforeValidator, Field, model_validator

from workers.catalogue import Row
from workers.fetching.fetcher import Limits, Validators
from workers.fetching.urls import shown
from workers.sources.errors import BadSource
from workers.sources.listing import joined
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import HttpSettings, SourceSettings, Url, size
from workers.sources.spool import Spool
from workers.sources.web import Web

_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".tsv", ".csv", ".jsonl"})


class MerchantSettings(HttpSettings):
    """`url` or `path`: where the feed lies. `bytes` and `seconds` bound the whole of it."""

    url: Url = ""
    path: Path | None = None
    bytes: Annotated[int, BeforeValidator(size), Field(ge=1000)] = 8 * 10**9
    seconds: float = Field(default=4 * 3600.0, gt=0, le=24 * 3600)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.url) == bool(self.path):
            raise ValueError("needs one of url and path")
        return self


class Merchant:
    """Laid down on this machine first, then given page by page; one that has not changed is not sent again.

    The cursor: `feed` names what was laid down and `at` is the byte in it; `etag` and `modified` are what the
    server said of it, of a file its size and time.
    """

    Settings: ClassVar[type[SourceSettings]] = MerchantSettings

    def __init__(self, settings: MerchantSettings, web: Web) -> None:
        self.name = settings.name
        self._settings, self._web = settings, web

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        cursor = dict(since or {})
        spool = Spool(self.name)
        known = Validators(cursor.get("etag"), cursor.get("modified"))
        begin = 0
        if cursor.get("feed") and cursor["feed"] == spool.stamp:
            begin = int(cursor["at"])
        else:
            # What was laid down is not there any more, or was never whole.
            fresh = await self._laid_down(spool, Validators() if "feed" in cursor else known)
            if fresh is None:
                yield Page((), cursor)
                return
            known = fresh
        said = {name: value for name, value in (("etag", known.etag), ("modified", known.modified)) if value}
        stamp = spool.stamp
        for rows, onwards in spool.pages(begin):
            ours = tuple(self._ours(row) for row in rows)
            if onwards is None:
                yield Page(ours, said, unit="item")
                break
            yield Page(ours, {**said, "feed": stamp, "at": onwards}, unit="item")
        spool.empty()

    async def _laid_down(self, spool: Spool, known: Validators) -> Validators | None:
        """Gets the feed; None where it has not changed."""
        if self._settings.path is not None:
            return self._from_disk(spool, self._settings.path.expanduser(), known)
        return await self._web.trying(lambda: self._from_web(spool, known))

    async def _from_web(self, spool: Spool, known: Validators) -> Validators | None:
        url = self._settings.url
        limits = Limits(self._settings.bytes, self._settings.seconds, silence=60.0)
        async with self._web.streamed(url, limits, known) as answer:
            if answer.unchanged:
                return None
            whole = await spool.fill(answer.pieces, _suffix(answer.url.path), shown(url))
            # Of a feed that breaks off, the rest must be had some time.
            return answer.validators if whole else Validators()

    def _from_disk(self, spool: Spool, path: Path, known: Validators) -> Validators | None:
        try:
            about = path.stat()
        except OSError as error:
            raise BadSource(
                f"{self.name}: {path} cannot be read ({error.strerror}); check the path"
            ) from None
        now = Validators(modified=f"{about.st_size}-{about.st_mtime_ns}")
        if now == known:
            return None
        return now if spool.fill_from(path, _suffix(path.name), str(path)) else Validators()

    def _ours(self, row: Row) -> Row:
        """With its marketplace's name, and whole addresses of pictures."""
        if row.data is None:
            return row
        fields: dict[str, Any] = orjson.loads(row.data)
        fields.setdefault("marketplace", self._settings.shown_as)
        if self._settings.url and "images" in fields:
            fields["images"] = [joined(self._settings.url, image) for image in fields["images"]]
        return Row(row.number, row.raw, orjson.dumps(fields), row.problem, row.last)


def _suffix(path: str) -> str:
    """What tells its format, with `.gz` cut off, which its bytes tell."""
    suffix = PurePosixPath(path.lower().removesuffix(".gz")).suffix
    return suffix if suffix in _SUFFIXES else ""
