"""The reader of pictures that the settings ask for."""

import hashlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from detector.image.options import PACKAGED, PLAN_VERSION, LookOptions, OcrOptions
from storage.errors import BadSetting
from storage.settings import Settings, settings

if TYPE_CHECKING:
    from detector.image.reader import PictureReader

TEXT, LOOK = "text", "text and look"
"""The kinds of readings."""


def configured_reader(*, looks: bool = False, chosen: Settings | None = None) -> "PictureReader":
    """The reader of pictures that the settings ask for; its models are loaded at the first picture.

    With `looks` it takes in the look of pictures too, which only those need who have references to compare.
    `chosen` are other settings than those in use.
    """
    from detector.image.reader import default_reader

    chosen = chosen or settings()
    if chosen.reader is not None:
        return _named(chosen.reader)
    return default_reader(
        OcrOptions(
            engine=chosen.ocr_engine,
            detector=_model(chosen.ocr_detector),
            recogniser=_model(chosen.ocr_recogniser),
            second_detector=_model(chosen.ocr_second_detector),
            second_recogniser=_model(chosen.ocr_second_recogniser),
        ),
        look=LookOptions(chosen.image_model) if looks else None,
    )


def engine_key(chosen: Settings | None = None) -> str:
    """What readings are kept under: it changes with whatever reads pictures, and needs no models.
    `chosen` are other settings than those in use.
    """
    parts = (chosen or settings()).model_dump_json(include=READS)
    return hashlib.sha256(f"{PLAN_VERSION} {parts}".encode()).hexdigest()[:16]


def look_engine(chosen: Settings | None = None) -> str:
    """The same of the look of the brands' pictures, by all that makes it or refuses them."""
    from detector.image.assets import GATES
    from detector.image.embedding import embedder
    from detector.image.looking import VERSION, Looker

    chosen = chosen or settings()
    whole = f"{engine_key(chosen)} {Looker(embedder(chosen.image_model)).engine} {GATES}"
    return f"{VERSION}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


READS = {
    "ocr_engine", "ocr_detector", "ocr_recogniser", "ocr_second_detector", "ocr_second_recogniser",
    "image_model", "reader",
}  # fmt: skip
"""The settings that change what is read of a picture."""


def _named(name: str) -> "PictureReader":
    module, _, function = name.partition(":")
    try:
        made: PictureReader = getattr(import_module(module), function)()
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise BadSetting(f"the setting DETECTOR_READER: {name} can't be called ({error})") from None
    return made


def _model(name: str) -> str | Path:
    return name if name in PACKAGED else Path(name)
