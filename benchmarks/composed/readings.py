"""Readings of composed pictures by what ships, kept in a file: a second run reads none of them again."""

from pathlib import Path

from benchmarks.photos import png
from detector.appearance import Appearance
from detector.cache import cache_folder
from detector.image.decoding import Pixels
from detector.image.options import LookOptions
from detector.image.reader import default_reader
from detector.reading import PictureReading, TextLine
from workers.kept import KeptReader, new_store


class Readings:
    """Text and look of pictures."""

    def __init__(self, file: Path | None = None) -> None:
        file = file or cache_folder() / "composed.sqlite"
        new_store(file)
        self._reader = KeptReader(default_reader(look=LookOptions()), file)

    def read(self, data: bytes) -> PictureReading:
        return self._reader.read(data)

    def look(self, pixels: Pixels) -> tuple[tuple[TextLine, ...], Appearance]:
        """What the gates of an owner's upload ask for."""
        reading = self.read(png(pixels))
        if reading.appearance is None:
            raise TypeError("the reader reads no look")
        return reading.lines, reading.appearance
