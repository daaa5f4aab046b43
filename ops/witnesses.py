"""Which events stand behind a milestone: what a person is shown as its evidence (model 7.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

Row = Mapping[str, Any]

#: Milestone -> the words of the event history (`streams.runtime.history.milestone`) that make it.
WITNESSES: Final[dict[str, frozenset[str]]] = {
    key: frozenset(words.split())
    for key, words in {
        "IMPORT_ORIGINAL_MANIFEST": "ORIGINAL", "IMPORT_UNLOADED": "DISC", "IMPORT_TALLY_REPORT": "TALLY",
        "IMPORT_CUSTOMS_DECLARED": "DECLARATION/DECLARED", "IMPORT_CUSTOMS_RELEASE": "DECLARATION/RELEASE",
        "IMPORT_BILL_RELEASE": "BILL/RELEASE", "IMPORT_TERMINAL_RELEASE": "TERMINAL/RELEASE",
        "IMPORT_CONTAINER_LEAVE_PORT": "OUT", "IMPORT_EMPTY_RETURN": "IN", "EXPORT_PRE_STOWAGE_MANIFEST": "PREPARED",
        "EXPORT_CUSTOMS_DECLARED": "DECLARATION/DECLARED", "EXPORT_PACKING_LIST": "PACKING",
        "EXPORT_VGM_CONFIRMED": "VGM", "EXPORT_LADEN_CONTAINER_GATE_IN": "IN", "EXPORT_ARRIVAL_REPORT": "ARRIVAL/ACK",
        "EXPORT_CUSTOMS_RELEASE": "DECLARATION/RELEASE", "EXPORT_LOADING_RELEASE": "LOADING/RELEASE",
        "EXPORT_TERMINAL_RELEASE": "TERMINAL/RELEASE", "EXPORT_TALLY_RELEASE": "TALLY/RELEASE",
        "IMPORT_INSPECTION_MAIN": "DECLARATION/INSPECT_RESULT NONE/INSPECT_RESULT",
        "EXPORT_INSPECTION_MAIN": "DECLARATION/INSPECT_RESULT NONE/INSPECT_RESULT",
        "IMPORT_DIVERSION_APPLY": "DIVERSION/APPLY", "IMPORT_DIVERSION_RELEASE": "DIVERSION/APPROVE DIVERSION/RELEASE",
        "IMPORT_DIVERSION_ARRIVAL": "IN", "IMPORT_DECONSOLIDATION_APPLY": "DECONSOLIDATION/APPLY",
        "IMPORT_DECONSOLIDATION_RELEASE": "DECONSOLIDATION/APPROVE DECONSOLIDATION/RELEASE",
        "IMPORT_DECONSOLIDATION_ARRIVAL": "IN", "IMPORT_STRIPPED": "IN OUT",
        "TRANSHIP_PERMIT": "TRANSHIP/APPROVE TRANSHIP/RELEASE",
        "EXPORT_CONTAINER_LOADED_ON_VESSEL": "LOAD", "EXPORT_TALLY_REPORT": "TALLY", "WATERWAY_BILL": "WATERWAY",
        "EMPTY_DISPATCH_NOTICE": "EMPTY_NOTICE", "EMPTY_TALLY_REPORT": "TALLY", "VOYAGE_CLEARANCE": "VOYAGE_CLEARANCE/RELEASE",
        "GATE_IN": "IN", "GATE_OUT": "OUT", "UNLOADED": "DISC", "LOADED": "LOAD", "TERMINAL_RELEASE": "TERMINAL/RELEASE",
    }.items()
}  # fmt: skip
#: What a witness is shown with: who said so, in which message, and when we got to know.
_SHOWN: Final = ("source_party", "source_system", "raw_ref", "event_id", "ingest_time")


def steps(visit: Row, evidence: Iterable[Row]) -> list[dict[str, Any]]:
    """The milestones of a visit by time, each with the events that say so: same word, same time."""
    events = list(evidence)
    pairs = sorted(zip(visit["milestones"], visit["milestone_times"], strict=True), key=lambda pair: pair[1])
    return [
        {"milestone": key, "at": at, "evidence": [_shown(e) for e in events if _testifies(e, key, at)]}
        for key, at in pairs
    ]


def _testifies(event: Row, key: str, at: int) -> bool:
    word = event["milestone"] or event["event_type"]  # a VGM confirmation has no word of its own
    return event["event_time"] == at and event["classifier"] == "ACT" and word in WITNESSES.get(key, ())


def _shown(event: Row) -> dict[str, Any]:
    return {name: event[name] for name in _SHOWN}
