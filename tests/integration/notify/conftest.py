"""A broker for the tests about notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import LocalKafka, local_kafka
from connectors.kafka.topics import create_topics
from schemas.topics import load_topics


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker for each module: the topic has a fixed name."""
    try:
        with local_kafka(tmp_path_factory.mktemp("kafka")) as running:
            create_topics(running.bootstrap, load_topics())
            yield running
    except KafkaProblem as problem:
        pytest.skip(str(problem))
