"""A local broker keeps what was acknowledged, whatever happens to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from connectors.kafka.local import answers, local_kafka
from connectors.kafka.producer import Publisher
from connectors.processes import is_free

pytestmark = pytest.mark.integration


def test_a_killed_broker_comes_back_with_its_records_at_its_address(tmp_path: Path) -> None:
    with local_kafka(tmp_path) as broker:
        address = broker.bootstrap
        admin = AdminClient({"bootstrap.servers": address})
        admin.create_topics([NewTopic("t", 1, 1)])["t"].result()
        with Publisher(address) as publisher:
            for number in range(100):
                publisher.publish("t", "k", str(number).encode())
        broker.kill()
        assert not answers("127.0.0.1", broker.port)
        broker.start()
        assert broker.bootstrap == address
        consumer = Consumer({"bootstrap.servers": address, "group.id": "unused"})
        assert consumer.get_watermark_offsets(TopicPartition("t", 0), timeout=20) == (0, 100)
        consumer.close()
    assert not broker.running
    assert is_free(broker.port)
