"""The folder of snapshots: which there are, which is current, and who builds."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brand_registry.snapshots.building import sync
from brand_registry.snapshots.manifest import BadSnapshot, Manifest, NoSnapshot, read_manifest
from storage.errors import StorageError
from storage.locks import locked
from storage.settings import settings

_CURRENT, _LOCK, _ASIDE = "current", ".lock", ".building-"


class Snapshots:
    """Snapshots lie in folders named as results name them; `current` is a link to the one to be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """Its folder. Raises `NoSnapshot`."""
        try:
            return self.folder / (self.folder / _CURRENT).readlink()
        except OSError:
            raise NoSnapshot(
                f"{self.folder}: holds no snapshot of the registry yet; make one with "
                "`detector snapshot build`"
            ) from None

    def all(self) -> list[tuple[Path, Manifest | BadSnapshot]]:
        """Every snapshot that was published, the newest first, with its manifest or what is wrong with it."""
        found: list[tuple[Path, Manifest | BadSnapshot]] = []
        for path in sorted(self.folder.glob("r*-*/")):
            try:
                found.append((path, read_manifest(path)))
            except BadSnapshot as bad:
                found.append((path, bad))
        return sorted(found, key=lambda one: isinstance(one[1], Manifest) and -one[1].made_at.timestamp())

    @contextmanager
    def building(self, *, wait: bool) -> Iterator[bool]:
        """Holds the lock of the one who may publish. False where somebody else has it, without `wait`."""
        with locked(self._made() / _LOCK, wait=wait) as ours:
            yield ours

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """An empty folder to build in; what is left of it in the end is removed.

        Whoever is killed leaves one behind: it is held by nobody, and removed here too.
        """
        for left in self._made().glob(f"{_ASIDE}*"):
            if not is_held(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=self.folder))
        folder.chmod(0o755)
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            yield folder
        finally:
            os.close(handle)
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, built: Path, name: str) -> Path:
        """Makes what was built, all of it on the disk, the current one."""
        place = self.folder / name
        if place.exists():  # left by one who was killed before the switch, or damaged since
            shutil.rmtree(place)
        built.rename(place)
        sync(self.folder)
        self.switch(name)
        return place

    def switch(self, name: str) -> None:
        """The current one is another from one moment to the next."""
        link = self.folder / f".{_CURRENT}-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        link.replace(self.folder / _CURRENT)
        sync(self.folder)

    def prune(self, keep: int) -> list[Path]:
        """Removes all but the current, the newest `keep`, and those in use; returns what was removed."""
        with suppress(NoSnapshot):
            current = self.current()
            removed = []
            for path, _ in self.all()[keep:]:
                if path != current and not is_held(path):
                    # Under another name first, so that nobody finds a half of it.
                    gone = path.rename(self.folder / f"{_ASIDE}gone-{path.name}")
                    shutil.rmtree(gone, ignore_errors=True)
                    removed.append(path)
            return removed
        return []

    def _made(self) -> Path:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{self.folder}: cannot be made ({error.strerror})") from None
        return self.folder


def snapshots() -> Snapshots:
    """By the settings."""
    return Snapshots(settings().home / "snapshots")


def is_held(folder: Path) -> bool:
    """Whether any process uses a folder."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
