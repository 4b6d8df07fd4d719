"""The file of sources, and the source in it that somebody names."""

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from detector.problems import said
from workers.sources.errors import BadSources
from workers.sources.files import Files
from workers.sources.protocol import Kind
from workers.sources.settings import SourceSettings
from workers.sources.shopify import Shopify

GROUP = "listing_infringement_detector.sources"
_KINDS: Mapping[str, Kind] = {"files": Files, "shopify": Shopify}
_LARGEST = 4 * 2**20


def kinds() -> dict[str, Kind]:
    """All kinds of sources by name: the project's own, and what others registered. Raises `BadSources` where
    one of theirs cannot be loaded.
    """
    found = dict(_KINDS)
    for point in entry_points(group=GROUP):
        try:
            found.setdefault(point.name, point.load())
        except Exception as error:
            package = point.dist.name if point.dist else point.value
            raise BadSources(
                f"the package {package} gives the kind of source {point.name!r}, which cannot be loaded "
                f"({type(error).__name__}: {error}); mend or remove it"
            ) from None
    return found


def read_sources(file: Path) -> dict[str, SourceSettings]:
    """The sources of a file by name, in its order. Raises `BadSources` with one sentence."""
    known = kinds()
    sources: dict[str, SourceSettings] = {}
    for number, given in enumerate(_listed(file), start=1):
        where = f"{file}: source {number}"
        if not isinstance(given, dict):
            raise BadSources(f"{where}: must be an object with a name and a kind")
        if isinstance(given.get("name"), str):
            where = f"{file}: {given['name'][:64]}"
        kind = given.get("kind")
        if kind not in known:
            raise BadSources(
                f"{where}: kind must be one of {', '.join(sorted(known))}, not {str(kind)[:40]!r}"
            )
        try:
            settings = known[kind].Settings.model_validate(given)
        except ValidationError as error:
            raise BadSources(f"{where}: {said(error)}") from None
        if settings.name in sources:
            raise BadSources(f"{where}: stands in the file twice; rename one")
        sources[settings.name] = settings
    return sources


def named_source(file: Path, name: str) -> SourceSettings:
    """Raises `BadSources` where the file has none of that name."""
    sources = read_sources(file)
    if name not in sources:
        there = ", ".join(sources) or "none"
        raise BadSources(f"{file}: has no source named {name!r}; there are {there}")
    return sources[name]


def _listed(file: Path) -> list[Any]:
    try:
        with file.open("rb") as opened:
            content = yaml.safe_load(opened.read(_LARGEST))
    except OSError as error:
        raise BadSources(
            f"{file}: cannot be read ({error.strerror}); name the file of sources with --sources"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise BadSources(f"{file}{place}: not YAML: {problem}") from None
    if (
        not isinstance(content, dict)
        or set(content) != {"sources"}
        or not isinstance(content["sources"], list)
    ):
        raise BadSources(f"{file}: must hold one list named sources, each with a name and a kind")
    return content["sources"]
