"""The lists of the API: for each the rows it shows, in which order, and what a person may see of it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from ops.api.filters import Page, conditions
from ops.api.models import Box, Call, Case, ExceptionRow, Leg
from ops.api.people import Person
from ops.api.scope import visible
from ops.trace import Queryable
from schemas.details import in_words
from schemas.reference import load_reference

#: Of each exception, what officers said last.
_REMARKS: Final = (
    "SELECT target_id, argMaxIf(operator, acted_at, action = 'ACKNOWLEDGE') AS acknowledged_by, "
    "argMaxIf(assignee, acted_at, action = 'ASSIGN') AS assignee, countIf(action = 'COMMENT') AS comments "
    "FROM operator_actions_now GROUP BY target_id"
)
_EXCEPTIONS: Final = f"(SELECT * FROM exceptions_now LEFT JOIN ({_REMARKS}) AS remarks ON target_id = exception_id)"


class Listing(NamedTuple):
    """A list: its table, the model of a row, what it is read from, and an order that no two rows share."""

    table: str
    model: type[BaseModel]
    source: str
    order: str

    def columns(self) -> str:
        """The columns that the model names and the store has."""
        made = {"text_en", "text_zh", "action_en", "action_zh", "detail_en", "detail_zh"}
        return ", ".join(name for name in self.model.model_fields if name not in made)


BOXES: Final = Listing("box_visits", Box, "box_visits_now", "opened_at DESC, container_no")
CALLS: Final = Listing("port_calls", Call, "port_calls_now", "greatest(eta, ata) DESC, call_id")
LEGS: Final = Listing("transfer_legs", Leg, "transfer_legs_now", "planned_at DESC, container_no, leg_id")
CASES: Final = Listing("arrival_cases", Case, "arrival_cases_now", "triggered_at DESC, container_no, case_id")
EXCEPTIONS: Final = Listing(
    "exceptions", ExceptionRow, _EXCEPTIONS,
    "indexOf(['critical', 'high', 'medium', 'low', 'info'], severity), raised_at DESC, exception_id",
)  # fmt: skip


def page(store: Queryable, person: Person, listing: Listing, narrowed: Page) -> tuple[list[dict[str, Any]], int | None]:
    """A page of rows that a person may see, and the offset of the next page (None: there is none)."""
    where, params = conditions(listing.table, narrowed)
    seen = visible(person, listing.table)
    rows = store.query(
        f"SELECT {listing.columns()} FROM {listing.source} WHERE {where} AND {seen.sql} ORDER BY {listing.order} "
        f"LIMIT {narrowed.limit + 1} OFFSET {narrowed.offset}",
        {**params, **seen.params},
    )
    more = len(rows) > narrowed.limit
    if listing is EXCEPTIONS:
        rows = [{**row, **_words(row["code"], row["detail"])} for row in rows]
    return rows[: narrowed.limit], narrowed.offset + narrowed.limit if more else None


def _words(code: str, detail: str) -> dict[str, str]:
    zh, en = in_words(detail)
    said = {"detail_zh": zh, "detail_en": en}
    entry = load_reference().exceptions.get(code)
    if entry is not None:
        said |= {
            "text_en": entry.text_en, "text_zh": entry.text_zh, "action_en": entry.action_en, "action_zh": entry.action_zh,
        }  # fmt: skip
    return said
