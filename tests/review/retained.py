"""Cases that were decided, and say more than they should: to be erased."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select

from review.decisions.deciding import decide
from review.decisions.rules import Outcome, Policy, Ruling
from review.queue.claiming import claim
from review.tables import Listing
from tests.review.conftest import ANNA, AT, add_case, result

SECRET = "call 0170 1234567, Wanda"
CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, "misspelling", note=SECRET)
LONG_AFTER = AT + timedelta(days=731)
_tokens = count()


def decided(database, ruling: Ruling = CONFIRMED, **listing) -> int:
    """A case with a seller who says more than they should, decided."""
    said = {"description": SECRET, "seller": {"id": "w1", "name": "Wanda"}} | listing
    found = result(qualifiers=[{"kind": "genuine_resale", "where": "description", "found": SECRET}])
    found["cases"][0]["evidence"].append(
        {"kind": "counterfeit_terms", "where": "description", "found": SECRET, "span": [0, 5], "score": 0.9}
    )
    found["missing"] = [{"where": "image:0", "why": f"{SECRET}.jpg: it is no picture"}]
    case = add_case(database, found, **said)
    with database.writing(ANNA.name) as session:
        claim(session, ANNA, case, AT)
        token = f"retention{next(_tokens)}"
        decide(session, ANNA, case, ruling, seen=1, token=token, at=AT, chance=lambda: 1.0)
    return case


def everything(database) -> str:
    """All that stands in any table, but for what staff is called."""
    with database.reading() as session:
        tables = [row for row in Listing.metadata.sorted_tables if row.name != "alembic_version"]
        return repr([session.execute(select(table)).all() for table in tables])
