"""A key must fall into the same partition whoever publishes it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as reference

from connectors.kafka.partitioner import murmur2, partition_of, partitions_of

# Of Kafka's own UtilsTest.testMurmur2, as signed 32-bit numbers.
JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


def test_hash_equals_the_vectors_of_kafkas_own_test() -> None:
    assert {key: murmur2(key) for key in JAVA} == {key: value & 0xFFFFFFFF for key, value in JAVA.items()}


@given(st.binary(max_size=64))
@example(b"")
@example("容器".encode())
def test_hash_equals_kafka_pythons(key: bytes) -> None:
    assert murmur2(key) == reference(key) & 0xFFFFFFFF


@given(st.lists(st.binary(max_size=24)), st.integers(1, 64))
@example([b"", b"CSQU3054383", "容器".encode(), b"CSQU3054384"], 4)
def test_many_keys_at_once_fall_where_each_falls_alone(keys: list[bytes], partitions: int) -> None:
    assert partitions_of(keys, partitions) == [partition_of(key, partitions) for key in keys]
