"""The Celery application: what can be asked of workers, on which queue, and how surely.

The database is the truth and messages are hints: each is JSON and holds numbers of rows alone, may come
twice, late or never, and what it asks for is done once. Nothing is expected back from a task.

| task | queue | what it does |
| --- | --- | --- |
| `sweep` | sweep | sends what waits in the outbox, gives out anew what got lost |
| `schedule` | sweep | begins the pulls that are due |
| `forget` | sweep | drops yesterday's checks, last month's trials, last quarter's attacks |
| `pull` | pull | takes in pages of a source, for a while, and asks for itself again |
| `fetch` | fetch, check | gets the bytes of pictures |
| `read` | vision, check | reads a picture |
| `judge` | judge, check | judges listings |
| `ask` | deliver | asks a model about doubtful cases, where one is set |
| `open_cases` | judge | opens cases of what was found |
| `rescan` | rescan | judges a part of what was judged before again |
| `seal`, `compact` | rescan | make shards of what was judged and read, and join small ones |
| `estimate` | rescan | judges a sample of a rescan that waits for a yes |
| `scan_part` | rescan | scans a part of a catalogue's file, for whoever waits for it |
| `read_next` | rescan | reads a picture again by another model, beside what is judged with |
| `move_rescans` | sweep | gives out parts of rescans, as far as their budgets go |
| `tell` | deliver | sends signed messages of what was decided |
| `retain` | deliver | erases what has been kept for long enough |
| `digest` | deliver | mails what happened to those who want to know |
| `try` | check | judges listings that brand owners try |
| `attack` | rescan | attacks a brand whose owner asked for it |
| `check_uploads`, `check_pictures` | registry | take the brands' pictures through the gates |
| `publish` | registry | publishes a snapshot of a registry that changed |

The queue `check` is of listings that somebody waits for: all steps of them, ahead of the rest.
"""

from typing import Any

from celery import Celery
from celery.concurrency.prefork import TaskPool
from celery.signals import setup_logging, worker_init, worker_process_init

from storage.settings import settings
from workers.broker import broker_url
from workers.logs import configure
from workers.starting import end_with_starter
from workers.traces import trace

WAITING = ("sweep", "deliver", "fetch", "pull")
"""Queues of work that mostly waits for others: done in threads. The first has precedence; what goes out to
others is little, and somebody waits for it."""
COMPUTING = ("check", "judge", "vision")
"""Queues of work that computes: done in processes with one thread each, which may die."""
ALONE = ("registry",)
"""Queues of work that starts processes of its own, and so is done in one that holds no model."""
BEHIND = ("rescan",)
"""Queues of work that computes and can wait: done in processes that the system lets all others go before."""
QUEUES = WAITING + COMPUTING + ALONE + BEHIND

SOFT_LIMIT, HARD_LIMIT = 240, 300
"""Seconds that a task may take before it is told to end, and before it is ended."""
VISIBILITY = 6 * 3600
"""Seconds after which Redis takes a message for lost: far more than any task takes, so that none is running
twice for it. What is really lost, the sweeper finds long before."""

app = Celery(
    "detector",
    broker=broker_url(),
    include=[
        "workers.tasks.graph",
        "workers.tasks.outgoing",
        "workers.tasks.registry",
        "workers.tasks.rescans",
        "workers.tasks.spread",
        "workers.tasks.retention",
    ],
)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_default_queue="sweep",
    task_soft_time_limit=SOFT_LIMIT,
    task_time_limit=HARD_LIMIT,
    worker_pool="workers.recycling:TaskPool",
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    worker_redirect_stdouts=False,
    worker_proc_alive_timeout=60,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": VISIBILITY,
        "queue_order_strategy": "priority",
        "master_name": settings().broker_master,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    beat_schedule={
        task: {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}
        for task, queue, seconds in (
            ("sweep", "sweep", 2.0),
            ("schedule", "sweep", 15.0),
            ("forget", "sweep", 3600.0),
            ("move_rescans", "sweep", 2.0),
            ("seal", "rescan", 60.0),
            ("compact", "rescan", 600.0),
            ("try", "check", 1.0),
            ("attack", "rescan", 5.0),
            ("tell", "deliver", 5.0),
            ("digest", "deliver", 900.0),
            ("retain", "deliver", 3600.0),
            ("check_uploads", "registry", 2.0),
            ("check_pictures", "registry", 300.0),
            ("publish", "registry", 5.0),
        )
    },
)


@setup_logging.connect  # type: ignore[untyped-decorator]
def _our_logs(**_: Any) -> None:
    configure()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _in_a_child(**_: Any) -> None:
    trace()


@worker_init.connect  # type: ignore[untyped-decorator]
def _in_a_worker(sender: Any, **_: Any) -> None:
    end_with_starter()
    if not issubclass(sender.pool_cls, TaskPool):  # its children do, after the fork
        trace()
