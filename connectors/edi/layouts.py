"""The national flat files (交通部平台文件, JT/T) as data: fields of each record after its number, "" = not read.

Ports differ; a partner's own layout of a record stands in its profile (partners.yaml, ``layouts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HEADER: Final = ("message", "title", "function", "sender", "receiver", "made_at")
LAYOUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "CODECO/10": ("vessel_code", "vessel", "voyage", "", "", "direction"),
    "CODECO/50": (
        "container", "size_type", "status", "purpose", "", "bill", "weight", "seal", "in_time", "out_time"
    ),
    "CODECO/51": ("damage_code", "damage", "area_code", "area", "severity"),
    "CODECO/52": ("mode", "truck", "carrier", "place"),
    "COARRI/10": (
        "vessel_code", "vessel", "voyage", "flag", "liner", "berthed", "departed", "discharge_begin", "discharge_end",
        "load_begin", "load_end", "boxes",
    ),
    "COARRI/14": ("tally_company", "chief_tally", "chief_officer"),
    "COARRI/50": ("container", "size_type", "", "", "status", "bill", "seal", "slot", "time"),
    "COARRI/52": ("pod", "", "pol", "", "final", "", "weight"),
    "COARRI/53": ("damage_code", "damage", "area_code", "area", "severity"),
}  # fmt: skip
MESSAGES: Final = ("CODECO", "COARRI")
#: Records that belong to the box before them.
OF_A_BOX: Final = frozenset(("51", "52", "53"))
DAMAGE: Final = frozenset(("CODECO/51", "COARRI/53"))

#: (message, title of record 00) -> move.
TITLES: Final = {
    ("CODECO", "GATE-IN REPORT"): "IN", ("CODECO", "GATE IN REPORT"): "IN",
    ("CODECO", "GATE-OUT REPORT"): "OUT", ("CODECO", "GATE OUT REPORT"): "OUT",
    ("COARRI", "DISCHARGE REPORT"): "DISC", ("COARRI", "LOAD REPORT"): "LOAD", ("COARRI", "LOADING REPORT"): "LOAD",
}  # fmt: skip
#: Move -> field of record 50 with its time.
TIME_FIELD: Final = {"IN": "in_time", "OUT": "out_time", "DISC": "time", "LOAD": "time"}
#: Letters of record 50 for empty and full (E 空, F 重, L 拼).
STATUSES: Final = {"E": "E", "F": "F", "L": "F"}


def named(layout: tuple[str, ...], fields: list[str]) -> dict[str, str]:
    """The fields of a record by name, without the number; a shorter record lacks the last ones."""
    return {name: value.strip() for name, value in zip(layout, fields, strict=False) if name}
