"""An index that was changed finds just what one finds that was built of the same brands at once."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.registry import registry_of_shops, simple_icons
from benchmarks.titles import TITLES, titles
from detector.brand import Brand, Mark
from detector.text.index import MarkIndex

DATA = Path(os.environ.get("DETECTOR_DATA", "../shared/data"))

WORDS = st.sampled_from(
    [
        "Adidas", "Adibas", "Louis", "Vuitton", "Nike", "Coca", "Cola", "PlayStation", "the", "KFC", "Найк",
        "Heineken", "Sunny", "Day", "奥利奥", "アクメ", "Haagen", "Dazs", "Samsung", "Vorkelin", "Nestlé",
        "The",
    ]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
TEXTS = [
    "Adidas adibas addidas shoes", "Louis Button bag", "L o u i s Vuitton", "Nyke N1ke найк", "coca-cola",
    "play station", "a sunny day out", "正品奥利奥 奥力奥 アクメ", "Haagon Bozs ice", "Sumsang phone",
    "KFD bucket", "5unny Day", "Snuny Dya", "Heineekn Dazs", "Lou1s Nike", "the Sunyn Vuitotn",
    "Haaegn Vutiton",
    "Vorkelim lamp", "the day", "Nestle Nestlé", "louisvuitton", "Samsungs", "Heinekenshoes", "Hineken cola",
]  # fmt: skip
BRANDS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(NAMES, st.lists(NAMES, max_size=3), st.booleans()),
    max_size=8,
)


def made(brands):
    return {
        id_: Brand(id=id_, name=name, aliases=tuple(aliases), marks=(Mark(text=name, common_word=common),))
        for id_, (name, aliases, common) in brands.items()
    }


def differing(before, after):
    same = {id_ for id_, one in before.items() if after.get(id_) is one}
    return ([one for id_, one in some.items() if id_ not in same] for some in (before, after))


@settings(max_examples=25, deadline=None)
@given(st.lists(BRANDS, min_size=2, max_size=4))
def test_whatever_changed_it_finds_what_a_whole_one_finds(steps) -> None:
    brands = made(steps[0])
    index = MarkIndex.build(brands.values())
    for step in steps[1:]:
        after = {id_: brands[id_] if brands.get(id_) == one else one for id_, one in made(step).items()}
        before, index = index, index.changed(*differing(brands, after))
        for registry, one in ((brands, before), (after, index)):
            whole = MarkIndex.build(reversed(registry.values()))
            assert [one.find(text) for text in TEXTS] == [whole.find(text) for text in TEXTS]
        brands = after


def test_a_word_that_too_many_names_share_tells_them_apart_again_when_they_are_gone() -> None:
    many = [Brand(id=f"b{n:02}", name=f"Royal {chr(97 + n)}elumont") for n in range(26)]
    more = [Brand(id=f"c{n:02}", name=f"Royal {chr(97 + n)}ostaval") for n in range(26)]
    index = MarkIndex.build([*many, *more])
    assert "b03" not in {one.brand for one in index.find("Royal deluwunt")}
    fewer = index.changed(more, ())
    assert "b03" in {one.brand for one in fewer.find("Royal deluwunt")}
    assert fewer.find("Royal deluwunt") == MarkIndex.build(many).find("Royal deluwunt")


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / TITLES).exists(), reason=f"needs {DATA / TITLES}")
def test_in_real_titles_it_finds_what_a_whole_one_finds() -> None:
    rng = random.Random(1)
    brands = registry_of_shops(DATA)
    known = {one.id for one in simple_icons()}
    there, later = brands[: -len(brands) // 10], brands[-len(brands) // 10 :]
    gone = rng.sample([one for one in there if one.id in known], 200)
    renamed = [one.model_copy(update={"name": f"{one.name} Lumo"}) for one in gone[:100]]
    stay = [one for one in there if one not in gone]
    index = MarkIndex.build(there).changed(gone, [*renamed, *later])
    whole = MarkIndex.build([*later, *renamed, *stay])
    texts = [title for title, _ in titles(DATA)[::4]]
    assert [text for text in texts if index.find(text) != whole.find(text)] == []
