"""Feeds that are laid down on disk."""

import asyncio
from threading import Thread

from workers.sources.spool import Spool


def feed(rows: int) -> bytes:
    return b"id\ttitle\n" + b"".join(b"%d\tShoes\n" % number for number in range(rows))


def test_two_who_pull_one_feed_at_once_each_get_all_of_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("workers.sources.spool.settings", lambda: type("Home", (), {"home": tmp_path}))
    read = {}

    def lay_down(who: str, pieces) -> None:
        spool = Spool("shop")
        assert asyncio.run(spool.fill(pieces, ".tsv", "the feed"))
        read[who] = sum(len(rows) for rows, _ in spool.pages(0))

    async def at_once():
        yield feed(30)

    second = Thread(target=lay_down, args=("second", at_once()))

    async def slowly():
        whole = feed(700)
        yield whole[:1_000]
        second.start()
        second.join(0.3)
        yield whole[1_000:]

    lay_down("first", slowly())
    second.join(60)
    assert read["second"] == 30
    assert read["first"] in {700, 30}  # or what the second laid down meanwhile: it is newer, and whole
    left = {one.suffix for one in (tmp_path / "feeds").iterdir()}
    assert left == {".rows", ".lock"}
