"""Exceptions that need a dialogue or another book, and that no rule of contracts section 7 is without its scenes."""

from __future__ import annotations

import re
from pathlib import Path

from streams.runtime.packing import pack
from tests.unit.domain import test_scenes_gate, test_scenes_legs, test_scenes_papers, test_scenes_voyage
from tests.unit.domain.story import OCEAN, Platform, at, call, discharge, gate_in, line, load, receipt, release, report

CONTRACTS = Path(__file__).parents[3] / "docs" / "contracts.md"
#: Those that this module tells.
HERE = {"ARR_DUPLICATE", "BAD_IMO", "TERMINAL_CHANGED"}  # the last: test_scenes_voyage


def reported() -> Platform:
    """A box whose arrival we reported, and customs acknowledged it at 3.5."""
    port = Platform().hear(line("PREPARED", 1), gate_in(3))
    return port.hear(report(port.commands[0]), receipt(port.commands[0], 3.5))


def test_an_acknowledged_report_that_is_not_ours_is_a_second_one() -> None:
    others = release("ARRIVAL", "ACK", 5, ref="M9")
    port = reported().hear(others)
    assert [(r["raised_at"], r["state"]) for r in port.rows("exceptions")] == [(at(5), "RAISED")]
    assert port.exceptions() == [("ARR_DUPLICATE", "RAISED")]
    earlier = reported().hear(release("ARRIVAL", "ACK", 3.2, ref="M9"))
    assert [r["raised_at"] for r in earlier.rows("exceptions")] == [at(3.5)], "the later of the two is one too many"


def test_an_acknowledgement_of_a_box_that_we_did_not_report_is_none_too_many() -> None:
    elsewhere = release("ARRIVAL", "ACK", 5, ref="M9", port="weihai")
    assert reported().hear(elsewhere).exceptions() == []
    assert reported().hear(release("ARRIVAL", "REJECT", 5, ref="M9")).exceptions() == []
    alone = Platform().hear(line("PREPARED", 1), gate_in(3), release("ARRIVAL", "ACK", 5, ref="M9"))
    assert alone.exceptions("ARR_DUPLICATE") == []


def test_a_ship_with_a_wrong_imo_number_is_told_once_per_port() -> None:
    wrong = {"book": "V", "vessel": "IMO:9399039"}
    port = Platform().hear(call("ANCHOR", "ARRI", 2, **wrong), call("BERTH", "ARRI", 3, "ALGS", **wrong))
    (row,) = port.rows("exceptions")
    assert (row["code"], row["subject"], row["state"], row["raised_at"]) == ("BAD_IMO", "IMO:9399039", "RAISED", at(2))
    assert [a["code"] for a in port.alerts] == ["BAD_IMO"]
    assert len(port.rows("port_calls")) == 1


def test_a_right_imo_number_or_another_scheme_is_no_matter() -> None:
    for vessel in ("IMO:9399038", "CNSHIP:9399039", "NAME:9399039"):
        assert Platform().hear(call("ANCHOR", "ARRI", 2, book="V", vessel=vessel)).exceptions() == []


def test_a_wrong_imo_number_is_known_again_after_a_restart() -> None:
    before = Platform().hear(call("ANCHOR", "ARRI", 2, book="V", vessel="IMO:9399039"))
    port = Platform()
    for name, evidence in before.core.take_fresh():
        port.core.restore(name, pack(evidence))
    port.core.restored()
    while port.core.sweep(10):
        port.hear()
    assert port.rows("exceptions") == before.rows("exceptions") != []


def test_what_is_said_of_landing_differences_and_ships() -> None:
    worked = [call("ANCHOR", "ARRI", 0), call("CARGO_OPS", "CMPL", 4)]
    short = Platform().hear(*worked, line("ORIGINAL", -10, pod="CNTAO"), now=11)
    over = Platform().hear(*worked, discharge(1, vessel=OCEAN), now=11)
    wrong = Platform().hear(gate_in(3, trade="D"), load(8, trade="D", vessel=OCEAN), now=9)
    details = {r["code"]: r["detail"] for p in (short, over, wrong) for r in p.rows("exceptions")}
    assert details["SHORTLANDED"] == "announced on " + OCEAN + "|V1, not landed"
    assert details["OVERLANDED"] == "landed, in no 原始舱单"
    assert details["VESSEL_NOT_PERMITTED"] == "domestic box on " + OCEAN


def test_every_rule_has_scenes_that_raise_it_that_do_not_and_that_mend_it() -> None:
    table = CONTRACTS.read_text("utf-8").split("**Exceptions, second set.**")[1].split("An exception_id is")[0]
    rules = re.findall(r"^\| ([A-Z_, ]+) \|.*\| ([^|]+) \|$", table, re.M)
    told: dict[str, set[str]] = {}
    for module in (test_scenes_gate, test_scenes_legs, test_scenes_papers, test_scenes_voyage):
        for each in module.SCENES:
            code, _, _, verdict = each.values
            told.setdefault(code, set()).add("nothing" if verdict is None else verdict[0])
    assert len(rules) > 30
    for codes, mended in rules:
        for code in set(codes.split(", ")) - HERE:
            wanted = {"RAISED", "nothing"} | (set() if mended.startswith("never") else {"RESOLVED"})
            assert told.get(code, set()) >= wanted, code
