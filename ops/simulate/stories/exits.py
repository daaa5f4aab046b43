"""Words of carrier and customs around the exit of an import: delivery order unpaid, transit approved."""

from __future__ import annotations

from typing import Final

from ops.simulate import papers
from ops.simulate.cargo import Bill, Box
from ops.simulate.clock import HOUR, MINUTE, SECOND
from ops.simulate.sheet import Sheet

#: What is said, as stage and action, and how many ms after the exit (negative: before it).
Word = tuple[str, str, int]
Words = tuple[Word, ...]
_UNPAID: Final = frozenset(("not_paid", "paid_late"))


def words(sheet: Sheet, quirk: str) -> tuple[Words, Words]:
    """What is said before and after a box leaves."""
    match quirk:
        case "not_paid":
            return (_hold(sheet),), ()
        case "paid_late":
            return (_hold(sheet),), (("DELIVERY_ORDER", "UNHOLD", sheet.between(10 * SECOND, HOUR)),)
        case "paid_near":
            return (_hold(sheet), ("DELIVERY_ORDER", "UNHOLD", -sheet.between(10 * SECOND, MINUTE))), ()
        case "transit":
            return (("TRANSIT", "APPROVE", -sheet.between(10 * SECOND, HOUR)),), ()
        case "transit_late":
            return (), (("TRANSIT", "APPROVE", sheet.between(10 * SECOND, HOUR)),)
    return (), ()


def _hold(sheet: Sheet) -> Word:
    return ("DELIVERY_ORDER", "HOLD", -sheet.between(3 * HOUR, 5 * HOUR))


def speak(sheet: Sheet, port: str, bill: Bill, box: Box, said: Words, left: int) -> None:
    """Send what is said around an exit at ``left``."""
    for stage, action, after in said:
        if stage == "DELIVERY_ORDER":  # the carrier's order, or the terminal's charges
            who = "CHARGES" if bill.by_bill else "CARRIER"
            papers.release(
                sheet, port, left + after, stage, bill.no, box.no, action=action, hold_id="DO" + bill.no[2:],
                authority=who,
            )  # fmt: skip
        else:
            papers.release(sheet, port, left + after, stage, bill.no, box.no, action=action)


def judge(sheet: Sheet, quirk: str, box: Box) -> None:
    """The truth of an exit that the carrier has not agreed to."""
    if quirk in _UNPAID:
        sheet.raised("GATEOUT_NOT_PAID", box.no)
