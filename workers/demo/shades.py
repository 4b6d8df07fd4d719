"""Colours made from colours."""

import numpy as np

from workers.demo.lettering import rgb


def shade(colour: str, share: float) -> str:
    """The colour, darker below 1 and lighter above."""
    mixed = rgb(colour) * share if share <= 1 else 1 - (1 - rgb(colour)) * (2 - share)
    return "#" + "".join(f"{round(float(c) * 255):02x}" for c in np.clip(mixed, 0, 1))


def ink(colour: str) -> str:
    """Dark on light stuff and light on dark."""
    return "#1f2329" if float(rgb(colour).mean()) > 0.5 else "#f4f1ea"
