"""Reads a picture once, into an artefact that any registry can judge later."""

import hashlib
from typing import Protocol

from detector.image.decoding import DecodingLimits, decode
from detector.image.engine import TextDetector, TextRecogniser
from detector.image.options import OcrOptions
from detector.image.passes import read_lines
from detector.reading import PictureReading


class PictureReader(Protocol):
    """Reads the bytes of a picture; raises PictureRefused. `engine` is a version: artefacts are kept under
    it.
    """

    @property
    def engine(self) -> str: ...

    def read(self, data: bytes) -> PictureReading: ...


class OcrReader:
    """A PictureReader that decodes safely and reads text with the engines that it is given."""

    def __init__(
        self,
        detector: TextDetector,
        recogniser: TextRecogniser,
        second: TextRecogniser | None = None,
        limits: DecodingLimits | None = None,
    ) -> None:
        self.engine = "+".join(part.version for part in (detector, recogniser, second) if part is not None)
        self._detector, self._recogniser, self._second, self._limits = detector, recogniser, second, limits

    def read(self, data: bytes) -> PictureReading:
        picture = decode(data, self._limits)
        lines = read_lines(picture, self._detector, self._recogniser, self._second)
        height, width = picture.pixels.shape[:2]
        return PictureReading(hashlib.sha256(data).hexdigest(), width, height, lines, self.engine)


class _LazyReader:
    """Loads the models at the first picture, so that a scan of text alone never pays for them."""

    def __init__(self, options: OcrOptions, limits: DecodingLimits | None) -> None:
        self._options, self._limits = options, limits
        self._reader: OcrReader | None = None

    @property
    def engine(self) -> str:
        return self._loaded().engine

    def read(self, data: bytes) -> PictureReading:
        return self._loaded().read(data)

    def _loaded(self) -> OcrReader:
        if self._reader is None:
            from detector.image.paddle import PaddleDetector, PaddleRecogniser

            options = self._options
            second = options.second_recogniser
            self._reader = OcrReader(
                PaddleDetector(options),
                PaddleRecogniser(options.recogniser, options),
                PaddleRecogniser(second, options) if second else None,
                self._limits,
            )
        return self._reader


def default_reader(options: OcrOptions | None = None, limits: DecodingLimits | None = None) -> PictureReader:
    """The reader that ships: PaddleOCR with the packaged models, loaded at the first picture."""
    return _LazyReader(options or OcrOptions(), limits)
