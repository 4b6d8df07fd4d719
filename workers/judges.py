"""The judge that the commands share: built from brand files, with the versions that every result states."""

import hashlib
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from brand_registry.files import read_brands
from brand_registry.unknown import unknown_fields
from brand_registry.version import registry_version
from detector.errors import UnreadableInput
from detector.judge import Judge
from detector.text.meaning import Meaning
from detector.text.packaged_e5 import PACKAGE
from storage.settings import settings
from workers.visible import plain


def versions_for(registry: str, pictures: bool = True) -> dict[str, str]:
    """What a result says of its makers. `settings` stands for all else that decides it."""
    chosen = settings().model_dump_json(exclude={"data"})
    digest = hashlib.sha256(f"{chosen} {pictures}".encode()).hexdigest()[:8]
    package = version("listing-infringement-detector")
    return {"detector": package, "registry": registry, "settings": digest}


def judge_from(path: Path | None, pictures: bool = True) -> tuple[Judge, dict[str, str]]:
    """A judge of the brands at `path`, and its versions; `pictures` says whether those are read.

    Raises `UnreadableInput`.
    """
    if path is None:
        raise UnreadableInput(
            "which brands? Name them with --brands PATH: a folder of brand folders, or JSON Lines "
            'such as {"id": "acme", "name": "Acme"}; there is no registry yet to take them from'
        )
    brands = read_brands(path)
    for warning in unknown_fields(brands):
        _warn(f"{path}: {warning}")
    versions = versions_for(registry_version(brands), pictures)
    return Judge(brands, meaning=_meaning(settings().text_model), versions=versions), versions


def _meaning(model: str | None) -> Meaning | None:
    """What tells meaning, by the setting; its model is loaded at the first sentence that asks for it."""
    if model == "none":
        return None
    if model is None and find_spec(PACKAGE) is None:
        _warn(
            f"without the package {PACKAGE} texts are judged by words, not by meaning; install it or set "
            "DETECTOR_TEXT_MODEL"
        )
        return None
    return Meaning(model)


def _warn(what: str) -> None:
    print(f"detector: {plain(what)}", file=sys.stderr)
