"""The simulation of queues: nothing is lost in it, more machines never wait longer, and closed forms hold."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.capacity.simulating import MINUTES, Costs, Load, done_after, needed, simulate
from workers.cli import main

ONE = Costs(listing=0.5, judge=0.5, read=1.0, look=0.5, compare=0.5, rescan=0.1)


@pytest.mark.parametrize(
    ("load", "processors"),
    [
        (Load(86_400, pictures=0, swing=0), 1),  # a listing a second, a second each
        (Load(86_400, pictures=1, repeated=0, swing=0), 3),
        (Load(86_400, pictures=1, repeated=0, swing=0, looks=False), 2),
        (Load(86_400, pictures=2, repeated=0.5, remembered=1, read=0.5, swing=0), 2),
        (Load(86_400, pictures=2, repeated=1, swing=0), 2),  # nothing to read, and half a second to compare
        (Load(86_400, pictures=2, repeated=1, swing=0, looks=False), 1),
    ],
)
def test_a_steady_load_needs_what_it_costs(load, processors) -> None:
    assert needed(load, ONE) == processors
    last = list(simulate(load, processors, ONE))[-1]
    assert last.busy == pytest.approx(1)
    assert last.lag == pytest.approx(0, abs=1e-6)


def test_what_is_too_much_piles_up_at_the_rate_of_the_difference() -> None:
    last = list(simulate(Load(2 * 86_400, pictures=0, swing=0), 1, ONE))[-1]
    assert last.listings == pytest.approx(86_400)
    assert last.lag == pytest.approx(86_400)


def test_a_rescan_gets_what_is_left() -> None:
    minutes = list(simulate(Load(43_200, pictures=0, swing=0, rescanned=30_000), 1, ONE))
    assert done_after(minutes) == 100  # half a processor: five a second
    assert max(one.lag for one in minutes) == pytest.approx(0, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.floats(1e3, 1e6), st.floats(0, 4), st.floats(0, 1), st.floats(0, 1), st.integers(1, 30))
def test_more_processors_never_wait_longer(listings, pictures, repeated, swing, processors) -> None:
    load = Load(listings, pictures, repeated, swing=swing)
    some, more = (list(simulate(load, count, ONE)) for count in (processors, processors + 1))
    assert len(some) == MINUTES
    assert all(a.lag >= b.lag - 1e-6 for a, b in zip(some, more, strict=True))
    assert all(0 <= one.busy <= 1 + 1e-9 for one in some)


def test_the_command_tells_a_person_and_a_program(capsys) -> None:
    assert main(["capacity", "1e6", "--rescan", "1e9"]) == 0
    said = capsys.readouterr().out
    assert "needed so that nothing waits longer than a minute" in said
    assert "listings left" in said or "done after" in said
    assert main(["capacity", "1e6", "--processors", "1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["needed"] > 1


@pytest.mark.parametrize(
    "words", [["0"], ["1e6", "--repeated", "2"], ["1e6", "--processors", "0"], ["1e6", "--cost-read", "0"]]
)
def test_wrong_usage_is_told(capsys, words) -> None:
    assert main(["capacity", *words]) == 2
    assert capsys.readouterr().err.startswith("detector: ")
