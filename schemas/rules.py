"""What a record must hold beyond its Avro type, as data: read by both ways of `schemas.validate`."""

from __future__ import annotations

from typing import Final

# Why a record that can be read is refused.
MISSING_FIELD: Final = "MISSING_FIELD"
UNKNOWN_EVENT_TYPE: Final = "UNKNOWN_EVENT_TYPE"
UNKNOWN_PORT: Final = "UNKNOWN_PORT"
FOREIGN_PORT: Final = "FOREIGN_PORT"
BAD_TIME: Final = "BAD_TIME"
BAD_SCOPE: Final = "BAD_SCOPE"
BAD_CHARACTER: Final = "BAD_CHARACTER"
TOO_LONG: Final = "TOO_LONG"
UNKNOWN_ACTION: Final = "UNKNOWN_ACTION"
BAD_TARGET: Final = "BAD_TARGET"

#: Plausible times: the years 2000 to 2099, ms. Outside lie clocks never set, and seconds or microseconds taken for ms.
FIRST_MS: Final = 946_684_800_000
LAST_MS: Final = 4_102_444_800_000
#: Longest event id: it is part of row keys (model 7.1).
EVENT_ID_MAX: Final = 100

#: Kinds whose records begin with the envelope.
ENVELOPED: Final = ("manifest", "gate", "berth", "release", "control", "operator-action")
#: Always needed in an envelope, as text that is not empty.
ENVELOPE_TEXT: Final = ("event_id", "source_party", "source_system")
#: Times of the envelope; null is allowed where the schema allows it.
ENVELOPE_TIMES: Final = ("event_time", "updated_time", "record_time")

#: kind -> event_type -> (fields that tell what it is about, further fields that it cannot do without).
#: A retraction needs the first group only: it must reach the book of what it withdraws.
NEEDED: Final[dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]]] = {
    "manifest": {
        "MANIFEST_LINE": (("master_bl",), ("manifest_kind",)),
        "VGM": (("container_no",), ("vgm",)),
    },
    "gate": {"GATE_MOVE": (("container_no",), ("move",))},
    "berth": {
        "PORT_CALL": (("vessel_id",), ("service", "call_event", "phase")),
        "QUAY_MOVE": (("container_no",), ("move", "vessel_id")),
    },
    "release": {"RELEASE": ((), ("stage", "action")), "WATERMARK": ((), ())},
    "control": {
        "HEARTBEAT": ((), ("of_kind", "sent_up_to")),
        "TOTALS": ((), ("of_kind", "day", "count")),
        "FINAL": ((), ("now",)),
    },
    "operator-action": {"OPERATOR_ACTION": ((), ())},
}
#: A cut-off is no event of the ship: it has no phase and nothing arrives or departs.
CUTOFF_FREE: Final = ("call_event", "phase")

#: In place of the event type of a release, and of the message type of an arrival report: the record speaks of logical time
#: and is about no box (`connectors/customs/echo.py`).
WATERMARK: Final = "WATERMARK"

#: What an officer can do -> what `target_id` names then.
EXCEPTION: Final = "the exception_id of the exception it is about"
MESSAGE: Final = "the message_id of the arrival report it is about"
EVENT: Final = "source_party|source_system|event_id of the event it is about"
ACTIONS: Final[dict[str, str]] = {
    "ACKNOWLEDGE": EXCEPTION, "ASSIGN": EXCEPTION, "COMMENT": EXCEPTION, "RESUBMIT": MESSAGE, "DELETE": MESSAGE,
    "VOID": EVENT, "UNVOID": EVENT,
}  # fmt: skip
#: Actions that say something of an exception. Those of a port's sources are of no box, bill or vessel.
REMARKS: Final = tuple(name for name, about in ACTIONS.items() if about == EXCEPTION)
#: Identities of our own reports to customs begin so: what was sent cannot be voided.
REPORTS: Final = "PLATFORM|REPORT|"

#: Fields that end up in keys, joined by "|" or NUL: neither may occur in them, nor may other control characters.
KEY_TEXT: Final[dict[str, tuple[str, ...]]] = {
    "manifest": ("master_bl", "house_bl", "container_no", "vessel_id", "voyage"),
    "gate": ("container_no", "bill_no", "vessel_id", "voyage"),
    "berth": ("container_no", "bill_no", "vessel_id", "voyage", "port_call_id"),
    "release": ("container_no", "bill_no", "vessel_id", "voyage"),
    "control": (),
    "operator-action": ("container_no", "bill_no", "vessel_id"),
}
ENVELOPE_KEY_TEXT: Final = ("source_party", "source_system", "terminal_code", "corrects_key")
FORBIDDEN: Final = "|" + "".join(map(chr, range(0x20)))
