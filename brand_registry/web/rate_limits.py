"""How often one may ask: strangers by their address, programs by their key.

The first rule of the table that fits a request counts it, from the first request on for as long as its rate
says; who has asked as often as it allows waits until that time is over. Signed-in people are not counted:
what they may do is bound elsewhere.
"""

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from brand_registry.identity.errors import TooManyAttempts
from brand_registry.web.asking import address_of
from brand_registry.web.problems import wants_page
from brand_registry.web.rate_store import shared_store
from storage.settings import Settings, settings

_LOOKING, _SENDING = frozenset({"GET", "HEAD"}), frozenset({"POST"})
_REST = 5.0
"""Seconds for which a store that failed is not asked again: no request waits for it meanwhile."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted together. `rate` is the field of the settings that says how often; `places` are
    addresses, with what lies beneath them.
    """

    rate: str
    methods: frozenset[str]
    places: tuple[str, ...]
    said: str

    def fits(self, method: str, path: str) -> bool:
        return method in self.methods and any(
            path == one or path.startswith(one + "/") for one in self.places
        )


_FORMS = Rule(
    "limit_forms", _SENDING, ("/notice", "/v1/notices", "/appeal"), "too much was sent from your address"
)
_ATTEMPTS, _PAGES = "too many attempts to sign in from your address", "too many pages went to your address"
RULES = (
    _FORMS,
    Rule("limit_sign_in", _SENDING, ("/signin", "/invitation"), _ATTEMPTS),
    Rule("limit_sign_in", _LOOKING, ("/signin/oidc",), _ATTEMPTS),
    Rule("limit_pages", _LOOKING, ("/signin", "/invitation", "/notice", "/appeal"), _PAGES),
)
"""Of whoever is not signed in; the first that fits counts."""
KEY = Rule("limit_key", frozenset(), (), "this key asks too often")
"""Of a key, wherever it is used."""


class RateLimits:
    """Counts requests. `rates` are those of the rules, by their field; one without any limits nothing."""

    def __init__(self, store: Storage, rates: Mapping[str, list[RateLimitItem]]) -> None:
        self._limiter = FixedWindowRateLimiter(store)
        self._rates = rates
        self._rests_until = 0.0

    @classmethod
    def of_settings(cls) -> "RateLimits":
        """Counted by the broker where the settings name one, so that all machines count together; without
        it in this process. Raises `BadSetting`.
        """
        given = settings()
        store = shared_store(given.broker, given.broker_master) if given.broker else MemoryStorage()
        return cls(store, rates_of(given))

    async def held_off(self, request: Request) -> TooManyAttempts | None:
        """Counts a request of whom `state.known` tells; the error of one that comes too often.

        Where the store fails the request passes: a door that nobody gets through is worse than one that is
        not counted.
        """
        counted = _rule_and_name(request)
        if counted is None or time.monotonic() < self._rests_until:
            return None
        return await run_in_threadpool(self._count, *counted)

    def _count(self, rule: Rule, name: str) -> TooManyAttempts | None:
        try:
            for rate in self._rates.get(rule.rate, ()):
                if not self._limiter.hit(rate, rule.rate, name):
                    over = self._limiter.get_window_stats(rate, rule.rate, name).reset_time
                    return _error(rule, max(1, math.ceil(over - time.time())))
        except StorageError as error:
            self._rests_until = time.monotonic() + _REST
            _log.warning("requests are not counted, as the store does not answer: %s", error.storage_error)
        return None


def rates_of(given: Settings) -> dict[str, list[RateLimitItem]]:
    """By the field of the settings."""
    said = {rule.rate: str(getattr(given, rule.rate)) for rule in (*RULES, KEY)}
    return {field: [] if rate == "none" else parse_many(rate) for field, rate in said.items()}


def keeps_what_was_typed(request: Request) -> bool:
    """Whether a form answers for itself, with `refuse_held_off`, as its text may have been long work."""
    return wants_page(request) and _FORMS.fits(request.method, request.url.path)


def refuse_held_off(request: Request) -> None:
    """What `/notice` and `/appeal` do before anything else. Raises `TooManyAttempts`."""
    held: TooManyAttempts | None = request.state.held_off
    if held is not None:
        raise held


def network_of(address: str) -> str:
    """By which an address is counted: of IPv6 one caller has a whole /64."""
    try:
        wide = isinstance(ip_address(address), IPv6Address)
    except ValueError:
        return address
    return str(ip_network(f"{address}/64", strict=False)) if wide else address


def _rule_and_name(request: Request) -> tuple[Rule, str] | None:
    known = request.state.known
    if known is not None:
        return (KEY, known.viewer.name) if known.session is None else None
    method, path = request.method, request.url.path
    rule = next((one for one in RULES if one.fits(method, path)), None)
    return (rule, network_of(address_of(request))) if rule else None


def _error(rule: Rule, wait: int) -> TooManyAttempts:
    minutes, seconds = math.ceil(wait / 60), "second" if wait == 1 else "seconds"
    return TooManyAttempts(
        f"{rule.said}; try again in {f'{wait} {seconds}' if wait < 120 else f'{minutes} minutes'}", wait
    )
