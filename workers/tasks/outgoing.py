"""What goes out to others: messages to hooks, and digests by mail. The database says what is due."""

from datetime import UTC, datetime

import structlog

from workers.opened import database
from workers.tasks.graph import Step, step

_log = structlog.get_logger()


@step("tell")
def tell(_: Step) -> None:
    from workers.outgoing.sending import send_due
    from workers.outgoing.telling import tell_all

    tell_all(database(), datetime.now(UTC))
    if arrived := send_due(database()):
        _log.info("messages arrived at hooks", messages=arrived)


@step("digest")
def digest(_: Step) -> None:
    from workers.outgoing.mail import mail_digests, mail_outcomes

    if mailed := mail_digests(database()):
        _log.info("digests mailed", mails=mailed)
    if told := mail_outcomes(database()):
        _log.info("outcomes of notices mailed", mails=told)
