"""Whatever the bytes, reading gives events that the platform takes, and problems in words; it never raises."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from connectors.edi import Event, Problem, Profile, read
from connectors.reading.problem_texts import TEXTS
from schemas.codec import decode, encode
from schemas.validate import validate

PROFILE = Profile("YTPORT", "YPCT", "yantai", terminal="YPCT", vessel_lists={"ZZZ": "CNSHIP", "JT": "CNSHIP"})
EDIFACT = (
    "UNA:+.? '", "UNB+UNOA:2+YTPORT+YGT+261124:1730+1'", "UNG+CODECO+YTPORT+YGT+261124:1730+7+UN+D:95B'",
    "UNH+1+CODECO:D:95B:UN:ITG10'", "UNH+2+COARRI:D:00B:UN'", "UNH+3+BAPLIE:D:15A:UN'", "BGM+34+DOC1+9'",
    "BGM+119+DOC2+9'", "BGM+36++1'", "BGM+44+D?+?:?'3+5'", "RFF+ACW:DOC0'", "DTM+137:20261124173000:204'",
    "DTM+137:20261124:102'", "TDT+20+FK1+1++COS:172:166+++9399038:146::MSC BETTINA'", "TDT+20++1+++++P2019001:ZZZ'",
    "NAD+MS+YTPORT'", "EQD+CN+CSQU3054383+22G1:102:5++2+5'", "EQD+CN+CSQU3054384+XX+9+99+9'", "EQD+TE+X'",
    "EQD+CN+MSCU1234566+45G1:102:5++5+4'", "RFF+BM:B|L'", "RFF+BN:BK1'", "DTM+7:202611241705:203'",
    "DTM+203:2026112417:203'", "DTM+404:202611241705EST:303'", "LOC+165+CNYAT:139:6+YPCT'", "LOC+147+0191006'",
    "LOC+11+CNYAT'", "MEA+AAE+G+KGM:24500'", "MEA+AAE+VGM+XXX:1e400'", "SEL+H1+CU+1'", "SEL++CU'", "TDT+1++3+31++++鲁B1'",
    "FTX+DAR++2'", "CNT+16:1'", "UNT+5+1'", "UNT+" + "9" * 5000 + "+1'", "UNE+1+7'", "UNZ+1+1'", "'", "+", ":", "?", "\r\n",
)  # fmt: skip
FLAT = (
    "00:CODECO:GATE-IN REPORT:9:WHPORT:YGT:202611241730'", "00:COARRI:DISCHARGE REPORT:9:WHPORT:YGT:20261124173000'",
    "00:CODECO:GATE-OUT REPORT:1:WHPORT:YGT:2026'", "00:VESDEP:X:9:WHPORT:YGT:202611241730'",
    "15:202611240300:20261124'", "16:202611241130:202611241830'", "00:IFCSUM:MANIFEST:3:WHPORT:YGT:2611241730'",
    "12:QDBL1::::::USLAX'", "13:CNWEI::1|2'", "41:1::nan::CTN:1e999'", "47:WOOD'", "51:0:CSQU3054383:S1:40HC:L:1:-5'",
    "10:UN9399038:MSC BETTINA:FK243A:COSU:COSCO:E'", "10:::FK1'", "14:a:b:c'",
    "50:CSQU3054383:22GP:F:E::B1:24500:S1:202611241705'",
    "50:CSQU3054383:22GP:X:Q::B|1:1e999:S1::202611241705'", "50:BAD'", "51:1:2:3:4'", "53:1:2:3:4'",
    "50:CSQU3054383:45HC:COSU:COSCO:F:B2:S2:0261586:20261124040501'", "52:3:鲁B1:T:J'",
    "52:CNWEI:W:USLGB:L:CNRZH:R:25550'", "99:5'", "99:" + "9" * 5000 + "'", "'", ":", "?", "\r\n",
)  # fmt: skip


def assert_only_good_events_and_problems_in_words(data: bytes | Iterator[bytes], profile: Profile | None) -> None:
    for item in read(data, name="f.edi", port="yantai", profile=profile):
        if isinstance(item, Problem):
            assert item.severity in ("error", "warning", "note")
            assert item.code in TEXTS
            assert item.en and item.zh and str(item)
            continue
        assert isinstance(item, Event)
        record = item.record
        key = {"MANIFEST_LINE": "master_bl", "PORT_CALL": "vessel_id"}.get(record["event_type"], "container_no")
        assert item.key and item.key in (record.get(key), record.get("bill_no"), record.get("master_bl"))
        assert item.topic == f"{record['port']}.{item.kind}.v1"
        assert validate(item.kind, record, record["port"]) == []
        value = encode(item.kind, record)
        assert decode(value, item.kind)["event_id"] == record["event_id"]


@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"UNB+UNOA:2+A+B'", b"UNH+1+CODECO:D:95B'", b"00:CODECO:"]))
def test_any_bytes(data: bytes, start: bytes) -> None:
    assert_only_good_events_and_problems_in_words(start + data, PROFILE)


@given(st.lists(st.sampled_from(EDIFACT), max_size=40), st.booleans())
def test_any_order_of_edifact_segments(segments: list[str], known: bool) -> None:
    assert_only_good_events_and_problems_in_words("".join(segments).encode(), PROFILE if known else None)


@given(st.lists(st.sampled_from(FLAT), max_size=40), st.booleans())
def test_any_order_of_flat_records(records: list[str], known: bool) -> None:
    assert_only_good_events_and_problems_in_words("".join(records).encode("gb18030"), PROFILE if known else None)


WHOLE = (
    b"UNB+UNOA:2+YTPORT+YGT+261124:1730+1'UNH+1+CODECO:D:95B:UN:ITG10'BGM+34+DOC1+9'DTM+137:20261124173000:204'"
    b"TDT+20+FK1+1++COS:172:166+++9399038:146::MSC'EQD+CN+CSQU3054383+22G1:102:5++2+5'RFF+BM:QDBL1'"
    b"DTM+7:20261124170501:204'LOC+165+CNYAT:139:6+YPCT'MEA+AAE+G+KGM:24500'SEL+H1+CU+1'CNT+16:1'UNT+11+1'UNZ+1+1'",
    b"00:COARRI:DISCHARGE REPORT:9:WHPORT:YGT:202611241730'10:UN9321483:KING:2103N:CN:Y'"
    b"50:CSQU3054383:45HC:COSU:COSCO:F:B2:S2:0261586:20261124040501'52:CNWEI:W:USLGB:L:CNRZH:R:25550'99:5'",
)


@given(st.sampled_from(WHOLE), st.sampled_from(["9" * 5000, "", "0", "²", "-1", "1.0"]))
def test_a_whole_message_with_a_count_that_is_none(whole: bytes, count: str) -> None:
    data = whole.replace(b"UNT+11", b"UNT+%s" % count.encode()).replace(b"CNT+16:1", b"CNT+16:%s" % count.encode())
    data = data.replace(b"UNZ+1", b"UNZ+%s" % count.encode()).replace(b"99:5", b"99:%s" % count.encode())
    assert_only_good_events_and_problems_in_words(data, None)
    assert {i.code for i in read(data) if isinstance(i, Problem)} == {"COUNT_MISMATCH"}


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_whole_message_with_a_few_wrong_bytes(whole: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(whole)
    for place, byte in changes:
        data[place % len(data)] = byte
    assert_only_good_events_and_problems_in_words(bytes(data), None)


@given(st.sampled_from(WHOLE), st.integers(0, 400))
def test_a_message_that_is_cut_off_gives_no_event_of_it(whole: bytes, cut: int) -> None:
    cut %= len(whole)
    items = list(read(whole[:cut], port="yantai"))
    assert any(isinstance(item, Problem) for item in items)
    trailer = max(whole.find(b"UNT+11+1'"), whole.find(b"99:5'"))
    if cut <= trailer + 3:
        assert not any(isinstance(item, Event) for item in items)


@given(st.sampled_from(WHOLE), st.lists(st.integers(0, 400), max_size=6))
def test_the_chunks_in_which_a_stream_comes_change_nothing(whole: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cut % len(whole) for cut in cuts), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(edges)]
    assert list(read(iter(pieces))) == list(read(whole))
