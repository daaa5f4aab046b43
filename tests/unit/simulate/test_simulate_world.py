"""The world as a whole: volumes, order, determinism, and its end."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from ops.simulate import World
from ops.simulate.ids import valid_container
from schemas import codec
from schemas.errors import EncodeError
from schemas.validate import validate

from .conftest import Told

HOUR = 3_600_000
#: What two ports send as files: port and kind.
FILED = {(port, kind) for port in ("yantai", "weihai") for kind in ("gate", "berth")}


def beijing_day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000 + 8 * 3600, UTC).strftime("%Y-%m-%d")


def test_the_default_day_is_as_large_as_the_demo_promises(day: Told) -> None:
    events = sum(d.events for d in day.deliveries if d.kind != "control")
    assert events >= 150_000
    assert len({v["container_no"] for v in day.truth["visit"]}) >= 10_000
    in_the_day = [c for c in day.truth["call"] if 0 <= c["atb"] - day.world.midnight < 24 * HOUR]
    assert len(in_the_day) >= 30
    assert {c["port"] for c in in_the_day} == {"qingdao", "rizhao", "yantai", "weihai"}
    assert sum(1 for c in day.truth["call"] if c["shifts"]) >= 5


def test_most_visits_complete(day: Told) -> None:
    closed = sum(1 for v in day.truth["visit"] if v["closed_at"])
    assert closed > 0.8 * len(day.truth["visit"])


def test_deliveries_come_in_order_of_delivery(small: Told) -> None:
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(small.deliveries))


def test_the_same_seed_tells_the_same_world_and_another_seed_another() -> None:
    first, second = World(seed=5, scale=0.02), World(seed=5, scale=0.02)
    assert list(first.deliveries()) == list(second.deliveries())
    assert first.truth() == second.truth()
    assert first.customs_plan() == second.customs_plan()
    assert World(seed=6, scale=0.02).truth() != first.truth()


def test_truth_is_the_same_before_and_after_the_deliveries() -> None:
    world = World(seed=5, scale=0.02)
    before = world.truth()
    for _ in world.deliveries():
        pass
    assert world.truth() == before


def test_events_arrive_out_of_order_and_twice_and_late(day: Told) -> None:
    times = [d.record["updated_time"] for d in day.deliveries if d.kind in ("gate", "release")]
    assert sum(1 for a, b in pairwise(times) if b < a) > 0.2 * len(times)
    delays = [d.at_ms - d.record["updated_time"] for d in day.deliveries if d.kind == "manifest"]
    assert sum(1 for delay in delays if delay > HOUR) > 0.005 * len(delays)
    copies = Counter((d.topic, d.record["event_id"], d.record["updated_time"]) for d in day.deliveries if d.topic)
    assert sum(1 for n in copies.values() if n > 1) > 0.01 * len(copies)


def test_without_noise_every_event_comes_once_and_when_it_is_due() -> None:
    world = World(seed=5, scale=0.02, disorder=0, duplicates=0, late=0)
    seen = Counter((d.topic, d.record["event_id"], d.record["updated_time"]) for d in world.deliveries() if d.topic)
    assert set(seen.values()) == {1}


def test_final_comes_last_for_every_port_and_ten_hours_after_everything(small: Told) -> None:
    finals = small.deliveries[-4:]
    assert {d.record["event_type"] for d in finals} == {"FINAL"}
    assert {d.key for d in finals} == {"qingdao", "rizhao", "yantai", "weihai"}
    (now,) = {d.record["now"] for d in finals}
    last = max(d.record["event_time"] for d in small.deliveries if d.topic and d.record["event_type"] != "FINAL"
               and d.kind != "control" and d.record["classifier"] == "ACT")  # fmt: skip
    assert now >= last + 10 * HOUR
    assert now >= max(c["ops_end"] for c in small.truth["call"]) + 10 * HOUR
    assert now > max(answer["at"] for case in small.world.customs_plan() for answer in case["answers"])


def test_heartbeats_of_every_port_and_kind_come_every_five_minutes(small: Told) -> None:
    beats = [d.record for d in small.deliveries if d.kind == "control" and d.record["event_type"] == "HEARTBEAT"]
    of_one = [b["sent_up_to"] for b in beats if (b["port"], b["of_kind"]) == ("yantai", "gate")]
    assert {b - a for a, b in pairwise(of_one)} == {300_000}
    assert len({(b["port"], b["of_kind"]) for b in beats}) == 16


def test_totals_count_every_version_that_a_sender_recorded_in_a_day_once() -> None:
    """Customs tells none; Rizhao's gate says on the first day that it recorded three more than it did."""
    world = World(seed=5, scale=0.02, duplicates=0.5)
    deliveries = list(world.deliveries())
    events = [d.record | {"kind": d.kind} for d in deliveries if d.topic and d.kind not in ("control", "operator-action")]
    unique = {(e["event_id"], e["updated_time"]): e for e in events if e["source_party"] != "CUSTOMS"}
    sent = Counter((e["port"], e["kind"], e["source_party"], beijing_day(e["updated_time"])) for e in unique.values())
    told = {
        (t["port"], t["of_kind"], t["source_party"], t["day"]): t["count"]
        for t in (d.record for d in deliveries)
        if t.get("event_type") == "TOTALS" and (t["port"], t["of_kind"]) not in FILED
    }
    assert told.pop(("rizhao", "gate", "RZCT", "2026-03-02")) == sent.pop(("rizhao", "gate", "RZCT", "2026-03-02")) + 3
    filed = {place for place in sent if place[:2] in FILED}
    assert told == {place: n for place, n in sent.items() if place not in filed}
    assert len(told) > 30


def test_days_share_no_container_and_no_event_id() -> None:
    world = World(seed=5, days=3, scale=0.01)
    deliveries = list(world.deliveries())
    assert all(a.at_ms <= b.at_ms for a, b in pairwise(deliveries))
    identities = {(d.record["source_party"], d.record["event_id"]): d.record["event_time"] for d in deliveries if d.topic}
    days = {(at - world.midnight) // (24 * HOUR) for at in identities.values()}
    assert {0, 1, 2} <= days
    opened: dict[str, list[int]] = {}
    for line in world.truth():
        if line["kind"] == "visit":
            opened.setdefault(line["container_no"], []).append(line["opened_at"])
    assert all(max(times) - min(times) < 40 * HOUR for times in opened.values())
    assert all(len(times) == len(set(times)) for times in opened.values())


def test_container_numbers_are_valid_but_for_the_planted_ones(day: Told) -> None:
    bad = set(day.exceptions("BAD_CHECK_DIGIT"))
    assert len(bad) >= 5
    for visit in day.truth["visit"]:
        assert valid_container(visit["container_no"]) == (visit["container_no"] not in bad)


def test_every_event_is_valid_by_its_schema_and_keyed_by_the_contract(small: Told) -> None:
    for delivery in small.deliveries:
        if delivery.file is not None:
            continue
        record = delivery.record
        codec.encode(delivery.kind, record)
        of_all = delivery.kind == "operator-action"
        assert delivery.topic == ("operator-actions.v1" if of_all else f"{record['port']}.{delivery.kind}.v1")
        assert validate(delivery.kind, record) == []
        assert delivery.key == _key(record)


def _key(record: dict[str, Any]) -> str:
    match record["event_type"]:
        case "MANIFEST_LINE" | "VGM":
            return str(record["master_bl"])
        case "GATE_MOVE" | "QUAY_MOVE":
            return str(record["container_no"])
        case "PORT_CALL":
            return str(record["vessel_id"])
        case "OPERATOR_ACTION":
            return str(record.get("container_no") or record.get("bill_no") or record["vessel_id"])
        case "RELEASE":
            return str(record["container_no"] or record["bill_no"])
    return str(record["port"])


def test_a_record_with_a_wrong_type_would_not_pass_the_schema_test(small: Told) -> None:
    record = {**small.records("gate")[0], "move": "SIDEWAYS"}
    with pytest.raises(EncodeError):
        codec.encode("gate", record)


@pytest.mark.parametrize(
    ("argument", "word"),
    [({"days": 0}, "days"), ({"scale": 0.0}, "scale"), ({"duplicates": 2.0}, "duplicates"), ({"heartbeat": 0}, "heartbeat"),
     ({"start": "yesterday"}, "yesterday")],
)  # fmt: skip
def test_a_wrong_argument_is_refused_by_name(argument: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        World(**argument)


def test_a_million_events_are_made_and_encoded_in_about_a_minute() -> None:
    """Coarse: CPU time of a fifth of a day, with room for a busy machine (a million would take 100 s here)."""
    codec.warm_up(("manifest", "gate", "berth", "release", "control"))
    began = time.process_time()
    batches: dict[str, list[dict[str, Any]]] = {}
    events = 0
    for delivery in World(seed=1, scale=0.2).deliveries():
        events += delivery.events
        if delivery.file is None:
            batches.setdefault(delivery.kind, []).append(delivery.record)
    for kind, records in batches.items():
        codec.encode_batch(kind, records)
    assert (time.process_time() - began) / events < 100e-6


def test_a_truck_that_takes_a_box_away_after_bringing_one_is_one_visit(day: Told) -> None:
    passes: dict[str, dict[str, dict[str, Any]]] = {}
    for record in day.records("gate"):
        if record.get("truck_visit_id"):
            passes.setdefault(record["truck_visit_id"], {})[record["move"]] = record
    assert len(passes) > 100
    for visit in passes.values():
        came, left = visit["IN"], visit["OUT"]
        assert 15 * 60_000 < left["event_time"] - came["event_time"] < 95 * 60_000
        assert (came["terminal_code"], came["truck_plate"]) == (left["terminal_code"], left["truck_plate"])
