"""A source's way to the web: tries again what failed in passing, and keeps to the budget."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import orjson
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from detector.counted import counted
from workers.fetching.errors import BadAnswer, FetchFailed
from workers.fetching.fetcher import Answer, Fetcher, Limits, Validators
from workers.fetching.urls import origin, shown
from workers.sources.errors import BudgetSpent
from workers.sources.settings import Budget, HttpSettings, SourceSettings

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as a whole; `content` is None where nothing has changed."""

    answer: Answer
    content: bytes | None


class Web:
    """Of one pull of one source. `requests` and `received` count what it took."""

    def __init__(self, settings: SourceSettings, fetcher: Fetcher) -> None:
        self._settings, self._fetcher = settings, fetcher
        self._budget: Budget = settings.budget
        self.requests = 0
        self.received = 0

    async def json(
        self, url: str, query: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[Any, Answer]:
        """What an address answers in JSON; None where nothing has changed.

        Raises `FetchFailed`, or `BudgetSpent` before it asks.
        """
        address = _with(url, query or {})

        async def attempt() -> tuple[Any, Answer]:
            got = await self._once(address, {"Accept": "application/json", **(headers or {})})
            return None if got.content is None else _json(got.content, got.answer), got.answer

        return await self.trying(attempt)

    async def content(
        self, url: str, headers: Mapping[str, str] | None = None, validators: Validators | None = None
    ) -> Got:
        """What an address answers, as a whole. With `validators`, only if it has changed."""
        asked = {**(headers or {}), **(validators.headers() if validators else {})}
        return await self.trying(lambda: self._once(url, asked))

    async def token(self, url: str, form: Mapping[str, str], authorization: str) -> Any:
        """What a token endpoint answers."""

        async def attempt() -> Any:
            got = await self._once(url, {"Authorization": authorization}, form, secret=False)
            return _json(got.content or b"", got.answer)

        return await self.trying(attempt)

    @asynccontextmanager
    async def streamed(
        self, url: str, limits: Limits, validators: Validators | None = None
    ) -> AsyncIterator[Answer]:
        """One answer to be read piece by piece; who reads it tries again."""
        asked = {**self._secrets(url), **(validators.headers() if validators else {})}
        self._count()
        async with self._fetcher.opened(url, headers=asked, limits=limits) as answer:
            yield Answer(answer.url, answer.status, answer.headers, self._counted(answer.pieces))

    async def _once(
        self,
        url: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        secret: bool = True,
    ) -> Got:
        self._count()
        limits = Limits(self._settings.page_bytes, self._settings.seconds)
        asked = {**(self._secrets(url) if secret else {}), **headers}
        async with self._fetcher.opened(url, headers=asked, limits=limits, form=form) as answer:
            if answer.unchanged:
                return Got(answer, None)
            pieces = [piece async for piece in self._counted(answer.pieces)]
        return Got(answer, b"".join(pieces))

    def _secrets(self, url: str) -> dict[str, str]:
        """The headers that its settings name, for the shop's own address alone: answers may name others."""
        own = self._settings
        if not isinstance(own, HttpSettings) or not own.headers:
            return {}
        if origin(httpx.URL(url)) != origin(httpx.URL(own.url)):
            return {}
        return {name: secret.text() for name, secret in own.headers.items()}

    def _count(self) -> None:
        if self._budget.requests is not None and self.requests >= self._budget.requests:
            raise BudgetSpent(
                f"{counted(self.requests, 'request was', 'requests were')} made, as many as its budget allows"
            )
        if self._budget.bytes is not None and self.received >= self._budget.bytes:
            raise BudgetSpent(f"{self.received / 1e6:,.1f} MB were received, all that its budget allows")
        self.requests += 1

    async def _counted(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            self.received += len(piece)
            yield piece

    async def trying(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Tries again what fails in passing, later each time and never all at once."""
        waits = wait_random_exponential(multiplier=self._settings.first_wait, max=self._settings.patience)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # What the host asked for is waited for at its turn.
            return 0.0 if isinstance(error, FetchFailed) and error.after else waits(state)

        def again(error: BaseException) -> bool:
            asked = getattr(error, "after", None) or 0.0
            return isinstance(error, FetchFailed) and error.passing and asked <= self._settings.patience

        async for one in AsyncRetrying(
            retry=retry_if_exception(again),
            stop=stop_after_attempt(self._settings.attempts),
            wait=wait,
            reraise=True,
        ):
            with one:
                return await attempt()
        raise AssertionError("unreachable")


def _with(url: str, query: Mapping[str, object]) -> str:
    asked = {name: str(value) for name, value in query.items() if value is not None}
    return str(httpx.URL(url).copy_merge_params(asked)) if asked else url


def _json(content: bytes, answer: Answer) -> Any:
    where = shown(answer.url)
    text = content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace").encode()
    try:
        return orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        pass
    if not content.strip():
        raise BadAnswer(f"{where}: answered nothing, where JSON was expected")
    if content.lstrip()[:1] == b"<":
        raise BadAnswer(f"{where}: answered a page for people, where JSON was expected")
    try:
        content.decode()
    except UnicodeDecodeError:
        raise BadAnswer(f"{where}: answered JSON that is not UTF-8, as JSON must be") from None
    raise BadAnswer(f"{where}: answered JSON that is broken or breaks off")
