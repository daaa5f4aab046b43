"""The fast ways and their slow twins: whatever the bytes, both give the same answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import codec, fast, registry, slow, wire
from schemas.decoded import Decoded
from schemas.examples import counterexamples, examples
from schemas.registry import latest
from schemas.validate import read_batch, validate, validate_columns

KINDS = ("manifest", "gate", "berth", "release", "control", "operator-action", "facts")
SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def of_type(node: Any) -> st.SearchStrategy[Any]:
    """Any value that an Avro type allows."""
    if isinstance(node, list):
        return st.one_of([of_type(branch) for branch in node])
    if isinstance(node, str):
        plain: dict[str, st.SearchStrategy[Any]] = {
            "null": st.none(), "string": st.text(max_size=12), "long": st.integers(-(2**63), 2**63 - 1),
            "int": st.integers(-(2**31), 2**31 - 1), "double": st.floats(allow_nan=False), "boolean": st.booleans(),
            "bytes": st.binary(max_size=12),
        }  # fmt: skip
        return plain[node]
    if node["type"] == "record":
        return st.fixed_dictionaries({f["name"]: of_type(f["type"]) for f in node["fields"]})
    if node["type"] == "enum":
        return st.sampled_from(node["symbols"])
    if node["type"] == "array":
        return st.lists(of_type(node["items"]), max_size=3)
    return of_type(node["type"])


@pytest.mark.parametrize("kind", KINDS)
def test_any_batch_of_records_is_written_and_read_alike(kind: str) -> None:
    records = of_type(registry._plain(dict(latest(kind).declared)))

    @SETTINGS
    @given(st.lists(records, min_size=8, max_size=12))
    def check(batch: list[dict[str, Any]]) -> None:
        values = codec.encode_batch(kind, batch)
        assert values == [codec.encode(kind, record) for record in batch]
        same(codec.decode_batch(kind, values), codec.decode_batch_reference(kind, values))
        assert codec.decode(values[0], kind) == batch[0]

    check()


def same(one: Decoded, other: Decoded) -> None:
    assert one.arrow.equals(other.arrow)
    assert (one.good, one.bad) == (other.good, other.bad)


def valid_values(kind: str) -> list[bytes]:
    return [codec.encode(kind, record) for record in examples(kind).values()]


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> list[bytes | None]:
    """A batch of examples of which some were cut, lengthened, overwritten, or are of another kind."""
    pool = valid_values(kind)
    batch: list[bytes | None] = []
    for _ in range(draw(st.integers(1, 12))):
        value = draw(st.sampled_from(pool))
        harm = draw(st.sampled_from(["none", "none", "none", "cut", "longer", "overwrite", "kind", "id", "tombstone"]))
        if harm == "cut":
            batch.append(value[: draw(st.integers(0, len(value) - 1))])
        elif harm == "longer":
            batch.append(value + draw(st.binary(min_size=1, max_size=12)))
        elif harm == "overwrite":
            at = draw(st.integers(0, len(value) - 1))
            batch.append(value[:at] + draw(st.binary(min_size=1, max_size=3)) + value[at + 1 :])
        elif harm == "kind":
            batch.append(valid_values("alert")[0])
        elif harm == "id":
            batch.append(wire.prefix(draw(st.integers(0, 2**32 - 1))) + value[5:])
        else:
            batch.append(None if harm == "tombstone" else value)
    return batch


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_was_damaged_is_refused_and_the_rest_of_the_batch_goes_through(kind: str) -> None:
    @SETTINGS
    @given(damaged(kind))
    def check(values: list[bytes | None]) -> None:
        decoded = codec.decode_batch(kind, values)
        reference = codec.decode_batch_reference(kind, values)
        assert sorted(decoded.good + [bad.position for bad in decoded.bad]) == list(range(len(values)))
        assert set(decoded.good) <= set(reference.good)
        rows = {index: row for row, index in enumerate(reference.good)}
        for row, index in enumerate(decoded.good):
            assert decoded.record(row) == reference.record(rows[index])
        # the one difference: fastavro takes any byte for a boolean, Avro allows 0 and 1; such a value does not survive
        # being written again
        for index in set(reference.good) - set(decoded.good):
            value = values[index]
            assert value is not None
            assert slow.write(reference.record(rows[index]), latest(kind)) != value[wire.PREFIX :]
        for bad in decoded.bad:
            assert bad.code in ("BAD_MAGIC", "UNKNOWN_SCHEMA", "WRONG_KIND", "CORRUPT")
            assert bad.reason

    check()


@pytest.mark.parametrize("where", [0, 1, 499, 998, 999])
def test_one_bad_record_of_a_thousand_is_found_wherever_it_stands(where: int) -> None:
    values = (valid_values("gate") * 60)[:1000]
    values[where] = values[where][:-2]
    decoded = codec.decode_batch("gate", values)
    assert [bad.position for bad in decoded.bad] == [where]
    assert len(decoded) == 999
    assert fast.can_read(latest("gate"))


@st.composite
def business_records(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A valid or invalid record of which up to three fields were replaced."""
    schema = registry._plain(dict(latest(kind).declared))
    types = {f["name"]: f["type"] for f in schema["fields"]}
    pool = [*examples(kind).values(), *(c.record for c in counterexamples(kind).values() if c.code != "ENCODE")]
    record = dict(draw(st.sampled_from(pool)))
    telling = st.sampled_from(["", "a|b", "x\x00y", "x" * 101, "CUTOFF", "UNHOLD", "yantai", "QUAY_MOVE", "VGM", "鲁"])
    for name in draw(st.lists(st.sampled_from(sorted(types)), max_size=3)):
        allowed = types[name]
        text = "string" in allowed if isinstance(allowed, list) else allowed == "string"
        record[name] = draw(st.one_of(telling, of_type(allowed)) if text else of_type(allowed))
    return record


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "facts"])
@pytest.mark.parametrize("port", ["", "qingdao"])
def test_columnar_validation_finds_exactly_what_record_by_record_validation_finds(kind: str, port: str) -> None:
    @SETTINGS
    @given(st.lists(business_records(kind), min_size=1, max_size=12))
    def check(records: list[dict[str, Any]]) -> None:
        decoded = codec.decode_batch(kind, codec.encode_batch(kind, records))
        expected = []
        for index, record in enumerate(records):
            problems = validate(kind, record, port)
            if problems:
                words = "; ".join(map(str, problems))
                expected.append(wire.Bad(index, problems[0].code, words, problems[0].field))
        assert validate_columns(kind, decoded, [port] * len(records)) == expected

    check()


def test_reading_a_batch_refuses_the_unreadable_and_the_invalid_by_position_in_the_batch() -> None:
    good = codec.encode("gate", examples("gate")["export-in"])
    invalid = codec.encode("gate", counterexamples("gate")["no-move"].record)
    foreign = codec.encode("gate", examples("gate")["import-out"])
    decoded = read_batch("gate", [None, good, invalid, foreign, good, good[:-1]], ["weihai"] * 6, ("container_no",))
    assert decoded.good == [1, 4]
    assert [(bad.position, bad.code, bad.field) for bad in decoded.bad] == [
        (0, "BAD_MAGIC", ""),
        (2, "MISSING_FIELD", "move"),
        (3, "FOREIGN_PORT", "port"),
        (5, "CORRUPT", ""),
    ]
    assert decoded.columns == {"container_no": ["CSQU3054383"] * 2}
