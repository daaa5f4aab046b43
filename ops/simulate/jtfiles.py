"""CODECO and COARRI as national flat files (交通部平台文件), the way Weihai's terminal system writes them (model 3.2).

Records of ``:``-separated fields end with ``'``; record 99 counts all records. Times are Beijing times with 14 digits
(to the second). The form knows no correction and no trade flag.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ops.simulate.clock import HOUR, local
from ops.simulate.delivery import Record
from ops.simulate.fleet import Call, Vessel
from ops.simulate.ports import NAMES, PORTS

_STAMP: Final = "%Y%m%d%H%M%S"
_TITLES: Final = {"IN": "GATE-IN REPORT", "OUT": "GATE-OUT REPORT", "DISC": "DISCHARGE REPORT", "LOAD": "LOAD REPORT"}
_SIZES: Final = {"22G1": "22GP", "42G1": "42GP", "45G1": "40HC", "45R1": "40RH"}


def codeco(moves: Sequence[Record], vessel: Vessel | None, written_at: int) -> str:
    """One gate file: moves in one direction, of one vessel."""
    first = moves[0]
    outward = first["move"] == "IN"
    lines = [_head("CODECO", first, written_at)]
    lines.append(_join("10", *_vessel(vessel), first["voyage"] or "", "COSU", "COSCO", "E" if outward else "I"))
    for move in moves:
        stamp = local(move["event_time"], _STAMP)
        seal = move["seals"][0]["no"] if move["seals"] else ""
        times = (stamp,) if outward else ("", stamp)
        lines.append(_join(
            "50", move["container_no"], _SIZES[move["iso_type"]], move["ef"], "E" if outward else "I", "",
            move["bill_no"] or "", _kg(move), seal, *times,
        ))  # fmt: skip
        lines.append(_join("52", "3", move["truck_plate"] or "", "TRK001", "JIAODONG"))
    return _file(lines)


def coarri(moves: Sequence[Record], call: Call, written_at: int) -> str:
    """One quay file: discharge or loading of one vessel."""
    first = moves[0]
    begin, end = local(call.ops_start, _STAMP), local(call.ops_end, _STAMP)
    periods = (begin, end, "", "") if first["move"] == "DISC" else ("", "", begin, end)
    lines = [_head("COARRI", first, written_at)]
    lines.append(_join(
        "10", *_vessel(call.vessel), first["voyage"], "CN", "Y", local(call.atb, _STAMP), local(call.ops_end + HOUR, _STAMP),
        *periods, str(len(moves)),
    ))  # fmt: skip
    for move in moves:
        seal = move["seals"][0]["no"] if move["seals"] else ""
        lines.append(_join(
            "50", move["container_no"], _SIZES[move["iso_type"]], "COSU", "COSCO", move["ef"], move["bill_no"] or "",
            seal, move["slot"], local(move["event_time"], _STAMP),
        ))  # fmt: skip
        ports = [part for code in (move["pod"], move["pol"], move.get("final") or move["pod"])
                 for part in (code, NAMES.get(code, ""))]  # fmt: skip
        lines.append(_join("52", *ports, _kg(move)))
    return _file(lines)


def _head(name: str, move: Record, written_at: int) -> str:
    sender = PORTS[move["port"]].sender
    return _join("00", name, _TITLES[move["move"]], "9", sender, "YGT", local(written_at, _STAMP))


def _vessel(vessel: Vessel | None) -> tuple[str, str]:
    return (vessel.code, vessel.name) if vessel else ("", "")


def _kg(move: Record) -> str:
    return f"{move['weigh_kg']:.0f}" if move["weigh_kg"] else ""


def _join(*fields: str) -> str:
    return ":".join(fields)


def _file(lines: list[str]) -> str:
    return "".join(f"{line}'\n" for line in (*lines, f"99:{len(lines) + 1}"))
