from hypothesis import given
from hypothesis import strategies as st

from workers.catalogue.seen import SeenIds


@given(st.lists(st.text(max_size=3)))
def test_it_answers_as_a_set_does(texts) -> None:
    seen, plain = SeenIds(), set()
    for text in texts:
        assert seen.add(text) == (text not in plain)
        plain.add(text)
    assert len(seen) == len(plain)


def test_it_grows_without_forgetting() -> None:
    seen = SeenIds()
    assert all(seen.add(f"L{n}") for n in range(50_000))
    assert not any(seen.add(f"L{n}") for n in range(50_000))
    assert len(seen) == 50_000
