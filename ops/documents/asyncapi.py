"""AsyncAPI 3: every topic of the platform, its messages with their Avro schemas, and who may send and receive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from schemas.examples import examples
from schemas.registry import kinds, latest
from schemas.topics import Topic, load_topics

VERSION: Final = "3.0.0"
_AVRO: Final = "application/vnd.apache.avro;version=1.9.0"


def asyncapi() -> dict[str, Any]:
    """The document."""
    topics = load_topics()
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Yigangtong 一港通", "version": "1",
            "description": "Several seaports run as one. docs/events.md explains the fields.",
        },
        "defaultContentType": "application/vnd.confluent.avro",
        "servers": {"kafka": {"host": "127.0.0.1:9092", "protocol": "kafka", "description": "YGT_BOOTSTRAP"}},
        "channels": {topic.name: _channel(topic) for topic in topics if topic.kind},
        "operations": {name: operation for topic in topics if topic.kind for name, operation in _operations(topic)},
        "components": {
            "messages": {kind: _message(kind) for kind in kinds()},
            "schemas": {kind: _schema(kind) for kind in kinds()},
        },
    }  # fmt: skip


def text() -> str:
    """The document as YAML."""
    head = "# Made from schemas/ by `yigangtong schemas docs`: change it there.\n"
    return head + yaml.safe_dump(asyncapi(), allow_unicode=True, sort_keys=False, width=120)


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"{topic.en} {topic.zh}. Key: {topic.key}.",
        "messages": {topic.kind: {"$ref": f"#/components/messages/{topic.kind}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name, "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if topic.compacted else "delete"],
                    "retention.ms": topic.retention_ms,
                    "max.message.bytes": topic.max_bytes,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }  # fmt: skip


def _operations(topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    """From the platform's side: what it receives of others, and what it sends. Internal topics have both."""
    wanted = []
    if any(writer != "worker" for writer in topic.writers):
        wanted.append(("receive", topic.writers))
    if "worker" in topic.writers:
        wanted.append(("send", topic.readers))
    messages = [{"$ref": f"#/channels/{_pointer(topic.name)}/messages/{topic.kind}"}]
    return [
        (
            f"{action}.{topic.name}",
            {
                "action": action,
                "channel": {"$ref": f"#/channels/{_pointer(topic.name)}"},
                "summary": f"{'from' if action == 'receive' else 'to'} {', '.join(who)}",
                "messages": messages,
            },
        )
        for action, who in wanted
    ]


def _message(kind: str) -> dict[str, Any]:
    shown = [{"name": name, "payload": _plain(record)} for name, record in list(examples(kind).items())[:3]]
    return {
        "name": kind,
        "title": latest(kind).declared.get("doc", kind),
        "contentType": "application/vnd.confluent.avro",
        "payload": {"$ref": f"#/components/schemas/{kind}"},
        "examples": shown,
        "bindings": {
            "kafka": {
                "key": {"type": "string"},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "4",
                "bindingVersion": "0.5.0",
            }
        },
        "x-schema-id": latest(kind).id,
    }


def _schema(kind: str) -> dict[str, Any]:
    return {"schemaFormat": _AVRO, "schema": _plain(latest(kind).declared)}


def _plain(node: Any) -> Any:
    """Only what YAML can say: bytes as text, a character a byte, as Avro's own JSON does."""
    if isinstance(node, bytes):
        return node.decode("latin-1")
    if isinstance(node, Mapping):
        return {str(name): _plain(value) for name, value in node.items()}
    return [_plain(item) for item in node] if isinstance(node, (list, tuple)) else node


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
