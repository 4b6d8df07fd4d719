"""Text of strangers, made safe to print and plain to see: nothing in it acts on the terminal or hides."""

from detector.text.strange import visible


def plain(text: str) -> str:
    """The whole text, made visible."""
    return "".join(map(visible, text))
