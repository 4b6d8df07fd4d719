"""`detector brands export`: the brands of one owner into a folder or a file."""

import argparse
import sys
from pathlib import Path

from brand_registry.access import brands_by_id, one_brand, operator, owner_of, visible_brands
from brand_registry.export import export as write
from brand_registry.tables import Brand
from detector.counted import counted
from storage.blobs import blobs
from workers.registry.opened import opened
from workers.visible import plain


def export(arguments: argparse.Namespace) -> int:
    """Exit status: 0 all is written; else nothing is there."""
    viewer, count = operator(), 0
    with opened() as database, database.reading() as session:
        owner = owner_of(session, viewer, arguments.owner)
        brands = visible_brands(viewer).where(Brand.owner_id == owner.id)
        if arguments.state:
            brands = brands.where(Brand.state == arguments.state)
        for count in write(session, blobs(), brands, arguments.path):
            if sys.stderr.isatty() and count % 1_000 == 0:
                print(f"\r{counted(count, 'brand')}", end="", file=sys.stderr, flush=True)
    print(
        f"\r{counted(count, 'brand')} of {plain(owner.key)} in {plain(str(arguments.path))}", file=sys.stderr
    )
    return 0


def export_one(public_id: str, folder: Path) -> str:
    """Writes one brand into a folder that isn't there yet, and returns its name. Raises `NotThere`."""
    viewer = operator()
    with opened() as database, database.reading() as session:
        name = one_brand(session, viewer, public_id).name
        for _ in write(session, blobs(), brands_by_id(viewer, public_id), folder):
            pass
    return name
