import pytest

from workers.app import QUEUES, app
from workers.cli import main
from workers.worker import worker_commands


def options(command):
    return {word.split("=")[0]: word.split("=")[1] for word in command if "=" in word}


@pytest.mark.parametrize(
    ("queues", "expected"),
    [
        (
            QUEUES,
            [
                ("threads", "sweep,deliver,fetch,pull"),
                ("prefork", "check,judge,vision"),
                ("prefork", "registry"),
                ("prefork", "rescan"),
            ],
        ),
        (["vision", "check"], [("prefork", "check,vision")]),
        (["pull"], [("threads", "pull")]),
        (["vision", "fetch"], [("threads", "fetch"), ("prefork", "vision")]),
    ],
)
def test_each_kind_of_work_gets_the_pool_that_suits_it(queues, expected) -> None:
    given = [options(command) for command in worker_commands(queues, 2)]
    assert [(each["--pool"], each["--queues"]) for each in given] == expected
    processes = {each["--queues"]: each["--concurrency"] for each in given if each["--pool"] == "prefork"}
    alone = {"registry", "rescan"}
    assert all(count == ("1" if queues in alone else "2") for queues, count in processes.items())


@pytest.mark.parametrize(
    ("words", "said"), [(["vison"], "there is no queue 'vison'"), (["--processes", "0"], "must be 1 or more")]
)
def test_wrong_usage_is_told(capsys, words, said) -> None:
    assert main(["worker", *words]) == 2
    assert said in capsys.readouterr().err


def test_tasks_outlive_neither_their_limits_nor_their_messages() -> None:
    conf = app.conf
    assert conf.task_soft_time_limit < conf.task_time_limit
    assert conf.task_time_limit * 10 < conf.broker_transport_options["visibility_timeout"]
    assert conf.accept_content == ["json"]
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
