"""A pull from a shop that others wrote: django-oscar with its REST API, where it can be had.

It is not among the project's packages. To run this, put it into an environment of its own and name its
interpreter:

    python3 -m venv /tmp/shop && /tmp/shop/bin/pip install django-oscar==4.2.1 django-oscar-api==3.3.0
    DETECTOR_TEST_SHOP=/tmp/shop/bin/python .venv/bin/pytest tests/sources/test_real_shop.py
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.kinds import written

pytestmark = pytest.mark.slow
_COUNT = 25


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """The address of the shop."""
    python = os.environ.get("DETECTOR_TEST_SHOP")
    if not python:
        pytest.skip("no shop: DETECTOR_TEST_SHOP names no interpreter with django-oscar")
    folder = tmp_path / "shop"
    folder.mkdir()
    words = [python, str(Path(__file__).with_name("oscar_shop.py")), str(folder), str(_COUNT)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            url = server.stdout.readline().strip() if server.stdout else ""
            assert url, "the shop did not start"
            yield url
        finally:
            server.kill()


@pytest.mark.parametrize("paging", [{"by": "link", "next": "next"}, {"by": "offset", "param": "offset"}])
def test_a_real_shop_is_pulled(shop: str, paging: dict[str, str], tmp_path: Path) -> None:
    fields = {
        "id": "upc",
        "title": "title",
        "description": "description",
        "url": "url",
        "category": "categories[0]",
    }
    source = {
        "name": "oscar",
        "kind": "json",
        "url": f"{shop}/api/products/",
        "items": "results",
        "fields": fields,
        "paging": {**paging, "size_param": "limit", "size": 10},
        "delay": 0,
    }
    written(tmp_path / "sources.yaml", [source])
    run = subprocess.run(
        [sys.executable, "-m", "workers.cli", "pull", "oscar", "--out", "out.jsonl"],
        cwd=tmp_path,
        env={
            **os.environ,
            "DETECTOR_FETCH_ALLOW": shop.removeprefix("http://"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    listings = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert sorted(one["id"] for one in listings) == [f"U{n:03}" for n in range(1, _COUNT + 1)]
    first = next(one for one in listings if one["id"] == "U001")
    assert first["title"] == "Tavoro sneakers no. 1"
    assert first["description"] == "Für draußen & drinnen, no. 1"
    assert first["category"] == "Footwear > Sneakers"
    assert first["url"].startswith(f"{shop}/api/products/")
