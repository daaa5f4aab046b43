"""The gateway's answers, event by event and request by request."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import fastavro
import pytest
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry

from connectors.gateway.allowance import BURST_S, Allowance
from connectors.gateway.app import Gateway, build
from connectors.gateway.intake import Letter
from connectors.gateway.keys import ApiKey, Keys, digest
from connectors.gateway.metrics import GatewayMetrics
from connectors.gateway.post import Full
from connectors.kafka.errors import PublishFailed
from schemas.codec import decode, encode
from schemas.registry import latest

EVENT = {"event_id": "G-1", "container_no": "CSQU3054383", "move": "IN", "event_time": "2026-03-01T08:00:00+08:00"}
KEY = {"X-API-Key": "secret"}


class Letterbox:
    """A post that keeps what it is given, or fails as it is told."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.fails: Exception | None = None

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, letters: Sequence[Letter]) -> None:
        if self.fails:
            raise self.fails
        self.letters += letters


class Desk:
    def __init__(self, kinds: tuple[str, ...] = ("gate", "berth")) -> None:
        registry = CollectorRegistry()
        self.post = Letterbox()
        keys = Keys([ApiKey("qqct", digest("secret"), "qingdao", "QQCT", "TOS-N4", kinds)])
        self.now = 0.0
        allowance = Allowance(2.0, lambda: self.now)
        gateway = Gateway(keys, self.post, GatewayMetrics(registry), max_bytes=2000, max_events=3, allowance=allowance)
        self.http = TestClient(build(gateway, registry))

    def send(self, body: Any, path: str = "/v1/qingdao/gate", **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body)
        return self.http.post(path, content=content, headers={**KEY, **{k.replace("_", "-"): v for k, v in headers.items()}})

    def records(self) -> list[dict[str, Any]]:
        return [decode(letter.value) for letter in self.post.letters]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def statuses(answer: Any) -> list[str]:
    return [result["status"] for result in answer.json()["results"]]


def test_an_event_goes_to_the_topic_and_key_of_its_box(desk: Desk) -> None:
    answer = desk.send(EVENT)
    assert (answer.status_code, statuses(answer)) == (202, ["accepted"])
    (letter,) = desk.post.letters
    assert (letter.topic, letter.key) == ("qingdao.gate.v1", "CSQU3054383")
    record = desk.records()[0]
    assert (record["source_party"], record["source_system"], record["move"]) == ("QQCT", "TOS-N4", "IN")


def test_words_where_numbers_belong_are_left_out_and_flagged(desk: Desk) -> None:
    desk.send(EVENT | {"bill_no": "待定", "seals": ["SIN SELLO", "S1"]})
    record = desk.records()[0]
    assert (record["bill_no"], [seal["no"] for seal in record["seals"]]) == (None, ["S1"])
    assert record["quality_flags"] == ["NO_BILL_NUMBER:待定", "NO_SEAL_NUMBER:SIN SELLO"]


def test_each_event_of_a_batch_is_answered_by_itself(desk: Desk) -> None:
    bad = {**EVENT, "event_id": "G-2", "move": "ENTER"}
    answer = desk.send({"events": [EVENT, bad, {**EVENT, "event_id": "G-3"}]})
    assert (answer.status_code, statuses(answer)) == (207, ["accepted", "refused", "accepted"])
    (problem,) = answer.json()["results"][1]["problems"]
    assert (problem["field"], problem["code"], problem["value"]) == ("move", "BAD_VALUE", "ENTER")
    assert "IN, OUT" in problem["en"] and "应为" in problem["zh"]
    assert [r["event_id"] for r in desk.records()] == ["G-1", "G-3"]


def test_all_refused_is_422_and_nothing_is_written(desk: Desk) -> None:
    answer = desk.send([1, {"event_id": "G-2"}])
    assert (answer.status_code, statuses(answer)) == (422, ["refused", "refused"])
    assert not desk.post.letters


def test_the_same_event_again_is_a_duplicate_and_is_not_written_twice(desk: Desk) -> None:
    desk.send(EVENT)
    answer = desk.send([EVENT, EVENT, {**EVENT, "weigh_kg": 24500}])
    assert (answer.status_code, statuses(answer)) == (202, ["duplicate", "duplicate", "accepted"])
    assert len(desk.post.letters) == 2


def test_what_kafka_did_not_take_is_no_duplicate_later(desk: Desk) -> None:
    desk.post.fails = PublishFailed("away")
    failed = desk.send(EVENT)
    assert (failed.status_code, failed.json()["code"], failed.headers["retry-after"]) == (503, "KAFKA_AWAY", "1")
    desk.post.fails = None
    assert statuses(desk.send(EVENT)) == ["accepted"]


def test_too_much_under_way_is_429_with_the_time_to_wait(desk: Desk) -> None:
    desk.post.fails = Full()
    answer = desk.send(EVENT)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert "Retry-After" in answer.json()["en"]


@pytest.mark.parametrize(
    ("path", "key", "status", "code"),
    [
        ("/v1/qingdao/gate", {}, 401, "UNKNOWN_KEY"),
        ("/v1/qingdao/gate", {"X-API-Key": "Secret"}, 401, "UNKNOWN_KEY"),
        ("/v1/rizhao/gate", KEY, 403, "OTHER_PORT"),
        ("/v1/qingdao/release", KEY, 403, "OTHER_KIND"),
    ],
)
def test_a_key_opens_its_own_port_and_kinds_only(desk: Desk, path: str, key: dict[str, str], status: int, code: str) -> None:
    answer = desk.http.post(path, json=EVENT, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not desk.post.letters


def test_a_bearer_token_is_a_key_too(desk: Desk) -> None:
    assert desk.http.post("/v1/qingdao/gate", json=EVENT, headers={"Authorization": "Bearer secret"}).status_code == 202


def test_nobody_speaks_for_another_port_or_party(desk: Desk) -> None:
    answer = desk.send([{**EVENT, "port": "rizhao"}, {**EVENT, "source_party": "RZCT"}])
    assert [r["problems"][0]["code"] for r in answer.json()["results"]] == ["FOREIGN_PORT", "FOREIGN_PARTY"]


def test_size_and_number_are_limited(desk: Desk) -> None:
    large = desk.send({**EVENT, "reason": "x" * 2000})
    many = desk.send([{"event_id": str(n)} for n in range(4)])
    assert [(a.status_code, a.json()["code"]) for a in (large, many)] == [(413, "TOO_LARGE"), (413, "TOO_MANY")]
    assert "2,000" in large.json()["en"]


def test_an_event_that_kafka_would_never_take_is_refused_by_itself(desk: Desk) -> None:
    desk.http.app.state.gateway.max_bytes = 5_000_000  # type: ignore[attr-defined]
    answer = desk.send([EVENT, {**EVENT, "event_id": "G-2", "reason": "x" * 1_000_000}])
    assert statuses(answer) == ["accepted", "refused"]
    (problem,) = answer.json()["results"][1]["problems"]
    assert problem["code"] == "TOO_LONG" and "at most 999,000 bytes" in problem["en"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000], ids=["cut off", "not UTF-8", "too deep"])
def test_what_is_no_json_is_told_so(body: bytes) -> None:
    desk = Desk()
    desk.http.app.state.gateway.max_bytes = 1_000_000  # type: ignore[attr-defined]
    answer = desk.send(body)
    assert (answer.status_code, answer.json()["code"]) == (400, "NOT_JSON")


def test_a_bad_line_does_not_stop_the_others(desk: Desk) -> None:
    lines = b"\n".join([json.dumps(EVENT).encode(), b"{oops", json.dumps({**EVENT, "event_id": "G-2"}).encode()])
    answer = desk.send(lines, content_type="application/x-ndjson")
    assert statuses(answer) == ["accepted", "refused", "accepted"]
    assert "line 2" in answer.json()["results"][1]["problems"][0]["en"]


def record() -> dict[str, Any]:
    desk = Desk()
    desk.send(EVENT)
    return desk.records()[0]


def container_file(codec: str = "null") -> bytes:
    out = io.BytesIO()
    fastavro.writer(out, fastavro.parse_schema(dict(latest("gate").declared)), [record()], codec=codec)
    return out.getvalue()


def test_avro_is_taken_as_a_file_and_as_one_framed_value(desk: Desk) -> None:
    desk.http.app.state.gateway.max_bytes = 100_000  # type: ignore[attr-defined]
    assert statuses(desk.send(container_file(), content_type="application/avro")) == ["accepted"]
    framed = encode("gate", {**record(), "event_id": "G-9"})
    assert statuses(desk.send(framed, content_type="application/vnd.confluent.avro")) == ["accepted"]
    assert [r["event_id"] for r in desk.records()] == ["G-1", "G-9"]
    assert statuses(desk.send(framed[:-2], content_type="application/vnd.confluent.avro")) == ["refused"]


@pytest.mark.parametrize(
    "body", [container_file("deflate"), container_file()[:-20], b"no Avro"], ids=["compressed", "cut off", "text"]
)
def test_avro_that_cannot_be_read_is_told_so(desk: Desk, body: bytes) -> None:
    desk.http.app.state.gateway.max_bytes = 100_000  # type: ignore[attr-defined]
    answer = desk.send(body, content_type="application/avro")
    assert (answer.status_code, answer.json()["code"]) == (400, "NOT_AVRO")


def test_other_media_types_are_told_what_is_read(desk: Desk) -> None:
    answer = desk.send(EVENT, content_type="text/xml")
    assert answer.status_code == 415 and "application/x-ndjson" in answer.json()["en"]


def test_numbers_of_boxes_are_written_one_way_and_a_wrong_check_digit_is_flagged(desk: Desk) -> None:
    desk.send([{**EVENT, "container_no": "csqu 305438-3"}, {**EVENT, "event_id": "G-2", "container_no": "CSQU3054384"}])
    assert [(r["container_no"], r["quality_flags"]) for r in desk.records()] == [
        ("CSQU3054383", []), ("CSQU3054384", ["BAD_CHECK_DIGIT"]),
    ]  # fmt: skip


def test_what_was_received_is_counted(desk: Desk) -> None:
    desk.send([EVENT, EVENT, {}])
    desk.send(b"{")
    shown = desk.http.get("/metrics").text
    assert 'yigangtong_gateway_events_total{kind="gate",port="qingdao",result="accepted"} 1.0' in shown
    assert 'yigangtong_gateway_events_total{kind="gate",port="qingdao",result="refused"} 1.0' in shown
    assert 'yigangtong_gateway_failed_requests_total{reason="NOT_JSON"} 1.0' in shown


def test_a_key_that_sends_too_fast_is_told_when_to_go_on_and_nothing_is_taken(desk: Desk) -> None:
    sent = 0
    while (answer := desk.send([{**EVENT, "event_id": f"G-{sent + i}"} for i in range(3)])).status_code == 202:
        sent += 3
    assert sent == 18, "of 20 events, which are those of ten seconds"
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (429, "1", "TOO_FAST")
    assert len(desk.post.letters) == sent
    assert "2 events a second" in answer.json()["en"] and "每秒最多发送2条" in answer.json()["zh"]
    desk.now += 1
    assert desk.send([{**EVENT, "event_id": f"H-{i}"} for i in range(3)]).status_code == 202


def test_of_a_key_that_has_nothing_left_no_request_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it sends, it costs nobody else anything."""
    for sent in range(20):
        assert desk.send({**EVENT, "event_id": f"G-{sent}"}).status_code == 202
    monkeypatch.setattr("connectors.gateway.app.intake.take", lambda *_: pytest.fail("it was read"))
    assert desk.send(EVENT).status_code == 429


def test_a_request_that_is_larger_than_all_that_can_be_saved_up_goes_when_all_is() -> None:
    now = [0.0]
    allowance = Allowance(10.0, lambda: now[0])
    most = round(10 * BURST_S)
    assert allowance.wait_s("a", most + 50) == 0
    assert allowance.wait_s("b", most) == 0, "another key has its own"
    assert allowance.wait_s("a", 1) == pytest.approx(5.1)
    now[0] += 1_000
    assert allowance.wait_s("a", most + 1) == 0, "no more than ten seconds are saved up"
    assert allowance.wait_s("a", 1) > 0
