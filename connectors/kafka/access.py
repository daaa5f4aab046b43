"""Who may write and read which topic, as Kafka's access lists: made from ``schemas/topics.yaml`` and nothing else.

A principal that is not granted something cannot do it where the broker has an authorizer and
``allow.everyone.if.no.acl.found`` is false.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import yaml

from schemas.topics import Topic

#: What writing and reading takes; an idempotent producer needs no more on brokers since 2.8.
_WRITE: Final = ("Write", "Describe")
_READ: Final = ("Read", "Describe", "DescribeConfigs")
#: Parts that are reached from outside have consumer groups of their own: they must not move the workers' offsets.
_GROUPS: Final = {"tower": "yigangtong-tower", "notify": "yigangtong-notify"}


class Grant(NamedTuple):
    """``principal`` may do ``operations`` on a topic, or on the consumer groups whose name begins with ``name``."""

    principal: str
    resource: str
    name: str
    operations: tuple[str, ...]


def principals(topics: Iterable[Topic]) -> list[str]:
    """All that the list names."""
    return sorted({name for topic in topics for name in (*topic.writers, *topic.readers)})


def grants(topics: Sequence[Topic], principal: str) -> list[Grant]:
    """All that one principal needs, topics in the order of the list. Consumer groups of the platform's own parts begin with
    ``yigangtong``, those of others with the name of the principal.

    Raises ValueError for a principal that the list does not name.
    """
    if principal not in (known := principals(topics)):
        raise ValueError(f"the topic list names no {principal!r}; it names {', '.join(known)}")
    found = []
    for topic in topics:
        writes, reads = principal in topic.writers, principal in topic.readers
        if writes or reads:
            checks = ("DescribeConfigs",) if principal == "worker" else ()  # at its start: are its topics as the list says?
            operations = tuple(dict.fromkeys((*(_WRITE if writes else ()), *(_READ if reads else ()), *checks)))
            found.append(Grant(principal, "topic", topic.name, operations))
    if any(principal in topic.readers for topic in topics):
        stranger = principal == "subscriber" or principal.startswith("port.")
        group = principal if stranger else _GROUPS.get(principal, "yigangtong")
        found.append(Grant(principal, "group", group, ("Read", "Describe")))
    return found


def commands(found: Iterable[Grant], bootstrap: str) -> str:
    """A line for each grant, for ``kafka-acls.sh`` of Kafka."""
    lines = []
    for grant in found:
        operations = " ".join(f"--operation {operation}" for operation in grant.operations)
        pattern = " --resource-pattern-type prefixed" if grant.resource == "group" else ""
        lines.append(
            f"kafka-acls.sh --bootstrap-server {bootstrap} --add --allow-principal User:{grant.principal} {operations}"
            f" --{grant.resource} {grant.name}{pattern}"
        )
    return "\n".join(lines)


def kafka_users(found: Iterable[Grant], cluster: str) -> str:
    """A KafkaUser of Strimzi (API v1beta2) for each principal, with TLS client certificates."""
    users = [
        {
            "apiVersion": "kafka.strimzi.io/v1beta2", "kind": "KafkaUser",
            "metadata": {"name": principal, "labels": {"strimzi.io/cluster": cluster}},
            "spec": {"authentication": {"type": "tls"}, "authorization": {"type": "simple", "acls": acls}},
        }
        for principal, acls in strimzi_acls(found).items()
    ]  # fmt: skip
    return yaml.safe_dump_all(users, sort_keys=False)


def strimzi_acls(found: Iterable[Grant]) -> dict[str, list[dict[str, Any]]]:
    """The grants of each principal as Strimzi writes them."""
    by_principal: dict[str, list[dict[str, Any]]] = {}
    for grant in found:
        kind = "prefix" if grant.resource == "group" else "literal"
        by_principal.setdefault(grant.principal, []).append({
            "resource": {"type": grant.resource, "name": grant.name, "patternType": kind},
            "operations": list(grant.operations),
        })  # fmt: skip
    return by_principal
