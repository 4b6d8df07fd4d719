"""A registry with brands and pictures in it, for tests of what is made of it."""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson
from PIL import Image, ImageDraw

from brand_registry.access import operator
from brand_registry.batch import Fate
from brand_registry.files import json_entries
from brand_registry.importing import Import
from brand_registry.looks import Look
from brand_registry.snapshots.folder import Snapshots
from brand_registry.states import AssetState
from brand_registry.tables import Asset
from brand_registry.taken import packed_sketches
from detector.appearance import Appearance
from detector.image.assets import prepared
from detector.image.embedding import MarkEmbedder
from detector.image.looking import Looker
from detector.image.taken import sketch
from detector.packing import packed_looks
from detector.sighting import AssetKind
from storage.blobs import Blobs
from storage.database import Database

ENGINE = "look-of-a-test"


class Registry:
    """A database, blobs and snapshots beneath one folder."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.blobs = Blobs(folder / "blobs")
        self.snapshots = Snapshots(folder / "snapshots")

    def put(self, *brands: dict[str, object], owner: str = "house") -> None:
        """Takes brands in as an import does; their pictures are files beneath `self.folder / 'given'`."""
        given = self.folder / "given"
        given.mkdir(exist_ok=True)
        file = given / "brands.jsonl"
        file.write_bytes(b"\n".join(map(orjson.dumps, brands)))
        put = Import(self.database, self.blobs, operator(), owner)
        for batch in put.outcomes(json_entries(file)):
            for outcome in batch:
                assert outcome.fate is not Fate.REFUSED, outcome

    def picture(self, name: str, image: Image.Image) -> str:
        """Lays a picture down for `put`, and returns its path."""
        file = self.folder / "given" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        image.save(file)
        return name

    def look_at_all(self) -> None:
        """Lets every picture through the gates, as if they had been read."""
        with self.database.writing("test") as session:
            for asset in session.query(Asset).filter_by(state=AssetState.UPLOADED.value):
                kind = AssetKind(asset.kind)
                looks = _looks(self.blobs.get(asset.sha256), kind)
                asset.state = AssetState.CHECKED.value
                known = session.query(Look).filter_by(sha256=asset.sha256, kind=asset.kind, engine=ENGINE)
                if not known.count():
                    session.add(
                        Look(
                            sha256=asset.sha256,
                            kind=asset.kind,
                            engine=ENGINE,
                            blob=self.blobs.put(packed_looks(looks)),
                            count=len(looks),
                            sketches=packed_sketches([sketch(look, kind) for look in looks]),
                        )
                    )
                    session.flush()


@cache
def _looker() -> Looker:
    return Looker(MarkEmbedder())


@cache
def _looks(data: bytes, kind: AssetKind) -> list[Appearance]:
    return [_looker().look(pixels) for pixels in prepared(data, kind)]


def drawn(seed: int, side: int = 240) -> Image.Image:
    """A picture of many coloured patches, like no other seed's."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, w, h = (int(v) for v in chance.integers(0, side - 40, 4))
        colour = tuple(int(v) for v in chance.integers(0, 256, 3))
        pen.rectangle((x, y, x + 8 + w // 5, y + 8 + h // 5), fill=colour)
    return image


def as_png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def named(names: Iterable[str]) -> list[dict[str, object]]:
    return [{"id": name.casefold(), "name": name} for name in names]
