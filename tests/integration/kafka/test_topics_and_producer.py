"""Topics and records on a real broker."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from confluent_kafka import Consumer, TopicPartition
from kafka.admin import KafkaAdminClient

from connectors.kafka.errors import PublishFailed, TopicProblem
from connectors.kafka.local import LocalKafka
from connectors.kafka.partitioner import partition_of
from connectors.kafka.producer import Publisher
from connectors.kafka.topics import check_topics, create_topics, describe_topics
from schemas.topics import Topic, load_topics

pytestmark = pytest.mark.integration
_numbers = itertools.count()


@pytest.fixture
def topics(kafka: LocalKafka) -> Iterator[list[Topic]]:
    """Three topics of the list under names of this test's own: plain, compacted, and for ever."""
    tag = f"kt{os.getpid()}-{next(_numbers)}-"
    listed = load_topics().by_name()
    names = ("qingdao.gate.v1", "visit-updates.v1", "books-changelog")
    own = [replace(listed[name], name=tag + name) for name in names]
    yield own
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    admin.delete_topics([t.name for t in own if t.name in admin.list_topics()])
    admin.close()


def test_creation_makes_what_is_missing_and_a_second_one_nothing(kafka: LocalKafka, topics: list[Topic]) -> None:
    assert create_topics(kafka.bootstrap, topics[:2]) == [t.name for t in topics[:2]]
    assert create_topics(kafka.bootstrap, topics) == [topics[2].name]
    assert create_topics(kafka.bootstrap, topics) == []
    check_topics(kafka.bootstrap, topics)


def test_topics_have_the_settings_of_the_list(kafka: LocalKafka, topics: list[Topic]) -> None:
    create_topics(kafka.bootstrap, topics)
    for state in describe_topics(kafka.bootstrap, topics):
        assert state.wrong == ""
        assert state.partitions == state.topic.partitions
        assert {key: state.config[key] for key in state.topic.config} == dict(state.topic.config)
        assert state.config["message.timestamp.type"] == "LogAppendTime"


def test_a_missing_topic_is_named_with_the_command_that_makes_it(kafka: LocalKafka, topics: list[Topic]) -> None:
    create_topics(kafka.bootstrap, topics[:1])
    with pytest.raises(TopicProblem, match=rf"{topics[1].name} does not exist.*yigangtong topics create"):
        check_topics(kafka.bootstrap, topics)


def test_a_wrong_partition_count_is_refused(kafka: LocalKafka, topics: list[Topic]) -> None:
    create_topics(kafka.bootstrap, topics[:1])
    wanted = [replace(topics[0], partitions=topics[0].partitions + 1)]
    with pytest.raises(TopicProblem, match=rf"has {topics[0].partitions} partitions, the list says {wanted[0].partitions}"):
        create_topics(kafka.bootstrap, wanted)


def test_a_topic_that_deletes_state_is_refused(kafka: LocalKafka, topics: list[Topic]) -> None:
    create_topics(kafka.bootstrap, [replace(topics[2], config={**topics[2].config, "cleanup.policy": "delete"})])
    with pytest.raises(TopicProblem, match=r"cleanup\.policy = delete, the list says compact"):
        check_topics(kafka.bootstrap, topics[2:])


def test_no_broker_is_one_clear_line() -> None:
    with pytest.raises(TopicProblem, match=r"no Kafka answers at 127\.0\.0\.1:1 .*YGT_BOOTSTRAP"):
        check_topics("127.0.0.1:1", [])


def test_records_land_in_the_partition_of_their_key(kafka: LocalKafka, topics: list[Topic]) -> None:
    topic = topics[0]
    create_topics(kafka.bootstrap, [topic])
    keys = [f"MSKU{number:07d}" for number in range(200)]
    with Publisher(kafka.bootstrap) as publisher:
        for key in keys:
            publisher.publish(topic.name, key, key.lower().encode())
    assert publisher.acknowledged == len(keys)
    assert read(kafka.bootstrap, topic) == {
        (partition_of(key.encode(), topic.partitions), key, key.lower()) for key in keys
    }


def test_what_the_broker_refuses_is_raised(kafka: LocalKafka, topics: list[Topic]) -> None:
    publisher = Publisher(kafka.bootstrap, patience_s=5)
    with pytest.raises(PublishFailed, match="no-such-topic"):
        publisher.publish("no-such-topic", "key", b"value")
        publisher.flush()


def test_a_broker_that_is_away_is_reported_within_the_patience() -> None:
    publisher = Publisher("127.0.0.1:1", patience_s=1)
    publisher.publish("any", "key", b"value")
    with pytest.raises(PublishFailed, match=r"127\.0\.0\.1:1"):
        publisher.flush()


def read(bootstrap: str, topic: Topic) -> set[tuple[int, str, str]]:
    """(partition, key, value) of every record."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused"})
    found: set[tuple[int, str, str]] = set()
    try:
        for partition in range(topic.partitions):
            _, end = consumer.get_watermark_offsets(TopicPartition(topic.name, partition), timeout=10)
            consumer.assign([TopicPartition(topic.name, partition, 0)])
            left = end
            while left:
                message = consumer.poll(10)
                assert message is not None and not message.error()
                found.add((partition, message.key().decode(), message.value().decode()))
                left -= 1
    finally:
        consumer.close()
    return found
