"""``act``: what an officer is told before anything is published, what is published, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ops.cli.common import open_reader
from schemas.codec import decode
from schemas.keys import key_of
from schemas.validate import validate
from tests.unit.cli.conftest import Answer, Ask, Filled

WHO = ("--by", "officer-1", "--reason", "误报，已核实")
Sent = list[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What is published, in place of a broker: topic, key, record."""
    records: Sent = []

    class Publisher:
        def __init__(self, bootstrap: str) -> None: ...

        def __enter__(self) -> Publisher:
            return self

        def __exit__(self, *_: object) -> None: ...

        def publish(self, topic: str, key: str, value: bytes) -> None:
            records.append((topic, key, decode(value, "operator-action")))

    monkeypatch.setattr("connectors.kafka.producer.Publisher", Publisher)
    return records


@pytest.fixture
def act(ask: Ask, embedded_world: Filled, sent: Sent) -> Ask:
    """Act on the small world."""

    def run(*words: str) -> Answer:
        return ask("act", *words, "--store", embedded_world.url)

    return run


def first(world: Filled, sql: str) -> dict[str, Any]:
    return open_reader(world.url).query(sql + " LIMIT 1")[0]


def case_of(world: Filled, state: str) -> dict[str, Any]:
    return first(
        world, f"SELECT container_no, message_id, count() OVER (PARTITION BY container_no) AS n FROM arrival_cases_now "
        f"WHERE message_id != '' AND message_type = 'MT3101' AND state = '{state}' ORDER BY n, 1",
    )  # fmt: skip


def test_an_event_is_voided_in_its_own_book(act: Ask, embedded_world: Filled, sent: Sent) -> None:
    out = "SELECT * FROM events_now WHERE event_type = 'GATE_MOVE' AND milestone = 'OUT' AND raw_ref = '' ORDER BY 1"
    e = first(embedded_world, out)
    answer = act("void", e["container_no"], e["event_id"], *WHO)
    assert answer.code == 0, answer.errors
    assert "作废 void gate OUT" in answer.out and "officer-1: 误报，已核实" in answer.out and "act unvoid" in answer.out
    ((topic, key, record),) = sent
    assert (topic, key, record["container_no"]) == ("operator-actions.v1", e["container_no"], e["container_no"])
    assert record["target_id"] == f"{e['source_party']}|{e['source_system']}|{e['event_id']}"
    assert (record["action"], record["operator"], record["comment"]) == ("VOID", "officer-1", "误报，已核实")
    assert record["port"] == e["port"] and validate("operator-action", record) == []


@pytest.mark.parametrize(
    ("where", "subject", "field"),
    [
        ("kind = 'manifest' AND container_no != ''", "container_no", "bill_no"),
        ("kind = 'release' AND container_no = '' AND bill_no != ''", "bill_no", "bill_no"),
        ("kind = 'release' AND container_no = '' AND bill_no = ''", "vessel_id", "vessel_id"),
        ("event_type = 'PORT_CALL'", "vessel_id", "vessel_id"),
    ],
    ids=["a line is the bill's", "a release by bill too", "a voyage's clearance is its ship's", "a timestamp is the vessel's"],
)
def test_the_action_goes_to_the_book_that_the_event_is_in(
    act: Ask, embedded_world: Filled, sent: Sent, where: str, subject: str, field: str
) -> None:
    e = first(embedded_world, f"SELECT * FROM events_now WHERE {where} ORDER BY event_id")
    answer = act("void", e[subject], e["event_id"], *WHO)
    assert answer.code == 0, answer.errors
    ((_, key, record),) = sent
    assert key == record[field] == e[field]
    assert sum(bool(record[name]) for name in ("container_no", "bill_no", "vessel_id")) == 1


@pytest.mark.parametrize(("state", "said"), [("REJECTED", "follows the rejected one"), ("SENT", "deleted first")])
def test_a_report_is_made_anew(act: Ask, embedded_world: Filled, sent: Sent, state: str, said: str) -> None:
    case = case_of(embedded_world, state)
    answer = act("resubmit", case["container_no"], case["message_id"], *WHO)
    assert answer.code == 0, answer.errors
    assert said in answer.out
    assert [(r["action"], r["target_id"]) for _, _, r in sent] == [("RESUBMIT", case["message_id"])]


def test_an_acknowledged_report_is_deleted_and_not_made_anew(act: Ask, embedded_world: Filled, sent: Sent) -> None:
    case = case_of(embedded_world, "ACKED")
    answer = act("resubmit", case["container_no"], case["message_id"], *WHO)
    assert answer.code == 2 and "海关已接受" in answer.errors and sent == []
    answer = act("delete", case["container_no"], *WHO, "--dry-run")
    assert answer.code == 0 and "not published" in answer.out and sent == []
    act("delete", case["container_no"], *WHO)
    assert [(r["action"], r["target_id"]) for _, _, r in sent] == [("DELETE", case["message_id"])]


def test_an_exception_is_acknowledged_by_its_code_and_assigned(act: Ask, embedded_world: Filled, sent: Sent) -> None:
    x = first(embedded_world, "SELECT * FROM exceptions_now WHERE code = 'ARR_REJECTED' ORDER BY subject")
    assert act("ack", x["subject"], x["code"], *WHO).code == 0
    assert act("assign", x["subject"], x["exception_id"], "--to", "officer-2", *WHO).code == 0
    assert act("comment", x["subject"], x["code"], *WHO).code == 0
    assert [(r["action"], r["target_id"], r["assignee"]) for _, _, r in sent] == [
        ("ACKNOWLEDGE", x["exception_id"], None), ("ASSIGN", x["exception_id"], "officer-2"),
        ("COMMENT", x["exception_id"], None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("void", "CSQU3054383", "E1", *WHO), "no event 'E1' of CSQU3054383 is known"),
        (("unvoid", "CSQU3054383", "E1", *WHO), "no event 'E1'"),
        (("resubmit", "CSQU3054383", *WHO), "CSQU3054383 has no report to customs"),
        (("delete", "CSQU3054383", "M1", *WHO), "has no report 'M1' to customs"),
        (("ack", "csqu 305438-3", "ARR_MISSING", *WHO), "CSQU3054383 has no exception 'ARR_MISSING'"),
        (("ack", "CSQU3054383", "ARR_MISSING", "--by", "officer-1"), "Missing option '--reason'"),
        (("void", "CSQU3054383", "E1", "--reason", "x"), "Missing option '--by'"),
    ],
    ids=["event", "unvoid", "report", "message", "exception", "reason", "name"],
)
def test_what_is_not_known_or_not_said_is_one_line(act: Ask, sent: Sent, words: tuple[str, ...], said: str) -> None:
    answer = act(*words)
    assert answer.code == 2 and said in answer.errors and answer.errors.count("\n") == 1
    assert sent == []


def test_a_name_or_a_reason_of_blanks_is_none(act: Ask, embedded_world: Filled, sent: Sent) -> None:
    x = first(embedded_world, "SELECT * FROM exceptions_now WHERE code = 'ARR_REJECTED' ORDER BY subject")
    answer = act("ack", x["subject"], x["code"], "--by", " ", "--reason", "x")
    assert answer.code == 2 and "expected the name of the officer who acts" in answer.errors
    answer = act("ack", x["subject"], x["code"], "--by", "x", "--reason", " ")
    assert answer.code == 2 and "nothing is done without one" in answer.errors and sent == []


def test_an_event_that_is_not_void_has_nothing_to_take_back(act: Ask, embedded_world: Filled, sent: Sent) -> None:
    e = first(embedded_world, "SELECT * FROM events_now WHERE event_type = 'GATE_MOVE' AND raw_ref = '' ORDER BY 1")
    answer = act("unvoid", e["container_no"], e["event_id"], *WHO)
    assert answer.code == 2 and "there is nothing to take back" in answer.errors


@pytest.mark.parametrize(
    ("words", "action"), [(("ack",), "ACKNOWLEDGE"), (("assign", "--to", "IT"), "ASSIGN"), (("comment",), "COMMENT")]
)
def test_a_silent_source_can_be_acknowledged_assigned_and_commented_on(
    words: tuple[str, ...], action: str, ask: Ask, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = {
        "exception_id": "X1", "code": "SOURCE_SILENT", "state": "RAISED", "port": "weihai", "book_key": "weihai",
        "subject": "weihai.gate", "raised_at": 1,
    }  # fmt: skip

    class Store:
        def query(self, sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
            return [silent] if params == {"s": "weihai.gate", "x": "SOURCE_SILENT"} else []

    monkeypatch.setattr("ops.cli.act.open_reader", lambda url: Store())
    verb, *more = words
    code, out, errors = ask("act", verb, "weihai.gate", "SOURCE_SILENT", *more, *WHO)
    assert (code, errors) == (0, "") and "SOURCE_SILENT weihai.gate" in out
    ((topic, key, record),) = sent
    assert (topic, key, record["action"], record["target_id"]) == ("operator-actions.v1", "weihai", action, "X1")
    assert record["port"] == "weihai" and not (record["container_no"] or record["bill_no"] or record["vessel_id"])
    assert key_of(record) == "weihai" and validate("operator-action", record) == []
