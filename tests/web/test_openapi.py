"""The API answers as its description says, whatever it is sent, and never with a fault of ours."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from storage.blobs import Blobs
from storage.database import Database
from tests.web.two_owners import SECRET, fill
from workers.serve import composed

pytestmark = pytest.mark.slow

EXAMPLES = 15
"""Of each operation: every operation matters here, not every number."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_an_owners_key_gets_what_is_described(database: Database, tmp_path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    with database.writing("the test") as session:
        made = {key: fill(session, blobs, key, "no hash") for key in SECRET}
    app = composed(database, blobs)
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    key = {"Authorization": f"Bearer {made['acme']['api_key']}"}
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        asked.append(operation.label)

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def holds(case: schemathesis.Case) -> None:
            answer = case.call(headers=key)
            assert SECRET["globex"] not in answer.text
            case.validate_response(answer, checks=CHECKS)

        holds()
    assert "GET /v1/me" in asked
