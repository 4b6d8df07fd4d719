"""A scan that is spread over workers writes what a scan on one machine writes, byte for byte."""

import io
import json
import signal
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from detector.result import Verdict
from storage.blobs import Blobs
from tests.sqlite import on_sqlite
from workers.catalogue import Row, open_catalogue
from workers.catalogue.seen import SeenIds
from workers.graph import outbox
from workers.graph.tables import Quarantined, State
from workers.judges import judge_from
from workers.judging import Outcome
from workers.progress import Lines
from workers.results import ResultFiles
from workers.scan import _Sinks
from workers.scanning import hand_out, jobs_of, scan_rows
from workers.spread import giving
from workers.spread.doing import Doing
from workers.spread.giving import PartFailed, Spreading, forget_left
from workers.spread.packing import packed_outcomes, packed_rows, unpacked_outcomes, unpacked_rows
from workers.spread.tables import Spread, SpreadPart
from workers.summary import Tally

TITLES = ("Acme1ux running shoe {}", "Blue cotton shirt {}", "Betamora strap {}", "Soap dish {}")
BRANDS = ("Acmelux", "Betamora")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("DETECTOR_TEXT_MODEL", "none")
    (tmp_path / "brands.jsonl").write_text(
        "".join(json.dumps({"id": name.lower(), "name": name}) + "\n" for name in BRANDS)
    )
    lines = []
    for n in range(500):
        one = {"id": f"L{n}", "title": TITLES[n % 4].format(n)}
        lines.append(json.dumps(one | ({"images": ["gone.jpg"]} if n % 97 == 5 else {})))
        if n % 50 == 7:
            lines.append("{broken")
        if n % 70 == 9:
            lines.append(json.dumps({"id": f"L{n - 3}", "title": "The same id again"}))
    (tmp_path / "c.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path


class Workers:
    """Do what is announced at once, in this process, in the order in which a bad broker might give it."""

    def __init__(self, database, folder, monkeypatch) -> None:
        self.blobs = Blobs(folder / "blobs")
        self.doing = Doing(database, self.blobs)
        self.times = 1
        monkeypatch.setattr(outbox, "send", self.send)

    def send(self, _, announced=()) -> int:
        for one in reversed([one for one in announced if one.task == "scan_part"]):
            for _ in range(self.times):
                self.doing.do(one.numbers)
        return 0


@pytest.fixture
def workers(database, shop, monkeypatch):
    before = [(kind, signal.getsignal(kind)) for kind in (signal.SIGINT, signal.SIGTERM)]
    made = Workers(database, shop, monkeypatch)
    yield made
    made.doing.close()
    for kind, handler in before:  # a scan leaves them deaf, as it ends its process
        signal.signal(kind, handler)


def written(shop, name, scan) -> tuple[bytes, bytes, str]:
    catalogue = open_catalogue(shop / "c.jsonl")
    judge, versions = judge_from(shop / "brands.jsonl")
    out, rejects, tally = shop / f"{name}.jsonl", shop / f"{name}.rejects.jsonl", Tally()
    with closing(ResultFiles(out, rejects)) as files:
        sinks = _Sinks(files, tally, SeenIds(), Lines(io.StringIO(), catalogue.done), catalogue.unit)
        assert scan(catalogue, judge, versions, sinks.take)
    return out.read_bytes(), rejects.read_bytes(), str(tally).rsplit(", ", 1)[0]


def here(catalogue, judge, versions, take) -> bool:
    return scan_rows(catalogue, judge, take, workers=2)


@pytest.mark.parametrize("times", [1, 2])
def test_the_same_is_written_as_on_one_machine(shop, database, workers, times) -> None:
    workers.times = times

    def spread(catalogue, judge, versions, take) -> bool:
        hands = Spreading(
            database, workers.blobs, catalogue.folder, shop / "brands.jsonl", versions, pictures=True
        )
        return hand_out(hands, jobs_of(catalogue.rows, 20, 3), take)

    assert written(shop, "spread", spread) == written(shop, "here", here)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Spread)) == 0
        assert session.scalar(select(func.count()).select_from(SpreadPart)) == 0
    assert not [file for file in workers.blobs.folder.rglob("*") if file.is_file()]


@on_sqlite
def test_an_asker_that_was_asleep_for_hours_goes_on(shop, database, workers, monkeypatch) -> None:
    slept, forgotten, waits = [timedelta(0)], [], []

    def fall_asleep(_) -> None:
        """Once everything is given and nothing done: what was given is forgotten meanwhile."""
        waits.append(1)
        assert len(waits) < 20, "it waits for what nobody knows any more"
        if not slept[0]:
            slept[0], workers.times = timedelta(hours=2), 1
            forgotten.extend(forget_left(database, 3_600))

    monkeypatch.setattr(giving, "now", lambda: datetime.now(UTC) + slept[0])
    monkeypatch.setattr(giving.time, "sleep", fall_asleep)
    workers.times = 0

    def spread(catalogue, judge, versions, take) -> bool:
        hands = Spreading(
            database, workers.blobs, catalogue.folder, shop / "brands.jsonl", versions, pictures=True
        )
        return hand_out(hands, jobs_of(catalogue.rows, 20, 3), take)

    assert written(shop, "slept", spread) == written(shop, "here", here)
    assert len(forgotten) > 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Spread)) == 0


def test_other_versions_are_refused_with_a_reason(shop, database, workers) -> None:
    workers.times = 3
    hands = Spreading(
        database, workers.blobs, shop, shop / "brands.jsonl", {"detector": "another"}, pictures=True
    )
    with closing(hands), pytest.raises(PartFailed, match="this worker would judge with another detector"):
        for _ in hands.results(jobs_of(open_catalogue(shop / "c.jsonl").rows)):
            pass  # pragma: no cover - nothing comes
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Quarantined)) == 0


def test_what_nobody_takes_any_more_is_forgotten(shop, database, workers, monkeypatch) -> None:
    monkeypatch.setattr(outbox, "send", lambda *_: 0)
    _, versions = judge_from(shop / "brands.jsonl")
    hands = Spreading(database, workers.blobs, shop, shop / "brands.jsonl", versions, pictures=True)
    hands._give(list(enumerate(islice(jobs_of(open_catalogue(shop / "c.jsonl").rows), 3))))
    assert forget_left(database, 3_600) == []
    with database.reading() as session:
        assert set(session.scalars(select(SpreadPart.state))) == {State.WAITING}
    assert len(forget_left(database, -1)) == 3
    with database.reading() as session:
        assert session.scalars(select(SpreadPart.id)).all() == []


rows = st.builds(
    Row, st.integers(1, 2**53), st.binary(), st.none() | st.binary(), st.none() | st.text(), st.booleans()
)
names = st.lists(st.text(), max_size=3).map(tuple)
outcomes = st.builds(
    Outcome, st.text(), st.binary(), st.none() | st.text(), st.booleans(),
    st.none() | st.sampled_from(Verdict), st.floats(0, 1), names, names, names,
)  # fmt: skip


@given(st.lists(rows), st.lists(outcomes))
def test_rows_and_outcomes_come_back_as_they_went(some, others) -> None:
    assert unpacked_rows(packed_rows(1, 2, some)) == some
    assert unpacked_outcomes(packed_outcomes(1, 2, others)) == others
