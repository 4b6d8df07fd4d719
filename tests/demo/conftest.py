import os

import pytest

from storage.locks import locked
from workers.demo.market import Market, make


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The sample marketplace, made once for all processes of pytest; no test changes it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with locked(folder / "market.lock", wait=True):
        return make(folder / "market" / "demo")
