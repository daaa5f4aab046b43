"""A port's own tables into events, by a mapping: what is read, what is refused, and what the sender is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from connectors.files.mapping import MappingError, parse_mapping
from connectors.files.reader import read_file
from connectors.reading.events import Reading, collect

#: A terminal's own export: Chinese headings, words, tonnes, Beijing time.
GATE: dict[str, Any] = {
    "kind": "gate", "port": "rizhao", "party": "RZCT", "system": "TOS", "time_formats": ["%Y/%m/%d %H:%M"],
    "fields": {
        "container_no": "箱号", "event_time": "过闸时间",
        "move": {"column": "进出", "values": {"进": "IN", "出": "OUT"}},
        "weigh_kg": {"column": "毛重(吨)", "factor": 1000},
        "seals": {"column": "铅封", "split": "/"},
        "purpose": {"column": "业务", "values": {"出口重箱": "EXPORT_IN"}},
        "ocr.plate": "车牌",
    },
}  # fmt: skip
HEAD = "箱号,过闸时间,进出,毛重(吨),铅封,业务,车牌"
ROW = "CSQU3054383,2026/03/01 08:00,进,24.5,A1/B2,出口重箱,鲁L12345"
EIGHT_BEIJING = 1_772_323_200_000


def reading(text: str | bytes, document: dict[str, Any] = GATE, name: str = "gate.csv", form: str = "") -> Reading:
    source = text.encode() if isinstance(text, str) else text
    return collect(read_file(source, name=name, mapping=parse_mapping(document), form=form))


def test_a_row_is_an_event_of_the_port() -> None:
    read = reading(f"{HEAD}\n{ROW}\n")
    assert not read.errors and not read.warnings
    (event,) = read.events
    assert (event.topic, event.key) == ("rizhao.gate.v1", "CSQU3054383")
    record = event.record
    assert (record["move"], record["event_time"], record["weigh_kg"], record["purpose"]) == (
        "IN",
        EIGHT_BEIJING,
        24500.0,
        "EXPORT_IN",
    )
    assert [seal["no"] for seal in record["seals"]] == ["A1", "B2"]
    assert record["ocr"]["plate"] == "鲁L12345"
    assert (record["source_party"], record["source_system"], record["raw_ref"]) == ("RZCT", "TOS", None)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}\n".encode("gb18030"),
        f"\ufeff{HEAD}\r\n{ROW}\r\n".encode(),
        f"{HEAD}\n{ROW}\n".replace(",", ";").encode(),
        f"{HEAD}\n{ROW}\n".replace(",", "\t").encode(),
        f"{HEAD}\n\n,,,,,,\n{ROW}".encode(),
        f"{HEAD}\r\n{ROW}\r\n".replace(",", "\t").encode("utf-16"),
        b"\xfe\xff" + f"{HEAD}\n{ROW}\n".encode("utf-16-be"),
    ],
    ids=["GB18030", "BOM and CRLF", "semicolons", "tabs", "empty rows", "Unicode text of Excel", "UTF-16, the other order"],
)
def test_dialects_of_csv_are_told_by_the_file(text: bytes) -> None:
    (event,) = reading(text).events
    assert event.record["event_id"] == reading(f"{HEAD}\n{ROW}\n").events[0].record["event_id"]


def test_a_file_sent_again_under_another_name_and_in_another_order_says_the_same() -> None:
    other = ROW.replace("08:00", "09:00")
    first, again = reading("\n".join([HEAD, ROW, other])), reading("\n".join([HEAD, other, ROW]), name="again.csv")
    assert first.events == again.events[::-1]


def test_the_same_row_again_is_the_same_event_and_another_is_not() -> None:
    ids = [e.record["event_id"] for e in reading("\n".join([HEAD, ROW, ROW, ROW.replace("08:00", "08:01")])).events]
    assert ids[0] == ids[1] != ids[2]


def test_an_id_of_the_source_or_the_columns_that_identify_are_taken() -> None:
    head, row = f"流水号,{HEAD}", f"77,{ROW}"
    with_id = {**GATE, "fields": {**GATE["fields"], "event_id": {"columns": ["流水号", "箱号"]}}}
    assert reading(f"{head}\n{row}", with_id).events[0].record["event_id"] == "77-CSQU3054383"
    by_number = {**GATE, "identity": ["流水号"]}
    first, corrected = reading(f"{head}\n{row}\n{row.replace('24.5', '25')}", by_number).events
    assert first.record["event_id"] == corrected.record["event_id"]


def test_a_bad_row_is_refused_by_itself_with_row_column_value_and_what_was_expected() -> None:
    read = reading("\n".join([HEAD, ROW.replace("24.5", "heavy"), ROW]))
    assert len(read.events) == 1
    (problem,) = read.errors
    assert (problem.code, problem.unit, problem.position, problem.value) == ("BAD_FIELD", "row", 2, "heavy")
    assert "毛重(吨)" in problem.element and "number" in problem.expected
    assert str(problem).startswith("error: gate.csv, row 2, weigh_kg (column 毛重(吨)): ") and "已拒收" in problem.zh


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("2026/03/01 08:00", "1 March", "a time such as 2026/01/31 08:30"),
        ("2026/03/01 08:00", "1926/03/01 08:00", "a time of the years 2000 to 2099; "),
        ("进", "进口", "one of 进, 出, or another under values in the mapping"),
    ],
    ids=["a time", "a year", "a word"],
)
def test_what_is_wrong_is_told_in_the_words_of_the_table(was: str, now: str, expected: str) -> None:
    (problem,) = reading("\n".join([HEAD, ROW.replace(was, now, 1)])).errors
    assert problem.value == now and problem.expected.startswith(expected)


@pytest.mark.parametrize(
    ("was", "now", "code", "field"),
    [
        ("CSQU3054383", "", "MISSING_FIELD", "container_no"),
        ("2026/03/01 08:00", "1 March", "BAD_FIELD", "event_time"),
        ("2026/03/01 08:00", "1926/03/01 08:00", "BAD_FIELD", "event_time"),
        ("进", "进口", "BAD_FIELD", "move"),
    ],
)
def test_what_is_refused_names_its_field(was: str, now: str, code: str, field: str) -> None:
    errors = reading(f"{HEAD}\n{ROW.replace(was, now)}").errors
    assert (code, True) in [(p.code, p.element.startswith(field)) for p in errors]


def test_words_that_the_mapping_does_not_know_are_kept_and_flagged_once() -> None:
    read = reading(
        "\n".join([HEAD, ROW.replace("出口重箱", "熏蒸"), ROW.replace("出口重箱", "熏蒸").replace("08:00", "09:00")])
    )
    assert [e.record["purpose"] for e in read.events] == ["熏蒸", "熏蒸"]
    assert all("UNKNOWN_CODE:purpose:熏蒸" in e.record["quality_flags"] for e in read.events)
    (warning,) = read.warnings
    assert (warning.code, warning.value) == ("UNKNOWN_CODE", "熏蒸")


def test_a_wrong_check_digit_is_taken_and_flagged() -> None:
    read = reading(f"{HEAD}\n{ROW.replace('CSQU3054383', 'CSQU3054384')}")
    assert read.events[0].record["quality_flags"] == ["BAD_CHECK_DIGIT"]
    assert [w.code for w in read.warnings] == ["BAD_CHECK_DIGIT"]


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    (problem,) = reading("箱号,时间\nCSQU3054383,x").errors
    assert problem.code == "NO_COLUMN" and "过闸时间" in problem.value and "箱号, 时间" in problem.expected


def test_a_quote_that_is_never_closed_ends_the_reading_with_an_error() -> None:
    read = reading(f'{HEAD}\n{ROW}\n"CSQU3054383,…')
    assert len(read.events) == 1 and [p.code for p in read.errors] == ["BAD_TABLE"]


def test_without_a_mapping_a_table_is_told_to_need_one() -> None:
    assert [p.code for p in collect(read_file(b"a,b\n1,2", form="csv")).errors] == ["NO_MAPPING"]
    assert [p.code for p in collect(read_file(b"a,b\n1,2")).errors] == ["UNKNOWN_FORMAT"]


def workbook(*rows: list[Any], title: str = "闸口") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_excel_file_is_read_with_its_own_types() -> None:
    cells = ["CSQU3054383", datetime(2026, 3, 1, 8, 0), "进", 24.5, "A1", "出口重箱", "鲁L12345"]  # noqa: DTZ001
    read = reading(workbook(["日报"], HEAD.split(","), cells), {**GATE, "table": {"sheet": "闸口", "header": 2}})
    assert not read.errors
    assert (read.events[0].record["event_time"], read.events[0].record["weigh_kg"]) == (EIGHT_BEIJING, 24500.0)
    assert read.events[0].record["container_no"] == "CSQU3054383"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/workbook.xml", "w") as part:
        for _ in range(1100):
            part.write(b"0" * (1 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("file", "code"),
    [(workbook(["a"], title="别的"), "NO_SHEET"), (b"PK\x03\x04broken", "BAD_TABLE"), (bomb(), "BAD_TABLE")],
    ids=["sheet", "broken", "bomb"],
)
def test_an_excel_file_that_cannot_be_read_is_told_so(file: bytes, code: str) -> None:
    assert [p.code for p in reading(file, {**GATE, "table": {"sheet": "闸口"}}).errors] == [code]


LINES: dict[str, Any] = {
    "kind": "gate", "port": "rizhao", "party": "RZCT",
    "fields": {"event_id": "id", "container_no": "box.no", "event_time": "at", "move": "box.way", "seals": "seals"},
}  # fmt: skip


def test_json_lines_are_read_by_dotted_names_and_a_bad_line_does_not_stop_them() -> None:
    line = '{"id": "7", "at": "2026-03-01T08:00:00+08:00", "box": {"no": "CSQU3054383", "way": "OUT"}, "seals": ["S1"]}'
    read = reading(f"{line}\n{{oops\n[1]\n{line}\n", LINES, "gate.jsonl")
    assert [(e.record["event_id"], e.record["move"], e.record["seals"][0]["no"]) for e in read.events] == [
        ("7", "OUT", "S1")
    ] * 2
    assert [(p.code, p.position) for p in read.errors] == [("BAD_ROW", 2), ("BAD_ROW", 3)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "gates"}, "kind is 'gates'; expected one of manifest, gate, berth, release"),
        ({"port": "ningbo"}, "port is 'ningbo'"),
        ({"party": ""}, "party must be given"),
        ({"tabel": {}}, "unknown key tabel"),
        ({"time_zone": "CST"}, "time_zone is 'CST'"),
        ({"time_formats": ["%Q"]}, "no format of times"),
        ({"table": {"encoding": "klingon"}}, "klingon"),
        ({"fields": {"contaner_no": "箱号"}}, "did you mean container_no?"),
        ({"fields": {"move": {"values": {}}}}, "field move: needs a column, or a value"),
        ({"fields": {"move": {"column": "a", "split": "/"}}}, "only a list is split"),
        ({"fields": {"move": {"column": "a", "factor": 2}}}, "a factor is a number, for a number"),
    ],
)
def test_a_mapping_that_makes_no_sense_says_where(change: dict[str, Any], said: str) -> None:
    with pytest.raises(MappingError, match=r"^mapping") as error:
        parse_mapping({**GATE, **change})
    assert said in str(error.value)


def test_a_long_table_is_read_in_bounded_memory() -> None:
    import tracemalloc

    def pieces() -> Iterator[bytes]:
        yield f"{HEAD}\n".encode()
        for n in range(2000):
            yield "".join(f"CSQU3054383,2026/03/01 08:00,进,{n}.{m},A1,出口重箱,鲁\n" for m in range(10)).encode()

    mapping = parse_mapping(GATE)
    tracemalloc.start()
    assert sum(1 for _ in read_file(pieces(), mapping=mapping)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


# what other makers' exports look like


@pytest.mark.parametrize("above", ["日照港过闸报表,,,,,,\n", "\n\n", "报表\n制表时间：2026/03/01\n\n", "sep=,\n"])
def test_titles_above_the_headings_are_passed_over(above: str) -> None:
    read = reading(f"{above}{HEAD}\n{ROW}\n")
    assert ([e.key for e in read.events], read.errors) == (["CSQU3054383"], [])
    (broken,) = reading(f"{above}{HEAD}\n{ROW.replace('2026/03/01 08:00', 'noon')}\n").errors
    assert broken.position == above.count("\n") + 2


def test_a_header_row_that_is_named_is_that_one() -> None:
    (problem,) = reading(f"{HEAD}\n{ROW}\n", {**GATE, "table": {"header": 2}}).errors
    assert problem.code == "NO_COLUMN" and problem.position == 2


def test_titles_above_the_headings_of_an_excel_file_and_no_rows_lost() -> None:
    values = ["CSQU3054383", datetime(2026, 3, 1, 8, 0), "进", 24.5, 12345, "出口重箱", "鲁L12345"]  # noqa: DTZ001
    for titles in (0, 1, 3):
        book = Workbook()
        page = book.worksheets[0]
        for _ in range(titles):
            page.append(["日照港过闸报表"])
        page.append(HEAD.split(","))
        for _ in range(30):
            page.append(values)
        whole = io.BytesIO()
        book.save(whole)
        read = reading(whole.getvalue())
        assert (len(read.events), read.errors) == (30, [])
        assert read.events[0].record["seals"][0]["no"] == "12345"  # a number in a cell is a seal's number


@pytest.mark.parametrize("cell", ["20260301080000", "202603010800", "2026-03-01 08:00", "2026-03-01T00:00:00Z"])
def test_times_without_marks_are_read(cell: str) -> None:
    (event,) = reading(f"{HEAD}\n{ROW.replace('2026/03/01 08:00', cell)}\n").events
    assert (event.record["event_time"], event.record["quality_flags"]) == (EIGHT_BEIJING, [])


@pytest.mark.parametrize("cell", ["20261301080000", "206003010800123", "1772323200", "36525.9", "73051"])
def test_digits_that_are_no_time_are_refused_once(cell: str) -> None:
    (problem,) = reading(f"{HEAD}\n{ROW.replace('2026/03/01 08:00', cell)}\n").errors
    assert (problem.code, problem.value) == ("BAD_FIELD", cell)


def test_a_count_of_days_is_excels_time_with_a_flag_and_told_once() -> None:
    rows = "\n".join(ROW.replace("2026/03/01 08:00", days) for days in ("46082.3333333333", "46082.5"))
    read = reading(f"{HEAD}\n{rows}\n")
    assert [e.record["event_time"] - EIGHT_BEIJING for e in read.events] == [0, 4 * 3_600_000]
    assert {flag for e in read.events for flag in e.record["quality_flags"]} == {"COUNT_OF_DAYS"}
    assert [w.code for w in read.warnings] == ["COUNT_OF_DAYS"]


def test_plates_are_chinese_where_nothing_else_is() -> None:
    """鲁 in GB18030 is "³" in UTF-8: with English headings the plates are all that tells."""
    document = {**GATE, "fields": {"container_no": "box", "event_time": "time", "move": "move", "truck_plate": "plate"}}
    text = "box,time,move,plate\nCSQU3054383,2026/03/01 08:00,IN,鲁L12345\n"
    for charset in ("gb18030", "utf-8"):
        assert reading(text.encode(charset), document).events[0].record["truck_plate"] == "鲁L12345"
    line = '{"box": "CSQU3054383", "time": "2026-03-01 08:00", "move": "IN", "plate": "鲁L12345"}\n'
    assert reading(line.encode("gb18030"), document).events[0].record["truck_plate"] == "鲁L12345"


def test_a_table_without_rows_is_told() -> None:
    read = reading(f"{HEAD}\n")
    assert ([w.code for w in read.warnings], read.errors) == (["NOTHING_IN_IT"], [])


def test_a_column_that_stands_twice_is_refused() -> None:
    (problem,) = reading(f"{HEAD},箱号\n{ROW},MSCU1234566\n").errors
    assert problem.code == "BAD_TABLE" and "箱号" in problem.value


def test_a_name_that_stands_twice_is_found_in_a_large_object_too() -> None:
    names = "".join(f'"a{n}": 1, ' for n in range(60_000))
    (problem,) = reading(f'{{{names}"a59999": 2}}\n').errors
    assert problem.code in ("BAD_ROW", "NOT_JSON") and "a59999 stands twice" in f"{problem.value} {problem.expected}"


def test_a_word_that_refuses_the_row_is_not_said_to_be_kept() -> None:
    read = reading(f"{HEAD}\n{ROW.replace(',进,', ',入,')}\n")
    assert ([p.code for p in (*read.errors, *read.warnings)], read.events) == (["BAD_FIELD"], [])


def test_bytes_that_no_encoding_holds_are_told_as_such() -> None:
    (problem,) = reading(HEAD.encode() + b"\n" + ROW.encode() + b"\n" + b"\xff\xff,\n").errors
    assert problem.code in ("NO_COLUMN", "BAD_TABLE") and "b'" not in problem.value


JSON_FIELDS = {"container_no": "box", "event_time": "t", "move": "move"}
BOX_A = '{"box": "CSQU3054383", "t": "2026-03-01 08:00", "move": "IN"}'
BOX_B = BOX_A.replace("CSQU3054383", "MSCU1234566")


@pytest.mark.parametrize("text", [
    f"{BOX_A}\n{BOX_B}\n", f"\n{BOX_A}\n\n{BOX_B}", f"[{BOX_A},{BOX_B}]", f"[\n {BOX_A},\n {BOX_B}\n]\n",
    f'{{"events": [{BOX_A}, {BOX_B}]}}', f'{{\n"events": [\n{BOX_A},\n{BOX_B}\n]\n}}\n', f"\ufeff[{BOX_A},{BOX_B}]",
])  # fmt: skip
def test_objects_may_stand_in_lines_or_in_one_document(text: str) -> None:
    read = reading(text, {**GATE, "fields": JSON_FIELDS})
    assert ([e.key for e in read.events], read.errors) == (["CSQU3054383", "MSCU1234566"], [])


def test_an_object_over_several_lines_is_one_event() -> None:
    (event,) = reading(BOX_A.replace(", ", ",\n"), {**GATE, "fields": JSON_FIELDS}).events
    assert event.key == "CSQU3054383"


@pytest.mark.parametrize("bad", [f"{BOX_A},", BOX_A.replace('"', "'"), BOX_A[:-1] + ', "box": "MSCU1234566"}', "{"])
@pytest.mark.parametrize("first", [True, False])
def test_one_wrong_line_does_not_stop_the_others(bad: str, first: bool) -> None:
    lines = [bad, BOX_B] if first else [BOX_B, bad]
    read = reading("\n".join(lines), {**GATE, "fields": JSON_FIELDS})
    assert ([e.key for e in read.events], [p.code for p in read.errors]) == (["MSCU1234566"], ["BAD_ROW"])
    assert read.errors[0].position == (1 if first else 2)


def test_a_list_that_is_cut_off_is_refused_with_the_place() -> None:
    (problem,) = reading(f"[{BOX_A},", {**GATE, "fields": JSON_FIELDS}).errors
    assert problem.code == "NOT_JSON" and "line 1" in problem.value
