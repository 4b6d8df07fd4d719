"""A name for what a registry holds, so that a result says what it was judged against."""

import hashlib
from collections.abc import Iterable

from detector.brand import Brand


def registry_version(brands: Iterable[Brand], pictures: Iterable[str] = ()) -> str:
    """Twelve hexadecimal digits that change with any brand, and with any of what is said of their `pictures`
    (what a file holds may change under its name); with nothing else, and not with the order.
    """
    digest = hashlib.sha256()
    for brand in sorted(brands, key=lambda brand: brand.id):
        digest.update(brand.model_dump_json().encode() + b"\n")
    for picture in sorted(pictures):
        digest.update(picture.encode() + b"\n")
    return digest.hexdigest()[:12]
