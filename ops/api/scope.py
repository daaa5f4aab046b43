"""What a person may see, as a condition of SQL that every question to the store carries (issue: scope per user)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ops.api.people import APPLICANT, PORT, Person

#: Boxes that stand in a port, or whose leg touches it. ``{box}``: of one box, where a question is about one.
_PORT_BOXES: Final = (
    "container_no IN (SELECT container_no FROM box_visits_now WHERE {box}port = %(scope_port)s) OR container_no IN "
    "(SELECT container_no FROM transfer_legs_now WHERE {box}(from_port = %(scope_port)s OR to_port = %(scope_port)s))"
)
_OWN_BILLS: Final = (
    "SELECT container_no FROM consignments_now WHERE {{box}}({bills}) "
    "UNION ALL SELECT container_no FROM box_visits_now WHERE {{box}}({visits})"
)
#: What one of a port may see of each table.
_PORT: Final = {
    "box_visits": f"(port = %(scope_port)s OR {_PORT_BOXES})",
    "consignments": f"({_PORT_BOXES})",
    "port_calls": "port = %(scope_port)s",
    "transfer_legs": "(from_port = %(scope_port)s OR to_port = %(scope_port)s)",
    "arrival_cases": f"(port = %(scope_port)s OR {_PORT_BOXES})",
    "exceptions": "port = %(scope_port)s",
    "events": f"(port = %(scope_port)s OR {_PORT_BOXES})",
    "dead_letters": "startsWith(topic, concat(%(scope_port)s, '.'))",
    "intake": "startsWith(topic, concat(%(scope_port)s, '.'))",
    "figures": "port = %(scope_port)s",  # whatever is summed up by port, in a named query
}
#: The column that names the box of a row, for one who sees the boxes of certain bills only.
_BOX: Final = {
    "box_visits": "container_no", "consignments": "container_no", "transfer_legs": "container_no",
    "arrival_cases": "container_no", "exceptions": "subject", "events": "container_no",
}  # fmt: skip


class Condition(NamedTuple):
    """A condition and its parameters; it can always be put behind AND."""

    sql: str
    params: dict[str, Any]


EVERYTHING: Final = Condition("1", {})
NOTHING: Final = Condition("0", {})


def visible(person: Person, table: str, box: str = "") -> Condition:
    """What of a table (without ``_now``) a person may see. A table that their scope does not speak of: nothing.

    ``box``: only rows of this box are asked for; then not all boxes that the person may see are looked for.
    """
    seen = EVERYTHING
    if person.scope == PORT:
        sql = _PORT.get(table)
        seen = Condition(sql, {"scope_port": person.port}) if sql else NOTHING
    elif person.scope == APPLICANT:
        seen = _of_bills(person, table)
    if not box:
        return Condition(seen.sql.format(box=""), seen.params)
    return Condition(seen.sql.format(box="container_no = %(scope_box)s AND "), {**seen.params, "scope_box": box})


def _of_bills(person: Person, table: str) -> Condition:
    column = _BOX.get(table)
    if column is None:
        return NOTHING
    params = {f"scope_bill_{i}": bill.rstrip("*") for i, bill in enumerate(person.bills)}
    tests = [
        f"startsWith({{0}}, %(scope_bill_{i})s)" if bill.endswith("*") else f"{{0}} = %(scope_bill_{i})s"
        for i, bill in enumerate(person.bills)
    ]
    either = " OR ".join(tests)
    boxes = _OWN_BILLS.format(
        bills=f"{either.format('master_bl')} OR {either.format('house_bl')}", visits=either.format("bill_no")
    )
    return Condition(f"({column} != '' AND {column} IN ({boxes}))", params)


def follows(person: Person, kind: str, record: dict[str, Any], bills_of: Callable[[str], list[str]]) -> bool:
    """Whether a person may see an alert, or an update of a box, as it comes; ``bills_of`` knows the bills of a box."""
    if person.scope == PORT:
        return person.port in record["ports"] if kind == "visit-update" else person.port == record["port"]
    if person.scope == APPLICANT:
        bills = record["bills"] if kind == "visit-update" else bills_of(record["subject"])
        return any(map(person.owns, bills))
    return True
