"""The reader of pictures that the settings ask for."""

from pathlib import Path

from detector.image.options import PACKAGED, LookOptions, OcrOptions
from detector.image.reader import PictureReader, default_reader
from storage.settings import settings


def configured_reader(*, looks: bool = False) -> PictureReader:
    """The reader of pictures that the settings ask for; its models are loaded at the first picture.

    With `looks` it takes in the look of pictures too, which only those need who have references to compare.
    """
    chosen = settings()
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


def _model(name: str) -> str | Path:
    return name if name in PACKAGED else Path(name)
