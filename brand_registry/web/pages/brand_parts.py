"""All that a brand has many of: listed, added, changed, taken out, each by itself."""

from collections.abc import Mapping
from typing import Annotated

import regex
from fastapi import APIRouter, Query, Request, Response

from brand_registry import editing
from brand_registry.access import NotThere
from brand_registry.checks import LONGEST_PATTERN, pattern_problem
from brand_registry.editing import Item, NotAccepted, items
from brand_registry.web.asking_brand import AVisit, Shown, Typed
from brand_registry.web.brand_forms import PART_FORMS, PartForm
from brand_registry.web.forms import differences, inputs_of, unplaced, values_of
from brand_registry.web.rendering import Part, page
from detector.problems import not_a_pattern
from storage.errors import ChangedMeanwhile

router = APIRouter(include_in_schema=False)
PART = Part(router)

A_PAGE = 100
_PATIENCE = 0.2
"""Seconds for an owner's pattern, which may be one that never ends."""


@router.post("/brands/{owner}/{key}/products/pattern")
def try_pattern(visit: AVisit, typed: Typed) -> Response:
    """Whether a serial number is one by the pattern that is being typed."""
    with visit.database.reading() as session:
        visit.shown(session)
    fits, said = _fits(typed.get("serial_pattern", "").strip(), typed.get("sample", "").strip())
    return page(visit.request, "brand/pattern.html", fits=fits, said=said)


@router.get("/brands/{owner}/{key}/{part}")
def listed(
    visit: AVisit, part: str,
    start: Annotated[int, Query(alias="from", ge=0, le=10**6)] = 0,
) -> Response:  # fmt: skip
    form = _form(part)
    with visit.database.reading() as session:
        brand = visit.shown(session)
        every = items(brand.row, brand.record, part)
        return page(
            visit.request, "brand/part.html", brand=brand, part=part, form=form, total=len(every),
            items=every[start : start + A_PAGE], start=start, size=A_PAGE,
        )  # fmt: skip


@router.get("/brands/{owner}/{key}/{part}/new")
def new(visit: AVisit, part: str) -> Response:
    form = _form(part)
    with visit.database.reading() as session:
        return _page(visit.request, visit.shown(session), part, None, typed=inputs_of(form.fields, {}))


@router.post("/brands/{owner}/{key}/{part}/new")
def add(visit: AVisit, part: str, typed: Typed) -> Response:
    form = _form(part)
    try:
        with visit.writing() as session:
            editing.Part(session, visit.viewer, visit.brand.public, part).add(values_of(form.fields, typed))
    except NotAccepted as refused:
        with visit.database.reading() as session:
            return _page(visit.request, visit.shown(session), part, None, typed=typed, refused=refused)
    return visit.to(f"/{part}?saved=1")


@router.get("/brands/{owner}/{key}/{part}/{number}")
def one(visit: AVisit, part: str, number: int) -> Response:
    form = _form(part)
    with visit.database.reading() as session:
        brand = visit.shown(session)
        item = _one(brand, part, number)
        if item is None:
            raise NotThere(f"there is no such {form.one} any more")
        return _page(visit.request, brand, part, item, typed=inputs_of(form.fields, item.fields))


@router.post("/brands/{owner}/{key}/{part}/{number}")
def change(
    visit: AVisit, part: str, number: int,
    typed: Typed,
) -> Response:  # fmt: skip
    form = _form(part)
    try:
        with visit.writing() as session:
            changing = editing.Part(session, visit.viewer, visit.brand.public, part)
            changing.change(number, values_of(form.fields, typed), typed.get("was"))
    except (NotAccepted, ChangedMeanwhile) as refused:
        with visit.database.reading() as session:
            brand = visit.shown(session)
            return _page(visit.request, brand, part, _one(brand, part, number), typed=typed, refused=refused)
    return visit.to(f"/{part}?saved=1")


@router.post("/brands/{owner}/{key}/{part}/{number}/remove")
def remove(visit: AVisit, part: str, number: int, typed: Typed) -> Response:
    _form(part)
    with visit.writing() as session:
        editing.Part(session, visit.viewer, visit.brand.public, part).remove(number, typed.get("was"))
    return visit.to(f"/{part}?removed=1")


def _form(part: str) -> PartForm:
    form = PART_FORMS.get(part)
    if form is None:
        raise NotThere(f"a brand has no {part[:40]!r}")
    return form


def _one(brand: Shown, part: str, number: int) -> Item | None:
    return next((item for item in items(brand.row, brand.record, part) if item.number == number), None)


def _page(
    request: Request, brand: Shown, part: str, item: Item | None, *,
    typed: Mapping[str, str], refused: Exception | None = None,
) -> Response:  # fmt: skip
    """The form of one, filled in with what was typed; where somebody else changed it, with that beside it.

    Of one that is gone meanwhile what was typed can be added anew.
    """
    form = PART_FORMS[part]
    said = refused.said if isinstance(refused, NotAccepted) else {}
    meanwhile = isinstance(refused, ChangedMeanwhile)
    return page(
        request, "brand/item.html", 200 if refused is None else 409 if meanwhile else 422,
        brand=brand, part=part, form=form, item=item, typed=typed, said=said,
        wrong=str(refused) if meanwhile else unplaced(form.fields, said),
        differs=differences(form.fields, item.fields, typed) if meanwhile and item else [],
    )  # fmt: skip


def _fits(pattern: str, sample: str) -> tuple[bool, str]:
    if not pattern or not sample:
        return False, ""
    if (problem := pattern_problem(pattern)) is not None:
        return False, f"the pattern {problem}"
    if len(sample) > LONGEST_PATTERN:
        return False, f"longer than {LONGEST_PATTERN} characters"
    try:
        fits = regex.fullmatch(pattern, sample, timeout=_PATIENCE) is not None
    except TimeoutError:
        return False, "the pattern takes too long to try; write it without a repetition inside a repetition"
    except (regex.error, OverflowError, RecursionError) as error:
        return False, f"the pattern {not_a_pattern(error)}"
    return fits, "this is a serial number of yours" if fits else "this is none by the pattern"
