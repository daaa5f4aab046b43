"""National flat files: the same events, the ports' own layouts, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connectors.edi import Problem, Profile, collect, read
from ops.cli.main import app
from schemas.codec import encode
from schemas.validate import validate
from tests.unit.edi.building import (
    BOX,
    GATE_IN_BOX,
    GATE_IN_HEAD,
    GATE_VESSEL,
    OTHER_BOX,
    QUAY_BOX_50,
    QUAY_BOX_52,
    QUAY_HEAD,
    QUAY_VESSEL,
    flat,
    text,
)  # fmt: skip

GATE = (GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX, "52:3:鲁B12345:TRK001:JIAODONG")
QUAY = (QUAY_HEAD, QUAY_VESSEL, QUAY_BOX_50, QUAY_BOX_52)


def record(data: bytes, **given: Any) -> dict[str, Any]:
    result = collect(read(data, **given))
    assert result.errors == []
    (event,) = result.events
    assert validate(event.kind, event.record, event.port) == []
    encode(event.kind, event.record)
    return event.record


def error(data: bytes, **given: Any) -> Problem:
    result = collect(read(data, **given))
    assert result.events == []
    (problem,) = result.errors
    return problem


def swapped(records: tuple[str, ...], old: str, new: str) -> bytes:
    assert any(old in r for r in records)
    return flat(*(r.replace(old, new) for r in records))


def test_a_gate_file_has_all_that_the_records_say() -> None:
    found = record(flat(*GATE))
    assert (found["port"], found["source_party"], found["terminal_code"]) == ("weihai", "WHPORT", "00001")
    assert (found["move"], found["event_time"], found["updated_time"]) == ("IN", 1795511100000, 1795512600000)
    assert (found["vessel_id"], found["voyage"], found["bill_no"]) == ("IMO:9399038", "FK243A", "QDBL1")
    assert (found["ef"], found["weigh_kg"], found["purpose"]) == ("F", 24500.0, "EXPORT_IN")
    assert (found["mode"], found["truck_plate"], found["quality_flags"]) == ("TRUCK", "鲁B12345", [])


def test_a_quay_file_has_all_that_the_records_say() -> None:
    found = record(flat(*QUAY))
    assert (found["move"], found["event_time"]) == ("DISC", 1795464301000)  # 14 digits: to the second
    assert (found["vessel_id"], found["vessel_name"], found["voyage"]) == ("IMO:9321483", "KING OF THE SEAS", "2103N")
    assert (found["pol"], found["pod"], found["slot"]) == ("USLGB", "CNWEI", "0261586")
    assert (found["bill_no"], found["weigh_kg"], [s["no"] for s in found["seals"]]) == ("QDBL2", 25550.0, ["1566180"])


@pytest.mark.parametrize("title", ["LOAD REPORT", "LOADING REPORT", "load  report"])
def test_the_title_tells_the_move(title: str) -> None:
    assert record(swapped(QUAY, "DISCHARGE REPORT", title))["move"] == "LOAD"


def test_a_gate_out_has_its_time_in_the_last_field() -> None:
    box = GATE_IN_BOX.replace(":2026", "::2026").replace(":E:", ":I:")
    found = record(flat(GATE_IN_HEAD.replace("GATE-IN", "GATE-OUT"), GATE_VESSEL, box))
    assert (found["move"], found["event_time"], found["purpose"]) == ("OUT", 1795511100000, "IMPORT_OUT")


@pytest.mark.parametrize(
    ("status", "purpose", "ef", "meaning"),
    [("F", "E", "F", "EXPORT_IN"), ("L", "E", "F", "EXPORT_IN"), ("E", "E", "E", "EMPTY_RETURN"), ("F", "V", "F", "STUFF"),
     ("F", "I", "F", "UNKNOWN")],
)  # fmt: skip
def test_letters_tell_full_or_empty_and_the_purpose(status: str, purpose: str, ef: str, meaning: str) -> None:
    found = record(swapped(GATE, ":F:E:", f":{status}:{purpose}:"))
    assert (found["ef"], found["purpose"], found["quality_flags"]) == (ef, meaning, [])


def test_unknown_letters_are_kept_in_flags() -> None:
    found = record(swapped(GATE, ":F:E:", ":X:Z:"))
    assert (found["ef"], found["purpose"]) == (None, "UNKNOWN")
    assert found["quality_flags"] == ["UNKNOWN_FULLNESS:X", "UNKNOWN_PURPOSE:Z"]


def test_a_partners_own_layout_is_read_without_a_bill() -> None:
    box = f"50:{BOX}:45HC:COSU:COSCO:F:1566180:0261586:20261124040501"
    layout = ("container", "size_type", "", "", "status", "seal", "slot", "time")
    profile = Profile("WHPORT", "WHPORT", "weihai", layouts={"COARRI/50": layout})
    found = record(flat(QUAY_HEAD, QUAY_VESSEL, box, QUAY_BOX_52), profile=profile)
    assert (found["bill_no"], found["slot"], [s["no"] for s in found["seals"]]) == (None, "0261586", ["1566180"])
    problem = error(flat(QUAY_HEAD, QUAY_VESSEL, box, QUAY_BOX_52))
    assert problem.code == "BAD_RECORD" and "layouts" in problem.expected


def test_the_vessel_may_go_by_a_ship_identification_number() -> None:
    assert record(swapped(QUAY, "UN9321483", "P202400002"))["vessel_id"] == "CNSHIP:P202400002"


def test_boxes_belong_to_the_vessel_before_them() -> None:
    second = QUAY_VESSEL.replace("9321483", "9399038").replace("2103N", "9W")
    box = QUAY_BOX_50.replace(BOX, OTHER_BOX)
    events = collect(read(flat(QUAY_HEAD, QUAY_VESSEL, QUAY_BOX_50, second, box))).events
    assert [(e.key, e.record["vessel_id"]) for e in events] == [(BOX, "IMO:9321483"), (OTHER_BOX, "IMO:9399038")]


def test_damage_records_flag_their_box() -> None:
    assert record(flat(*QUAY, "53:D:DENT:1:FRONT:2"))["quality_flags"] == ["DAMAGE_REPORTED"]


def test_gb18030_text_is_read() -> None:
    data = flat(*GATE).decode().encode("gb18030")
    assert record(data)["truck_plate"] == "鲁B12345"


def test_a_wrong_count_is_flagged_and_a_strict_partner_is_refused_with_the_same_words() -> None:
    data = flat(*GATE, count="9")
    (warning,) = collect(read(data)).warnings
    assert (warning.code, warning.value, warning.expected) == ("COUNT_MISMATCH", "9", "5 records")
    assert record(data)["quality_flags"] == ["COUNT_MISMATCH"]
    refused = error(data, profile=Profile("WHPORT", "WHPORT", "weihai", strict=True))
    assert (refused.en, refused.zh) == (warning.en, warning.zh)


def test_a_message_without_its_last_record_is_refused_and_stops_no_other() -> None:
    result = collect(read(text(GATE) + flat(*(r.replace(BOX, OTHER_BOX) for r in GATE))))
    assert [e.key for e in result.events] == [OTHER_BOX]
    assert [e.code for e in result.errors] == ["NO_TRAILER"]
    assert [e.code for e in collect(read(text(GATE))).errors] == ["TRUNCATED"]


def test_a_bad_box_is_refused_and_stops_no_other() -> None:
    bad = GATE_IN_BOX.replace(BOX, "X")
    result = collect(read(flat(GATE_IN_HEAD, GATE_VESSEL, bad, GATE_IN_BOX)))
    assert [e.key for e in result.events] == [BOX]
    assert [(e.code, e.position) for e in result.errors] == [("BAD_CONTAINER", 3)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("GATE-IN REPORT", "GATE REPORT", "UNKNOWN_DOCUMENT"), (":9:", ":8:", "UNKNOWN_FUNCTION"),
        ("WHPORT", "NOBODY", "UNKNOWN_SENDER"), ("202611241705", "202613241705", "BAD_TIME"),
        ("202611241705", "20261124", "BAD_TIME"), ("202611241705", "", "NO_TIME"), ("QDBL1", "QD|BL", "BAD_CHARACTER"),
        ("00:CODECO", "00:COPARN", "UNSUPPORTED_MESSAGE"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_event_is_refused(old: str, new: str, code: str) -> None:
    assert error(swapped(GATE, old, new)).code == code


def test_a_quay_file_without_a_vessel_is_refused() -> None:
    assert error(flat(QUAY_HEAD, QUAY_BOX_50)).code == "NO_VESSEL"


def test_an_unknown_record_is_told_and_left_out() -> None:
    result = collect(read(flat(*GATE, "77:X")))
    assert [w.code for w in result.warnings] == ["STRAY_RECORD"]
    assert len(result.events) == 1


def test_the_answer_is_a_report_of_each_message(tmp_path: Path) -> None:
    bad_box = GATE_IN_BOX.replace(BOX, "CSQU30543")
    good, mixed, bad = flat(*GATE), flat(GATE_IN_HEAD, GATE_VESSEL, bad_box, GATE_IN_BOX), flat(GATE_IN_HEAD, bad_box)
    file = tmp_path / "gate.txt"
    file.write_bytes(good + mixed + bad)
    result = CliRunner().invoke(app, ["edi", "read", str(file), "--reply"])
    assert result.exit_code == 1
    accepted, partly, refused = (line for line in result.stdout.splitlines() if line.startswith("  CODECO GATE-IN REPORT"))
    assert "(record 1): accepted 已接受, 1 events 事件, 0 refused 被拒" in accepted
    assert "(record 6): accepted in part 部分接受, 1 events 事件, 1 refused 被拒" in partly
    assert "(record 11): refused 已拒收, 0 events 事件, 1 refused 被拒" in refused
    assert "record 8, 50 ctnNo" in result.stdout and "'CSQU30543'" in result.stdout and "箱号" in result.stdout
    assert result.stderr.count("\n") == 1 and "没有标准回执" in result.stderr


def test_the_report_of_a_faultless_file_is_an_answer_too_and_machines_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "gate.txt"
    file.write_bytes(flat(*GATE))
    result = CliRunner().invoke(app, ["edi", "read", str(file), "--reply", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["verdict"], report["events"], report["problems"]) == ("ACCEPTED", 1, [])
    assert [(one["verdict"], one["events"]) for one in report["messages"]] == [("ACCEPTED", 1)]


def test_other_formats_are_answered_by_the_report_too(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes(b"Dear port")
    result = CliRunner().invoke(app, ["edi", "read", str(file), "--reply"])
    assert result.exit_code == 1 and "refused 已拒收" in result.stdout and "UNKNOWN_FORMAT" in result.stdout
