"""``/api/v1/queries``: the named queries (`ops.queries`), the same that commands, pages and dashboards ask."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from ops import queries
from ops.api.models import Failure, Time
from ops.api.problems import ANSWERS
from ops.api.routes import Asked, Asking, to_ms
from ops.cli.common import YEARS
from ops.queries.heads import Column, Kind

router = APIRouter(prefix="/api/v1", responses=ANSWERS)
WEEK_MS: Final = 7 * 24 * 3_600_000
_FIRST_MS, _LAST_MS = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (YEARS[0], YEARS[-1] + 1))
#: A value of a row: text, texts, a time as RFC 3339, a figure; null: it has not happened, or there is nothing to reckon it of.
Value = str | int | float | list[str] | None
Text = Annotated[str, Field(max_length=200)]


class ColumnOut(BaseModel):
    """A column of the rows."""

    name: str
    kind: Kind = Field(description="time: RFC 3339, UTC; texts: a list")
    unit: str = Field(description="of a figure: boxes, h, %, s, kg, TEU; empty: none")


class QueryOut(BaseModel):
    """A named query: what it answers, and what it can be asked with."""

    name: str
    zh: str
    en: str
    notes: str = Field(description="parameters, rows, and what must be known to read them")
    parameters: list[str]
    columns: list[ColumnOut]


class RowsOut(BaseModel):
    """What a named query answers, of what the one who asks may see."""

    query: QueryOut
    since: Time = Field(description="begin of the span that was asked; null: it is about what is there now")
    until: Time
    rows: list[dict[str, Value]]
    more: bool = Field(description="true: there are more rows than `limit`, narrow the question")


class Question(BaseModel):
    """What a named query is asked with; which of these it wants is in its list of parameters. Left out: all."""

    model_config = ConfigDict(extra="forbid")
    since: datetime | None = Field(None, description="without zone UTC; left out: seven days before `until`")
    until: datetime | None = Field(None, description="without zone UTC; left out: how far events have come")
    limit: int = Field(1000, ge=1, le=10_000, description="rows at most; a query may have a smaller limit of its own")
    port: Text | None = Field(None, description="slug, e.g. qingdao")
    terminal: Text | None = Field(None, description="terminal_code, unique only together with the port")
    trade: Text | None = Field(None, description="D domestic, F foreign")
    direction: Text | None = Field(None, description="E export, I import, T transhipment; of a move IN, OUT, LOAD, DISC")
    from_port: Text | None = None
    to_port: Text | None = None
    vessel: Text | None = Field(None, description="vessel_id")
    voyage: Text | None = None
    number: Text | None = Field(None, description="a master bill, a house bill or a declaration")
    code: Text | None = Field(None, description="codes, a comma between")

    def texts(self) -> dict[str, str]:
        """The texts that were given."""
        return {name: value for name in queries.TEXTS if (value := getattr(self, name)) is not None}


@router.get("/queries")
def listed(person: Asking) -> list[QueryOut]:
    """The named queries that can be asked here. Those about a vessel's call are behind `/vessels/{vessel}/readiness`."""
    return [_described(name) for name in queries.names() if queries.askable(name)]


@router.get("/queries/{name}", responses={400: {"model": Failure}})
def ask(person: Asking, office: Asked, name: str, asked: Annotated[Question, Query()]) -> RowsOut:
    """The rows of a named query. Each figure is defined once, for commands, pages, dashboards and here."""
    if name not in queries.names() or not queries.askable(name):
        raise queries.NoSuchQuery(name)
    spans = {at: to_ms(value) for at in queries.TIMES if (value := getattr(asked, at)) is not None}
    if extra := spans.keys() - queries.parameters(name):
        wrong = ", ".join(sorted(extra))
        raise queries.WrongParameter(
            f"the query {name!r} is about what is there now: it has no {wrong}", f"查询 {name} 只看当前状态，没有 {wrong}"
        )
    times = _span(spans, office.latest) if queries.parameters(name) & set(queries.TIMES) else {}
    columns = queries.head(name).columns
    rows = office.named(person, name, queries.given(name, asked.texts(), times), asked.limit + 1)
    shown = [{c.name: _value(c, row[c.name]) for c in columns} for row in rows[: asked.limit]]
    answer = {"query": _described(name), "since": times.get("since", 0), "until": times.get("until", 0), "rows": shown}
    return RowsOut.model_validate({**answer, "more": len(rows) > asked.limit})


def _described(name: str) -> QueryOut:
    head = queries.head(name)
    columns = [ColumnOut(name=c.name, kind=c.kind, unit=c.unit) for c in head.columns]
    return QueryOut(
        name=name, zh=head.zh, en=head.en, notes=head.notes, parameters=sorted(queries.parameters(name)), columns=columns
    )


def _span(said: dict[str, int], latest: Callable[[], int]) -> dict[str, int]:
    """Since and until in ms. Raises WrongParameter for a span that ends before it begins, or that not every engine can hold."""
    until = said["until"] if "until" in said else latest()
    since = said["since"] if "since" in said else max(until - WEEK_MS, 0)
    if since > until or not all(_FIRST_MS <= at < _LAST_MS for at in said.values()):
        raise queries.WrongParameter(
            f"since must not lie behind until, and both between {YEARS[0]} and {YEARS[-1]}",
            f"since 不得晚于 until，且均须在 {YEARS[0]} 至 {YEARS[-1]} 年之间",
        )
    return {"since": since, "until": until}


def _value(column: Column, value: Any) -> Any:
    """As JSON has it: what is no number, as the mean of nothing, and a time that is zero are null."""
    if column.kind == "time":
        return _time(value)
    if column.kind == "number":
        return value if value is not None and math.isfinite(value) else None
    return value


def _time(ms: int) -> Any:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat().replace("+00:00", "Z") if ms else None
