"""Judges of texts without the model of meaning: where it would be asked, they say so instead."""

from collections.abc import Sequence

from detector.errors import DetectorError
from detector.text.meaning import Meaning


class NeedsAModel(DetectorError):
    """A text that words alone can't decide, in a process that loads no model."""


class NoMeaning(Meaning):
    """Stands where the model would, and refuses to guess."""

    def offers_imitation(self, sentences: Sequence[str]) -> list[float]:
        if not sentences:
            return []
        raise NeedsAModel("a sentence of this text needs a model to be understood")
