"""The gate that every request goes through before anything of it is read: who is it, may it come in, and does
it come too often?

What is not said to be open is closed: a new route needs nothing to be guarded. A request that changes
something and comes with a cookie must come from our own pages (`Sec-Fetch-Site`, or `Origin` from older
browsers and over plain HTTP): that holds off forged requests without a token that a form could forget.
"""

from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brand_registry.identity import keys, sessions
from brand_registry.web.problems import answer, problem, wants_page
from brand_registry.web.rate_limits import RateLimits, keeps_what_was_typed
from storage.database import Database

OPEN = (
    "/signin",
    "/invitation",
    "/appeal",
    "/notice",
    "/v1/notices",
    "/static/",
    "/health",
    "/live",
    "/ready",
)
"""Where one comes in without being signed in: these and what lies beneath them."""
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With `no-referrer` a browser would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


class Gate:
    """An ASGI middleware, the outermost of the project's own. `state.known` is set behind it."""

    def __init__(
        self, app: ASGIApp, database: Database, public_url: str | None, rates: RateLimits | None
    ) -> None:
        self.app = app
        self.database = database
        self.rates = rates
        self.public = urlsplit(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        secure = (self.public or request.url).scheme == "https"
        scope.setdefault("state", {}).update(known=None, held_off=None, secure=secure)
        started = replaced = False

        async def guarded(message: Message) -> None:
            nonlocal started, replaced
            if message["type"] == "http.response.start":
                if not started and _too_large(message):
                    started = replaced = True
                    await problem(request, 413)(scope, receive, send_headed)
                    return
                started = True
            if not replaced:
                await send_headed(message)

        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, secure)
            await send(message)

        try:
            refusal = await self._refusal(request) or await self._held_off(request)
            await (refusal or self.app)(scope, receive, guarded)
        except Exception as error:
            if started:
                raise
            await answer(request, error)(scope, receive, guarded)

    async def _refusal(self, request: Request) -> ASGIApp | None:
        if "authorization" in request.headers:
            # A browser never sends a key by itself, so where the request comes from says nothing.
            scheme, _, key = request.headers["authorization"].partition(" ")
            if scheme.lower() == "bearer":
                request.state.known = await run_in_threadpool(keys.known_by, self.database, key.strip())
            if request.state.known is None:
                bearer = {"WWW-Authenticate": "Bearer"}
                return problem(request, 401, "this key is not known here, or works no longer", bearer)
            return None
        if token := request.cookies.get(cookie_of(request)):
            request.state.known = await run_in_threadpool(sessions.known_by, self.database, token)
        if request.method not in _HARMLESS and not self._ours(request):
            return problem(request, 403, "this came from another page than ours; open it here and try again")
        path = request.url.path
        if request.state.known or any(path == one or path.startswith(one.rstrip("/") + "/") for one in OPEN):
            return None
        if wants_page(request) and request.method == "GET":
            there = quote(path + (f"?{request.url.query}" if request.url.query else ""), safe="/")
            return RedirectResponse("/signin" if path == "/" else f"/signin?next={there}", 303)
        return problem(request, 401)

    async def _held_off(self, request: Request) -> ASGIApp | None:
        if self.rates is None:
            return None
        held = await self.rates.held_off(request)
        if held is not None and keeps_what_was_typed(request):
            request.state.held_off = held
            return None
        return answer(request, held) if held else None

    def _ours(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = urlsplit(request.headers.get("origin", ""))
        if self.public:
            return (origin.scheme, origin.netloc) == (self.public.scheme, self.public.netloc)
        return bool(origin.netloc) and origin.netloc == request.headers.get("host")


def cookie_of(request: Request) -> str:
    """The cookie's name; with the prefix a browser takes it from this host over https alone."""
    return "__Host-session" if request.state.secure else "session"


def _too_large(message: Message) -> bool:
    # The library's own words, which it has for whatever announces itself as too large.
    return message["status"] == 413 and (b"content-type", b"text/plain; charset=utf-8") in message["headers"]


def _add_headers(message: Message, secure: bool) -> None:
    there = {name.lower() for name, _ in message["headers"]}
    wanted = _HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})
    message["headers"] += [
        (name.lower().encode(), value.encode())
        for name, value in wanted.items()
        if name.lower().encode() not in there
    ]
