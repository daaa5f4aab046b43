"""What officers do (contracts, section 7: Operator actions): what takes effect, what nearly does, and what takes it back."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from streams.domain.evidence import Evidence
from streams.runtime.packing import pack
from tests.unit.domain.story import (
    BOX,
    Platform,
    act,
    act_on_bill,
    act_on_vessel,
    at,
    call,
    discharge,
    gate_in,
    gate_out,
    line,
    receipt,
    release,
    report,
)

LEFT = gate_out(5, purpose="WITHDRAWAL")
STAY = [line("PREPARED", 1, book="M", key="BL1"), gate_in(3)]


def in_any_order(*events: Evidence) -> list[Platform]:
    """The same events in each order, all at once and one by one."""
    told = [Platform().hear(*some) for some in permutations(events)]
    for some in permutations(events):
        port = Platform()
        for e in some:
            port.hear(e)
        told.append(port)
    return told


def states(port: Platform) -> list[str]:
    return [row["status"] for row in port.rows("operator_actions")]


# -- VOID, UNVOID ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "closed", "status"),
    [
        ([], True, []),
        ([act("VOID", 6, LEFT)], False, ["IN_FORCE"]),
        ([act("VOID", 6, "P|TOS|another")], True, ["NO_TARGET"]),
        ([act("VOID", 6, "P|TOS|no"), act("UNVOID", 7, "P|TOS|no")], True, ["NO_TARGET", "NO_TARGET"]),
        ([act("VOID", 6, LEFT, number="A1"), act("UNVOID", 7, LEFT, number="A2")], True, ["OVERTAKEN", "IN_FORCE"]),
        ([act("UNVOID", 6, LEFT, number="A1"), act("VOID", 7, LEFT, number="A2")], False, ["OVERTAKEN", "IN_FORCE"]),
        ([act("VOID", 6, LEFT, number="A1"), act("VOID", 7, LEFT, number="A2", retracted=True)], False, ["IN_FORCE"]),
    ],
    ids=["nothing", "void", "void of another event", "neither", "taken back", "voided again", "another void withdrawn"],
)  # fmt: skip
def test_a_voided_event_does_not_count_until_that_is_taken_back(
    actions: list[Evidence], closed: bool, status: list[str]
) -> None:
    for port in in_any_order(*STAY, LEFT, *actions):
        assert bool(port.visit()["closed_at"]) == closed
        assert sorted(states(port)) == sorted(status)
        assert port.exceptions("WITHDRAWN") == ([("WITHDRAWN", "RAISED")] if closed else [])


def test_a_void_that_is_withdrawn_never_was() -> None:
    gone = act("VOID", 7, LEFT, number="A", retracted=True)
    for port in in_any_order(gate_in(3), LEFT, act("VOID", 6, LEFT, number="A"), gone):
        assert port.visit()["closed_at"] == at(5)
        assert states(port) == []


def test_a_void_that_another_action_corrects_never_was() -> None:
    wrong = act("VOID", 6, LEFT, number="A1")
    instead = act("COMMENT", 7, "x", number="A2", corrects=wrong.ident)
    for port in in_any_order(gate_in(3), LEFT, wrong, instead):
        assert port.visit()["closed_at"] == at(5)
        assert states(port) == ["NO_TARGET"]


def test_a_void_holds_for_every_version_of_the_event() -> None:
    later = gate_out(6, purpose="WITHDRAWAL", number=LEFT.ident.split("|")[2], updated=at(20))
    for port in in_any_order(gate_in(3), LEFT, later, act("VOID", 7, LEFT)):
        assert port.visit()["closed_at"] == 0


def test_an_event_that_was_corrected_to_name_another_box_is_no_longer_voided_here() -> None:
    """Else the history would hide an event that counts for the other box."""
    gone = LEFT.retraction("B", BOX, LEFT.version + (1 << 20))
    for port in in_any_order(gate_in(3), LEFT, act("VOID", 6, LEFT), gone):
        assert states(port) == ["NO_TARGET"]


def test_a_voided_correction_corrects_nothing() -> None:
    wrong = gate_in(4, number="W", corrects="P|TOS|R", updated=at(5))
    for port in in_any_order(gate_in(3, number="R"), wrong, act("VOID", 6, wrong)):
        assert port.visit()["opened_at"] == at(3)


RIGHT = gate_in(3, number="R")
WRONG = gate_in(4, number="W", corrects=RIGHT.ident, updated=at(5))


@pytest.mark.parametrize(
    ("events", "hidden", "opened"),
    [
        ([], [("R", "CORRECTED", "W")], 4),
        ([gate_in(4, number="W", corrects=RIGHT.ident, updated=at(6), retracted=True)], [], 3),
        ([act("VOID", 6, WRONG, number="A1")], [("W", "VOID", "A1")], 3),
        ([act("VOID", 6, WRONG, number="A1"), act("UNVOID", 7, WRONG, number="A2")], [("R", "CORRECTED", "W")], 4),
        ([act("VOID", 6, RIGHT, number="A1")], [("R", "VOID", "A1")], 4),
        ([gate_in(5, number="X", corrects=WRONG.ident)], [("R", "CORRECTED", "W"), ("W", "CORRECTED", "X")], 5),
        ([gate_in(4, number="W", updated=at(6))], [], 3),
    ],
    ids=["corrected", "correction retracted", "correction void", "no longer void", "void too", "again", "no correction"],
)  # fmt: skip
def test_a_correction_that_is_taken_back_hides_nothing_any_more(
    events: list[Evidence], hidden: list[tuple[str, str, str]], opened: float
) -> None:
    """The history shows what counts, and the row of the corrected event is there again when it counts again."""
    for port in in_any_order(RIGHT, WRONG, *events):
        rows = [(r["event_id"], r["reason"], r["void_by"]) for r in port.rows("void_events")]
        assert [tuple(word.rpartition("|")[2] for word in row) for row in rows] == hidden
        assert port.visit(0)["opened_at"] == at(opened)


def test_a_void_paper_of_a_bill_is_hidden_by_its_bill_alone() -> None:
    prepared = line("PREPARED", 1, book="M", key="BL1")
    for port in in_any_order(prepared, gate_in(3), act_on_bill("VOID", 6, prepared, number="A")):
        (row,) = port.rows("void_events")
        assert row == {
            "book_key": "BL1", "event_id": prepared.ident, "reason": "VOID", "void_by": "P|DESK|A", "event_time": at(1),
        }  # fmt: skip


def test_a_void_berth_timestamp_is_hidden_by_the_calls_of_the_vessels_own_id() -> None:
    ended = call("CARGO_OPS", "CMPL", 4, book="V", vessel="LU FEEDER 1")
    for port in in_any_order(ended, act_on_vessel("VOID", 12, ended, vessel="LU FEEDER 1")):
        assert [(row["book_key"], row["event_id"]) for row in port.rows("void_events")] == [("CNSHIP:F1|qingdao", ended.ident)]


def test_an_event_that_moved_to_another_box_is_hidden_by_neither() -> None:
    gone = LEFT.retraction("B", BOX, LEFT.version + (1 << 20))
    for port in in_any_order(gate_in(3), LEFT, act("VOID", 6, LEFT), gone):
        assert port.rows("void_events") == []


def test_who_voided_what_and_why_is_kept() -> None:
    (row,) = Platform().hear(gate_in(3), LEFT, act("VOID", 6, LEFT)).rows("operator_actions")
    assert (row["book_key"], row["operator"], row["reason"], row["acted_at"]) == (BOX, "officer-1", "因误报", at(6))
    assert row["target_id"] == LEFT.ident


def test_a_bills_void_reaches_its_boxes_and_its_own_row() -> None:
    prepared = line("PREPARED", 1, book="M", key="BL1")
    packing = line("PACKING", 2, book="M", key="BL1")
    for port in in_any_order(prepared, packing, gate_in(3), act_on_bill("VOID", 6, prepared)):
        assert "EXPORT_PRE_STOWAGE_MANIFEST" not in port.visit()["milestones"]
        assert [row["manifest_kinds"] for row in port.rows("consignments")] == [("PACKING",)]
        assert [row["book_key"] for row in port.rows("operator_actions")] == ["BL1"], "one row, of the bill"


def test_a_void_of_a_release_by_bill_reaches_each_box_of_the_bill() -> None:
    other = "APZU4812090"
    stay = [
        line("ORIGINAL", 0, book="M", key="BL1"), line("ORIGINAL", 0, book="M", key="BL1", box=other),
        discharge(3), discharge(3, box=other),
    ]  # fmt: skip
    freed = release("DECLARATION", "RELEASE", 5, bill="BL1", book="M", key="BL1", container="")
    port = Platform().hear(act_on_bill("VOID", 6, freed), *stay, freed)
    assert [row["customs_status"] for row in port.rows("box_visits")] == ["NOT_RELEASED"] * 2
    port.hear(act_on_bill("UNVOID", 7, freed))
    assert [row["customs_status"] for row in port.rows("box_visits")] == ["RELEASED"] * 2


def test_a_void_of_a_berth_timestamp_reaches_the_call_and_its_boxes() -> None:
    ended = call("CARGO_OPS", "CMPL", 4, book="V", number="END")
    worked = [call("ANCHOR", "ARRI", 0, book="V"), ended, line("ORIGINAL", -10, pod="CNTAO")]
    port = Platform().hear(*worked, now=11)
    assert port.exceptions("SHORTLANDED") == [("SHORTLANDED", "RAISED")]
    port.hear(act_on_vessel("VOID", 12, ended))
    assert [row["ops_end"] for row in port.rows("port_calls")] == [0]
    assert port.exceptions("SHORTLANDED") == []
    port.hear(act_on_vessel("UNVOID", 13, ended))
    assert port.exceptions("SHORTLANDED") == [("SHORTLANDED", "RAISED")]


def test_what_was_sent_to_customs_cannot_be_voided() -> None:
    port = reported()
    before = port.rows("arrival_cases")
    port.hear(act("VOID", 6, "PLATFORM|REPORT|" + port.commands[0]["message_id"]))
    assert port.rows("arrival_cases") == before and len(port.commands) == 1


def test_an_action_is_no_event_of_the_box() -> None:
    """The first event carries BAD_CHECK_DIGIT; an action neither opens a visit nor announces anything."""
    port = Platform().hear(act("COMMENT", 1, "x"))
    assert port.rows("box_visits") == port.rows("exceptions") == []
    book = port.core.book("B" + BOX)
    assert book is not None and book.pages is not None and book.pages.in_force().first is None


# -- reports -----------------------------------------------------------------------------------------------------------


def reported(*answers: str) -> Platform:
    """A box whose arrival we reported; customs answers with these, at 3.2, 3.3 and so on."""
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    port.hear(report(port.commands[0]))
    for number, action in enumerate(answers):
        port.hear(receipt(port.commands[0], 3.2 + number / 10, action))
    return port


def sent(port: Platform) -> list[tuple[str, str]]:
    """Function and basis of each command."""
    return [(c["function"], c["basis"]) for c in port.commands]


def case(port: Platform) -> dict[str, Any]:
    (row,) = port.rows("arrival_cases")
    return row


def answered(port: Platform, when: float, action: str = "ACK") -> Platform:
    """The last command is read back, and answered."""
    return port.hear(report(port.commands[-1]), receipt(port.commands[-1], when, action))


def test_a_rejected_report_is_made_anew_when_an_officer_says_so_and_not_before() -> None:
    port = reported("REJECT").hear(now=9)
    assert len(port.commands) == 1 and case(port)["state"] == "REJECTED"
    rejected = port.commands[0]["message_id"]
    port.hear(act("RESUBMIT", 10, rejected))
    assert sent(port)[1:] == [("2", rejected)]
    answered(port, 10.2)
    assert (case(port)["state"], case(port)["message_id"]) == ("ACKED", port.commands[1]["message_id"])
    (row,) = [r for r in port.rows("exceptions") if r["code"] == "ARR_REJECTED"]
    assert (row["state"], row["ended_at"]) == ("RESOLVED", at(10.2))
    assert states(port) == ["IN_FORCE"]


def test_a_report_rejected_again_waits_for_the_officer_again() -> None:
    port = reported("REJECT")
    answered(port.hear(act("RESUBMIT", 10, port.commands[0]["message_id"])), 10.2, "REJECT")
    port.hear(act("RESUBMIT", 11, port.commands[0]["message_id"]))
    assert len(port.commands) == 2 and case(port)["state"] == "REJECTED", "that one has its successor"
    port.hear(act("RESUBMIT", 12, port.commands[1]["message_id"]))
    assert sent(port)[2:] == [("2", port.commands[1]["message_id"])]


def test_a_report_without_an_answer_is_deleted_first_as_customs_may_hold_it() -> None:
    port = reported()
    first = port.commands[0]["message_id"]
    port.hear(act("RESUBMIT", 10, first))
    assert sent(port)[1:] == [("3", first)]
    port.hear(report(port.commands[1]))
    assert sent(port)[2:] == [("2", port.commands[1]["message_id"])]
    assert case(answered(port, 10.2))["state"] == "ACKED"


def test_an_acknowledged_report_is_not_made_anew() -> None:
    port = reported("ACK").hear(act("RESUBMIT", 10, "nobody's"))
    port.hear(act("RESUBMIT", 10, port.commands[0]["message_id"]))
    assert len(port.commands) == 1 and case(port)["state"] == "ACKED"
    assert sorted(states(port)) == ["IN_FORCE", "NO_TARGET"]


def test_a_report_that_was_given_up_and_is_acknowledged_after_all_leaves_one_at_customs() -> None:
    port = reported()
    first = port.commands[0]
    port.hear(act("RESUBMIT", 10, first["message_id"]))  # its deletion is on its way
    port.hear(receipt(first, 10.1))
    port.hear(report(port.commands[1]))
    assert sent(port)[2:] == [("2", port.commands[1]["message_id"])]
    port.hear(report(port.commands[2]), receipt(port.commands[2], 10.3))
    assert len(port.commands) == 3 and case(port)["message_id"] == port.commands[2]["message_id"]


def test_a_deleted_report_is_not_made_anew_until_an_officer_says_so() -> None:
    port = reported("ACK")
    first = port.commands[0]["message_id"]
    port.hear(act("DELETE", 10, first, number="A1"))
    assert sent(port)[1:] == [("3", first)] and case(port)["state"] == "ACKED", "its deletion is on its way"
    port.hear(report(port.commands[1]), receipt(port.commands[1], 10.1))
    assert (case(port)["state"], case(port)["reason"]) == ("DELETED", "officer-1: 因误报")
    assert "EXPORT_ARRIVAL_REPORT" not in port.visit()["milestones"]
    port.hear(line("PREPARED", 11, number="again"), now=12)
    assert len(port.commands) == 2
    port.hear(act("RESUBMIT", 13, first, number="A2"))
    assert sent(port)[2:] == [("2", port.commands[1]["message_id"])]
    assert case(answered(port, 13.1))["state"] == "ACKED"
    assert states(port) == ["OVERTAKEN", "IN_FORCE"]


def test_of_deleting_and_making_anew_the_later_counts_in_any_order() -> None:
    first = reported().commands[0]
    wanted = act("RESUBMIT", 11, first["message_id"])
    unwanted = act("DELETE", 10, first["message_id"])
    for events in permutations((wanted, unwanted)):
        port = reported("ACK").hear(*events)
        assert len(port.commands) == 1 and case(port)["state"] == "ACKED"
    port = Platform().hear(unwanted).hear(line("PREPARED", 1), gate_in(3))
    port.hear(report(port.commands[0]))
    assert sent(port)[1:] == [("3", first["message_id"])], "an action may come before what it names"


def test_the_same_action_twice_sends_nothing_twice() -> None:
    port = reported("REJECT")
    rejected = port.commands[0]["message_id"]
    port.hear(act("RESUBMIT", 10, rejected), act("RESUBMIT", 10.1, rejected))
    port.hear(act("RESUBMIT", 10.2, rejected)).hear(report(port.commands[1]))
    assert len(port.commands) == 2


def test_a_missing_or_rejected_receipt_ends_with_the_officers_deletion() -> None:
    silent = reported().hear(now=5)
    assert silent.exceptions() == [("ARR_MISSING", "RAISED")]
    silent.hear(act("DELETE", 6, silent.commands[0]["message_id"])).hear(report(silent.commands[1]))
    refused = reported("REJECT")
    refused.hear(act("DELETE", 6, refused.commands[0]["message_id"]))
    for port, code in ((silent, "ARR_MISSING"), (refused, "ARR_REJECTED")):
        assert [(r["code"], r["state"], r["ended_at"]) for r in port.rows("exceptions")] == [(code, "RESOLVED", at(6))]
    assert len(refused.commands) == 1 and case(refused)["state"] == "DELETED", "customs holds nothing to delete"
    early = reported()
    early.hear(act("DELETE", 3.1, early.commands[0]["message_id"])).hear(report(early.commands[1]), now=9)
    assert early.exceptions() == [], "nobody waits for a receipt any more"


def test_actions_are_known_again_after_a_restart() -> None:
    before = reported("ACK").hear(LEFT, act("VOID", 6, LEFT))
    before.hear(act("DELETE", 10, before.commands[0]["message_id"])).hear(report(before.commands[1]))
    port = Platform()
    for name, evidence in before.core.take_fresh():
        port.core.restore(name, pack(evidence))
    port.core.restored()
    while port.core.sweep(10):
        port.hear()
    for table in ("box_visits", "arrival_cases", "operator_actions"):
        assert port.rows(table) == before.rows(table) != []
    assert port.commands == []


# -- exceptions --------------------------------------------------------------------------------------------------------


def test_what_is_said_of_an_exception_stands_beside_it_and_never_ends_it() -> None:
    port = reported("REJECT")
    (raised,) = port.rows("exceptions")
    told = len(port.alerts)
    port.hear(
        act("ACKNOWLEDGE", 4, raised["exception_id"], number="A1"),
        act("ASSIGN", 5, raised["exception_id"], number="A2", extra="officer-2"),
        act("ASSIGN", 6, raised["exception_id"], number="A3", extra="Zhao Min"),
        act("COMMENT", 7, raised["exception_id"], number="A4"),
        act("ACKNOWLEDGE", 8, "0123456789", number="A5"),
    )
    assert port.rows("exceptions") == [raised]
    assert [(r["action"], r["status"], r["assignee"]) for r in port.rows("operator_actions")] == [
        ("ACKNOWLEDGE", "IN_FORCE", ""), ("ASSIGN", "OVERTAKEN", "officer-2"), ("ASSIGN", "IN_FORCE", "Zhao Min"),
        ("COMMENT", "IN_FORCE", ""), ("ACKNOWLEDGE", "NO_TARGET", ""),
    ]  # fmt: skip
    assert len(port.alerts) == told


def test_an_exception_of_a_vessel_can_be_acknowledged_too() -> None:
    port = Platform().hear(call("ANCHOR", "ARRI", 2, book="V", vessel="IMO:9399039"))
    (raised,) = port.rows("exceptions")
    port.hear(act_on_vessel("ACKNOWLEDGE", 3, raised["exception_id"], vessel="IMO:9399039"))
    (row,) = port.rows("operator_actions")
    assert (row["book_key"], row["status"]) == ("IMO:9399039|qingdao", "IN_FORCE")
    assert port.rows("exceptions") == [raised]
