"""A mark written so that shoppers read it and filters don't.

needs   the mentions that the mark index found
finds   every one that is not exact, under the kind of its disguise
counts  because nobody disguises a name that they may use
"""

from collections.abc import Iterator

from detector.result import Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness
from detector.view import View


class Imitation:
    reasons = (
        Reason.MISSPELLING,
        Reason.LOOKALIKE_CHARACTERS,
        Reason.SPLIT_OR_PADDED,
        Reason.OTHER_SCRIPT,
        Reason.SOUNDS_ALIKE,
    )

    def find(self, view: View) -> Iterator[Finding]:
        for passage, mention in view.mentions():
            if mention.likeness is not Likeness.EXACT:
                kind = Reason(mention.likeness.value)
                evidence = passage.evidence(kind, mention, mention.score)
                yield Finding(mention.brand, evidence, view.qualifiers(passage, mention))
