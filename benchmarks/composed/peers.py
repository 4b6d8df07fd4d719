"""Plain methods on the same cases: each gives every listing a score, the higher the more suspicious.

| peer | score |
| --- | --- |
| exact name | a registered name stands in the title, letter for letter |
| rapidfuzz | the greatest Jaro-Winkler similarity of a word to another name, of five letters each |
| dnstwist rules | a word is a slip of the keyboard of a one-word name |
| PDQ | the nearest registered picture in any of eight turns, in bits of 256 |
| OCR and the exact name | a registered name was read in the picture, letter for letter |
| embedding | the greatest cosine of a region to a registered picture as a whole |
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from benchmarks.composed.disguises import typos
from benchmarks.tracing import key_of
from detector.appearance import Appearance
from detector.brand import Brand
from detector.image.hashes import distances
from detector.reading import PictureReading
from detector.sighting import Reference
from detector.text.folding import fold
from detector.text.index import MarkIndex
from detector.text.mention import Likeness
from detector.text.tokens import words_of

SHORTEST = 5
OF_TEXT = ("exact name", "rapidfuzz", "dnstwist rules")
OF_PICTURES = ("PDQ", "OCR and the exact name", "embedding")


class Peers:
    """What the peers say of listings, against the same brands and pictures."""

    def __init__(self, brands: Sequence[Brand], references: Sequence[Reference] = ()) -> None:
        self._index = MarkIndex.build(brands)
        self._keys = {
            key for brand in brands for name in brand.names() if len(key := key_of(name)) >= SHORTEST
        }
        self._names = sorted(self._keys)
        self._references = references
        self._likest: dict[str, float] = {}

    def scores(self, title: str, reading: PictureReading | None) -> dict[str, float]:
        """By the peer's name; those of pictures only where one was read."""
        words = {word for word in words_of(fold(title).plain.text) if len(word) >= SHORTEST} - self._keys
        found = {
            "exact name": float(self._exact(title)),
            "rapidfuzz": max(map(self._like, words), default=0.0),
            "dnstwist rules": float(not words.isdisjoint(self._slips)),
        }
        if reading is not None and reading.appearance is not None:
            found["OCR and the exact name"] = float(any(self._exact(line.text) for line in reading.lines))
            found["PDQ"] = 1 - self._bits(reading.appearance) / 256
            found["embedding"] = self._cosine(reading.appearance)
        return found

    def _exact(self, text: str) -> bool:
        return any(mention.likeness is Likeness.EXACT for mention in self._index.find(text))

    def _like(self, word: str) -> float:
        if word not in self._likest:
            best = process.extractOne(word, self._names, scorer=JaroWinkler.similarity)
            self._likest[word] = best[1] if best else 0.0
        return self._likest[word]

    @cached_property
    def _slips(self) -> set[str]:
        return {slip for name in self._names if name.isascii() and name.isalpha() for slip in typos(name)}

    @cached_property
    def _hashes(self) -> NDArray[np.uint8]:
        return np.stack([each.appearance.hashes[0] for each in self._references])

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        return np.stack([each.appearance.regions.embeddings[0] for each in self._references]).astype(
            np.float32
        )

    def _bits(self, look: Appearance) -> float:
        return float(distances(self._hashes, look.hashes).min()) if self._references else 256.0

    def _cosine(self, look: Appearance) -> float:
        if not self._references:
            return 0.0
        return float((self._vectors @ look.regions.embeddings.astype(np.float32).T).max())
