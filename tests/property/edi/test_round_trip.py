"""What is written as EDIFACT or as a flat file is read back as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346

from connectors.edi import collect, read
from connectors.reading.words import is_bill, is_seal
from tests.property.edi import writing

MADE = 1795512600000
SECONDS = st.integers(1_700_000_000, 1_800_000_000).map(lambda second: second * 1000)
VESSELS = ("IMO:9399038", "IMO:9321483")
FREE = st.text(st.sampled_from("ABC 0123?'+:-/鲁箱"), min_size=1, max_size=12).map(str.strip).filter(bool)
PLAIN = st.text(st.sampled_from("ABC0123-/鲁箱"), min_size=1, max_size=12)


def containers() -> st.SearchStrategy[str]:
    stems = st.builds(lambda owner, n: f"{owner}U{n:06d}", st.sampled_from(["CSQ", "MSC", "QDG"]), st.integers(0, 999_999))
    return stems.map(lambda stem: stem + iso6346.calc_check_digit(stem))


def records(text: st.SearchStrategy[str], moves: list[str], terminal: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    seals = st.lists(
        st.builds(lambda no: {"no": no, "issuer": "SH", "type": None, "condition": "1"}, text.filter(is_seal)), max_size=2
    )  # fmt: skip
    one = st.fixed_dictionaries({
        "move": st.sampled_from(moves), "container_no": containers(), "vessel_id": st.sampled_from(VESSELS),
        "voyage": st.sampled_from(["2103N", "FK 243A"]), "event_time": SECONDS,
        "ef": st.sampled_from("EF"), "iso_type": st.sampled_from(["22G1", "45G1"]), "bill_no": st.none() | text.filter(is_bill),
        "trade": st.sampled_from("DF"), "weigh_kg": st.none() | st.integers(1, 40_000).map(float), "seals": seals,
        "terminal_code": st.just(terminal), "truck_plate": st.none() | text, "slot": st.just("0191006"),
        "pol": st.sampled_from(["USLGB", "CNTAO"]), "pod": st.sampled_from(["CNYAT", "NLRTM"]),
    })  # fmt: skip
    return st.lists(one, min_size=1, max_size=12, unique_by=lambda r: r["container_no"])


def facts(record: dict[str, Any], also: tuple[str, ...] = ()) -> dict[str, Any]:
    quay = record["move"] in ("DISC", "LOAD")
    names = ("move", "container_no", "vessel_id", "voyage", "event_time", "ef", "iso_type", "bill_no", "weigh_kg",
             "terminal_code", *(("slot", "pol", "pod") if quay else ("truck_plate",)), *also)  # fmt: skip
    return {name: record[name] for name in names} | {"seals": [s["no"] for s in record["seals"]]}


@given(records(FREE, ["IN", "OUT", "DISC", "LOAD"], "YPCT"))
def test_edifact(written: list[dict[str, Any]]) -> None:
    result = collect(read(writing.edifact(written, "YTPORT", MADE)))
    assert (result.errors, result.warnings) == ([], [])
    assert [facts(e.record, ("trade",)) for e in result.events] == [facts(r, ("trade",)) for r in written]
    assert [e.kind for e in result.events] == ["gate" if r["move"] in ("IN", "OUT") else "berth" for r in written]
    assert len({e.record["event_id"] for e in result.events}) == len(written)


@given(records(PLAIN, ["IN", "OUT", "DISC", "LOAD"], "00001"))
def test_flat_files(written: list[dict[str, Any]]) -> None:
    for record in written:
        record["seals"] = record["seals"][:1]
    result = collect(read(writing.flat(written, "WHPORT", MADE)))
    assert (result.errors, result.warnings) == ([], [])
    assert [facts(e.record) for e in result.events] == [facts(r) for r in written]
    assert len({e.record["event_id"] for e in result.events}) == len(written)
