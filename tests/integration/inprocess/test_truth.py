"""Simulated worlds through schemas, connectors and core, in one process: what comes out is what the simulator planned."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from connectors.edi import Event, read
from ops.simulate import Delivery, World
from ops.verify import compare
from schemas.codec import encode
from tests.inprocess import InProcess, Message, batches

#: Most deliveries that are taken in before customs answers.
BATCH = 800


def events(delivery: Delivery) -> list[Event]:
    """What a delivery says: its record, or the events of its file."""
    file = delivery.file
    if file is None:
        return [Event(delivery.kind, delivery.topic, delivery.key, delivery.record)]
    items = list(read(file.text.encode(), name=file.name, port=file.port))
    refused = [item for item in items if not isinstance(item, Event) and item.severity == "error"]
    assert not refused
    return [e for e in items if isinstance(e, Event)]


def messages(delivery: Delivery) -> list[Message]:
    """What a delivery puts on Kafka."""
    return [(e.topic, e.key, encode(e.kind, e.record)) for e in events(delivery)]


def derive(world: World, deliveries: list[Delivery], rng: random.Random) -> InProcess:
    """Take everything in; customs answers now after one batch, now after several."""
    platform = InProcess(4, world.customs_plan())
    for batch in batches(deliveries, rng, BATCH):
        platform.send(message for delivery in batch for message in messages(delivery))
        if rng.random() < 0.5:
            platform.settle()
        else:
            platform.flush()
    platform.settle()
    return platform


def check(world: World, platform: InProcess) -> None:
    assert platform.failed == []
    found = compare(world.truth(), platform)
    assert found.equal, found.to_dict()
    least = {"action": 15}
    assert all(c.matched > least.get(kind, 20) for kind, c in found.kinds.items()), "the world is too small to prove anything"
    # Promise 4: customs holds one live report for each case that is reported and not rejected, and no other.
    # A report keeps the vessel that it named, also where customs has accepted since that its box goes by another (改配).
    reported = [c for c in platform.rows("arrival_cases") if c["message_type"] != "MT5101" and c["state"] in ("SENT", "ACKED")]
    live = platform.customs.live_reports()
    assert Counter(id for ids in live.values() for id in ids) == Counter(c["message_id"] for c in reported)
    moved = {line["subject"] for line in world.truth() if line.get("code") == "REASSIGN_NOT_ACCEPTED"}
    assert Counter({case[:5]: len(ids) for case, ids in live.items() if case[0] not in moved}) == Counter(
        (c["container_no"], c["house_bl"] or c["bill_no"], c["vessel_id"], c["voyage"], c["terminal_code"])
        for c in reported if c["container_no"] not in moved
    )


def told_too_early(world: World, platform: InProcess) -> set[str]:
    """Boxes of which people were told that a receipt is missing, and it came in time. Where we hear of the arrival itself too
    late, nothing can come in time."""
    late = {line["subject"] for line in world.truth() if line["kind"] == "exception" and line["code"] == "ARR_MISSING"}
    unheard = {box for delivery in world.deliveries() for box in late_boxes(delivery)}
    return {alert["subject"] for alert in platform.alerts if alert["code"] == "ARR_MISSING"} - late - unheard


def late_boxes(delivery: Delivery) -> list[str]:
    """The boxes of a delivery that comes an hour after something in it was made."""
    an_hour_ago = delivery.at_ms - 3_600_000
    return [e.record["container_no"] for e in events(delivery) if e.record.get("container_no") and
            e.record["updated_time"] < an_hour_ago]  # fmt: skip


# Of worlds in which no report is first due hours behind its heartbeat: such a one is told as missing at once.
@pytest.mark.parametrize("seed", [6, 23])
def test_batches_of_any_size_give_the_truth(seed: int) -> None:
    world = World(seed, scale=0.03, heartbeat=60)
    platform = derive(world, list(world.deliveries()), random.Random(seed))
    check(world, platform)
    assert told_too_early(world, platform) == set()


def test_deliveries_in_any_order_give_the_truth() -> None:
    """Even where the last heartbeat comes first, so that every deadline seems to have passed."""
    world = World(88, scale=0.03, heartbeat=60, duplicates=0.2)
    rng = random.Random(88)
    deliveries = list(world.deliveries())
    rng.shuffle(deliveries)
    check(world, derive(world, deliveries, rng))
