"""``vessel`` and ``explain --call``: the named queries against an obvious twin in Python, and what a person reads."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ops.cli.common import Reader, open_reader
from ops.queries import head, names, parameters, query
from ops.vessel import (
    AFTER_MS,
    BEFORE_MS,
    calls_of,
    lacking,
    parameters_of,
    permission,
    readiness,
    same_vessel,
    together,
)
from schemas.reference import load_reference
from tests.unit.cli.conftest import Ask, Filled

STAGES = ("PLANNED_LOAD", "PLANNED_DISCHARGE", "LOADED", "DISCHARGED")
Stages = dict[str, set[str]]
ROWS = ("port_calls", "box_visits", "transfer_legs", "consignments", "exceptions")


class Day(NamedTuple):
    """A store, and all its rows in plain lists."""

    reader: Reader
    rows: dict[str, list[dict[str, Any]]]
    moves: list[dict[str, Any]]
    #: those whose departure is judged: all on the server, and on the slower engine the twenty with most boxes
    calls: list[dict[str, Any]]
    #: what was asked already: every test asks of every call
    known: dict[str, Any]

    def boxes(self, call: dict[str, Any]) -> list[dict[str, Any]]:
        """Who travels with a call."""
        return self._once("boxes", call, lambda: self.reader.query(query("call_boxes"), parameters_of([call])))

    def same_vessel(self, call: dict[str, Any]) -> dict[str, Any]:
        """Composition, conflicts and reconciliation of a call."""
        return self._once("same_vessel", call, lambda: same_vessel(self.reader, [call]))

    def _once(self, what: str, call: dict[str, Any], ask: Callable[[], Any]) -> Any:
        key = what + call["call_id"]
        if key not in self.known:
            self.known[key] = ask()
        return self.known[key]


@pytest.fixture(scope="module", params=["embedded", "server"])
def day(request: pytest.FixtureRequest) -> Day:
    """The small world on both engines."""
    filled: Filled = request.getfixturevalue(f"{request.param}_world")
    reader = open_reader(filled.url)
    rows = {table: reader.query(f"SELECT * FROM {table}_now") for table in ROWS}
    quay = reader.query(
        "SELECT container_no, event_time, event_id, milestone, classifier, port, vessel_id, corrects_event_id "
        "FROM events_now WHERE event_type = 'QUAY_MOVE'"
    )
    void = {e["corrects_event_id"] for e in quay}
    moves = [e for e in quay if e["classifier"] == "ACT" and e["milestone"] in ("LOAD", "DISC") and e["event_id"] not in void]
    boxes = Counter(visit[name] for visit in rows["box_visits"] for name in ("call_id", "inbound_call_id"))
    calls = sorted(rows["port_calls"], key=lambda call: -boxes[call["call_id"]])
    return Day(reader, rows, moves, calls if request.param == "server" else calls[:20], {})


def twin(day: Day, call: dict[str, Any]) -> Stages:
    """Who travels with a call, slowly: what the quay saw, and what papers and plans name."""
    port_of, port = load_reference().port_codes, call["port"]
    start = (call["ata"] or call["eta"]) - BEFORE_MS
    end = call["atd"] + AFTER_MS if call["atd"] else 1 << 62
    voyages = (call["voyage_in"], call["voyage_out"])
    ashore_elsewhere = {
        x["subject"] for x in day.rows["exceptions"] if x["code"] == "LEG_WRONG_PORT" and x["port"] == port
    }
    found: Stages = {stage: set() for stage in STAGES}
    for e in day.moves:
        if e["vessel_id"] == call["vessel_id"] and e["port"] == port and start <= e["event_time"] <= end:
            if e["milestone"] == "LOAD":
                found["LOADED"].add(e["container_no"])
            elif e["container_no"] not in ashore_elsewhere:
                found["DISCHARGED"].add(e["container_no"])
    for leg in day.rows["transfer_legs"]:
        if leg["vessel_id"] == call["vessel_id"] and leg["voyage"] in voyages and leg["planned_at"]:
            if leg["from_port"] == port:
                found["PLANNED_LOAD"].add(leg["container_no"])
            if leg["to_port"] == port:
                found["PLANNED_DISCHARGE"].add(leg["container_no"])
    for line in day.rows["consignments"]:
        if line["vessel_id"] != call["vessel_id"] or line["voyage"] not in voyages or not line["container_no"]:
            continue
        kinds = set(line["manifest_kinds"])
        if kinds & {"ORIGINAL", "WATERWAY"} and port_of.get(line["pod"]) == port:
            found["PLANNED_DISCHARGE"].add(line["container_no"])
        here = port_of.get(line["pol"]) == port
        sails_only_here = "PREPARED" in kinds and line["voyage"] == call["voyage_out"] and not any(
            c["vessel_id"] == call["vessel_id"] and c["voyage_out"] in voyages and c["port"] != port
            for c in day.rows["port_calls"]
        )  # fmt: skip
        if kinds & {"PREPARED", "LOADED", "WATERWAY"} and (here or sails_only_here):
            found["PLANNED_LOAD"].add(line["container_no"])
    return found


def test_who_travels_with_a_call_is_what_the_quay_saw_and_the_papers_name(day: Day) -> None:
    compared: dict[str, int] = defaultdict(int)
    for call in day.rows["port_calls"]:
        if not call["ata"]:
            continue
        told: Stages = {stage: set() for stage in STAGES}
        for row in day.boxes(call):
            assert row["container_no"] not in told[row["stage"]], "a box stands once in each stage"
            told[row["stage"]].add(row["container_no"])
        assert told == twin(day, call), call["call_id"]
        for stage, names_ in told.items():
            compared[stage] += len(names_)
    assert all(compared[stage] > 20 for stage in STAGES), compared


def test_composition_adds_up_its_boxes_their_teu_and_their_weight(day: Day) -> None:
    reference = load_reference()
    for call in day.rows["port_calls"][:12]:
        expected: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        for row in day.boxes(call):
            total = expected[row["stage"], row["trade"], row["supervised"], row["direction"]]
            total[0] += 1
            total[1] += reference.teu(row["iso_type"])
            total[2] += row["kg"]
        told = {
            (r["stage"], r["trade"], r["supervised"], r["direction"]): [r["boxes"], r["teus"], r["gross_kg"]]
            for r in day.same_vessel(call)["composition"]
        }
        assert told == {key: pytest.approx(total) for key, total in expected.items()}


def test_trade_direction_and_supervision_of_what_was_moved_are_those_of_the_visit(day: Day) -> None:
    visits = defaultdict(list)
    for visit in day.rows["box_visits"]:
        visits[visit["container_no"]].append(visit)
    seen = 0
    for call in day.rows["port_calls"]:
        for row in day.boxes(call):
            if row["stage"] in ("LOADED", "DISCHARGED") and len(visits[row["container_no"]]) == 1:
                (visit,) = visits[row["container_no"]]
                supervised = visit["trade"] == "F" and visit["ef"] == "F"
                told = (row["trade"], row["direction"], row["iso_type"], bool(row["supervised"]), row["kg"])
                assert told == (visit["trade"], visit["direction"], visit["iso_type"], supervised, visit["gross_kg"])
                seen += 1
    assert seen > 100


def test_a_difference_is_a_full_box_on_one_side_only(day: Day) -> None:
    known: dict[str, int] = defaultdict(int)
    for call in day.rows["port_calls"]:
        rows = [row for row in day.boxes(call) if row["ef"] == "F"]
        side = {stage: {r["container_no"]: r["at_s"] for r in rows if r["stage"] == stage} for stage in STAGES}
        expected = set()
        for planned, moved, missing, surplus in (
            ("PLANNED_LOAD", "LOADED", "NOT_LOADED", "LOADED_UNPLANNED"),
            ("PLANNED_DISCHARGE", "DISCHARGED", "NOT_DISCHARGED", "DISCHARGED_UNPLANNED"),
        ):
            expected |= {(missing, box) for box in side[planned].keys() - side[moved].keys()}
            expected |= {(surplus, box) for box in side[moved].keys() - side[planned].keys()}
        told = day.same_vessel(call)["reconciliation"]
        assert {(r["difference"], r["container_no"]) for r in told if r["still"]} == expected
        for row in told:
            after = row["moved_s"] - call["ops_end"] // 1000
            assert bool(row["at_ops_end"]) == (bool(call["ops_end"]) and bool(row["still"] or after > 0)), row
            assert bool(row["after_6h"]) == (bool(call["ops_end"]) and bool(row["still"] or after > 6 * 3600)), row
            known[row["difference"]] += 1
    assert known["NOT_LOADED"] > 3 and known["NOT_DISCHARGED"] > 3 and known["DISCHARGED_UNPLANNED"]


def test_what_blocks_a_departure_is_what_the_rows_of_its_boxes_say(day: Day) -> None:
    seen = defaultdict(int)
    for call in day.calls:
        rows = day.boxes(call)
        stage = {name: {r["container_no"] for r in rows if r["stage"] == name and r["ef"] == "F"} for name in STAGES}
        onward = {r["container_no"] for r in rows if r["stage"] in ("PLANNED_LOAD", "LOADED")}
        told: dict[str, set[str]] = defaultdict(set)
        params = parameters_of([call])
        found, travelling = together(day.reader, params)
        for blocker in lacking(day.reader, params, travelling, found["reconciliation"]):
            told[blocker["code"]].add(blocker["container_no"])
        assert told["NOT_LOADED"] == stage["PLANNED_LOAD"] - stage["LOADED"]
        assert told["NOT_DISCHARGED"] == stage["PLANNED_DISCHARGE"] - stage["DISCHARGED"]
        for x in day.rows["exceptions"]:
            if x["severity"] == "critical" and x["state"] == "RAISED" and x["subject"] in onward:
                assert x["subject"] in told[x["code"]]
        for visit in day.rows["box_visits"]:
            if visit["container_no"] in stage["PLANNED_LOAD"] and visit["direction"] == "E" and not visit["closed_at"]:
                assert all(visit["container_no"] in told[step] for step in visit["blockers"])
        for code in told:
            seen[code] += 1
    assert {"NOT_LOADED", "NOT_DISCHARGED", "EXPORT_LOADING_RELEASE", "LOAD_NO_RELEASE", "ARRIVAL_CONFIRMED"} <= set(seen)


def test_what_blocks_a_departure_shows_the_papers_or_where_the_box_was_seen_last(day: Day) -> None:
    """Each blocker of a box has an event behind it: nobody need take the platform's word for it."""
    lists = defaultdict(list)
    for e in day.reader.query("SELECT container_no, event_id, vessel_id, voyage FROM events_now WHERE kind = 'manifest'"):
        lists[e["container_no"], e["vessel_id"]].append(e["event_id"])
    last: dict[str, str] = {}
    moved = "kind IN ('gate', 'berth') AND classifier = 'ACT'"
    for e in day.reader.query(f"SELECT container_no, event_id FROM events_now WHERE {moved} ORDER BY event_time"):
        last[e["container_no"]] = e["event_id"]
    seen: dict[str, int] = defaultdict(int)
    for call in day.rows["port_calls"]:
        if seen["NOT_LOADED"] and seen["LOADING_RELEASE"]:
            return
        for blocker in readiness(day.reader, call, 0)["blockers"]:
            shown = [e["event_id"] for e in blocker["evidence"]]
            if blocker["code"] in ("NOT_LOADED", "NOT_DISCHARGED"):
                assert 0 < len(shown) <= 3
                assert set(shown) <= set(lists[blocker["container_no"], call["vessel_id"]])
            elif blocker["code"] in ("CUSTOMS_RELEASE", "LOADING_RELEASE", "TERMINAL_RELEASE"):
                assert shown == [last[blocker["container_no"]]]
            seen[blocker["code"]] += 1
    pytest.fail(f"this day has too little to show: {dict(seen)}")


def test_conflicts_are_open_exceptions_of_the_calls_boxes_of_those_kinds(day: Day) -> None:
    codes = set()
    for call in day.rows["port_calls"]:
        travelling = {row["container_no"] for row in day.boxes(call)}
        for x in day.same_vessel(call)["conflicts"]:
            assert x["container_no"] in travelling and x["state"] in ("RAISED", "PENDING")
            codes.add(x["code"])
    open_ = {x["code"] for x in day.rows["exceptions"] if x["state"] == "RAISED"}
    assert codes == open_ & set(query("conflicts").split("'")), "each kind that is open is of a vessel"


@pytest.mark.parametrize(
    ("vessel", "trades", "etd", "expected"),
    [
        ("IMO:2000200", "DF", "2026-03-02", ("MET", "")),
        ("IMO:2000200", "F", "2026-03-02", ("NOT_REQUIRED", "")),
        ("CNSHIP:P202400002", "DF", "2026-03-02", ("UNMET", "EXPIRED")),
        ("CNSHIP:P202400002", "DF", "2025-06-30", ("MET", "")),
        ("CNSHIP:P202400003", "DF", "2026-03-02", ("UNKNOWN", "NO_PERMIT")),
        ("IMO:9999999", "DF", "2026-03-02", ("UNKNOWN", "NO_PERMIT")),
    ],
    ids=["permitted", "one trade", "expired", "its last day", "none on record", "a ship that nobody knows"],
)
def test_a_permission_that_is_not_known_is_to_be_checked(
    vessel: str, trades: str, etd: str, expected: tuple[str, str]
) -> None:
    from ops.cli.common import moment

    call = {"vessel_id": vessel, "atd": 0, "etd": moment(etd + "T12:00")}
    found = permission(call, [{"trade": trade, "boxes": 1} for trade in trades], 0)
    assert (found["state"], found["why"]) == expected
    assert found["action_zh"] and found["action_en"]


def test_a_vessel_is_found_by_its_id_and_by_its_name(embedded_world: Filled) -> None:
    reader = open_reader(embedded_world.url)
    listed = load_reference().vessels["IMO:2000200"]
    known = calls_of(reader, "IMO:2000200")
    assert known
    for name in (listed.zh, listed.en, listed.en.lower(), *listed.other_ids, *listed.aliases):
        assert calls_of(reader, name) == known
    unlisted = reader.query("SELECT vessel_id, vessel_name FROM port_calls_now WHERE vessel_name = 'QI YUAN FC0' LIMIT 1")[0]
    assert calls_of(reader, unlisted["vessel_name"]) == calls_of(reader, unlisted["vessel_id"])


def test_every_query_says_what_it_answers_its_parameters_and_its_rows() -> None:
    """Those of a call want nothing that a call does not give."""
    call = {"vessel_id": "V", "call_id": "C", "port": "qingdao", "voyage_in": "", "voyage_out": "", "ata": 1, "eta": 0,
            "atb": 0, "atd": 0, "ops_end": 0}  # fmt: skip
    given = set(parameters_of([call]))
    assert len(names()) >= 7
    for name in names():
        assert "Parameters:" in head(name).notes and "Rows:" in head(name).notes, name
        assert all(word in head(name).notes or "call_boxes" in head(name).notes for word in parameters(name)), name
        if "call_boxes" in head(name).notes or name == "call_boxes":
            assert parameters(name) <= given, name
    with pytest.raises(ValueError, match=r"there is no query 'nope'; there are: .*call_boxes"):
        query("nope")


def feeder(world: Filled) -> dict[str, Any]:
    """A call with boxes of both trades, and conflicts."""
    return calls_of(open_reader(world.url), "QI YUAN FC0", "qingdao")[0]


def test_a_person_reads_who_shares_the_vessel(embedded_world: Filled, ask: Ask) -> None:
    code, out, errors = ask("vessel", "qi yuan fc0", "--port", "qingdao", "--lang", "en", "--store", embedded_world.url)
    assert (code, errors) == (0, "")
    for said in (
        "QI YUAN FC0", "Qingdao", "departed", "domestic", "supervised", "TEU", "to load", "conflicts:", "LEG_WRONG_PORT",
        "list against quay: at the end of operations", "6 h later", "NOT_DISCHARGED",
    ):  # fmt: skip
        assert said in out, said
    zh = ask("vessel", "qi yuan fc0", "--port", "qingdao", "--lang", "zh", "--store", embedded_world.url).out
    assert all(word in zh for word in ("青岛", "内贸", "监管", "冲突", "清单与实际差异", "卸错港"))


def test_a_voyage_is_taken_at_all_its_ports(embedded_world: Filled, ask: Ask) -> None:
    call = feeder(embedded_world)
    out = ask("vessel", call["vessel_id"], "--voyage", call["voyage_out"], "--json", "--store", embedded_world.url).out
    found = json.loads(out)
    assert len(found["calls"]) == 4
    assert {row["stage"] for row in found["composition"]} == set(STAGES)


def test_a_person_reads_what_blocks_a_departure(embedded_world: Filled, ask: Ask) -> None:
    call = feeder(embedded_world)
    where = f"{call['vessel_id']}@qingdao"
    both = ask("explain", "--call", where, "--store", embedded_world.url)
    assert (both.code, both.errors) == (0, "")
    for said in ("装卸作业已完成 Cargo operations have ended", "未登记许可，待核实", "On the list, not loaded",
                 "码头 terminal", "已离港 it has departed", "收到 heard", "以海关指令为准"):  # fmt: skip
        assert said in both.out, said
    found = json.loads(ask("explain", "--call", where, "--json", "--store", embedded_world.url).out)
    assert all(b["owner"] and b["action_en"] for b in found["blockers"])
    assert any(b["evidence"] and b["evidence"][0]["ingest_time"] for b in found["blockers"])


@pytest.mark.parametrize(
    ("left", "verdict"), [("conditions", "MAY_NOT"), ("nothing", "DONE")], ids=["it is still there", "it has departed"]
)
def test_a_vessel_with_blockers_may_not_depart(embedded_world: Filled, left: str, verdict: str) -> None:
    call = feeder(embedded_world)
    if left == "conditions":
        call = {**call, "atd": 0}
    assert readiness(open_reader(embedded_world.url), call, call["etd"])["verdict"] == verdict


@pytest.mark.parametrize("words", [("vessel", "NOPE"), ("explain", "--call", "NOPE@qingdao")])
def test_an_unknown_vessel_is_one_line_and_exit_code_1(words: tuple[str, ...], embedded_world: Filled, ask: Ask) -> None:
    code, out, errors = ask(*words, "--lang", "en", "--store", embedded_world.url)
    assert code == 1
    assert out.startswith("NOPE") and "no call of this vessel is known" in out and out.count("\n") == 1 and not errors


@pytest.mark.parametrize("words", [("explain",), ("explain", "CSQU3054383", "--call", "X")])
def test_a_box_or_a_vessel_is_asked_about(words: tuple[str, ...], ask: Ask) -> None:
    code, _, errors = ask(*words)
    assert code == 2 and "give a container number, or --call with a vessel" in errors
