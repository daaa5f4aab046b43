"""The routes of the named queries keep the API's own OpenAPI document, whatever is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from ops import queries
from ops.api.app import build
from ops.api.login import Door
from ops.api.office import Office
from ops.api.people import Person
from ops.api.pulse import Pulse

#: A value of each kind, as stores give it.
VALUES = {"text": "青岛", "texts": ["1", "2"], "time": 1_772_323_200_123, "integer": 3, "number": float("nan")}


class Canned(Office):
    """Answers each query with one row of its head's kinds."""

    def named(
        self, person: Person, name: str, params: Mapping[str, Any] | None = None, limit: int = 0
    ) -> list[dict[str, Any]]:
        return [{column.name: VALUES[column.kind] for column in queries.head(name).columns}]

    def latest(self) -> int:
        return 1_772_323_200_123


class NoStore:
    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        raise AssertionError("nobody asks it")


app = build(Canned(NoStore(), lambda action: None), Door(None, "secret"), Pulse())
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).include(path_regex="^/api/v1/queries")


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case) -> None:
    # The document has the parameters of all queries: one that this query does not have is refused all the same.
    case.call_and_validate(excluded_checks=[negative_data_rejection, positive_data_acceptance])


@pytest.mark.parametrize("name", [n for n in queries.names() if queries.askable(n)])
def test_each_query_can_be_asked_as_the_document_says(name: str) -> None:
    operation = schema["/api/v1/queries/{name}"]["GET"]
    answer = operation.Case(path_parameters={"name": name}).call_and_validate()
    assert answer.status_code == 200
    (row,) = answer.json()["rows"]
    assert list(row) == [column.name for column in queries.head(name).columns]
