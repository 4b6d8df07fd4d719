"""What Prometheus is told: what processes counted, added up, and how the work stands by the database."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from storage.database import Database
from storage.errors import StorageError
from workers.graph.telling import Moving, moving
from workers.status import since


class TheWork:
    """A collector of how the work stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Any]:
        try:
            now = moving(self._database)
        except StorageError:
            yield _gauge("detector_database_up", "Whether the database answers", [], [([], 0.0)])
            return
        yield _gauge("detector_database_up", "Whether the database answers", [], [([], 1.0)])
        yield from _of(now)


def _of(now: Moving) -> Iterator[Any]:
    states = [([stage.name, state], float(n)) for stage in now.stages for state, n in stage.counts.items()]
    yield _gauge("detector_work", "Pieces of work that are not done yet", ["stage", "state"], states)
    late = [([stage.name], stage.overdue) for stage in now.stages]
    yield _gauge(
        "detector_overdue_seconds", "How long the longest neglected work has been so", ["stage"], late
    )
    lengths = [([name], float(n)) for name, n in (now.queues or {}).items()]
    yield _gauge("detector_queue_messages", "Messages in a queue", ["queue"], lengths)
    pulses = [([name], since(at) or 0.0) for name, at in now.pulses.items()]
    yield _gauge(
        "detector_last_finished_seconds", "Since a queue's workers finished anything", ["queue"], pulses
    )
    yield _gauge("detector_quarantined", "Things put aside for a person", [], [([], float(now.quarantined))])
    yield _gauge("detector_outbox", "Messages to be sent", [], [([], float(now.outbox))])
    yield _gauge(
        "detector_broker_up", "Whether the broker answers", [], [([], float(now.queues is not None))]
    )


def _gauge(name: str, about: str, labels: list[str], values: list[tuple[list[str], float]]) -> Any:
    family = GaugeMetricFamily(name, about, labels=labels)
    for label, value in values:
        family.add_metric(label, value)
    return family


def exposition(database: Database, folder: str | None) -> bytes:
    """All of it in Prometheus's text; `folder` is where processes count."""
    registry = CollectorRegistry()
    registry.register(TheWork(database))
    if folder is not None:
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
