"""Any JSON API, by a mapping that its operator writes: each field of a listing is a JMESPath expression."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import httpx
import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, field_validator

from workers.fetching.errors import Refused
from workers.fetching.fetcher import Validators
from workers.fetching.urls import origin
from workers.sources.errors import BadSource
from workers.sources.listing import (
    Unmapped,
    attributes,
    filled,
    joined,
    named,
    plain,
    price,
    row,
    some,
    text,
)
from workers.sources.paging import looked_back, overlapped
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import HttpSettings, SourceSettings, Strict
from workers.sources.watch import Watch
from workers.sources.web import Web

FIELDS = ("id", "title", "description", "brand", "category", "condition", "url", "images", "price",
          "currency", "seller_id", "seller_name", "seller_country")  # fmt: skip
"""What a mapping may name, beside `attributes.NAME`."""
_EXPIRED = frozenset({400, 404, 409, 410, 422})


def _expression(text: str) -> str:
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        at = getattr(error, "lex_position", None)
        where = f" from character {at + 1:,} on" if isinstance(at, int) else ""
        raise ValueError(f"is no JMESPath expression{where}; jmespath.org lets you try one") from None
    return text


Expression = Annotated[str, AfterValidator(_expression)]


class Paging(Strict):
    """How one page leads to the next.

    `page` and `offset` count pages and items in `param`, `after` sends the last item's id in it, `cursor`
    what the answer holds at `next`; `link` follows the header `Link` of RFC 8288, or the address at `next`.
    """

    by: Literal["none", "page", "offset", "after", "cursor", "link"] = "none"
    param: str = ""
    next: Expression | None = None
    size_param: str | None = None
    size: int = Field(default=100, ge=10, le=10_000)
    first: int = Field(default=1, ge=0, le=1)
    """The number of the first page."""


class RestSettings(HttpSettings):
    """`items` is where the list of listings stands in an answer, `fields` what each field of a listing is."""

    query: dict[str, str] = Field(default_factory=dict)
    items: Expression = "@"
    fields: dict[str, Expression]
    paging: Paging = Paging()
    since_param: str | None = None
    """The parameter that asks for what has changed since a time; without it every pull is of all."""

    @field_validator("fields")
    @classmethod
    def _known(cls, fields: dict[str, str]) -> dict[str, str]:
        lacking = {"id", "title"} - fields.keys()
        if lacking:
            raise ValueError(f"must name {' and '.join(sorted(lacking))}")
        known = (name for name in fields if name not in FIELDS and not name.startswith("attributes."))
        wrong = next(known, "")[:40]
        if wrong:
            raise ValueError(f"name {wrong!r}, which no listing has; write it as attributes.{wrong}")
        return fields


class Rest:
    """The cursor is by the kind of paging: `page`, `offset` and `tail`, `after`, `cursor` or `link`. One that
    the shop no longer knows begins again from the front.
    """

    Settings: ClassVar[type[SourceSettings]] = RestSettings

    def __init__(self, settings: RestSettings, web: Web) -> None:
        self.name = settings.name
        self._settings, self._web = settings, web
        self._items = jmespath.compile(settings.items)
        self._next = jmespath.compile(settings.paging.next) if settings.paging.next else None
        self._fields = {name: jmespath.compile(expression) for name, expression in settings.fields.items()}
        self._since: str | None = None
        self._count = 0

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        watch, cursor = Watch.of(since), since or {}
        self._since = watch.since
        walk = {
            "none": self._once,
            "page": self._by_page,
            "offset": self._by_offset,
        }.get(self._settings.paging.by, self._onwards)
        begun = False
        try:
            async for page in walk(cursor, watch):
                begun = True
                yield page
        except Refused as refused:
            if begun or not cursor or refused.status not in _EXPIRED:
                raise
            async for page in walk({}, watch):
                yield page

    async def _once(self, cursor: Cursor, watch: Watch) -> AsyncIterator[Page]:
        known = Validators(cursor.get("etag"), cursor.get("modified"))
        found, answer = await self._web.json(self._settings.url, self._query({}), known.headers())
        if answer.unchanged:
            yield Page((), cursor)
            return
        again = answer.validators
        said = {name: value for name, value in (("etag", again.etag), ("modified", again.modified)) if value}
        yield Page(self._rows(self._listed(found)), {**watch.done(), **said})

    async def _by_page(self, cursor: Cursor, watch: Watch) -> AsyncIterator[Page]:
        paging = self._settings.paging
        less = paging.first - 1

        async def at(number: int) -> list[Any]:
            return self._listed(await self._asked({paging.param: number + less}))

        async for number, items, last in looked_back(at, int(cursor.get("page", 1))):
            rows = self._rows(items)
            yield Page(rows, watch.done() if last else watch.going({"page": number + 1}))

    async def _by_offset(self, cursor: Cursor, watch: Watch) -> AsyncIterator[Page]:
        async def at(offset: int) -> list[Any]:
            return self._listed(await self._asked({self._settings.paging.param: offset}))

        walk = overlapped(at, self._id, int(cursor.get("offset", 0)), list(cursor.get("tail", ())))
        async for items, offset, tail in walk:
            rows = self._rows(items)
            done = not items
            yield Page(rows, watch.done() if done else watch.going({"offset": offset, "tail": tail}))

    async def _onwards(self, cursor: Cursor, watch: Watch) -> AsyncIterator[Page]:
        by, param = self._settings.paging.by, self._settings.paging.param
        place = cursor.get(by)
        while True:
            if by == "link" and place:
                found, answer = await self._web.json(str(place))
            else:
                asked = {param: place} if place is not None else {}
                found, answer = await self._web.json(self._settings.url, self._query(asked))
            items = self._listed(found)
            onwards = self._place_after(items, found, answer.headers, str(answer.url))
            rows = self._rows(items)
            if not items or onwards in (None, ""):
                yield Page(rows, watch.done())
                return
            if onwards == place:
                raise BadSource(f"{self.name}: its answers lead to the same page again and again")
            place = onwards
            yield Page(rows, watch.going({by: place}))

    def _place_after(self, items: list[Any], found: Any, headers: httpx.Headers, url: str) -> str | None:
        by = self._settings.paging.by
        if by == "after":
            return self._id(items[-1]) if items else None
        named_next = text(self._next.search(found)) if self._next else None
        if by == "cursor":
            return named_next
        linked = named_next or _linked(headers)
        if not linked:
            return None
        onwards = joined(url, linked)
        try:
            same = origin(httpx.URL(onwards)) == origin(httpx.URL(self._settings.url))
        except (httpx.InvalidURL, KeyError):
            same = False
        if not same:
            raise BadSource(f"{self.name}: its next page lies elsewhere, at {onwards[:100]!r}; not followed")
        return onwards

    async def _asked(self, place: Mapping[str, object]) -> Any:
        found, _ = await self._web.json(self._settings.url, self._query(place))
        return found

    def _query(self, place: Mapping[str, object]) -> dict[str, object]:
        paging = self._settings.paging
        sized = {paging.size_param: paging.size} if paging.size_param else {}
        changed = {self._settings.since_param: self._since} if self._settings.since_param else {}
        return {**self._settings.query, **sized, **changed, **place}

    def _listed(self, found: Any) -> list[Any]:
        items = self._items.search(found)
        if not isinstance(items, list):
            where = "its answer" if self._settings.items == "@" else f"{self._settings.items!r} in its answer"
            raise BadSource(f"{self.name}: {where} is no list; check `items`")
        return items

    def _rows(self, items: list[Any]) -> tuple[Any, ...]:
        first = self._count + 1
        self._count += len(items)
        return tuple(row(number, one, self._listing) for number, one in enumerate(items, start=first))

    def _id(self, item: Any) -> str:
        try:
            return text(self._fields["id"].search(item)) or ""
        except JMESPathError:
            return ""

    def _listing(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        said: dict[str, Any] = {}
        for name, expression in self._fields.items():
            try:
                said[name] = expression.search(item)
            except JMESPathError:
                raise Unmapped(
                    f"{name} cannot be had of it; see whether its expression fits what the shop sends"
                ) from None
        images = [
            image.get("url") if isinstance(image, Mapping) else image for image in some(said.get("images"))
        ]
        address = text(said.get("url"))
        return {
            "id": text(said["id"]),
            "marketplace": self._settings.shown_as,
            "title": plain(said["title"]),
            "description": plain(said.get("description")),
            "url": joined(self._settings.url, address) if address else None,
            "price": _price(said.get("price"), said.get("currency")),
            "images": [joined(self._settings.url, place) for image in images if (place := text(image))],
            "seller": filled({part: text(said.get(f"seller_{part}")) for part in ("id", "name", "country")}),
            "attributes": attributes(
                {
                    name.partition(".")[2]: value
                    for name, value in said.items()
                    if name.startswith("attributes.")
                }
            ),
            **{name: named(said.get(name)) for name in ("brand", "category", "condition")},
        }


def _price(amount: object, currency: object) -> dict[str, str] | None:
    if isinstance(amount, Mapping):
        return price(amount.get("amount"), amount.get("currency") or currency)
    return price(amount, currency)


def _linked(headers: httpx.Headers) -> str | None:
    answer = httpx.Response(200, headers=headers)
    return answer.links.get("next", {}).get("url")
