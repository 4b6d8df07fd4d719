"""The demo from end to end: what its words alone give away, and the command that a newcomer types."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from detector.judge import Judge
from detector.listing import Listing
from detector.result import Reason, Result, Verdict
from tests.demo.few import MET, few_of_all, found_in, rows_of
from workers.demo.brands import BRANDS
from workers.demo.market import Market

IN_PICTURES = {
    Reason.HIDDEN_TEXT,
    Reason.LOGO,
    Reason.OBSCURED_LOGO,
    Reason.IMAGE_COPY,
    Reason.PRODUCT_LOOKALIKE,
}


@pytest.fixture(scope="module")
def judged(market: Market) -> list[tuple[dict[str, object], Result]]:
    """Every listing's expectation with what its words alone give, its pictures left out."""
    judge = Judge(BRANDS)
    expected = map(json.loads, market.expected.read_text(encoding="utf-8").splitlines())
    listings = market.catalogue.read_text(encoding="utf-8").splitlines()
    pairs = [(wanted, json.loads(line)) for wanted, line in zip(expected, listings, strict=False)]
    assert all(wanted["listing_id"] == listing["id"] for wanted, listing in pairs)
    return [
        (wanted, judge.judge(Listing.model_validate(listing | {"images": ()})))
        for wanted, listing in pairs
        if wanted["verdict"] != "incomplete"
    ]


@pytest.mark.slow
def test_most_abuse_in_words_is_found(judged: list[tuple[dict[str, object], Result]]) -> None:
    abuses = [
        (wanted, result)
        for wanted, result in judged
        if wanted["verdict"] == "flag" and not IN_PICTURES.issuperset(wanted["reasons"])
    ]
    missed = [
        f"{wanted['listing_id']} {wanted['tactic']}"
        for wanted, result in abuses
        if result.verdict is not Verdict.FLAG or wanted["brand"] not in {case.brand for case in result.cases}
    ]
    assert len(missed) <= len(abuses) // 4, missed


@pytest.mark.slow
def test_honest_words_are_left_alone(judged: list[tuple[dict[str, object], Result]]) -> None:
    flagged = [
        f"{wanted['listing_id']} {wanted['tactic']}"
        for wanted, result in judged
        if wanted["verdict"] == "clear" and result.verdict is Verdict.FLAG
    ]
    assert len(flagged) <= 1, flagged


@pytest.mark.slow
def test_the_command_prints_both_sides_and_what_to_type_next(market: Market, tmp_path: Path) -> None:
    small = few_of_all(market, tmp_path / "demo")
    written = small.catalogue.read_bytes()
    command = [sys.executable, "-m", "workers.demo", "--once", "--folder", str(small.folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stderr
    assert small.catalogue.read_bytes() == written
    assert "abuses found" in done.stdout
    assert "honest listings left alone" in done.stdout
    assert "detector check" in done.stdout
    assert "4 of 4 listings with a broken picture" in done.stdout
    expected = {one["listing_id"] for one in rows_of(small.expected)}
    results = {one["listing_id"]: one for one in rows_of(small.folder / "results.jsonl")}
    assert results.keys() == expected
    assert len(expected) > 60
    assert set().union(*map(found_in, results.values())) == MET
    assert f"{len(expected)} of {len(expected)} listings judged" in done.stdout


@pytest.mark.slow
def test_a_taken_port_is_told_before_anything_is_done(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "workers.demo", "--folder", str(tmp_path / "demo"), "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert f"cannot listen at 127.0.0.1 port {port}" in done.stderr
    assert not (tmp_path / "demo").exists()
