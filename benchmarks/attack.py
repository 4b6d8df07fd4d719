"""`detector attack`: attacks a brand's own assets, to show where its protection ends."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from detector.counted import counted
from detector.errors import DetectorError, UnreadableInput
from workers.arguments import add_brands
from workers.starting import end_with_starter

if TYPE_CHECKING:
    from brand_registry.judging import RegistryJudge

_MOST = 200


class NothingJudged(DetectorError):
    """There is nothing to tell of."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("brand", metavar="BRAND", help="the brand's id")
    add_brands(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where the page, the curves and the worst misses go (default: attacked/BRAND)",
    )
    parser.add_argument("--only", metavar="WORDS", help="the attacks with these words in their name")
    parser.add_argument("--no-pictures", action="store_true", help="attack in words alone: some seconds")
    parser.add_argument(
        "--each",
        type=int,
        default=20,
        metavar="N",
        help="listings of words a strength (default: %(default)s)",
    )
    parser.add_argument(
        "--each-picture", type=int, default=4, metavar="N", help="listings with a picture (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another one draws other cases")
    parser.add_argument("--json", action="store_true", help="the curves as JSON instead of the table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, however much was found; 1 where it was interrupted, which tells of what was judged."""
    from benchmarks.adversary.attempts import attempts, possible
    from benchmarks.adversary.chosen import chosen
    from benchmarks.adversary.curves import Attacked, curves
    from benchmarks.adversary.judging import tried
    from benchmarks.adversary.report import write_report
    from benchmarks.adversary.target import target_of
    from benchmarks.adversary.telling import show, told
    from workers.judges import judge_described

    out = arguments.out or Path("attacked") / _slug(arguments.brand)
    _refuse(arguments, out)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end_with_starter()
    with tempfile.TemporaryDirectory(prefix="detector-attack-") as temporary:
        described = chosen(arguments.brand, arguments.brands, Path(temporary))
        judge, _ = judge_described([described], not arguments.no_pictures)
        target = target_of(described, _compared(judge))
        attacks, lacking = possible(target, not arguments.no_pictures)
        if arguments.only:
            attacks = [one for one in attacks if arguments.only.casefold() in one.name.casefold()]
            lacking = [one for one in lacking if arguments.only.casefold() in one[0].name.casefold()]
        if not attacks:
            raise UnreadableInput(_nothing(described.brand.name, arguments.only, lacking))
        made = attempts(target, attacks, arguments.seed, arguments.each, arguments.each_picture)
        some, ended = tried(made, described.brand.id, judge, Path(temporary) / "attempts")
        if not some:
            raise NothingJudged("stopped before anything was judged; nothing was written")
        brand = described.brand
        drawn = curves(attacks, some)
        if ended:
            made_of = {curve.attack for curve in drawn}
            lacking += [(one, "a name that leaves room for it") for one in attacks if one.name not in made_of]
        attacked = Attacked(brand.id, brand.name, arguments.seed, drawn, some, lacking, not ended)
        write_report(out, attacked)
    if arguments.json:
        sys.stdout.buffer.write(orjson.dumps(told(attacked), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        show(attacked)
        print(f"The curves and the worst misses: {out / 'index.html'}")
    if not ended:
        print(
            f"detector: stopped; {counted(len(some), 'listing was', 'listings were')} judged, the others "
            "are left out",
            file=sys.stderr,
        )
    return int(not ended)


def _compared(judge: "RegistryJudge") -> set[str]:
    """The paths of the brand's pictures that came through the gates."""
    from detector.image.references import ReferenceIndex

    index = judge.references
    return {one.asset for one in index.references} if isinstance(index, ReferenceIndex) else set()


def _refuse(arguments: argparse.Namespace, out: Path) -> None:
    """Before anything is made."""
    from benchmarks.adversary.report import MADE

    for option, count in (("--each", arguments.each), ("--each-picture", arguments.each_picture)):
        if not 1 <= count <= _MOST:
            raise UnreadableInput(f"{option} must be 1 to {_MOST}; more would tell hardly more")
    if out.exists() and not out.is_dir():
        raise UnreadableInput(f"{out}: is a file; name a folder with --out")
    if out.is_dir() and any(each.name not in MADE for each in out.iterdir()):
        raise UnreadableInput(f"{out}: holds something else; name another folder with --out")


def _nothing(name: str, only: str | None, lacking: Sequence[tuple[object, str]]) -> str:
    if only and not lacking:
        from benchmarks.adversary.attempts import ATTACKS

        known = "; ".join(attack.name for attack in ATTACKS)
        return f"no attack has {only!r} in its name; there are: {known}"
    lacks = ", ".join(dict.fromkeys(lack for _, lack in lacking))
    return f"{name} gives nothing to attack: it would need {lacks}; add it to the brand"


def _slug(brand: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in brand)[:80]
