"""Parts of a listing that speak of different things.

needs   the title, the brand field, the category, the brand's categories, what pictures show
finds   a picture that surely shows one brand's mark, product or name where the texts name another as the
        make; new goods whose maker a field or the title's first words say, filed in a category, and under a
        title, that none of the brand's own categories shares a word with
counts  because who hides goods behind other words has to let one of them be wrong; alone it flags nothing,
        since shops file badly, and show what their goods are worn with

That the brand field names one registered make and the title another counts for nothing: of 4,000 titles of
shops ten did so, every one of them honest ('ThinkPad', Lenovo).
"""

from collections.abc import Iterator

from detector.fair_use import authorised, is_used
from detector.result import Evidence, Reason
from detector.signals.imitation import of_its_kind
from detector.signals.protocol import Finding
from detector.signals.said import said
from detector.text.mention import Likeness, Mention
from detector.view import BRAND, TITLE, Passage, View

OTHER_IN_PICTURE, OTHER_KIND = 0.7, 0.6
_SURE = 0.7
"""How sure a picture has to be of what it shows."""


class Mismatch:
    reasons = (Reason.MISMATCH,)

    def find(self, view: View) -> Iterator[Finding]:
        title, field = view.by_where[TITLE], view.by_where.get(BRAND)
        if not view.mentioned:
            return
        in_title = [m for m in _plain(title) if m.span[0] == 0 and not view.qualifiers(title, m)]
        in_field = [] if field is None else [m for m in _plain(field) if m.found == field.text.strip()]
        yield from _other_in_picture(view, [(title, m) for m in in_title], field, in_field)
        if view.listing.category and not is_used(view.listing):
            named = [(title, m) for m in in_title] + [(field, m) for m in in_field if field is not None]
            for passage, mention in {m.brand: (p, m) for p, m in named if p is not None}.values():
                if _of_another_kind(view, mention):
                    yield _finding(passage, mention, OTHER_KIND, f"filed under '{view.listing.category}'")


def _plain(passage: Passage) -> list[Mention]:
    """The names that stand there openly and are no everyday words."""
    return [m for m in passage.mentions if m.likeness is Likeness.EXACT and not m.everyday]


def _of_another_kind(view: View, mention: Mention) -> bool:
    brand = view.brands[mention.brand]
    return bool(brand.categories) and not (
        authorised(view.listing, brand) or of_its_kind(view, brand.categories)
    )


def _other_in_picture(
    view: View, in_title: list[tuple[Passage, Mention]], field: Passage | None, in_field: list[Mention]
) -> Iterator[Finding]:
    told = [m.mark for m in in_field] or [m.mark for _, m in in_title]
    if not told or not (view.sightings or view.pictured):
        return
    named = {m.brand for _, m in in_title} | {m.brand for m in in_field}
    surest = sorted(view.sightings, key=lambda seen: seen[1].score)
    shown = {s.reference.brand: (where, s.score, s.box) for where, s in surest if s.score >= _SURE}
    for passage in view.pictured:
        if passage.line is not None and passage.line.score >= _SURE:
            for mention in _plain(passage):
                shown.setdefault(mention.brand, (passage.where, passage.line.score, passage.line.box))
    written, fitted = said(view, shown.keys())
    for brand, (where, sure, box) in shown.items():
        if brand not in named | written | fitted.keys():
            detail = f"the texts say {told[0]}"
            score = OTHER_IN_PICTURE * sure
            yield Finding(brand, Evidence(Reason.MISMATCH, where, None, score, box=box, detail=detail))


def _finding(passage: Passage, mention: Mention, score: float, detail: str) -> Finding:
    return Finding(mention.brand, passage.evidence(Reason.MISMATCH, mention, score, detail))
