"""The judge that the commands share: built from brand files, with the versions that every result states."""

from importlib.metadata import version
from pathlib import Path

from brand_registry.files import read_brands
from brand_registry.version import registry_version
from detector.errors import UnreadableInput
from detector.judge import Judge


def versions_for(registry: str) -> dict[str, str]:
    """What a result says of its makers."""
    return {"detector": version("listing-infringement-detector"), "registry": registry}


def judge_from(path: Path | None) -> tuple[Judge, dict[str, str]]:
    """A judge of the brands at `path`, and its versions. Raises `UnreadableInput`."""
    if path is None:
        raise UnreadableInput(
            "--brands PATH is needed: the registry database is not part of this version yet"
        )
    brands = read_brands(path)
    versions = versions_for(registry_version(brands))
    return Judge(brands, versions=versions), versions
