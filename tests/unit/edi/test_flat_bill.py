"""IFCSUM, the ministry's flat file of a manifest: its bills become lines, and what is sent later changes them."""

from __future__ import annotations

from connectors.edi import Profile, Reading, collect, read
from schemas.codec import encode
from schemas.validate import validate
from tests.unit.edi.building import BOX, OTHER_BOX, flat

HEAD = "00:IFCSUM:MANIFEST:9:RZAGENT:CUSTOMS:20261124190512"
VESSEL = "10:UN9321483:KING OF THE SEAS:PA:2103N:::20261126:20261127::RIZHAO:::"
BILL = "12:QDBL1::::::USLAX:LOS ANGELES:11:PP:20261110::::"
PLACES = "13:CNRZH:RIZHAO:CNLYG:LIANYUNGANG:::::"
CARGO = "41:1::128::CTN:15000:14000:60"
GOODS = "47:WOODEN FURNITURE::::"
FIRST = f"51:0:{BOX}:008497:40HC:F:88:5430:3800:68::::::"
SECOND = f"51:1:{OTHER_BOX}::22GP:L:40:9000.5:2200:30"
AGENT = Profile("RZAGENT", "RZAGENT", "rizhao", source_system="AGENT")


def found(*records: str, profile: Profile = AGENT) -> Reading:
    reading = collect(read(flat(*records), profile=profile))
    for event in reading.events:
        assert validate(event.kind, event.record, event.port) == []
        encode(event.kind, event.record)
    return reading


def test_a_bill_has_a_line_for_each_box() -> None:
    reading = found(HEAD, VESSEL, "11:COSU:COSCO", BILL, PLACES, CARGO, GOODS, FIRST, SECOND)
    assert (reading.errors, reading.warnings) == ([], [])
    first, second = (event.record for event in reading.events)
    assert {(e.kind, e.topic, e.key) for e in reading.events} == {("manifest", "rizhao.manifest.v1", "QDBL1")}
    assert (first["manifest_kind"], first["direction"], first["msg_type"]) == ("ORIGINAL", "I", "IFCSUM")
    assert (first["vessel_id"], first["voyage"], first["event_time"]) == ("IMO:9321483", "2103N", 1795518312000)
    assert (first["pol"], first["pod"], first["final_dest"]) == ("USLAX", "CNRZH", "CNLYG")
    assert (first["container_no"], first["packages"], first["gross_kg"], first["ef"]) == (BOX, 88, 5430.0, "F")
    assert ([s["no"] for s in first["seals"]], first["goods"]) == (["008497"], "WOODEN FURNITURE")
    assert (second["container_no"], second["load_type"], second["gross_kg"]) == (OTHER_BOX, "LCL", 9000.5)


def test_a_bill_loaded_here_is_a_prepared_line_and_the_next_bill_takes_nothing_from_it() -> None:
    reading = found(HEAD, VESSEL, BILL, PLACES, GOODS, FIRST, "12:QDBL2::::::CNRZH", "13:KRPTK", SECOND)
    lines = {e.key: (e.record["manifest_kind"], e.record["direction"], e.record["goods"]) for e in reading.events}
    assert lines == {"QDBL1": ("ORIGINAL", "I", "WOODEN FURNITURE"), "QDBL2": ("PREPARED", "E", None)}


def test_a_bill_without_boxes_is_one_line_with_what_its_cargo_says() -> None:
    (event,) = found(HEAD, VESSEL, BILL, PLACES, CARGO, CARGO.replace("128", "2")).events
    assert (event.record["container_no"], event.record["packages"], event.record["gross_kg"]) == (None, 130, 30000.0)


def test_what_the_whole_bill_weighs_is_said_of_no_box_of_several() -> None:
    bare = [f"51:0:{number}::22GP:F" for number in (BOX, OTHER_BOX)]
    assert [e.record["gross_kg"] for e in found(HEAD, VESSEL, BILL, PLACES, CARGO, *bare).events] == [None, None]


def test_a_later_file_is_a_later_version_and_a_deletion_takes_the_lines_back() -> None:
    original, changed, deleted = (
        found(head, VESSEL, BILL, PLACES, FIRST).events[0].record
        for head in (HEAD, HEAD.replace(":9:", ":4:"), HEAD.replace(":9:", ":3:"))
    )
    assert original["event_id"] == changed["event_id"] == deleted["event_id"]
    assert original["updated_time"] < changed["updated_time"] < deleted["updated_time"]
    assert [r["is_retracted"] for r in (original, changed, deleted)] == [False, False, True]


def test_another_voyage_has_lines_of_its_own() -> None:
    one, other = (found(HEAD, vessel, BILL, FIRST).events[0].record for vessel in (VESSEL, VESSEL.replace("2103N", "2104N")))
    assert one["event_id"] != other["event_id"]


def test_a_bad_box_and_a_bill_without_number_stop_no_other() -> None:
    reading = found(HEAD, VESSEL, "12::::::", FIRST, BILL, PLACES, "51:0:CSQU30543", SECOND)
    assert [(e.code, e.position) for e in reading.errors] == [("NO_BILL", 3), ("BAD_CONTAINER", 7)]
    assert [e.record["container_no"] for e in reading.events] == [OTHER_BOX]


def test_what_it_cannot_do_without() -> None:
    for records, code in (
        ((HEAD, BILL, FIRST), "NO_VESSEL"), ((HEAD, VESSEL), "NO_BILL"), ((HEAD, "10::::2103N", BILL), "NO_VESSEL"),
        ((HEAD.replace("20261124190512", "today"), VESSEL, BILL), "NO_TIME"),
        ((HEAD.replace(":9:", ":77:"), VESSEL, BILL), "UNKNOWN_FUNCTION"),
    ):  # fmt: skip
        reading = found(*records)
        assert ([e.code for e in reading.errors], reading.events) == ([code], [])


def test_the_time_may_have_a_short_year() -> None:
    assert found(HEAD.replace("20261124190512", "2611241905"), VESSEL, BILL).events[0].record["event_time"] == 1795518300000


def test_a_partner_has_a_layout_of_its_own() -> None:
    own = Profile("RZAGENT", "RZAGENT", "rizhao", layouts={"IFCSUM/51": ("container", "size_type", "seal")})
    (event,) = found(HEAD, VESSEL, BILL, f"51:{BOX}:22G1:S1", profile=own).events
    assert (event.record["container_no"], event.record["iso_type"]) == (BOX, "22G1")


def test_a_message_that_is_not_read_is_refused_by_name() -> None:
    (error,) = found(HEAD.replace("IFCSUM", "COSCLN"), VESSEL).errors
    assert (error.code, error.value) == ("UNSUPPORTED_MESSAGE", "COSCLN") and "IFCSUM" in error.expected
