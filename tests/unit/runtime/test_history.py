"""What the history keeps of gate and quay moves besides what the books need."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.codec import decode_batch, encode
from schemas.examples import examples
from streams.runtime import history
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS

PASS = next(record for record in examples("gate").values() if record["mode"] == "TRUCK")
MOVE = next(record for record in examples("berth").values() if record["event_type"] == "QUAY_MOVE")


def rows(kind: str, *records: dict[str, Any]) -> list[dict[str, Any]]:
    values = [encode(kind, record) for record in records]
    read = [Record("t", 0, i, 1000, None, value) for i, value in enumerate(values)]
    decoded = decode_batch(kind, values, AGENTS[kind].FIELDS)
    found: list[dict[str, Any]] = history.events(decoded, read, AGENTS[kind].evidence(decoded, read)).to_pylist()
    return found


def gate(**values: Any) -> dict[str, Any]:
    return {**PASS, "container_no": "CSQU3054383", **values}


def camera(**values: Any) -> dict[str, Any]:
    return {"confidence": 0.9, "box": "CSQU3054383", "plate": None, "seal_ok": True, "damage": [], **values}


@pytest.mark.parametrize(("seen", "told"), [
    (None, ""),
    (camera(), "PASSED"),
    (camera(seal_ok=None), "PASSED"),
    (camera(box="CSQU3054388"), "CHECK"),
    (camera(box=None), "CHECK"),
    (camera(seal_ok=False), "CHECK"),
    (camera(damage=["DENT"]), "CHECK"),
])  # fmt: skip
def test_cameras_let_a_box_pass_that_is_itself_sealed_and_whole(seen: dict[str, Any] | None, told: str) -> None:
    assert [row["camera"] for row in rows("gate", gate(ocr=seen))] == [told]
    assert [row["camera"] for row in rows("gate", gate(ocr=camera()), gate(ocr=seen), gate(ocr=None))] == ["PASSED", told, ""]


def test_the_truck_visit_and_the_crane_are_kept() -> None:
    (passed,), (moved,) = rows("gate", gate(truck_visit_id="TV1", ocr=None)), rows("berth", {**MOVE, "crane": "QC07"})
    assert [passed[name] for name in ("truck_visit_id", "crane", "camera")] == ["TV1", "", ""]
    assert [moved[name] for name in ("truck_visit_id", "crane", "camera")] == ["", "QC07", ""]
