import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Verdict
from detector.signals.counterfeit_terms import CounterfeitTerms

BRANDS = [
    Brand(id="solvane", name="Solvane"),
    Brand(id="brixora", name="Brixora"),
    Brand(id="orange", name="Orange"),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(BRANDS)


def find(judge: Judge, title: str, description: str = "") -> dict[str, tuple[str, float]]:
    """The surest term against each brand, and its score."""
    view = judge.view(Listing(id="L1", title=title, description=description))
    found: dict[str, tuple[str, float]] = {}
    for finding in CounterfeitTerms().find(view):
        found.setdefault(finding.brand, (finding.evidence.found, finding.evidence.score))
    return found


@pytest.mark.parametrize(
    ("title", "description", "expected"),
    [
        ("Solvane replica", "", {"solvane": ("replica", 0.8)}),
        ("Solvane superfake", "", {"solvane": ("superfake", 1.0)}),
        ("Solvane and Brixora superfake", "", {"solvane": ("superfake", 1.0), "brixora": ("superfake", 1.0)}),
        ("S0lvane replica", "", {"solvane": ("replica", 0.8)}),
        ("Solvane running shoes for the whole family, replica", "", {"solvane": ("replica", 0.72)}),
        ("Solvane shoes", "superfake", {"solvane": ("superfake", 0.9)}),
        ("Solvane shoes", "a replica", {"solvane": ("replica", 0.6)}),
        ("Solvane AAA, inspired by the best", "", {"solvane": ("AAA", 0.4)}),
    ],
)
def test_a_term_speaks_of_the_brands_beside_it(
    judge: Judge, title: str, description: str, expected: dict[str, tuple[str, float]]
) -> None:
    found = find(judge, title, description)
    assert {brand: (term, round(score, 2)) for brand, (term, score) in found.items()} == expected


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Shoes, superfake", ""),
        ("Solvane AAA", ""),
        ("Solvane shoes, inspired by the sea", ""),
        ("Strap for Solvane", "a replica"),
        ("Solvane", "not a replica"),
    ],
)
def test_a_term_alone_weak_or_denied_speaks_of_nobody(judge: Judge, title: str, description: str) -> None:
    assert find(judge, title, description) == {}


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("No used or replica items.", Verdict.CLEAR),
        ("No defects or fakes.", Verdict.CLEAR),
        ("This is not a new replica.", Verdict.CLEAR),
        ("No box, replica.", Verdict.FLAG),
    ],
)
def test_who_denies_a_fake_is_not_flagged_for_it(said: str, verdict: Verdict) -> None:
    judge = Judge([Brand(id="velmora", name="Velmora")])
    listing = Listing(id="L1", title="Velmora handbag", description=f"100% authentic. {said}")
    assert judge.judge(listing).verdict is verdict


def test_a_word_in_passing_counts_less_than_a_name(judge: Judge) -> None:
    assert find(judge, "Sweets, imitation orange flavour")["orange"][1] < 0.55
    assert find(judge, "Solvane imitation, orange")["solvane"][1] == 0.8
    assert "orange" not in find(judge, "Solvane imitation, orange")
