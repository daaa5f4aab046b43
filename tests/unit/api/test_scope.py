"""Who may see and do what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.api.conftest import BILLS, PASSWORD, Desk

LISTS = ("boxes", "calls", "legs", "arrivals", "exceptions")


def ask(desk: Desk, name: str, path: str, **params: Any) -> Any:
    answer = desk.client.get(f"/api/v1/{path}", params={"limit": 1000, **params}, auth=(name, PASSWORD))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.parametrize("path", [*LISTS, "search?q=AB", "boxes/CSQU3054383", "boxes/CSQU3054383/explain"])
def test_a_stranger_sees_nothing(guarded: Desk, path: str) -> None:
    for answer in (
        guarded.client.get(f"/api/v1/{path}"), guarded.client.get(f"/api/v1/{path}", auth=("officer", "a wrong password")),
    ):  # fmt: skip
        assert answer.status_code == 401
        assert answer.json()["code"] == "WHO_ARE_YOU"


@pytest.mark.parametrize("path", LISTS)
def test_a_port_sees_its_own_and_the_legs_that_touch_it(guarded: Desk, path: str) -> None:
    everything, own = ask(guarded, "officer", path), ask(guarded, "weihai-1", path)
    touching = [leg for leg in ask(guarded, "officer", "legs") if "weihai" in (leg["from_port"], leg["to_port"])]
    if path == "legs":
        expected = touching
    else:
        boxes = {row["container_no"] for row in (*touching, *ask(guarded, "officer", "boxes", port="weihai"))}
        expected = [
            row for row in everything
            if row["port"] == "weihai" or (path in ("boxes", "arrivals") and row["container_no"] in boxes)
        ]  # fmt: skip
    assert own == expected
    assert 0 < len(own) < len(everything)


def test_an_applicant_sees_the_boxes_of_its_bills_only(guarded: Desk) -> None:
    everything, own = ask(guarded, "officer", "boxes"), ask(guarded, "forwarder", "boxes")
    lines = guarded.office.store.query("SELECT container_no, master_bl, house_bl FROM consignments_now")
    named = [line for line in lines if line["master_bl"].startswith(BILLS) or line["house_bl"].startswith(BILLS)]
    boxes = {line["container_no"] for line in named}
    assert own == [box for box in everything if box["container_no"] in boxes or box["bill_no"].startswith(BILLS)]
    assert 0 < len(own) < len(everything)
    assert ask(guarded, "forwarder", "calls") == []
    hidden = next(box for box in everything if box not in own)["container_no"]
    answer = guarded.client.get(f"/api/v1/boxes/{hidden}", auth=("forwarder", PASSWORD))
    assert answer.status_code == 404, "as if nobody knew it"
    assert guarded.client.get(f"/api/v1/boxes/{own[0]['container_no']}", auth=("forwarder", PASSWORD)).status_code == 200


def test_a_port_sees_no_evidence_of_another(guarded: Desk) -> None:
    legs = ask(guarded, "officer", "legs", from_port="weihai", to_port="qingdao")
    leg = next(leg for leg in legs if leg["discharged_at"])  # both ports have spoken of it
    path = f"/api/v1/boxes/{leg['container_no']}"
    full = guarded.client.get(path, auth=("officer", PASSWORD)).json()
    own = guarded.client.get(path, auth=("weihai-1", PASSWORD)).json()
    assert {event["port"] for event in full["evidence"]} > {"weihai"}
    assert {event["port"] for event in own["evidence"]} == {"weihai"}
    assert [row["leg_id"] for row in own["transfer_legs"]] == [leg["leg_id"]]


def remark(desk: Desk, name: str, row: dict[str, Any], **headers: str) -> Any:
    said = {"action": "ACKNOWLEDGE", "subject": row["subject"], "reason": "已知悉"}
    return desk.client.post(
        f"/api/v1/exceptions/{row['exception_id']}/remarks", json=said, auth=(name, PASSWORD), headers=headers
    )


def remarkable(desk: Desk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(desk, "officer", "exceptions")
    return [row for row in rows if row["code"] not in ("SOURCE_SILENT", "CLOCK_SKEW")]


def test_an_operator_acts_in_his_own_name(guarded: Desk) -> None:
    row = remarkable(guarded)[0]
    answer = remark(guarded, "officer", row)
    assert answer.status_code == 202, answer.text
    (sent,) = guarded.sent
    assert sent.record["event_id"] == answer.json()["action_id"]
    said = [sent.record[name] for name in ("operator", "comment", "target_id")]
    assert said == ["officer", "已知悉", row["exception_id"]]


@pytest.mark.parametrize("name", ["viewer", "customs-1", "forwarder"])
def test_who_may_look_only_may_not_act(guarded: Desk, name: str) -> None:
    answer = remark(guarded, name, remarkable(guarded)[0])
    assert answer.status_code == 403
    assert answer.json()["code"] == "MAY_NOT_ACT"
    assert not guarded.sent


def test_a_port_acts_on_its_own_exceptions_only(guarded: Desk) -> None:
    rows = remarkable(guarded)
    own, other = (next(row for row in rows if (row["port"] == "weihai") is mine) for mine in (True, False))
    assert remark(guarded, "weihai-1", own).status_code == 202
    assert remark(guarded, "weihai-1", other).status_code == 404
    assert len(guarded.sent) == 1


def test_another_site_cannot_act_in_an_officers_name(guarded: Desk) -> None:
    row = remarkable(guarded)[0]
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
        answer = remark(guarded, "officer", row, **headers)
        assert answer.status_code == 403
        assert answer.json()["code"] == "FROM_ELSEWHERE"
    assert not guarded.sent
    assert remark(guarded, "officer", row, **{"Sec-Fetch-Site": "same-origin"}).status_code == 202
