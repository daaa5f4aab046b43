"""``/api/v1/live``: what changes, as it changes (server-sent events), and how far the feed behind it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from ops.api.problems import ANSWERS
from ops.api.pulse import MISSED, Pulse
from ops.api.routes import Asking
from ops.api.scope import follows
from ops.clearance.gate import Gate

router = APIRouter(prefix="/api/v1", responses=ANSWERS)


class FeedState(BaseModel):
    """How far what we know from Kafka is."""

    age_s: float | None = Field(description="seconds since Kafka last answered; null: it never has")
    complete: bool = Field(description="all that Kafka held when the tower started has been read")
    boxes: int = Field(description="boxes that are remembered")
    refused: int = Field(description="records that could not be read")
    unkept: int = Field(description="clearance decisions that Kafka did not take as evidence")


@router.get(
    "/live",
    response_class=EventSourceResponse,
    responses={200: {"description": "event alert or visit-update, data the record; event missed: count"}},
)
async def live(request: Request, person: Asking) -> AsyncIterator[ServerSentEvent]:
    """Each alert and each update of a box that you may see, from now on (`text/event-stream`). The event is `alert` or
    `visit-update`, its data the record of that topic. `missed` tells a reader that is too slow how many changes it did not
    get: ask for the lists anew. The first comment
    says that you follow; another comes every 15 s when nothing else does."""
    pulse: Pulse = request.app.state.pulse
    gate: Gate = request.app.state.gate
    with pulse.following() as changes:
        yield ServerSentEvent(comment="following")
        while True:
            change = await changes.next()
            if change.kind == MISSED or follows(person, change.kind, change.record, gate.bills_of):
                yield ServerSentEvent(event=change.kind, data=change.record)


@router.get("/feed")
async def feed(request: Request, person: Asking) -> FeedState:
    """Is what the tower shows and answers up to date?"""
    gate: Gate = request.app.state.gate
    state: dict[str, Any] = gate.state()
    return FeedState(**state)
