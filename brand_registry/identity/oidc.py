"""Signing in by an OpenID Connect provider of the operator's: authorization code with PKCE, nothing else.

It lets in those who are people here already, by an address that the provider has verified; from then on they
are known by the provider's own name for them, so that whoever gets that address later is not them. The
password that they had until then opens nothing any more.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select

from brand_registry.identity import sessions
from brand_registry.identity.accounts import lock_out
from brand_registry.identity.errors import SignInRefused
from brand_registry.identity.events import Happened, name_of, note, record
from brand_registry.identity.tables import External
from brand_registry.people import Person
from storage.database import Database
from storage.settings import settings

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by a key of the provider's alone: never `none`, never one made with our own secret."""
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people; `name` stands on the button."""

    issuer: str
    client: str
    secret: str
    name: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What the browser keeps between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str

    def written(self) -> str:
        return ".".join((self.state, self.nonce, self.verifier))

    @classmethod
    def read(cls, text: str) -> "Pending | None":
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None


def provider() -> Provider | None:
    """By the settings."""
    given = settings()
    if not given.oidc_issuer or not given.oidc_client:
        return None
    secret = given.oidc_secret.get_secret_value() if given.oidc_secret else ""
    return Provider(given.oidc_issuer.rstrip("/"), given.oidc_client, secret, given.oidc_name)


def leave_for(provider: Provider, back: str) -> tuple[str, Pending]:
    """The address to send the browser to, and what it must come back with. Raises `SignInRefused`."""
    pending = Pending(*(secrets.token_urlsafe(32) for _ in range(3)))
    known = _asked(f"{provider.issuer}/.well-known/openid-configuration")
    address, _ = _client(provider, back).create_authorization_url(
        known["authorization_endpoint"],
        state=pending.state,
        nonce=pending.nonce,
        code_verifier=pending.verifier,
    )
    return address, pending


def come_back(
    database: Database, provider: Provider, pending: Pending, came: str, *, back: str, address: str
) -> str:
    """The token of a session. `came` is the whole address that the browser came back to, `back` what it was
    told. Raises `SignInRefused`.
    """
    claims = _claims(provider, pending, came, back)
    person = _person(database, provider, claims, address)
    with database.writing(person.email) as session:
        known = (External.issuer == provider.issuer, External.person_id == person.id)
        if session.scalar(select(External).where(*known)) is None:
            # Whoever invited them may have taken up the link themselves, with a password of their own.
            lock_out(session, session.get_one(Person, person.id))
            session.add(External(person_id=person.id, issuer=provider.issuer, subject=claims["sub"]))
        note(session, Happened.SIGNED_IN, person.email, address, f"by {provider.name}"[:500])
        return sessions.begin(session, person.id, address)


def _claims(provider: Provider, pending: Pending, came: str, back: str) -> Mapping[str, Any]:
    """What the provider says of whoever signed in there, with its signature checked."""
    known = _asked(f"{provider.issuer}/.well-known/openid-configuration")
    try:
        with _client(provider, back) as client:
            given = client.fetch_token(
                known["token_endpoint"],
                authorization_response=came,
                state=pending.state,
                code_verifier=pending.verifier,
            )
        keys = KeySet.import_key_set(_asked(known["jwks_uri"]))  # type: ignore[arg-type]
        claims = jwt.decode(given["id_token"], keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client},
            exp={"essential": True},
            nonce={"essential": True, "value": pending.nonce},
            sub={"essential": True},
        ).validate(claims)
    except (AuthlibBaseError, JoseError, httpx.HTTPError, KeyError, ValueError, TypeError):
        raise SignInRefused(f"{provider.name} did not confirm who you are; try again") from None
    if not isinstance(claims["sub"], str) or len(claims["sub"]) > 255:
        raise SignInRefused(f"{provider.name} did not confirm who you are; try again")
    return claims


def _person(database: Database, provider: Provider, claims: Mapping[str, Any], address: str) -> Person:
    verified = claims.get("email") if claims.get("email_verified") is True else None
    email = name_of(str(verified or ""))
    with database.reading() as session:
        by_name = select(External).where(
            External.issuer == provider.issuer, External.subject == claims["sub"]
        )
        if (known := session.scalar(by_name)) is not None:
            person: Person | None = known.person
        else:
            person = session.scalar(select(Person).where(Person.email == email)) if verified else None
            others = (External.issuer == provider.issuer, External.person_id == (person.id if person else 0))
            if person is not None and session.scalar(select(External).where(*others)) is not None:
                person = None  # the address is somebody else's by now
        if person is not None and person.left is None:
            return person
    record(database, Happened.FAILED, email, address, f"by {provider.name}"[:500])
    raise SignInRefused("nobody here has this address; ask to be invited first")


def _client(provider: Provider, back: str) -> Any:
    return OAuth2Client(
        provider.client,
        provider.secret,
        scope="openid email",
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=_PATIENCE,
    )


def _asked(address: str) -> Mapping[str, Any]:
    """JSON of the provider's."""
    try:
        answer = httpx.get(address, timeout=_PATIENCE)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        raise SignInRefused("the provider that knows you does not answer; try again in a minute") from None
    return found
