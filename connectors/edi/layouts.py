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
    "VESDEP/10": (
        "vessel_code", "vessel", "voyage", "", "carrier", "flag", "liner", "confirmed", "departed", "berthed"
    ),
    "VESDEP/15": ("discharge_begin", "discharge_end"),
    "VESDEP/16": ("load_begin", "load_end"),
}  # fmt: skip
MESSAGES: Final = ("CODECO", "COARRI", "VESDEP")
#: Messages about boxes, each in a record 50.
OF_BOXES: Final = frozenset(("CODECO", "COARRI"))
#: Records that belong to the box before them.
OF_A_BOX: Final = frozenset(("51", "52", "53"))
DAMAGE: Final = frozenset(("CODECO/51", "COARRI/53"))

#: (message, title of record 00) -> move.
TITLES: Final = {
    ("CODECO", "GATE-IN REPORT"): "IN", ("CODECO", "GATE IN REPORT"): "IN",
    ("CODECO", "GATE-OUT REPORT"): "OUT", ("CODECO", "GATE OUT REPORT"): "OUT",
    ("COARRI", "DISCHARGE REPORT"): "DISC", ("COARRI", "LOAD REPORT"): "LOAD", ("COARRI", "LOADING REPORT"): "LOAD",
}  # fmt: skip
#: What a field of a message about a call tells: service, phase and event of a port call.
CALL_TIMES: Final = {
    "berthed": ("BERTH", "ALGS", "ARRI"), "departed": ("BERTH", "OUTB", "DEPA"),
    "discharge_begin": ("DISCHARGE", "ALGS", "STRT"), "discharge_end": ("DISCHARGE", "ALGS", "CMPL"),
    "load_begin": ("LOAD", "ALGS", "STRT"), "load_end": ("LOAD", "ALGS", "CMPL"),
}  # fmt: skip
#: The operations as a whole begin with the first of these, and end with the last of those.
OPERATIONS: Final = (("STRT", ("discharge_begin", "load_begin"), min), ("CMPL", ("discharge_end", "load_end"), max))
TIME_EXPECTED: Final = "a time of 12 or 14 digits, such as 202611241730, years 2000 to 2099"
#: Move -> field of record 50 with its time.
TIME_FIELD: Final = {"IN": "in_time", "OUT": "out_time", "DISC": "time", "LOAD": "time"}
#: Letters of record 50 for empty and full (E 空, F 重, L 拼).
STATUSES: Final = {"E": "E", "F": "F", "L": "F"}


def named(layout: tuple[str, ...], fields: list[str]) -> dict[str, str]:
    """The fields of a record by name, without the number; a shorter record lacks the last ones."""
    return {name: value.strip() for name, value in zip(layout, fields, strict=False) if name}
