"""The trap of Shandong's number plates: 鲁 in GB18030 is C2 B3, which is valid UTF-8 as well."""

from __future__ import annotations

import pytest

from connectors.edi import Event, Profile, read
from tests.unit.edi.building import (
    GATE_BOX,
    GATE_IN_BOX,
    GATE_IN_HEAD,
    GATE_VESSEL,
    flat,
    interchange,
    message,
)

PLATES = ("鲁B12345", "鲁L88", "京A12345")


def plate_of(data: bytes, profile: Profile | None = None) -> str:
    (event,) = (item for item in read(data, profile=profile) if isinstance(item, Event))
    return str(event.record["truck_plate"])


@pytest.mark.parametrize("plate", PLATES)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_flat_files_plate_is_read_in_both_charsets(plate: str, charset: str) -> None:
    records = flat(GATE_IN_HEAD, GATE_VESSEL, GATE_IN_BOX, f"52:3:{plate}:TRK001:JIAODONG")
    assert plate_of(records.decode().encode(charset)) == plate


@pytest.mark.parametrize("plate", PLATES)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_an_edifact_plate_is_read_in_both_charsets(plate: str, charset: str) -> None:
    boxes = [segment.replace("LUB12345", plate) for segment in GATE_BOX]
    assert plate_of(interchange(message(boxes)).decode().encode(charset)) == plate


def test_accents_in_utf8_are_read_where_the_sender_says_so() -> None:
    boxes = [segment.replace("LUB12345", "É 12") for segment in GATE_BOX]
    assert plate_of(interchange(message(boxes), syntax="UNOC")) == "É 12"
    assert plate_of(interchange(message(boxes), syntax="UNOW")) == "É 12"
    profile = Profile("YTPORT", "YPCT", "yantai", charset="utf-8")
    assert plate_of(interchange(message(boxes)), profile) == "É 12"


def test_one_text_in_utf8_with_chinese_settles_the_accents_of_the_block() -> None:
    boxes = [segment.replace("LUB12345", "É 青岛?+") for segment in GATE_BOX]
    assert plate_of(interchange(message(boxes))) == "É 青岛+"
