"""`detector capacity`: which machines a number of listings a day needs, and what happens with fewer."""

import argparse
import sys
from dataclasses import asdict, fields

import orjson

from detector.errors import UnreadableInput
from workers.capacity.simulating import Costs, Load, Minute, done_after, needed, simulate

_COLUMNS, _HIGH = 96, 8
_BARS = " ▁▂▃▄▅▆▇█"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("listings", type=float, metavar="LISTINGS", help="new or changed listings a day")
    parser.add_argument("--pictures", type=float, default=3.0, metavar="N", help="a listing (default: 3)")
    parser.add_argument(
        "--repeated", type=float, default=0.8, metavar="SHARE", help="of pictures that were read before (0.8)"
    )
    parser.add_argument(
        "--remembered",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="of those, that were compared with the brands' pictures lately by the same process (0.0)",
    )
    parser.add_argument(
        "--read", type=float, default=1.0, metavar="SHARE", help="of new pictures that pass the gates (1.0)"
    )
    parser.add_argument(
        "--swing",
        type=float,
        default=0.5,
        metavar="SHARE",
        help="more than the mean at the busiest time (0.5)",
    )
    parser.add_argument("--texts-alone", action="store_true", help="no brand has pictures to compare with")
    parser.add_argument(
        "--rescan", type=float, default=0.0, metavar="N", help="listings to judge again meanwhile"
    )
    parser.add_argument("--processors", type=int, metavar="N", help="default: as many as are needed")
    parser.add_argument("--days", type=float, default=1.0, metavar="D", help="to look at (default: 1)")
    for cost in fields(Costs):
        parser.add_argument(
            f"--cost-{cost.name}", type=float, default=cost.default, metavar="S",
            help=f"seconds of a processor; see docs/scaling.md (default: {cost.default:.6f})",
        )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="every minute, as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where work waits at the end that waited for longer than a minute."""
    load = _load(arguments)
    costs = Costs(**{cost.name: getattr(arguments, f"cost_{cost.name}") for cost in fields(Costs)})
    if not all(value > 0 for value in asdict(costs).values()):
        raise UnreadableInput("every --cost is a number of seconds above 0")
    enough = needed(load, costs)
    processors = arguments.processors or enough
    minutes = list(simulate(load, processors, costs, arguments.days))
    behind = minutes[-1].lag > 60
    if arguments.json:
        told = {"needed": enough, "processors": processors, "minutes": minutes}
        sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
    else:
        _show(load, processors, enough, minutes)
    return int(behind)


def _load(arguments: argparse.Namespace) -> Load:
    shares = {name: getattr(arguments, name) for name in ("repeated", "remembered", "read", "swing")}
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise UnreadableInput(f"--{name} is a share from 0 to 1, not {share}")
    if not 0 < arguments.listings <= 1e12 or not 0 <= arguments.pictures <= 100:
        raise UnreadableInput("LISTINGS is a number above 0, and --pictures one from 0 to 100")
    if not 0 < arguments.days <= 365 or (arguments.processors is not None and arguments.processors < 1):
        raise UnreadableInput("--days is a number up to 365, and --processors one from 1 on")
    if not 0 <= arguments.rescan <= 1e13:
        raise UnreadableInput("--rescan is a number of listings from 0 on")
    return Load(
        arguments.listings,
        arguments.pictures,
        looks=not arguments.texts_alone,
        rescanned=arguments.rescan,
        **shares,
    )


def _show(load: Load, processors: int, enough: int, minutes: list[Minute]) -> None:
    busiest, latest = max(one.busy for one in minutes), max(one.lag for one in minutes)
    each = f"{load.pictures:g} pictures each, {load.repeated:.0%} repeated"
    print(f"{load.listings_a_day:,.0f} listings a day, {each}")
    print(f"processors: {processors:,}; needed so that nothing waits longer than a minute: {enough:,}")
    print(f"busy at the busiest minute: {busiest:.0%}; longest wait: {_time(latest)}")
    waiting = max(one.pictures for one in minutes)
    print(f"most that waited: {max(one.listings for one in minutes):,.0f} listings, {waiting:,.0f} pictures")
    if load.rescanned:
        done = done_after(minutes)
        said = f"done after {_time(60.0 * done)}" if done else f"{minutes[-1].rescan:,.0f} listings left"
        print(f"rescan of {load.rescanned:,.0f} listings behind the rest: {said}")
    print(f"\nbusy   {_plot([one.busy for one in minutes], 1.0)}")
    print(f"wait   {_plot([one.lag for one in minutes], max(latest, 60.0))}")
    print(f"       {'0 h':<{_COLUMNS - 4}}{len(minutes) / 60:.0f} h")


def _plot(values: list[float], most: float) -> str:
    """One column a stretch of time, as high as the highest in it."""
    size = max(1, len(values) // _COLUMNS)
    stretches = (values[start : start + size] for start in range(0, size * _COLUMNS, size))
    heights = (max(some, default=0.0) / most for some in stretches)
    return "".join(_BARS[min(_HIGH, round(height * _HIGH))] for height in heights)


def _time(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
