"""What DCSA's codes mean on the platform, as data.

Sources: DCSA Track & Trace 2.2 and 3.0, DCSA Port Call 2.0 (published Apache-2.0), smart-data-models PortCall and
PortCallEvent (CC-BY-4.0). Codes that are not here are no events of the platform, and are told so.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Meaning(NamedTuple):
    """The kind of event, and the fields that the code alone settles."""

    kind: str
    fields: dict[str, Any]


#: equipmentEventTypeCode of Track & Trace.
EQUIPMENT: Final = {
    "GTIN": Meaning("gate", {"event_type": "GATE_MOVE", "move": "IN"}),
    "GTOT": Meaning("gate", {"event_type": "GATE_MOVE", "move": "OUT"}),
    "LOAD": Meaning("berth", {"event_type": "QUAY_MOVE", "move": "LOAD"}),
    "DISC": Meaning("berth", {"event_type": "QUAY_MOVE", "move": "DISC"}),
    "CUSS": Meaning("release", {"event_type": "RELEASE", "authority": "CUSTOMS", "stage": "NONE", "action": "SCAN_SELECT"}),
    "CUSI": Meaning("release", {"event_type": "RELEASE", "authority": "CUSTOMS", "stage": "NONE", "action": "INSPECT_SELECT"}),
    "CUSR": Meaning("release", {"event_type": "RELEASE", "authority": "CUSTOMS", "stage": "DECLARATION", "action": "RELEASE"}),
}
#: transportEventTypeCode, for vessels: at and from the berth.
TRANSPORT: Final = {
    code: Meaning("berth", {"event_type": "PORT_CALL", "service": "BERTH", "call_event": code, "phase": phase})
    for code, phase in (("ARRI", "ALGS"), ("DEPA", "OUTB"))
}
#: portCallServiceTypeCode of Port Call 2.0 -> service.
SERVICES: Final = {
    "BERTH": "BERTH", "CARGO_OPERATIONS": "CARGO_OPS", "DISCHARGE_CARGO_OPERATIONS": "DISCHARGE",
    "LOADING_CARGO_OPERATIONS": "LOAD", "LOAD_CARGO_OPERATIONS": "LOAD", "PILOTAGE": "PILOT", "MOORING": "MOORING",
    "ANCHORAGE": "ANCHOR",
}  # fmt: skip
CALL_EVENTS: Final = ("ARRI", "DEPA", "STRT", "CMPL")
PHASES: Final = ("INBD", "ALGS", "SHIF", "OUTB")
CLASSIFIERS: Final = ("PLN", "EST", "ACT", "REQ")
#: movementType / equipment; the platform's trade is not known from it.
EMPTY: Final = {"EMPTY": "E", "LADEN": "F"}
MODES: Final = {"TRUCK": "TRUCK", "RAIL": "RAIL", "BARGE": "BARGE"}
#: partyFunction of who tells it -> how its source ranks.
SYSTEMS: Final = {"CA": "CARRIER DCSA", "TR": "TOS DCSA", "TO": "TOS DCSA", "MS": "CARRIER DCSA", "CU": "CUSTOMS DCSA"}
SYSTEM: Final = "AGENT DCSA"

#: Times of a smart-data-models PortCall -> classifier and call event.
ENTITY_TIMES: Final = {
    "eta": ("EST", "ARRI"), "rta": ("REQ", "ARRI"), "pta": ("PLN", "ARRI"), "ata": ("ACT", "ARRI"),
    "etd": ("EST", "DEPA"), "rtd": ("REQ", "DEPA"), "ptd": ("PLN", "DEPA"), "atd": ("ACT", "DEPA"),
}  # fmt: skip
#: eventType of a PortCallEvent, `subject.time.source`: subject -> service, time -> classifier and event.
ENTITY_SUBJECTS: Final = {"berth": "BERTH", "anchorArea": "ANCHOR", "cargoOperations": "CARGO_OPS", "pilotOnBoard": "PILOT"}
ENTITY_MOMENTS: Final = {
    **ENTITY_TIMES, "ets": ("EST", "STRT"), "ats": ("ACT", "STRT"), "etc": ("EST", "CMPL"), "atc": ("ACT", "CMPL"),
}  # fmt: skip
