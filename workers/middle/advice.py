"""What a model has said of listings that are judged, and what it is still to be asked about them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from brand_registry.judging import RegistryJudge
from brand_registry.rules import Ruled
from detector.listing import Listing
from detector.middle.question import Question
from detector.reading import PictureReading
from workers.graph.claims import now
from workers.middle.asking import Middle
from workers.middle.configured import middle
from workers.middle.keeping import kept
from workers.middle.stage import want

Opens = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True)
class Advice:
    """Of listings that are judged one after another. `wanted` are those to ask about first: the version of
    each, and the questions, by its item.
    """

    judge: RegistryJudge
    reads: Opens
    middle: Middle | None = field(default_factory=middle)
    wanted: dict[int, tuple[int, Sequence[Question]]] = field(default_factory=dict)

    def heard(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading],
        ruled: Ruled,
        *,
        asks: tuple[int, int] | None = None,
        tells: bool = True,
    ) -> Ruled:
        """What is shown with what was said of it; where something is unsaid the listing becomes `wanted`, if
        it `asks`, by its item and version, and else is judged without, and `tells` so.
        """
        if self.middle is None:
            return ruled
        questions = self.middle.questions(self.judge, listing, ruled.shown, readings)
        if not questions:
            return ruled
        name = self.middle.model.name
        with self.reads() as session:
            known = kept(session, {one.key(name) for one in questions}, now())
        unsaid = [one for one in questions if one.key(name) not in known]
        if unsaid and asks is not None:
            item, version = asks
            self.wanted[item] = version, unsaid
        said = {one.brand: known[one.key(name)] for one in questions if one not in unsaid}
        if tells:
            said |= {one.brand: "it was not asked" for one in unsaid}
        shown = self.middle.band.all_heard(ruled.shown, listing, said, self.judge.flags(listing))
        return replace(ruled, shown=shown)

    def want(self, session: Session) -> None:
        """Sends what is wanted to be asked about."""
        for item, (version, questions) in self.wanted.items():
            if self.middle is not None:
                want(session, self.middle, item, version, questions)


@contextmanager
def within(session: Session) -> Iterator[Session]:
    """A session that somebody else opened and closes, where one is to be opened."""
    yield session
