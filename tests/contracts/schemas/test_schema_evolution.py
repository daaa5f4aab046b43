"""FULL_TRANSITIVE compatibility and no silent edits: the gate itself, and proof that it closes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas import compat
from schemas.errors import SchemaError
from schemas.registry import AVRO_DIR, digest, published

Edit = Callable[[dict[str, Any]], None]


def test_every_version_ever_published_may_be_released() -> None:
    assert compat.check() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(AVRO_DIR, tmp_path / "avro")
    return tmp_path / "avro"


def publish(folder: Path, edit: Edit, listed: bool = True) -> None:
    """Publish gate version 2: version 1 with an edit."""
    schema = json.loads((folder / "gate.v1.avsc").read_text("utf-8"))
    edit(schema)
    (folder / "gate.v2.avsc").write_text(json.dumps(schema), "utf-8")
    if listed:
        text = (folder / "ids.yaml").read_text("utf-8")
        line = f"  2: {{id: 1000099, file: gate.v2.avsc, sha256: {digest(schema)}}}\n"
        (folder / "ids.yaml").write_text(text.replace("berth:\n", f"{line}berth:\n"), "utf-8")


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return next(f for f in schema["fields"] if f["name"] == name)


def test_an_added_field_with_a_default_passes(folder: Path) -> None:
    publish(folder, lambda s: s["fields"].append({"name": "drone", "type": ["null", "string"], "default": None}))
    assert compat.check(folder) == []
    assert [row.version for row in published(folder) if row.kind == "gate"] == [1, 2]


INCOMPATIBLE: dict[str, Edit] = {
    "a field without a default": lambda s: s["fields"].append({"name": "drone", "type": "string"}),
    "a field removed that has no default": lambda s: s["fields"].remove(field(s, "event_id")),
    "a field renamed": lambda s: field(s, "event_id").update(name="id"),
    "another type": lambda s: field(s, "event_time").update(type="string"),
    "a wider type, which older readers cannot read": lambda s: field(s, "source_offset_min").update(
        type=["null", "long"]
    ),
    "a new symbol": lambda s: field(s, "classifier")["type"]["symbols"].append("RPT"),
    "no longer optional": lambda s: field(s, "lane").update(type="string", default=""),
}


@pytest.mark.parametrize("edit", INCOMPATIBLE.values(), ids=INCOMPATIBLE.keys())
def test_an_incompatible_change_is_refused(folder: Path, edit: Edit) -> None:
    publish(folder, edit)
    breaches = compat.check(folder)
    assert breaches
    assert {breach.file for breach in breaches} == {"gate.v2.avsc"}
    assert "gate.v1.avsc" in breaches[0].problem


def test_each_version_is_held_against_all_others_not_only_the_last() -> None:
    def record(*fields: dict[str, Any]) -> dict[str, Any]:
        return {"type": "record", "name": "R", "fields": list(fields)}

    text = {"name": "x", "type": "string", "default": ""}
    number = {"name": "x", "type": "long", "default": 0}
    versions = [("v1", record(text)), ("v2", record()), ("v3", record(number))]
    assert compat.check_kind("r", versions[:2]) == []
    assert {breach.file for breach in compat.check_kind("r", versions)} == {"v3"}


def test_an_edited_published_version_is_refused_even_where_it_would_be_compatible(folder: Path) -> None:
    path = folder / "gate.v1.avsc"
    schema = json.loads(path.read_text("utf-8"))
    schema["fields"].append({"name": "drone", "type": ["null", "string"], "default": None})
    path.write_text(json.dumps(schema), "utf-8")
    (breach,) = compat.check(folder)
    assert breach.file == "gate.v1.avsc"
    assert "edited after publication" in breach.problem
    assert "version 2" in breach.problem


@pytest.mark.parametrize("what", ["default", "logicalType", "name"])
def test_no_part_of_a_published_version_but_its_wording_may_change(what: str) -> None:
    schema = {
        "type": "record", "name": "R", "doc": "old",
        "fields": [{"name": "t", "type": {"type": "long", "logicalType": "timestamp-millis"}, "default": 0}],
    }  # fmt: skip
    other = json.loads(json.dumps(schema))
    other["doc"] = "better wording"
    assert digest(other) == digest(schema)
    inner = other["fields"][0]
    if what == "default":
        inner["default"] = 1
    elif what == "name":
        inner["name"] = "u"
    else:
        del inner["type"]["logicalType"]
    assert digest(other) != digest(schema)


def test_a_schema_file_without_an_id_and_an_id_without_a_file_are_refused(folder: Path) -> None:
    publish(folder, lambda s: None, listed=False)
    (folder / "alert.v1.avsc").unlink()
    assert {(b.file, b.problem.split(":")[0]) for b in compat.check(folder)} == {
        ("gate.v2.avsc", "has no line in ids.yaml"),
        ("alert.v1.avsc", "is published as alert version 1 but missing"),
    }


@pytest.mark.parametrize(("old", "new"), [("id: 1000002", "id: 1000001"), ("id: 1000000", "id: 12")])
def test_ids_are_unique_and_ours(folder: Path, old: str, new: str) -> None:
    listing = folder / "ids.yaml"
    listing.write_text(listing.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SchemaError, match="must be unique and at least 1000000"):
        published(folder)
