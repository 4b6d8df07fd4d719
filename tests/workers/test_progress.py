import io

from detector.result import Verdict
from workers.judging import Outcome
from workers.progress import Lines
from workers.summary import Tally


def counted(tally, rows):
    tally.count([Outcome(listing_id=str(n), line=b"{}", verdict=Verdict.CLEAR) for n in range(rows)])
    return tally


def test_the_last_line_of_a_log_says_the_whole() -> None:
    file, tally, done = io.StringIO(), Tally(), [0.2]
    lines = Lines(file, lambda: done[0], between=0)
    lines.show(counted(tally, 3))
    lines._between = 1000
    done[0] = 1.0
    lines.show(counted(tally, 4))
    lines.close()
    assert [line.split(",")[0] for line in file.getvalue().splitlines()] == [" 20%  3 rows", "100%  7 rows"]


def test_nothing_is_said_twice() -> None:
    file = io.StringIO()
    lines = Lines(file, lambda: 1.0, between=0)
    lines.show(counted(Tally(), 3))
    lines.close()
    assert len(file.getvalue().splitlines()) == 1


def test_nothing_is_said_of_nothing() -> None:
    file = io.StringIO()
    Lines(file, lambda: 0.0).close()
    assert not file.getvalue()
