"""What a gate or a crane must know of a box before it moves: the explanation of each step, as a visit update carries it.

Nothing is judged here besides who may come in: a step's conditions are those of `streams.domain.explain`. What depends on
the time of asking (has the cut-off passed, is the yard open, is the data fresh) is left to whoever asks, who gets the times.
"""

from __future__ import annotations

from typing import Any, Final

from streams.domain.announced import DELETION
from streams.domain.box import BoxState, VisitState
from streams.domain.calls import Call
from streams.domain.conditions import UNKNOWN, UNMET, Condition
from streams.domain.evidence import Evidence
from streams.domain.explain import DONE, GATE_OUT, LOAD, MAY, MAY_NOT, explain, leg_asked, next_step, verdict
from streams.domain.in_force import InForce
from streams.domain.visits import Visit
from streams.domain.world import World

GATE_IN: Final = "gate-in"
#: Lines that announce a box that comes by gate: 预配舱单, and of domestic trade 水路运单.
_ANNOUNCES: Final = ("PREPARED", "WATERWAY")


class Step:
    """A step and the answer of its explanation. ``cutoff_at`` of its vessel's call, ``opens_at`` of the yard for it, ms, 0 =
    not known; ``missing`` the conditions that are UNMET or UNKNOWN."""

    def __init__(
        self, action: str, verdict: str, port: str, terminal: str, vessel: str, voyage: str, cutoff_at: int, opens_at: int,
        missing: list[Condition],
    ) -> None:  # fmt: skip
        self.action = action
        self.verdict = verdict
        self.port = port
        self.terminal = terminal
        self.vessel = vessel
        self.voyage = voyage
        self.cutoff_at = cutoff_at
        self.opens_at = opens_at
        self.missing = missing

    def said(self) -> tuple[Any, ...]:
        """All of it, to be compared."""
        return (
            self.action, self.verdict, self.port, self.terminal, self.vessel, self.voyage, self.cutoff_at, self.opens_at,
            tuple([c.said() for c in self.missing]),
        )  # fmt: skip


def coming(box: BoxState, in_force: InForce) -> Evidence | None:
    """The line that announces a box which is not here, and was not taken back; None when there is none."""
    after = 0
    if box.visits:
        after = box.visits[-1].visit.closed_at
        if not after:
            return None
    found: Evidence | None = None
    for e in in_force.lines:
        if e.at <= after or e.code not in _ANNOUNCES or e.classifier != "ACT":
            continue
        if e.action != DELETION:
            found = e
        elif found is not None and found.bill == e.bill:
            found = None
    return found


def steps_of(box: BoxState, line: Evidence | None, in_force: InForce, world: World) -> list[Step]:
    """The steps that may come next for a box: coming in, and what it is here for. None of one that has left and that
    nothing announces; ``line`` is what announces it (:func:`coming`)."""
    if line is not None:
        return [_entry(line, in_force, world)]
    if not box.visits or box.visits[-1].visit.closed_at:
        return []
    latest = box.visits[-1]
    entry = _entry_of_visit(latest.visit)
    action = next_step(latest)
    if action not in (GATE_OUT, LOAD):
        return [entry]
    return [entry, _next(box, latest, action, in_force, world)]


def clearance_record(box: BoxState, line: Evidence | None, steps: list[Step]) -> dict[str, Any] | None:
    """What a visit update says of them; None: there are none."""
    if not steps:
        return None
    if line is not None:
        about = ["", "E", line.trade or "F", line.ef or "F"]
        seals = line.seals.split(" ") if line.seals else []
    else:
        visit = box.visits[-1].visit
        about = [visit.visit_id, visit.direction, visit.trade, visit.ef]
        seals = list(visit.seals)
    return {
        "visit_id": about[0], "direction": about[1], "trade": about[2], "ef": about[3], "seals": seals,
        "steps": [
            {
                "action": step.action, "verdict": step.verdict, "port": step.port, "terminal": step.terminal,
                "vessel_id": step.vessel, "voyage": step.voyage, "cutoff_at": step.cutoff_at or None,
                "opens_at": step.opens_at or None,
                "missing": [
                    {"code": c.code, "state": c.state, "why": c.why, "at": c.at or None, "detail": c.detail,
                     "evidence": list(c.evidence)}
                    for c in step.missing
                ],
            }
            for step in steps
        ],
    }  # fmt: skip


def _next(box: BoxState, latest: VisitState, action: str, in_force: InForce, world: World) -> Step:
    visit = latest.visit
    told = explain(box, in_force.register(), action, world, brief=True)
    leg = leg_asked(latest, action)
    if leg is not None:
        return _step(action, told.verdict, told.conditions, leg.from_port, leg.from_terminal, leg.vessel, leg.voyage, None)
    call = visit.declared_call if action == LOAD else None
    if call is not None:
        terminal = call.terminal or visit.last.terminal
        return _step(action, told.verdict, told.conditions, call.port, terminal, call.vessel, call.voyage_out, call)
    last = visit.last
    return _step(action, told.verdict, told.conditions, last.port, last.terminal, visit.vessel, visit.voyage, None)


def _entry_of_visit(visit: Visit) -> Step:
    """May a box come in that is here already, or only out for a while?"""
    last = visit.last
    if visit.location.startswith("OFF_SITE"):
        return Step(GATE_IN, MAY, last.port, last.terminal, visit.vessel, visit.voyage, 0, 0, [])
    why = "ABOARD" if last.code == "LOAD" else "INSIDE"
    found = [Condition("EXPECTED", UNMET, why, last.at, visit.location, (last.best.ident,))]
    return Step(GATE_IN, MAY_NOT, last.port, last.terminal, visit.vessel, visit.voyage, 0, 0, found)


def _entry(line: Evidence, in_force: InForce, world: World) -> Step:
    """May a box come in that is only announced?"""
    reference = world.reference
    call = world.outward_call(line)
    in_force.box_lines().entry = (line, call)
    found: list[Condition] = []
    if call is None or not call.cutoff:
        found.append(Condition("CUT_OFF", UNKNOWN, "NO_CALL" if call is None else "", 0, line.voyage, ()))
    elif call.atd:
        found.append(Condition("CUT_OFF", UNMET, "SAILED", call.cutoff, call.port + " " + call.number, ()))
    # By the line: a box may come in at one of the ports and go by leg to that of its vessel.
    port = reference.port(line.pol) or line.port
    terminal = call.terminal if call is not None and call.port == port else ""
    return _step(GATE_IN, verdict(found), found, port, terminal, reference.vessel(line.vessel), line.voyage, call)


def _step(
    action: str, answer: str, found: list[Condition], port: str, terminal: str, vessel: str, voyage: str, call: Call | None
) -> Step:  # fmt: skip
    cutoff = call.cutoff if call is not None else 0
    opens = call.opens if call is not None and call.port == port else 0
    missing: list[Condition] = []
    if answer not in (MAY, DONE):
        missing = [c for c in found if c.state in (UNMET, UNKNOWN)]
    return Step(action, answer, port, terminal, vessel, voyage, cutoff, opens, missing)
