"""Messages to hooks and mails, sent to real servers."""

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import orjson
import pytest
from hypothesis import given, strategies
from pydantic import SecretStr
from sqlalchemy import select, text

from brand_registry.access import NotAllowed, NotThere, Viewer
from brand_registry.people import Owner, Person, Role, RoleHeld
from brand_registry.tables import Brand
from review.decisions.tables import Announcement
from review.email import is_email
from review.errors import AgainstTheRules
from review.notices.tables import Notice, NoticeState
from review.outgoing.digests import Digest, want
from review.outgoing.hooks import end_hook, make_hook, send_again, sendings_of, visible_hooks
from review.outgoing.signing import HEADER, is_signed, signature
from review.outgoing.tables import Hook, Sending, SendState
from storage.errors import BadSetting
from storage.settings import settings
from tests.review.conftest import AT, result
from tests.review.test_statements import confirm
from workers.outgoing.mail import Mail, Sent, _message, mail_digests, mail_outcomes, send_mails
from workers.outgoing.sending import WAITS, send_due
from workers.outgoing.telling import tell_all

LATER = AT + timedelta(minutes=2)
ROOT = Viewer("root@example.com", frozenset({(Role.ADMINISTRATOR, None)}))


class Receiver:
    """A server that keeps what is posted to it, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    one = Receiver()
    thread = threading.Thread(target=one.server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("DETECTOR_FETCH_ALLOW", f"127.0.0.1:{one.server.server_port}")
    settings.cache_clear()
    yield one
    one.server.shutdown()
    thread.join()
    one.server.server_close()
    settings.cache_clear()


def add_hook(database, url: str, owner: int | None = None) -> int:
    with database.writing("the test") as session:
        hook = Hook(url=url, secret="whsec_x", owner_id=owner, made=AT, made_by="the test")
        session.add(hook)
        session.flush()
        return hook.id


def state_of(database) -> Sending:
    with database.reading() as session:
        return session.scalars(select(Sending)).one()


def test_a_decision_arrives_signed_a_minute_after_it_was_made(database, make_case, receiver) -> None:
    add_hook(database, receiver.url)
    case = make_case(title="Acrnes shoes", url="https://market.example/1")
    decision = confirm(database, case).decision
    assert tell_all(database, AT + timedelta(seconds=59)) == 0
    assert tell_all(database, LATER) == 1
    assert tell_all(database, LATER) == 0
    assert send_due(database, LATER) == 1
    assert send_due(database, LATER + timedelta(days=9)) == 0
    ((headers, body),) = receiver.got
    assert is_signed("whsec_x", body, headers[HEADER], int(time.time()))
    said = orjson.loads(body)
    assert (said["event"], said["decision"], said["outcome"]) == ("case.decided", decision, "confirmed")
    assert said["listing"]["url"] == "https://market.example/1"
    assert "anna" not in body.decode()
    sending = state_of(database)
    assert (sending.state, sending.status, sending.attempts) == (SendState.SENT, 200, 1)
    with database.reading() as session:
        assert session.scalar(select(Announcement.id)) is None


@pytest.mark.parametrize(("answer", "status"), [(500, None), (302, 302), (404, 404)])
def test_what_fails_is_tried_again_for_days_and_then_told(
    database, make_case, receiver, answer, status
) -> None:
    number = add_hook(database, receiver.url)
    confirm(database, make_case())
    tell_all(database, LATER)
    receiver.answers = [answer] * (len(WAITS) + 1)
    at = LATER
    for attempt in range(len(WAITS) + 1):
        assert state_of(database).state == SendState.WAITING
        assert send_due(database, at) == 0
        assert state_of(database).attempts == attempt + 1
        at = state_of(database).due
    sending = state_of(database)
    assert (sending.state, sending.status) == (SendState.FAILED, status)
    assert sending.why
    assert len(receiver.got) == len(WAITS) + 1
    with database.writing(ROOT.name) as session:
        (row,) = sendings_of(session, ROOT, number)
        send_again(session, ROOT, row.id, at)
    assert send_due(database, at) == 1
    assert state_of(database).state == SendState.SENT


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/",
        "http://[::1]:80/",
        "http://localhost/",
        "file:///etc",
    ],
)
def test_nothing_inside_can_be_reached(database, make_case, url) -> None:
    add_hook(database, url)
    confirm(database, make_case())
    tell_all(database, LATER)
    assert send_due(database, LATER) == 0
    assert state_of(database).status is None
    assert state_of(database).why


def test_two_who_deliver_at_once_send_a_message_once(database, make_case, receiver) -> None:
    add_hook(database, receiver.url)
    for _ in range(5):
        confirm(database, make_case())
    tell_all(database, LATER)
    threads = [threading.Thread(target=send_due, args=(database, LATER)) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({headers["Detector-Delivery"] for headers, _ in receiver.got}) == len(receiver.got) == 5


def test_whoever_died_with_a_message_leaves_it_to_the_next(database, make_case, receiver) -> None:
    add_hook(database, receiver.url)
    confirm(database, make_case())
    tell_all(database, LATER)
    with database.writing("one that dies") as session:
        row = session.scalars(select(Sending)).one()
        row.attempts, row.due = 1, LATER + timedelta(minutes=3)
    assert send_due(database, LATER) == 0
    assert send_due(database, LATER + timedelta(minutes=3)) == 1


def test_owners_get_their_own_decisions_alone(database, make_case) -> None:
    with database.writing("the test") as session:
        for key in ("acme", "other"):
            owner = Owner(key=key, name=key)
            session.add(owner)
            session.flush()
            session.add(Brand(owner_id=owner.id, key=key, name=key, categories=[]))
        owners = dict(session.execute(select(Owner.key, Owner.id)).all())
    viewers = {key: Viewer(key, frozenset({(Role.OWNER, owners[key])})) for key in ("acme", "other")}
    with database.writing("the test") as session:
        hooks = {
            key: make_hook(session, viewer, "https://x.example", owners[key], AT).id
            for key, viewer in viewers.items()
        }
        with pytest.raises(NotAllowed):
            make_hook(session, viewers["acme"], "https://x.example", owners["other"], AT)
        with pytest.raises(NotThere):
            make_hook(session, viewers["acme"], "https://x.example", None, AT)
        with pytest.raises(NotThere):
            end_hook(session, viewers["acme"], hooks["other"], AT)
        assert [one.id for one in session.scalars(visible_hooks(viewers["acme"]))] == [hooks["acme"]]
    confirm(database, make_case(result(brand="acme/acme")))
    tell_all(database, LATER)
    with database.reading() as session:
        assert session.scalars(select(Sending.hook_id)).all() == [hooks["acme"]]


@pytest.mark.parametrize("url", ["http://x.example", "ftp://x", "https://x y", "", "https://" + "x" * 2_000])
def test_hooks_lead_to_https(database, url) -> None:
    with database.writing("x") as session, pytest.raises(AgainstTheRules, match="https"):
        make_hook(session, ROOT, url, None, AT)


@given(
    body=strategies.binary(max_size=200), at=strategies.integers(0, 2**33), off=strategies.integers(-300, 300)
)
def test_what_was_changed_or_is_old_is_not_ours(body, at, off) -> None:
    header = signature("secret", body, at)
    assert is_signed("secret", body, header, at + off)
    assert not is_signed("secret", body + b" ", header, at)
    assert not is_signed("another", body, header, at)
    assert not is_signed("secret", body, header, at + 301)
    assert not is_signed("secret", body, header.replace("t=", "t=1"), at)
    assert not is_signed("secret", body, "", at)


@contextmanager
def mail_server() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A real SMTP server, and what it took."""
    from aiosmtpd.controller import Controller

    taken: list[tuple[str, bytes]] = []

    class Handler:
        async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
            if "refused" in address:
                return "550 no such box"
            if "gone" in address:
                return "421 closing down"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, _server, _session, envelope) -> str:
            taken.append((envelope.rcpt_tos[0], envelope.content))
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", taken
    finally:
        controller.stop()


def test_a_digest_arrives_as_often_as_it_is_wanted(database, make_case, monkeypatch) -> None:
    with database.writing("the test") as session:
        owner = Owner(key="acme", name="Acme")
        session.add(owner)
        session.flush()
        session.add(Brand(owner_id=owner.id, key="acme", name="Acme\r\nBcc: x@y", categories=[]))
        for name, role, held in (
            ("olga", Role.OWNER, owner.id),
            ("lea", Role.LEAD, None),
            ("refused", Role.LEAD, None),
        ):
            person = Person(
                email=f"{name}@example.com", name=name, roles=[RoleHeld(role=role, owner_id=held)]
            )
            session.add(person)
            session.flush()
            want(session, person.id, 1, AT - timedelta(hours=1))
        with pytest.raises(AgainstTheRules):
            want(session, person.id, 3, AT)
    confirm(database, make_case(result(brand="acme/acme")))
    make_case(result(brand="acme/acme"))
    with database.writing("the test") as session:
        from review.tables import Case

        for case in session.scalars(select(Case)):
            case.opened = AT
    with mail_server() as (url, taken):
        assert mail_digests(database, AT + timedelta(days=1)) == 0  # no server is set
        with monkeypatch.context() as down:
            down.setattr(settings(), "smtp", SecretStr("smtp://127.0.0.1:1"))
            assert mail_digests(database, AT + timedelta(days=1)) == 0
        monkeypatch.setenv("DETECTOR_SMTP", url)
        settings.cache_clear()
        try:
            assert mail_digests(database, AT + timedelta(days=1)) == 2
            assert mail_digests(database, AT + timedelta(days=1)) == 0
        finally:
            monkeypatch.undo()
            settings.cache_clear()
    told = {to: message_from_bytes(content).get_payload(decode=True).decode() for to, content in taken}
    assert "Acme Bcc: x@y: 2 new, 1 confirmed" in told["olga@example.com"]
    assert "1 first, 0 second, 0 lead" in told["lea@example.com"]
    with database.reading() as session:
        assert {one.due for one in session.scalars(select(Digest))} == {AT + timedelta(days=2)}


@pytest.fixture
def platform(monkeypatch, tmp_path) -> Path:
    """A file that says how the platform is reached."""
    (file := tmp_path / "platform.yaml").write_text(
        "name: Shop\ncontact: help@shop.example\n"
        "restrictions: {design: {visibility: [DECISION_VISIBILITY_CONTENT_REMOVED]}}\n"
    )
    return file


def give_notice(database, email: str, state: NoticeState) -> None:
    with database.writing("the test") as session:
        session.add(
            Notice(
                name="N", email=email, where="https://shop.example/1", brand="acme", policy="design",
                explanation="x" * 30, filed=AT, looked=AT, state=state,
            )
        )  # fmt: skip


def test_whoever_gave_notice_is_told_once_what_was_decided(database, monkeypatch, platform) -> None:
    for number, state in enumerate((NoticeState.HELD, NoticeState.FELL, NoticeState.OPEN)):
        give_notice(database, f"n{number}@x.example", state)
    with mail_server() as (url, taken):
        monkeypatch.setattr(settings(), "smtp", SecretStr(url))
        assert mail_outcomes(database, AT) == 0  # nobody has said how the platform is reached
        monkeypatch.setattr(settings(), "platform", platform)
        assert mail_outcomes(database, AT) == 2
        assert mail_outcomes(database, AT) == 0
    told = {to: message_from_bytes(data).get_payload(decode=True).decode() for to, data in taken}
    assert "found that it breaks" in told["n0@x.example"]
    assert "did not find" in told["n1@x.example"]
    assert all("help@shop.example" in said for said in told.values())


def test_nobody_goes_untold_for_another_ones_address_or_a_server_that_is_down(
    database, monkeypatch, platform
) -> None:
    monkeypatch.setattr(settings(), "platform", platform)
    for email in ('(="=:@):', "refused@x.example", "a@x.example"):
        give_notice(database, email, NoticeState.HELD)
    for down in ("smtp://127.0.0.1:1", "smtp://[x", "smtp://x:y", "http://127.0.0.1"):
        monkeypatch.setattr(settings(), "smtp", SecretStr(down))
        with pytest.raises(BadSetting) if down != "smtp://127.0.0.1:1" else nullcontext():
            assert mail_outcomes(database, AT) == 0
    with mail_server() as (url, taken):
        monkeypatch.setattr(settings(), "smtp", SecretStr(url))
        assert mail_outcomes(database, AT) == 1
        assert mail_outcomes(database, AT) == 0
    assert [to for to, _ in taken] == ["a@x.example"]


def test_what_a_server_was_not_asked_to_take_is_left(database) -> None:
    with mail_server() as (url, taken):
        mails = [Mail(f"{name}@x.example", "x", "y") for name in ("a", "b", "gone", "c")]
        assert send_mails(url, "a@b.example", mails) == Sent(2, 2)
        assert send_mails(url, "a@b.example", mails[2:]) == Sent(0, 1), "it breaks every connection"
        assert send_mails(url, "a@b.example", mails[3:]) == Sent(1, 0)
    assert [to for to, _ in taken] == ["a@x.example", "b@x.example", "c@x.example"]


@pytest.mark.parametrize(
    "bad", ['(="=:@):', "a b@x.y", "a@x@y", "a:b;@x.y", '"a"@x.y', "<a@x.y>", "a@", "@a"]
)
def test_what_is_no_plain_address_is_none(bad) -> None:
    assert not is_email(bad)
    for good in ("o'neil+shop@mail.example.co", "a@localhost", f"{'x' * 64}@example.com"):
        assert is_email(good)


_WORDS = strategies.lists(strategies.text("aZ9!#$%&'*+/=?^_`{|}~-", min_size=1), min_size=1).map(".".join)
_HOSTS = strategies.lists(strategies.text("aZ9-", min_size=1, max_size=9), min_size=1).map(".".join)


@given(strategies.tuples(_WORDS, _HOSTS).map("@".join).filter(is_email))
def test_a_mail_can_be_made_to_every_plain_address(address) -> None:
    bytes(_message("a@b.example", Mail(address, "x", "y")))


def test_a_hooks_secret_is_not_in_the_database(database) -> None:
    with database.writing("the test") as session:
        hook = make_hook(session, ROOT, "https://hooks.example/1", None, AT)
        assert hook.signs.startswith("whsec_")
        assert hook.signs not in str(session.execute(text("SELECT * FROM hooks")).all())
        assert hook.signs == session.get_one(Hook, hook.id).signs
        other = make_hook(session, ROOT, "https://hooks.example/1", None, AT)
        assert other.signs != hook.signs
        assert Hook(secret="whsec_older").signs == "whsec_older"


def test_a_mail_server_that_is_down_is_no_disaster() -> None:
    assert send_mails("smtp://127.0.0.1:1", "a@b.example", [Mail("c@d.example", "x", "y")]) == Sent(0, 1)
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", 1)
