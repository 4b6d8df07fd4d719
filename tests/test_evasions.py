"""What a seller may try against the judge as a whole, and honest texts that look like it."""

import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing, Seller
from detector.reading import PictureReading, TextLine
from detector.result import Result, Verdict

BRANDS = [
    Brand(id="solvane", name="Solvane", aliases=("SOLVANE", "solvane")),
    Brand(id="nintaro", name="Nintaro"),
    Brand(id="nayek", name="نايك"),
    Brand(id="tea", name="高山茶"),
    Brand(id="water", name="高水茶"),
    Brand(id="oersled", name="Ørsled"),
]


EXCUSES = (
    "Fits S\u043elvane. Officially licensed S\u043elvane. In the style of S\u043elvane. Used S\u043elvane"
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def brands(result: Result) -> list[str]:
    return [case.brand for case in result.cases if result.verdict is Verdict.FLAG]


@pytest.mark.parametrize(
    ("title", "description", "brand"),
    [
        ("Nint\u3164aro console", "", "nintaro"),
        ("\u202eoratniN\u202c console", "", "nintaro"),
        ("Solvane shoes, box not included, first copy", "", "solvane"),
        ("S\u043elvane shoes", EXCUSES, "solvane"),
        ("Orsledd jacket", "", "oersled"),
        ("0rsled jacket", "", "oersled"),
        ("Shoes", "Nintaro " * 2_100 + "S\u043elvane", "solvane"),
    ],
)  # fmt: skip
def test_is_flagged(judge: Judge, title: str, description: str, brand: str) -> None:
    assert brand in brands(judge.judge(Listing(id="1", title=title, description=description)))


@pytest.mark.parametrize(
    "title",
    [
        "حذاء نَايْك أصلي",
        "Solvane shoes, no fakes, replicas or copies",
        "Nintaro Nintaro",
        "Orsled jacket",
        "Ørsled",
    ],
)
def test_is_left_alone(judge: Judge, title: str) -> None:
    assert judge.judge(Listing(id="1", title=title)).verdict is Verdict.CLEAR


def test_a_code_that_is_a_text_is_read(judge: Judge) -> None:
    listing = Listing(id="1", title="Shoes", attributes={"sku": "S\u043elvane replica"})
    assert brands(judge.judge(listing)) == ["solvane"]


def test_names_said_in_three_spellings_count_once(judge: Judge) -> None:
    (case,) = judge.judge(Listing(id="1", title="Solvvane shoes")).cases
    assert len(case.evidence) == 1


def test_of_two_names_as_near_the_same_one_is_told_every_time(judge: Judge) -> None:
    assert [mention.brand for mention in judge.index.find("高土茶")] == ["tea"]


def test_a_name_in_a_picture_hides_behind_no_seller_or_attribute(judge: Judge) -> None:
    line = TextLine("SOLVANE", 0.97, ((0, 0), (9, 0), (9, 3), (0, 3)))
    reading = PictureReading("0" * 64, 10, 10, (line,), "test")
    listing = Listing(
        id="1",
        title="Shoes",
        images=("a.jpg",),
        seller=Seller(name="friends of Solvane"),
        attributes={"fits": "Solvane"},
    )
    assert brands(judge.judge(listing, {0: reading})) == ["solvane"]


def test_a_picture_that_nobody_read_is_missing(judge: Judge) -> None:
    result = judge.judge(Listing(id="1", title="Shoes", images=("a.jpg",)))
    assert (result.verdict, [item.where for item in result.missing]) == (Verdict.INCOMPLETE, ["image:0"])
