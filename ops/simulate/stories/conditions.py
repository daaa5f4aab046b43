"""Conditional releases (附条件放行) of a bill, or of its declaration: met in time, too late, or never."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers
from ops.simulate.cargo import Bill
from ops.simulate.clock import DAY, HOUR, MINUTE, SECOND
from ops.simulate.sheet import Sheet

QUIRKS: Final = frozenset(("condition_open", "condition_overdue", "condition_met_late", "condition_met_near"))
#: The same of the declaration, which is released a little later, or earlier, than its condition says.
DECLARATION: Final = frozenset(("declared_on_condition", "declared_on_condition_near"))


def declare(sheet: Sheet, port: str, bill: Bill, released: int) -> None:
    """Release the declaration on a condition, before it is released without one at ``released``."""
    late = bill.quirk == "declared_on_condition"
    until = released + (-sheet.between(10 * SECOND, 10 * MINUTE) if late else sheet.between(15 * SECOND, 2 * MINUTE))
    papers.release(
        sheet, port, released - sheet.between(20 * MINUTE, HOUR), "DECLARATION", bill.no, action="CONDITIONAL",
        condition="AT_DESTINATION", valid_until=until,
    )  # fmt: skip
    if late:
        for box in bill.boxes:
            sheet.raised("CONDITION_OVERDUE", box.no, "RESOLVED", until)


def release(sheet: Sheet, port: str, bill: Bill, at: int, boxes: dict[str, dict[str, int]]) -> None:
    """Release a bill on a condition, and without one where that is met."""
    quirk = bill.quirk
    until = at + (20 * DAY if quirk == "condition_open" else sheet.between(HOUR, 3 * HOUR))
    papers.release(
        sheet, port, at, "BILL", bill.no, action="CONDITIONAL", condition="LAB_PENDING", valid_until=until
    )
    met = 0
    if quirk == "condition_met_near":
        met = until - sheet.between(10 * SECOND, 2 * MINUTE)
    elif quirk == "condition_met_late":
        met = until + sheet.between(10 * SECOND, HOUR)
    if met:
        papers.release(sheet, port, met, "BILL", bill.no)
    for no, milestones in boxes.items():
        if met:
            milestones["IMPORT_BILL_RELEASE"] = met
        sheet.overdue("CONDITION_OVERDUE", no, until, met)
