"""What the events of a world say, box by box: a slow and obvious reading of the contract, apart from the simulator.

Every delivery is read as the platform would get it, files through the connectors. Of each event its highest version
counts, unless it is retracted or another event corrects it away.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.edi import Event, read
from ops.simulate import World

HOUR = 3_600_000
DAY = 24 * HOUR
Record = dict[str, Any]
LOCODES = {"CNTAO": "qingdao", "CNRZH": "rizhao", "CNYAT": "yantai", "CNWEI": "weihai"}
STAYS = {"DIVERSION", "DECONSOLIDATION", "INSPECTION", "INTER_TERMINAL", "LEG"}
with (Path(__file__).parents[3] / "schemas" / "reference" / "vessels.csv").open(encoding="utf-8") as _vessels:
    OTHER_IDS = {row["other_ids"]: row["vessel_id"] for row in csv.DictReader(_vessels) if row["other_ids"]}
RANK = ["TOS", "OCR", "TALLY", "CARRIER", "AGENT"]


@dataclass
class Move:
    """One fact, told by one or several reports, the best first."""

    kind: str
    port: str
    reports: list[Record]

    @property
    def best(self) -> Record:
        return min(self.reports, key=lambda r: (_rank(r), r["event_time"]))

    @property
    def at(self) -> int:
        return int(self.best["event_time"])

    def told(self, name: str) -> Any:
        """What the best source that says something says."""
        for report in sorted(self.reports, key=lambda r: (_rank(r), r["event_time"])):
            if report.get(name):
                return report[name]
        return None


@dataclass
class Call:
    """One port call; times 0 = not known."""

    vessel: str
    port: str
    voyage_in: str
    voyage_out: str
    times: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> int:
        return self.times.get(name, 0)


@dataclass
class Visit:
    """A visit: its moves, and of its box all papers if it is the first."""

    moves: list[Move]
    closed_at: int = 0
    closing: Move | None = None
    ocean: Move | None = None
    lines: list[Record] = field(default_factory=list)
    vgms: list[Record] = field(default_factory=list)
    releases: list[Record] = field(default_factory=list)

    @property
    def opening(self) -> Move:
        return self.moves[0]

    @property
    def ef(self) -> str:
        return str(self.opening.told("ef") or "F")

    @property
    def trade(self) -> str:
        stated = [line["trade"] for line in self.lines if line.get("trade")]
        stated += [] if stated else [m.told("trade") for m in self.moves if m.told("trade")]
        return stated[-1] if stated else "F"

    @property
    def direction(self) -> str:
        if self.opening.kind == "IN":
            return "E"
        return "T" if self.ocean else "I"

    @property
    def supervised(self) -> bool:
        return self.trade == "F" and self.ef == "F"

    def declared(self) -> list[Record]:
        kind = "PREPARED" if self.direction == "E" else "ORIGINAL"
        return [line for line in self.lines if line["manifest_kind"] == kind and line["function_code"] != "3"]

    def bills(self) -> set[str]:
        """The master bills whose goods are in the box, by the lines of its last voyage."""
        kind = "PREPARED" if self.direction == "E" else "ORIGINAL"
        lines = [line for line in self.lines if line["manifest_kind"] == kind]
        found: set[str] = set()
        for line in [x for x in lines if (x["vessel_id"], x["voyage"]) == (lines[-1]["vessel_id"], lines[-1]["voyage"])]:
            (found.discard if line["function_code"] == "3" else found.add)(line["master_bl"])
        return found

    def in_force(self, stage: str, at: int) -> bool:
        """A RELEASE of a stage that was not revoked at a time; where customs releases bill by bill, of each bill in the box,
        and that of one whose goods were taken out is none."""
        bills = self.bills() if stage in ("DECLARATION", "LOADING", "BILL") else set()
        several = len({line["master_bl"] for line in self.declared()}) > 1
        return all(self._in_force(stage, at, bill) for bill in (bills if several and bills else {""}))

    def _in_force(self, stage: str, at: int, bill: str) -> bool:
        state = False
        for r in self.releases:
            if r["stage"] == stage and r["event_time"] <= at and bill in ("", r["bill_no"]):
                state = {"RELEASE": True, "REVOKE": False}.get(r["action"], state)
        return state

    def said(self, stage: str, *actions: str) -> list[Record]:
        return [r for r in self.releases if r["stage"] == stage and r["action"] in actions]


@dataclass
class Box:
    """All that is known of one container number."""

    no: str
    moves: list[Move]
    visits: list[Visit]
    lines: list[Record]


class Facts:
    """A world's boxes and calls."""

    def __init__(self, world: World) -> None:
        records = _in_force(world)
        self.now = next(int(r["now"]) for r in records if r["event_type"] == "FINAL")
        self.of_vessel: dict[str, list[Call]] = defaultdict(list)
        for call in self._read_calls(records):
            self.of_vessel[call.vessel].append(call)
        moves, lines, vgms, releases = (defaultdict(list) for _ in range(4))
        of_bill: dict[str, set[str]] = defaultdict(set)
        for r in records:
            match r["event_type"]:
                case "GATE_MOVE" | "QUAY_MOVE":
                    moves[r["container_no"]].append(r)
                case "MANIFEST_LINE":
                    lines[r["container_no"]].append(r)
                    of_bill[r["master_bl"]].add(r["container_no"])
                case "VGM":
                    vgms[r["container_no"]].append(r)
        for r in records:
            if r["event_type"] == "RELEASE":
                for no in [r["container_no"]] if r["container_no"] else of_bill[r["bill_no"]]:
                    releases[no].append(r)
        self.acks: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for case in world.customs_plan():
            for answer in case["answers"]:
                if answer["code"] == "01":
                    self.acks[case["container_no"]].append((case["voyage"], answer["at"]))
        self.boxes: dict[str, Box] = {}
        for no in sorted(set(moves) | set(lines)):
            box = Box(no, _moves(moves[no]), [], sorted(lines[no], key=_time))
            self._cut(box)
            if box.visits:
                first = box.visits[0]
                first.lines = box.lines
                first.vgms = sorted(vgms[no], key=_time)
                first.releases = sorted(releases[no], key=_time)
            self.boxes[no] = box

    def _read_calls(self, records: list[Record]) -> list[Call]:
        calls: dict[tuple[str, str, str], Call] = {}
        #: call id -> where it is to berth, as planned at first and later, and at last as it does
        self.planned_terminals: dict[str, list[str]] = defaultdict(list)
        for r in sorted((r for r in records if r["event_type"] == "PORT_CALL"), key=lambda r: int(r["updated_time"])):
            vessel = OTHER_IDS.get(r["vessel_id"], r["vessel_id"])
            key = (vessel, r["port"], r["port_call_id"])
            call = calls.setdefault(key, Call(vessel, r["port"], r["voyage_in"], r["voyage_out"]))
            what = (r["service"], r["phase"], r["call_event"], r["classifier"])
            name = {
                ("ANCHOR", "INBD", "ARRI", "ACT"): "ata", ("ANCHOR", "INBD", "ARRI", "EST"): "eta",
                ("BERTH", "ALGS", "ARRI", "ACT"): "atb", ("BERTH", "OUTB", "DEPA", "ACT"): "atd",
                ("BERTH", "OUTB", "DEPA", "EST"): "etd", ("CARGO_OPS", "ALGS", "CMPL", "ACT"): "ops_end",
            }.get(what)  # fmt: skip
            if name in ("eta", "atb"):
                self.planned_terminals[f"{r['port']}|{vessel}|{r['port_call_id']}"].append(r["terminal_code"])
            if name:
                call.times[name] = r["event_time"]
            if r.get("cutoffs"):
                call.times["cutoff"], call.times["cy_open"] = r["cutoffs"]["cy_close"], r["cutoffs"]["cy_open"]
        return list(calls.values())

    def call(self, vessel: str, port: str, voyage: str, way: str) -> Call | None:
        """The call of a voyage, ``way`` in or out, at a port ("" = at any of the platform's)."""
        for call in self.of_vessel.get(vessel, []):
            if port in ("", call.port) and voyage == (call.voyage_in if way == "in" else call.voyage_out):
                return call
        return None

    def call_of_move(self, move: Move) -> Call | None:
        return self.call(move.told("vessel_id"), move.port, move.told("voyage"), "in" if move.kind == "DISC" else "out")

    def _cut(self, box: Box) -> None:
        """Cut a box's moves into visits (contracts, section 7, Visit)."""
        visit: Visit | None = None
        for move in box.moves:
            reopened = visit is not None and visit.ocean is not None and move.kind in ("IN", "DISC")
            if visit is None or visit.closed_at or reopened:
                visit = Visit([move])
                box.visits.append(visit)
            else:
                visit.moves.append(move)
            if move.kind == "LOAD" and LOCODES.get(move.told("pod")) is None:
                visit.ocean = move
                call = self.call_of_move(move)
                visit.closed_at = call.atd if call else 0
            elif move.kind == "OUT" and (visit.ef == "E" or move.told("purpose") not in STAYS):
                visit.closed_at, visit.closing = move.at, move


def _rank(record: Record) -> int:
    word = record["source_system"].split("-")[0]
    return RANK.index(word) if word in RANK else len(RANK)


def _time(record: Record) -> int:
    return int(record["event_time"])


def _in_force(world: World) -> list[Record]:
    latest: dict[tuple[str, str, str], Record] = {}
    for delivery in world.deliveries():
        records = [delivery.record]
        if delivery.file:
            source = io.BytesIO(delivery.file.text.encode())
            items = list(read(source, name=delivery.file.name, port=delivery.file.port))
            assert all(isinstance(item, Event) or item.severity != "error" for item in items)
            records = [item.record for item in items if isinstance(item, Event)]
        for r in records:
            key = (r["source_party"], r["source_system"], r["event_id"])
            if key not in latest or r["updated_time"] >= latest[key]["updated_time"]:
                latest[key] = r
    actions = sorted((r for r in latest.values() if r["event_type"] == "OPERATOR_ACTION"), key=_time)
    last = {r["target_id"]: r["action"] for r in actions if r["action"] in ("VOID", "UNVOID")}
    latest = {key: r for key, r in latest.items() if last.get("|".join(key)) != "VOID"}
    gone = {
        (r["source_party"], r["corrects_event_id"]) for r in latest.values()
        if r.get("corrects_event_id") and not r["is_retracted"]
    }  # fmt: skip
    return [
        r for r in latest.values()
        if not r["is_retracted"] and (r["source_party"], r["event_id"]) not in gone
        and (r["classifier"] == "ACT" or r["event_type"] == "PORT_CALL")
    ]  # fmt: skip


def _moves(reports: list[Record]) -> list[Move]:
    """Reports of one kind at one port, with no other move in between and less than 12 h apart, are one fact."""
    moves: list[Move] = []
    for report in sorted(reports, key=_time):
        last = moves[-1] if moves else None
        if (
            last and last.kind == report["move"] and last.port == report["port"]
            and report["event_time"] - last.reports[0]["event_time"] < 12 * HOUR
        ):  # fmt: skip
            last.reports.append(report)
        else:
            moves.append(Move(report["move"], report["port"], [report]))
    return moves
