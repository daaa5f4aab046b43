"""A broker of their own: the gateway writes to the ports' topics, which other tests expect to be empty or absent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.kafka.errors import KafkaProblem
from connectors.kafka.local import LocalKafka, local_kafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """The broker of the tests in this folder."""
    try:
        with local_kafka(tmp_path_factory.mktemp("gateway-kafka")) as broker:
            yield broker
    except KafkaProblem as problem:
        pytest.skip(str(problem))
