"""What is planted: the special stories, and how many boxes of a full-size day tell each.

Near misses stand beside the incidents: they come close to the limit of a rule and must raise nothing.
"""

from __future__ import annotations

from typing import Final

#: Exports by gate.
EXPORT: Final[dict[str, int]] = {
    # ARR_MISSING, ARR_REJECTED, ARR_DUPLICATE
    "never_acknowledged": 8, "acknowledged_late": 8, "acknowledged_near": 10, "rejected": 8, "rejected_late": 5,
    "acknowledged_twice": 6, "second_ack_taken_back": 6,
    # ARR_NO_MANIFEST, ARR_WRONG_TERMINAL
    "manifest_late": 8, "manifest_never": 5, "manifest_near": 10, "wrong_terminal": 6, "wrong_terminal_corrected": 6,
    # LOAD_NO_RELEASE, LOAD_NO_VGM, DG_NO_PERMIT
    "no_loading_release": 6, "loading_revoked": 6, "terminal_release_late": 6, "terminal_release_near": 8,
    "loading_revoked_and_renewed": 8, "no_vgm": 5, "vgm_late": 5, "vgm_near": 6,
    "dg_no_permit": 3, "dg_permit_late": 3, "dg_permit_revoked": 3, "dg_permit_near": 6,
    # CUTOFF_MISSED, EARLY_GATE_IN, CUTOFF_RISK, BILL_INCOMPLETE
    "cutoff_missed": 6, "cutoff_near": 6, "line_after_cutoff": 6, "early_gate_in": 6, "early_near": 6,
    "cutoff_risk": 6, "cutoff_risk_near": 6, "cutoff_risk_left": 6, "not_come": 6,
    # ROLLED, VOYAGE_CHANGED
    "rolled": 6, "voyage_changed": 6, "booked_anew": 6,
    # reported and released for one vessel, then assigned to another (改配): REASSIGN_NOT_ACCEPTED
    "reassigned": 6, "reassigned_never": 5, "reassigned_word_before": 5,
    # DECLARE_LATE_EXPORT, LOADMANIFEST_LATE
    "export_declared_late": 6, "export_declared_near": 6, "listed_late": 6, "never_listed": 5, "listed_near": 6,
    # WITHDRAWN, EXPORT_OUT_UNAPPROVED, SHUT_OUT
    "withdrawn": 8, "withdrawn_unapproved": 3, "withdrawn_approved_late": 3, "withdrawn_rejected": 5, "taken_out": 5,
    "shut_out_taken_out": 6, "out_for_inspection": 6, "out_inspection_unordered": 3, "out_inter_terminal": 6,
    # what papers and moves say of the box: EF_, SIZE_TYPE_, SEAL_MISMATCH, WEIGHT_DEVIATION, SEAL_BROKEN, two trades
    "ef_mismatch_move": 4, "ef_mismatch_line": 4, "size_mismatch": 4, "size_other_name": 6, "size_unknown": 6,
    "weight_off": 4, "weight_off_tonne": 4, "weight_near": 5, "weight_near_tonne": 5,
    "seal_mismatch": 4, "seal_resealed": 4, "seal_amended": 5, "seal_inspected": 5, "two_seals": 5,
    "seal_broken": 4, "seal_broken_named": 4, "seal_opened": 6, "domestic_line": 6, "domestic_line_corrected": 6,
    # BOX_TWO_PLACES
    "two_places": 6, "two_places_near": 6,
    # what officers do
    "exit_voided": 6, "exit_void_taken_back": 5, "rejected_made_anew": 6, "unanswered_made_anew": 6,
    "report_deleted": 5, "report_deleted_and_made_anew": 5,
    # goods of two master bills: each is reported, and released; a report that moves to the bill that is left
    "two_shippers": 6, "second_shipper_unreleased": 5, "second_shipper_taken_out": 6,
    "second_shipper_out_after_report": 6, "report_moved_near": 6, "report_moved_late": 5,
    # others
    "trade_conflict": 6, "bad_check_digit": 6, "misread_gate": 15, "phantom_exit": 12, "phantom_release": 8,
    # left behind in each state
    "only_arrived": 6, "only_customs": 6, "only_loading": 6, "only_terminal": 6,
}  # fmt: skip

#: Imports by discharge.
IMPORT: Final[dict[str, int]] = {
    # GATEOUT_NO_RELEASE
    "no_bill_release": 7, "bill_release_after_exit": 5, "bill_release_revoked": 7, "no_terminal_release": 6,
    "bill_revoked_and_renewed": 10, "bill_release_near": 6, "inspected_outside": 12, "transit": 6, "transit_late": 5,
    # CONDITION_OVERDUE, GATEOUT_NOT_PAID
    "condition_open": 6, "condition_overdue": 6, "condition_met_late": 6, "condition_met_near": 6,
    "declared_on_condition": 5, "declared_on_condition_near": 5,
    "not_paid": 5, "paid_late": 5, "paid_near": 6,
    # SHORTLANDED, OVERLANDED
    "shortlanded": 8, "discharge_reported_late": 8, "overlanded": 6, "overlanded_resolved": 6, "manifest_amended": 6,
    # TALLY_LATE, MANIFEST_LATE
    "tally_late": 6, "tally_near": 6, "original_late": 6, "original_near": 6,
    # what papers and moves say of the box
    "ef_mismatch_move": 3, "size_mismatch": 3, "seal_mismatch": 3, "seal_inspected": 3,
    # what officers do
    "bill_revoke_voided": 6, "bill_revoke_void_taken_back": 5,
    # others
    "trade_conflict": 5, "bad_check_digit": 5, "line_moved": 10, "tally_unanswered": 10,
    # diversion (疏港分流), with and without approval
    "diverted": 6, "diversion_near": 6, "diversion_late": 6, "diversion_revoked": 6, "diversion_expected": 5,
    "diversion_refused": 5, "diversion_turned_back": 5,
    # goods of two house bills, taken out at another site: DECONSOLIDATION_TALLY_LATE
    "shared": 6, "strip_tally_near": 6, "strip_tally_late": 5, "strip_tally_never": 5,
    # goods of two master bills, which customs releases one by one: GATEOUT_NO_RELEASE
    "two_bills": 6, "second_bill_near": 6, "second_bill_unreleased": 5, "second_bill_taken_out": 6,
    "second_bill_alone_released": 5,
    # left behind in each state
    "only_discharged": 8, "only_tallied": 8, "only_customs": 8, "only_bill": 8,
}  # fmt: skip

#: Exports that reach the ocean vessel by feeder.
FEEDER_EXPORT: Final[dict[str, int]] = {
    "seal_changed": 6, "leg_approval_late": 6, "leg_approval_near": 6, "leg_approval_overdue": 6, "leg_approval_due": 6,
    "second_never_acknowledged": 5, "second_acknowledged_late": 5, "second_acknowledged_near": 5,
    "leg_only_planned": 5, "leg_only_approved": 5,
    # LEG_OVERDUE, LEG_SHORT, LEG_LOST
    "lost": 5, "landed_late": 5, "landed_overdue": 5, "landed_very_late": 5, "landed_near": 5,
    "landed_not_overdue": 5, "landed_not_lost": 5,
    # MISSED_CONNECTION_RISK, SUPERVISED_UNSEALED, DG_NO_PERMIT
    "connection_tight": 24, "connection_near": 6, "unsealed": 6, "unsealed_at_quay": 6, "dg_no_permit": 3,
    "dg_permit_near": 3,
}  # fmt: skip

#: Exports that come from an inland port by train: SEAL_CHANGED_IN_TRANSIT, LOAD_NO_RELEASE.
RAIL_EXPORT: Final[dict[str, int]] = {"seal_changed": 4, "leg_approval_late": 4, "leg_approval_near": 6}

#: Imports that reach their port by feeder.
FEEDER_IMPORT: Final[dict[str, int]] = {
    "seal_changed": 5, "leg_approval_late": 4, "leg_approval_near": 5, "leg_only_planned": 5, "leg_only_approved": 5,
    "lost": 3, "landed_late": 3,
}  # fmt: skip

#: Domestic exports of the coast: NO_WATERWAY_BILL.
DOMESTIC: Final[dict[str, int]] = {"no_waterway": 5, "waterway_late": 5, "waterway_near": 6}

#: Domestic boxes and empties on a leg: set ashore at a port too early, known to be loaded only hours later, or come
#: off without having been loaded.
DOMESTIC_LEG: Final[dict[str, int]] = {"wrong_port": 6, "load_told_late": 6, "not_loaded": 4}
EMPTY_LEG: Final[dict[str, int]] = {"wrong_port": 5, "not_loaded": 4}

#: Empties that leave by sea: EMPTY_NOT_EMPTY, REASSIGN_NOT_ACCEPTED.
EMPTY_EXPORT: Final[dict[str, int]] = {
    "not_empty": 6, "tare_weighed": 10, "reassign_never": 6, "reassign_approved": 6, "rolled_unreleased": 6,
}  # fmt: skip

#: Full foreign boxes that go from one ocean vessel onto another: LOAD_NO_RELEASE.
TRANSHIPPED: Final[dict[str, int]] = {
    "tranship": 8, "tranship_near": 6, "tranship_late": 5, "tranship_never": 5, "tranship_revoked": 5,
    "tranship_waiting": 5,
}

#: What is left of the cargo of vessels that came before the world began, by slot.
PAST: Final[dict[str, dict[str, int]]] = {
    "P1": {"shortlanded": 3, "overlanded": 3, "overlanded_explained_late": 6, "overlanded_explained_near": 6},
    "P2": {"undeclared": 6, "declared_late": 6, "declared_near": 6, "undeclared_transit": 6},
    "P3": {"stay_over": 6, "stay_over_left": 6, "stay_over_near": 6},
}

#: These boxes are never loaded, or never discharged, and take no slot under a crane.
NOT_LOADED: Final = frozenset(
    ("never_acknowledged", "rejected", "rejected_late", "manifest_never", "withdrawn", "only_arrived", "only_customs",
     "only_loading", "only_terminal", "leg_only_planned", "leg_only_approved", "withdrawn_unapproved",
     "withdrawn_approved_late", "withdrawn_rejected", "taken_out", "shut_out_taken_out", "cutoff_risk_left", "not_come",
     "two_places", "two_places_near", "exit_void_taken_back", "report_deleted")
)  # fmt: skip
NOT_DISCHARGED: Final = frozenset(("shortlanded",))
#: Feeder exports that come to the hub too late for their ocean vessel, or never.
NOT_ONWARD: Final = frozenset(
    ("lost", "landed_late", "landed_overdue", "landed_very_late", "landed_not_overdue", "landed_not_lost")
)
#: Stories that a port which reports its moves by file cannot tell: no trade flag, no other container number,
#: no purpose of the move, one seal without its condition, no camera.
EVENTS_ONLY: Final = frozenset(
    ("trade_conflict", "misread_gate", "phantom_exit", "exit_voided", "exit_void_taken_back",
     "discharge_reported_late", "inspected_outside", "withdrawn", "withdrawn_unapproved", "withdrawn_approved_late",
     "withdrawn_rejected", "shut_out_taken_out", "out_for_inspection", "out_inspection_unordered",
     "out_inter_terminal", "two_seals", "seal_broken", "seal_broken_named", "seal_opened", "two_places",
     "two_places_near", "no_waterway", "waterway_late", "waterway_near")
)  # fmt: skip
#: Stories that need a second terminal.
QINGDAO_ONLY: Final = frozenset(
    ("wrong_terminal", "wrong_terminal_corrected", "diverted", "diversion_near", "diversion_late", "diversion_revoked",
     "diversion_expected", "diversion_refused", "diversion_turned_back", "shared", "strip_tally_near",
     "strip_tally_late", "strip_tally_never")
)  # fmt: skip
#: Their boxes are released for one vessel and go by another.
REASSIGNED: Final = frozenset(("reassigned", "reassigned_never", "reassigned_word_before"))
#: Stories at the moment when the yard opens, which for the vessels that feeders bring boxes to is days ago.
BEFORE_YARD_OPENS: Final = frozenset(("early_gate_in", "early_near"))


def planted(table: dict[str, int], scale: float) -> list[str]:
    """The quirks of one day at a scale; each at least once."""
    return [quirk for quirk, count in table.items() for _ in range(max(1, round(count * scale)))]
