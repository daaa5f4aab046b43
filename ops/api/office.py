"""The questions that people ask and what they do about the answers, whoever asks: the API, the pages, a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ops import actions, queries
from ops import vessel as vessels
from ops.api.filters import Page, conditions
from ops.api.lists import Listing, page
from ops.api.people import APPLICANT, GROUP, PORT, People, Person
from ops.api.scope import visible
from ops.explain import explain_box
from ops.lookback import beginnings
from ops.trace import BOX_TABLES, Queryable, trace
from ops.trace_as_of import trace_as_of
from ops.vessel_as_of import calls_then, readiness_then
from schemas.identifiers import normalise_container
from schemas.reference import load_reference

#: Hits of a search, of each kind.
MOST_HITS: Final = 10
#: So many events are newer than what counts as now.
_NEWEST: Final = 100
#: An action on its way: topic key and record of ``operator-actions.v1``.
Send = Callable[[actions.Action], None]


class Hidden(LookupError):
    """Nobody knows it, or this person may not see it: the same answer, so that nobody learns what is there."""


class Forbidden(PermissionError):
    """This person may not act."""


def now_ms() -> int:
    """The time of asking, ms UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Office:
    """The store that is read, and how actions leave. ``people`` is None where nobody has to log in.

    All methods block: call them from a thread. They raise what the store raises.
    """

    store: Queryable
    send: Send
    people: People | None = None
    clock: Callable[[], int] = now_ms

    def rows(self, person: Person, listing: Listing, narrowed: Page) -> tuple[list[dict[str, Any]], int | None]:
        """A page of rows, and the offset of the next."""
        return page(self.store, person, listing, narrowed)

    def counts(self, person: Person, listing: Listing, column: str, narrowed: Page) -> dict[str, int]:
        """How many of all rows of a list have which value in a column, the most frequent first."""
        where, params = conditions(listing.table, narrowed)
        seen = visible(person, listing.table)
        rows = self.store.query(
            f"SELECT {column} AS value, count() AS n FROM {listing.table}_now WHERE {where} AND {seen.sql} "
            "GROUP BY value ORDER BY n DESC, value",
            {**params, **seen.params},
        )
        return {row["value"]: int(row["n"]) for row in rows}

    def named(
        self, person: Person, name: str, params: Mapping[str, Any] | None = None, limit: int = 0
    ) -> list[dict[str, Any]]:
        """The rows of a named query (`ops.queries`), of what a person may see: it names its tables as ``@@table``. ``limit``:
        rows at most, 0 = all; a query that has a limit of its own keeps it."""
        seen = {table: visible(person, table) for table in queries.scoped(name)}
        scope = {key: value for condition in seen.values() for key, value in condition.params.items()}
        return self.store.query(queries.query(name, lambda table: seen[table].sql, limit), {**(params or {}), **scope})

    def search(self, person: Person, text: str) -> list[dict[str, str]]:
        """Boxes, bills and vessels that begin with what was typed, or are named so: ``kind``, ``key`` and ``label``."""
        wanted = text.strip().upper()
        if len(wanted) < 2:
            return []
        box = normalise_container(wanted)
        return [
            *self._hits(person, "box", "box_visits", "container_no", "max(opened_at)", box),
            *self._hits(person, "bill", "consignments", "master_bl", "master_bl", wanted),
            *self._vessels(person, wanted),
        ]

    def _hits(self, person: Person, kind: str, table: str, column: str, order: str, wanted: str) -> list[dict[str, str]]:
        seen = visible(person, table)
        rows = self.store.query(
            f"SELECT {column} AS key FROM {table}_now WHERE startsWith({column}, %(w)s) AND {seen.sql} "
            f"GROUP BY {column} ORDER BY {order} DESC, key LIMIT {MOST_HITS}",
            {"w": wanted, **seen.params},
        )
        return [{"kind": kind, "key": row["key"], "label": row["key"]} for row in rows]

    def _vessels(self, person: Person, wanted: str) -> list[dict[str, str]]:
        seen = visible(person, "port_calls")
        listed = tuple(
            v.vessel_id for v in load_reference().vessels.values() if any(wanted in n.upper() for n in (v.zh, v.en, *v.aliases))
        )
        rows = self.store.query(
            "SELECT vessel_id AS key, argMax(vessel_name, updated_at) AS name FROM port_calls_now WHERE "
            f"(positionCaseInsensitiveUTF8(vessel_name, %(w)s) > 0 OR positionCaseInsensitive(vessel_id, %(w)s) > 0 "
            f"OR vessel_id IN %(listed)s) AND {seen.sql} GROUP BY vessel_id ORDER BY key LIMIT {MOST_HITS}",
            {"w": wanted, "listed": listed or ("",), **seen.params},
        )
        return [{"kind": "vessel", "key": row["key"], "label": f"{row['name']} {row['key']}".strip()} for row in rows]

    def trace(self, person: Person, container: str, as_of_ms: int = 0) -> dict[str, Any]:
        """Where a box is, what it has passed, what blocks it, and which events say so. Raises Hidden."""
        box = self._visible_box(person, container)
        found = trace_as_of(self.store, box, as_of_ms) if as_of_ms else trace(self.store, box)
        if not found["evidence"]:
            raise Hidden(box)
        return found if person.scope != PORT else _of_port(found, person.port)

    def explain(self, person: Person, container: str, action: str, as_of_ms: int = 0) -> dict[str, Any]:
        """Each condition for a step of a box, met or not, with what proves it. Raises Hidden."""
        box = self._visible_box(person, container)
        answer = explain_box(self.store, box, action, self.clock(), as_of_ms)
        if answer["verdict"] == "UNKNOWN_BOX":
            raise Hidden(box)
        return answer

    def latest(self) -> int:
        """How far events have come (ms): where time is simulated, that is now. Single events may claim a time in the future,
        so the hundredth newest counts."""
        newest = (
            "SELECT event_time FROM events_now WHERE classifier = 'ACT' AND event_time >= %(since)s "
            f"ORDER BY event_time DESC LIMIT {_NEWEST}"
        )
        sql = f"SELECT min(event_time) AS at, count() AS n FROM ({newest})"
        now = self.clock()
        for since in beginnings(now):
            (row,) = self.store.query(sql, {"since": since})
            if row["n"] == _NEWEST:
                break
        return min(int(row["at"]), now)

    def calls_of(self, person: Person, vessel: str, as_of_ms: int = 0) -> list[dict[str, Any]]:
        """The calls of a vessel that a person may see, latest first; it is named by any of its ids, or its name."""
        calls = calls_then(self.store, vessel, as_of_ms) if as_of_ms else vessels.calls_of(self.store, vessel)
        if person.scope == PORT:
            return [call for call in calls if call["port"] == person.port]
        return [] if person.scope == APPLICANT else calls

    def readiness(self, person: Person, vessel: str, call: str = "", as_of_ms: int = 0) -> dict[str, Any]:
        """What shares a call (by default the one under way, else the last), and what blocks its departure, now or as it was
        known then. Raises Hidden."""
        calls = self.calls_of(person, vessel, as_of_ms)
        chosen = next((c for c in calls if c["call_id"] == call), None) if call else vessels.current(calls) if calls else None
        if chosen is None:
            raise Hidden(call or vessel)
        if as_of_ms:
            return readiness_then(self.store, chosen, as_of_ms)
        return vessels.readiness(self.store, chosen, self.clock())

    def remark(
        self, person: Person, action: str, subject: str, exception: str, reason: str, to: str = "", name: str = ""
    ) -> str:  # fmt: skip
        """Acknowledge or assign an exception, or comment on it; it is an event with name and reason. Returns its id.

        ``name``: who acts, where nobody has to log in. Raises Forbidden, Hidden, or NotPossible with what to do instead.
        """
        if not person.may_act:
            raise Forbidden(person.name)
        if person.scope != GROUP:
            seen = visible(person, "exceptions")
            if not self.store.query(
                f"SELECT 1 AS x FROM exceptions_now WHERE exception_id = %(x)s AND {seen.sql}", {"x": exception, **seen.params}
            ):
                raise Hidden(exception)
        officer = actions.Officer(name or person.name, reason, self.clock())
        made = actions.remark(self.store, action, subject, exception, officer, to)
        self.send(made)
        return str(made.record["event_id"])

    def _visible_box(self, person: Person, container: str) -> str:
        box = normalise_container(container)
        seen = visible(person, "events", box)
        if person.scope in (GROUP,) or self.store.query(
            f"SELECT 1 AS x FROM events_now WHERE container_no = %(box)s AND {seen.sql} LIMIT 1", {"box": box, **seen.params}
        ):
            return box
        raise Hidden(box)


def _of_port(found: dict[str, Any], port: str) -> dict[str, Any]:
    """What a port sees of a box: its own detail, and the legs that touch it."""
    own = {
        table: [row for row in found[table] if port in (row.get("port"), row.get("from_port"), row.get("to_port"))]
        for table in BOX_TABLES
        if table != "operator_actions"
    }
    return {
        **found, **own,
        "box_visits": found["box_visits"],
        "evidence": [event for event in found["evidence"] if event["port"] == port],
    }  # fmt: skip
