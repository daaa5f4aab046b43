"""What the API answers: one model for each kind of row, as OpenAPI shows it. Times are UTC; null: it has not happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

Item = TypeVar("Item", bound=BaseModel)


def _moment(value: object) -> object:
    return None if value == 0 else datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) else value


#: Milliseconds of the store, as RFC 3339 of the API.
Time = Annotated[datetime | None, BeforeValidator(_moment)]


class Listed(BaseModel, Generic[Item]):
    """A page of rows."""

    items: list[Item]
    next_offset: int | None = Field(description="`offset` of the next page; null: there is none")


class Failure(BaseModel):
    """Why there is no answer, and what to do."""

    code: str
    en: str
    zh: str


class Box(BaseModel):
    """A visit of a box: from its entry into the first port until it leaves the last one (一箱一程)."""

    container_no: str = Field(description="ISO 6346", examples=["CSQU3054383"])
    visit_id: str
    port: str = Field(description="where the box is, or was last")
    terminal_code: str
    direction: str = Field(description="E export, I import, T transhipment")
    trade: str = Field(description="D domestic, F foreign")
    ef: str = Field(description="E empty, F full")
    iso_type: str = Field(description="ISO 6346 size and type")
    supervised: bool = Field(description="under customs supervision")
    bill_no: str
    vessel_id: str
    voyage: str
    call_id: str
    state: str
    location: str
    customs_status: str
    document_status: str
    seal_status: str
    leg_status: str
    holds: list[str]
    seals: list[str]
    gross_kg: float = Field(description="kg; 0: unknown")
    next_step: str
    blockers: list[str] = Field(description="what must happen before next_step")
    opened_at: Time
    closed_at: Time
    waiting_since: Time
    updated_at: Time


class Call(BaseModel):
    """A vessel's call at a port; a berth shift keeps it."""

    call_id: str
    vessel_id: str = Field(examples=["IMO:9399038"])
    vessel_name: str
    port: str
    terminal_code: str
    berth_code: str
    voyage_in: str
    voyage_out: str
    phase: str = Field(description="EXPECTED, ARRIVED_ANCHOR, BERTHED, OPS, OPS_DONE or DEPARTED")
    eta: Time
    ata: Time = Field(description="arrival at the anchorage")
    atb: Time = Field(description="all fast at the berth")
    ops_start: Time
    ops_end: Time
    etd: Time
    atd: Time = Field(description="departure from the berth")
    shifts: int = Field(description="berth shifts")
    planned_moves: int
    cutoff_at: Time
    updated_at: Time


class Leg(BaseModel):
    """A box's way between two places of the one port, by feeder or train."""

    container_no: str
    leg_id: str
    from_port: str
    from_terminal: str
    to_port: str
    to_terminal: str
    mode: str = Field(description="feeder, rail or truck")
    vessel_id: str
    voyage: str
    leg_state: str
    supervised: bool
    seals: list[str]
    carry_over: str = Field(description="CARRIED, or why papers do not travel with the box")
    onward_call_id: str
    planned_at: Time
    approved_at: Time
    loaded_at: Time
    departed_at: Time
    arrived_at: Time
    discharged_at: Time
    due_at: Time
    expected_at: Time = Field(description="at to_port: discharged, else arrived, else as announced")
    onward_cutoff: Time = Field(description="cut-off of the onward call; the slack is what lies between")
    updated_at: Time


class Case(BaseModel):
    """An arrival report to customs (运抵报告): sent and confirmed by the physical event itself."""

    container_no: str
    case_id: str
    bill_no: str
    house_bl: str
    vessel_id: str
    voyage: str
    port: str
    terminal_code: str
    message_type: str = Field(examples=["MT3101"])
    state: str = Field(description="WAITING, TRIGGERED, SENT, ACKED, REJECTED, DELETED …")
    message_id: str
    attempt: int
    lag_ms: int = Field(description="ms from the physical event to customs' answer")
    reason: str
    unmet: list[str] = Field(description="conditions that are still missing")
    triggered_at: Time
    ready_at: Time
    sent_at: Time
    answered_at: Time
    updated_at: Time


class ExceptionRow(BaseModel):
    """Something that a person must see to."""

    exception_id: str
    code: str
    severity: str
    subject: str = Field(description="container, bill or call that it is about")
    port: str
    owner: str = Field(description="who must act")
    state: str
    detail: str = Field(description="names and figures, as the core words them")
    raised_at: Time
    ended_at: Time
    updated_at: Time
    text_en: str = ""
    text_zh: str = ""
    action_en: str = ""
    action_zh: str = ""
    detail_en: str = Field("", description="the detail in words")
    detail_zh: str = ""
    acknowledged_by: str = Field("", description="the officer who said last that it is known; empty: nobody")
    assignee: str = ""
    comments: int = 0
