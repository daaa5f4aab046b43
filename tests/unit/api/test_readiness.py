"""A vessel's departure, now and as it was known at a time."""

from __future__ import annotations

from ops.vessel import calls_of
from tests.unit.api.conftest import Desk

HOUR = 3_600_000


def test_a_departure_is_answered_as_of_a_time_too(local: Desk) -> None:
    call = calls_of(local.office.store, "QI YUAN FC0", "qingdao")[0]
    path = f"/api/v1/vessels/{call['vessel_id']}/readiness"
    asked = {"call": call["call_id"]}
    assert local.client.get(path, params=asked).json()["verdict"] == "DONE"
    at = call["atd"] - HOUR
    then = local.client.get(path, params={**asked, "as_of": at / 1000}).json()
    assert (then["verdict"], then["as_of"], then["call"]["atd"]) == ("MAY_NOT", at, 0)
    assert local.client.get(path, params={**asked, "as_of": "2020-01-01T00:00:00Z"}).status_code == 404
