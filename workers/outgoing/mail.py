"""Mail goes out by the server of the settings, and nowhere where none is set."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import structlog

from review.notices.telling import take_untold
from review.outgoing.digests import take_due
from review.platform import configured_platform
from storage.database import Database
from storage.errors import BadSetting
from storage.settings import settings

_PATIENCE = 20.0
"""Seconds that a server may be silent."""
_SUBJECT = "What happened to your cases"
_END = "\nYou get this because you asked for it; end it under Notifications.\n"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mail:
    """To one address, in plain text."""

    to: str
    subject: str
    text: str


def mail_digests(database: Database, at: datetime | None = None) -> int:
    """Mails what is due and returns how many; without a server nothing is due. Raises `BadSetting`."""
    server = settings().smtp
    if server is None:
        return 0
    with database.writing("digest") as session:
        due = take_due(session, at or datetime.now(UTC))
    mails = [Mail(to, _SUBJECT, f"{text}\n{_END}") for to, text in due]
    return send_mails(server.get_secret_value(), settings().mail_from, mails) if mails else 0


def mail_outcomes(database: Database, at: datetime | None = None) -> int:
    """Tells those who gave notice what was decided, and returns how many; without a server, or where nobody
    has said how the platform is reached, nobody is told. Raises `BadSetting`.
    """
    server, platform = settings().smtp, configured_platform()
    if server is None or platform is None:
        return 0
    with database.writing("notices") as session:
        mails = [Mail(*one) for one in take_untold(session, platform, at or datetime.now(UTC))]
    return send_mails(server.get_secret_value(), settings().mail_from, mails) if mails else 0


def send_mails(server: str, sender: str, mails: Sequence[Mail]) -> int:
    """How many the server took. Raises `BadSetting` where its address is none."""
    parts = urlsplit(server)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting("the setting DETECTOR_SMTP must be smtp://HOST:PORT or smtps://HOST:PORT")
    taken = 0
    try:
        with _opened(parts.scheme, parts.hostname, parts.port) as connection:
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
            for mail in mails:
                try:
                    connection.send_message(_message(sender, mail))
                    taken += 1
                except smtplib.SMTPException as error:
                    _log.warning("a mail was not taken", why=type(error).__name__)
    except (OSError, smtplib.SMTPException) as error:
        _log.warning("the mail server does not do as it should", why=type(error).__name__)
    return taken


def _opened(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_PATIENCE, context=trusted)
    connection = smtplib.SMTP(host, port or 25, timeout=_PATIENCE)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=trusted)
        connection.ehlo()
    return connection


def _message(sender: str, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Date"], message["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain="detector")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
