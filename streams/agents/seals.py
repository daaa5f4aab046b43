"""What a gate or quay event says about a box's seals: their state, and who put them on."""

from __future__ import annotations

import sys
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from schemas.decoded import Decoded

BROKEN: Final = "BROKEN"
#: Conditions of a seal that is broken; 2 is EDIFACT's "damaged" (data element 4517).
_CONDITIONS: Final = ("BROKEN", "2")


def seal_states(decoded: Decoded) -> list[str]:
    """BROKEN for each good record that says that a seal is, in its condition or as the gate's camera saw it; else ""."""
    states = [""] * len(decoded)
    told = decoded.array("seals.condition").flatten()
    if pc.any(pc.is_in(told, value_set=pa.array(_CONDITIONS, told.type))).as_py():
        for i, conditions in enumerate(decoded.column("seals.condition")):
            if any(each in _CONDITIONS for each in conditions):
                states[i] = BROKEN
    if decoded.kind == "gate":
        for i, seen in enumerate(decoded.column("ocr.seal_ok", True)):
            if not seen:
                states[i] = BROKEN
    return states


def seal_issuers(decoded: Decoded) -> list[str]:
    """Who put the seals of each record on, in the order sent; "" where one of them has nobody named."""
    return [sys.intern(issuers) for issuers in decoded.joined("seals.issuer", " ")]  # a handful of words, kept for days
