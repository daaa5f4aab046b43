"""A real schema registry holds our schemas, and refuses what the offline gate refuses."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.registry.client import Incompatible, RegistryClient, RegistryError
from connectors.registry.local import local_registry
from schemas.codec import decode_batch
from schemas.compat import incompatibilities
from schemas.examples import examples
from schemas.registry import Registry, latest
from schemas.slow import write
from schemas.topics import load_topics
from schemas.wire import prefix


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryClient]:
    try:
        with local_registry(tmp_path_factory.mktemp("registry")) as url:
            yield RegistryClient(url)
    except RegistryError as error:
        pytest.skip(str(error))


def test_push_fills_it_and_check_agrees(client: RegistryClient) -> None:
    topics = load_topics()
    assert all(state.problem for state in client.check(topics))
    assert len(list(client.push(topics))) == sum(bool(topic.kind) for topic in topics)
    assert [state for state in client.check(topics) if state.problem] == []
    assert len(list(client.push(topics))) == len(list(client.check(topics)))


def changed(kind: str, change: str) -> dict[str, Any]:
    """The latest schema of a kind with one change."""
    schema = copy.deepcopy(dict(latest(kind).declared))
    fields = schema["fields"]
    if change == "a field without a default is added":
        fields.append({"name": "extra", "type": "string"})
    elif change == "a needed field is removed":
        fields.remove(next(f for f in fields if f["name"] == "event_id"))
    elif change == "a type is changed":
        next(f for f in fields if f["name"] == "source_party")["type"] = "int"
    else:
        fields.append({"name": "extra", "type": ["null", "string"], "default": None})
    return schema


@pytest.mark.parametrize("change", ["a field without a default is added", "a needed field is removed", "a type is changed"])
def test_an_incompatible_change_is_refused_by_it_and_by_the_offline_gate(client: RegistryClient, change: str) -> None:
    list(client.push(load_topics()))
    schema, today = changed("gate", change), dict(latest("gate").declared)
    assert incompatibilities(schema, today) + incompatibilities(today, schema)
    with pytest.raises(Incompatible, match=r"qingdao\.gate\.v1-value"):
        client.register("qingdao.gate.v1-value", json.dumps(schema))


def test_an_optional_field_is_taken_by_both_and_its_records_are_read(client: RegistryClient) -> None:
    list(client.push(load_topics()))
    schema, today = changed("gate", "an optional field is added"), dict(latest("gate").declared)
    assert incompatibilities(schema, today) + incompatibilities(today, schema) == []
    schema_id = client.register("weihai.gate.v1-value", json.dumps(schema))
    registry = Registry(client.url)
    example = next(iter(examples("gate").values()))
    value = prefix(schema_id) + write({**example, "extra": "new"}, registry.get(schema_id))
    decoded = decode_batch("gate", [value], registry=registry)
    assert not decoded.bad and decoded.record(0)["event_id"] == example["event_id"]


def test_no_registry_is_one_clear_line() -> None:
    with pytest.raises(RegistryError, match=r"no schema registry answers at http://127\.0\.0\.1:9"):
        list(RegistryClient("http://127.0.0.1:9").check(load_topics()))
