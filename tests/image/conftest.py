"""What the tests of reading pictures share."""

import pytest

from detector.image.engine import Engines
from detector.image.options import OcrOptions


@pytest.fixture(scope="session")
def engines() -> Engines:
    """The engines that ship, loaded once."""
    from detector.image.paddle import paddle_engines

    return paddle_engines(OcrOptions())
