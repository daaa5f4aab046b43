"""DCSA's documents: which events they become, and what the sender of others is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.dcsa import read_documents
from connectors.files.reader import read_file
from connectors.reading.events import Reading, collect


def reading(document: Any, port: str = "") -> Reading:
    return collect(read_documents(json.dumps(document).encode(), name="x.json", port=port))


def equipment(code: str, **changes: Any) -> dict[str, Any]:
    """A Track & Trace 3.0 event of a box at Qingdao."""
    return {
        "eventRouting": {"originatingParty": {"partyCode": "COSU", "partyFunction": "CA"}},
        "eventID": f"E-{code}", "eventDateTime": "2026-03-01T00:00:00Z", "eventUpdatedDateTime": "2026-03-01T00:05:00Z",
        "eventLocation": {"UNLocationCode": "CNQDG", "facility": {"facilityCode": "QQCT"}},
        "eventClassification": {"eventTypeCode": "EQUIPMENT", "eventClassifierCode": "ACT", "equipmentEventTypeCode": code},
        "equipmentDetails": {"equipmentReference": "CSQU3054383", "ISOEquipmentCode": "22G1", "emptyIndicatorCode": "LADEN",
                             "seals": [{"sealNumber": "S1", "sealSource": "CUS"}]},
        "shipmentDetails": {"documentReference": {"typeCode": "TRD", "reference": "COSU123"}},
        "transportDetails": {"transportCall": {
            "exportVoyageNumberOrReference": {"carrierVoyageNumber": "012E"},
            "importVoyageNumberOrReference": {"carrierVoyageNumber": "012W"},
            "vesselTransport": {"vesselIMONumber": "9321483", "vesselName": "King of the Seas"}}},
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("code", "topic", "said"),
    [
        ("GTIN", "qingdao.gate.v1", {"move": "IN", "voyage": "012E"}),
        ("GTOT", "qingdao.gate.v1", {"move": "OUT", "voyage": "012W"}),
        ("LOAD", "qingdao.berth.v1", {"move": "LOAD", "voyage": "012E", "vessel_id": "IMO:9321483"}),
        ("DISC", "qingdao.berth.v1", {"move": "DISC", "voyage": "012W", "vessel_id": "IMO:9321483"}),
        ("CUSS", "qingdao.release.v1", {"action": "SCAN_SELECT", "authority": "CUSTOMS"}),
        ("CUSI", "qingdao.release.v1", {"action": "INSPECT_SELECT"}),
        ("CUSR", "qingdao.release.v1", {"stage": "DECLARATION", "action": "RELEASE"}),
    ],
)
def test_what_happens_to_a_box(code: str, topic: str, said: dict[str, str]) -> None:
    read = reading(equipment(code))
    assert not read.errors
    (event,) = read.events
    assert (event.topic, event.key) == (topic, "CSQU3054383")
    assert {name: event.record[name] for name in said} == said
    assert (event.record["source_party"], event.record["source_system"]) == ("COSU", "CARRIER DCSA")
    assert event.record["updated_time"] - event.record["event_time"] == 300_000


def test_a_move_has_its_bill_seals_and_terminal() -> None:
    record = reading(equipment("GTIN")).events[0].record
    assert (record["bill_no"], record["ef"], record["iso_type"], record["terminal_code"]) == ("COSU123", "F", "22G1", "QQCT")
    assert [(s["no"], s["issuer"]) for s in record["seals"]] == [("S1", "CUS")]


def test_a_retraction_is_a_version_of_the_event() -> None:
    assert reading(equipment("GTIN", isRetracted=True)).events[0].record["is_retracted"] is True


def test_an_event_without_an_id_has_one_of_what_it_says() -> None:
    """The same told again, later and in another order of fields, is the same event; a retraction is a version of it."""
    event = equipment("GTIN")
    del event["eventID"]
    again = dict(reversed(list(event.items()))) | {"eventUpdatedDateTime": "2026-03-01T09:00:00Z"}
    other = event | {"eventDateTime": "2026-03-01T00:00:01Z"}
    read = reading([event, again, again | {"isRetracted": True}, other])
    assert read.errors == [] and [w.code for w in read.warnings] == ["NO_EVENT_ID"]
    ids = [e.record["event_id"] for e in read.events]
    assert ids[0] == ids[1] == ids[2] != ids[3] and all(ids)
    assert all("NO_EVENT_ID" in e.record["quality_flags"] for e in read.events)


def test_version_2_2_names_everything_at_the_top() -> None:
    event = {
        "eventID": "7", "eventType": "EQUIPMENT", "eventClassifierCode": "ACT", "equipmentEventTypeCode": "DISC",
        "eventDateTime": "2026-03-01T08:00:00+08:00", "eventCreatedDateTime": "2026-03-01T08:01:00+08:00",
        "equipmentReference": "CSQU3054383", "ISOEquipmentCode": "22G1", "emptyIndicatorCode": "EMPTY",
        "transportCall": {"UNLocationCode": "CNRZH", "facilityCode": "RZCT", "modeOfTransport": "VESSEL",
                          "importVoyageNumber": "3W", "vessel": {"vesselIMONumber": "9321483"}},
        "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": "B1"}],
    }  # fmt: skip
    record = reading([event]).events[0].record
    assert (record["port"], record["move"], record["voyage"], record["bill_no"], record["ef"]) == (
        "rizhao",
        "DISC",
        "3W",
        "B1",
        "E",
    )


def test_carriers_write_names_and_codes_in_other_letters_and_places_in_other_shapes() -> None:
    (event,) = reading([{
        "eventId": "1075", "eventType": "Equipment", "equipmentEventTypeCode": "GTIN", "eventClassifierCode": "ACT",
        "eventDateTime": "2026-11-24T09:05:00Z", "eventCreatedDateTime": "2026-11-24T09:10:00Z",
        "equipmentReference": "CSQU3054383", "isoEquipmentCode": "4310", "emptyIndicatorCode": "Laden",
        "eventLocation": "CNTAO", "transportCall": {"unLocationCode": "CNTAO", "modeOfTransport": "Truck", "vessel": None},
        "documentReferences": [
            {"documentTypeCode": "SHI", "documentReference": "SI1"}, {"documentTypeCode": "TRD", "documentReference": "BL1"},
        ],
    }]).events  # fmt: skip
    record = event.record
    assert (record["event_id"], record["unlocode_raw"], record["iso_type"]) == ("1075", "CNTAO", "4310")
    assert (record["ef"], record["mode"], record["bill_no"]) == ("F", "TRUCK", "BL1")


def test_a_document_that_is_no_event_is_refused() -> None:
    result = reading({"orders": [1]})
    assert [(error.code, error.value) for error in result.errors] == [("BAD_ROW", "orders")]


def port_call(service: str = "BERTH", event: str = "ARRI", **changes: Any) -> dict[str, Any]:
    return {
        "eventID": "P1", "eventUpdatedDateTime": "2026-03-01T00:00:00Z",
        "portCall": {"portVisitReference": "CNQDG26001", "UNLocationCode": "CNQDG"},
        "terminalCall": {"sequenceNumber": 2, "exportVoyageNumberOrReference": {"carrierVoyageNumber": "012E"}},
        "portCallService": {"portCallServiceTypeCode": service, "portCallServiceEventTypeCode": event,
                            "portCallPhaseTypeCode": "INBD"},
        "vessel": {"vesselIMONumber": "9321483", "vesselName": "King of the Seas"},
        "timestamp": {"classifierCode": "EST", "serviceDateTime": "2026-03-02T00:00:00Z", "delayReasonCodes": ["STR"]},
        "movesForecasts": [{"loadUnits": {"totalUnits": {"totalUnits": 70}},
                            "dischargeUnits": {"totalUnits": {"totalUnits": 30}},
                            "restowUnits": {"totalUnits": 5}}],
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "service"),
    [
        ("BERTH", "BERTH"),
        ("CARGO_OPERATIONS", "CARGO_OPS"),
        ("LOADING_CARGO_OPERATIONS", "LOAD"),
        ("ANCHORAGE", "ANCHOR"),
        ("PILOTAGE", "PILOT"),
    ],
)
def test_a_port_call_service_is_a_time_of_the_call(sent: str, service: str) -> None:
    (event,) = reading(port_call(sent, "STRT")).events
    record = event.record
    assert (event.topic, event.key) == ("qingdao.berth.v1", "IMO:9321483")
    assert (record["service"], record["call_event"], record["phase"], record["classifier"]) == (service, "STRT", "INBD", "EST")
    assert (record["port_call_id"], record["seq"], record["voyage_out"], record["delay_codes"]) == (
        "CNQDG26001",
        2,
        "012E",
        ["STR"],
    )
    assert record["moves"] == {"planned": 105, "load": 70, "discharge": 30, "restow": 5}


def test_a_cancelled_service_is_a_retraction() -> None:
    call = port_call()
    call["portCallService"]["isCanceled"] = True
    assert reading(call).events[0].record["is_retracted"] is True


def test_other_events_are_left_out_and_told_once_a_kind() -> None:
    iot = equipment("X", eventClassification={"eventTypeCode": "IOT", "eventClassifierCode": "ACT"})
    read = reading([iot, iot, port_call("TOWAGE"), equipment("PICK")])
    assert not read.events and not read.errors
    assert [(w.code, w.value) for w in read.warnings] == [
        ("NOT_FOR_US", "IOT"),
        ("NOT_FOR_US", "TOWAGE ARRI"),
        ("NOT_FOR_US", "EQUIPMENT PICK"),
    ]


def test_one_bad_event_does_not_stop_the_others_and_names_its_place() -> None:
    bad = equipment("LOAD", eventDateTime="yesterday")
    read = reading([bad, 7, equipment("GTIN")])
    assert [e.record["event_id"] for e in read.events] == ["E-GTIN"]
    assert [(p.code, p.position) for p in read.errors] == [("BAD_FIELD", 1), ("BAD_ROW", 2)]
    assert "event 1, event_time" in str(read.errors[0])


def test_places_elsewhere_are_refused_unless_the_port_is_named() -> None:
    event = equipment("GTIN", eventLocation={"UNLocationCode": "NLRTM"})
    assert [(p.code, p.value) for p in reading(event).errors] == [("FOREIGN_PLACE", "NLRTM")]
    assert reading(event, "weihai").events[0].topic == "weihai.gate.v1"


SAMPLES = {
    "dcsa/portcall-api-200-get-response.json": (1, 0), "dcsa/portcall-api-200-post-request.json": (1, 0),
    "dcsa/tnt-300-request-equipment.json": (0, 1), "dcsa/tnt-300-request-transport.json": (1, 0),
    "dcsa/tnt-300-request-iot.json": (0, 0), "dcsa/tnt-300-request-reefer.json": (0, 0),
    "dcsa/tnt-300-request-shipment.json": (0, 0),
    "dcsa/tnt-300-response.json": (2, 0), "dcsa/tnt-300-response-nextpage.json": (1, 1),
    "edi/EdiCodeco.json": (1, 0), "edi/PortCall.json": (8, 0), "edi/PortCallEvent.json": (0, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_real_samples_are_read(name: str, samples: Path) -> None:
    read = collect(read_file(samples / name, port="qingdao"))
    assert (len(read.events), len(read.errors)) == SAMPLES[name]
    for problem in read.errors:  # a load without a vessel: nobody can say where the box is
        assert (problem.code, problem.element) == ("MISSING_FIELD", "vessel_id")


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just([]) | st.just({})


@given(st.sampled_from([equipment("LOAD"), port_call()]), st.data())
def test_no_document_raises(event: dict[str, Any], data: st.DataObject) -> None:
    changed = json.loads(json.dumps(event))
    at = changed
    while True:
        name = data.draw(st.sampled_from(sorted(at)))
        if isinstance(at[name], dict) and at[name] and data.draw(st.booleans()):
            at = at[name]
            continue
        at[name] = data.draw(scalars | st.lists(scalars, max_size=2))
        break
    reading(changed, "qingdao")
