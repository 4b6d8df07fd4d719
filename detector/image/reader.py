"""Reads a picture once, into an artefact that any registry can judge later."""

import hashlib
from typing import Protocol

from detector.image.decoding import DecodingLimits, decode
from detector.image.engine import Engines
from detector.image.options import OcrOptions
from detector.image.passes import Plan, read_text
from detector.reading import PictureReading

PLAN_VERSION = "passes-4"  # raise it when a picture reads differently or its artefact holds something else


class PictureReader(Protocol):
    """Reads the bytes of a picture; raises PictureRefused.

    `engine` is a version: artefacts are kept under it.
    """

    @property
    def engine(self) -> str: ...

    def read(self, data: bytes) -> PictureReading: ...


class OcrReader:
    """A PictureReader that decodes safely and reads text with the engines that it is given."""

    def __init__(
        self, engines: Engines, plan: Plan | None = None, limits: DecodingLimits | None = None
    ) -> None:
        self.engine = f"{PLAN_VERSION}+{engines.version}"
        self._engines, self._plan, self._limits = engines, plan, limits

    def read(self, data: bytes) -> PictureReading:
        picture = decode(data, self._limits)
        found = read_text(picture.pixels, self._engines, self._plan)
        lines, unread = found.lines, found.unread
        if picture.on_dark is not None:
            found = read_text(picture.on_dark, self._engines, self._plan)
            lines, unread = lines + found.lines, max(unread, found.unread)
        height, width = picture.pixels.shape[:2]
        digest = hashlib.sha256(data).hexdigest()
        return PictureReading(digest, width, height, lines, self.engine, unread)


class _LazyReader:
    """Loads the models at the first picture, so that a scan of text alone never pays for them."""

    def __init__(self, options: OcrOptions, plan: Plan | None, limits: DecodingLimits | None) -> None:
        self._options, self._plan, self._limits = options, plan, limits
        self._reader: OcrReader | None = None

    @property
    def engine(self) -> str:
        return self._loaded().engine

    def read(self, data: bytes) -> PictureReading:
        return self._loaded().read(data)

    def _loaded(self) -> OcrReader:
        if self._reader is None:
            from detector.image.paddle import paddle_engines

            self._reader = OcrReader(paddle_engines(self._options), self._plan, self._limits)
        return self._reader


def default_reader(
    options: OcrOptions | None = None, plan: Plan | None = None, limits: DecodingLimits | None = None
) -> PictureReader:
    """The reader that ships: PaddleOCR with the packaged models, loaded at the first picture."""
    return _LazyReader(options or OcrOptions(), plan, limits)
