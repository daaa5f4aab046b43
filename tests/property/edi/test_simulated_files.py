"""The simulator's files, whose writers share no code with the readers, come back as the moves that they were made of."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest

from connectors.edi import Event, Problem, read
from ops.simulate import World
from ops.simulate.sheet import CANCEL, Filed
from schemas.codec import encode_batch

SAME: Final = (
    "source_party", "source_system", "event_type", "classifier", "event_time", "source_offset_min", "port",
    "terminal_code", "move", "mode", "container_no", "ef", "bill_no", "voyage", "weigh_kg", "pol", "pod", "slot",
    "vessel_id", "vessel_name", "purpose", "trade", "unlocode_raw", "eqd_status", "iso_type", "truck_plate",
)  # fmt: skip
#: The national form has no field for these, or, at a gate, none that tells domestic from foreign trade; it names the
#: vessel only where that calls at the port, and size types in Chinese notation.
NOT_IN_FLAT: Final = frozenset(("trade", "purpose", "unlocode_raw", "eqd_status", "iso_type", "vessel_id"))
PURPOSES: Final = {"DOMESTIC": {"IN": "EXPORT_IN", "OUT": "IMPORT_OUT"}}

Record = dict[str, Any]


def as_filed(filed: Filed) -> tuple[Any, ...]:
    record = filed.record
    flat = record["port"] == "weihai"
    gate = filed.kind == "gate"
    said: Record = {name: record.get(name) for name in SAME}
    if not flat and gate:
        said["truck_plate"] = "LU" + record["truck_plate"][1:]  # its terminal system knows no Chinese characters
    said["move_of"] = gate and PURPOSES.get(record["purpose"], {}).get(record["move"], record["purpose"])
    return key_of(said, flat, gate, filed.function == CANCEL, [
        (seal["no"], None if flat else seal["issuer"]) for seal in record["seals"]
    ])  # fmt: skip


def as_read(event: Event) -> tuple[Any, ...]:
    record = event.record
    said: Record = {name: record.get(name) for name in SAME}
    said["move_of"] = event.kind == "gate" and record["purpose"]
    if said["move_of"] == "DOMESTIC":
        said["move_of"] = PURPOSES["DOMESTIC"][record["move"]]
    return key_of(said, record["port"] == "weihai", event.kind == "gate", record["is_retracted"], [
        (seal["no"], seal["issuer"]) for seal in record["seals"]
    ])  # fmt: skip


def key_of(said: Record, flat: bool, gate: bool, retracted: bool, seals: list[Any]) -> tuple[Any, ...]:
    if flat:
        said = {name: value for name, value in said.items() if name not in NOT_IN_FLAT}
    if gate:
        said = {name: value for name, value in said.items() if name != "vessel_name"}
    return (retracted, tuple(seals), *((name, said[name]) for name in sorted(said)))


@pytest.mark.parametrize("seed", [7, 11])
def test_every_filed_move_is_read_back(seed: int) -> None:
    world = World(seed, scale=0.05)
    filed = world._day(0)[0].filed
    events: list[Event] = []
    problems: list[Problem] = []
    names: set[str] = set()
    for delivery in world.deliveries():
        if delivery.file is None or delivery.file.name.removeprefix("RESENT_") in names:
            continue
        names.add(delivery.file.name.removeprefix("RESENT_"))
        items = list(read(delivery.file.text.encode(), name=delivery.file.name))
        found = [item for item in items if isinstance(item, Event)]
        assert len(found) == delivery.events
        events += found
        problems += [item for item in items if isinstance(item, Problem)]
    assert Counter(map(as_read, events)) == Counter(map(as_filed, filed))
    assert {p.code for p in problems} <= {"BAD_CHECK_DIGIT", "UNKNOWN_SIZE_TYPE"}
    assert Counter(e.key for e in events if "BAD_CHECK_DIGIT" in e.record["quality_flags"]) == Counter(
        f.record["container_no"] for f in filed if f.record["container_no"] in wrong_numbers(filed)
    )


def wrong_numbers(filed: list[Filed]) -> set[str]:
    from ops.simulate.ids import valid_container

    return {f.record["container_no"] for f in filed if not valid_container(f.record["container_no"])}


def test_a_correction_has_the_id_of_what_it_corrects_and_a_later_version() -> None:
    world = World(5, scale=0.3)
    versions: dict[str, list[Record]] = {}
    for delivery in world.deliveries():
        if delivery.file is not None:
            for item in read(delivery.file.text.encode()):
                if isinstance(item, Event):
                    versions.setdefault(item.record["event_id"], []).append(item.record)
    about = [f for f in world._day(0)[0].filed if f.about is not None]
    assert len(about) > 3
    for filed in about:
        assert filed.about is not None
        matching = [
            sorted(records, key=lambda r: int(r["updated_time"]))
            for records in versions.values()
            if records[0]["container_no"] == filed.record["container_no"]
            and {filed.record["event_time"], filed.about["event_time"]} <= {r["event_time"] for r in records}
            and (filed.function == CANCEL) == any(r["is_retracted"] for r in records)
        ]
        assert len(matching) == 1, filed
        first, last = matching[0][0], matching[0][-1]
        assert (first["event_time"], first["is_retracted"]) == (filed.about["event_time"], False)
        assert (last["event_time"], last["is_retracted"]) == (filed.record["event_time"], filed.function == CANCEL)
        assert last["updated_time"] > first["updated_time"]


def test_a_file_sent_again_gives_the_same_bytes() -> None:
    world = World(3, scale=0.05, duplicates=0.2)
    first: dict[str, list[bytes]] = {}
    again = 0
    for delivery in world.deliveries():
        if delivery.file is None:
            continue
        events = [i for i in read(delivery.file.text.encode(), name=delivery.file.name) if isinstance(i, Event)]
        kind = events[0].kind
        values = encode_batch(kind, [e.record for e in events if e.kind == kind])
        name = delivery.file.name.removeprefix("RESENT_")
        if name in first:
            again += 1
            assert values == first[name]
        first[name] = values
    assert again > 3
