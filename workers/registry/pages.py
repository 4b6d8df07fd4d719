"""`detector brands list`, `show` and `state`: the registry as its operator sees it."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from brand_registry.access import operator, owner_of
from brand_registry.export import exported, one_stored
from brand_registry.lifecycle import set_state
from brand_registry.listing import Listed, Wanted, counted, listed
from brand_registry.states import BrandState
from brand_registry.stored import Stored, public_id
from brand_registry.tables import Brand
from detector.errors import UnreadableInput
from workers.registry.opened import opened
from workers.visible import plain

_STYLES = {"draft": "dim", "shadow": "cyan", "live": "green", "retired": "dim"}


def list_(arguments: argparse.Namespace) -> int:
    """Exit status: 0, brands or none."""
    if arguments.limit < 1:
        raise UnreadableInput("--limit must be 1 or more")
    state = BrandState(arguments.state) if arguments.state else None
    wanted = Wanted(arguments.owner, state, arguments.name)
    with opened() as database, database.reading() as session:
        if arguments.owner is not None:
            owner_of(session, operator(), arguments.owner)
        brands = listed(session, operator(), wanted, limit=arguments.limit, after=arguments.after)
        total = counted(session, operator(), wanted)
    if arguments.json:
        for brand in brands:
            sys.stdout.buffer.write(orjson.dumps(asdict(brand)) + b"\n")
        return 0
    _print_list(brands, total)
    return 0


def _print_list(brands: list[Listed], total: int) -> None:
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("id", overflow="fold")
    table.add_column("name", overflow="fold")
    table.add_column("state")
    for column in ("marks", "pictures", "products"):
        table.add_column(column, justify="right")
    for brand in brands:
        state = f"[{_STYLES[brand.state]}]{brand.state}[/]"
        counts = [f"{count:,}" if count else "" for count in (brand.marks, brand.pictures, brand.products)]
        table.add_row(escape(plain(brand.id)), escape(plain(brand.name)), state, *counts)
    if brands:
        console.print(table)
    else:
        console.print("No brand is like that." if total == 0 else "There are no more.")
    if len(brands) < total:
        more = f"; go on with --after {brands[-1].id}" if brands else ""
        console.print(f"[dim]{len(brands):,} of {total:,}{escape(plain(more))}[/]", soft_wrap=True)


def show(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where there is no such brand."""
    with opened() as database, database.reading() as session:
        one = one_stored(session, operator(), arguments.id)
        if arguments.json:
            sys.stdout.buffer.write(orjson.dumps(exported(one), option=orjson.OPT_INDENT_2) + b"\n")
            return 0
        _print_brand(session, one)
    return 0


def _print_brand(session: Session, one: Stored) -> None:
    console, record = Console(highlight=False), one.record
    brand = session.get_one(Brand, one.number)
    name, number = escape(plain(record.name)), escape(plain(public_id(one.owner, record.id)))
    console.print(f"[bold]{name}[/]  {number}  [{_STYLES[one.state]}]{one.state}[/]", soft_wrap=True)
    owner = brand.owner
    verified = "" if owner.verified else ", not verified"
    console.print(
        f"[dim]owner[/] {escape(plain(owner.name))}{verified}  [dim]version[/] {brand.version}",
        soft_wrap=True,
    )
    for label, values in (
        ("aliases", record.aliases),
        ("categories", record.categories),
        ("certification marks", record.certification_marks),
    ):
        if values:
            console.print(f"[dim]{label}[/] {escape(plain(', '.join(values)))}", soft_wrap=True)
    if record.price_floor:
        floor = record.price_floor
        console.print(f"[dim]price floor[/] {floor.amount:,} {escape(plain(floor.currency))}")
    rows = [
        (
            mark.text,
            "common word" if mark.common_word else "",
            ", ".join(map(str, mark.classes)),
            ", ".join(mark.territories),
            mark.registration_number or "",
            str(mark.since or ""),
            str(mark.until or ""),
        )
        for mark in record.marks
    ]
    _print_part(console, ("mark", "", "classes", "territories", "number", "from", "until"), rows)
    _print_part(
        console,
        ("picture", "kind", "state", ""),
        [(asset.path, asset.kind, asset.state, asset.why or "") for asset in brand.assets],
    )
    _print_part(
        console,
        ("product", "SKU", "GTIN", "serial numbers"),
        [(one.name, one.sku or "", one.gtin or "", one.serial_pattern or "") for one in record.products],
    )
    _print_part(
        console,
        ("authorised seller", "marketplace", "id"),
        [(one.name or "", one.marketplace or "", one.seller_id or "") for one in record.authorised_sellers],
    )
    _print_part(
        console,
        ("licensee", "brand", "until"),
        [(one.name, one.brand or "", str(one.until or "")) for one in record.licensees],
    )
    _print_part(
        console,
        ("allowed", "", "marketplace", "until", "why"),
        [
            (one.scope, one.value, one.marketplace or "", str(one.until or ""), one.why or "")
            for one in record.allow
        ],
    )
    _print_part(
        console,
        ("policy", "", "from a risk of"),
        [(one.reason.value, one.mode, str(one.threshold or "")) for one in record.policies],
    )


def _print_part(console: Console, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(plain(cell)) for cell in row))
    console.print()
    console.print(table)


def state(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where there is no such brand, or its owner isn't verified."""
    viewer = operator()
    with opened() as database, database.writing(viewer.name) as session:
        brand = set_state(session, viewer, arguments.id, BrandState(arguments.state))
        said = f"{public_id(brand.owner.key, brand.key)} is {brand.state} now"
    print(plain(said))
    return 0
