"""What speaks for the seller in a listing as a whole, whichever mention is looked at."""

from collections.abc import Iterator

from detector.brand import Brand
from detector.listing import Listing
from detector.result import Qualification, Qualifier
from detector.text.mention import Likeness
from detector.text.tables import phrases
from detector.view import BRAND, SELLER, TITLE, View


def authorised(listing: Listing, brand: Brand) -> bool:
    """Whether the owner lets this seller sell: by the marketplace's id, or by name where no id is given."""
    seller = listing.seller
    if seller is None:
        return False
    for known in brand.authorised_sellers:
        if known.marketplace and known.marketplace != listing.marketplace:
            continue
        if known.seller_id:
            if known.seller_id == seller.id:
                return True
        elif known.name and seller.name and known.name.casefold() == seller.name.strip().casefold():
            return True
    return False


def is_used(listing: Listing) -> bool:
    """Whether the condition field says that the goods had an owner."""
    return (listing.condition or "").strip().casefold() in phrases("used")


def of_listing(view: View, brand: Brand) -> Iterator[Qualification]:
    """The qualifiers of the listing for one brand: its seller, its condition, its brand field."""
    listing = view.listing
    if listing.seller and authorised(listing, brand):
        yield _whole(Qualifier.AUTHORISED_SELLER, SELLER, listing.seller.name or listing.seller.id or "")
    if is_used(listing):
        yield _whole(Qualifier.GENUINE_RESALE, "condition", listing.condition or "")
    yield from _other_make(view, brand)


def in_favour(view: View) -> dict[str, tuple[Qualification, ...]]:
    """What speaks for the seller, by the ids of the brands that are named openly, in their order: of those
    against which nothing was found too. An everyday word is a name where something was said of it.
    """
    found: dict[str, dict[Qualification, None]] = {}
    for passage, mention in view.mentions():
        if mention.likeness is Likeness.EXACT:
            said = view.qualifiers(passage, mention)
            if said or not mention.everyday:
                found.setdefault(mention.brand, {}).update(dict.fromkeys(said))
    return {
        brand: tuple(dict.fromkeys((*said, *of_listing(view, view.brands[brand]))))
        for brand, said in found.items()
    }


def _other_make(view: View, brand: Brand) -> Iterator[Qualification]:
    """The field or the title's first words name another make, registered or not, as that of the goods.

    A title that opens with the brand in disguise claims to be the brand's, whatever the field says.
    """
    title, field = view.by_where[TITLE], view.by_where.get(BRAND)
    opening = [m for m in title.mentions if m.span[0] == 0]
    if any(m.brand == brand.id and m.likeness is not Likeness.EXACT for m in opening):
        return
    if field is not None:
        named = field.text.strip()
        if any(m.brand == brand.id for m in field.mentions) or named.casefold() in phrases("no_brand"):
            return
        registered = any(m.likeness is Likeness.EXACT for m in field.mentions)
        if named and (registered or title.text.casefold().startswith(named.casefold())):
            yield _whole(Qualifier.OTHER_BRAND, BRAND, field.text)
        return
    for mention in opening[:1]:
        if mention.likeness is Likeness.EXACT and not mention.everyday and mention.brand != brand.id:
            yield Qualification(Qualifier.OTHER_BRAND, TITLE, mention.found, mention.span)


def _whole(kind: Qualifier, where: str, text: str) -> Qualification:
    return Qualification(kind, where, text, (0, len(text)))
