"""A house in which everybody has been at work: a brand, cases in every state, and all that comes of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from brand_registry.access import Viewer, operator
from brand_registry.attacking import AttackRun, AttackState
from brand_registry.editing import register
from brand_registry.identity.invitations import invite
from brand_registry.people import Owner, Role
from brand_registry.previews import make_preview
from brand_registry.states import BrandState
from brand_registry.tables import Asset, Brand
from review.appeals.filing import file_appeal
from review.appeals.links import path_of
from review.decisions.deciding import decide
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.exceptions.allowing import allow, offers
from review.outgoing.hooks import make_hook
from review.outgoing.tables import Sending, SendState
from review.queue.claiming import claim
from review.queue.teams import Wanted, put
from review.recall.auditing import draw, next_cleared
from review.retention.holding import hold
from review.retention.tables import Scope
from review.tables import Case
from review.training.exercising import answer, train
from tests.hostile import encoded, photo
from tests.web.conftest import Site
from tests.web.console_cases import EVIDENCE, QUALIFIERS, add_shown_case, mark
from workers.rescans.moving import Wish, begin
from workers.rescans.tables import Kind

ADA, ANNA, BEN, LEA = (f"{name}@house.example" for name in ("ada", "anna", "ben", "lea"))
OLGA = "olga@acmera.example"
BRAND = "/brands/acmera/acmera"
RECORD: dict[str, Any] = {
    "id": "acmera", "name": "Acmera", "aliases": ["Acmera Outdoor", "Акмера"], "categories": ["Footwear"],
    "marks": [{"text": "Acmera", "classes": [18, 25], "registration_number": "018123456"}],
    "price_floor": {"amount": 60, "currency": "EUR"},
    "authorised_sellers": [{"marketplace": "demo", "seller_id": "s9", "name": "Acmera Official"}],
    "licensees": [{"name": "Trail Socks GmbH", "until": "2030-12-31"}],
    "products": [{"name": "Trail Pack 22", "sku": "TP22", "gtin": "4006381333931",
                  "serial_pattern": "[A-Z]{2}\\d{8}"}],
    "allow": [{"scope": "text", "value": "fits Acmera", "why": "accessories"}],
    "policies": [{"reason": "logo", "mode": "shadow"}],
}  # fmt: skip
CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "logo", note="The mark is the brand's own.")
RESOLD = Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE)


def live_in(site: Site) -> dict[str, str]:
    """Returns what stands in addresses: of each name the value."""
    for email, role in (
        (ADA, Role.ADMINISTRATOR),
        (ANNA, Role.REVIEWER),
        (BEN, Role.REVIEWER),
        (LEA, Role.LEAD),
    ):
        site.add_person(email, role)
    site.add_person(OLGA, Role.OWNER, "acmera")
    at = datetime.now(UTC)
    _register(site)
    sent = {"files": ("certificate.pdf", b"%PDF-1.7\n%%EOF")}
    site.client(OLGA).post("/owners/acmera/rights", files=sent, data={"note": "Our registrations"})
    key = {"name": "nightly export", "role": "owner/acmera", "days": "90"}
    assert "detector_" in site.client(OLGA).post("/account/keys", data=key).text
    tried = {"title": "Acrnera trail shoes, replica 1:1", "description": "Fits Acmera insoles."}
    site.client(OLGA).post(f"{BRAND}/try", data=tried)
    _attacked(site, at)
    cases = [_case(site, number) for number in range(7)]
    anna, ben, lea = (_people(email, role) for email, role in
                      ((ANNA, Role.REVIEWER), (BEN, Role.REVIEWER), (LEA, Role.LEAD)))  # fmt: skip
    confirmed = _decide(site, anna, cases[0], CONFIRMED, at - timedelta(days=2))
    resold = _decide(site, ben, cases[1], RESOLD, at - timedelta(days=1))
    again = _decide(site, ben, cases[2], CONFIRMED, at - timedelta(days=1))
    with site.database.writing("the test") as session:
        version = session.get_one(Case, cases[1]).version_id
        draw(session, [version], 1.0, at)
        drawn = next_cleared(session, lea, at)
        assert drawn is not None
        audit = str(drawn.id)
        token = path_of(session, confirmed).rpartition("/")[2]
        objecting = path_of(session, again)
        file_appeal(session, token, "These are genuine shoes, bought in Lyon.", "seller@shop.example", at)
        allow(session, ben, cases[1], offers(session, ben, cases[1])[0],
              until=at.date() + timedelta(days=30), at=at)  # fmt: skip
        put(session, lea, Wanted("Shoes", members=[ANNA, BEN], harms=["children"]))
        exercise = train(session, lea, at)
        assert exercise is not None
        answer(session, lea, exercise, CONFIRMED, at)
        hold(session, operator(), Scope.CASE, str(cases[0]), why="Acmera v. Sun & Star, 3 O 12/26", at=at)
        owner = session.scalars(select(Owner.id).where(Owner.key == "acmera")).one()
        olga = Viewer(OLGA, frozenset({(Role.OWNER, owner)}))
        hook = make_hook(session, olga, "https://hooks.acmera.example/detector", owner, at)
        session.flush()
        body = '{"event":"case.decided"}'
        session.add(Sending(hook_id=hook.id, decision_id=confirmed, body=body, state=SendState.FAILED,
                            attempts=3, due=at, status=500, why="the other side answered 500"))  # fmt: skip
        begin(session, Wish(Kind.BRAND, ("acmera/acmera",)), ADA)
        invitation = invite(session, operator(), "new@acmera.example", Role.BRAND_MANAGER, owner)
        claim(session, anna, cases[3], at)
    return {
        "open": str(cases[4]), "held": str(cases[3]), "dismissed": str(cases[1]), "confirmed": str(confirmed),
        "decided": str(resold), "audit": audit, "invitation": invitation, "objecting": objecting,
    }  # fmt: skip


def _attacked(site: Site, at: datetime) -> None:
    """As a worker left it, once when the brand was another."""
    shares = {
        "mistyped": (1, 0.9, 0.5, 0.2, 0.1),
        "cut up": (1, 1, 1, 0.9, 0.85),
        "written by ear": (0.7, 0.4),
    }
    attacks = [
        {
            "attack": name, "innocent": "an accessory, the name mistyped as much",
            "held_to": next((n for n, share in enumerate(some) if share < 0.8), len(some)),
            "points": [
                {
                    "dose": f"{n} {'place' if n == 1 else 'places'}",
                    "found": None if n > len(some) else _of_twenty(some[n - 1]),
                    "flagged_twins": None if n > len(some) else _of_twenty(0.05 * (n == 2)),
                }
                for n in range(1, 6)
            ],
        }
        for name, some in shares.items()
    ]  # fmt: skip
    lacking = [{"attack": "the open name at an impossible price", "lacks": "a price floor"}]
    result = {"attacks": attacks, "not_made": lacking, "held_from": 0.8}
    with site.database.writing("the test") as session:
        brand = session.scalars(select(Brand.id).where(Brand.key == "acmera")).one()
        for version, day in ((0, 3), (1, 1)):
            session.add(
                AttackRun(
                    brand_id=brand, version=version, who=OLGA, at=at - timedelta(days=day),
                    state=AttackState.DONE, result=result,
                )
            )  # fmt: skip


def _of_twenty(share: float) -> dict[str, float]:
    return {"hits": round(20 * share), "total": 20, "share": share}


def _people(email: str, role: Role) -> Viewer:
    return Viewer(email, frozenset({(role, None)}))


def _register(site: Site) -> None:
    with site.database.writing(OLGA) as session:
        brand = register(session, operator(), "acmera", RECORD)
        brand.owner.verified, brand.state = True, BrandState.LIVE
        pictures = [
            ("logos/mark.png", "logo", mark()),
            ("official/front.png", "image", encoded(photo(), "PNG")),
        ]
        for position, (path, kind, data) in enumerate(pictures):
            about = {"path": path, "kind": kind, "position": position, "state": "checked"}
            brand.assets.append(Asset(sha256=site.blobs.put(data), **about))
        shown = [one.sha256 for one in brand.assets]
    for sha256 in shown:
        make_preview(site.database, site.blobs, sha256)


def _case(site: Site, number: int) -> int:
    """One of few that hang together."""
    found = {
        "cases": [
            {
                "brand": "acmera/acmera",
                "risk": 0.94 - number / 50,
                "evidence": EVIDENCE,
                "qualifiers": QUALIFIERS,
            }
            | {"reasons": ["lookalike_characters", "logo", "counterfeit_terms"]}
        ],
        "missing": [{"where": "image:2", "why": "the server did not answer"}],
        "versions": {"detector": "1.2", "registry": "41"},
    }
    seller = {"id": f"s{number % 3}", "name": ("Sun & Star Trading", "Best Deals", "Outlet 24")[number % 3]}
    return add_shown_case(site, found, seller=seller, url=f"https://market.example/item/{number}")


def _decide(site: Site, viewer: Viewer, case: int, ruling: Ruling, at: datetime) -> int:
    with site.database.writing(viewer.name) as session:
        claim(session, viewer, case, at)
        return decide(
            session, viewer, case, ruling, seen=1, token=f"lived{case}", at=at, chance=lambda: 1.0
        ).decision
