"""What is made of the registry in the background: pictures checked, snapshots, trials, attacks.

The database says what there is to do, so that these are asked for every few seconds, whoever changed what.
"""

from datetime import UTC, datetime

import structlog
from sqlalchemy import select

from brand_registry.states import AssetState
from brand_registry.tables import Asset
from storage.blobs import blobs
from workers.opened import database
from workers.tasks.graph import LONG, Step, may_have_children, step

_log = structlog.get_logger()


@step("check_uploads", soft_time_limit=LONG - 60, time_limit=LONG)
def check_uploads(_: Step) -> None:
    """What was uploaded, as somebody waits for it: asked often, and mostly for nothing."""
    with database().reading() as session:
        uploaded = session.scalar(select(Asset.id).where(Asset.state == AssetState.UPLOADED).limit(1))
    if uploaded is not None:
        _check()


@step("check_pictures", soft_time_limit=LONG - 60, time_limit=LONG)
def check_pictures(_: Step) -> None:
    """All that waits, also what another version of the readers has to read again."""
    _check()


def _check() -> None:
    from workers.registry.current import check_waiting

    may_have_children()
    checked = check_waiting(database())
    if checked is not None and (checked.passed or checked.refused):
        _log.info("pictures checked", passed=checked.passed, refused=checked.refused)


@step("publish", soft_time_limit=LONG - 60, time_limit=LONG)
def publish(_: Step) -> None:
    from workers.registry.current import publish as publish_now

    may_have_children()
    published = publish_now(database())
    if published is not None and published.new:
        _log.info("snapshot published", name=published.manifest.name)


@step("try")
def try_listings(_: Step) -> None:
    from workers.registry.trying import try_waiting

    try_waiting(database(), blobs())


@step("attack", soft_time_limit=LONG - 60, time_limit=LONG)
def attack(_: Step) -> None:
    from workers.registry.attacking import attack_next

    attack_next(database(), datetime.now(UTC))
