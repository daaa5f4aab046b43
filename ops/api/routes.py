"""The routes of ``/api/v1``. Each finds out who asks, asks the office, and gives the answer a type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from ops.api import lists
from ops.api.audit import asked_by
from ops.api.filters import BoxFilter, CallFilter, CaseFilter, ExceptionFilter, LegFilter, Page
from ops.api.lists import Listing
from ops.api.models import Box, Call, Case, ExceptionRow, Leg, Listed
from ops.api.office import Office
from ops.api.people import Person
from ops.api.problems import ANSWERS, Stranger

router = APIRouter(prefix="/api/v1", responses=ANSWERS)


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def asking(request: Request) -> Person:
    """Who asks. Raises Stranger."""
    person: Person | None = request.app.state.door.person(request)
    asked_by(request, person)
    if person is None:
        raise Stranger
    return person


Asking = Annotated[Person, Depends(asking)]
Asked = Annotated[Office, Depends(_office)]
AsOf = Annotated[datetime | None, Query(description="as it was known then; without zone UTC")]


def to_ms(moment: datetime | None) -> int:
    """A time that was asked for as ms UTC; 0: none was. Without zone it is UTC."""
    if moment is None:
        return 0
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _listed(office: Office, person: Person, listing: Listing, narrowed: Page) -> dict[str, Any]:
    items, following = office.rows(person, listing, narrowed)
    return {"items": items, "next_offset": following}


class Hit(BaseModel):
    """Something that a search found."""

    kind: Literal["box", "bill", "vessel"]
    key: str
    label: str


class Remark(BaseModel):
    """What an officer says about an exception."""

    action: Literal["ACKNOWLEDGE", "ASSIGN", "COMMENT"]
    subject: str = Field(description="the box, bill or vessel that the exception is about")
    reason: str = Field(min_length=1, max_length=2000, description="in the officer's words; of a comment the comment")
    to: str = Field("", max_length=100, description="ASSIGN: to whom")
    officer: str = Field("", max_length=100, description="who acts, where nobody has to log in")


class Done(BaseModel):
    """An action that was taken down; it shows in the rows when a worker has read it."""

    action_id: str


@router.get("/boxes")
def boxes(person: Asking, office: Asked, narrowed: Annotated[BoxFilter, Query()]) -> Listed[Box]:
    """Visits of boxes, latest first."""
    return Listed[Box].model_validate(_listed(office, person, lists.BOXES, narrowed))


@router.get("/boxes/{container}")
def trace(person: Asking, office: Asked, container: str, as_of: AsOf = None) -> dict[str, Any]:
    """Where a box is, what it has passed, what blocks it, with the events that say so. Times in ms."""
    return office.trace(person, container, to_ms(as_of))


@router.get("/boxes/{container}/explain")
def explain(
    person: Asking, office: Asked, container: str,
    action: Annotated[Literal["", "gate-out", "load", "depart"], Query(alias="for", description="empty: what comes next")] = "",
    as_of: AsOf = None,
) -> dict[str, Any]:  # fmt: skip
    """Each condition for a step, met or not, with the event that proves it. Times in ms."""
    return office.explain(person, container, action, to_ms(as_of))


@router.get("/calls")
def calls(person: Asking, office: Asked, narrowed: Annotated[CallFilter, Query()]) -> Listed[Call]:
    """Calls of vessels, latest first."""
    return Listed[Call].model_validate(_listed(office, person, lists.CALLS, narrowed))


@router.get("/vessels/{vessel}/readiness")
def readiness(
    person: Asking, office: Asked, vessel: str,
    call: Annotated[str, Query(description="call_id; by default the current one")] = "",
    as_of: AsOf = None,
) -> dict[str, Any]:  # fmt: skip
    """Who shares a vessel's call, domestic and foreign, and what still blocks its departure. Times in ms."""
    return office.readiness(person, vessel, call, to_ms(as_of))


@router.get("/legs")
def legs(person: Asking, office: Asked, narrowed: Annotated[LegFilter, Query()]) -> Listed[Leg]:
    """Transfer legs between the ports, latest first."""
    return Listed[Leg].model_validate(_listed(office, person, lists.LEGS, narrowed))


@router.get("/arrivals")
def arrivals(person: Asking, office: Asked, narrowed: Annotated[CaseFilter, Query()]) -> Listed[Case]:
    """Arrival reports to customs, latest first."""
    return Listed[Case].model_validate(_listed(office, person, lists.CASES, narrowed))


@router.get("/exceptions")
def exceptions(person: Asking, office: Asked, narrowed: Annotated[ExceptionFilter, Query()]) -> Listed[ExceptionRow]:
    """What a person must see to, the worst first."""
    return Listed[ExceptionRow].model_validate(_listed(office, person, lists.EXCEPTIONS, narrowed))


@router.post("/exceptions/{exception_id}/remarks", status_code=202)
def remark(person: Asking, office: Asked, exception_id: str, said: Remark) -> Done:
    """Acknowledge or assign an exception, or comment on it. It is kept as an event, with name and reason."""
    action_id = office.remark(person, said.action, said.subject, exception_id, said.reason, said.to, said.officer)
    return Done(action_id=action_id)


@router.get("/search")
def search(person: Asking, office: Asked, q: Annotated[str, Query(min_length=2, max_length=60)]) -> list[Hit]:
    """Boxes, bills and vessels by the beginning of their number, or a vessel's name."""
    return [Hit.model_validate(hit) for hit in office.search(person, q)]
