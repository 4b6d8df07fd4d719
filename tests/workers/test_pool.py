"""Processes that crash, hang and get killed, with jobs made for it."""

import os
import signal
import time

import pytest

from workers.pool import Pool, ProcessesDie

pytestmark = pytest.mark.slow


def run(work, jobs, count=2, **options):
    pool = Pool(lambda: work, count, **options)
    try:
        return list(pool.results(iter(jobs)))
    finally:
        pool.close()


def doubled(job, avoid, beacon):
    return job * 2


@pytest.mark.parametrize("count", [1, 2, 5])
def test_results_come_in_the_order_of_the_jobs(count) -> None:
    def uneven(job, avoid, beacon):
        time.sleep(0.01 if job % 3 == 0 else 0)
        return job * 2

    assert run(uneven, range(1, 60), count) == [(n, n * 2) for n in range(1, 60)]


def test_no_jobs_no_results() -> None:
    assert run(doubled, []) == []


def test_large_jobs_and_results_do_not_block_each_other() -> None:
    large = [[n] * 300_000 for n in range(1, 6)]
    assert [len(result) for _, result in run(doubled, large)] == [600_000] * 5


@pytest.mark.parametrize("way", ["kill", "exit"])
def test_what_kills_its_process_every_time_is_left_alone(way) -> None:
    def dies(job, avoid, beacon):
        done = []
        for item in range(4):
            for part in range(2):
                beacon(item, part)
                if (item, part) in avoid:
                    done.append(avoid[item, part])
                    continue
                if job == 2 and (item, part) in {(1, 1), (3, 0)}:
                    os.kill(os.getpid(), signal.SIGKILL) if way == "kill" else os._exit(0)
                done.append(part)
        return done

    results = run(dies, [1, 2, 3])
    crashed = "reading it crashed the reader"
    assert results[0][1] == results[2][1] == [0, 1] * 4
    assert results[1][1] == [0, 1, 0, crashed, 0, 1, crashed, 1]


def test_one_death_is_not_held_against_the_item(tmp_path) -> None:
    def dies_once(job, avoid, beacon):
        beacon(0)
        if job == 2 and not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return dict(avoid)

    assert run(dies_once, [1, 2, 3]) == [(1, {}), (2, {}), (3, {})]


def test_what_takes_too_long_is_left_alone() -> None:
    def hangs(job, avoid, beacon):
        beacon(0, 1)
        if job == 2 and not avoid:
            time.sleep(600)
        return dict(avoid)

    results = run(hangs, [1, 2, 3], patience=1.5)
    assert results[1] == (2, {(0, 1): "reading it took more than 2 seconds"})
    assert results[2] == (3, {})


def test_what_waits_for_a_busy_machine_is_not_slow() -> None:
    def waits(job, avoid, beacon):
        beacon(0, 1)
        time.sleep(2)
        return dict(avoid)

    assert run(waits, [1], count=1, patience=1) == [(1, {})]


def test_what_computes_for_ever_is_ended() -> None:
    def spins(job, avoid, beacon):
        beacon(0, 1)
        while not avoid:
            pass
        return dict(avoid)

    assert run(spins, [1], count=1, patience=1) == [(1, {(0, 1): "reading it took more than 1 seconds"})]


def test_a_fault_in_the_work_is_raised_in_the_parent() -> None:
    def fails(job, avoid, beacon):
        raise ValueError(f"job {job}")

    with pytest.raises(ValueError, match="job 1"):
        run(fails, [1], count=1)


def test_few_jobs_are_held_at_a_time() -> None:
    taken = []

    def jobs():
        for n in range(1, 200):
            taken.append(n)
            yield n

    pool = Pool(lambda: doubled, 2, window=4)
    try:
        for given, _ in enumerate(pool.results(jobs())):
            assert len(taken) - given <= 8 + 1
    finally:
        pool.close()


def test_no_process_is_left_behind() -> None:
    pool = Pool(lambda: doubled, 3)
    pids = pool.pids()
    pool.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_processes_that_cannot_begin_end_the_run() -> None:
    def die():
        os._exit(1)

    pool = Pool(die, 2)
    try:
        with pytest.raises(ProcessesDie):
            list(pool.results(iter([1, 2])))
    finally:
        pool.close()


def test_an_item_itself_may_take_longer_for_models_are_loaded_there() -> None:
    def loads(job, avoid, beacon):
        beacon(0)
        time.sleep(1.5)
        return dict(avoid)

    assert run(loads, [1], count=1, patience=0.5) == [(1, {})]
