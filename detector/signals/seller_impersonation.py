"""A seller whose name poses as the brand.

needs   the seller's name, and the brand's authorised sellers
finds   the brand's name, open or disguised, beside a word of authority ('official', '旗舰店') or with nothing
        but 'shop' beside it, from a seller the owner hasn't authorised
counts  because shoppers take the shop for the maker's own

A name that says what the shop sells without posing as the maker ('Acme parts and repair') raises nothing.
"""

from collections.abc import Iterator

from detector.fair_use import authorised
from detector.result import Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.text.tables import phrases
from detector.view import SELLER, Passage, View


class SellerImpersonation:
    reasons = (Reason.SELLER_IMPERSONATION,)

    def find(self, view: View) -> Iterator[Finding]:
        seller = view.by_where.get(SELLER)
        if seller is None:
            return
        for mention in seller.mentions:
            score, detail = _pose(seller, mention)
            if score and not authorised(view.listing, view.brands[mention.brand]):
                yield Finding(
                    mention.brand, seller.evidence(Reason.SELLER_IMPERSONATION, mention, score, detail)
                )


def _pose(seller: Passage, mention: Mention) -> tuple[float, str]:
    """How far the name poses as the brand, 0 to 1, and what shows it."""
    start, end = mention.span
    rest = (seller.text[:start] + " " + seller.text[end:]).lower()
    open_ = mention.likeness is Likeness.EXACT
    if mention.everyday and not open_:
        return 0.0, ""
    if official := next((word for word in sorted(phrases("official")) if word in rest), None):
        return (0.6 if mention.everyday else 0.9) * mention.score, f"poses as official: '{official}'"
    if mention.everyday:
        return 0.0, ""
    left = [w for w in "".join(c if c.isalnum() else " " for c in rest).split() if w not in phrases("shop")]
    if not left:
        return (0.5 if open_ else 0.8) * mention.score, "the shop bears the brand's name"
    return 0.0, ""
