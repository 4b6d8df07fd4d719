"""What reading a picture leaves behind: depends on the picture and the engine alone, never on the registry."""

from dataclasses import dataclass

from detector.result import Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """One reading of one place. A place may have several readings (turned, mirrored): the registry decides.

    `score` is the recogniser's own confidence, 0 to 1. `turn` is how far the picture had to be turned clockwise,
    in degrees, for the text to stand upright; `mirrored` says whether it also had to be mirrored.
    """

    text: str
    score: float
    box: Box
    turn: int = 0
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class PictureReading:
    """The artefact of one picture. `width` and `height` are pixels after EXIF rotation; `engine` is a version."""

    sha256: str
    width: int
    height: int
    lines: tuple[TextLine, ...]
    engine: str
