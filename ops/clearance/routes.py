"""``/api/v1/boxes/{no}/clearance``: for the gate's own system. It touches no database and no pool of threads but to log in."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from ops.api.audit import asked_by
from ops.api.login import Door
from ops.api.models import Time
from ops.api.people import Person
from ops.api.problems import ANSWERS, Stranger
from ops.clearance.gate import Gate

router = APIRouter(prefix="/api/v1", responses=ANSWERS)


class Clearance(BaseModel):
    """The answer to a gate or a crane. What is empty or null is not known to the platform."""

    decision_id: str = Field(description="under which the answer is kept as evidence (topic clearance-decisions.v1)")
    container_no: str
    action: str
    verdict: Literal["ALLOW", "DENY", "REFER"] = Field(description="REFER: a person decides; never let it pass by itself")
    code: str = Field(description="what decided: CLEAR, or the condition that is not met or not known")
    why: str = Field(description="the reason within the condition")
    detail: str = Field(description="names and figures")
    reason_zh: str
    reason_en: str
    prevails: str = Field(description="always: customs' own instruction prevails")
    owner: str = Field(description="who must act; whom to call")
    phone: str = Field(description="their number at this port; empty: none is configured")
    desk: str
    port: str = Field(description="where the box must go")
    terminal: str
    lane: str = Field("", description="the ports send no lanes: empty")
    bills: list[str]
    vessel_id: str
    voyage: str
    cutoff_at: Time
    opens_at: Time = Field(description="when the yard opens for the call")
    seals: list[str] = Field(description="seals that the box must carry")
    as_of: Time = Field(description="all that happened up to then is known")
    data_age_s: float | None = Field(description="age of the data; above 10 s the answer is REFER")


async def asking(request: Request) -> Person:
    """Who asks, without a pool that slow pages may have used up. Raises Stranger."""
    door: Door = request.app.state.door
    person = door.person(request) if door.people is None else await asyncio.to_thread(door.person, request)
    asked_by(request, person)
    if person is None:
        raise Stranger
    return person


@router.get("/boxes/{container}/clearance")
async def clearance(
    request: Request, person: Annotated[Person, Depends(asking)], container: str,
    action: Annotated[Literal["gate-in", "gate-out", "load"], Query(description="what it is about to do")],
    port: Annotated[str, Query(description="port of the gate that asks; empty: that of whoever logs in", max_length=40)] = "",
) -> Clearance:  # fmt: skip
    """May this box pass the gate, or be loaded, now? ALLOW, DENY or REFER, with the reason. 以海关指令为准。"""
    gate: Gate = request.app.state.gate
    answer: dict[str, Any] = gate.answer(person, container, action, port)
    request.app.state.metrics.decided(action, answer["verdict"])
    return Clearance.model_validate(answer)
