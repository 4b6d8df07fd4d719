"""`detector scan --readings`: what one scan has read of pictures, the next one doesn't read."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from detector.reading import PictureReading, TextLine

READ = "read.txt"
BOX = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))


class Scribe:
    """Reads pictures that are plain text, and writes down that it did: it runs in processes of its own."""

    engine = "scribe"

    def read(self, data: bytes) -> PictureReading:
        with Path(READ).open("a") as log:
            log.write(data.decode() + "\n")
        return PictureReading(
            hashlib.sha256(data).hexdigest(), 100, 20, (TextLine(data.decode(), 0.99, BOX),), self.engine
        )


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("DETECTOR_READER", "tests.workers.test_readings_kept:Scribe")
    monkeypatch.setenv("DETECTOR_TEXT_MODEL", "none")
    for name in ("Acmelux", "Betamora"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"id": name.lower(), "name": name}))
    listings = []
    for number, text in enumerate(("ACMELUX", "BETAMORA", "ACMELUX")):
        (tmp_path / f"{number}.png").write_text(text)
        listings.append({"id": f"L{number}", "title": "Blue cup", "images": [f"{number}.png"]})
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(one) + "\n" for one in listings))
    return tmp_path


def test_another_brand_reads_nothing_again(detector_here, shop) -> None:
    def flagged(brand: str, *words: str) -> list[bool]:
        done = detector_here("scan", "c.jsonl", "--brands", f"{brand}.json", "--workers", "1", *words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line)["verdict"] == "flag" for line in done.stdout.splitlines()]

    assert flagged("Acmelux", "--readings", "readings.sqlite") == [True, False, True]
    once = Counter(("ACMELUX", "BETAMORA"))
    assert Counter((shop / READ).read_text().split()) == once
    assert flagged("Betamora", "--readings", "readings.sqlite") == [False, True, False]
    assert Counter((shop / READ).read_text().split()) == once
    assert flagged("Betamora") == [False, True, False]  # which keeps what it reads for itself
    assert Counter((shop / READ).read_text().split()) == once + once
