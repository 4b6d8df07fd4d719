"""What reading a picture leaves behind: it depends on the picture and the engine, never on the registry."""

from dataclasses import dataclass

from detector.appearance import Appearance
from detector.result import Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """One reading of one place. A place may have several (turned, mirrored): the registry decides.

    `score` is the recogniser's own confidence, 0 to 1. `turn` is how far the picture had to be turned
    clockwise, in degrees, for the text to stand upright; `mirrored` whether it had to be mirrored too.
    """

    text: str
    score: float
    box: Box
    turn: int = 0
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class PictureReading:
    """The artefact of one picture. `width` and `height` are pixels after EXIF turning; `engine` a version.

    `unread` counts the places that look like text and were left out because the picture holds too many.
    `appearance` is there where the look was asked for, beside the text.
    """

    sha256: str
    width: int
    height: int
    lines: tuple[TextLine, ...]
    engine: str
    unread: int = 0
    appearance: Appearance | None = None
