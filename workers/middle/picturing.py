"""Pictures as chat endpoints take them: decoded by us, made small, and encoded anew."""

import base64
from io import BytesIO

from PIL import Image

from detector.image.decoding import decode

_LONGEST_SIDE = 768
_QUALITY = 80


def data_url(data: bytes) -> str:
    """Raises `PictureRefused`."""
    image = Image.fromarray(decode(data).pixels)
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    written = BytesIO()
    image.save(written, "JPEG", quality=_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode()
