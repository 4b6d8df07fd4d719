"""The weights that an operator set."""

from collections.abc import Callable

from detector.errors import UnreadableInput
from detector.weights import Weights, default_weights, read_weights
from storage.settings import settings


def chosen_weights(tell: Callable[[str], None]) -> Weights:
    """Those of DETECTOR_WEIGHTS; where they can't serve, that is told and those that ship stay."""
    chosen = settings().weights
    if chosen is None:
        return default_weights()
    try:
        return read_weights(chosen)
    except UnreadableInput as refusal:
        tell(f"{refusal}; judging goes on with the weights that ship")
        return default_weights()
