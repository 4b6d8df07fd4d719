import pytest

from brand_registry.related import related
from detector.brand import Brand


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("Nivea", "Nivea Men", True),
        ("Nivea", "NIVEA", True),
        ("Levi's", "Dockers by Levi’s", True),
        ("Coca-Cola", "Coca-Cola Zero", True),
        ("Nivea Men", "Nivea Sun", False),
        ("Pum", "Puma", False),
        ("Nike", "Adidas", False),
        ("Man", "Manner", False),
        ("!", "?", False),
        ("!", "Nivea", False),
    ],
)
def test_a_name_within_a_name(one: str, other: str, share: bool) -> None:
    share_names = related([Brand(id="a", name=one), Brand(id="b", name=other)])
    assert share_names("a", "b") is share_names("b", "a") is share
