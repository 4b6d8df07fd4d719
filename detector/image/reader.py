"""Reads a picture once, into an artefact that any registry can judge later."""

import hashlib
from typing import TYPE_CHECKING, Protocol

from detector.image.decoding import DecodingLimits, decode
from detector.image.engine import Engines
from detector.image.options import PLAN_VERSION, LookOptions, OcrOptions
from detector.image.passes import Plan, read_text
from detector.reading import PictureReading

if TYPE_CHECKING:
    from detector.image.looking import Looker


class PictureReader(Protocol):
    """Reads the bytes of a picture; raises PictureRefused.

    `engine` is a version: artefacts are kept under it.
    """

    @property
    def engine(self) -> str: ...

    def read(self, data: bytes) -> PictureReading: ...


class OcrReader:
    """A PictureReader that decodes safely and reads text with the engines that it is given; with a `looker`
    it takes in the look of pictures too.
    """

    def __init__(
        self,
        engines: Engines,
        plan: Plan | None = None,
        limits: DecodingLimits | None = None,
        looker: "Looker | None" = None,
    ) -> None:
        self.engine = f"{PLAN_VERSION}+{engines.version}" + (f"+{looker.engine}" if looker else "")
        self._engines, self._plan, self._limits, self._looker = engines, plan, limits, looker

    def read(self, data: bytes) -> PictureReading:
        picture = decode(data, self._limits)
        found = read_text(picture.pixels, self._engines, self._plan)
        lines, unread = found.lines, found.unread
        if picture.on_dark is not None:
            found = read_text(picture.on_dark, self._engines, self._plan)
            lines, unread = lines + found.lines, max(unread, found.unread)
        height, width = picture.pixels.shape[:2]
        digest = hashlib.sha256(data).hexdigest()
        look = self._looker.look(picture.pixels, lines) if self._looker else None
        return PictureReading(digest, width, height, lines, self.engine, unread, look)


class _LazyReader:
    """Loads the models at the first picture, so that a scan of text alone never pays for them."""

    def __init__(
        self,
        options: OcrOptions,
        plan: Plan | None,
        limits: DecodingLimits | None,
        look: LookOptions | None,
    ) -> None:
        self._options, self._plan, self._limits, self._look = options, plan, limits, look
        self._reader: OcrReader | None = None

    @property
    def engine(self) -> str:
        return self._loaded().engine

    def read(self, data: bytes) -> PictureReading:
        return self._loaded().read(data)

    def _loaded(self) -> OcrReader:
        if self._reader is None:
            from detector.image.paddle import paddle_engines

            engines = paddle_engines(self._options)
            self._reader = OcrReader(engines, self._plan, self._limits, self._looker())
        return self._reader

    def _looker(self) -> "Looker | None":
        if self._look is None:
            return None
        from detector.image.embedding import embedder
        from detector.image.looking import Looker

        return Looker(embedder(self._look.model))


def default_reader(
    options: OcrOptions | None = None,
    plan: Plan | None = None,
    limits: DecodingLimits | None = None,
    look: LookOptions | None = None,
) -> PictureReader:
    """The reader that ships: PaddleOCR with the packaged models, loaded at the first picture.

    With `look` it takes in the look of pictures too, which costs as much again as their text.
    """
    return _LazyReader(options or OcrOptions(), plan, limits, look)
