"""Which listings may have to do with some brands: those in which the brands' names alone find anything.

A registry of these brands alone finds whatever the whole one finds of them, and more: other names only take a
mention away. So what has no mention here has no case there; what has one is judged in full.
"""

from collections.abc import Iterable, Sequence

from detector.brand import Brand
from detector.signals.meaning import Nicknames
from detector.text.index import MarkIndex


class Names:
    """The names of some brands, and what shoppers call these."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._index = MarkIndex.build(brands)
        self._nicknames = Nicknames({brand.id: brand for brand in brands})

    def stand_in(self, texts: Iterable[str]) -> bool:
        """Whether any of these texts mentions one of the brands, openly or in disguise."""
        return any(self._index.find(text) or self._nicknames.find(text) for text in texts)
