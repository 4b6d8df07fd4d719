"""Make the dictionary in this repository from Webster's list, as the package english-words publishes it.

pip install english-words==2.0.2
python -m benchmarks.data.extract_words
"""

import gzip
from pathlib import Path

ENGLISH = Path(__file__).parents[2] / "detector" / "text" / "data" / "english.txt.gz"
SHORTEST, LONGEST = 3, 15
YOUNGER = (
    *("app", "apps", "backpack", "blog", "box", "download", "email", "internet", "laptop", "mini", "multi"),
    *("okay", "online", "smartphone", "sneakers", "videos", "website"),
)
"""Words for things that are younger than the list of 1934, and a few that it lacks."""


def words(listed: set[str]) -> list[str]:
    """The listed words of small letters alone, which no name is, and the younger ones."""
    small = {word for word in listed if word.isascii() and word.isalpha() and word.islower()}
    return sorted({word for word in small if SHORTEST <= len(word) <= LONGEST}.union(YOUNGER))


if __name__ == "__main__":
    from english_words import get_english_words_set

    ENGLISH.write_bytes(gzip.compress("\n".join(words(get_english_words_set(["web2"]))).encode(), mtime=0))
