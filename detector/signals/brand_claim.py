"""Names the brand as the listing's own make without a right to.

needs   the title, with the brand field or with a price and the owner's price floor
finds   a title that opens with a mark while the field denies any brand ('unbranded', 'OEM', '无品牌'); new
        goods claimed as the brand's, by the title's first words, the brand field or the maker's attribute, at
        less than half of what its owner says they can cost; a mark that is an everyday word or short only on
        goods of the kind that the brand makes, and a field alone only so
counts  because the seller tells the marketplace one thing and the shopper another, or asks a price that the
        genuine article can't have

To name the brand in field and title alike, at a possible price, is what every honest reseller does. That the
field names one make and the title another, or misspells it, counts for nothing: makers sell under each
other's names and resellers mistype, all the time.
"""

from collections.abc import Iterator
from decimal import Decimal

from detector.fair_use import authorised, is_used
from detector.floors import category_floor
from detector.result import Reason
from detector.signals.imitation import stands_for_a_maker
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.text.tables import phrases
from detector.view import BRAND, TITLE, Passage, View

MAKER_FIELDS = frozenset({BRAND, "attributes.manufacturer", "attributes.brand", "attributes.maker"})
"""Where a listing says who made the goods."""

IMPOSSIBLE = Decimal("0.5")
"""The share of the price floor under which no sale explains the price."""


class BrandClaim:
    reasons = (Reason.BRAND_CLAIM,)

    def find(self, view: View) -> Iterator[Finding]:
        title, field = view.by_where[TITLE], view.by_where.get(BRAND)
        if field is not None and field.text.strip().casefold() in phrases("no_brand"):
            yield from _denied(view, title, field)
        if view.listing.price is not None:
            yield from _too_cheap(view, title)


def _denied(view: View, title: Passage, field: Passage) -> Iterator[Finding]:
    for mention in _opening(view, title):
        detail = f"the brand field says '{field.text.strip()}'"
        yield Finding(mention.brand, title.evidence(Reason.BRAND_CLAIM, mention, 0.7, detail))


def _too_cheap(view: View, title: Passage) -> Iterator[Finding]:
    listing, price = view.listing, view.listing.price
    claims = {m.brand: (passage, m) for passage, m in _in_fields(view, title)}
    claims |= {m.brand: (title, m) for m in _opening(view, title)}
    for passage, mention in claims.values():
        brand = view.brands[mention.brand]
        of_category = category_floor(brand.category_floors, listing)
        floor = brand.price_floor if of_category is None else of_category.said
        if price is None or floor is None or price.currency != floor.currency:
            continue
        if (
            price.amount < floor.amount * IMPOSSIBLE
            and not is_used(listing)
            and not authorised(listing, brand)
        ):
            detail = f"{price.amount} {price.currency}, where the genuine costs from {floor.amount}"
            yield Finding(mention.brand, passage.evidence(Reason.BRAND_CLAIM, mention, 0.7, detail))


def _opening(view: View, title: Passage) -> Iterator[Mention]:
    """The marks, plainly written, that the title opens with and that nothing around them qualifies."""
    for mention in title.mentions:
        opens = not any(c.isalnum() for c in title.text[: mention.span[0]])
        meant = not mention.everyday or stands_for_a_maker(view, title, mention)
        if opens and mention.likeness is Likeness.EXACT and meant and not view.qualifiers(title, mention):
            yield mention


def _in_fields(view: View, title: Passage) -> Iterator[tuple[Passage, Mention]]:
    """The marks that a field says are the make, on the brand's own goods: spare parts name it there too."""
    qualified = {m.brand for m in title.mentions if view.qualifiers(title, m)}
    for passage in view.texts:
        if passage.where not in MAKER_FIELDS:
            continue
        for mention in passage.mentions:
            whole = mention.found == passage.text.strip()
            if whole and mention.brand not in qualified and stands_for_a_maker(view, passage, mention):
                yield passage, mention
