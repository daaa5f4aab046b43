"""The gate that every new schema version passes: FULL_TRANSITIVE compatibility, checked offline, and no silent edits.

FULL_TRANSITIVE: each version reads what every other version of its kind wrote, older and newer alike. So an old
producer or consumer is never stranded, and a topic may hold records of several versions at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import parse

from schemas.registry import AVRO_DIR, Published, digest, published


class Breach(NamedTuple):
    """A rule of evolution that is broken: in which file, and what to do."""

    file: str
    problem: str


def incompatibilities(reader: dict[str, Any], writer: dict[str, Any]) -> list[str]:
    """Why ``reader`` cannot read what ``writer`` wrote; [] = it can."""
    checker = ReaderWriterCompatibilityChecker()
    result = checker.get_compatibility(parse(json.dumps(reader)), parse(json.dumps(writer)))
    if result.compatibility is SchemaCompatibilityType.compatible:
        return []
    places = ", ".join(sorted(result.locations))
    return [f"{message} (at {places})" for message in sorted(result.messages)] or [f"incompatible at {places}"]


def check_kind(kind: str, versions: Sequence[tuple[str, dict[str, Any]]]) -> list[Breach]:
    """Breaches among the versions (file, schema) of one kind, oldest first: every pair, both ways."""
    breaches = []
    for newer, (file, schema) in enumerate(versions):
        for old_file, old in versions[:newer]:
            for reader, writer, what in ((schema, old, "read records of"), (old, schema, "be read as")):
                for reason in incompatibilities(reader, writer):
                    problem = f"cannot {what} {old_file} ({kind}): {reason}; add optional fields with a default instead"
                    breaches.append(Breach(file, problem))
    return breaches


def check(directory: Path = AVRO_DIR) -> list[Breach]:
    """Everything wrong with the published schemas of a folder; [] = all may be released."""
    breaches: list[Breach] = []
    by_kind: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    listed = published(directory)
    for row in sorted(listed, key=lambda r: (r.kind, r.version)):
        path = directory / row.file
        if not path.is_file():
            breaches.append(
                Breach(row.file, f"is published as {row.kind} version {row.version} but missing: restore it")
            )
            continue
        schema = json.loads(path.read_text("utf-8"))
        breaches += _edited(row, schema)
        by_kind.setdefault(row.kind, []).append((row.file, schema))
    for kind, versions in by_kind.items():
        breaches += check_kind(kind, versions)
    unlisted = {p.name for p in directory.glob("*.avsc")} - {r.file for r in listed}
    breaches += [Breach(name, "has no line in ids.yaml: give it the next free id") for name in sorted(unlisted)]
    return breaches


def _edited(row: Published, schema: dict[str, Any]) -> list[Breach]:
    found = digest(schema)
    if found == row.sha256:
        return []
    return [
        Breach(
            row.file,
            f"was edited after publication as {row.kind} version {row.version} (digest {found[:12]}, published "
            f"{row.sha256[:12]}): restore it and publish the change as version {row.version + 1}",
        )
    ]
