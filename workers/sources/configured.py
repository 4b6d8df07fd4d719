"""The file of sources, and the source in it that somebody names."""

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from detector.problems import said
from storage.wording import not_yaml
from workers.sources.errors import BadSources
from workers.sources.protocol import Kind
from workers.sources.settings import SourceSettings

GROUP = "listing_infringement_detector.sources"
_LARGEST = 4 * 2**20
_OURS = {
    "ebay": "ebay:Ebay",
    "files": "files:Files",
    "json": "rest:Rest",
    "merchant": "merchant:Merchant",
    "pages": "pages:Pages",
    "shopify": "shopify:Shopify",
    "woocommerce": "woocommerce:WooCommerce",
}


def kinds() -> dict[str, EntryPoint]:
    """All kinds of sources by name: the project's own, and what others registered."""
    ours = [EntryPoint(name, f"workers.sources.{where}", GROUP) for name, where in _OURS.items()]
    return {point.name: point for point in [*entry_points(group=GROUP), *ours]}


def kind_of(name: str) -> Kind:
    """Raises `BadSources` where there is none, or one of others cannot be loaded."""
    known = kinds()
    if name not in known:
        raise BadSources(f"kind must be one of {', '.join(sorted(known))}, not {name[:40]!r}")
    try:
        loaded: Kind = known[name].load()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise BadSources(f"the kind {name!r} cannot be loaded from {known[name].value} ({why})") from None
    return loaded


def read_sources(file: Path) -> dict[str, SourceSettings]:
    """The sources of a file by name, in its order. Raises `BadSources` with one sentence."""
    sources: dict[str, SourceSettings] = {}
    for number, given in enumerate(_listed(file), start=1):
        where = f"{file}: source {number}"
        if not isinstance(given, dict):
            raise BadSources(f"{where}: must be an object with a name and a kind")
        if isinstance(given.get("name"), str):
            where = f"{file}: {given['name'][:64]}"
        try:
            settings = kind_of(str(given.get("kind"))).Settings.model_validate(given)
        except BadSources as wrong:
            raise BadSources(f"{where}: {wrong}") from None
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
    except (yaml.YAMLError, ValueError, IndexError, RecursionError) as error:
        raise BadSources(f"{file}: {not_yaml(error)}") from None
    if (
        not isinstance(content, dict)
        or set(content) != {"sources"}
        or not isinstance(content["sources"], list)
    ):
        raise BadSources(f"{file}: must hold one list named sources, each with a name and a kind")
    return content["sources"]
