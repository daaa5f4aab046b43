"""Columns, batches, fallbacks and errors of the codec."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyruhvro
import pytest

from schemas import codec, fast, registry, slow, wire
from schemas.columnar import columns
from schemas.errors import EncodeError
from schemas.examples import examples
from schemas.registry import Schema, latest
from schemas.sample import sample

GATE = examples("gate")["export-in"]
GATES = [GATE, *examples("gate").values()]


def batch(kind: str) -> list[bytes]:
    records = GATES if kind == "gate" else examples(kind).values()
    return [codec.encode(kind, record) for record in records]


def test_columns_are_given_only_for_the_fields_asked_for() -> None:
    decoded = codec.decode_batch("gate", batch("gate"), ("container_no", "event_time", "move"))
    assert list(decoded.columns) == ["container_no", "event_time", "move"]
    assert decoded.columns["container_no"] == [r["container_no"] for r in GATES]
    assert all(type(t) is int for t in decoded.columns["event_time"])


def test_text_and_times_stand_for_unknown_as_empty_and_zero() -> None:
    decoded = codec.decode_batch("gate", batch("gate"))
    assert decoded.text("bill_no") == [r.get("bill_no") or "" for r in GATES]
    assert decoded.times("record_time") == [r.get("record_time") or 0 for r in GATES]
    assert None in decoded.column("bill_no")


def test_a_dotted_name_reaches_into_records_and_lists() -> None:
    decoded = codec.decode_batch("gate", batch("gate"))
    assert decoded.column("seals.no") == [[s["no"] for s in r.get("seals", [])] for r in GATES]
    assert decoded.joined("seals.no") == [",".join(s["no"] for s in r.get("seals", [])) for r in GATES]
    assert decoded.column("ocr.confidence") == [(r.get("ocr") or {}).get("confidence") for r in GATES]
    berths = codec.decode_batch("berth", batch("berth"))
    expected = [(r.get("cutoffs") or {}).get("cy_close") or 0 for r in examples("berth").values()]
    assert berths.times("cutoffs.cy_close") == expected
    with pytest.raises(KeyError):
        decoded.column("no_such_field")


def test_dotted_names_stay_right_after_rows_were_refused() -> None:
    values = batch("gate")
    decoded = codec.decode_batch("gate", [values[0][:-2], *values, b"", *values])
    again = GATES + GATES
    assert decoded.column("seals.no") == [[s["no"] for s in r.get("seals", [])] for r in again]
    assert decoded.joined("quality_flags") == [",".join(r.get("quality_flags", [])) for r in again]
    dropped = decoded.without([wire.Bad(decoded.good[0], "X", "x", "")])
    assert dropped.column("seals.no") == decoded.column("seals.no")[1:]
    assert len(dropped.bad) == len(decoded.bad) + 1
    assert dropped.good == decoded.good[1:]


def test_a_batch_of_nothing_good_has_all_columns_and_no_rows() -> None:
    decoded = codec.decode_batch("manifest", [None, b"x"])
    assert len(decoded) == 0
    assert decoded.column("vgm") == []
    assert tuple(decoded.arrow.schema.names) == latest("manifest").fields


@pytest.mark.parametrize("kind", registry.kinds())
def test_a_batch_is_written_byte_for_byte_like_single_records(kind: str) -> None:
    records = list(examples(kind).values()) * 5
    assert codec.encode_batch(kind, records) == [codec.encode(kind, record) for record in records]


def test_hot_kinds_go_through_the_fast_path_and_kinds_with_bytes_do_not() -> None:
    codec.warm_up(registry.kinds())
    for kind in ("manifest", "gate", "berth", "release", "control", "arrival-report"):
        assert fast.can_write(latest(kind)), kind
    for kind in ("facts", "dead-letter"):
        assert not fast.can_read(latest(kind)), kind


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"port": 1}, "port", "port is 1; expected text"),
        ({"event_time": "2026"}, "event_time", "expected a whole number"),
        ({"move": "THROUGH"}, "move", "expected one of IN, OUT or nothing"),
        ({"containerno": "X"}, "containerno", "has no field containerno"),
        ({"seals": [{"number": "1"}]}, "seals", "expected a list, each a record of no"),
        ({"seals": [{"no": "1", "colour": "red"}]}, "seals", "expected a list, each a record of no"),
        ({"ocr": {"confidence": "high"}}, "ocr", "confidence (a number or nothing)"),
        ({"quality_flags": None}, "quality_flags", "expected a list, each text"),
    ],
)
def test_a_record_that_does_not_fit_names_field_value_and_expectation(
    change: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(EncodeError) as alone:
        codec.encode("gate", {**GATE, **change})
    assert alone.value.field == field
    assert words in str(alone.value)
    with pytest.raises(EncodeError, match=r"record 3 of 12: ") as batched:
        codec.encode_batch("gate", [*GATES[:3], {**GATE, **change}, *GATES[:8]])
    assert batched.value.field == field


def test_a_missing_field_is_named() -> None:
    record = {k: v for k, v in GATE.items() if k != "updated_time"}
    with pytest.raises(EncodeError, match="needs updated_time"):
        codec.encode("gate", record)
    with pytest.raises(EncodeError, match="needs updated_time"):
        codec.encode_batch("gate", [record] * 10)


def writer_of(declared: dict[str, Any], schema_id: int = 77) -> Schema:
    return registry._schema(schema_id, "gate", 0, declared)


class OneSchema(registry.Registry):
    """A registry that knows one foreign schema."""

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self._cache[schema.id] = schema


def test_an_older_writer_is_read_with_the_defaults_of_what_it_lacks_and_mixes_with_todays() -> None:
    today = dict(latest("gate").declared)
    lacking = ("purpose", "seals", "quality_flags")
    older = writer_of({**today, "fields": [f for f in today["fields"] if f["name"] not in lacking]})
    old_record = {k: v for k, v in GATE.items() if k not in lacking}
    old_value = wire.prefix(77) + slow.write(old_record, older)
    decoded = codec.decode_batch("gate", [batch("gate")[0], old_value] * 2, registry=OneSchema(older))
    assert decoded.good == [0, 1, 2, 3]
    assert decoded.column("purpose") == ["EXPORT_IN", None] * 2
    assert [len(s) for s in decoded.column("seals")] == [1, 0, 1, 0]
    assert decoded.column("container_no") == [GATE["container_no"]] * 4


def test_a_newer_writer_is_read_without_the_fields_that_we_do_not_know() -> None:
    today = dict(latest("gate").declared)
    extra = {"name": "drone_id", "type": ["null", "string"], "default": None}
    newer = writer_of({**today, "fields": [extra, *today["fields"]]})
    value = wire.prefix(77) + slow.write({**GATE, "drone_id": "D1"}, newer)
    decoded = codec.decode_batch("gate", [value], registry=OneSchema(newer))
    assert decoded.record(0) == codec.decode(batch("gate")[0])


def test_a_writer_whose_nested_record_differs_is_read_record_by_record() -> None:
    today = json.loads(json.dumps(latest("gate").declared))
    seal = next(f for f in today["fields"] if f["name"] == "seals")["type"]["items"]
    seal["fields"] = [f for f in seal["fields"] if f["name"] != "issuer"]
    older = writer_of(today)
    value = wire.prefix(77) + slow.write({**GATE, "seals": [{"no": "S1"}]}, older)
    decoded = codec.decode_batch("gate", [value, value[:-1]], registry=OneSchema(older))
    assert decoded.column("seals") == [[{"no": "S1", "issuer": None, "type": None, "condition": None}]]
    assert [(bad.position, bad.code) for bad in decoded.bad] == [(1, "CORRUPT")]


@pytest.fixture
def no_verdicts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fast, "_verdicts", {})
    yield


def test_a_self_test_that_dies_rules_out_only_the_schema_it_died_of(
    no_verdicts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, berth, release = (latest(k) for k in ("gate", "berth", "release"))
    asked: list[list[str]] = []

    def child(tasks: list[dict[str, Any]]) -> dict[str, str]:
        asked.append([task["text"] for task in tasks])
        answers: dict[str, str] = {}
        for task in tasks:
            if task["text"] == berth.text:
                break
            answers[task["key"]] = "encode"
        return answers

    monkeypatch.setattr(fast, "_ask_child", child)
    fast.probe([gate, berth, release])
    assert (fast.can_read(gate), fast.can_read(berth), fast.can_read(release)) == (True, False, True)
    assert asked == [[gate.text, berth.text, release.text], [release.text]]


def test_a_child_that_panics_or_hangs_up_answers_none(no_verdicts: None) -> None:
    bytes_schema = latest("dead-letter")  # pyruhvro panics on bytes
    fast.probe([bytes_schema, latest("control")])
    assert not fast.can_read(bytes_schema)
    assert fast.can_read(latest("control"))


def test_without_the_rust_codec_batches_give_the_same(no_verdicts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "_ask_child", lambda tasks: {})
    values = [*batch("gate"), b"\x00", batch("gate")[0][:-1]]
    decoded = codec.decode_batch("gate", values)
    reference = codec.decode_batch_reference("gate", values)
    assert not fast.can_read(latest("gate"))
    assert decoded.arrow.equals(reference.arrow)
    assert (decoded.good, decoded.bad) == (reference.good, reference.bad)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_request_to_stop_is_not_swallowed_as_a_panic(monkeypatch: pytest.MonkeyPatch, stop: type) -> None:
    codec.warm_up(["gate"])

    def deserialize(*_: object) -> None:
        raise stop

    monkeypatch.setattr(pyruhvro, "deserialize_array", deserialize)
    with pytest.raises(stop):
        codec.decode_batch("gate", batch("gate"))


def test_samples_fill_every_field_or_none() -> None:
    for kind in registry.kinds():
        full = sample(latest(kind), full=True)
        bare = sample(latest(kind), full=False)
        assert all(value is not None for value in full.values())
        assert codec.decode(codec.encode(kind, full)) == full
        assert codec.decode(codec.encode(kind, bare)) == bare
        if kind not in ("facts", "dead-letter"):
            assert columns([full, bare], latest(kind)).to_pylist() == [full, bare]


@pytest.mark.parametrize("count", [3, 200])
def test_words_are_the_texts_of_a_column_and_equal_ones_one_object(count: int) -> None:
    decoded = codec.decode_batch("gate", (batch("gate") * count)[:count])
    for name in ("move", "vessel_id", "source_party", "corrects_event_id", "terminal_code"):
        words = decoded.words(name)
        assert words == decoded.text(name)
        assert len({id(word) for word in words}) == len(set(words))


def test_records_of_different_shapes_are_written_as_each_alone() -> None:
    full, bare = sample(latest("gate"), full=True), sample(latest("gate"), full=False)
    backwards = dict(reversed(full.items()))
    for records in ([full] * 9, [backwards] * 9, [full, bare, backwards] * 3):
        assert codec.encode_batch("gate", records) == [codec.encode("gate", record) for record in records]
