"""What may be spent on reading one picture, so that one full of letters doesn't hold up a scan."""

from detector.image.decoding import Pixels
from detector.image.engine import Engines, TextRecogniser

NARROWEST = 96  # pixels: what is narrower costs as much
DEARER = 5  # times: the second recogniser against the first


class Budget:
    """Pixels of crops, measured along the line, that may be read; of the second recogniser each counts five.

    One that is overdrawn stays so: the reading that overdraws it is finished.
    """

    def __init__(self, pixels: int) -> None:
        self._left = pixels

    @property
    def spent(self) -> bool:
        return self._left <= 0

    def recognisers(self, engines: Engines) -> tuple[TextRecogniser, TextRecogniser]:
        """The first and the second recogniser of the engines, paid from this budget."""
        return _Paid(engines.recogniser, self, 1), _Paid(engines.second_recogniser, self, DEARER)

    def pay(self, crop: Pixels, price: int) -> None:
        self._left -= max(crop.shape[1], NARROWEST) * price


class _Paid:
    def __init__(self, recogniser: TextRecogniser, budget: Budget, price: int) -> None:
        self.version = recogniser.version
        self._recogniser, self._budget, self._price = recogniser, budget, price

    def recognise(self, crop: Pixels) -> tuple[str, float]:
        self._budget.pay(crop, self._price)
        return self._recogniser.recognise(crop)
