"""Processes that are killed, with SIGKILL, where it hurts."""

import pytest

from tests.faults.conftest import market

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("stage", ["pull", "fetch", "read", "judge", "case"])
def test_a_worker_killed_in_a_stage(house, stage) -> None:
    house.fault(stage)
    run = house.pull(house.catalogue(market()))
    house.wait(run)
    assert house.met(stage)
    house.account(run, f"a worker killed in {stage}").once(30, flagged=10)


@pytest.mark.parametrize("stage", ["read", "judge"])
def test_a_whole_worker_killed_with_what_it_had_taken(house, stage) -> None:
    house.fault(stage, "parent_killed")
    run = house.pull(house.catalogue(market()))
    house.wait(run)
    assert house.met(stage)
    house.account(run, f"child and parent killed in {stage}").once(30, flagged=10)
