import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading, TextLine
from detector.result import Box, Qualifier, Reason, Verdict
from detector.signals.hidden_text import HiddenText
from detector.signals.protocol import Finding

BOX: Box = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
BRANDS = [
    Brand(id="nike", name="Nike"),
    Brand(id="brixora", name="Brixora"),
    Brand(id="apple", name="Apple", categories=("Phones", "Computers")),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def find(judge: Judge, title: str, *lines: tuple[str, float]) -> list[Finding]:
    reading = PictureReading(
        "0" * 64, 9, 9, tuple(TextLine(text, score, BOX) for text, score in lines), "test"
    )
    return list(HiddenText().find(judge.view(Listing(id="L1", title=title), {2: reading})))


@pytest.mark.parametrize(
    ("title", "line", "score", "brand"),
    [
        ("Shoes", "NIKE", 0.95, "nike"),
        ("Shoes", "NlKE", 0.95, "nike"),  # as readers confuse I and l
        ("Bag", "BRIXORA", 0.6, "brixora"),
        ("Bag", "8RIXORA", 0.9, "brixora"),
        ("Bag", "the new BRIXORA line", 0.9, "brixora"),
        ("Phone case with charger", "Apple", 0.95, "apple"),
    ],
)
def test_names_that_only_the_picture_says(
    judge: Judge, title: str, line: str, score: float, brand: str
) -> None:
    (finding,) = find(judge, title, (line, score))
    assert (finding.brand, finding.evidence.where, finding.evidence.box) == (brand, "image:2", BOX)
    assert finding.evidence.score <= score


@pytest.mark.parametrize(
    ("title", "line", "score"),
    [
        ("Nike shoes", "NIKE", 0.95),
        ("Shoes", "NIKE", 0.7),  # short, not sure enough
        ("Shoes", "JUST NIKE IT", 0.95),  # short, not alone
        ("Bag", "BRIXORA", 0.4),
        ("Garden table", "Apple", 0.95),  # no goods of that maker
        ("Phone case", "Apple pie", 0.95),
        ("Bag", "SALE 50%", 0.99),
    ],
)
def test_names_that_hide_nothing(judge: Judge, title: str, line: str, score: float) -> None:
    assert find(judge, title, (line, score)) == []


def test_several_readings_of_a_picture_count_once(judge: Judge) -> None:
    (finding,) = find(judge, "Bag", ("BRIXORA", 0.7), ("BRIXORA", 0.9), ("BRIXORA", 0.8))
    assert finding.evidence.score == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("other", "score", "aside", "named"),
    [
        ("BRAXONA", 0.99, 0, False),  # the same place, read surely as something else
        ("BRAXONA", 0.95, 0, True),  # hardly surer
        ("BRAXONA", 0.99, 8, True),  # another place
        ("BRIXORRA", 0.99, 0, True),  # the same name again
    ],
)
def test_a_much_surer_reading_contradicts_other_letters(
    judge: Judge, other: str, score: float, aside: int, named: bool
) -> None:
    elsewhere: Box = ((aside, 0), (aside + 9, 0), (aside + 9, 9), (aside, 9))
    lines = (TextLine("BRIXOORA", 0.93, BOX), TextLine(other, score, elsewhere))
    reading = PictureReading("0" * 64, 20, 9, lines, "test")
    found = list(HiddenText().find(judge.view(Listing(id="L1", title="Bag"), {0: reading})))
    assert bool(found) is named


def test_other_letters_count_by_their_likeness(judge: Judge) -> None:
    (whole,), (other,) = find(judge, "Bag", ("BRIXORA", 0.95)), find(judge, "Bag", ("BRIXOORA", 0.95))
    assert other.evidence.score < whole.evidence.score == pytest.approx(0.95)


def test_what_the_picture_says_of_the_name_goes_with_it(judge: Judge) -> None:
    (finding,) = find(judge, "Strap", ("fits BRIXORA bags", 0.9))
    assert [q.kind for q in finding.qualifiers] == [Qualifier.COMPATIBLE_WITH]
    assert finding.qualifiers[0].box == BOX


@pytest.mark.parametrize("pictures", [1, 5])
@pytest.mark.parametrize(
    ("title", "description", "found"),
    [
        ("Laces for Brixora", "", "for"),
        ("Schnürsenkel passend für Brixora Schuhe", "", "passend für"),
        ("Laces", "They fit Brixora shoes.", "fit"),
    ],
)
def test_goods_that_fit_the_brands_are_a_case_without_a_flag(
    judge: Judge, title: str, description: str, found: str, pictures: int
) -> None:
    listing = Listing(id="L1", title=title, description=description, images=("a.jpg",) * pictures)
    reading = PictureReading("0" * 64, 9, 9, (TextLine("BRIXORA", 1.0, BOX),), "test")
    result = judge.judge(listing, dict.fromkeys(range(pictures), reading))
    (case,) = result.cases
    assert (case.brand, case.reasons, result.verdict) == ("brixora", (Reason.HIDDEN_TEXT,), Verdict.CLEAR)
    assert [(q.kind, q.found) for q in case.qualifiers] == [(Qualifier.COMPATIBLE_WITH, found)]


@pytest.mark.parametrize(
    ("title", "description"),
    [("Brixora shoes", "Laces for Brixora"), ("Brixora laces for men", ""), ("Shoes", "By Brixora")],
)
def test_a_name_that_the_texts_claim_is_not_hidden(judge: Judge, title: str, description: str) -> None:
    reading = PictureReading("0" * 64, 9, 9, (TextLine("BRIXORA", 1.0, BOX),), "test")
    listing = Listing(id="L1", title=title, description=description, images=("a.jpg",))
    assert judge.judge(listing, {0: reading}).cases == ()


def test_a_listing_without_pictures_costs_nothing(judge: Judge) -> None:
    assert list(HiddenText().find(judge.view(Listing(id="L1", title="Bag")))) == []
