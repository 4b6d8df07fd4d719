"""Mail goes out by the server of the settings, and nowhere where none is set."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from review.notices.telling import take_untold, untell
from review.outgoing.digests import put_back, take_due
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


@dataclass(slots=True)
class Sent:
    """How many mails the server took, and how many at the end of the list it was not asked to take."""

    taken: int
    left: int


def mail_digests(database: Database, at: datetime | None = None) -> int:
    """Mails what is due and returns how many; without a server nothing is due. Raises `BadSetting`."""
    server = settings().smtp
    if server is None:
        return 0
    _address(server.get_secret_value())
    now = at or datetime.now(UTC)
    with database.writing("digest") as session:
        due = take_due(session, now)
    if not due:
        return 0
    mails = [Mail(to, _SUBJECT, f"{text}\n{_END}") for _, to, text in due]
    sent = send_mails(server.get_secret_value(), settings().mail_from, mails)
    if sent.left:
        with database.writing("digest") as session:
            put_back(session, [whose for whose, *_ in due[-sent.left :]], now)
    return sent.taken


def mail_outcomes(database: Database, at: datetime | None = None) -> int:
    """Tells those who gave notice what was decided, and returns how many; without a server, or where nobody
    has said how the platform is reached, nobody is told. Raises `BadSetting`.
    """
    server, platform = settings().smtp, configured_platform()
    if server is None or platform is None:
        return 0
    _address(server.get_secret_value())
    with database.writing("notices") as session:
        untold = take_untold(session, platform, at or datetime.now(UTC))
    if not untold:
        return 0
    mails = [Mail(*one) for _, *one in untold]
    sent = send_mails(server.get_secret_value(), settings().mail_from, mails)
    if sent.left:
        with database.writing("notices") as session:
            untell(session, [number for number, *_ in untold[-sent.left :]])
    return sent.taken


def send_mails(server: str, sender: str, mails: Sequence[Mail]) -> Sent:
    """Sends them one after the other; what is wrong with one costs that one alone. What is left where the
    server goes away may be sent again. Raises `BadSetting` where its address is none.
    """
    parts = _address(server)
    sent = Sent(0, len(mails))
    try:
        with _opened(parts.scheme, parts.hostname or "", parts.port) as connection:
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
            for number, mail in enumerate(mails):
                try:
                    connection.send_message(_message(sender, mail))
                    sent.taken += 1
                except Exception as error:  # `email` raises whatever it stumbles over
                    _log.warning("a mail was not taken", why=type(error).__name__)
                    # The first one of a connection that broke may be why it did, and would be again.
                    if connection.sock is None and number:
                        break
                sent.left -= 1
    except (OSError, smtplib.SMTPException) as error:
        _log.warning("the mail server does not do as it should", why=type(error).__name__)
    return sent


def _address(server: str) -> SplitResult:
    try:
        parts = urlsplit(server)
        known = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise BadSetting("the setting DETECTOR_SMTP must be smtp://HOST:PORT or smtps://HOST:PORT")
    return parts


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
