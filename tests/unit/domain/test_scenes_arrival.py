"""Arrival cases on every path: what holds a report back, what is sent, sent again, made anew, and under which key
(contracts, section 7: Arrival cases)."""

from __future__ import annotations

from typing import Any

import pytest

from streams.domain.evidence import Evidence
from tests.unit.domain.story import (
    OCEAN,
    Platform,
    at,
    call,
    discharge,
    gate_in,
    gate_out,
    line,
    load,
    receipt,
    release,
    report,
)

OTHER = {"vessel": "IMO:9321483", "voyage": "V7"}
YARD = {"terminal": "YARD1"}
CFS = {"terminal": "CFS1"}
BOOKED = line("PREPARED", 1, iso_type="22G1")


def cases(*events: Evidence) -> list[dict[str, Any]]:
    return Platform().hear(*events).rows("arrival_cases")


def tell(port: Platform, *answers: tuple[float, str]) -> dict[str, Any]:
    """Read back what was sent, with customs' receipts to the last of it. Returns that."""
    command = port.commands[-1]
    port.hear(*map(report, port.commands), *[receipt(command, when, action) for when, action in answers])
    return command


def said(port: Platform) -> list[tuple[str, str, int]]:
    return [(c["function"], c["voyage"], c["attempt"]) for c in port.commands]


# -- what holds a report back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "unmet"),
    [
        ([gate_in(3)], ["PREPARED"]),
        ([gate_in(3), line("PREPARED", 1, action="3")], ["PREPARED"]),
        ([gate_in(3), line("PREPARED", 1, vessel="")], ["VESSEL"]),
        ([gate_in(3), line("PREPARED", 1, voyage="")], ["VESSEL"]),
        ([gate_in(3, terminal=""), BOOKED], ["TERMINAL"]),
        ([gate_in(3, port="dongying", terminal="DYCT"), BOOKED], ["PLACE"]),
        ([gate_in(3), BOOKED], []),
    ],
    ids=["no line", "its line is a deletion", "no vessel", "no voyage", "no terminal", "no place code", "all is there"],
)
def test_a_report_waits_for_what_it_needs_and_says_why(events: list[Evidence], unmet: list[str]) -> None:
    port = Platform().hear(*events)
    (case,) = port.rows("arrival_cases")
    assert list(case["unmet"]) == unmet
    assert case["state"] == ("WAITING" if unmet else "CHECKED")
    assert bool(case["reason"]) == bool(unmet)
    assert len(port.commands) == (not unmet)


def test_a_report_is_ready_when_the_last_paper_is_there_and_says_what_customs_asks() -> None:
    port = Platform().hear(gate_in(3), line("PREPARED", 4, iso_type="22G1"), now=5)
    (command,) = port.commands
    assert (command["arrived_at"], command["ready_at"], command["sent_at"]) == (at(3), at(4), at(5))
    assert (command["size_type"], command["ef"], command["district"]) == ("20GP", "F", "4218")
    tell(port)
    assert port.rows("arrival_cases")[0]["sent_at"] == at(5)


@pytest.mark.parametrize(
    "events",
    [
        [gate_in(3, ef="E")],
        [gate_in(3, trade="D"), line("WATERWAY", 1, trade="D")],
        [discharge(1), load(4)],
    ],
    ids=["empty", "domestic", "set ashore and put back on its vessel"],
)
def test_no_report_is_required(events: list[Evidence]) -> None:
    assert cases(*events) == []


def test_a_box_that_goes_on_by_another_vessel_is_no_restow() -> None:
    assert [c["message_type"] for c in cases(discharge(1), load(4, **OTHER))] == ["MT5101"]


# -- a shared box -------------------------------------------------------------------------------------------------------


def shared(kind: str, house: str, **a: Any) -> Evidence:
    return line(kind, 1, house=house, extra="LCL", **a)


def test_a_shared_box_has_a_case_for_each_house_bill_and_has_arrived_with_the_slowest() -> None:
    port = Platform().hear(shared("PREPARED", "H1"), shared("PREPARED", "H2"), gate_in(3))
    first, second = port.commands
    port.hear(report(first), receipt(first, 3.1), report(second))
    assert {c["house_bl"]: c["state"] for c in port.rows("arrival_cases")} == {first["house"]: "ACKED", second["house"]: "SENT"}
    assert port.visit()["state"] == "ARRIVAL_PENDING"
    port.hear(receipt(second, 3.3))
    assert port.visit()["milestones"]["EXPORT_ARRIVAL_REPORT"] == at(3.3)


def test_a_house_bill_that_is_taken_out_of_a_shared_box_has_no_case_any_more() -> None:
    gone = line("PREPARED", 2, house="H2", extra="LCL", action="3")
    assert [c["house_bl"] for c in cases(shared("PREPARED", "H1"), shared("PREPARED", "H2"), gone, gate_in(3))] == ["H1"]


def of_bill(kind: str, bill: str, when: float, action: str = "9", **a: Any) -> Evidence:
    return line(kind, when, bill=bill, action=action, **a)


@pytest.mark.parametrize("load_type", ["LCL", ""])
@pytest.mark.parametrize(("kind", "came"), [("ORIGINAL", discharge(3)), ("PREPARED", gate_in(3))], ids=["import", "export"])
@pytest.mark.parametrize(
    ("papers", "bills"),
    [
        ([("X", 0, "9"), ("Y", 1, "9")], {"X", "Y"}),
        ([("X", 0, "9"), ("Y", 1, "9"), ("Y", 2, "3")], {"X"}),
        ([("X", 0, "9"), ("Y", 1, "9"), ("X", 2, "3")], {"Y"}),
        ([("X", 0, "9"), ("Y", 1, "9"), ("Y", 2, "3"), ("Y", 2.5, "9")], {"X", "Y"}),
        ([("X", 0, "9"), ("Z", 1, "9"), ("Y", 2, "9"), ("Z", 2.2, "3"), ("Y", 2.5, "3")], {"X"}),
        ([("X", 0, "9"), ("Y", 1, "9"), ("X", 2, "3"), ("Y", 2, "3")], {"Y"}),
    ],
    ids=["both", "the later taken out", "the earlier taken out", "put back", "two taken out", "all taken out"],
)  # fmt: skip
def test_a_case_stands_on_a_bill_whose_goods_are_in_the_box(
    papers: list[tuple[str, float, str]], bills: set[str], kind: str, came: Evidence, load_type: str
) -> None:
    """Of several that are, on the latest; of a shared export each is reported."""
    told = [of_bill(kind, bill, when, action, extra=load_type) for bill, when, action in papers]
    each = kind == "PREPARED" and load_type == "LCL"
    for events in ([*told, came], [came, *told[::-1]]):
        found = {c["bill_no"] for c in cases(*events)}
        assert found == (bills if each else {max(bills)})


def later(when: float, **a: Any) -> Evidence:
    """A later version of the line that put the goods of Y into the box."""
    return of_bill("PREPARED", "Y", 1, number="LY", updated=at(when), **a)


@pytest.mark.parametrize(
    ("taken_out", "answer", "sent", "left"),
    [
        (of_bill("PREPARED", "Y", 4, "3"), "ACK", "2Y 3Y 2X", "X"),
        (of_bill("PREPARED", "Y", 4, "3", vessel="", voyage=""), "ACK", "2Y 3Y 2X", "X"),
        (of_bill("PREPARED", "Y", 4, "3", voyage="V0"), "ACK", "2Y", "Y"),
        (later(4, retracted=True), "ACK", "2Y 3Y 2X", "X"),
        (later(4, container="CSQU0000001"), "ACK", "2Y 3Y 2X", "X"),
        (of_bill("PREPARED", "Y", 4, "3"), "REJECT", "2Y 2X", "X"),
        (of_bill("PREPARED", "Y", 4, "3"), "", "2Y 3Y 2X", "X"),
        (of_bill("PREPARED", "X", 4, "3"), "ACK", "2Y", "Y"),
    ],
    ids=[
        "by a deletion", "that names no voyage", "not of another voyage", "taken back", "they are in another box",
        "customs held no report of it", "customs had not answered", "the other bill",
    ],
)  # fmt: skip
def test_a_report_goes_on_under_the_bill_that_is_left_in_the_box(
    taken_out: Evidence, answer: str, sent: str, left: str
) -> None:
    port = Platform().hear(of_bill("PREPARED", "X", 0), of_bill("PREPARED", "Y", 1, number="LY"), gate_in(3), now=3)
    first = port.commands[0]
    port.hear(report(first), *([receipt(first, 3.05, answer)] if answer else []))
    port.hear(taken_out, now=3.1)
    for _ in range(2):
        port.hear(*map(report, port.commands))
    assert " ".join(c["function"] + c["bill"] for c in port.commands) == sent
    assert {c["bill_no"] for c in port.rows("arrival_cases")} == {left}


@pytest.mark.parametrize(
    ("now", "answered", "expected"),
    [(4.4, 0, []), (4.6, 0, ["RAISED"]), (5, 4.45, []), (5, 4.55, ["RESOLVED"])],
    ids=["there is time", "missing", "just in time", "late"],
)
def test_a_case_that_moves_to_the_bill_that_is_left_is_due_from_then_on(
    now: float, answered: float, expected: list[str]
) -> None:
    """It was acknowledged under the bill whose goods were taken out at 4, long before those of the other could be reported."""
    port = Platform().hear(of_bill("PREPARED", "X", 0), of_bill("PREPARED", "Y", 1), gate_in(3), now=3)
    tell(port, (3.1, "ACK"))
    port.hear(of_bill("PREPARED", "Y", 4, "3"), now=4)
    tell(port)
    tell(port, *([(answered, "ACK")] if answered else []))
    assert port.rows("arrival_cases")[0]["ready_at"] == at(4)
    assert [state for _, state in port.hear(now=now).exceptions("ARR_MISSING")] == expected


def test_a_deletion_without_a_house_bill_takes_out_all_the_goods_of_its_bill() -> None:
    goods = [shared("PREPARED", house, bill=bill) for bill, house in (("X", "H1"), ("X", "H2"), ("Y", "H3"))]
    gone = line("PREPARED", 2, bill="X", action="3")
    assert [c["house_bl"] for c in cases(*goods, gone, gate_in(3))] == ["H3"]


def test_an_amended_line_keeps_its_place_in_a_shared_box() -> None:
    """Only the first bill of a box that goes to a yard as it is stands for all."""
    goods = [line("ORIGINAL", when, house=house, extra="LCL", pod="CNTAO") for when, house in ((0, "H1"), (0, "H2"), (1, "H1"))]
    trip = [gate_out(3, purpose="DIVERSION"), gate_in(4, purpose="DIVERSION", **YARD)]
    port = Platform().hear(*goods, discharge(2), release("DIVERSION", "APPROVE", 2.5, place="YARD1"), *trip)
    assert [c["house"] for c in port.commands] == ["H1"]


# -- again, and anew ----------------------------------------------------------------------------------------------------


def test_a_report_without_an_answer_is_sent_three_times_more_under_its_id() -> None:
    port = Platform().hear(BOOKED, gate_in(3), now=3)
    tell(port)
    port.hear(now=3 + 10 / 60)
    assert len(port.commands) == 1, "not yet"
    for hour in (3.2, 3.4, 3.6, 3.8, 4):
        port.hear(now=hour)
        port.hear(now=hour + 0.01)  # what is on its way is not sent again
        tell(port)
    assert said(port) == [("2", "V1", attempt) for attempt in range(4)]
    assert len({c["message_id"] for c in port.commands}) == 1
    (case,) = port.rows("arrival_cases")
    assert (case["state"], case["attempt"]) == ("SENT", 4)


def test_an_answer_ends_the_sending() -> None:
    port = Platform().hear(BOOKED, gate_in(3), now=3)
    first = tell(port)
    port.hear(now=3.2)
    tell(port)
    port.hear(receipt(first, 3.25), now=5)
    assert said(port) == [("2", "V1", 0), ("2", "V1", 1)]
    assert port.rows("arrival_cases")[0]["state"] == "ACKED" and port.exceptions("ARR_MISSING") == []


def test_a_deletion_is_sent_again_too() -> None:
    port = Platform().hear(BOOKED, gate_in(3, number="G", updated=at(3)), now=3)
    tell(port, (3.1, "ACK"))
    port.hear(gate_in(3, number="G", updated=at(4), retracted=True), now=4)
    tell(port)
    port.hear(now=4.2)
    assert said(port) == [("2", "V1", 0), ("3", "V1", 0), ("3", "V1", 1)]


def test_a_rejected_report_is_made_anew_once_its_line_was_mended_and_not_before() -> None:
    port = Platform().hear(line("PREPARED", 1, number="L", updated=at(1)), gate_in(3))
    rejected = tell(port, (3.1, "REJECT"))
    port.hear(line("PACKING", 3.2), now=30)
    assert len(port.commands) == 1, "an officer decides: it would say the same"
    port.hear(line("PREPARED", 1, number="L", updated=at(4), kg=9_000.0))
    anew = tell(port, (4.1, "REJECT"))
    assert (anew["function"], anew["basis"]) == ("2", rejected["message_id"])
    port.hear(now=40)
    assert len(port.commands) == 2
    assert port.exceptions("ARR_REJECTED") == [("ARR_REJECTED", "RAISED")]


def test_an_accepted_report_is_not_made_anew_when_its_line_is_amended() -> None:
    port = Platform().hear(line("PREPARED", 1, number="L", updated=at(1)), gate_in(3))
    tell(port, (3.1, "ACK"))
    port.hear(line("PREPARED", 1, number="L", updated=at(4), kg=9_000.0))
    assert len(port.commands) == 1


# -- another vessel -----------------------------------------------------------------------------------------------------


def arrived() -> Platform:
    port = Platform().hear(BOOKED, gate_in(3))
    tell(port, (3.1, "ACK"))
    return port


def test_a_box_that_is_rolled_before_its_release_is_deleted_and_reported_anew() -> None:
    port = arrived().hear(line("PREPARED", 5, **OTHER))
    tell(port, (5.1, "ACK"))
    assert said(port) == [("2", "V1", 0), ("3", "V1", 0), ("2", "V7", 0)]
    (case,) = port.rows("arrival_cases")
    assert (case["voyage"], case["state"], case["ready_at"]) == ("V7", "ACKED", at(5))
    assert port.hear(now=9).exceptions("ARR_MISSING") == []


def test_a_released_box_keeps_its_report_and_changes_its_key_once_customs_accepts() -> None:
    port = arrived().hear(release("DECLARATION", "RELEASE", 4), line("PREPARED", 5, **OTHER))
    assert [(c["voyage"], c["state"]) for c in port.rows("arrival_cases")] == [("V1", "ACKED")]
    port.hear(release("REASSIGN", "APPROVE", 6))
    (case,) = port.rows("arrival_cases")
    assert (case["voyage"], case["vessel_id"], case["state"]) == ("V7", OTHER["vessel"], "ACKED")
    assert len(port.commands) == 1
    assert port.hear(now=9).exceptions("ARR_MISSING") == []


def test_what_was_reported_under_the_new_key_before_the_release_was_known_serves_too() -> None:
    port = arrived().hear(line("PREPARED", 5, **OTHER))
    tell(port, (5.1, "ACK"))
    port.hear(release("DECLARATION", "RELEASE", 4), release("REASSIGN", "APPROVE", 6))
    assert [(c["voyage"], c["state"]) for c in port.rows("arrival_cases")] == [("V7", "ACKED")]
    assert len(port.commands) == 3


# -- two terminals ------------------------------------------------------------------------------------------------------


def test_of_two_terminals_that_claim_a_box_the_one_from_which_it_goes_on_has_it() -> None:
    claims = [gate_in(3), gate_in(3.1, terminal="QQCTN", source="OCR")]
    assert [c["terminal_code"] for c in cases(BOOKED, *claims)] == ["QQCTU"]
    assert [c["terminal_code"] for c in cases(BOOKED, *claims, load(8, terminal="QQCTN"))] == ["QQCTN"]
    assert [c["terminal_code"] for c in cases(BOOKED, *claims, load(8, terminal="QQCTX"))] == ["QQCTU"]


# -- other sites, and transhipment --------------------------------------------------------------------------------------

LANDED = [line("ORIGINAL", -10, pod="CNTAO"), discharge(1)]
APPROVED = release("DIVERSION", "APPROVE", 2, place="YARD1")
GONE = gate_out(3, purpose="DIVERSION")
CAME = gate_in(4, purpose="DIVERSION", **YARD)


def site(*events: Evidence) -> tuple[Platform, list[tuple[str, str, str]]]:
    port = Platform().hear(*LANDED, *events)
    rows = [r for r in port.rows("arrival_cases") if r["message_type"] == "MT3102"]
    return port, [(r["terminal_code"], r["state"], " ".join(r["unmet"])) for r in rows]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        ([APPROVED], [("YARD1", "NEED", "ARRIVAL")]),
        ([APPROVED, GONE], [("YARD1", "NEED", "ARRIVAL")]),
        ([APPROVED, release("DIVERSION", "REFUSE", 2.5)], []),
        ([GONE, CAME], [("YARD1", "WAITING", "DIVERSION")]),
        ([APPROVED, GONE, CAME], [("YARD1", "CHECKED", "")]),
        ([APPROVED, gate_out(3), CAME], []),
        ([APPROVED, GONE, gate_in(4, purpose="DIVERSION")], [("YARD1", "NEED", "ARRIVAL")]),
    ],
    ids=["stays", "is expected", "is on its way", "was refused", "came without approval", "came", "was picked up", "came back"],
)
def test_diversion_to_an_off_dock_yard(events: list[Evidence], expected: list[tuple[str, str, str]]) -> None:
    assert site(*events)[1] == expected


def test_the_yard_reports_and_customs_answers_it() -> None:
    port, _ = site(GONE, CAME, release("DIVERSION", "APPROVE", 4.5, place="YARD1"))
    command = tell(port, (5.2, "ACK"))
    assert (command["message_type"], command["terminal_code"], command["ready_at"]) == ("MT3102", "YARD1", at(4.5))
    assert (command["arrived_at"], command["vessel_id"], command["route_flag"]) == (at(4), OCEAN, "")
    case = next(r for r in port.rows("arrival_cases") if r["message_type"] == "MT3102")
    assert case["state"] == "ACKED"
    assert port.hear(now=9).exceptions("ARR_MISSING") == [("ARR_MISSING", "RESOLVED")], "due 30 minutes after the approval"


def test_a_cfs_reports_each_house_bill() -> None:
    goods = [shared("ORIGINAL", "H1", pod="CNTAO"), shared("ORIGINAL", "H2", pod="CNTAO")]
    trip = [gate_out(3, purpose="DECONSOLIDATION"), gate_in(4, purpose="DECONSOLIDATION", **CFS)]
    port = Platform().hear(*goods, discharge(1), release("DECONSOLIDATION", "APPROVE", 2, place="CFS1"), *trip)
    assert sorted((c["message_type"], c["house"], c["terminal_code"]) for c in port.commands) == [
        ("MT3102", "H1", "CFS1"), ("MT3102", "H2", "CFS1"),
    ]  # fmt: skip


def test_transhipment_is_confirmed_by_the_tally_and_the_permit() -> None:
    events = [*LANDED, line("TALLY", 2), release("TALLY", "ACK", 2.2), load(9, **OTHER)]
    (case,) = cases(*events)
    assert (case["message_type"], case["state"], list(case["unmet"])) == ("MT5101", "SENT", ["TRANSHIP"])
    (case,) = cases(*events, release("TRANSHIP", "APPROVE", 5))
    assert (case["state"], case["answered_at"], list(case["unmet"])) == ("ACKED", at(5), [])


def test_a_retry_reaches_customs_after_the_vessel_left_and_changes_no_other_row() -> None:
    sailed = [call("ANCHOR", "ARRI", 4), load(8), call("BERTH", "DEPA", 10, "OUTB")]
    port = Platform().hear(BOOKED, gate_in(3), *sailed, now=3)
    tell(port)
    port.hear(now=20)
    before = port.visit()
    tell(port)
    assert port.visit() == before and said(port)[-1] == ("2", "V1", 1)
