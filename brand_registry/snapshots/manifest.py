"""What a snapshot says of itself, and whether its files are still what it says."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from detector.errors import DetectorError

MANIFEST = "manifest.json"
FORMAT = 2
"""Raise it when an older program could not read what is written."""
_CHUNK = 1 << 20
_REVISION = re.compile(r"r(\d+)-")


class BadSnapshot(DetectorError):
    """A snapshot that can't be used: damaged, incomplete, or of another program's making."""


class NoSnapshot(DetectorError):
    """There is none yet."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class File(_Model):
    """Of one file of the snapshot."""

    bytes: int
    sha256: str


class Manifest(_Model):
    """`revision` is the registry's; `engine` what read the pictures, '' where there are none; `unread` how
    many pictures wait for it and are left out; `outgrown` says that it is time to make the indexes anew.
    """

    format: Literal[2]
    revision: int
    made_at: datetime
    detector: str
    engine: str
    brands: int
    references: int
    unread: int
    outgrown: bool
    files: dict[str, File]

    @property
    def name(self) -> str:
        """What results call the registry by: its revision and what it holds."""
        digest = hashlib.sha256(self.engine.encode())
        for file, one in sorted(self.files.items()):
            if file.endswith(".jsonl"):
                digest.update(f"{file} {one.sha256}\n".encode())
        return f"r{self.revision}-{digest.hexdigest()[:12]}"


def revision_in(name: str | None) -> int:
    """The registry's revision in the name of a snapshot; -1 for what is no snapshot's name."""
    found = _REVISION.match(name or "")
    return int(found[1]) if found else -1


def read_manifest(folder: Path) -> Manifest:
    """Raises `BadSnapshot`."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise BadSnapshot(
            f"{folder}: its manifest cannot be read ({error.strerror}); remove it and build another"
        ) from None
    except ValidationError as error:
        if any(problem["loc"] == ("format",) for problem in error.errors()):
            raise BadSnapshot(
                f"{folder}: was made by another version of this program; build one with this"
            ) from None
        raise BadSnapshot(f"{folder}: its manifest is damaged; remove it and build another") from None


def describe(folder: Path) -> dict[str, File]:
    """Every file that lies beneath a folder, but for the manifest."""
    return {
        name: File(bytes=(folder / name).stat().st_size, sha256=sha256_of(folder / name))
        for name in sorted(_names(folder))
    }


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises `BadSnapshot` where a file is missing, damaged, or not the snapshot's."""
    there = _names(folder)
    for name in sorted(there ^ set(manifest.files)):
        what = "is not named in the manifest" if name in there else "is gone"
        raise BadSnapshot(f"{folder / name}: {what}; remove the snapshot and build another")
    for name, said in manifest.files.items():
        file = folder / name
        try:
            same = file.stat().st_size == said.bytes and sha256_of(file) == said.sha256
        except OSError as error:
            raise BadSnapshot(f"{file}: cannot be read ({error.strerror}); build another snapshot") from None
        if not same:
            raise BadSnapshot(f"{file}: is damaged; remove the snapshot and build another")


def _names(folder: Path) -> set[str]:
    """Of what lies beneath a folder, from there on; whatever is neither file nor folder counts as a file."""
    beneath = (file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())
    return {file.relative_to(folder).as_posix() for file in beneath} - {MANIFEST}


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()
