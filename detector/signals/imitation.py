"""A mark written so that shoppers read it and filters don't.

| needs | finds | why it counts |
| --- | --- | --- |
| mentions found by the mark index | every mention that is not exact, under the kind of its disguise | nobody disguises a name that they may use |
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
