"""Names of some brands, sought in many texts."""

from collections.abc import Iterable, Sequence

from detector.brand import Brand
from detector.signals.meaning import Nicknames
from detector.text.index import MarkIndex


class Names:
    """Of these brands alone."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._index = MarkIndex.build(brands)
        self._quiet = self._index.quiet()
        self._nicknames = Nicknames({brand.id: brand for brand in brands})
        self._count = len(brands)

    def __len__(self) -> int:
        return self._count

    def stand_in(self, texts: Iterable[str]) -> bool:
        """Whether any of these texts mentions one of the brands, openly, in disguise or by a nickname."""
        return any(self._stands_in(text) for text in texts)

    def _stands_in(self, text: str) -> bool:
        named = not self._quiet.is_quiet(text) and bool(self._index.find(text))
        return named or bool(self._nicknames.find(text))
