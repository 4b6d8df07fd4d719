"""The judge that the commands share, of brand files or a snapshot, with the versions that results state."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from brand_registry.assets import assets_of
from brand_registry.files import Described, read_described
from brand_registry.judging import RegistryJudge, today
from brand_registry.related import related
from brand_registry.snapshots.lazy import LookLost
from brand_registry.unknown import unknown_fields
from brand_registry.version import registry_version
from brand_registry.weighing import chosen_weights
from detector.counted import counted
from detector.errors import UnreadableInput
from detector.image.options import PLAN_VERSION
from detector.text.meaning import Meaning
from detector.text.packaged_e5 import PACKAGE
from detector.weights import Weights, as_json
from storage.errors import StorageError
from storage.settings import Settings, settings
from workers.middle.configured import version as version_of_middle
from workers.pool import processors
from workers.reading import READS, configured_reader, look_engine
from workers.typed import typed
from workers.visible import plain

if TYPE_CHECKING:
    from brand_registry.snapshots.loading import Snapshot
    from detector.image.references import ReferenceIndex
    from workers.references import ReadAsset

_UNSEEN = (
    "what looks at pictures was changed, and the brands' own are not all looked at anew yet: pictures are "
    "compared again when the next snapshot is there"
)


class BrandsUnseen(StorageError):
    """Nothing can be compared with the brands' pictures yet: another model than the one in use saw them."""


def versions_for(registry: str, reads: str = "", weights: Weights | None = None) -> dict[str, str]:
    """What a result says of its makers. `detector` names the very code; `settings` stands for all else that
    decides a result: first what reads and finds, then what the findings weigh.
    """
    chosen = settings().model_dump_json(include={*READS, "text_model"})
    weighed = json.dumps(as_json(weights or _weights()), sort_keys=True)
    if middle := version_of_middle():
        weighed += f" {middle}"
    package = version("listing-infringement-detector")
    return {
        "detector": f"{package}+{code_digest()}",
        "registry": registry,
        "settings": f"{_digest(f'{chosen} {reads}')}-{_digest(weighed)}",
    }


def finds_the_same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether of one listing and one registry both makers find the same, whatever it weighs for them."""

    def finding(makers: Mapping[str, str]) -> tuple[str | None, str]:
        return makers.get("detector"), makers.get("settings", "").partition("-")[0]

    return finding(one) == finding(other)


@cache
def code_digest() -> str:
    """Of all that finds something, code and data, as no version is counted up with each change of it."""
    import brand_registry
    import detector

    files = [file for file in Path(detector.__file__).parent.rglob("*") if file.suffix != ".pyc"]
    files += [Path(brand_registry.__file__).with_name(name) for name in ("judging.py", "rules.py")]
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file()):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:8]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def judge_from(path: Path | None, pictures: bool = True) -> tuple[RegistryJudge, dict[str, str]]:
    """A judge of the brands at `path`, or of the registry's, and its versions; `pictures` says whether those
    are read. What of a path can't be read is told, and the judge says it once more (`unread`).

    Raises `UnreadableInput` where no brand can be read, and `BrandsUnseen`.
    """
    if path is None:
        from workers.registry.current import snapshot_to_judge_with

        judge = seeing(judge_of(snapshot_to_judge_with(_warn), pictures=pictures))
        return judge, dict(judge.versions)
    gathered = read_described(path)
    for warning in (*gathered.unread, *gathered.passed):
        _warn(warning)
    if not gathered.brands:
        raise UnreadableInput(f"{path}: holds no brand that can be read; mend what was said above")
    if gathered.unread:
        _warn(f"{path}: going on without these, with {counted(len(gathered.brands), 'brand')}")
    for warning in unknown_fields([each.brand for each in gathered.brands]):
        _warn(f"{path}: {warning}")
    return judge_described(gathered.brands, pictures, gathered.unread)


def judge_described(
    described: Sequence[Described], pictures: bool = True, unread: Sequence[str] = ()
) -> tuple[RegistryJudge, dict[str, str]]:
    """A judge of brands as they are described, all of them live, and its versions; `unread` says of others
    why it doesn't know them.
    """
    brands = [each.brand.in_force(today()) for each in described]
    read = _read(described) if pictures else []
    references = _references(read)
    reads = _reads(looks=references is not None) if pictures else "no pictures"
    weights = _weights()
    versions = versions_for(registry_version(brands, map(_told, read)), reads, weights)
    meaning = _meaning(settings().text_model)
    judge = RegistryJudge(
        brands,
        meaning=meaning,
        references=references,
        versions=versions,
        weights=weights,
        unread=unread,
    )
    return judge, versions


def judge_of(
    snapshot: "Snapshot",
    before: RegistryJudge | None = None,
    *,
    pictures: bool = True,
    chosen: Settings | None = None,
) -> RegistryJudge:
    """A judge of what a snapshot holds. `before` is that of the snapshot before, as for `Judge`. Where
    another model than the one in use has seen the brands' pictures, it compares none and says so (`unseen`);
    `chosen` are other settings than those in use.
    """
    references, shadowed = (snapshot.references, snapshot.shadowed) if pictures else (None, None)
    looks = references is not None or shadowed is not None
    unseen = None
    if looks and not _saw_by(snapshot, chosen or settings()):
        references, shadowed, unseen = None, None, _UNSEEN
    reads = _reads(looks=looks) if pictures else "no pictures"
    weights = _weights()
    return RegistryJudge(
        snapshot.records(),
        states={name: one.state for name, one in snapshot.brands.items()},
        meaning=_meaning(settings().text_model),
        references=references,
        shadowed=shadowed,
        versions=versions_for(snapshot.name, reads, weights),
        weights=weights,
        before=before,
        unseen=unseen,
    )


def seeing(judge: RegistryJudge) -> RegistryJudge:
    """The judge, if it can compare pictures with all that there is. Raises `BrandsUnseen`."""
    if judge.unseen is not None:
        raise BrandsUnseen(f"{judge.unseen}; `{typed()} snapshot build` makes it now")
    return judge


def _saw_by(snapshot: "Snapshot", chosen: Settings) -> bool:
    """Whether the brands' pictures have vectors that those made by these settings can be compared with.
    Another model of text alone changes what reads, not these.
    """
    if snapshot.manifest.engine == look_engine(chosen):
        return True
    from detector.image.embedding import embedder
    from detector.image.looking import Looker

    indexes = [one for one in (snapshot.references, snapshot.shadowed) if one is not None]
    first = next(reference for one in indexes for reference in one.references)
    with suppress(LookLost):
        return first.appearance.engine == Looker(embedder(chosen.image_model)).engine
    return False


def _reads(*, looks: bool) -> str:
    """The versions of what reads pictures, without its models."""
    if not looks:
        return PLAN_VERSION
    from detector.image.embedding import embedder
    from detector.image.looking import Looker

    return f"{PLAN_VERSION} {Looker(embedder(settings().image_model)).engine}"


def _read(brands: Sequence[Described]) -> "list[ReadAsset]":
    """What became of the brands' pictures; those that can't serve are told."""
    assets = list(assets_of(brands))
    if not assets:
        return []
    from workers.references import read_references, without_taken

    read = read_references(assets, partial(configured_reader, looks=True), processors())
    read = without_taken(read, related([each.brand for each in brands]))
    for each in read:
        if each.why is not None:
            _warn(f"{each.asset.brand}: {each.asset.path} is not compared with: {each.why}")
    return read


def _references(read: "Sequence[ReadAsset]") -> "ReferenceIndex | None":
    """What the brands' pictures look like, or None where they gave none."""
    if not read:
        return None
    from detector.image.references import ReferenceIndex

    return ReferenceIndex([reference for each in read for reference in each.references])


def _told(read: "ReadAsset") -> str:
    """Whose the picture is, what is in it, and whether anything is compared with it."""
    asset = read.asset
    return f"{asset.brand} {asset.kind} {asset.path} {read.sha256} {read.why is None}"


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


def _weights() -> Weights:
    return chosen_weights(_warn)


def _warn(what: str) -> None:
    print(f"detector: {plain(what)}", file=sys.stderr)
