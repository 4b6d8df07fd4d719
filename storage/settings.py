"""What an operator sets: environment variables that begin with DETECTOR_, or lines of a file `.env`."""

import os
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.errors import BadSetting
from storage.wording import of_setting


def _home() -> Path:
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "listing-infringement-detector"


class Settings(BaseSettings):
    """Every setting has a default that works without a network."""

    # What is set to nothing, as a compose file sets what its own environment lacks, is not set.
    model_config = SettingsConfigDict(
        env_prefix="DETECTOR_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    data: Path | None = None
    """A folder of labelled data for `detector evaluate`."""

    home: Path = Field(default_factory=_home)
    """The folder that the database and the blobs lie in: `~/.local/share/listing-infringement-detector` by
    the XDG rules."""

    database: str | None = None
    """An address of SQLAlchemy's, such as `postgresql+psycopg://user@host/name`; without it a SQLite file in
    `home`."""

    secret: SecretStr | None = Field(default=None, min_length=32)
    """What secrets of hooks are made of, and contact details in the database are hidden with, at least 32
    characters; without it the file `secret.key` in `home`."""

    broker: str | None = None
    """Where Celery's messages go: `redis://`, `rediss://` (TLS) or `sentinel://`, with user and password as
    they are; without it a Valkey of our own in `home`."""

    broker_master: str = "mymaster"
    """What Sentinel calls the server."""

    lease: float = Field(default=120, ge=1)
    """Seconds after which work that was given out and not heard of again is given out anew."""

    shards: str | None = None
    """Where the artefact store lies, by an address of fsspec's such as `s3://bucket/shards` (with the extra
    `s3`); without it the folder `shards` in `home`."""

    metrics: str | None = None
    """Where a worker tells Prometheus and probes how it is, such as `0.0.0.0:9100`: `/metrics`, `/live`,
    `/ready`."""

    child_memory: int = Field(default=3000, ge=500)
    """MB from which on a process that reads and judges is replaced after its task; 1,200 are usual."""

    reader: str | None = None
    """What reads pictures instead of PaddleOCR: `MODULE:FUNCTION`, called without anything, giving what
    `detector.image.reader.PictureReader` describes."""

    patience: float = Field(default=10, gt=0)
    """Seconds of a processor that a worker may read one picture for; models are loaded outside of them."""

    fetch_ports: str = "80,443"
    """The ports that shops and pictures are fetched from."""

    fetch_allow: str = ""
    """Addresses or networks with a port that are fetched from though they are not public, such as
    `127.0.0.1:8001`; for tests, the demo, and shops of one's own."""

    sources: Path = Path("sources.yaml")
    """The file of the marketplaces that are pulled."""

    platform: Path | None = None
    """A file that says what the platform does with confirmed listings and on which ground, for statements of
    reasons: see docs/going-out.md."""

    smtp: SecretStr | None = None
    """Where mail goes out: `smtp://user:password@host:587` (STARTTLS where the server offers it) or
    `smtps://…:465`; without it none is sent."""
    mail_from: str = "detector@localhost"

    oidc_issuer: str | None = None
    """A provider of OpenID Connect by which people may sign in, such as `https://login.example.com`; it needs
    `oidc_client` and `oidc_secret` too, and knows us by `…/signin/oidc/back`."""
    oidc_client: str | None = None
    oidc_secret: SecretStr | None = None
    oidc_name: str = Field(default="your organisation", max_length=100)
    """What stands on the button: Sign in with …"""

    second_look_share: float = Field(default=0.05, ge=0, le=1)
    """Of the decisions on cases, the share that a second person looks at without knowing the first."""

    quarantine_among: int = Field(default=50, ge=5, le=1_000)
    """Of a mark, or a reason of a brand's, so many of the latest decided cases are looked at."""
    quarantine_after: int = Field(default=20, ge=5, le=1_000)
    """So many of them must have been decided before it can be put aside."""
    quarantine_below: float = Field(default=0.2, ge=0, le=1)
    """Less than this share of them held: it is put aside, and its cases wait apart."""

    gold_share: float = Field(default=0.04, ge=0, le=0.5)
    """Of the cases that a reviewer is given, the share whose answer is known, if leads have chosen some."""

    audit_share: float = Field(default=0.001, ge=0, le=1)
    """Of the listings that were cleared, the share that people look at, to tell how much is missed."""

    keep_decided: int = Field(default=730, ge=200)
    """Days that what people decided on is kept, from the last decision and since the listing is gone: for 184
    of them the seller may object."""
    keep_unseen: int = Field(default=365, ge=1)
    """Days that is kept what nobody has to decide: listings without a case, since they are gone, and notices
    whose listing was never found. Gone is what a whole pull of its source did not meet."""

    public_url: str | None = None
    """The address that browsers see, such as `https://brands.example.com`, where a proxy stands before
    `detector serve`; with https cookies and links are for https alone."""

    trusted_proxies: str = "127.0.0.1, ::1"
    """Addresses and networks of the proxies before `detector serve`, such as `10.1.0.0/16, 192.0.2.7`: what
    they say of where a request comes from is believed, and nobody else. With `none` nobody is."""

    limit_forms: str = "10/minute; 60/hour"
    """How many notices and appeals may come from one address; `none` for as many as it likes. What
    counts for which of these four is the table in `brand_registry/web/rate_limits.py`."""
    limit_pages: str = "120/minute"
    """How often one address may look at the pages that are open to anybody."""
    limit_sign_in: str = "30/minute"
    """How often one address may try to sign in, or to take up an invitation, right or wrong."""
    limit_key: str = "6000/minute"
    """How often one key may ask."""

    first_link: bool = False
    """Whether `detector serve` prints the first administrator's link where no terminal shows it, but a log
    may keep it."""

    ocr_engine: Literal["onnxruntime", "paddle"] = "onnxruntime"
    ocr_detector: str = "tiny"
    """'tiny', 'small', or a folder with a model; the same for the three below."""
    ocr_recogniser: str = "tiny"
    ocr_second_detector: str = "small"
    ocr_second_recogniser: str = "small"

    weights: Path | None = None
    """A file of weights that `detector fit` wrote, to score with instead of those that ship."""

    image_model: str | None = None
    """A model of pictures for transformers that tells marks and products: a hub name or a folder; without it
    the packaged one."""

    text_model: str | None = None
    """A sentence-transformers model that tells meaning: a hub name or a folder; without it the packaged one,
    and with 'none' meaning is not looked at."""

    middle_url: str | None = None
    """Where a chat endpoint like OpenAI's is that looks at doubtful cases, such as `http://127.0.0.1:8080/v1`;
    it needs `middle_model` too. Without it none is asked: see docs/middle.md."""
    middle_model: str | None = Field(default=None, max_length=200)
    """What the endpoint calls the model."""
    middle_key: SecretStr | None = None
    middle_pictures: bool = False
    """Whether it is shown the listing's pictures too."""
    middle_from: float = Field(default=0.2, ge=0.05, lt=0.5)
    middle_to: float = Field(default=0.8, ge=0.5, le=0.95)
    """It is asked about cases whose risk lies between these two, and moves none beyond them."""
    middle_weight: float = Field(default=1.5, gt=0, le=3)
    """The log-odds that its answer counts at most."""
    middle_seconds: float = Field(default=20, gt=0, le=30)
    """How long one call may take."""
    middle_at_once: int = Field(default=2, ge=1, le=16)
    """How many calls one machine has open."""
    middle_calls: int = Field(default=1_000, ge=2)
    """Calls a day, of all machines that share a database."""
    middle_tokens: int = Field(default=2_000_000, ge=20_000)
    """Tokens a day, questions and answers together."""

    @field_validator("middle_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value) if value else None
        if parts and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc):
            # What was given isn't said again: it may hold a password.
            raise PydanticCustomError(
                "no_address", "is no address; write it like https://models.example.com/v1, the key apart"
            )
        return value

    @field_validator("image_model", "reader", mode="before")
    @classmethod
    def _may_be_empty(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for one in _listed(value):
            try:
                ip_network(one)
            except ValueError:
                raise PydanticCustomError(
                    "no_network",
                    "'{given}' is no address and no network; write it like 10.1.0.0/16, 192.0.2.7",
                    {"given": one},
                ) from None
        return value

    @field_validator("limit_forms", "limit_pages", "limit_sign_in", "limit_key")
    @classmethod
    def _are_rates(cls, value: str) -> str:
        from limits import parse_many

        try:
            if value != "none":
                parse_many(value)
        except ValueError:
            raise PydanticCustomError(
                "no_rate",
                "'{given}' is no rate; write it like 10/minute, or 10/minute; 60/hour, or none",
                {"given": value},
            ) from None
        return value

    def proxies(self) -> list[str]:
        """Those of `trusted_proxies`."""
        return _listed(self.trusted_proxies)


def _listed(value: str) -> list[str]:
    return [one for part in value.split(",") if (one := part.strip()) not in {"", "none"}]


@cache
def settings() -> Settings:
    """The settings, read once. Raises `BadSetting` where one makes no sense."""
    return settings_with({})


def settings_with(changes: Mapping[str, Any]) -> Settings:
    """The settings with some of them changed, by their names. Raises `BadSetting`."""
    try:
        return Settings(**changes)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "_".join(["DETECTOR", *(str(part).upper() for part in first["loc"])])
        raise BadSetting(f"the setting {name}: {of_setting(first)}") from None
