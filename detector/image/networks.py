"""The small networks that ship with this package, as ONNX, run on one core."""

import hashlib
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Network:
    """A file of `weights`, loaded when it is first run."""

    def __init__(self, file: str) -> None:
        self._file = file

    @cached_property
    def engine(self) -> str:
        """The file's name with a digest of its content: a version."""
        return f"{self._file.removesuffix('.onnx')}-{hashlib.sha256(self._weights).hexdigest()[:8]}"

    @property
    def side(self) -> int:
        """Rows of the pictures that it takes, where it takes but one size."""
        rows: int = self._session.get_inputs()[0].shape[1]
        return rows

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What it makes of RGB pictures (n, h, w, 3) of one size."""
        made: NDArray[np.float32] = self._session.run(None, {self._session.get_inputs()[0].name: pictures})[0]
        return made

    @cached_property
    def _weights(self) -> bytes:
        return (files("detector.image") / "weights" / self._file).read_bytes()

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(self._weights, options, providers=["CPUExecutionProvider"])
