"""Every planted incident is there often enough, its near misses raise nothing, and nothing else is raised by accident.

The rules of the contract (section 7) are applied here to the milestones of the truth, whatever story wrote them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from .conftest import Told

MINUTE = 60_000
HOUR = 60 * MINUTE
Visit = dict[str, Any]
#: The second set of the contract: what is never mended, and what is where the story says so.
NEVER_MENDED = (
    "LOAD_NO_VGM", "DG_NO_PERMIT", "EMPTY_NOT_EMPTY", "EF_MISMATCH", "SIZE_TYPE_MISMATCH", "WEIGHT_DEVIATION",
    "SEAL_MISMATCH", "SEAL_BROKEN", "EXPORT_OUT_UNAPPROVED", "GATEOUT_NOT_PAID", "CUTOFF_MISSED", "EARLY_GATE_IN",
    "ROLLED", "VOYAGE_CHANGED", "WITHDRAWN", "LEG_OVER", "LEG_UNPLANNED_STOP", "SUPERVISED_UNSEALED",
    "DOMESTIC_IN_FOREIGN_BL", "VESSEL_NOT_PERMITTED", "BOX_TWO_PLACES", "BAD_IMO", "ARR_DUPLICATE",
    "ARR_WRONG_TERMINAL", "TERMINAL_CHANGED",
)  # fmt: skip
MENDED = (
    "TALLY_LATE", "MANIFEST_LATE", "CONDITION_OVERDUE", "CUTOFF_RISK", "BILL_INCOMPLETE", "SHUT_OUT",
    "REASSIGN_NOT_ACCEPTED", "LEG_NOT_APPROVED", "LEG_OVERDUE", "LEG_SHORT", "LEG_LOST", "MISSED_CONNECTION_RISK",
    "NO_WATERWAY_BILL", "DIFF_UNEXPLAINED", "DECLARATION_OVERDUE", "STAY_OVER", "LOADMANIFEST_LATE",
    "DECONSOLIDATION_TALLY_LATE",
)  # fmt: skip


def laden(day: Told, direction: str) -> list[Visit]:
    return [v for v in day.truth["visit"] if v["direction"] == direction and v["ef"] == "F" and v["trade"] == "F"]


def goods_taken_out(day: Told) -> dict[str, tuple[str, int, bool]]:
    """By box: the bill whose goods were taken out of it again, when, and whether it was shared by its papers."""
    return {
        r["container_no"]: (r["master_bl"], r["event_time"], r["load_type"] == "LCL")
        for r in day.records("manifest") if r.get("manifest_kind") == "PREPARED" and r["function_code"] == "3"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "state"),
    [("ARR_MISSING", "RAISED"), ("ARR_MISSING", "RESOLVED"), ("ARR_REJECTED", "RAISED"), ("ARR_NO_MANIFEST", "RAISED"),
     ("ARR_NO_MANIFEST", "RESOLVED"), ("GATEOUT_NO_RELEASE", "RAISED"), ("LOAD_NO_RELEASE", "RAISED"),
     ("SEAL_CHANGED_IN_TRANSIT", "RAISED"), ("SHORTLANDED", "RAISED"), ("OVERLANDED", "RAISED"),
     ("OVERLANDED", "RESOLVED"), ("LEG_WRONG_PORT", "RAISED"), ("TRADE_FLAG_CONFLICT", "RAISED"),
     ("BAD_CHECK_DIGIT", "RAISED"), ("DECLARE_LATE_EXPORT", "RESOLVED"), *((code, "RAISED") for code in NEVER_MENDED), *(
         (code, state) for code in MENDED for state in ("RAISED", "RESOLVED")
     )],
)  # fmt: skip
def test_each_incident_is_planted_five_times(day: Told, code: str, state: str) -> None:
    assert list(day.exceptions(code).values()).count(state) >= 5


def test_an_exception_is_stated_once_per_subject(day: Told) -> None:
    counts = Counter((x["code"], x["subject"]) for x in day.truth["exception"])
    assert set(counts.values()) == {1}


def test_exit_without_release_is_exactly_what_the_milestones_say(day: Told) -> None:
    """A conditional release of the bill counts, and a transit that was approved needs none; a diversion its approval."""
    sent_on = {
        r["container_no"]: r["event_time"]
        for r in day.records("gate") if r.get("purpose") == "DIVERSION" and r["move"] == "OUT"
    }  # fmt: skip
    releases = day.records("release")
    conditional = {r["bill_no"]: r["event_time"] for r in releases if r["action"] == "CONDITIONAL" and r["stage"] == "BILL"}
    approved = {r["container_no"]: r["event_time"] for r in releases if r["stage"] == "TRANSIT"}
    bills = {r["container_no"]: r["master_bl"] for r in day.records("manifest") if r.get("manifest_kind") == "ORIGINAL"}
    raised = set()
    for visit in laden(day, "I"):
        at = visit["milestones"]
        left = at.get("IMPORT_CONTAINER_LEAVE_PORT")
        released = {stage: at.get(f"IMPORT_{stage}_RELEASE", 0) for stage in ("BILL", "TERMINAL")}
        released["BILL"] = conditional.get(bills.get(visit["container_no"], ""), released["BILL"])
        transit = approved.get(visit["container_no"], 0)
        if left and not (0 < transit <= left) and not all(0 < when <= left for when in released.values()):
            raised.add(visit["container_no"])
        gone = sent_on.get(visit["container_no"], 0)
        if gone and not 0 < at.get("IMPORT_DIVERSION_RELEASE", 0) <= gone:
            raised.add(visit["container_no"])
    assert raised == set(day.exceptions("GATEOUT_NO_RELEASE"))


def test_a_bill_release_within_a_minute_of_the_exit_raises_nothing(day: Told) -> None:
    near = [
        visit["container_no"] for visit in laden(day, "I")
        if 0 < visit["milestones"].get("IMPORT_CONTAINER_LEAVE_PORT", 0)
        - visit["milestones"].get("IMPORT_BILL_RELEASE", 0) <= 61_000
    ]  # fmt: skip
    assert len(near) >= 5
    assert not set(near) & set(day.exceptions("GATEOUT_NO_RELEASE"))


def test_revoked_and_renewed_in_time_raises_nothing(day: Told) -> None:
    revoked = {r["bill_no"] for r in day.records("release") if r["action"] == "REVOKE" and r["stage"] == "BILL"}
    boxes = {r["container_no"]: r["master_bl"] for r in day.records("manifest") if r.get("manifest_kind") == "ORIGINAL"}
    fine = [
        v["container_no"] for v in laden(day, "I")
        if boxes.get(v["container_no"]) in revoked and "IMPORT_BILL_RELEASE" in v["milestones"]
    ]  # fmt: skip
    left = [
        v["container_no"] for v in laden(day, "I")
        if boxes.get(v["container_no"]) in revoked and "IMPORT_BILL_RELEASE" not in v["milestones"]
    ]  # fmt: skip
    assert len(fine) >= 5
    assert not set(fine) & set(day.exceptions("GATEOUT_NO_RELEASE"))
    assert len(left) >= 5
    assert set(left) <= set(day.exceptions("GATEOUT_NO_RELEASE"))


def test_loading_without_release_is_exactly_what_the_milestones_say(day: Told) -> None:
    approved = {
        (r["container_no"] or r["bill_no"]): r["event_time"]
        for r in day.records("release") if r["stage"] == "LEG" and r["action"] == "APPROVE"
    }  # fmt: skip
    bills = {r["container_no"]: r["master_bl"] for r in day.records("manifest") if r.get("manifest_kind") == "LEG"}
    raised, near = set(), 0
    for visit in laden(day, "E"):
        at = visit["milestones"]
        loaded = at.get("EXPORT_CONTAINER_LOADED_ON_VESSEL")
        if not loaded:
            continue
        released = [at.get(f"EXPORT_{stage}_RELEASE", 0) for stage in ("LOADING", "TERMINAL")]
        if not all(0 < when <= loaded for when in released):
            raised.add(visit["container_no"])
        elif loaded - max(released) < 2 * MINUTE:
            near += 1
    for visit in laden(day, "T"):
        at = visit["milestones"]
        if not 0 < at.get("TRANSHIP_PERMIT", 0) <= at["EXPORT_CONTAINER_LOADED_ON_VESSEL"]:
            raised.add(visit["container_no"])
    for leg in day.truth["leg"]:
        box = leg["container_no"]
        if leg["loaded_at"] and box in bills and approved.get(box, approved.get(bills[box], 0)) > leg["loaded_at"]:
            raised.add(box)
    assert raised == set(day.exceptions("LOAD_NO_RELEASE"))
    assert near >= 5


def test_a_late_manifest_is_exactly_what_the_milestones_say(day: Told) -> None:
    expected, near = {}, 0
    for visit in laden(day, "E"):
        at = visit["milestones"]
        late = at.get("EXPORT_PRE_STOWAGE_MANIFEST", 0) - at["EXPORT_LADEN_CONTAINER_GATE_IN"]
        if "EXPORT_PRE_STOWAGE_MANIFEST" not in at:
            expected[visit["container_no"]] = "RAISED"
        elif late > 10 * MINUTE:
            expected[visit["container_no"]] = "RESOLVED"
        elif late >= 8 * MINUTE:
            near += 1
    assert expected == day.exceptions("ARR_NO_MANIFEST")
    assert near >= 5


def test_a_missing_acknowledgement_is_exactly_what_the_plan_says(day: Told) -> None:
    exports = {v["container_no"]: v["milestones"] for v in laden(day, "E")}
    unloaded = {leg["container_no"]: leg["discharged_at"] for leg in day.truth["leg"]}
    diverted = {
        v["container_no"]: [v["milestones"].get(f"IMPORT_{stage}_{step}", 0) for step in ("RELEASE", "ARRIVAL")]
        for v in laden(day, "I") for stage in ("DIVERSION", "DECONSOLIDATION")
        if f"IMPORT_{stage}_ARRIVAL" in v["milestones"]
    }  # fmt: skip
    taken_out = goods_taken_out(day)
    expected, near = {}, 0
    for case in day.world.customs_plan():
        answer = next((a for a in case["answers"] if a["code"] != "NEVER"), case["answers"][-1])
        at = exports.get(case["container_no"], {})
        ready = max(at.get("EXPORT_LADEN_CONTAINER_GATE_IN", 0), at.get("EXPORT_PRE_STOWAGE_MANIFEST", 0))
        if case["voyage"].startswith("F"):
            ready = unloaded[case["container_no"]]
        elif sent_on := diverted.get(case["container_no"]):
            ready = max(sent_on)
        bill, out, shared = taken_out.get(case["container_no"], ("", 0, False))
        if case["bill_no"] != bill and not shared:
            ready = max(ready, out)
        assert ready
        if answer["code"] == "NEVER":
            expected[case["container_no"]] = "RAISED"
        elif answer["at"] > ready + 30 * MINUTE:
            expected[case["container_no"]] = "RESOLVED"
        elif answer["at"] >= ready + 25 * MINUTE:
            near += 1
    assert expected == day.exceptions("ARR_MISSING")
    assert near >= 10
    rejected = {c["container_no"] for c in day.world.customs_plan() if c["answers"][0]["code"] == "03"}
    assert rejected == set(day.exceptions("ARR_REJECTED"))


def test_every_reported_arrival_has_its_answer_planned(day: Told) -> None:
    cases = {
        (a["container_no"], a["bill_no"], a["voyage"], a["terminal_code"])
        for a in day.truth["arrival"] if a["message_type"] != "MT5101" and a["state"] not in ("WAITING", "NEED")
    }  # fmt: skip
    planned = [(c["container_no"], c["bill_no"], c["voyage"], c["terminal_code"]) for c in day.world.customs_plan()]
    assert len(planned) == len(set(planned))
    accepted = {no for no, state in day.exceptions("REASSIGN_NOT_ACCEPTED").items() if state == "RESOLVED"}
    shared = {r["house_bl"]: r["master_bl"] for r in day.records("manifest") if r.get("house_bl")}
    planned = [(box, shared.get(bill, bill), *place) for box, bill, *place in planned]
    assert cases <= set(planned)
    former = [case for case in planned if case not in cases]  # under its first booking, before customs accepted the other
    assert len([case for case in former if case[0] in accepted]) >= 5
    out = {(box, bill) for box, (bill, _, _) in goods_taken_out(day).items()}
    assert len(out & {case[:2] for case in former}) >= 15
    assert [case for case in former if case[0] not in accepted and case[:2] not in out] == []


def test_seals_differ_on_a_leg_exactly_where_it_is_planted() -> None:
    from ops.simulate.day import Day

    sheet = Day(seed=3, day=0, midnight=0, scale=0.1).write()
    seals: dict[str, dict[str, set[str]]] = {}
    for record in [p.record for p in sheet.planned] + [f.record for f in sheet.filed]:
        onto_train = record["event_type"] == "GATE_MOVE" and record["purpose"] == "LEG"
        if (record["event_type"] == "QUAY_MOVE" or onto_train) and record["seals"]:
            moves = seals.setdefault(record["container_no"], {})
            moves.setdefault(record["move"] + record["port"], set()).update(s["no"] for s in record["seals"])
    changed = {box for box, moves in seals.items() if len(set().union(*moves.values())) > 1}
    assert changed
    assert changed == {x["subject"] for x in sheet.truth if x.get("code") == "SEAL_CHANGED_IN_TRANSIT"}


def test_a_box_that_is_not_landed_has_no_discharge_and_a_reported_late_one_has(day: Told) -> None:
    landed = {r["container_no"] for r in day.records("berth") if r.get("move") == "DISC"}
    short = set(day.exceptions("SHORTLANDED"))
    assert not short & landed
    hours_late = [
        d.record["container_no"] for d in day.deliveries
        if d.kind == "berth" and d.record.get("move") == "DISC" and d.at_ms - d.record["event_time"] > 7 * HOUR
    ]  # fmt: skip
    assert len(hours_late) >= 5
    assert not short & set(hours_late)


def test_no_visit_reaches_a_milestone_before_its_cause(day: Told) -> None:
    """Times of a story follow each other, but for papers, which may come early."""
    for visit in laden(day, "E"):
        at = visit["milestones"]
        if "EXPORT_CONTAINER_LOADED_ON_VESSEL" in at:
            assert at["EXPORT_LADEN_CONTAINER_GATE_IN"] < at["EXPORT_CONTAINER_LOADED_ON_VESSEL"] < visit["closed_at"]
    for visit in laden(day, "I"):
        at = visit["milestones"]
        if "IMPORT_CONTAINER_LEAVE_PORT" in at:
            assert at["IMPORT_UNLOADED"] + 2 * MINUTE < at["IMPORT_CONTAINER_LEAVE_PORT"] == visit["closed_at"]
        if "IMPORT_EMPTY_RETURN" in at:
            assert at["IMPORT_EMPTY_RETURN"] > at["IMPORT_CONTAINER_LEAVE_PORT"] + HOUR


def test_boxes_are_left_behind_in_every_state(day: Told) -> None:
    states = Counter(v["state"] for v in day.truth["visit"])
    for state in ("ARRIVAL_PENDING", "ARRIVED", "CUSTOMS_RELEASED", "LOAD_RELEASED", "TERMINAL_RELEASED", "SAILED",
                  "DISCHARGED", "TALLIED", "BILL_RELEASED", "GATED_OUT", "EMPTY_RETURNED", "GATED_IN", "DIVERTED",
                  "TRANSHIP_PERMITTED"):  # fmt: skip
        assert states[state] >= 5, state
    legs = Counter(leg["leg_state"] for leg in day.truth["leg"])
    assert all(legs[state] >= 5 for state in ("PLANNED", "APPROVED", "ARRIVED", "DISCHARGED", "RECONCILED"))


def test_events_are_corrected_retracted_and_moved_to_another_box(day: Told) -> None:
    versions: dict[str, set[int]] = {}
    for d in day.deliveries:
        if d.topic:
            versions.setdefault(d.record["event_id"], set()).add(d.record["updated_time"])
    assert sum(1 for v in versions.values() if len(v) > 1) > 100
    records = [d.record for d in day.deliveries if d.topic]
    assert sum(1 for r in records if r.get("corrects_event_id")) > 50
    assert len({r["container_no"] for r in records if r.get("corrects_key")}) >= 20
    first_seen: dict[str, bool] = {}
    overtaken = 0
    for record in records:
        if record["event_id"] not in first_seen:
            first_seen[record["event_id"]] = record["is_retracted"]
            overtaken += record["is_retracted"]
    assert overtaken >= 5


def test_officers_act_on_what_went_wrong_five_times_each(day: Told) -> None:
    done = Counter((a["action"], a["status"]) for a in day.truth["action"])
    for action in (
        ("VOID", "IN_FORCE"), ("VOID", "OVERTAKEN"), ("UNVOID", "IN_FORCE"), ("RESUBMIT", "IN_FORCE"),
        ("DELETE", "IN_FORCE"), ("DELETE", "OVERTAKEN"), ("ACKNOWLEDGE", "IN_FORCE"), ("ASSIGN", "IN_FORCE"),
    ):  # fmt: skip
        assert done[action] >= 5, action
    books = Counter(a["book_key"].count("|") + 2 * a["book_key"].startswith("SDIM") for a in day.truth["action"])
    assert all(books[kind] >= 5 for kind in (0, 1, 2)), "of boxes, of vessels, of bills"
    assert Counter(a["state"] for a in day.truth["arrival"])["DELETED"] >= 5
