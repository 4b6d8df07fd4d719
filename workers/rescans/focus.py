"""The registry's judge with an eye to some brands: which listings and pictures may have to do with them.

A registry of these brands alone finds whatever the whole one finds of them, and more: other names, marks and
pictures only take something away. So where nothing is found here there is no case of theirs, and the few that
are left are judged in full.
"""

from collections.abc import Collection

import numpy as np

from brand_registry.judging import RegistryJudge
from workers.rescans.naming import Names
from workers.rescans.resembling import Resembling
from workers.shards.content import Looks, Texts


class Focus:
    """Of some brands, by their ids; None is for all: then nothing is told apart. `known` are those of them
    that are judged with.
    """

    def __init__(self, judge: RegistryJudge, brands: Collection[str] | None) -> None:
        self.judge = judge
        self.brands = None if brands is None else frozenset(brands)
        known = judge.judged_with(brands or ())
        self.known = frozenset(brand.id for brand in known)
        self.names = Names(known)
        self._pictures = Resembling(judge.references_of(brands or ()))

    def mentioned(self, texts: Texts) -> list[int]:
        """The versions of listings whose texts mention one of the brands."""
        there = zip(texts.ids, texts.texts, strict=True)
        return [int(number) for number, said in there if self.names.stand_in(said)]

    def suspected(self, looks: Looks) -> list[str]:
        """The sha256 of the pictures that mention one of the brands, or may show what is theirs."""
        said = np.array([self.names.stand_in(lines) for lines in looks.lines], bool)
        found = np.flatnonzero(said | self._pictures.suspected(looks))
        return sorted({looks.sha256s[at] for at in found})


class Foci:
    """Of one process: the last focus is kept, as making one takes a while where brands have pictures."""

    def __init__(self) -> None:
        self._last: Focus | None = None

    def of(self, judge: RegistryJudge, brands: Collection[str] | None) -> Focus:
        wanted = None if brands is None else frozenset(brands)
        if self._last is None or self._last.judge is not judge or self._last.brands != wanted:
            self._last = Focus(judge, wanted)
        return self._last
