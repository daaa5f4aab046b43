"""Real messages: the right boxes, codes and times, and the warnings that their quirks deserve."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.edi import Reading, collect, read
from schemas.codec import decode, encode
from schemas.validate import validate


def reading(samples: Path, name: str) -> Reading:
    return collect(read(samples / "edi" / name, port="qingdao"))


def test_every_event_of_the_samples_fits_its_schema(samples: Path) -> None:
    events = [e for path in sorted((samples / "edi").iterdir()) for e in collect(read(path, port="qingdao")).events]
    assert len(events) == 20  # five boxes and moves, five boxes of a bayplan, two events of a schedule, eight of a departure
    for event in events:
        assert validate(event.kind, event.record, event.port) == []
        assert decode(encode(event.kind, event.record))["event_id"] == event.record["event_id"]


def test_the_callao_load_is_a_load_with_three_seals_of_three_parties(samples: Path) -> None:
    result = reading(samples, "coarri_load_95b_callao.edi")
    (event,) = result.events
    record = event.record
    assert result.errors == []
    assert (event.kind, event.topic, event.key) == ("berth", "qingdao.berth.v1", "SUDU1910806")
    assert (record["move"], record["event_time"]) == ("LOAD", 1420294140000)  # 2015-01-03 22:09 +08:00
    assert (record["vessel_id"], record["voyage"]) == ("IMO:9227273", "449N")
    assert (record["pol"], record["pod"], record["slot"]) == ("PECLL", "NLRTM", "0191006")
    assert (record["ef"], record["iso_type"], record["weigh_kg"], record["eqd_status"]) == ("F", "22G1", 23700.0, "2")
    assert [(s["no"], s["issuer"]) for s in record["seals"]] == [("AFZ5046", "SH"), ("AHB6615", "CA"), ("AFL0243", "CU")]
    assert record["bill_no"] == "4LIMES7540"
    # UNT+000022 is zero-padded and right; it has no UNB, no document number and no document time
    assert {w.code for w in result.warnings} == {"NO_ENVELOPE", "SENDER_NOT_LISTED", "NO_DOCUMENT_TIME", "BOOKING_AS_BILL"}


def test_the_sydney_gate_in_has_local_codes_and_no_envelope(samples: Path) -> None:
    result = reading(samples, "codeco_gate_in_95b_sydney.edi")
    (event,) = result.events
    assert (event.kind, event.record["move"], event.record["event_time"]) == ("gate", "IN", 1214532600000)
    assert (event.record["source_party"], event.record["terminal_code"]) == ("SHCB1", "SHCB1")
    assert (event.record["unlocode_raw"], event.record["vessel_id"]) == ("AUSYD", "IMO:9290127")
    assert event.record["purpose"] == "UNKNOWN"  # full, and no status: nobody says why
    assert result.errors == []
    assert {"NO_ENVELOPE", "PORT_MISMATCH"} <= set(event.record["quality_flags"])
    assert "COUNT_MISMATCH" not in event.record["quality_flags"]


def test_the_abidjan_gate_out_is_flagged_for_its_count_with_both_numbers(samples: Path) -> None:
    result = reading(samples, "codeco_gate_out_95b_abidjan.edi")
    (event,) = result.events
    assert (event.record["move"], event.record["ef"], event.record["purpose"]) == ("OUT", "E", "EMPTY_PICKUP")
    assert (event.record["mode"], event.record["iso_type"]) == ("TRUCK", "40EM")
    assert event.record["updated_time"] == 1770272880000  # UNB's 260205:1428, Beijing time
    assert {"COUNT_MISMATCH", "UNKNOWN_SIZE_TYPE"} <= set(event.record["quality_flags"])
    (count,) = [w for w in result.warnings if w.code == "COUNT_MISMATCH"]
    assert "12" in count.en and "13" in count.en and "12" in count.zh and "13" in count.zh
    assert result.errors == []


def test_the_national_gate_file_is_a_gate_in_of_a_known_terminal(samples: Path) -> None:
    result = reading(samples, "JT_CODECO_gate_in_SYNTHETIC.txt")
    (event,) = result.events
    record = event.record
    assert (result.errors, result.warnings, record["quality_flags"]) == ([], [], [])
    assert (event.topic, record["terminal_code"], record["source_system"]) == ("qingdao.gate.v1", "QQCTU", "TOS")
    assert (record["container_no"], record["move"], record["event_time"]) == ("CSQU3054383", "IN", 1795479120000)
    assert (record["vessel_id"], record["voyage"], record["bill_no"]) == ("IMO:9399038", "FK243A", "QDBL0000001")
    assert (record["ef"], record["purpose"], record["weigh_kg"]) == ("F", "EXPORT_IN", 24500.0)
    assert (record["mode"], record["truck_plate"]) == ("TRUCK", "鲁B12345")
    assert [s["no"] for s in record["seals"]] == ["H53175"]


def test_the_national_quay_file_is_a_discharge(samples: Path) -> None:
    result = reading(samples, "JT_COARRI_discharge_SYNTHETIC.txt")
    (event,) = result.events
    record = event.record
    assert (result.errors, result.warnings) == ([], [])
    assert (event.kind, record["container_no"], record["move"]) == ("berth", "APZU4812090", "DISC")
    assert (record["event_time"], record["vessel_id"], record["voyage"]) == (1795464300000, "IMO:9321483", "2103N")
    assert (record["pol"], record["pod"], record["slot"]) == ("USLGB", "CNQDG", "0261586")
    assert (record["bill_no"], record["weigh_kg"]) == ("QDBL0000002", 25550.0)


def test_the_bayplan_has_its_five_boxes_with_their_positions_and_its_wrong_count(samples: Path) -> None:
    result = reading(samples, "sample_baplie.txt")
    assert result.errors == []
    assert [(e.key, e.record["slot"], e.record["iso_type"], e.record["weigh_kg"]) for e in result.events] == [
        ("NYKU1234567", "0200404", "42G1", 26400.0), ("MSKU9876543", "0400204", "22G1", 28000.0),
        ("TRIU5555555", "0300606", "45R1", 32000.0), ("CMAU7777777", "0600204", "22GP", 24000.0),
        ("OOLU8888888", "0500404", "42OT", 30000.0),
    ]  # fmt: skip
    first = result.events[0].record
    assert (first["classifier"], first["move"], first["voyage"]) == ("PLN", "DISC", "1234567")
    # it names no port for any box, and writes status and fullness (5+2) the wrong way round: flagged, not guessed
    assert {"COUNT_MISMATCH", "NO_PORT_NAMED", "UNKNOWN_FULLNESS:2", "VESSEL_BY_NAME"} <= set(first["quality_flags"])
    (count,) = [w for w in result.warnings if w.code == "COUNT_MISMATCH"]
    assert (count.value, count.expected) == ("24", "23 segments")


def test_the_schedule_gives_the_call_at_qingdao_only(samples: Path) -> None:
    result = reading(samples, "VIFTSAI0000001.txt")
    assert result.errors == []
    assert [(e.record["call_event"], e.record["classifier"], e.record["event_time"]) for e in result.events] == [
        ("ARRI", "EST", 1548872100000), ("DEPA", "EST", 1549002300000),  # 2019-01-31 02:15 and 02-01 14:25, Beijing
    ]  # fmt: skip
    assert {e.record["voyage_in"] for e in result.events} == {"JMDS905W"}
    assert "NO_TRAILER" in {w.code for w in result.warnings}


def test_the_answer_to_us_is_told(samples: Path) -> None:
    """It has an error code, and text that says there is no error."""
    result = reading(samples, "aperak.edi")
    assert (result.events, result.errors) == ([], [])
    assert {w.code for w in result.warnings} == {"REPLY_UNCLEAR", "COUNT_MISMATCH"}


def test_the_departure_tells_berth_cargo_and_sailing(samples: Path) -> None:
    result = reading(samples, "JT_VESDEP_SYNTHETIC.txt")
    assert (result.errors, result.warnings) == ([], [])
    told = {(e.record["service"], e.record["call_event"]): e.record for e in result.events}
    hours = {what: (record["event_time"] - 1795456800000) / 3_600_000 for what, record in told.items()}  # since berthing
    assert hours == {
        ("BERTH", "ARRI"): 0, ("BERTH", "DEPA"): 17, ("DISCHARGE", "STRT"): 1, ("DISCHARGE", "CMPL"): 9,
        ("LOAD", "STRT"): 9.5, ("LOAD", "CMPL"): 16.5, ("CARGO_OPS", "STRT"): 1, ("CARGO_OPS", "CMPL"): 16.5,
    }  # fmt: skip
    sailed = told["BERTH", "DEPA"]
    assert (sailed["vessel_id"], sailed["vessel_name"], sailed["phase"]) == ("IMO:9321483", "KING OF THE SEAS", "OUTB")
    assert (sailed["voyage_in"], sailed["voyage_out"], sailed["terminal_code"]) == ("2103S", "2103S", "QQCTU")
    assert {(e.kind, e.topic, e.key) for e in result.events} == {("berth", "qingdao.berth.v1", "IMO:9321483")}


@pytest.mark.parametrize("name", ["EdiCodeco.json", "PortCall.json", "PortCallEvent.json"])
def test_what_is_no_edi_is_refused_with_what_is_accepted(samples: Path, name: str) -> None:
    result = reading(samples, name)
    (error,) = result.errors
    assert (result.events, error.code, error.file) == ([], "UNKNOWN_FORMAT", name)
    assert "EDIFACT" in error.expected and "flat file" in error.expected
