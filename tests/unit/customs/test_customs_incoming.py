"""Manifest messages that others wrote for customs, into events."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.customs.incoming import DRAFT, load_incoming, read_manifests
from connectors.customs.profile import ProfileProblem
from connectors.files.reader import read_file
from connectors.reading.events import Reading, collect

BOX = (
    "<TransportEquipment><EquipmentIdentification><ID>CSQU3054383</ID></EquipmentIdentification>"
    "<CharacteristicCode>22G1</CharacteristicCode><FullnessCode>5</FullnessCode><SealID>S1</SealID><SealID>S2</SealID></TransportEquipment>"
)
CONSIGNMENT = (
    "<Consignment><TransportContractDocument><ID>COSU612</ID></TransportContractDocument><LoadingLocation><ID>USLAX</ID></LoadingLocation>"
    "<ConsignmentPackaging><Quantity>40</Quantity></ConsignmentPackaging><TotalGrossMassMeasure>18500</TotalGrossMassMeasure>{boxes}</Consignment>"
)
SENT = "20260301080000000"
SENT_MS = 1_772_323_200_000


def message(
    code: str = "MT1101",
    function: str = "9",
    consignments: str = CONSIGNMENT.format(boxes=BOX),
    sent: str = SENT,
    office: str = "4218",
) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><MFTMessage><MFTHead><CopCode>4218A</CopCode></MFTHead><MFTData><Manifest>'
        f"<Head><MessageID>M-1</MessageID><FunctionCode>{function}</FunctionCode><MessageType>{code}</MessageType>"
        f"<SenderID>4218AGENT0001</SenderID><ReceiverID>4218</ReceiverID><SendTime>{sent}</SendTime><Version>1.0</Version></Head>"
        f"<Declaration><DeclarationOfficeID>{office}</DeclarationOfficeID><BorderTransportMeans><JourneyID>012W</JourneyID>"
        f"<TypeCode>1</TypeCode><ID>UN9346524</ID></BorderTransportMeans>{consignments}</Declaration></Manifest></MFTData></MFTMessage>"
    )


def reading(text: str, port: str = "") -> Reading:
    return collect(read_manifests(text.encode(), name="m.xml", port=port))


def test_a_manifest_is_a_line_for_each_bill_and_box() -> None:
    second = CONSIGNMENT.format(boxes=BOX + BOX.replace("CSQU3054383", "APZU4812090")).replace("COSU612", "COSU613")
    read = reading(message(consignments=CONSIGNMENT.format(boxes=BOX) + second))
    assert not read.errors
    assert [(e.key, e.record["container_no"]) for e in read.events] == [
        ("COSU612", "CSQU3054383"), ("COSU613", "CSQU3054383"), ("COSU613", "APZU4812090"),
    ]  # fmt: skip
    record = read.events[0].record
    assert (read.events[0].topic, record["manifest_kind"], record["direction"], record["trade"]) == (
        "qingdao.manifest.v1",
        "ORIGINAL",
        "I",
        "F",
    )
    assert (record["vessel_id"], record["voyage"], record["pol"], record["packages"], record["gross_kg"]) == (
        "IMO:9346524",
        "012W",
        "USLAX",
        40,
        18500.0,
    )
    assert (record["ef"], record["iso_type"], [s["no"] for s in record["seals"]]) == ("F", "22G1", ["S1", "S2"])
    assert record["event_time"] == record["send_time"] == SENT_MS and "UNVERIFIED_PROFILE" in record["quality_flags"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MT2101", "PREPARED"), ("MT4101", "LOADED"), ("MT5101", "TALLY"), ("MT5102", "TALLY"), ("MT7101", "PACKING"),
        ("MTECIM", "EMPTY_NOTICE"), ("MTECEX", "EMPTY_NOTICE"),
    ],
)
def test_each_message_is_its_kind_of_manifest(code: str, kind: str) -> None:
    record = reading(message(code)).events[0].record
    assert (record["manifest_kind"], record["msg_type"]) == (kind, code)
    assert (record["counted"], record["source_system"]) == ((40, "TALLY MT") if kind == "TALLY" else (None, "AGENT MT"))


@pytest.mark.parametrize(
    ("code", "stage", "action"),
    [
        ("MT3101", "ARRIVAL", "DECLARED"),
        ("MT3102", "ARRIVAL", "DECLARED"),
        ("MT6101", "DIVERSION", "APPLY"),
        ("MT6102", "DECONSOLIDATION", "APPLY"),
        ("MT8102", "REASSIGN", "APPLY"),
        ("MT8103", "REASSIGN", "APPLY"),
        ("MT8104", "REASSIGN", "APPLY"),
        ("MT8105", "TRANSHIP", "APPLY"),
    ],
)
def test_reports_and_applications_are_releases_of_the_box(code: str, stage: str, action: str) -> None:
    (event,) = reading(message(code)).events
    assert (event.topic, event.key) == ("qingdao.release.v1", "CSQU3054383")
    assert (event.record["stage"], event.record["action"], event.record["bill_no"]) == (stage, action, "COSU612")


def test_a_reassignment_names_the_new_sailing_and_is_no_acceptance() -> None:
    (event,) = reading(message("MT8104")).events
    record = event.record
    assert (record["vessel_id"], record["voyage"], record["authority"]) == ("IMO:9346524", "012W", "CARRIER")
    assert record["action"] not in ("ACK", "APPROVE")


def test_a_change_of_port_is_refused_by_name_with_the_reason() -> None:
    (problem,) = reading(message("MT8101")).errors
    assert (problem.code, problem.value) == ("PORT_CHANGE_NOT_READ", "MT8101")
    assert "sources differ" in problem.en and "改靠港" in problem.zh


def test_a_table_that_refuses_what_it_reads_or_without_words_is_refused(tmp_path: Path) -> None:
    for wrong in ("MT1101: PORT_CHANGE_NOT_READ", "MT8109: NO_SUCH_WORDS"):
        table = tmp_path / "table.yaml"
        table.write_text(DRAFT.read_text("utf-8").replace("MT8101: PORT_CHANGE_NOT_READ", wrong), "utf-8")
        with pytest.raises(ProfileProblem, match=wrong.split(":")[0]):
            load_incoming(table)


def test_a_deletion_takes_the_same_line_back_and_a_correction_is_a_later_version() -> None:
    first, deleted = (
        reading(message()).events[0].record,
        reading(message(function="3", sent="20260301090000000")).events[0].record,
    )
    assert (
        first["event_id"] == deleted["event_id"] and deleted["is_retracted"] and deleted["updated_time"] > first["updated_time"]
    )
    changed = reading(message(function="5").replace("18500", "18600")).events[0].record
    assert changed["event_id"] == first["event_id"] and not changed["is_retracted"]


def test_a_consignment_without_boxes_is_one_line() -> None:
    (event,) = reading(message(consignments=CONSIGNMENT.format(boxes=""))).events
    assert event.record["container_no"] is None and event.key == "COSU612"


def test_a_message_without_consignments_is_told_so() -> None:
    assert [p.code for p in reading(message(consignments="")).errors] == ["NO_CONSIGNMENT"]


def test_one_bad_consignment_does_not_stop_the_others() -> None:
    bad = CONSIGNMENT.format(boxes=BOX).replace("<Quantity>40<", "<Quantity>forty<")
    read = reading(message(consignments=bad + CONSIGNMENT.format(boxes=BOX)))
    assert len(read.events) == 1
    assert [(p.code, p.element, p.value, p.unit) for p in read.errors] == [("BAD_FIELD", "packages", "forty", "line")]


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("MT1101", "MT1401", "UNSUPPORTED_MESSAGE"),
        ("MT1101", "MT9999", "UNSUPPORTED_MESSAGE"),
        ("UN9346524", "UN93465", "BAD_FIELD"),
        (SENT, "2026-03-01", "BAD_FIELD"),
        ("<ID>COSU612</ID>", "<ID></ID>", "MISSING_FIELD"),
        ("</Declaration>", "", "BAD_XML"),
        ("<MFTMessage>", '<!DOCTYPE x [<!ENTITY a "b">]><MFTMessage>', "BAD_XML"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(was: str, now: str, code: str) -> None:
    read = reading(message().replace(was, now))
    assert [p.code for p in read.errors] == [code]


def test_a_manifest_without_the_single_windows_envelope_and_with_attributes_is_the_same() -> None:
    whole = message()
    bare = whole[whole.index("<Manifest>") : whole.index("</MFTData>")]
    bare = bare.replace("<Manifest>", '<m:Manifest xmlns:m="urn:Declaration:datamodel:standard:CN:MT1101:1">', 1)
    bare = bare.replace("</Manifest>", "</m:Manifest>")
    bare = bare.replace("<TotalGrossMassMeasure>", '<TotalGrossMassMeasure unitCode="KGM">')
    assert [e.record for e in reading(bare).events] == [e.record for e in reading(whole).events] != []
    assert reading(bare).errors == []


@pytest.mark.parametrize(("was", "now"), [
    ("UN9346524", "9346524"), ("UN9346524", "IMO9346524"), (f"<SendTime>{SENT}", f"<SendTime>{SENT[:14]}"),
    ("<FullnessCode>5", "<FullnessCode>F"),
])  # fmt: skip
def test_what_systems_leave_out_or_write_as_others_do_says_the_same(was: str, now: str) -> None:
    text = message()
    assert was in text
    (before,), (after,) = reading(text).events, reading(text.replace(was, now)).events
    assert after == before


def test_the_refusal_names_the_unverified_table_and_what_it_reads() -> None:
    (problem,) = reading(message("MT1401")).errors
    assert "MT1401" in problem.en and "unverified" in problem.en and "MT2101" in problem.en


def test_the_office_says_the_port_unless_it_is_named() -> None:
    assert reading(message(office="4204")).events[0].topic == "weihai.manifest.v1"
    assert [p.code for p in reading(message(office="5300")).errors] == ["FOREIGN_PLACE"]
    assert reading(message(office="5300"), "rizhao").events[0].topic == "rizhao.manifest.v1"


def test_unknown_elements_are_told_once_and_unknown_codes_are_flagged() -> None:
    odd = BOX.replace("<FullnessCode>5<", "<FullnessCode>7<").replace("<SealID>S1", "<Colour>red</Colour><SealID>S1")
    read = reading(message(consignments=CONSIGNMENT.format(boxes=odd + odd)))
    assert [(w.code, w.value) for w in read.warnings] == [("UNKNOWN_ELEMENT", "red")]
    assert read.events[0].record["ef"] is None and "UNKNOWN_CODE:ef:7" in read.events[0].record["quality_flags"]


def test_a_flag_stays_with_its_own_box() -> None:
    odd = BOX.replace("CSQU3054383", "APZU4812090").replace("<FullnessCode>5<", "<FullnessCode>7<")
    first, second = reading(message(consignments=CONSIGNMENT.format(boxes=BOX + odd))).events
    assert [("UNKNOWN_CODE:ef:7" in e.record["quality_flags"]) for e in (first, second)] == [False, True]


def test_the_table_has_no_path_twice_and_says_that_it_is_unverified() -> None:
    table = load_incoming()
    assert not table.verified and "unverified" in table.title
    assert len(table.places()) == len(table.rows)


def test_a_file_is_known_by_how_it_begins_and_read_in_bounded_memory() -> None:
    head, tail = message(consignments="@").split("@")

    def pieces() -> Iterator[bytes]:
        yield head.encode()
        for n in range(4000):
            yield CONSIGNMENT.format(boxes=BOX).replace("COSU612", f"COSU{n}").encode()
        yield tail.encode()

    tracemalloc.start()
    assert sum(1 for _ in read_file(pieces())) == 4000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize("name", ["GB18030", "gbk", "GB2312"])
def test_what_a_chinese_system_writes_in_its_own_encoding_is_read(name: str) -> None:
    goods = "<ConsignmentItem><Commodity><CargoDescription>轮胎</CargoDescription></Commodity></ConsignmentItem>"
    text = message(consignments=CONSIGNMENT.format(boxes=goods + BOX)).replace("UTF-8", name)
    (event,) = collect(read_manifests([text.encode("gb18030")[at : at + 7] for at in range(0, 2000, 7)], name="m.xml")).events
    assert event.record["goods"] == "轮胎"
    (broken,) = collect(read_manifests(text.encode("gb18030") + b"\xff\xff", name="m.xml")).errors
    assert broken.code == "BAD_XML" and "no text" in broken.value


@pytest.mark.parametrize("name", ["shift_jis", "utf-7", "hex", "nothing"])
def test_an_encoding_that_is_not_read_is_refused_with_the_ones_that_are(name: str) -> None:
    (broken,) = collect(read_manifests(message().replace("UTF-8", name).encode(), name="m.xml")).errors
    assert broken.code == "BAD_XML" and "GB18030" in broken.value
