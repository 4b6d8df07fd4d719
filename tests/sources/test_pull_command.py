"""`detector pull` as a person types it, in a process of its own where it is stopped and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.settings import settings
from tests.command import Ended
from workers.demo.shop.server import Marketplace

pytestmark = pytest.mark.slow


def _environment(market: Marketplace) -> dict[str, str]:
    return {"DETECTOR_FETCH_ALLOW": f"127.0.0.1:{market.port}", "SHOP_KEY": "s3cret"}


def _detector(folder: Path, market: Marketplace, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "pull", *words],
        cwd=folder,
        env={**os.environ, **_environment(market), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _pulled(folder: Path, market: Marketplace, *words: str) -> tuple[int, str]:
    run = _detector(folder, market, *words)
    _, said = run.communicate(timeout=120)
    return run.returncode, said


def _sources(folder: Path, market: Marketplace) -> None:
    key = '{X-Key: "${SHOP_KEY}"}'
    (folder / "sources.yaml").write_text(
        f"""sources:
  - {{name: demo, kind: shopify, url: "{market.url}", delay: 0, page: 10}}
  - {{name: slow, kind: shopify, url: "{market.url}", delay: 0.3, page: 10, headers: {key}}}
  - {{name: few, kind: shopify, url: "{market.url}", delay: 0, page: 10, budget: {{listings: 20}}}}
  - {{name: broken, kind: shopify, url: "{market.url}/bad/500", delay: 0, first_wait: 0.01, currency: EUR}}
  - {{name: resting, kind: shopify, url: "{market.url}", paused: true}}
"""
    )


def _ids(file: Path) -> list[str]:
    return [json.loads(line)["id"] for line in file.read_text().splitlines()]


_ALL = [str(n) for n in range(1, 58)]


def test_a_pull_to_a_file(tmp_path: Path, market: Marketplace) -> None:
    _sources(tmp_path, market)
    status, said = _pulled(tmp_path, market, "demo", "--out", "a.jsonl")
    assert status == 0, said
    assert _ids(tmp_path / "a.jsonl") == _ALL
    assert not (tmp_path / "a.rejects.jsonl").exists()
    assert "57" in said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_pull_goes_on_and_has_everything_once(
    how: signal.Signals, tmp_path: Path, market: Marketplace
) -> None:
    _sources(tmp_path, market)
    run = _detector(tmp_path, market, "slow", "--out", "a.jsonl")
    out = tmp_path / "a.jsonl"
    until = time.monotonic() + 60
    while not (out.exists() and out.stat().st_size) and time.monotonic() < until:
        time.sleep(0.02)
    run.send_signal(how)
    _, said = run.communicate(timeout=60)
    if how is not signal.SIGKILL:
        assert run.returncode == 1
        assert "--resume" in said
    assert 10 <= len(_ids(out)) < 57
    out.write_bytes(out.read_bytes() + b'{"id": "torn')
    status, said = _pulled(tmp_path, market, "slow", "--out", "a.jsonl", "--resume")
    assert status == 0, said
    assert _ids(out) == _ALL
    assert "s3cret" not in said
    assert {headers.get("x-key") for path, headers in market.asked if "products" in path} == {"s3cret"}


def test_a_budget_ends_a_pull_and_the_next_one_goes_on(tmp_path: Path, market: Marketplace) -> None:
    _sources(tmp_path, market)
    status, said = _pulled(tmp_path, market, "few", "--out", "a.jsonl")
    assert (status, _ids(tmp_path / "a.jsonl")) == (0, _ALL[:20])
    assert "as many as its budget allows" in said
    for _ in range(2):
        status, said = _pulled(tmp_path, market, "few", "--out", "a.jsonl", "--resume")
    assert _ids(tmp_path / "a.jsonl") == _ALL


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (["broken", "--out", "a.jsonl"], 1, "answered 500; it is busy or has a fault"),
        (["resting", "--out", "a.jsonl"], 2, "is paused"),
        (["nobody", "--out", "a.jsonl"], 2, "has no source named 'nobody'; there are demo, slow, few"),
        (["demo", "--out", "a.jsonl", "--resume"], 2, "leave --resume out"),
        (["demo", "--out", "nowhere/a.jsonl"], 2, "name a file in a folder that exists"),
        (["demo", "--out", "a.jsonl", "--sources", "no.yaml"], 2, "no.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_pulled_is_said(
    words: list[str],
    status: int,
    reason: str,
    tmp_path: Path,
    market: Marketplace,
    monkeypatch: pytest.MonkeyPatch,
    detector_here: Callable[..., Ended],
) -> None:
    for name, value in _environment(market).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    _sources(tmp_path, market)
    ended = detector_here("pull", *words)
    assert ended.returncode == status
    assert reason in " ".join(ended.stderr.split())
