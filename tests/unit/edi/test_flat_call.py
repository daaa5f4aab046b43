"""VESDEP, the flat file of a vessel's departure: what it lacks, and what is wrong with it."""

from __future__ import annotations

from connectors.edi import Reading, collect, read
from tests.unit.edi.building import flat

HEAD = "00:VESDEP:VESSEL DEPARTURE:9:QQCTU:CUSTOMS:202611241905"
VESSEL = "10:UN9321483:KING OF THE SEAS:2103S:COSU:COSCO:CN:Y:202611241830:202611241900:202611240200"
DISCHARGE = "15:202611240300:202611241100"
LOAD = "16:202611241130:202611241830"


def found(*records: str) -> Reading:
    return collect(read(flat(*records)))


def told(reading: Reading) -> list[str]:
    return [f"{e.record['service']} {e.record['call_event']}" for e in reading.events]


def test_only_what_is_told_becomes_an_event() -> None:
    assert told(found(HEAD, VESSEL)) == ["BERTH ARRI", "BERTH DEPA"]
    assert told(found(HEAD, VESSEL, LOAD)) == [
        "BERTH ARRI", "BERTH DEPA", "LOAD STRT", "LOAD CMPL", "CARGO_OPS STRT", "CARGO_OPS CMPL",
    ]  # fmt: skip
    assert told(found(HEAD, VESSEL.rsplit(":", 1)[0])) == ["BERTH DEPA"]


def test_the_same_file_again_has_the_same_events_and_a_later_one_is_a_later_version() -> None:
    first, again = (found(HEAD, VESSEL, DISCHARGE).events for _ in range(2))
    assert [e.record["event_id"] for e in first] == [e.record["event_id"] for e in again]
    assert len({e.record["event_id"] for e in first}) == len(first)


def test_a_wrong_time_is_refused_alone_with_its_record() -> None:
    reading = found(HEAD, VESSEL, DISCHARGE.replace("202611241100", "202699241100"))
    (error,) = reading.errors
    assert (error.code, error.position, error.element) == ("BAD_TIME", 3, "15 discharge_end")
    assert "DISCHARGE STRT" in told(reading) and "DISCHARGE CMPL" not in told(reading)


def test_several_vessels_in_a_file_are_told_apart() -> None:
    reading = found(HEAD, VESSEL, LOAD, VESSEL.replace("9321483", "9399038"), DISCHARGE)
    assert [(e.key, e.record["service"]) for e in reading.events if e.record["call_event"] == "STRT"] == [
        ("IMO:9321483", "LOAD"), ("IMO:9321483", "CARGO_OPS"), ("IMO:9399038", "DISCHARGE"), ("IMO:9399038", "CARGO_OPS"),
    ]  # fmt: skip


def test_without_vessel_or_times_it_is_refused() -> None:
    for records, code in (
        ((HEAD,), "NO_VESSEL"), ((HEAD, "10:::2103S:::::::202611240200"), "NO_VESSEL"),
        ((HEAD, "10:UN9321483:KING:2103S:COSU:COSCO:CN:Y:::"), "NO_TIME"), ((HEAD, DISCHARGE), "NO_VESSEL"),
    ):  # fmt: skip
        reading = found(*records)
        assert (told(reading), [e.code for e in reading.errors]) == ([], [code])


def test_a_box_in_it_is_told_as_a_record_that_does_not_belong() -> None:
    reading = found(HEAD, VESSEL, "50:CSQU3054383")
    assert [(w.code, w.value) for w in reading.warnings] == [("STRAY_RECORD", "50")]
