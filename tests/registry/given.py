"""Files of brands for tests."""

import json
from io import BytesIO

from PIL import Image, ImageDraw


def brands_file(folder, *brands, name="brands.jsonl"):
    """JSON Lines of the brands; bytes stand as they are."""
    lines = [brand if isinstance(brand, bytes) else json.dumps(brand).encode() for brand in brands]
    file = folder / name
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


def picture(text="ACMELUX", size=(240, 120)):
    """A PNG with words on it."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((20, 40), text, fill="black", font_size=36)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


PNG = picture()
