"""Names the brand as the listing's own make without a right to.

needs   the brand field and the title
finds   a title that opens with a mark while the field denies any brand ('unbranded', 'OEM', '无品牌'); a
        field that names a brand while the title only imitates it, or opens with another one's mark
counts  because the seller tells the marketplace one thing and the shopper another: the name is claimed to be
        found under it, and denied so as not to answer for it

To name the brand in field and title alike is what every honest reseller does, and no claim against anybody.
"""

from collections.abc import Iterator

from detector.result import Evidence, Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.text.tables import phrases
from detector.view import BRAND, TITLE, Passage, View


class BrandClaim:
    reasons = (Reason.BRAND_CLAIM,)

    def find(self, view: View) -> Iterator[Finding]:
        field = view.listing.brand
        if not field or not view.mentioned:
            return
        title = view.by_where[TITLE]
        if field.strip().casefold() in phrases("no_brand"):
            yield from _denied(view, title, field)
        else:
            yield from _borrowed(view, title, view.by_where[BRAND])


def _denied(view: View, title: Passage, field: str) -> Iterator[Finding]:
    """The title opens with a mark while the field says there is none."""
    for mention in title.mentions:
        if mention.likeness is Likeness.EXACT and not mention.everyday and _opens(title, mention):
            qualifiers = view.qualifiers(title, mention)
            if not qualifiers:
                detail = f"the brand field says '{field.strip()}'"
                yield Finding(mention.brand, title.evidence(Reason.BRAND_CLAIM, mention, 0.7, detail))


def _borrowed(view: View, title: Passage, field: Passage) -> Iterator[Finding]:
    """The field names the brand, the title something else."""
    for claimed in field.mentions:
        if claimed.likeness is not Likeness.EXACT or claimed.everyday or not _whole(field, claimed):
            continue
        own = [m for m in title.mentions if m.brand == claimed.brand]
        if any(m.likeness is Likeness.EXACT for m in own):
            continue
        if own:
            yield Finding(claimed.brand, _claim(field, claimed, f"the title says '{own[0].found}'", 0.8))
            continue
        makes = [
            m for m in title.mentions if m.likeness is Likeness.EXACT and not m.everyday and _opens(title, m)
        ]
        if makes and not _related(view, claimed, makes[0]) and not view.qualifiers(title, makes[0]):
            yield Finding(claimed.brand, _claim(field, claimed, f"the title says '{makes[0].found}'", 0.4))


def _claim(field: Passage, mention: Mention, detail: str, score: float) -> Evidence:
    return field.evidence(Reason.BRAND_CLAIM, mention, score, detail)


def _opens(title: Passage, mention: Mention) -> bool:
    return not any(c.isalnum() for c in title.text[: mention.span[0]])


def _whole(field: Passage, mention: Mention) -> bool:
    start, end = mention.span
    return not any(c.isalnum() for c in field.text[:start] + field.text[end:])


def _related(view: View, one: Mention, other: Mention) -> bool:
    """Whether one name holds the other: a sub-brand stands under its maker's name ('HP', 'HP LaserJet')."""
    first, second = view.brands[one.brand], view.brands[other.brand]
    names = {name.casefold() for name in first.names()}
    return any(a in b or b in a for a in names for b in (n.casefold() for n in second.names()))
