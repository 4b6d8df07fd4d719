"""Pictures as files under the folder of a catalogue or of a brand. Nothing outside it is ever opened."""

import os
import stat
from pathlib import Path, PurePosixPath

from detector.errors import PictureRefused

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of one picture file; checked before it is read."""


class PictureFolder:
    """Finds pictures by the names that listings give them. `whose` names the folder in refusals."""

    def __init__(self, folder: Path, whose: str = "the catalogue") -> None:
        self._root = folder.resolve()
        self._whose = whose

    def read(self, reference: str) -> bytes:
        """The bytes of a picture. Raises `PictureRefused` with the reason, a clause that names the
        picture.
        """
        if reference.lower().startswith(("http://", "https://")):
            raise PictureRefused("it is on the web, and a scan of files fetches nothing")
        path = PurePosixPath(reference.replace("\\", "/"))
        if not reference.strip() or "\0" in reference or ":" in (path.parts or ("",))[0]:
            raise PictureRefused(f"this is no path of a file; use one relative to {self._whose}")
        if path.is_absolute() or ".." in path.parts:
            raise PictureRefused(f"it leads out of {self._whose}'s folder and was not opened")
        try:
            real = (self._root / path).resolve(strict=True)
            if not real.is_relative_to(self._root):
                raise PictureRefused(f"it links out of {self._whose}'s folder and was not opened")
            return self._content(real.relative_to(self._root))
        except FileNotFoundError:
            raise PictureRefused("the file is not there") from None
        except (OSError, RuntimeError, ValueError) as error:
            why = getattr(error, "strerror", None) or "its links go in a circle"
            raise PictureRefused(f"it cannot be opened ({why})") from None

    def _content(self, path: Path) -> bytes:
        # Step by step and following nothing, as a link may have come in since the path was resolved; not
        # blocking, as a named pipe would wait for ever.
        handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        for part in path.parts:
            try:
                inner = os.open(part, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW, dir_fd=handle)
            finally:
                os.close(handle)
            handle = inner
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise PictureRefused("it is no file")
            if about.st_size > LARGEST_FILE:
                raise PictureRefused(
                    f"it has {about.st_size / 2**20:,.0f} MB, more than {LARGEST_FILE // 2**20} MB"
                )
            return file.read(LARGEST_FILE + 1)
