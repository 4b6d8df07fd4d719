"""A mark that an office says is over, of which an earlier list was taken in."""

from datetime import date, timedelta

import pytest

from brand_registry.access import operator, visible_brands
from brand_registry.formats import brand_entries
from brand_registry.importing import Import
from brand_registry.judging import today
from brand_registry.stored import stored
from storage.blobs import Blobs

COLUMNS = (
    "Trade mark name;Trade mark number;Trade mark status;Owner name;Registration date;Expiry date;Territory\n"
)
ROW = "Acmelux;{number};{status};{holder};{since};{until};{territory}\n"
CASE = """<case-file><serial-number>1</serial-number><registration-number>{number}</registration-number>
  <case-file-header><registration-date>20200201</registration-date><status-code>{status}</status-code>
  <mark-identification>ACMELUX</mark-identification>{extra}</case-file-header>
  <case-file-owners><case-file-owner><party-type>30</party-type><party-name>Acme Inc.</party-name>
  </case-file-owner></case-file-owners></case-file>"""


def euipo(status="Registered", number="018", **cells):
    usual = {"since": "01/02/2020", "until": "31/12/2050", "holder": "Acme SA", "territory": ""}
    return COLUMNS + ROW.format(status=status, number=number, **usual | cells)


def uspto(status="700", extra="", number="55"):
    case = CASE.format(number=number, status=status, extra=extra)
    return f"<trademark-applications-daily>{case}</trademark-applications-daily>"


def take(database, folder, content, **how):
    file = folder / ("list.xml" if content.startswith("<") else "list.csv")
    file.write_text(content)
    put = Import(database, Blobs(folder / "blobs"), operator(), "house", **how)
    return [one for outcomes in put.outcomes(brand_entries(file)) for one in outcomes]


def marks(database):
    with database.reading() as session:
        return [mark for one in stored(session, visible_brands(operator())) for mark in one.record.marks]


TODAY = today()
OVER = [
    (euipo(), euipo("Registration cancelled"), TODAY),
    (euipo(), euipo("Registration surrendered"), TODAY),
    (euipo(until=""), euipo("Registration expired", until="30/06/2025"), date(2025, 6, 30)),
    (euipo(), euipo("Registration expired", until="31/12/2050"), TODAY),
    (euipo(), euipo("Registration expired", until="soon"), TODAY),
    (uspto(), uspto("710", "<cancellation-date>20240105</cancellation-date>"), date(2024, 1, 5)),
    (uspto(), uspto("900", "<status-date>20240107</status-date>"), date(2024, 1, 7)),
    (uspto(), uspto("710", "<cancellation-date>2024</cancellation-date>"), TODAY),
    # Before it began: it was never in force, and stays a mark that can be read.
    (uspto(), uspto("710", "<cancellation-date>20190105</cancellation-date>"), date(2020, 2, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("first", "then", "last"), OVER)
def test_it_ends_here_too(database, tmp_path, first, then, last) -> None:
    take(database, tmp_path, first)
    tried = take(database, tmp_path, then, dry_run=True)
    assert [mark.until for mark in marks(database)] != [last]
    (told,) = take(database, tmp_path, then)
    assert tried == [told]
    assert told.fate == "changed"
    assert f"ends here on {last}" in told.warnings[0]
    assert "its name is still looked for" in told.warnings[1]
    (mark,) = marks(database)
    assert (mark.until, mark.in_force(last + timedelta(1))) == (last, False)
    (again,) = take(database, tmp_path, then)
    assert again.fate == "skipped"
    (back,) = take(database, tmp_path, first)
    assert back.fate == "changed"
    assert marks(database)[0].in_force(TODAY + timedelta(1))


@pytest.mark.parametrize(
    ("then", "why"),
    [
        (euipo("Cancellation pending"), "its status is 'Cancellation pending', not registered"),
        (euipo("Opposition pending"), "its status is 'Opposition pending', not registered"),
        (euipo("Registration cancelled", number="019"), "its status is 'Registration cancelled'"),
        (euipo("Registration cancelled", number=""), "its status is 'Registration cancelled'"),
    ],
)
def test_of_others_nothing_ends(database, tmp_path, then, why) -> None:
    take(database, tmp_path, euipo())
    before = marks(database)
    (told,) = take(database, tmp_path, then)
    assert (told.fate, marks(database)) == ("skipped", before)
    assert why in told.why


def test_a_brand_with_another_mark_left_is_not_spoken_of(database, tmp_path) -> None:
    take(database, tmp_path, euipo())
    take(database, tmp_path, euipo(number="019"))
    (told,) = take(database, tmp_path, euipo("Registration cancelled"))
    assert [mark.until for mark in marks(database)] == [TODAY, date(2050, 12, 31)]
    assert len(told.warnings) == 1


def test_what_begins_and_ends_in_one_list_ends(database, tmp_path) -> None:
    both = euipo() + euipo("Registration cancelled").removeprefix(COLUMNS)
    assert [one.fate for one in take(database, tmp_path, both, dry_run=True)] == ["new", "changed"]
    assert [one.fate for one in take(database, tmp_path, both)] == ["new", "changed"]
    assert [mark.until for mark in marks(database)] == [TODAY]


def test_of_one_number_in_two_territories_each_ends_for_itself(database, tmp_path) -> None:
    for territory in ("EM", "CH"):
        take(database, tmp_path, euipo(territory=territory))
    assert [mark.territories for mark in marks(database)] == [("EU",), ("CH",)]
    (told,) = take(database, tmp_path, euipo("Registration cancelled", territory="CH"))
    assert len(told.warnings) == 1
    assert [mark.until for mark in marks(database)] == [date(2050, 12, 31), TODAY]
    # Where a list names no territory, all end, and none takes another's place.
    take(database, tmp_path, euipo("Registration cancelled"))
    assert [(mark.territories, mark.until) for mark in marks(database)] == [
        (("EU",), TODAY),
        (("CH",), TODAY),
    ]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_mark_that_another_holds_by_now_ends_with_who_held_it(database, tmp_path, at_once) -> None:
    first, then = euipo(), euipo(holder="Globex AG")
    if at_once:
        *_, told = take(database, tmp_path, first + then.removeprefix(COLUMNS))
    else:
        take(database, tmp_path, first)
        tried = take(database, tmp_path, then, dry_run=True)
        (told,) = take(database, tmp_path, then)
        assert tried == [told]
    assert told.fate == "new"
    assert "the mark 018 was 'acmelux-" in told.warnings[0]
    assert "its name is still looked for" in told.warnings[1]
    held = [("Acme SA", TODAY), ("Globex AG", date(2050, 12, 31))]
    assert [(mark.holder, mark.until) for mark in marks(database)] == held
    (again,) = take(database, tmp_path, then)
    assert (again.fate, again.warnings) == ("same", ())


def test_a_mark_ends_under_the_holder_of_before_too(database, tmp_path) -> None:
    take(database, tmp_path, euipo())
    (told,) = take(database, tmp_path, euipo("Registration cancelled", holder="Globex AG"))
    assert told.fate == "changed"
    assert [mark.until for mark in marks(database)] == [TODAY]


def test_another_office_s_mark_of_the_same_number_is_left_alone(database, tmp_path) -> None:
    take(database, tmp_path, uspto(number="018"))
    (told,) = take(database, tmp_path, euipo(territory="EM"))
    assert told.warnings == ()
    assert [mark.until for mark in marks(database)] == [None, date(2050, 12, 31)]
