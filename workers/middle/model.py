"""A chat endpoint like OpenAI's: one question, one answer, in bounded time.

What it sends is as hostile as a listing: no more than 64 KB of it is read, and nothing of it but what fits
the schema is kept or told. The key goes into one header and nowhere else.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, Field, SecretStr, ValidationError

from detector.middle.band import Said
from detector.middle.question import MOST_ANSWERED, PROMPT, NoOpinion, Question, answered, schema

_MOST_BYTES = 64 * 1024
_TRIES = 2
_PAUSE = 0.2
"""Seconds before the second try."""
_CHARACTERS_A_TOKEN = 2
"""Few, as what is counted before it is known must not be too little."""
_TOKENS_A_PICTURE = 1_500


class _Usage(BaseModel):
    total_tokens: int = Field(ge=0)


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a question: an answer, or the clause that says why none did; and what it cost."""

    said: Said | str
    calls: int
    tokens: int


class _Failed(Exception):
    """A call that gave nothing; `again` says whether another may."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class Model:
    """Asks `name` at `url`; one call takes `seconds` at most, and a question two calls."""

    def __init__(self, url: str, name: str, key: SecretStr | None, seconds: float) -> None:
        self._url = url.rstrip("/") + "/chat/completions"
        self.name = name
        self._key = key
        self._seconds = seconds

    def costs(self, question: Question) -> int:
        """The tokens that a question takes at most, tries and answer included; a guess on the high side."""
        once = len(question.messages()[0]["content"]) + len(question.data)
        shown = _TOKENS_A_PICTURE * len(question.pictures)
        return _TRIES * (once // _CHARACTERS_A_TOKEN + shown + MOST_ANSWERED)

    def ask(self, question: Question, pictures: Sequence[str] = ()) -> Heard:
        """`pictures` are data URLs."""
        # Closed without waiting for a resolver that hangs, as `asyncio.run` would.
        with closing(asyncio.new_event_loop()) as loop:
            return loop.run_until_complete(self._asked(question, pictures))

    async def _asked(self, question: Question, pictures: Sequence[str]) -> Heard:
        tokens = 0
        for number in range(1, _TRIES + 1):
            messages = question.messages(pictures)
            try:
                async with asyncio.timeout(self._seconds):
                    reply = _parsed(await self._posted(messages))
                    tokens += _tokens_of(reply, messages)
                    answer, sureness, why = answered(reply.choices[0].message.content)
            except TimeoutError:
                return Heard(f"no answer within {self._seconds:g} seconds", number, tokens)
            except (NoOpinion, _Failed) as failure:
                if number == _TRIES or not getattr(failure, "again", True):
                    return Heard(str(failure), number, tokens)
                await asyncio.sleep(_PAUSE)
            else:
                return Heard(Said(answer, sureness, why, self.name, PROMPT), number, tokens)
        raise AssertionError("a try returns or is followed by another")

    async def _posted(self, messages: list[dict[str, Any]]) -> bytes:
        asked = {
            "model": self.name, "messages": messages, "temperature": 0, "max_tokens": MOST_ANSWERED,
            "response_format": schema(),
        }  # fmt: skip
        headers = {"Accept-Encoding": "identity"}  # nothing is unpacked here that could be a bomb
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        try:
            # That is the time of each read: how long all of it may take, dripped or not, is bounded outside.
            async with (
                httpx.AsyncClient(timeout=self._seconds, follow_redirects=False) as client,
                client.stream("POST", self._url, json=asked, headers=headers) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    again = response.status_code == 429 or response.status_code >= 500
                    raise _Failed(f"the endpoint answers with status {response.status_code}", again=again)
                body = b""
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise _Failed("its answer is longer than any that fits", again=False)
                return body
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Its text may quote headers.
            raise _Failed(f"the endpoint can't be asked ({type(error).__name__})", again=True) from None


def _parsed(body: bytes) -> _Reply:
    try:
        return _Reply.model_validate_json(body)
    except ValidationError:
        raise NoOpinion("what the endpoint sends is no chat completion") from None


def _tokens_of(reply: _Reply, messages: Sequence[dict[str, Any]]) -> int:
    """As the endpoint says; where it doesn't, by the length."""
    if reply.usage is not None:
        return reply.usage.total_tokens
    return sum(len(str(one["content"])) for one in messages) // _CHARACTERS_A_TOKEN + MOST_ANSWERED
