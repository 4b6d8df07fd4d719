"""`detector brands list`, `show` and `state`: the registry as its operator sees it."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from brand_registry.access import one_brand, operator
from brand_registry.browsing import MOST, Page, brands_page, counts
from brand_registry.editing import as_json, stored_brand
from brand_registry.history import history as history_of
from brand_registry.moving import move
from brand_registry.states import BrandState
from brand_registry.stored import Stored, public_id
from brand_registry.tables import Brand
from detector.errors import UnreadableInput
from workers.registry.opened import opened
from workers.visible import plain

_STYLES = {"draft": "dim", "shadow": "cyan", "live": "green", "retired": "dim"}


def list_(arguments: argparse.Namespace) -> int:
    """Exit status: 0, brands or none."""
    if not 1 <= arguments.limit <= MOST:
        raise UnreadableInput(f"--limit must be 1 to {MOST}; the next page is had with --after")
    with opened() as database, database.reading() as session:
        page = brands_page(
            session,
            operator(),
            words=arguments.name,
            state=arguments.state,
            owner=arguments.owner,
            after=arguments.after,
            most=arguments.limit,
        )
        states = counts(session, operator())
    if arguments.json:
        for brand in page.brands:
            sys.stdout.buffer.write(orjson.dumps(asdict(brand)) + b"\n")
    else:
        _print_list(page, states)
    return 0


def _print_list(page: Page, states: Mapping[str, int]) -> None:
    console = Console(highlight=False)
    if page.brands:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("id", overflow="fold")
        table.add_column("name", overflow="fold")
        table.add_column("state")
        table.add_column("version", justify="right")
        for brand in page.brands:
            state = f"[{_STYLES[brand.state]}]{brand.state}[/]"
            table.add_row(escape(plain(brand.id)), escape(plain(brand.name)), state, str(brand.version))
        console.print(table)
    else:
        console.print("No brand is like that." if states else "The registry holds no brand yet.")
    told = ", ".join(f"{count:,} {state}" for state, count in states.items())
    more = f"; go on with --after {page.after}" if page.after else ""
    if told:
        console.print(f"[dim]The registry holds {told}{more}[/]", soft_wrap=True)


def show(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 2 where there is no such brand."""
    with opened() as database, database.reading() as session:
        brand = one_brand(session, operator(), arguments.id)
        one = stored_brand(session, brand)
        if arguments.json:
            fields = as_json(one.record) | {"state": one.state}
            sys.stdout.buffer.write(orjson.dumps(fields, option=orjson.OPT_INDENT_2) + b"\n")
        else:
            _print_brand(brand, one)
    return 0


def _print_brand(brand: Brand, one: Stored) -> None:
    console, record = Console(highlight=False), one.record
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
        ("category", "condition", "costs at least"),
        [
            (one.category, one.condition, f"{one.price_floor.amount:,} {one.price_floor.currency}")
            for one in record.category_floors
        ],
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
    _print_part(
        console,
        ("threshold", "", "reason", "from a risk of"),
        [
            (one.scope, one.value, one.reason.value if one.reason else "any", str(one.threshold))
            for one in record.thresholds
        ],
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


def history(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 2 where there is no such brand."""
    with opened() as database, database.reading() as session:
        past = history_of(session, one_brand(session, operator(), arguments.id))
    if arguments.json:
        for one in past:
            sys.stdout.buffer.write(orjson.dumps(asdict(one)) + b"\n")
        return 0
    console = Console(highlight=False)
    for one in past:
        console.print(f"[bold]{one.at:%Y-%m-%d %H:%M}[/] {escape(plain(one.who))}", soft_wrap=True)
        for step in one.steps:
            console.print(f"  {escape(plain(' '.join(filter(None, (step.did, step.thing, step.name)))))}")
            for was in step.was:
                before = "nothing" if was.before is None else was.before
                said = f"    {was.field} was {before}"
                console.print(f"[dim]{escape(plain(said))}[/]", soft_wrap=True)
    return 0


def state(arguments: argparse.Namespace) -> int:
    """Exit status: 0, 1 where another step comes first, or 2 where there is no such brand."""
    viewer = operator()
    with opened() as database, database.writing(viewer.name) as session:
        brand = move(session, viewer, arguments.id, BrandState(arguments.state))
        said = f"{public_id(brand.owner.key, brand.key)} is {brand.state} now"
    print(plain(said))
    return 0
