"""Mutated real messages of every type: reading and answering never raise, and give only what the platform takes."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.edi import Ledger, Problem, collect, read, replies
from tests.property.edi.test_reading_never_raises import PROFILE, assert_only_good_events_and_problems_in_words

HEAD = "UNB+UNOA:2+LINE+YGT+261124:1730+9'"
SHIP = "TDT+20+FK243A+1++COS:172:166+++9399038:146::MSC BETTINA'"
BODIES = {
    "BAPLIE:D:95B:UN:SMDG22": (
        "BGM++BAY1+9'DTM+137:2611241730:201'" + SHIP + "LOC+5+KRPTK:139:6'DTM+132:2611251200:201'LOC+147+0100284::5'"
        "MEA+VGM++KGM:24500'LOC+9+KRPTK'LOC+11+CNYAT'RFF+BM:1'EQD+CN+CSQU3054383+45G1+++5'EQD+CN+MSCU1234566+22P1+++4'"
        "LOC+147+0100286::5'LOC+9+CNYAT'LOC+11+CNDLC'EQD+CN++2200+++4'"
    ),
    "COPRAR:D:00B:UN:SMDG21": (
        "BGM+121+ORD1+5'" + SHIP + "LOC+9+CNYAT:139:6'DTM+133:202611260600:203'EQD+CN+CSQU3054383+22R1:102:5++2+5'"
        "RFF+BN:4006531400'LOC+11+HKHKG:139:6'MEA+AAE+VGM+KGM:11495.14'SEL+S1+SH'TMP+2+14.3:CEL'FTX+AAA+++CARGO'"
        "DGS+IMD+3+1366'EQD+CN+MSCU1234566+22G1++2+4'CNT+16:2'"
    ),
    "COPARN:D:95B:UN": (
        "BGM+12:::RELEASE ORDER+3+9'RFF+BN:SAL/01'" + SHIP + "EQD+CN++42G1:102:5++2+4'EQN+3'LOC+11+ITGIT'"
        "EQD+CN+CSQU3054383+42G1++2+5'DTM+7:202611251200:203'CNT+16:2'"
    ),
    "VERMAS:D:16A:UN:SMDG10": (
        "BGM+749+VGM1+9'DTM+137:202611241730:203'EQD+CN+CSQU3054383:6346:5+22G1:6346:5+++5'RFF+BM:QDBL1'SEL+45545:CA'"
        "MEA+AAE+VGM+KGM:12120'DTM+WAT:202611251200:203'DOC+SM1:VGM:306+X'NAD+SPC+++MY COMPANY'"
    ),
    "IFTSAI:D:99B:UN": (
        "BGM+TS2+V1+9'" + SHIP + "LOC+9+CNYAT:139:6'DTM+132:202611200000:203'DTM+133:202611210000:203'"
        "TDT+20+906E+1++COS:172+++9321483:146::KING'LOC+152+CNYAT'DTM+178:202611251200:203'"
    ),
    "BERMAN:D:00B:UN": (
        "BGM+22+BR1+9'RFF+ATZ:CALL77'" + SHIP + "DTM+132:202611251200:203'LOC+153+CNYAT:139:6'LOC+164+CNYAT:139:6+Q67'"
    ),
    "MOVINS:D:95B:UN:SMDG2": (
        "BGM++1+9'" + SHIP + "DTM+133:202611260600:203'HAN+LOA'LOC+147+0150682::5'LOC+11+KRPUS'EQD+CN+CSQU3054383+22G1+++5'"
        "HAN+RES'LOC+147+0150282::5'EQD+CN+MSCU1234566+22G1+++5'"
    ),
    "CUSCAR:D:95B:UN": (
        "BGM+85+MAN1+9'DTM+137:20261124:102'" + SHIP + "EQD+CN+CSQU3054383+45G1:102:5++3+5'SEL+S1+CA'CNI+1'RFF+BM:BILL1'"
        "LOC+9+USLGB'LOC+11+CNYAT'NAD+CN+++CONSIGNEE'GID+1+100:PK'FTX+AAA+++GOODS'SGP+CSQU3054383+60'MEA+AAE+G+KGM:7000'"
        "SGP+MSCU1234566+40'RFF+BM:BILL2'LOC+11+CNYAT'GID+1+5:PK'"
    ),
    "IFCSUM:D:98B:UN": (
        "BGM+785+DOC9+9+AB'" + SHIP + "LOC+11+CNYAT'CNI+1'RFF+BM:930136910'EQD+CN+CSQU3054383+40GP+++5'MEA+AAE+G+KGM:2280'"
    ),
    "CUSRES:D:00A:UN": (
        "BGM+961+8010S+11'DTM+9:202611251200:203'RFF+ABT:DEC1'RFF+BM:BILL1'RFF+AAQ:CSQU3054383'RFF+AAQ:MSCU1234566'GIS+4'"
    ),
    "APERAK:D:96A:UN": "BGM+313+A1+27'RFF+ACW:DOC7'ERC+12::ZZZ'FTX+AAO+++BAD BOX'",
    "CONTRL:D:3:UN": "UCI+72+B:14+A:ZZZ+7'UCM+17+CUSCAR:D:03B:UN+4+13'UCS+5'UCD+13+2:1'",
}  # fmt: skip
WHOLE = {
    kind.partition(":")[0]: f"{HEAD}UNH+1+{kind}'{body}UNT+{body.count(chr(39)) + 2}+1'UNZ+1+9'"
    for kind, body in BODIES.items()
}
SEGMENTS = sorted({segment for whole in WHOLE.values() for segment in whole.split("'") if segment})
every_message = pytest.mark.parametrize("kind", list(WHOLE))


@every_message
def test_the_unharmed_message_is_read_without_an_error(kind: str) -> None:
    result = collect(read(WHOLE[kind].encode(), port="yantai"))
    assert result.errors == []
    assert bool(result.events) == (kind not in ("APERAK", "CONTRL"))


@every_message
@given(data=st.data())
@settings(max_examples=40)
def test_a_message_with_segments_lost_doubled_swapped_or_from_elsewhere(kind: str, data: st.DataObject) -> None:
    segments = [s for s in WHOLE[kind].split("'") if s]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(segments) - 1))
        change = data.draw(st.sampled_from(["lose", "double", "swap", "insert"]))
        if change == "lose" and len(segments) > 1:
            del segments[at]
        elif change == "double":
            segments.insert(at, segments[at])
        elif change == "swap":
            other = data.draw(st.integers(0, len(segments) - 1))
            segments[at], segments[other] = segments[other], segments[at]
        else:
            segments.insert(at, data.draw(st.sampled_from(SEGMENTS)))
    assert_only_good_events_and_problems_in_words("".join(f"{s}'" for s in segments).encode(), PROFILE)


@every_message
@given(data=st.data())
@settings(max_examples=40)
def test_a_message_with_elements_emptied_cut_or_replaced(kind: str, data: st.DataObject) -> None:
    segments = [[e.split(":") for e in s.split("+")] for s in WHOLE[kind].split("'") if s]
    value = st.sampled_from(["", "9" * 40, "-1", "1e400", "²", "|", "\u0000", "CNYAT", "20261124", "A" * 300, "鲁"])
    for _ in range(data.draw(st.integers(1, 4))):
        segment = data.draw(st.sampled_from(segments))
        element = data.draw(st.sampled_from(segment))
        if data.draw(st.booleans()) and len(segment) > 1:
            del segment[-1]
        else:
            element[data.draw(st.integers(0, len(element) - 1))] = data.draw(value)
    text = "".join("+".join(map(":".join, segment)) + "'" for segment in segments)
    assert_only_good_events_and_problems_in_words(text.encode(), PROFILE)


@every_message
@given(places=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=6))
@example(places=[(12, 27)])
@settings(max_examples=30)
def test_a_message_with_a_few_wrong_bytes_is_answered(kind: str, places: list[tuple[int, int]]) -> None:
    raw = bytearray(WHOLE[kind].encode())
    for place, byte in places:
        raw[place % len(raw)] = byte
    ledger = Ledger()
    for reply in replies(read(bytes(raw), port="yantai", ledger=ledger), ledger, 1795514400000):
        result = collect(read(reply.encode(), port="yantai"))
        assert {p.code for p in result.errors} == set(), reply
        assert all(isinstance(p, Problem) for p in result.warnings)


def test_reading_is_no_slower_for_text_without_terminators_or_with_releases_only() -> None:
    """No hang: the time grows with the size, not with its square."""
    rng = random.Random(1)
    for char in ("?", "+", ":", "'", "?'"):
        times = []
        for size in (20_000, 80_000):
            body = "".join(rng.choice([char, "A"]) for _ in range(size // len(char)))
            started = time.process_time()
            list(read((HEAD + "UNH+1+BAPLIE:D:95B:UN'" + body).encode(), port="yantai"))
            times.append(time.process_time() - started)
        assert times[1] < 16 * max(times[0], 0.01)
