"""Cases that properties over soups of evidence have found, each by its rule."""

from __future__ import annotations

from streams.domain.evidence import Evidence
from streams.domain.rows import KEYS
from tests.unit.domain.story import (
    BOX,
    FEEDER,
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

WEIHAI = {"port": "weihai", "terminal": "WHCT"}


def feeder_leg(start: float) -> list[Evidence]:
    ship = {"vessel": FEEDER, "voyage": "F1"}
    return [load(start, **WEIHAI, **ship, pod="CNTAO"), discharge(start + 3, **ship, pol="CNWEI")]


def test_a_call_reaches_a_box_whose_vessel_and_port_two_sources_name() -> None:
    moves = [
        gate_in(3, **WEIHAI), load(5, **WEIHAI, vessel=FEEDER, voyage="F1", pod=""),
        load(5.1, **WEIHAI, source="AGENT", vessel=OCEAN, voyage="F1", pod="CNTAO"),
        call("BERTH", "DEPA", 6, "OUTB", vessel=FEEDER, port="weihai", voyage="F1"),
    ]  # fmt: skip
    port = Platform().hear(*moves)
    port.hear(call("ANCHOR", "ARRI", 12, vessel=FEEDER, voyage="F1"))
    assert [leg["arrived_at"] for leg in port.rows("transfer_legs")] == [at(12)]


def test_a_leg_taken_again_in_a_later_visit_keeps_both_rows() -> None:
    first = [gate_in(1, **WEIHAI), *feeder_leg(2), gate_out(6)]
    port = Platform().hear(*first, gate_in(31, **WEIHAI), *feeder_leg(32))
    assert sorted((leg["leg_id"], leg["loaded_at"]) for leg in port.rows("transfer_legs")) == [
        ("weihai>qingdao", at(2)), ("weihai>qingdao#2", at(32)),
    ]  # fmt: skip


def test_a_derivation_never_yields_two_rows_of_one_key() -> None:
    """Two visits of a box without papers at one terminal have one case key; the second stands."""
    port = Platform()
    for e in (gate_in(1), gate_out(2, purpose="WITHDRAWAL"), gate_in(30)):
        port.core.accept(e)
    rows = port.core.flush().rows
    for table, some in rows.items():
        assert len({row[: len(KEYS[table])] for row in some}) == len(some), table
    assert len(rows["box_visits"]) == 2
    assert [row[13] for row in rows["arrival_cases"]] == [at(30)]


def test_a_row_of_an_owner_who_knew_more_is_replaced_once_as_much_is_known() -> None:
    """Its version hides what is derived from less; that must come again although its content has not changed."""
    port = Platform().hear(gate_in(3))
    key = (BOX, at(3))
    stored = port.store["box_visits", key]["version"] + (1 << 16)
    port.core.adopt_stored("box_visits", key, stored, "B")
    assert port.core.flush().rows == {}
    port.core.accept(release("TERMINAL", "HOLD", 4, extra="H1"))
    port.core.accept(release("TERMINAL", "UNHOLD", 5, extra="H1"))
    (row,) = port.core.flush().rows["box_visits"]
    assert row[-1] >= stored and port.core.flush().rows == {}


def test_a_row_below_a_tombstone_comes_again_once_as_much_is_known_as_by_who_withdrew_it() -> None:
    """A worker that died had read a deletion before what takes it back; its successor reads them the other way round."""
    port = Platform().hear(gate_in(3))
    key = (BOX, at(3))
    withdrawn = port.store["box_visits", key]["version"] + (2 << 16)
    port.core.adopt_stored("box_visits", key, withdrawn, "B", deleted=True)
    assert port.core.flush().rows == {}, "what hides the row is from more evidence: it may be right"
    port.core.accept(release("TERMINAL", "HOLD", 4, extra="H1"))
    (hidden,) = port.core.flush().rows["box_visits"]
    assert hidden[-1] < withdrawn
    port.core.accept(gate_in(3, number="again", source="OCR"))
    (row,) = port.core.flush().rows["box_visits"]
    assert row[:-3] == hidden[:-3] and row[-1] == withdrawn and port.core.flush().rows == {}


def test_a_tombstone_of_the_version_of_our_row_may_hide_it() -> None:
    """Another worker, asleep meanwhile, wrote it from as many events, which were not the same."""
    port = Platform().hear(gate_in(3))
    version = port.store["box_visits", (BOX, at(3))]["version"]
    port.core.adopt_stored("box_visits", (BOX, at(3)), version, "B", deleted=True)
    (row,) = port.core.flush().rows["box_visits"]
    assert row[-2:] == (0, version) and port.core.flush().rows == {}


def test_a_tombstone_of_no_row_of_ours_is_left_alone() -> None:
    port = Platform().hear(gate_in(3))
    version = port.store["box_visits", (BOX, at(3))]["version"]
    port.core.adopt_stored("box_visits", (BOX, at(2)), version - (1 << 16), "B", deleted=True)
    port.core.adopt_stored("box_visits", (BOX, at(3)), version - (1 << 16), "B", deleted=True)
    assert port.core.flush().rows == {}


def test_a_report_after_a_rejected_one_has_an_id_of_its_own() -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(3, number="G", updated=at(3)))
    (rejected,) = port.commands
    port.hear(report(rejected), receipt(rejected, 3.1, "REJECT"))
    port.hear(gate_in(20, number="G", updated=at(21)))  # the next day in Beijing
    _, anew = port.commands
    assert (anew["function"], anew["basis"]) == ("2", rejected["message_id"])
    assert anew["message_id"] != rejected["message_id"]
    port.hear(report(anew), receipt(anew, 20.1))
    (case,) = port.rows("arrival_cases")
    assert (case["state"], case["message_id"], case["attempt"]) == ("ACKED", anew["message_id"], 2)


def test_a_command_in_flight_is_not_sent_again_when_it_was_unwanted_in_between() -> None:
    port = Platform().hear(line("PREPARED", 1), gate_in(3, number="G", updated=at(3)))
    port.hear(gate_in(3, number="G", updated=at(4), retracted=True))
    port.hear(gate_in(20, number="G", updated=at(5)))
    (sent,) = port.commands
    port.hear(report(sent))
    assert [(c["function"], c["basis"]) for c in port.commands[1:]] == [("3", sent["message_id"])]
    port.hear(report(port.commands[1]))
    assert (port.commands[2]["function"], port.commands[2]["arrived_at"]) == ("2", at(20))
    assert len({c["message_id"] for c in port.commands}) == 3
