"""What a model said stays said when listings are judged again, and nobody is asked anew."""

from collections.abc import Iterator

import pytest

from tests.graph.conftest import ACMERA
from tests.middle.endpoint import Endpoint, said, set_in_the_middle
from tests.sqlite import on_sqlite

pytestmark = on_sqlite
DOUBTFUL = {"id": "L1", "title": "Akmera shoes"}


@pytest.fixture
def endpoint(monkeypatch, tmp_path) -> Iterator[Endpoint]:
    with set_in_the_middle(monkeypatch, tmp_path / "home") as server:
        yield server


@pytest.mark.parametrize("answer", ["genuine_resale", "imitation"])
def test_a_rescan_goes_by_what_was_said(rescans, endpoint, answer) -> None:
    endpoint.answers = lambda _: said(answer)
    rescans.pull(rescans.catalogue(DOUBTFUL))
    rescans.run()
    before = rescans.cases()
    assert before == (answer == "imitation")
    rescans.registry(ACMERA)
    found = rescans.again()
    assert found.state == "completed"
    assert found.counts["candidates"] == 1
    assert (rescans.cases(), found.counts["gone"]) == (before, 0)
    assert len(endpoint.asked) == 1
