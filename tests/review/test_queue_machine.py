"""Whatever people do with the queue, in any order and at any time, these things hold."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from brand_registry.access import NotAllowed, NotThere, Viewer
from brand_registry.people import Role
from review.audit.log import verify
from review.decisions.deciding import Said, decide, undo
from review.decisions.known import known
from review.decisions.rules import DECIDES, Code, Outcome, Policy, Ruling
from review.decisions.tables import Announcement, Decision
from review.errors import AgainstTheRules, TooLate
from review.groups.deciding import decide_group
from review.health.quarantine import aside, lies_aside, put_back
from review.health.tables import Came
from review.queue.claiming import LEASE, Wish, claim, claim_next, heartbeat
from review.queue.passing import send_back, skip
from review.queue.tables import Queued, Stage
from review.queue.teams import Wanted, put, remove
from review.tables import Case
from review.training.exercising import answer, make_gold, mix_in, train
from storage.database import Database
from storage.settings import settings as settings_of_house
from tests.review.conftest import ANNA, AT, LEA, add_case, result
from tests.sqlite import migrated_sqlite

PEOPLE = [ANNA, LEA, *(Viewer(f"{n}@example.com", frozenset({(Role.REVIEWER, None)})) for n in range(2))]
RULINGS = [
    Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling"),
    Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE),
    Ruling(Outcome.CANNOT_TELL, note="no pictures"),
    Ruling(Outcome.ESCALATE, note="please look"),
]
REFUSED = (TooLate, NotAllowed, NotThere, AgainstTheRules)
people, rulings = st.sampled_from(PEOPLE), st.sampled_from(RULINGS)
chances = st.sampled_from([0.0, 1.0])


class Queue(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(migrated_sqlite(Path(self.folder.name)))
        self.at: datetime = AT
        self.cases: list[int] = []
        self.held: dict[int, tuple[str, datetime]] = {}
        self.tokens = 0

    def teardown(self) -> None:
        with self.database.reading() as session:
            verify(session)
        self.database.close()
        self.folder.cleanup()

    def act(self, what, viewer, *arguments, **more):
        try:
            with self.database.writing(viewer.name) as session:
                return what(session, viewer, *arguments, **more)
        except REFUSED as refusal:
            return refusal

    @initialize(risks=st.lists(st.sampled_from([0.55, 0.8, 0.97]), min_size=1, max_size=4))
    def cases_come_in(self, risks) -> None:
        self.cases = [add_case(self.database, result(risk)) for risk in risks]

    @rule(seconds=st.sampled_from([1, 40, 70, 200, 400]))
    def time_passes(self, seconds) -> None:
        self.at += timedelta(seconds=seconds)

    @rule(viewer=people)
    def somebody_takes_the_next(self, viewer) -> None:
        got = self.act(claim_next, viewer, self.at)
        if got is not None:
            self.given(got, viewer)

    @rule(viewer=people, number=st.integers(0, 3))
    def somebody_takes_one(self, viewer, number) -> None:
        case = self.cases[number % len(self.cases)]
        if self.act(claim, viewer, case, self.at) is None:
            self.given(case, viewer)

    @rule(viewer=people, number=st.integers(0, 3))
    def somebody_is_still_there(self, viewer, number) -> None:
        case = self.cases[number % len(self.cases)]
        if isinstance(self.act(heartbeat, viewer, case, self.at), datetime):
            self.held[case] = (viewer.name, self.at + LEASE)

    def given(self, case, viewer) -> None:
        who, until = self.held.get(case, (viewer.name, self.at))
        assert who == viewer.name or until <= self.at, "a case was handed out twice"
        if until <= self.at:
            self.held[case] = (viewer.name, self.at + LEASE)

    @rule(viewer=people, number=st.integers(0, 3))
    def somebody_skips(self, viewer, number) -> None:
        case = self.cases[number % len(self.cases)]
        if self.act(skip, viewer, case, self.at) is None:
            del self.held[case]

    @rule(viewer=people, number=st.integers(0, 3))
    def somebody_sends_back(self, viewer, number) -> None:
        case = self.cases[number % len(self.cases)]
        if self.act(send_back, viewer, case, "look", self.at) is None:
            del self.held[case]

    @rule(viewer=people, number=st.integers(0, 3), ruling=rulings, chance=chances)
    def somebody_decides(self, viewer, number, ruling, chance) -> None:
        case = self.cases[number % len(self.cases)]
        with self.database.reading() as session:
            lock = session.get_one(Case, case).lock
            before = session.get_one(Queued, case)
            holder, until = before.holder, before.until
        self.tokens += 1
        how = {"seen": lock, "token": str(self.tokens), "at": self.at, "chance": lambda: chance}
        came = self.act(decide, viewer, case, ruling, **how)
        if isinstance(came, Said):
            assert holder == viewer.name, "who has not the case decided it"
            self.held.pop(case, None)
            again = self.act(decide, viewer, case, ruling, **how)
            assert isinstance(again, Said)
            assert (again.decision, again.again) == (came.decision, True)
        elif holder == viewer.name and until > self.at and before.stage != Stage.LEAD:
            raise AssertionError(f"who has the case could not decide it: {came}")

    @rule(viewer=people, back=st.integers(0, 3))
    def somebody_takes_back(self, viewer, back) -> None:
        with self.database.reading() as session:
            ids = session.scalars(select(Decision.id).order_by(Decision.id.desc()).limit(4)).all()
        if ids:
            case = self.act(undo, viewer, ids[back % len(ids)], self.at)
            if isinstance(case, int):
                self.held[case] = (viewer.name, self.at + LEASE)

    @rule(risk=st.sampled_from([0.55, 0.8, 0.97]), brand=st.sampled_from(["acme", "globex"]))
    def one_more_comes_in(self, risk, brand) -> None:
        if len(self.cases) < 6:
            self.cases.append(add_case(self.database, result(risk, brand)))

    @rule(viewer=people, ruling=rulings, chance=chances, chosen=st.sets(st.integers(0, 5), min_size=1))
    def somebody_decides_a_group(self, viewer, ruling, chance, chosen) -> None:
        numbers = {self.cases[number % len(self.cases)] for number in chosen}
        with self.database.reading() as session:
            locks = {number: session.get_one(Case, number).lock for number in numbers}
            before = {number: session.get_one(Queued, number).holder for number in numbers}
        self.tokens += 1
        how = {"token": f"g{self.tokens}", "now": lambda: self.at, "chance": lambda: chance}
        came = decide_group(self.database, viewer, locks, ruling, **how)
        assert came.said.keys() | came.refused.keys() == numbers
        assert came.said.keys().isdisjoint(came.refused)
        for number in came.said:
            who, until = self.held.pop(number, (viewer.name, self.at))
            assert who == viewer.name or until <= self.at, "what somebody else has was decided"
        with self.database.reading() as session:
            for number in came.refused:
                assert session.get_one(Queued, number).holder == before[number], "what was refused changed"
        again = decide_group(
            self.database, viewer, {one: locks[one] for one in came.said} or locks, ruling, **how
        )
        assert {number: said.decision for number, said in again.said.items()} == {
            number: said.decision for number, said in came.said.items()
        }

    @rule(viewer=people, number=st.integers(1, 6))
    def somebody_puts_back(self, viewer, number) -> None:
        if self.act(put_back, viewer, number, self.at) is None:
            assert viewer is LEA

    @rule(viewer=people)
    def somebody_asks_for_what_lies_aside(self, viewer) -> None:
        got = self.act(claim_next, viewer, self.at, Wish(stage=Stage.ASIDE))
        if got is not None:
            self.given(got, viewer)

    @rule(viewer=people, number=st.integers(0, 5))
    def a_lead_has_one_mixed_in(self, viewer, number) -> None:
        self.act(make_gold, viewer, self.cases[number % len(self.cases)], self.at)

    @rule(viewer=people, ruling=rulings, gold=st.booleans())
    def somebody_practises(self, viewer, ruling, gold) -> None:
        def practise(session, viewer):
            given = mix_in(session, viewer, self.at, share=1.0) if gold else train(session, viewer, self.at)
            if given is not None:
                decided = select(Decision.id).where(Decision.case_id == given.case_id)
                mine = decided.where(Decision.who == viewer.name, Decision.counts())
                assert given.answered is None
                if given.given == self.at:
                    assert session.scalar(mine) is None, "somebody was given their own case"
                answer(session, viewer, given, ruling, self.at)

        self.act(practise, viewer)

    @rule(viewer=people, member=people, brand=st.sampled_from(["acme", "globex"]))
    def a_team_is_made(self, viewer, member, brand) -> None:
        self.act(put, viewer, Wanted("Some", [member.name], brands=[brand]))

    @rule(viewer=people, number=st.integers(1, 3))
    def a_team_is_taken_out(self, viewer, number) -> None:
        self.act(remove, viewer, number)

    @invariant()
    def what_holds(self) -> None:
        with self.database.reading() as session:
            announced = set(session.scalars(select(Announcement.decision_id)))
            for queued in session.scalars(select(Queued)):
                decided = session.scalars(
                    select(Decision).where(Decision.case_id == queued.case_id, Decision.counts())
                ).all()
                final = [one for one in decided if one.final]
                closed = session.get_one(Case, queued.case_id).state == "closed"
                assert closed == (queued.stage == Stage.DONE) == (len(final) == 1)
                assert all((one.id in announced) == one.final for one in decided)
                assert len({one.who for one in decided}) == len(decided), "somebody decided a case twice"
                assert (queued.stage == Stage.SECOND) <= (len(decided) == 1)
                assert all(one.outcome in DECIDES for one in decided)
                if closed:
                    assert queued.holder is None
            told = select(Decision.id).where(known())
            assert set(session.scalars(select(Came.decision_id))) == set(session.scalars(told))
            for brand in ("acme", "globex"):
                lying = aside(session, [brand])
                of_brand = (
                    select(Case, Queued).join(Queued, Queued.case_id == Case.id).where(Case.brand == brand)
                )
                for case, queued in session.execute(of_brand):
                    if queued.holder is None and queued.stage in {Stage.FIRST, Stage.ASIDE}:
                        assert (queued.stage == Stage.ASIDE) == lies_aside(lying, case)


@pytest.mark.slow
def test_the_queue_holds_whatever_people_do(monkeypatch) -> None:
    monkeypatch.setattr(settings_of_house(), "quarantine_after", 2)
    monkeypatch.setattr(settings_of_house(), "quarantine_below", 0.6)
    run_state_machine_as_test(
        Queue,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
