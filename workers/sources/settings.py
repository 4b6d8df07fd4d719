"""What an operator says of a source, validated in plain words."""

import os
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
)

from workers.fetching.errors import UrlRefused
from workers.fetching.urls import checked
from workers.sources.errors import BadSources

_EVERY_PORT = frozenset(range(1, 65536))
_SIZES = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}


class Secret:
    """A secret by the name of the environment variable that holds it; its text is never kept or shown."""

    def __init__(self, variable: str) -> None:
        self.variable = variable

    def text(self) -> str:
        """Raises `BadSources` where the variable is not set."""
        value = os.environ.get(self.variable, "").strip()
        if not value:
            raise BadSources(
                f"the environment variable {self.variable} is not set, and a source needs it; set it"
            )
        return value

    def __repr__(self) -> str:
        return f"${{{self.variable}}}"


def _secret(value: object) -> Secret:
    named = re.fullmatch(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", value) if isinstance(value, str) else None
    if named is None:
        # What was written is not repeated: it may be the secret itself.
        raise ValueError("is a secret, and secrets stay out of this file: write ${NAME} and set NAME")
    return Secret(named[1])


def _url(value: str) -> str:
    try:
        return str(checked(value, _EVERY_PORT))
    except UrlRefused as refused:
        raise ValueError(f"cannot be used: {refused}") from None


def size(value: object) -> object:
    """Bytes, from a number or '5 GB'."""
    if not isinstance(value, str):
        return value
    sized = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]+)?) ?([kmgt]b)", value.strip().lower())
    return int(float(sized[1]) * _SIZES[sized[2]]) if sized else value


def _cron(value: str) -> str:
    from celery.schedules import ParseException, crontab

    try:
        crontab.from_string(value)
    except (ParseException, ValueError, TypeError):
        raise ValueError(
            "is no schedule; write it as cron does, such as '15 */6 * * *' for every six hours"
        ) from None
    return value


SecretField = Annotated[
    Secret, BeforeValidator(_secret), PlainSerializer(repr, return_type=str), Field(repr=True)
]
Url = Annotated[str, AfterValidator(_url)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False)


class Budget(Strict):
    """What one pull may take at most; the next one goes on where it stopped."""

    listings: int | None = Field(default=None, ge=1)
    requests: int | None = Field(default=None, ge=1)
    bytes: Annotated[int | None, BeforeValidator(size), Field(ge=1)] = None

    @property
    def bounds(self) -> bool:
        """Whether it bounds anything."""
        return (self.listings, self.requests, self.bytes) != (None, None, None)


class SourceSettings(Strict):
    """What all kinds of sources have in common."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    kind: str
    marketplace: str | None = Field(default=None, max_length=200)
    """What its listings call their marketplace: by default the source's name."""
    schedule: Annotated[str, AfterValidator(_cron)] | None = None
    """When it is pulled, as cron writes it, in UTC; without it only when somebody asks."""
    whole_every: int | None = Field(default=90, ge=1)
    """Days after which a pull by the schedule is of the whole source again, and not of what has changed: that
    alone tells which listings are gone. None for never; with a budget it never is."""
    paused: bool = False
    budget: Budget = Budget()
    delay: float = Field(default=0.2, ge=0, le=3600)
    """Seconds between the starts of two requests."""
    attempts: int = Field(default=5, ge=1, le=20)
    """How often a request is tried that fails in passing."""
    first_wait: float = Field(default=1.0, ge=0, le=600)
    """Seconds, about, before the second try; doubled for each further one."""
    patience: float = Field(default=120.0, ge=0, le=3600)
    """Seconds that a shop is waited for which asks to be left alone; a longer wait ends the pull."""
    page_bytes: Annotated[int, BeforeValidator(size), Field(ge=1000)] = 32 * 2**20
    """The largest page that is taken."""
    seconds: float = Field(default=60.0, gt=0, le=24 * 3600)
    """The longest that one request may take."""

    @property
    def shown_as(self) -> str:
        return self.marketplace or self.name


class HttpSettings(SourceSettings):
    """Of sources on the web."""

    url: Url
    headers: dict[str, SecretField] = Field(default_factory=dict)
    """Sent with every request to the shop itself, such as a key; never to another host."""

    @field_validator("headers")
    @classmethod
    def _sound(cls, headers: dict[str, Any]) -> dict[str, Any]:
        wrong = next((name for name in headers if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", name)), None)
        if wrong is not None:
            raise ValueError(f"hold {wrong[:40]!r}, which is no header's name")
        return headers
