"""Topics as the one list (``schemas/topics.yaml``) says: created, checked, described."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec
from kafka.errors import KafkaError, LeaderNotAvailableError, TopicAlreadyExistsError, UnknownTopicOrPartitionError

from connectors.kafka.errors import TopicProblem
from connectors.kafka.knock import knock
from connectors.kafka.login import for_python
from schemas.topics import Topic, Topics

__all__ = ["State", "TopicProblem", "check_topics", "create_topics", "describe_topics", "rewind"]

#: What a topic must not differ in: logical time reads append times, and a compacted topic that deletes loses state.
_VITAL: Final = ("message.timestamp.type", "cleanup.policy")
_TIMEOUT_MS: Final = 20_000
_NO_ANSWER_MS: Final = 5_000
#: A worker's session timeout of 30 s, and half as much again.
_GONE_S: Final = 45.0


@dataclass(frozen=True, slots=True)
class State:
    """A topic of the list as the broker has it; 0 ``partitions`` = it does not exist. ``wrong`` says what differs in a
    way that a worker could not stand, "" = nothing."""

    topic: Topic
    partitions: int
    config: dict[str, str]
    wrong: str


def create_topics(bootstrap: str, topics: Iterable[Topic], replication: int = 1) -> list[str]:
    """Create what is missing and return the names of the new topics; what is there stays as it is.

    Raises KafkaProblem if the broker does not answer or take us, or a topic, new or old, is not as the list says.
    """
    wanted = list(topics)
    with _admin(bootstrap) as admin:
        existing = set(admin.list_topics())
        new = {
            topic.name: {
                "num_partitions": topic.partitions,
                "replication_factor": replication,
                "configs": dict(topic.config),
            }
            for topic in wanted
            if topic.name not in existing
        }
        if new:
            try:
                admin.create_topics(new, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                pass  # somebody was quicker: the check below decides
            _await_leaders(admin, [topic for topic in wanted if topic.name in new])
        _refuse_wrong(bootstrap, _states(admin, wanted))
        return list(new)


def _await_leaders(admin: KafkaAdminClient, topics: Iterable[Topic]) -> None:
    """Until every partition answers: what is sent before that is refused at first, and sent again behind later records."""
    asked = {TopicPartition(topic.name, p): OffsetSpec.LATEST for topic in topics for p in range(topic.partitions)}
    give_up = time.monotonic() + _TIMEOUT_MS / 1000
    while True:
        try:
            admin.list_partition_offsets(asked, timeout_ms=_TIMEOUT_MS)
        except (UnknownTopicOrPartitionError, LeaderNotAvailableError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return


def check_topics(bootstrap: str, topics: Iterable[Topic]) -> None:
    """Raises KafkaProblem unless every topic exists, with the partitions and the vital settings of the list."""
    with _admin(bootstrap) as admin:
        _refuse_wrong(bootstrap, _states(admin, list(topics)))


def rewind(bootstrap: str, group: str, topics: Topics, patience_s: float = _GONE_S) -> None:
    """Have the workers of a consumer group read every topic from its beginning and forget their books: the group goes with
    its offsets, then the changelog is made anew, empty, with as many partitions and copies as it has.

    Offsets first: broken off between the two, records that are read again are known to the books, and a second try goes on.
    Raises TopicProblem while a worker is in the group, as it would commit and write again; one with an instance id stays
    there for its session timeout after it was stopped, so this is asked again for ``patience_s``.
    """
    (changelog,) = (topic for topic in topics if topic.role == "changelog")
    with _admin(bootstrap) as admin:
        (found,) = admin.describe_topics([changelog.name])
        give_up = time.monotonic() + patience_s
        while (said := admin.delete_groups([group])[group]) not in ("OK", "GroupIdNotFoundError"):
            if time.monotonic() > give_up:
                raise TopicProblem(
                    f"Kafka at {bootstrap} keeps the group {group} ({said}): a worker is still there. Stop all of them, and "
                    "start this again 仍有作业进程在运行，请先全部停止"
                )
            time.sleep(0.5)
        if found["partitions"]:
            admin.delete_topics([changelog.name], timeout_ms=_TIMEOUT_MS)
    partitions, replicas = len(found["partitions"]), max((len(p["replica_nodes"]) for p in found["partitions"]), default=1)
    as_before = topics.with_partitions(partitions or changelog.partitions).with_replicas(replicas).by_name()[changelog.name]
    create_topics(bootstrap, [as_before], replicas)


def describe_topics(bootstrap: str, topics: Iterable[Topic]) -> list[State]:
    """Every topic of the list as the broker has it. Raises KafkaProblem if the broker does not answer or take us."""
    with _admin(bootstrap) as admin:
        return _states(admin, list(topics))


def _states(admin: KafkaAdminClient, topics: list[Topic]) -> list[State]:
    partitions = {found["name"]: len(found["partitions"]) for found in admin.describe_topics()}
    there = [topic.name for topic in topics if topic.name in partitions]
    configs = _configs(admin, there)
    return [_state(topic, partitions.get(topic.name, 0), configs.get(topic.name, {})) for topic in topics]


def _configs(admin: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answer = admin.describe_configs(asked, config_filter="all")
    return {
        name: {key: str(entry["value"]) for key, entry in config.items()}
        for of_type in answer.values()
        for name, config in of_type.items()
    }


def _state(topic: Topic, partitions: int, config: dict[str, str]) -> State:
    wrong: list[str] = []
    if not partitions:
        wrong.append("does not exist")
    else:
        if partitions != topic.partitions:
            wrong.append(f"has {partitions} partitions, the list says {topic.partitions}")
        for key in _VITAL:
            want = topic.config.get(key)
            if want is not None and config.get(key) != want:
                wrong.append(f"has {key} = {config.get(key)}, the list says {want}")
    return State(topic, partitions, config, " and ".join(wrong))


def _refuse_wrong(bootstrap: str, states: Iterable[State]) -> None:
    wrong = [state for state in states if state.wrong]
    if not wrong:
        return
    text = "; ".join(f"{state.topic.name} {state.wrong}" for state in wrong[:5])
    if len(wrong) > 5:
        text += f"; and {len(wrong) - 5} more topics"
    if all(state.partitions == 0 for state in wrong):
        advice = "Create them with `yigangtong topics create`."
    else:
        advice = "A box's events would no longer meet in one partition, or in order: use topics made from the list."
    raise TopicProblem(f"Kafka at {bootstrap}: {text}. {advice}")


@contextmanager
def _admin(bootstrap: str) -> Iterator[KafkaAdminClient]:
    knock(bootstrap)
    try:
        admin = KafkaAdminClient(
            **for_python(bootstrap),
            request_timeout_ms=_TIMEOUT_MS,
            bootstrap_timeout_ms=_NO_ANSWER_MS,
        )
    except (KafkaError, OSError, ValueError) as error:
        raise TopicProblem(
            f"no Kafka answers at {bootstrap} ({type(error).__name__}): check the address (YGT_BOOTSTRAP) and that it runs"
        ) from error
    try:
        yield admin
    except KafkaError as error:
        raise TopicProblem(f"Kafka at {bootstrap} refused: {error}") from error
    finally:
        admin.close()
