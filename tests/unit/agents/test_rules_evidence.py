"""What rules ask for beyond the plain columns: seals, dangerous goods, terms of a release, when a yard opens, feeders."""

from __future__ import annotations

from typing import Any

import pytest

from bench.per_event import evidence_of
from schemas.codec import decode_batch, encode_batch
from schemas.examples import examples
from streams.domain.evidence import Evidence, from_tuple
from streams.runtime.ports import Record
from streams.runtime.sources import AGENTS


def told(kind: str, *changes: dict[str, Any]) -> list[Evidence]:
    """The evidence of one batch: records of one kind that are an example with these changes."""
    example = next(iter(examples(kind).values()))
    values = encode_batch(kind, [{**example, **change} for change in changes])
    decoded = decode_batch(kind, values, AGENTS[kind].FIELDS)
    assert decoded.bad == []
    found = AGENTS[kind].evidence(decoded, [Record("t", 0, i, 1000, None, v) for i, v in enumerate(values)])
    assert [evidence_of(v, 1000).to_tuple() for v in values] == [e.to_tuple() for e in found], "the peers' is the same"
    return found


def seal(condition: str | None) -> dict[str, Any]:
    return {"no": "S1", "issuer": None, "type": None, "condition": condition}


def ocr(seal_ok: bool | None) -> dict[str, Any]:
    return {"confidence": None, "box": None, "plate": None, "seal_ok": seal_ok, "damage": []}


def test_a_seal_is_broken_when_one_of_them_is_or_the_camera_says_so() -> None:
    found = told(
        "gate", {"seals": [], "ocr": None}, {"seals": [seal("1"), seal(None)], "ocr": None},
        {"seals": [seal(None), seal("BROKEN")], "ocr": None}, {"seals": [seal("2")], "ocr": ocr(True)},
        {"seals": [], "ocr": ocr(False)}, {"seals": [seal("1")], "ocr": ocr(None)},
    )  # fmt: skip
    assert [e.seal_state for e in found] == ["", "", "BROKEN", "BROKEN", "BROKEN", ""]


def test_a_quay_move_tells_of_its_seals_and_a_call_when_its_yard_opens() -> None:
    move = {"event_type": "QUAY_MOVE", "move": "LOAD", "container_no": "CSQU3054383", "seals": [seal("BROKEN")]}
    cutoffs = {"cy_open": 1_772_409_600_000, "cy_close": 1_772_409_700_000, "docs": None, "customs": None}
    quay, call, bare = told(
        "berth", move, {"event_type": "PORT_CALL", "cutoffs": cutoffs}, {"event_type": "PORT_CALL", "cutoffs": None}
    )
    assert (quay.seal_state, quay.opens) == ("BROKEN", 0)
    assert (call.seal_state, call.opens, bare.opens) == ("", 1_772_409_600_000, 0)


def test_a_line_tells_class_and_number_of_dangerous_goods() -> None:
    found = told("manifest", {"dg": {"imdg": "3", "un": "1263"}}, {"dg": {"imdg": "9", "un": None}}, {"dg": None})
    assert [e.dg for e in found] == ["3 1263", "9", ""]


def test_a_release_tells_how_long_it_is_valid_and_its_reason_as_code_and_text() -> None:
    found = told(
        "release", {"valid_until": 1_772_409_600_000, "reason_code": "OPENED", "reason_text": "for a look"},
        {"valid_until": None, "reason_code": None, "reason_text": None},
    )  # fmt: skip
    assert [(e.until, e.reason_code, e.reason) for e in found] == [(1_772_409_600_000, "OPENED", "for a look"), (0, "", "")]


LEG = {
    "manifest_kind": "LEG", "vessel_id": "IMO:9321483", "voyage": "F1", "domestic_vessel": "LU FEEDER 1",
    "domestic_voyage": "F1", "leg_from": "weihai", "leg_to": "qingdao",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "vessel", "voyage"),
    [
        ({}, "IMO:9321483", "F1"),
        ({"voyage": "W1"}, "LU FEEDER 1", "F1"),
        ({"vessel_id": None}, "LU FEEDER 1", "F1"),
        ({"domestic_vessel": None, "domestic_voyage": None}, "IMO:9321483", "F1"),
    ],
)
def test_the_feeder_of_a_leg_is_named_by_its_id_where_the_line_has_it(
    change: dict[str, Any], vessel: str, voyage: str
) -> None:
    (found,) = told("manifest", {**LEG, **change})
    assert (found.vessel, found.voyage) == (vessel, voyage)


def test_evidence_that_an_older_worker_packed_still_loads() -> None:
    (now,) = told("gate", {"ocr": ocr(False)})
    before = from_tuple(now.to_tuple()[:39])
    assert before.to_tuple()[:39] == now.to_tuple()[:39]
    assert (before.dg, before.seal_state, before.until, before.opens, before.reason_code) == ("", "", 0, 0, "")
