"""Golden bytes of the wire format, written out by hand from the Avro specification."""

from __future__ import annotations

import io
import json

import avro.io
import avro.schema
import pytest

from schemas import codec, registry, wire
from schemas.errors import BAD_MAGIC, CORRUPT, UNKNOWN_SCHEMA, WRONG_KIND, DecodeError
from schemas.examples import examples

WATERMARK = {"kind": "WATERMARK", "from_partition": 3, "to_key": "", "sent_at": 1, "at": 64}
GOLDEN = bytes.fromhex(
    "00"  # magic
    "000f4245"  # schema id 1,000,005, big-endian
    "12" + b"WATERMARK".hex() +  # length 9, zigzag
    "06"  # from_partition 3
    "00"  # to_key ""
    "02"  # sent_at 1
    "00"  # evidence, empty
    "02" "8001"  # at: second branch, 64
    "00" "00"  # topic, payload: null
)  # fmt: skip


def test_a_record_is_written_as_magic_id_and_avro_datum() -> None:
    assert codec.encode("facts", WATERMARK) == GOLDEN


def test_golden_bytes_are_read_back_with_times_as_integers_and_defaults_filled() -> None:
    assert codec.decode(GOLDEN) == {**WATERMARK, "evidence": b"", "topic": None, "payload": None}


@pytest.mark.parametrize("kind", registry.kinds())
def test_the_official_avro_library_reads_every_example_alike(kind: str) -> None:
    schema = registry.latest(kind)
    for name, record in examples(kind).items():
        value = codec.encode(kind, record)
        assert wire.schema_id(value) == schema.id
        reader = avro.io.DatumReader(avro.schema.parse(schema.text))
        theirs = reader.read(avro.io.BinaryDecoder(io.BytesIO(value[wire.PREFIX :])))
        assert theirs == codec.decode(value, kind), name


GATE = codec.encode("gate", examples("gate")["export-in"])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, BAD_MAGIC),
        (b"", BAD_MAGIC),
        (b"\x00\x00", BAD_MAGIC),
        (b"\x01" + GATE[1:], BAD_MAGIC),
        (b'{"json": 1}', BAD_MAGIC),
        (wire.prefix(1_099_999) + GATE[5:], UNKNOWN_SCHEMA),
        (wire.prefix(7) + GATE[5:], UNKNOWN_SCHEMA),
        (codec.encode("control", examples("control")["final"]), WRONG_KIND),
        (GATE[:-1], CORRUPT),
        (GATE[:5], CORRUPT),
        (GATE + b"\x00", CORRUPT),
        (GATE + GATE[5:], CORRUPT),
        (GATE.replace(b"qingdao", b"\xff\xfeingda").replace(b"weihai", b"\xff\xfeihai"), CORRUPT),
    ],
)
def test_an_unreadable_value_is_refused_with_its_code_alone_and_in_a_batch(value: bytes | None, code: str) -> None:
    with pytest.raises(DecodeError) as alone:
        codec.decode(value, "gate")
    assert alone.value.code == code
    decoded = codec.decode_batch("gate", [GATE, value, GATE])
    assert decoded.good == [0, 2]
    assert [(bad.position, bad.code, bad.reason) for bad in decoded.bad] == [(1, code, alone.value.reason)]


def test_a_reason_says_what_to_do() -> None:
    with pytest.raises(DecodeError, match="none is configured; set the registry's address"):
        codec.decode(wire.prefix(7) + GATE[5:])
    with pytest.raises(DecodeError, match="1 bytes are left over after a gate record"):
        codec.decode(GATE + b"\x00")


def test_schema_text_has_no_logical_types_so_that_every_reader_gives_integers() -> None:
    for kind in registry.kinds():
        assert "logicalType" not in registry.latest(kind).text
        assert json.loads(registry.latest(kind).text)["name"] == registry.latest(kind).declared["name"]
