"""The evidence pack as a document that somebody reads who knows nothing of this program."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Image, KeepTogether, Spacer

from brand_registry.web.told import point_of, title_of
from brand_registry.web.wording import place
from detector.listing import Listing
from detector.view import SELLER
from review.decisions.rules import CODES, POLICIES, RULES, Outcome
from review.packs.gathering import Gathered, Picture
from review.packs.typesetting import HEAD, document, line, marked, table
from review.web.marking import marked_texts

_WIDE, _HIGH = 165 * mm, 105 * mm
_LOG_WIDTHS = (10 * mm, 30 * mm, 38 * mm, 26 * mm, 66 * mm)
_STATES = {"open": "open: people have not decided it for good", "closed": "decided"}


def report(gathered: Gathered, pictures: Sequence[Picture]) -> bytes:
    """A PDF; the same bytes for the same case."""
    return document(f"Evidence, case {gathered.case}", list(_story(gathered, pictures)))


def _story(gathered: Gathered, pictures: Sequence[Picture]) -> Iterator[Any]:
    said = gathered.said
    yield line(f"Evidence, case {gathered.case}: {said['brand']}", HEAD)
    yield line(
        "This document tells what a program found in an offer on a marketplace, and what people decided of "
        "it. The files beside it hold the same word for word; manifest.json has the SHA-256 of each. "
        "Characters that this document has no shape for stand as [U+number]. All times are UTC."
    )
    yield from _case(gathered)
    yield from _offer(gathered)
    yield from _found(said)
    yield CondPageBreak(_HIGH + 35 * mm if any(one.overlay for one in pictures[:1]) else 0)
    yield line("Pictures", HEAD)
    if not pictures:
        yield line("The offer shows none.")
    for picture in pictures:
        yield from _picture(picture, said)
    yield line("What people decided", HEAD)
    if not said["decisions"]:
        yield line("Nothing yet.")
    for one in said["decisions"]:
        yield line(f"{_decided(one)}; {_time(one['at'])}, by {one['by']}.", label=f"{one['number']}.")
        if one["note"]:
            yield line(f"“{one['note']}”", label="Their note:")
    yield line("Who had the case when", HEAD)
    yield line(
        "These are the rows of the audit log about this case. Each row holds the hash of the row before it "
        "in the whole log, so that none can be changed unseen. Took: was given the case; saw: looked at it "
        "without being given it; skipped: left it to others."
    )
    rows = ((row.number, _when(row.at), row.who, row.did, row.hash) for row in gathered.custody)
    yield table(("Row", "When", "Who", "Did", "SHA-256"), rows, _LOG_WIDTHS)


def _case(gathered: Gathered) -> Iterator[Any]:
    said = gathered.said
    yield line("The case", HEAD)
    yield line(said["brand"], label="Brand:")
    yield line(", ".join(title_of(one) for one in said["reasons"]), label="Why it is suspected:")
    yield line(f"{_percent(said['risk'])}, as the program has it", label="Probability:")
    yield line(f"{_time(said['opened'])}; last changed {_time(said['changed'])}", label="Opened:")
    yield line(_STATES.get(said["state"], said["state"]), label="State:")
    yield line(f"row {gathered.upto}, and to that row this document goes", label="The log ended with:")


def _offer(gathered: Gathered) -> Iterator[Any]:
    said, listing = gathered.said, Listing.model_validate_json(gathered.listing)
    found = [one["what"] for one in said["evidence"]]
    yield line("The offer", HEAD)
    yield line(listing.id, label="Its number:")
    yield line(listing.marketplace or said["listing"]["source"], label="Marketplace:")
    if listing.url:
        yield line(listing.url, label="Address:")
    for text in marked_texts(listing, found, said["qualifiers"]):
        if text.where != SELLER:
            name = place(text.where)
            yield marked(text.pieces, f"{name[:1].upper()}{name[1:]}:")
    if listing.price:
        yield line(f"{listing.price.amount:,.2f} {listing.price.currency}", label="Price:")
    if listing.condition:
        yield line(listing.condition, label="Condition:")
    if (who := listing.seller) is not None:
        number = f"number {who.id}" if who.id else ""
        yield line(", ".join(filter(None, (who.name, number, who.country))) or "not named", label="Seller:")
    about = said["listing"]
    yield line(f"{_time(about['since'])}, from the source {about['source']}", label="It says this since:")


def _found(said: Mapping[str, Any]) -> Iterator[Any]:
    yield line("What was found", HEAD)
    yield line(
        "Numbers are those of the boxes in the pictures. How sure the program is of each stands behind it."
    )
    for one in said["evidence"]:
        yield line(f"{_point(one['what'])}; found {_time(one['found'])}", label=f"{one['number']}.")
    for one in said["qualifiers"]:
        yield line(_point(one), label="For the seller:")
    if (opinion := said["opinion"]) is not None:
        yield line(
            f"({opinion['model']}, {opinion['prompt']}): {opinion['answer'].replace('_', ' ')}, "
            f"counts {opinion['weight']:+.1f}: {opinion['why']}",
            label="A model was asked",
        )
    for one in said["not_looked_at"]:
        yield line(f"{place(str(one.get('where')))}: {one.get('why')}", label="Not looked at:")
    for versions in _each(said["versions"], *(one["versions"] for one in said["evidence"])):
        yield line(versions, label="Found by:")


def _picture(picture: Picture, said: Mapping[str, Any]) -> Iterator[Any]:
    name = f"Picture {picture.place + 1}"
    if picture.overlay is None:
        yield line(f"cannot be shown: {picture.why}", label=name)
        yield line(picture.sha256 or "none", label="SHA-256 of the file as it was fetched:")
        return
    image = Image(BytesIO(picture.overlay))
    scale = min(_WIDE / image.imageWidth, _HIGH / image.imageHeight, 1.0)
    image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
    image.hAlign = "LEFT"
    here = [one for one in said["evidence"] if one["what"]["where"] == f"image:{picture.place}"]
    told = ", ".join(f"{one['number']} {title_of(one['what']['kind'])}" for one in here)
    yield KeepTogether(
        [
            line(told or "nothing was found in it", label=f"{name}:"),
            image,
            line(picture.sha256 or "none", label="SHA-256 of the file as it was fetched:"),
            Spacer(1, 3 * mm),
        ]
    )


def _point(what: Mapping[str, Any]) -> str:
    """One thing that was found, and how sure that is."""
    point = point_of(dict(what) | {"tone": ""})
    sure = "" if point.score is None else f", {_percent(point.score)}"
    return f"{point.title}{sure}: {point.plain}"


def _decided(one: Mapping[str, Any]) -> str:
    if one["outcome"] == Outcome.UNDONE:
        return f"Decision {one['undoes']} was taken back"
    more = (
        POLICIES[one["policy"]][0] if one["policy"] else None,
        f"because of: {title_of(one['reason'])}" if one["reason"] else None,
        CODES[one["code"]] if one["code"] else None,
    )
    return ", ".join(filter(None, (RULES[one["outcome"]].words, *more)))


def _each(*made: Mapping[str, str]) -> Iterable[str]:
    """What made something, each once."""
    return dict.fromkeys(", ".join(f"{name} {number}" for name, number in one.items()) for one in made)


def _percent(share: float) -> str:
    """As pages show it: no doubt is rounded away."""
    return f"{int(100 * share)}%"


def _time(iso: str) -> str:
    return _when(datetime.fromisoformat(iso))


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M:%S}"
