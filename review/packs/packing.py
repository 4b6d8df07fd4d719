"""The evidence pack as a ZIP: the same bytes for the same case and the same row of the audit log."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence

import orjson

from review.exports import plain_cell
from review.packs.gathering import Gathered, Picture
from review.packs.report import report

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pack(gathered: Gathered, pictures: Sequence[Picture]) -> bytes:
    """A ZIP with the report, the texts, the pictures, the chain of custody and a manifest of all."""
    files: dict[str, bytes] = {
        "report.pdf": report(gathered, pictures),
        "case.json": _json(gathered.said),
        "listing.json": gathered.listing.encode("utf-8", "surrogatepass"),
        "custody.csv": _custody(gathered),
    }
    for one in pictures:
        if one.drawn is not None and one.overlay is not None:
            files[f"pictures/{one.place + 1:03d}.webp"] = one.drawn
            files[f"overlays/{one.place + 1:03d}.png"] = one.overlay
    files["manifest.json"] = _json(
        {
            "case": gathered.case,
            "audit_log_up_to_row": gathered.upto,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
            "originals": [
                {"picture": one.place + 1, "sha256": one.sha256, "why_not": one.why} for one in pictures
            ],
        }
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _custody(gathered: Gathered) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["row", "at", "who", "did", "what", "previous", "hash"])
    for row in gathered.custody:
        cells = (row.who, row.did, row.what)
        rows.writerow([row.number, row.at.isoformat(), *map(plain_cell, cells), row.previous, row.hash])
    return out.getvalue().encode()


def _json(said: Mapping[str, object]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
