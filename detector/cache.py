"""Where what is laid out once and used again is kept: this user's cache."""

import os
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Where this user's caches are; a private folder among the temporary ones where that can't be written."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "listing-infringement-detector"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="listing-infringement-detector-"))
    return folder
