"""A seller whose name poses as the brand.

| needs | finds | why it counts |
| --- | --- | --- |
| the seller's name, and the brand's authorised sellers | the brand's name, open or disguised, as the whole name or beside a word of authority (`official`, `store`, `旗舰店`), from a seller the owner hasn't authorised | shoppers take the shop for the maker's own |

A name that sells the brand's goods without posing as it (`Acme parts and repair`) raises nothing.
"""

from collections.abc import Iterator
from functools import cache

import ahocorasick

from detector.fair_use import authorised
from detector.result import Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.view import SELLER, Passage, View

OFFICIAL = (
    "official|authentic|original|flagship|headquarters|hq|authorized|authorised|direct|corporate|offiziell|officiel|oficial|"
    "ufficiale|oficjalny|официальн|фирменный|resmi|resmî|chính hãng|官方|旗舰|旗艦|正品|专卖|專賣|公式|直営|正規|공식|"
    "ร้านทางการ|ทางการ|الرسمي|رسمي"
).split("|")
SHOP = (
    "store|shop|outlet|mall|boutique|online|inc|ltd|llc|gmbh|co|company|global|international|usa|uk|eu|team|brand|"
    "laden|markt|boutique|tienda|loja|negozio|sklep|магазин|mağaza|cửa hàng|toko|店|ストア|스토어|매장|ร้าน|متجر"
).split("|")


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
    if official := next((word for word in _words(OFFICIAL) if word in rest), None):
        return (0.6 if mention.everyday else 0.9) * mention.score, f"poses as official: '{official}'"
    if mention.everyday:
        return 0.0, ""
    left = [w for w in "".join(c if c.isalnum() else " " for c in rest).split() if w not in SHOP]
    if not left:
        return (0.5 if open_ else 0.8) * mention.score, "the shop bears the brand's name"
    return 0.0, ""
