"""Pictures fetched by the threads of a process, the same bytes kept once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.blobs import Blobs
from workers.fetching.addresses import allowed
from workers.fetching.errors import AddressRefused, Refused
from workers.fetching.hosts import Hosts
from workers.fetching.pictures import PictureFetcher
from workers.fetching.pinning import Guard

if TYPE_CHECKING:
    from workers.demo.shop.server import Marketplace


def _fetcher(folder: Path, market: "Marketplace") -> PictureFetcher:
    return PictureFetcher(Blobs(folder), Guard(allowed(f"127.0.0.1:{market.port}")), Hosts(at_once=4))


def test_the_same_bytes_are_kept_once(tmp_path: Path, market: "Marketplace") -> None:
    with _fetcher(tmp_path, market) as fetcher, ThreadPoolExecutor(8) as threads:
        urls = [f"{market.url}/images/{n % 3}.png" for n in range(30)]
        fetched = list(threads.map(fetcher.fetch, urls))
    assert len({one.sha256 for one in fetched}) == 3
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3
    assert Blobs(tmp_path).get(str(fetched[0].sha256)).startswith(b"\x89PNG")


def test_what_has_not_changed_is_not_fetched_again(tmp_path: Path, market: "Marketplace") -> None:
    with _fetcher(tmp_path, market) as fetcher:
        first = fetcher.fetch(f"{market.url}/images/1.png")
        again = fetcher.fetch(f"{market.url}/images/1.png", first.validators)
    assert first.sha256
    assert again.sha256 is None
    assert again.validators == first.validators


def test_a_picture_that_leads_astray_is_refused(tmp_path: Path, market: "Marketplace") -> None:
    with _fetcher(tmp_path, market) as fetcher:
        with pytest.raises(AddressRefused):
            fetcher.fetch(f"{market.url}/bad/metadata/images/1.png")
        with pytest.raises(Refused, match="404"):
            fetcher.fetch(f"{market.url}/nowhere.png")
    assert not list(tmp_path.rglob("*"))
