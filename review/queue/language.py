"""In which language a listing is written, of the 38 that marketplaces' listings mostly are."""

from functools import cache
from pathlib import Path
from typing import Any

import py3langid
from py3langid.langid import LanguageIdentifier

from detector.listing import Listing

LANGUAGES = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu"),
    *("id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr"),
    *("sv", "th", "tr", "uk", "vi", "zh"),
)
"""ISO 639-1."""
UNKNOWN = ""
_SURE = 0.6
_LONGEST = 2_000


def language_of(listing: Listing) -> str:
    """Its code, or `UNKNOWN`: of a title that is names and numbers nobody can tell."""
    text = f"{listing.title}\n{listing.description[:_LONGEST]}"
    language, probability = _identifier().classify(text)
    return str(language) if probability >= _SURE else UNKNOWN


@cache
def _identifier() -> Any:
    # The library's own is changed by whoever asks it for other languages.
    model = Path(py3langid.__file__).parent / "data" / "model.npz.xz"
    made = LanguageIdentifier.from_modelpath(model, norm_probs=True)
    made.set_languages(LANGUAGES)
    return made
