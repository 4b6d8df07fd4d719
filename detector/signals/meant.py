"""The brands that the goods of a listing are said or shown to be of."""

from collections.abc import Iterator

from detector.signals.imitation import stands_for_a_maker
from detector.text.mention import Likeness
from detector.view import BRAND, TITLE, View


def meant(view: View) -> Iterator[str]:
    """Their ids, some more than once: those that title or brand field name, open or disguised, and that
    pictures show; not those that the title says the goods only fit."""
    title = view.by_where[TITLE]
    fitted = {m.brand for m in title.mentions if view.qualifiers(title, m)}
    for where in (TITLE, BRAND):
        passage = view.by_where.get(where)
        if passage is None:
            continue
        for mention in passage.mentions:
            of_make = not mention.everyday or stands_for_a_maker(view, passage, mention)
            if of_make and not view.qualifiers(passage, mention):
                yield mention.brand
    shown = {sighting.reference.brand for _, sighting in view.sightings}
    for passage in view.pictured:
        shown |= {m.brand for m in passage.mentions if not m.everyday and m.likeness is Likeness.EXACT}
    yield from sorted(shown - fitted)
