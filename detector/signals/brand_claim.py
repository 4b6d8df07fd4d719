"""Names the brand as the listing's own make without a right to.

| needs | finds | why it counts |
| --- | --- | --- |
| a brand field that denies any brand (`unbranded`, `OEM`, `无品牌`) | a title that claims the brand all the same | the seller tells the marketplace one thing and the shopper another |
| a brand field that names the brand | a title that names another registered brand as the make, and not this one | the field is filled in to be found under a name that the goods don't bear |
| an imitation of the name in the title | the brand field naming the brand itself | the field claims what the goods only imitate |

Naming the brand in field and title alike is what every honest reseller does, and no claim against anybody.
"""

from collections.abc import Iterator

from detector.result import Evidence, Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.view import BRAND, TITLE, Passage, View

NO_BRAND = frozenset(
    "unbranded|no brand|nobrand|no-brand|no name|noname|generic|oem|odm|n/a|na|none|other|others|not applicable|"
    "unbranded/generic|does not apply|ohne marke|markenlos|keine marke|sans marque|sin marca|sem marca|senza marca|"
    "geen merk|bez marki|без бренда|нет бренда|немає бренду|markasız|không thương hiệu|no merk|tidak ada merek|"
    "无品牌|無品牌|无|其他|ノーブランド|ノーブランド品|브랜드 없음|노브랜드|ไม่มียี่ห้อ|no brand (oem)|بدون علامة تجارية|غير ماركة".split(
        "|"
    )
)


class BrandClaim:
    reasons = (Reason.BRAND_CLAIM,)

    def find(self, view: View) -> Iterator[Finding]:
        field = view.listing.brand
        if not field or not view.mentioned:
            return
        title = view.by_where[TITLE]
        if field.strip().casefold() in NO_BRAND:
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
