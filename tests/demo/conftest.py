import pytest

from workers.demo.market import Market, make


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The sample marketplace, made once; no test changes it."""
    return make(tmp_path_factory.mktemp("market") / "demo")
