"""Where requests are counted by all machines together: the Redis or Valkey that is the broker."""

from typing import Any
from urllib.parse import unquote, urlsplit

from limits.storage import RedisStorage, Storage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

from storage.errors import BadSetting

_PATIENCE = 0.5
"""Seconds that a request may be kept waiting by it."""


def shared_store(broker: str, master: str) -> Storage:
    """Of the settings `broker` and `broker_master`. It need not be up yet, and whatever it fails with comes
    as `limits.errors.StorageError`. Raises `BadSetting`.
    """
    try:
        pool = _pool(broker, master)
    except (ValueError, RedisError):
        # What the error says may have a piece of the password in it.
        raise BadSetting(
            "the setting DETECTOR_BROKER: no address of a Redis, such as redis://:PASSWORD@HOST:6379/0; "
            "write %2F and the like for what is special in a password"
        ) from None
    return RedisStorage("redis://", connection_pool=pool, key_prefix="detector-rates", wrap_exceptions=True)


def _pool(broker: str, master: str) -> ConnectionPool:
    # Once more, and at once: a connection that lay still may have been ended by the other side.
    waiting: dict[str, Any] = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    waiting["retry"] = Retry(NoBackoff(), 1)
    if not broker.startswith("sentinel://"):
        return ConnectionPool.from_url(broker.replace("redis+socket://", "unix://", 1), **waiting)
    first, *others = [urlsplit(one) for one in broker.split(";")]
    hosts = [(one.hostname or "localhost", one.port or 26379) for one in (first, *others)]
    sentinel = Sentinel(hosts, sentinel_kwargs=waiting)  # type: ignore[no-untyped-call]
    pool: ConnectionPool = SentinelConnectionPool(  # type: ignore[no-untyped-call]
        master,
        sentinel,
        username=unquote(first.username) if first.username else None,
        password=unquote(first.password) if first.password else None,
        db=int(first.path.strip("/") or 0),
        **waiting,
    )
    return pool
