"""The files of Yantai (EDIFACT) and Weihai (national flat files) keep their own rules and say what was planned."""

from __future__ import annotations

from ops.simulate.clock import midnight
from ops.simulate.day import Day
from ops.simulate.edifact import escaped
from ops.simulate.filing import FileDue, files

from .conftest import Told


def _files(port: str, scale: float = 0.1) -> list[FileDue]:
    day = Day(seed=4, day=0, midnight=midnight("2026-03-02"), scale=scale)
    return [f for f in files(day.write(), day.calls) if f.file.port == port]


def _segments(text: str) -> list[list[str]]:
    return [s.split("+") for s in text.replace("\n", "").removeprefix("UNA:+.? '").rstrip("'").split("'")]


def test_gate_and_quay_moves_of_the_file_ports_come_by_file_only(small: Told) -> None:
    for delivery in small.deliveries:
        if delivery.kind in ("gate", "berth") and delivery.record["event_type"] != "PORT_CALL":
            assert delivery.record["port"] in ("qingdao", "rizhao")
    assert {d.file.port for d in small.deliveries if d.file} == {"yantai", "weihai"}


def test_edifact_counts_and_references_match() -> None:
    documents = []
    for due in _files("yantai"):
        segments = _segments(due.file.text)
        assert segments[0][0] == "UNB"
        assert segments[-1] == ["UNZ", str(sum(1 for s in segments if s[0] == "UNH")), segments[0][5]]
        started, boxes = 0, 0
        for index, segment in enumerate(segments):
            if segment[0] == "UNH":
                started, boxes = index, 0
            elif segment[0] == "BGM":
                documents.append(segment[2])
            elif segment[0] == "EQD":
                boxes += 1
            elif segment[0] == "CNT":
                assert segment[1] == f"16:{boxes}"
            elif segment[0] == "UNT":
                assert segment[1:] == [str(index - started + 1), segments[started][1]]
        assert due.events == sum(1 for s in segments if s[0] == "EQD")
    assert len(documents) == len(set(documents)) > 50


def test_a_cancel_or_replacement_names_an_earlier_document_that_holds_its_box() -> None:
    holds: dict[str, set[str]] = {}
    functions = set()
    for due in _files("yantai", scale=0.4):
        document = function = about = ""
        for segment in _segments(due.file.text):
            if segment[0] == "BGM":
                document, function = segment[2], segment[3]
                functions.add(function)
            elif segment[0] == "RFF" and segment[1].startswith("ACW:"):
                about = segment[1][4:]
            elif segment[0] == "EQD":
                holds.setdefault(document, set()).add(segment[2])
                if function != "9":
                    assert segment[2] in holds[about]
    assert functions == {"9", "1", "5"}


def test_flat_files_count_their_records_and_state_times_to_the_second() -> None:
    seen = set()
    for due in _files("weihai"):
        records = [line.removesuffix("'").split(":") for line in due.file.text.splitlines()]
        assert records[0][0] == "00" and records[0][4] == "WHPORT"
        assert records[-1] == ["99", str(len(records))]
        seen.add((records[0][1], records[0][2]))
        boxes = [r for r in records if r[0] == "50"]
        assert len(boxes) == due.events
        for box in boxes:
            assert len(box[-1]) == 14 and box[-1].startswith("2026030")
    assert seen == {("CODECO", "GATE-IN REPORT"), ("CODECO", "GATE-OUT REPORT"), ("COARRI", "DISCHARGE REPORT"),
                    ("COARRI", "LOAD REPORT")}  # fmt: skip


def test_service_characters_in_text_are_released() -> None:
    assert escaped("O'NEIL + CO: 5?") == "O?'NEIL ?+ CO?: 5??"


def test_moves_by_file_are_planned_in_whole_seconds() -> None:
    sheet = Day(seed=4, day=0, midnight=midnight("2026-03-02"), scale=0.1).write()
    assert sheet.filed
    assert all(filed.record["event_time"] % 1000 == 0 for filed in sheet.filed)
