"""Documents made from the schemas are current, whole, and lead nowhere that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ops.documents.asyncapi import asyncapi
from ops.documents.catalogue import USES, catalogue
from ops.documents.made import ROOT, stale
from schemas.reference import load_reference
from schemas.registry import latest
from schemas.rules import ENVELOPED, NEEDED, WATERMARK
from schemas.topics import load_topics


def test_they_are_current() -> None:
    assert [path.name for path in stale()] == [], "run `yigangtong schemas docs`"


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def test_asyncapi_has_every_topic_and_no_broken_reference() -> None:
    document = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text("utf-8"))
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == {topic.name for topic in load_topics() if topic.kind}
    found = list(references(document))
    assert len(found) > 2 * len(document["channels"])
    for reference in found:
        at = document
        for part in reference.removeprefix("#/").split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]
        assert at


def test_ports_may_send_to_their_topics_and_subscribers_receive_outputs() -> None:
    operations = asyncapi()["operations"]
    assert operations["receive.qingdao.gate.v1"]["summary"].startswith("from port.qingdao")
    assert "subscriber" in operations["send.alerts.v1"]["summary"]
    assert "receive.alerts.v1" not in operations


def test_the_catalogue_has_every_type_and_field_and_names_real_exceptions() -> None:
    page = catalogue()
    uses = yaml.safe_load(USES.read_text("utf-8"))
    assert {kind: set(types) for kind, types in uses.items()} == {
        kind: set(NEEDED[kind]) - {WATERMARK} for kind in ENVELOPED if NEEDED.get(kind) and kind in uses
    }
    for kind in uses:
        for field in latest(kind).fields:
            assert f"| `{field}` |" in page, f"{kind}.{field}"
    known = set(load_reference().exceptions)
    told = [each["en"] for types in uses.values() for use in types.values() for each in use["used_for"]]
    assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bROLLED\b|\bSHORTLANDED\b|\bOVERLANDED\b", " ".join(told))) <= known
