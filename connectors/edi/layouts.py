"""The national flat files (交通部平台文件, JT/T) as data: fields of each record after its number, "" = not read.

Ports differ; a partner's own layout of a record stands in its profile (partners.yaml, ``layouts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

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
    "VESDEP/10": ("vessel_code", "vessel", "voyage", "", "", "flag", "liner", "", "sailed", "berthed"),
    "VESDEP/15": ("discharge_begin", "discharge_end"),
    "VESDEP/16": ("load_begin", "load_end"),
    # The ministry's manifest (交通部EDI标准 舱单), as published and as files of Rizhao and Lianyungang have it.
    "IFCSUM/01": ("",),
    "IFCSUM/10": ("vessel_code", "vessel", "", "voyage", "", "", "arrival", "sailing", "", "", "", ""),
    "IFCSUM/11": ("",),
    "IFCSUM/12": ("bill", "", "", "", "", "", "pol", ""),
    "IFCSUM/13": ("pod", "", "final_dest", ""),
    "IFCSUM/14": ("",), "IFCSUM/15": ("",), "IFCSUM/16": ("",), "IFCSUM/17": ("",), "IFCSUM/18": ("",), "IFCSUM/21": ("",),
    "IFCSUM/41": ("", "", "packages", "", "", "weight", "", ""),
    "IFCSUM/43": ("",), "IFCSUM/44": ("",),
    "IFCSUM/47": ("goods",),
    "IFCSUM/51": ("", "container", "seal", "size_type", "status", "box_packages", "weight", "", ""),
}  # fmt: skip
MESSAGES: Final = ("CODECO", "COARRI", "VESDEP", "IFCSUM")
#: Those that are about a vessel's call, not about boxes.
OF_CALLS: Final = frozenset(("VESDEP",))
#: Those that are about bills; record 12 begins one.
OF_BILLS: Final = frozenset(("IFCSUM",))
#: Records that belong to the box before them.
OF_A_BOX: Final = frozenset(("51", "52", "53"))
DAMAGE: Final = frozenset(("CODECO/51", "COARRI/53"))

#: (message, title of record 00) -> move. Hyphens, and REPORT behind it, are left aside.
TITLES: Final = {
    ("CODECO", "GATE IN"): "IN", ("CODECO", "GATE OUT"): "OUT",
    ("COARRI", "DISCHARGE"): "DISC", ("COARRI", "DISCHARGING"): "DISC",
    ("COARRI", "LOAD"): "LOAD", ("COARRI", "LOADING"): "LOAD",
}  # fmt: skip


class CallEvent(NamedTuple):
    """A port-call event, and the fields with its time: of several the earliest for a start, the latest for an end."""

    service: str
    call_event: str
    phase: str
    fields: tuple[str, ...]


#: What VESDEP tells of a call. Discharge and load together are all of the cargo operations of a vessel that has left.
CALL_EVENTS: Final = (
    CallEvent("BERTH", "ARRI", "ALGS", ("berthed",)),
    CallEvent("BERTH", "DEPA", "OUTB", ("sailed",)),
    CallEvent("DISCHARGE", "STRT", "ALGS", ("discharge_begin",)),
    CallEvent("DISCHARGE", "CMPL", "ALGS", ("discharge_end",)),
    CallEvent("LOAD", "STRT", "ALGS", ("load_begin",)),
    CallEvent("LOAD", "CMPL", "ALGS", ("load_end",)),
    CallEvent("CARGO_OPS", "STRT", "ALGS", ("discharge_begin", "load_begin")),
    CallEvent("CARGO_OPS", "CMPL", "ALGS", ("discharge_end", "load_end")),
)
CALL_FIELDS: Final = frozenset(name for event in CALL_EVENTS for name in event.fields)
#: Move -> field of record 50 with its time.
TIME_FIELD: Final = {"IN": "in_time", "OUT": "out_time", "DISC": "time", "LOAD": "time"}
#: Letters of record 50 for empty and full (E 空, F 重, L 拼).
STATUSES: Final = {"E": "E", "F": "F", "L": "F"}
LOADS: Final = {"E": "EMPTY", "F": "FCL", "L": "LCL"}
#: Packages and kilograms of one record are less.
_MOST: Final = 1e9


def named(layout: tuple[str, ...], fields: list[str]) -> dict[str, str]:
    """The fields of a record by name, without the number; a shorter record lacks the last ones."""
    return {name: value.strip() for name, value in zip(layout, fields, strict=False) if name}


def number(text: str) -> float | None:
    """A count or a weight; 0 for nothing, None for what is no number or out of measure."""
    try:
        value = float(text or "0")
    except ValueError:
        return None
    return value if 0.0 <= value < _MOST else None
