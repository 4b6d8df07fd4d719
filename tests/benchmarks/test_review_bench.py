"""The bench of the review queue measures what it says, at a small size."""

import pytest

from benchmarks.speed import review
from benchmarks.speed.review import working

pytestmark = pytest.mark.slow


def test_nothing_fails_and_no_case_is_handed_out_twice(monkeypatch) -> None:
    # As few, and as fast, as show that all of it is measured.
    for where, name, value in (
        (review, "SHORTEST", 2.0), (working, "REVIEWERS", 8), (working, "_READS", 0.3),
    ):  # fmt: skip
        monkeypatch.setattr(where, name, value)
    told = {one.name: one.value for one in review.measure(0.001)}
    kinds = ("PostgreSQL, 1,000 cases", "SQLite, 1,000 cases")
    for kind in kinds:
        assert told[f"failed: {kind}"] == 0
        assert told[f"handed out twice: {kind}"] == 0
        for what in ("case page", "decide, and the next", "next case", "queue page"):
            assert told[f"{what}, p95: {kind}"] > 0
