"""What has been kept for long enough is erased."""

from dataclasses import asdict

import structlog

from storage.blobs import blobs
from workers.opened import database
from workers.tasks.graph import Step, step

_log = structlog.get_logger()


@step("retain")
def retain(_: Step) -> None:
    from workers.erasing import erase

    if erased := erase(database(), blobs()):
        _log.info("erased", **asdict(erased))
