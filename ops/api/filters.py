"""What the lists may be narrowed by. One named like a column compares with it; others have their own condition."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

Text = str | None
_NO_TIME: Final = "toDateTime(0, 'UTC')"
#: Filters that are true or false: their condition.
_YES: Final = {
    "open": f"{{ended}} = {_NO_TIME}", "blocked": "notEmpty(blockers)", "held": "notEmpty(holds)",
    "at_berth": "phase IN ('BERTHED', 'OPS', 'OPS_DONE')",
}  # fmt: skip
#: Filters that do more than compare a column.
_SPECIAL: Final = {
    "blocker": "has(blockers, %(blocker)s)", "touches": "(from_port = %(touches)s OR to_port = %(touches)s)",
}  # fmt: skip
#: The column that says when a row of a table came to its end.
_ENDED: Final = {"box_visits": "closed_at", "exceptions": "ended_at", "port_calls": "atd", "arrival_cases": "answered_at"}


class Page(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(100, ge=1, le=1000, description="rows of a page")
    offset: int = Field(0, ge=0, le=1_000_000)


class BoxFilter(Page):
    """Narrows the visits."""

    container_no: Text = None
    port: Text = None
    terminal_code: Text = None
    direction: Text = Field(None, description="E, I or T")
    trade: Text = Field(None, description="D or F")
    state: Text = None
    customs_status: Text = None
    bill_no: Text = None
    vessel_id: Text = None
    voyage: Text = None
    call_id: Text = None
    next_step: Text = None
    blocker: Text = Field(None, description="waits for this step or hold")
    open: bool | None = Field(None, description="true: has not left yet")
    blocked: bool | None = None
    held: bool | None = None


class CallFilter(Page):
    """Narrows the calls."""

    port: Text = None
    vessel_id: Text = None
    call_id: Text = None
    voyage_in: Text = None
    voyage_out: Text = None
    phase: Text = None
    open: bool | None = Field(None, description="true: has not departed yet")
    at_berth: bool | None = Field(None, description="true: lies at a berth now")


class LegFilter(Page):
    """Narrows the legs."""

    container_no: Text = None
    touches: Text = Field(None, description="port where it begins or ends")
    from_port: Text = None
    to_port: Text = None
    mode: Text = None
    vessel_id: Text = None
    voyage: Text = None
    leg_state: Text = None


class CaseFilter(Page):
    """Narrows the arrival reports."""

    container_no: Text = None
    port: Text = None
    terminal_code: Text = None
    message_type: Text = None
    state: Text = None
    bill_no: Text = None
    vessel_id: Text = None
    voyage: Text = None
    open: bool | None = Field(None, description="true: customs has not answered yet")


class ExceptionFilter(Page):
    """Narrows the exceptions."""

    port: Text = None
    code: Text = None
    severity: Text = None
    subject: Text = None
    owner: Text = None
    open: bool | None = Field(True, description="true: not ended yet (the default)")


def conditions(table: str, narrowed: Page) -> tuple[str, dict[str, Any]]:
    """SQL that can be put behind WHERE, and its parameters."""
    parts: list[str] = []
    params: dict[str, Any] = {}
    for name, value in narrowed.model_dump(exclude={"limit", "offset"}, exclude_none=True).items():
        if name in _YES:
            yes = _YES[name].format(ended=_ENDED.get(table, ""))
            parts.append(yes if value else f"NOT ({yes})")
        else:
            parts.append(_SPECIAL.get(name, f"{name} = %({name})s"))
            params[name] = value
    return " AND ".join(parts) or "1", params
