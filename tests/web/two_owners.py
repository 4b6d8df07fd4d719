"""Two owners with like data, each of which holds a word that must never reach the other."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brand_registry import notices, tables
from brand_registry.access import operator, viewer_of
from brand_registry.attacking import AttackRun, AttackState
from brand_registry.identity import invitations, keys
from brand_registry.people import Owner, Person, Role, RoleHeld
from brand_registry.previews import Preview
from brand_registry.record import Record
from brand_registry.rights import RightsDocument, RightsRequest
from brand_registry.states import BrandState
from brand_registry.storing import store
from brand_registry.trials import Trial, TrialState
from review.tables import Case, CaseEvidence, Listing, ListingVersion
from storage.blobs import Blobs
from storage.database import Base

SECRET = {"acme": "ACMESECRET", "globex": "GLOBEXSECRET"}
BRAND = "star"
"""The key of a brand of each."""
NOW = datetime.now(UTC)


def fill(session: Session, blobs: Blobs, key: str, password: str) -> dict[str, Any]:
    """Makes an owner with its people and all that it can have, and returns what names it in addresses."""
    secret = SECRET[key]
    session.add(owner := Owner(key=key, name=f"{secret} Ltd", verified=True))
    session.flush()
    for role in (Role.OWNER, Role.BRAND_MANAGER):
        held = [RoleHeld(role=role, owner_id=owner.id)]
        person = Person(email=f"{role}@{key}.example", name=f"{secret} {role}", password=password, roles=held)
        session.add(person)
        session.flush()
    record = Record.model_validate(
        {
            "id": BRAND, "name": f"{secret} star", "aliases": [f"{secret} alias"],
            "marks": [{"text": f"{secret} mark", "registration_number": f"{secret}-1"}],
            "logos": [f"logos/{secret}.png"], "categories": [f"{secret} goods"],
            "authorised_sellers": [{"name": f"{secret} seller", "seller_id": "s1"}],
            "licensees": [{"name": f"{secret} licensee"}],
            "thresholds": [{"scope": "category", "value": f"{secret} shelf", "threshold": 0.4}],
            "category_floors": [
                {"category": f"{secret} shelf", "price_floor": {"amount": "60", "currency": "EUR"}}
            ],
            "products": [{"name": f"{secret} product", "sku": f"{secret}-2"}],
            "certification_marks": [f"{secret} CE"],
            "allow": [{"scope": "text", "value": f"{secret} words", "why": f"{secret} because"}],
            "policies": [{"reason": "logo", "mode": "shadow"}],
        }
    )  # fmt: skip
    brand = tables.Brand(owner_id=owner.id, key=BRAND, name=f"{secret} star", state=BrandState.LIVE)
    session.add(brand)
    picture = blobs.put(f"{secret} picture".encode())
    store(brand, record, dict.fromkeys(record.logos, picture))
    session.flush()
    if session.scalar(select(Preview).where(Preview.sha256 == picture)) is None:
        session.add(Preview(sha256=picture, blob=blobs.put(f"{secret} small".encode()), width=1, height=1))
    result = {
        "shown": {
            "listing_id": secret,
            "verdict": "clear",
            "risk": 0,
            "cases": [],
            "missing": [],
            "versions": {},
        },
        "counted": [],
    }
    trial = Trial(
        brand_id=brand.id, who=f"{secret}", at=NOW, listing={"id": secret, "title": f"{secret} title"},
        picture=picture, state=TrialState.DONE, result=result,
    )  # fmt: skip
    point = {"dose": secret, "found": {"hits": 1, "total": 1, "share": 1.0}, "flagged_twins": None}
    attack = AttackRun(
        brand_id=brand.id, version=1, who=secret, at=NOW, state=AttackState.DONE,
        result={
            "attacks": [{"attack": secret, "innocent": secret, "held_to": 0, "points": [point, point]}],
            "not_made": [{"attack": secret, "lacks": secret}],
            "held_from": 0.8,
        },
    )  # fmt: skip
    request = RightsRequest(owner_id=owner.id, note=f"{secret} note", asked_by=secret, asked_at=NOW)
    request.documents = [
        RightsDocument(
            owner_id=owner.id, sha256=blobs.put(f"%PDF-{secret}".encode()), name=f"{secret}.pdf",
            kind="application/pdf", size=9,
        )
    ]  # fmt: skip
    session.add_all([trial, attack, request])
    _found(session, brand, key, secret)
    for _ in range(25):
        notices.record_outcome(session, owner.id, key == "acme")
    viewer = viewer_of(person)
    made = keys.make(
        session, viewer, person.id, name=f"{secret} key", role=Role.BRAND_MANAGER, owner=owner.id, days=30
    )
    token = invitations.invite(session, operator(), f"new@{key}.example", Role.OWNER, owner.id)
    session.flush()
    return {
        "owner": key, "key": BRAND, "document": request.documents[0].public, "request": request.public,
        "token": token, "public": made.split("_")[1], "api_key": made,
        "numbers": sorted(_numbers(session, brand.id)),
    }  # fmt: skip


def rows_of(session: Session, key: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that belongs to an owner, to see whether anything of it was changed."""
    owner = session.scalar(select(Owner.id).where(Owner.key == key))
    people = list(session.scalars(select(Person.id).where(Person.email.endswith(f"@{key}.example"))))
    brands = list(session.scalars(select(tables.Brand.id).where(tables.Brand.owner_id == owner)))
    belongs = {"owner_id": [owner], "brand_id": brands, "person_id": people}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in {"sessions", "account_events"}:
            continue
        for column, values in belongs.items():
            if column in table.c:
                rows = session.execute(select(table).where(table.c[column].in_(values))).all()
                found[f"{table.name} by {column}"] = sorted(map(tuple, rows), key=repr)
    for kind, which in ((Owner, [owner]), (Person, people), (tables.Brand, brands)):
        rows = session.execute(select(*kind.__table__.c).where(kind.id.in_(which))).all()
        found[kind.__tablename__] = sorted(map(tuple, rows), key=repr)
    return found


def _found(session: Session, brand: tables.Brand, key: str, secret: str) -> None:
    listing = Listing(source="shop", key=f"{secret} listing", content="0" * 64, version=1, seen=NOW)
    session.add(listing)
    session.flush()
    data = f'{{"id": "{secret}", "title": "{secret} offer"}}'
    version = ListingVersion(listing_id=listing.id, number=1, content="0" * 64, data=data, since=NOW)
    session.add(version)
    session.flush()
    case = Case(
        listing_id=listing.id, version_id=version.id, brand=f"{key}/{BRAND}", brand_id=brand.id, risk=0.9,
        reasons=["logo"], qualifiers=[], missing=[], versions={}, opened=NOW, changed=NOW,
    )  # fmt: skip
    what = {"kind": "logo", "where": "title", "found": secret, "score": 0.9}
    case.evidence = [
        CaseEvidence(
            key="0" * 64, kind="logo", score=0.9, what=what, versions={}, first_id=version.id,
            last_id=version.id, since=NOW,
        )
    ]  # fmt: skip
    session.add(case)


def _numbers(session: Session, brand: int) -> set[int]:
    """The numbers of all rows of a brand, as they may stand in addresses."""
    of_brand = (table for table in Base.metadata.sorted_tables if "brand_id" in table.c and "id" in table.c)
    return {
        number
        for table in of_brand
        if table.name != "changes"
        for number in session.scalars(select(table.c.id).where(table.c.brand_id == brand))
    }
