"""What is planted: the special stories, and how many boxes of a full-size day tell each.

Near misses stand beside the incidents: they come close to the limit of a rule and must raise nothing.
"""

from __future__ import annotations

from typing import Final

#: Exports by gate.
EXPORT: Final[dict[str, int]] = {
    # ARR_MISSING, ARR_REJECTED
    "never_acknowledged": 8, "acknowledged_late": 8, "acknowledged_near": 10, "rejected": 8, "rejected_late": 5,
    # ARR_NO_MANIFEST
    "manifest_late": 8, "manifest_never": 5, "manifest_near": 10,
    # LOAD_NO_RELEASE
    "no_loading_release": 6, "loading_revoked": 6, "terminal_release_late": 6, "terminal_release_near": 8,
    "loading_revoked_and_renewed": 8,
    # others
    "trade_conflict": 6, "bad_check_digit": 6, "misread_gate": 15, "withdrawn": 8, "phantom_exit": 12,
    "phantom_release": 8,
    # left behind in each state
    "only_arrived": 6, "only_customs": 6, "only_loading": 6, "only_terminal": 6,
}  # fmt: skip

#: Imports by discharge.
IMPORT: Final[dict[str, int]] = {
    # GATEOUT_NO_RELEASE
    "no_bill_release": 7, "bill_release_after_exit": 5, "bill_release_revoked": 7, "no_terminal_release": 6,
    "bill_revoked_and_renewed": 10, "bill_release_near": 6, "inspected_outside": 12,
    # SHORTLANDED, OVERLANDED
    "shortlanded": 8, "discharge_reported_late": 8, "overlanded": 6, "overlanded_resolved": 6, "manifest_amended": 6,
    # others
    "trade_conflict": 5, "bad_check_digit": 5, "line_moved": 10, "tally_unanswered": 10,
    # left behind in each state
    "only_discharged": 8, "only_tallied": 8, "only_customs": 8, "only_bill": 8,
}  # fmt: skip

#: Exports that reach the ocean vessel by feeder.
FEEDER_EXPORT: Final[dict[str, int]] = {
    "seal_changed": 6, "leg_approval_late": 6, "leg_approval_near": 6, "second_never_acknowledged": 5,
    "second_acknowledged_late": 5, "second_acknowledged_near": 5, "leg_only_planned": 5, "leg_only_approved": 5,
}  # fmt: skip

#: Imports that reach their port by feeder.
FEEDER_IMPORT: Final[dict[str, int]] = {
    "seal_changed": 5, "leg_approval_late": 4, "leg_approval_near": 5, "leg_only_planned": 5, "leg_only_approved": 5,
}  # fmt: skip

#: Domestic boxes and empties on a leg, of which these are set ashore at a port too early.
DOMESTIC_LEG: Final[dict[str, int]] = {"wrong_port": 6}
EMPTY_LEG: Final[dict[str, int]] = {"wrong_port": 5}

#: These boxes are never loaded, or never discharged, and take no slot under a crane.
NOT_LOADED: Final = frozenset(
    ("never_acknowledged", "rejected", "rejected_late", "manifest_never", "withdrawn", "only_arrived", "only_customs",
     "only_loading", "only_terminal", "leg_only_planned", "leg_only_approved")
)  # fmt: skip
NOT_DISCHARGED: Final = frozenset(("shortlanded",))
#: Stories that a port which reports its moves by file cannot tell: no trade flag, no other container number,
#: no purpose of the move.
EVENTS_ONLY: Final = frozenset(
    ("trade_conflict", "misread_gate", "phantom_exit", "discharge_reported_late", "inspected_outside")
)


def planted(table: dict[str, int], scale: float) -> list[str]:
    """The quirks of one day at a scale; each at least once."""
    return [quirk for quirk, count in table.items() for _ in range(max(1, round(count * scale)))]
