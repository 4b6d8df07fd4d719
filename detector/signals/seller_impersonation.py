"""A seller whose name poses as the brand.

needs   the seller's name, and the brand's authorised sellers
finds   the brand's name, open or disguised, beside a word of authority ('official', '旗舰店') or with nothing
        but 'shop' beside it, from a seller the owner hasn't authorised
counts  because shoppers take the shop for the maker's own

A name that says what the shop sells without posing as the maker ('Acme parts and repair') raises nothing.
"""

from collections.abc import Iterator, Sequence

from detector.fair_use import authorised
from detector.result import Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.text.tables import phrases
from detector.view import SELLER, View


class SellerImpersonation:
    reasons = (Reason.SELLER_IMPERSONATION,)

    def find(self, view: View) -> Iterator[Finding]:
        seller = view.by_where.get(SELLER)
        if seller is None:
            return
        for mention in seller.mentions:
            brand = view.brands[mention.brand]
            pose = _pose(seller.text, mention, owner_named_sellers=bool(brand.authorised_sellers))
            if pose and not authorised(view.listing, brand):
                score, detail = pose
                evidence = seller.evidence(
                    Reason.SELLER_IMPERSONATION, mention, score * mention.score, detail
                )
                yield Finding(mention.brand, evidence)


def _pose(name: str, mention: Mention, *, owner_named_sellers: bool) -> tuple[float, str] | None:
    """How far the name poses as the brand, 0 to 1, and what shows it."""
    start, end = mention.span
    rest = f"{name[:start]} {name[end:]}".lower()
    disguised = mention.likeness is not Likeness.EXACT
    if mention.everyday and disguised:
        return None
    words = "".join(c if c.isalnum() else " " for c in rest).split()
    if official := _official(rest, words):
        return (0.65 if mention.everyday else 0.9), f"poses as official: '{official}'"
    if mention.everyday or not phrases("shop").issuperset(words):
        return None
    # Whose owner has named no sellers may be selling here himself.
    return (0.8 if disguised else 0.7 if owner_named_sellers else 0.5), "the shop bears the brand's name"


def _official(rest: str, words: Sequence[str]) -> str | None:
    """The word of authority in the rest of the name: with any ending, or inside words without spaces."""
    for official in sorted(phrases("official")):
        if official.isascii():
            found = any(w == official or (len(official) >= 5 and w.startswith(official)) for w in words)
        else:
            found = official in rest
        if found:
            return official
    return None
