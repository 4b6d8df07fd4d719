"""Which names are everyday words, by another rule than the detector's: wordfreq's lists alone."""

from wordfreq import get_frequency_dict

EVERYDAY_FROM = 1e-6
_LANGUAGES = ("en", "es", "fr", "de", "it", "pt")


def is_everyday(name: str) -> bool:
    """Whether each of its words is one in a million or more in a large language."""
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    lists = [get_frequency_dict(language) for language in _LANGUAGES]
    return all(any(known.get(word, 0) >= EVERYDAY_FROM for known in lists) for word in words)
